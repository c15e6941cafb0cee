/* SPDX-License-Identifier: Apache-2.0 */
/* A worker, from its start to the end of its parent. */
#define _GNU_SOURCE
#include "sandbox/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sandbox/lockdown.h"
#include "sandbox/warm_up.h"

/* Shared memory that stays mapped; most pictures are smaller. */
#define WINDOW ((size_t)8 << 20)

struct worker {
    sandbox_config config;
    sandbox_sign *sign;
    sitr_ctx *ctx;
    const uint8_t *window; /* the first bytes of the shared memory */
    size_t window_size;
    /* what was said about the picture at hand */
    char log[SANDBOX_MAX_LOG + 1];
    sitr_log_level log_level; /* 0: nothing */
};

/* ---- Messages ------------------------------------------------------------- */

/* One message; its size, 0 when the parent is gone. */
static size_t receive(void *message, size_t size)
{
    for (;;) {
        const ssize_t n = read(SANDBOX_SOCKET, message, size);

        if (n >= 0) return (size_t)n;
        if (errno != EINTR) return 0;
    }
}

static bool send(const void *message, size_t size)
{
    for (;;) {
        const ssize_t n = write(SANDBOX_SOCKET, message, size);

        if (n >= 0) return (size_t)n == size;
        if (errno != EINTR) return false;
    }
}

/* Errors say more than warnings, the first more than the next. */
static void keep_log(void *cookie, sitr_log_level level, const char *message)
{
    struct worker *const w = cookie;

    if (w->log_level && level >= w->log_level) return;
    w->log_level = level;
    snprintf(w->log, sizeof w->log, "%s", message);
    /* a decoder may quote the picture */
    for (char *c = w->log; *c; c++)
        if (*c < 0x20 || *c > 0x7e) *c = '?';
    if (!*w->log) w->log_level = 0;
}

/* ---- Set-up --------------------------------------------------------------- */

/* A kernel short of memory should rather end a worker than who started it. */
static void offer_to_oom_killer(void)
{
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd < 0) return;
    if (write(fd, "900", 3) != 3) errno = 0; /* it is a courtesy */
    close(fd);
}

static const uint8_t *map(size_t size)
{
    void *const p = mmap(NULL, size, PROT_READ, MAP_SHARED, SANDBOX_INPUT, 0);

    return p == MAP_FAILED ? NULL : p;
}

static sitr_status set_up(struct worker *w)
{
    const sitr_logger logger = {.write = keep_log, .cookie = w};
    const sitr_ctx_opts opts = {
        .struct_size = sizeof opts,
        .logger = &logger,
        .limits = &w->config.limits,
    };
    const sitr_ctx_opts no_limits = {.struct_size = sizeof no_limits};
    sitr_ctx *plain;
    sitr_status status = sitr_ctx_new(&no_limits, &plain);

    if (status) return status;
    status = sandbox_warm_up(plain, w->sign);
    sitr_ctx_free(plain);
    if (status) return status;

    status = sitr_ctx_new(&opts, &w->ctx);
    if (status) return status;
    w->window_size =
        w->config.input_size < WINDOW ? w->config.input_size : WINDOW;
    w->window = map(w->window_size);
    if (!w->window) return SITR_ENOMEM;
    /* what a decoder frees is kept, within reason, for the next one, which would
     * else pay for fresh pages */
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
    return SITR_OK;
}

/* ---- Pictures ------------------------------------------------------------- */

/* What was asked for: one of these. */
struct made {
    sitr_signature *signature; /* NULL: there is none */
    sitr_blurred blurred;
};

static sitr_status work(struct worker *w, const sandbox_request *request,
                        struct made *out)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .algos = request->algos,
                                 .flags = request->flags};
    const size_t size = (size_t)request->size;
    const bool fits = size <= w->window_size;
    const uint8_t *const data = fits ? w->window : map(size);
    sitr_status status;

    *out = (struct made){.signature = NULL};
    if (!data) return SITR_ENOMEM;
    status = request->blur
                 ? sitr_blur(w->ctx, data, size, &out->blurred)
                 : w->sign(w->ctx, data, size, &opts, &out->signature);
    if (!fits) munmap((void *)(uintptr_t)data, size);
    return status;
}

/* How many bytes it is. */
static uint32_t put_made(const struct made *made, uint8_t *to)
{
    if (made->signature)
        return (uint32_t)sitr_signature_encode(made->signature, to,
                                               SANDBOX_MAX_SIGNATURE);
    if (!made->blurred.width) return 0;
    memcpy(to, &made->blurred, sizeof made->blurred);
    return sizeof made->blurred;
}

/* Decoders and kernels leave rows on the stack, and so does the dynamic linker,
 * which saves all registers the first time a function is called. */
static __attribute__((noinline)) void wipe_stack(void)
{
    uint8_t below[1 << 16];

    explicit_bzero(below, sizeof below);
}

static bool answer(struct worker *w, const sandbox_request *request)
{
    static _Alignas(sandbox_reply) uint8_t message[SANDBOX_MAX_REPLY];
    sandbox_reply *const reply = (sandbox_reply *)message;
    struct made made;
    uint8_t *at = message + sizeof *reply;
    size_t size;
    bool good;

    w->log_level = 0;
    *reply = (sandbox_reply){.number = request->number,
                             .status = work(w, request, &made)};
    if (w->log_level) {
        reply->log_level = w->log_level;
        reply->log_size = (uint32_t)strlen(w->log);
        memcpy(at, w->log, reply->log_size);
        at += reply->log_size;
    }
    reply->signature_size = put_made(&made, at);
    sitr_signature_free(made.signature);
    explicit_bzero(&made.blurred, sizeof made.blurred);
    size = (size_t)(at - message) + reply->signature_size;
    wipe_stack();
    good = send(message, size);
    explicit_bzero(message, size);
    return good;
}

/* Requests one after the other: there is never a second one under way. */
static void answer_all(struct worker *w)
{
    sandbox_request request;

    while (receive(&request, sizeof request) == sizeof request)
        if (request.size > w->config.input_size || !answer(w, &request)) return;
}

static bool is_worker(void)
{
    return fcntl(SANDBOX_SOCKET, F_GETFD) >= 0 &&
           fcntl(SANDBOX_INPUT, F_GETFD) >= 0;
}

int sandbox_serve(sandbox_sign *sign_picture)
{
    struct worker w = {.sign = sign_picture};
    sandbox_hello hello = {.status = SITR_OK};

    if (!is_worker()) {
        fputs("sitr-worker: started by libsitr-sandbox, not by hand\n", stderr);
        return 2;
    }
    snprintf(hello.version, sizeof hello.version, "%s", sitr_version());
    if (receive(&w.config, sizeof w.config) != sizeof w.config ||
        memcmp(w.config.version, hello.version, sizeof hello.version) != 0)
        hello.status = SITR_EVERSION;
    if (!hello.status) {
        offer_to_oom_killer();
        hello.status = set_up(&w);
    }
    if (!hello.status) sandbox_lock_down(&w.config, &hello);
    if (!send(&hello, sizeof hello) || hello.status) return 1;
    answer_all(&w);
    return 0;
}
