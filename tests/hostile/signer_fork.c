/* SPDX-License-Identifier: Apache-2.0 */
/* Signs each file in a child of its own, under the limits that a worker has. */
#include "signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_CPU_S   5
#define MAX_ADDRESS ((rlim_t)768 << 20)
#define DAMAGED     100 /* exit status: SITR_OK, but damaged */

static sitr_ctx *ctx;

static const char *const names[] = {
    "ok",     "invalid",     "out-of-memory", "io",      "missing", "access",
    "format", "unsupported", "truncated",     "corrupt", "limit",
};

void signer_start(void)
{
    if (sitr_ctx_new(NULL, &ctx)) abort();
}

static int sign(const uint8_t *data, size_t size)
{
    const struct rlimit cpu = {MAX_CPU_S, MAX_CPU_S};
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .flags = SITR_SIGN_QUERY};
    sitr_signature_info info = {0};
    sitr_signature *s;

    setrlimit(RLIMIT_CPU, &cpu);
#ifndef __SANITIZE_ADDRESS__
    const struct rlimit address = {MAX_ADDRESS, MAX_ADDRESS};

    setrlimit(RLIMIT_AS, &address);
#endif
    const sitr_status status = sitr_sign(ctx, data, size, &opts, &s);

    if (!status) sitr_signature_describe(s, &info);
    sitr_signature_free(s);
    return info.flags & SITR_INFO_DAMAGED ? DAMAGED : -status;
}

verdict signer_sign(const uint8_t *data, size_t size)
{
    const pid_t pid = fork();
    int how;

    if (pid < 0) abort();
    if (!pid) _exit(sign(data, size));
    if (waitpid(pid, &how, 0) != pid) abort();
    if (WIFSIGNALED(how)) {
        const bool timeout = WTERMSIG(how) == SIGKILL;

        return (verdict){-15, timeout, timeout ? "timeout" : "decoder-died"};
    }
    const int code = WEXITSTATUS(how);

    if (code == DAMAGED) return (verdict){0, true, "damaged"};
    if (code > 10) return (verdict){-code, false, "undefined"};
    return (verdict){-code, code == 0 || code == -SITR_ENOMEM || code >= 6,
                     names[code]};
}

void signer_stop(void) { sitr_ctx_free(ctx); }
