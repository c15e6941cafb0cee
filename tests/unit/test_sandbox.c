/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sandbox: that it signs as sitr_sign does, that what breaks out is killed,
 * that what dies, hangs or lies loses one picture and no other, and that the
 * limits hold. The pictures that misbehave are words, see ../sandbox/bad_worker.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ctype.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sitr-sandbox.h>

#include "pictures.h"
#include "sandbox/protocol.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static _Thread_local char said[256]; /* the last line of the log */

static void keep(void *cookie, sitr_log_level level, const char *message)
{
    (void)cookie, (void)level;
    snprintf(said, sizeof said, "%s", message);
}

static sitr_ctx *ctx_of(const sitr_limits *limits)
{
    const sitr_logger logger = {.write = keep};
    const sitr_ctx_opts opts = {
        .struct_size = sizeof opts, .logger = &logger, .limits = limits};
    sitr_ctx *ctx;

    assert_int_equal(sitr_ctx_new(&opts, &ctx), SITR_OK);
    return ctx;
}

static const char *worker_named(const char *variable)
{
    const char *const path = getenv(variable);

    if (!path) fail_msg("%s is not set", variable);
    return path;
}

/* With workers that do what the picture says. */
static sitr_sandbox *bad_sandbox(const sitr_ctx *ctx, sitr_sandbox_opts opts)
{
    sitr_sandbox *s;

    opts.struct_size = sizeof opts;
    opts.worker = worker_named("SITR_BAD_WORKER");
    assert_int_equal(sitr_sandbox_new(ctx, &opts, &s), SITR_OK);
    return s;
}

/* With the real ones, wherever they were built. */
static sitr_status sandbox_of(const sitr_ctx *ctx, sitr_sandbox **out)
{
    const sitr_sandbox_opts opts = {.struct_size = sizeof opts,
                                    .worker = worker_named("SITR_WORKER")};

    return sitr_sandbox_new(ctx, &opts, out);
}

static sitr_status sign_word(sitr_sandbox *s, const char *word)
{
    sitr_signature *signature = (sitr_signature *)(uintptr_t)1;
    const sitr_status status =
        sitr_sandbox_sign(s, word, strlen(word) + 1, NULL, &signature);

    assert_true(!status == !!signature);
    sitr_signature_free(signature);
    return status;
}

static sitr_sandbox_info info_of(sitr_sandbox *s)
{
    sitr_sandbox_info info;

    sitr_sandbox_describe(s, &info);
    return info;
}

static bool is_sanitized(sitr_sandbox *s)
{
    return info_of(s).flags & SITR_SANDBOX_SANITIZER;
}

static bytes encoded(const sitr_signature *s)
{
    bytes b = bytes_new(NULL, sitr_signature_encode(s, NULL, 0));

    sitr_signature_encode(s, b.data, b.size);
    return b;
}

/* Signed here and in the sandbox; the same to the byte, or the same failure. */
static void check_same(const sitr_ctx *ctx, sitr_sandbox *s, const bytes *b,
                       const sitr_sign_opts *opts)
{
    sitr_signature *here, *there;
    const sitr_status a = sitr_sign(ctx, b->data, b->size, opts, &here);
    const sitr_status z = sitr_sandbox_sign(s, b->data, b->size, opts, &there);

    assert_int_equal(z, a);
    if (!a) {
        bytes one = encoded(here), other = encoded(there);

        assert_int_equal(one.size, other.size);
        assert_memory_equal(one.data, other.data, one.size);
        bytes_free(&one);
        bytes_free(&other);
    }
    sitr_signature_free(here);
    sitr_signature_free(there);
}

/* ---- As sitr_sign ----------------------------------------------------------- */

/* Of each kind, then one that is cut, one that is broken, and none. */
static bytes some_picture(const raster *rgb, const raster *rgba, int i)
{
    bytes b;

    if (i < N_PICTURE_KINDS) return picture_of_kind(rgb, rgba, i);
    if (i == N_PICTURE_KINDS + 2) return bytes_new("no picture", 10);
    if (i == N_PICTURE_KINDS) {
        b = jpeg_of(rgb, &(jpeg_opts){.orientation = 5});
        b.size /= 2;
    } else {
        b = png_of(rgb, NULL);
        b.size = 40;
    }
    return b;
}
#define N_PICTURES (N_PICTURE_KINDS + 3)

static void signs_the_same(void **state)
{
    const sitr_sign_opts all[] = {
        {.struct_size = sizeof all[0]},
        {.struct_size = sizeof all[0], .flags = SITR_SIGN_QUERY},
        {.struct_size = sizeof all[0],
         .algos = 1u << SITR_PHASH | 1u << SITR_AHASH,
         .flags = SITR_SIGN_AS_STORED},
        {.struct_size = sizeof all[0],
         .algos = 1u << SITR_PDQ | 1u << SITR_PHASH | 1u << SITR_DHASH |
                  1u << SITR_AHASH,
         .flags = SITR_SIGN_QUERY | SITR_SIGN_AS_STORED},
    };
    raster rgb = raster_new(700, 650, 3, 9), rgba = raster_new(90, 80, 4, 9);
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s;

    (void)state;
    assert_int_equal(sandbox_of(ctx, &s), SITR_OK);
    for (int i = 0; i < N_PICTURES; i++) {
        bytes b = some_picture(&rgb, &rgba, i);

        check_same(ctx, s, &b, NULL);
        for (size_t k = 0; k < COUNT(all); k++) check_same(ctx, s, &b, &all[k]);
        bytes_free(&b);
    }
    assert_int_equal(info_of(s).n_died, 0);
    assert_int_equal(info_of(s).n_started, 1); /* and no more than needed */
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
    raster_free(&rgb);
    raster_free(&rgba);
}

/* What the decoder says comes through to the log. */
static void passes_on_the_log(void **state)
{
    raster r = raster_new(90, 80, 3, 9);
    const sitr_limits limits = {.struct_size = sizeof limits, .max_side = 89};
    sitr_ctx *ctx = ctx_of(&limits);
    sitr_sandbox *s;
    sitr_signature *signature;
    bytes b = png_of(&r, NULL);

    (void)state;
    assert_int_equal(sandbox_of(ctx, &s), SITR_OK);
    *said = '\0';
    assert_int_equal(sitr_sandbox_sign(s, b.data, b.size, NULL, &signature),
                     SITR_ELIMIT);
    assert_string_equal(said, "png: 90 x 80 is over max_side 89");
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
    bytes_free(&b);
    raster_free(&r);
}

/* ---- Out -------------------------------------------------------------------- */

static void escapes_are_fatal(void **state)
{
    static const char *const words[] = {
        "!open",    "!create",   "!socket", "!unix-socket", "!execve",
        "!fork",    "!ptrace",   "!kill",   "!raw-kill",    "!dup",
        "!stat",    "!unlink",   "!ioctl",  "!prlimit",     "!vm-read",
        "!sendmsg", "!truncate", "!code",   "!read-other",  "!write-other",
    };
    /* a sanitizer needs these for itself */
    static const char *const writes[] = {"!write-other"};
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s = bad_sandbox(ctx, (sitr_sandbox_opts){.n_workers = 1});

    (void)state;
    assert_true(info_of(s).flags & SITR_SANDBOX_SECCOMP);
    for (size_t i = 0; i < COUNT(words); i++) {
        const uint64_t before = info_of(s).n_died;
        char expected[64];

        if (is_sanitized(s) && !strcmp(words[i], writes[0])) continue;
        if (sign_word(s, words[i]) != SITR_EDIED)
            fail_msg("%s is let through", words[i]);
        snprintf(expected, sizeof expected, "the decoder died of signal %d",
                 SIGSYS);
        if (strcmp(said, expected) != 0) fail_msg("%s: %s", words[i], said);
        assert_int_equal(info_of(s).n_died, before + 2); /* tried twice */
    }
    assert_int_equal(access("escaped", F_OK), -1);
    assert_int_equal(sign_word(s, "no picture"), SITR_EFORMAT);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
}

/* The first child of this process. */
static int child_pid(void)
{
    char path[64];
    int pid = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    f = fopen(path, "r");
    if (f) {
        if (fscanf(f, "%d", &pid) != 1) pid = 0;
        fclose(f);
    }
    return pid;
}

/* A death that the second try makes good is no error: the command gave it as the
 * reason why that picture was damaged. */
static void second_tries_are_quiet(void **state)
{
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s = bad_sandbox(ctx, (sitr_sandbox_opts){.n_workers = 1});
    const uint64_t before = info_of(s).n_died;

    (void)state;
    assert_int_equal(sign_word(s, "no picture"), SITR_EFORMAT);
    *said = '\0';
    assert_int_equal(kill(child_pid(), SIGKILL), 0);
    assert_int_equal(sign_word(s, "no picture"), SITR_EFORMAT);
    assert_int_equal(info_of(s).n_died, before + 1);
    assert_string_equal(said, "");
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
}

static long status_field(int pid, const char *name)
{
    char path[64], line[256];
    long value = -1;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
            value = atol(line + strlen(name) + 1);
    fclose(f);
    return value;
}

/* The soft limit of /proc/PID/limits. */
static long soft_limit(int pid, const char *name)
{
    char path[64], line[256];
    long value = -2;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/limits", pid);
    f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (!strncmp(line, name, strlen(name))) {
            const char *at = line + strlen(name);

            while (isspace((unsigned char)*at)) at++;
            value = isdigit((unsigned char)*at) ? atol(at) : -1;
        }
    fclose(f);
    return value;
}

/* From outside: what the kernel says of a worker. */
static void the_kernel_says_so(void **state)
{
    sitr_ctx *ctx = ctx_of(NULL);
    /* not for the worker, though they have no FD_CLOEXEC */
    const int before = dup(STDERR_FILENO);
    sitr_sandbox *s = bad_sandbox(ctx, (sitr_sandbox_opts){.n_workers = 1});
    const int pid = child_pid();
    char path[64];
    DIR *dir;

    (void)state;
    if (!pid) {
        print_message("no /proc/PID/task/PID/children: skipped\n");
        skip();
    }
    assert_int_equal(status_field(pid, "Seccomp"), 2);
    assert_int_equal(status_field(pid, "NoNewPrivs"), 1);
    assert_int_equal(status_field(pid, "Threads"), 1);
    assert_int_equal(soft_limit(pid, "Max core file size"), 0);
    assert_int_equal(soft_limit(pid, "Max file size"), 0);
    assert_int_equal(soft_limit(pid, "Max open files"), 0);
    assert_int_equal(soft_limit(pid, "Max processes"), 0);
    assert_int_equal(soft_limit(pid, "Max cpu time"), 15);
    if (!is_sanitized(s))
        assert_int_equal(soft_limit(pid, "Max address space"), 768 << 20);
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    dir = opendir(path);
    if (dir) { /* not without privileges */
        for (struct dirent *e; (e = readdir(dir)) != NULL;)
            if (e->d_name[0] != '.') assert_true(atoi(e->d_name) < 5);
        closedir(dir);
    }
    setenv("SITR_TEST_SECRET", "for nobody else", 1);
    sitr_sandbox_free(s);
    s = bad_sandbox(ctx, (sitr_sandbox_opts){.n_workers = 1});
    assert_int_equal(sign_word(s, "!environment"), SITR_EFORMAT);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
    close(before);
}

/* ---- Death and time --------------------------------------------------------- */

static void deaths_cost_one_picture(void **state)
{
    static const char *const words[] = {"!segv",  "!trap", "!exit", "!garbage",
                                        "!empty", "!huge", "!other"};
    raster r = raster_new(90, 80, 3, 9);
    bytes b = jpeg_of(&r, &(jpeg_opts){.quality = 80});
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s = bad_sandbox(ctx, (sitr_sandbox_opts){.n_workers = 2});

    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        if (sign_word(s, words[i]) != SITR_EDIED)
            fail_msg("%s: %s", words[i], said);
        check_same(ctx, s, &b, NULL);
    }
    assert_int_equal(info_of(s).n_died, 2 * COUNT(words));
    assert_int_equal(info_of(s).n_timed_out, 0);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
    bytes_free(&b);
    raster_free(&r);
}

/* What only a worn worker dies of goes through a fresh one. */
static void the_second_try_is_fresh(void **state)
{
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s = bad_sandbox(ctx, (sitr_sandbox_opts){.n_workers = 1});

    (void)state;
    assert_int_equal(sign_word(s, "no picture"), SITR_EFORMAT);
    assert_int_equal(sign_word(s, "!worn"), SITR_EFORMAT);
    assert_int_equal(info_of(s).n_died, 1);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
}

static void time_runs_out(void **state)
{
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s = bad_sandbox(
        ctx, (sitr_sandbox_opts){
                 .n_workers = 1, .max_cpu_ms = 900, .max_wall_ms = 60000});

    (void)state;
    assert_int_equal(sign_word(s, "!spin"), SITR_ETIMEOUT);
    assert_int_equal(info_of(s).n_timed_out, 2);
    /* together more than one of them may take: time is counted for each */
    for (int i = 0; i < 4; i++)
        assert_int_equal(sign_word(s, "!work"), SITR_EFORMAT);
    sitr_sandbox_free(s);

    s = bad_sandbox(ctx,
                    (sitr_sandbox_opts){.n_workers = 1, .max_wall_ms = 200});
    assert_int_equal(sign_word(s, "!block"), SITR_ETIMEOUT);
    assert_int_equal(sign_word(s, "no picture"), SITR_EFORMAT);
    assert_int_equal(info_of(s).n_timed_out, 2);
    assert_int_equal(info_of(s).n_died, 0);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
}

static void memory_runs_out(void **state)
{
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s = bad_sandbox(
        ctx, (sitr_sandbox_opts){.n_workers = 1,
                                 .max_address_space = UINT64_C(200) << 20});

    (void)state;
    assert_int_equal(sign_word(s, "!take 150"), SITR_EFORMAT);
    if (!is_sanitized(s))
        assert_int_equal(sign_word(s, "!take 200"), SITR_ENOMEM);
    assert_int_equal(sign_word(s, "!take 150"), SITR_EFORMAT);
    sitr_sandbox_free(s);

    s = bad_sandbox(ctx, (sitr_sandbox_opts){.n_workers = 1});
    assert_int_equal(sign_word(s, "!take 700"), SITR_EFORMAT);
    if (!is_sanitized(s))
        assert_int_equal(sign_word(s, "!take 768"), SITR_ENOMEM);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
}

/* Bytes: at the limit they are read, one more is refused; nothing of a picture
 * stays in the memory that is shared. */
static void check_wiped(void)
{
    char link[64], target[256];
    static uint8_t block[1 << 16];
    int n_seen = 0;

    for (int fd = 3; fd < 256; fd++) {
        ssize_t n;
        off_t at = 0;

        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        n = readlink(link, target, sizeof target - 1);
        if (n < 0) continue;
        target[n] = '\0';
        if (strncmp(target, "/memfd:sitr-input", 17) != 0) continue;
        n_seen++;
        for (; at < 8 << 20 && (n = pread(fd, block, sizeof block, at)) > 0;
             at += n)
            for (ssize_t i = 0; i < n; i++) assert_int_equal(block[i], 0);
    }
    assert_int_equal(n_seen, 1);
}

static void bytes_have_a_limit(void **state)
{
    static const size_t sizes[] = {1,       4095,          4096,
                                   1 << 20, (1 << 20) + 1, 5 << 20};
    raster r = raster_new(90, 80, 3, 9);
    bytes b = png_of(&r, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const size_t size = sizes[i] < b.size ? b.size + 1 : sizes[i];
        const sitr_limits limits = {.struct_size = sizeof limits,
                                    .max_bytes = size};
        sitr_ctx *ctx = ctx_of(&limits);
        sitr_sandbox *s = bad_sandbox(ctx, (sitr_sandbox_opts){.n_workers = 1});
        /* what follows IEND is of no interest to anybody */
        bytes padded = bytes_new(NULL, size + 1);
        sitr_signature *signature;

        memset(padded.data, 0x5a, padded.size);
        memcpy(padded.data, b.data, b.size);
        assert_int_equal(
            sitr_sandbox_sign(s, padded.data, size + 1, NULL, &signature),
            SITR_ELIMIT);
        assert_null(signature);
        padded.size = size;
        check_same(ctx, s, &padded, NULL);
        check_wiped();
        assert_int_equal(info_of(s).n_died, 0);
        sitr_sandbox_free(s);
        sitr_ctx_free(ctx);
        bytes_free(&padded);
    }
    bytes_free(&b);
    raster_free(&r);
}

/* ---- Many ------------------------------------------------------------------- */

struct crowd {
    const sitr_ctx *ctx;
    sitr_sandbox *sandbox;
    bytes pictures[N_PICTURES], expected[N_PICTURES];
    sitr_status status[N_PICTURES];
};

static const char *take_part(const struct crowd *crowd)
{
    static const char *const words[] = {"!segv", "!open", "!exit", "!garbage"};

    for (int i = 0; i < 40; i++) {
        const int p = i % N_PICTURES;
        const bytes *const b = &crowd->pictures[p];
        sitr_signature *signature;

        if (i % 10 == 3) {
            const char *const word = words[(size_t)i / 10 % COUNT(words)];

            if (sitr_sandbox_sign(crowd->sandbox, word, strlen(word) + 1, NULL,
                                  &signature) != SITR_EDIED)
                return "a bad picture went through";
        }
        if (sitr_sandbox_sign(crowd->sandbox, b->data, b->size, NULL,
                              &signature) != crowd->status[p])
            return "a picture has another status";
        if (signature) {
            bytes got = encoded(signature);
            const bool same =
                got.size == crowd->expected[p].size &&
                !memcmp(got.data, crowd->expected[p].data, got.size);

            bytes_free(&got);
            sitr_signature_free(signature);
            if (!same) return "a picture has another signature";
        }
    }
    return NULL;
}

static void *member(void *arg) { return (void *)(uintptr_t)take_part(arg); }

/* Sixteen threads, three workers, every tenth picture a killer. */
static void many_at_once(void **state)
{
    raster rgb = raster_new(300, 250, 3, 9), rgba = raster_new(90, 80, 4, 9);
    struct crowd crowd = {.ctx = ctx_of(NULL)};
    pthread_t threads[16];

    (void)state;
    for (int i = 0; i < N_PICTURES; i++) {
        sitr_signature *signature;

        crowd.pictures[i] = some_picture(&rgb, &rgba, i);
        crowd.status[i] = sitr_sign(crowd.ctx, crowd.pictures[i].data,
                                    crowd.pictures[i].size, NULL, &signature);
        if (signature) crowd.expected[i] = encoded(signature);
        sitr_signature_free(signature);
    }
    crowd.sandbox = bad_sandbox(crowd.ctx, (sitr_sandbox_opts){.n_workers = 3});
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, member, &crowd), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *complaint;

        pthread_join(threads[i], &complaint);
        if (complaint) fail_msg("%s", (const char *)complaint);
    }
    assert_int_equal(info_of(crowd.sandbox).n_died, 16 * 4 * 2);
    sitr_sandbox_free(crowd.sandbox);
    sitr_ctx_free((sitr_ctx *)(uintptr_t)crowd.ctx);
    for (int i = 0; i < N_PICTURES; i++) {
        bytes_free(&crowd.pictures[i]);
        if (crowd.expected[i].data) bytes_free(&crowd.expected[i]);
    }
    raster_free(&rgb);
    raster_free(&rgba);
}

/* After ten thousand pictures a worker is worn out and makes room. */
static void workers_are_renewed(void **state)
{
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s;

    (void)state;
    assert_int_equal(sandbox_of(ctx, &s), SITR_OK);
    for (int i = 0; i < 10001; i++)
        assert_int_equal(sign_word(s, "no picture"), SITR_EFORMAT);
    assert_int_equal(info_of(s).n_started, 2);
    assert_int_equal(info_of(s).n_died, 0);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
}

/* One that was killed while nobody needed it is replaced unnoticed. */
static void an_idle_worker_may_die(void **state)
{
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s;
    int pid;

    (void)state;
    assert_int_equal(sandbox_of(ctx, &s), SITR_OK);
    pid = child_pid();
    if (!pid) {
        print_message("no /proc/PID/task/PID/children: skipped\n");
        skip();
    }
    kill(pid, SIGKILL);
    usleep(20000);
    assert_int_equal(sign_word(s, "no picture"), SITR_EFORMAT);
    assert_int_equal(info_of(s).n_started >= 2, 1);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
}

/* ---- What cannot work ------------------------------------------------------- */

static void no_descriptors(void **state)
{
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s = bad_sandbox(ctx, (sitr_sandbox_opts){.n_workers = 1});
    struct rlimit before, none;

    (void)state;
    getrlimit(RLIMIT_NOFILE, &before);
    none = (struct rlimit){0, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    /* the worker that there is dies, and no other can be started */
    assert_int_equal(sign_word(s, "!exit"), SITR_EIO);
    assert_int_equal(sign_word(s, "no picture"), SITR_EIO);
    setrlimit(RLIMIT_NOFILE, &before);
    assert_int_equal(sign_word(s, "no picture"), SITR_EFORMAT);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
}

static void no_worker(void **state)
{
    static const struct {
        const char *path; /* NULL: of another version */
        sitr_status status;
    } cases[] = {
        {"/nowhere/sitr-worker", SITR_ENOENT},
        {"/etc/passwd", SITR_EACCES},
        {"/bin/true", SITR_EIO},
        {NULL, SITR_EVERSION},
    };
    sitr_ctx *ctx = ctx_of(NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const sitr_sandbox_opts opts = {
            .struct_size = sizeof opts,
            .worker = cases[i].path ? cases[i].path
                                    : worker_named("SITR_OTHER_WORKER"),
        };
        sitr_sandbox *s = (sitr_sandbox *)(uintptr_t)1;

        *said = '\0';
        assert_int_equal(sitr_sandbox_new(ctx, &opts, &s), cases[i].status);
        assert_null(s);
        assert_true(*said);
    }
    sitr_ctx_free(ctx);
}

static void wrong_calls(void **state)
{
    const sitr_sign_opts algos = {.struct_size = sizeof algos,
                                  .algos = 1u << 9};
    const sitr_sign_opts flags = {.struct_size = sizeof flags,
                                  .flags = 1u << 20};
    const sitr_sandbox_opts crowd = {.struct_size = sizeof crowd,
                                     .n_workers = 1025};
    const sitr_sandbox_opts vast = {.struct_size = sizeof vast,
                                    .max_address_space = SITR_UNLIMITED};
    const sitr_sandbox_opts small = {.struct_size = 1};
    sitr_ctx *ctx = ctx_of(NULL);
    sitr_sandbox *s;
    sitr_signature *signature;
    sitr_sandbox_info info;

    (void)state;
    assert_int_equal(sitr_sandbox_new(ctx, NULL, NULL), SITR_EINVAL);
    assert_int_equal(sitr_sandbox_new(NULL, NULL, &s), SITR_EINVAL);
    assert_null(s);
    assert_int_equal(sitr_sandbox_new(ctx, &crowd, &s), SITR_EINVAL);
    assert_int_equal(sitr_sandbox_new(ctx, &vast, &s), SITR_EINVAL);
    assert_int_equal(sitr_sandbox_new(ctx, &small, &s), SITR_EINVAL);
    assert_int_equal(sandbox_of(ctx, &s), SITR_OK);
    assert_int_equal(sitr_sandbox_sign(s, "x", 1, NULL, NULL), SITR_EINVAL);
    assert_int_equal(sitr_sandbox_sign(s, NULL, 1, NULL, &signature),
                     SITR_EINVAL);
    assert_int_equal(sitr_sandbox_sign(NULL, "x", 1, NULL, &signature),
                     SITR_EINVAL);
    assert_int_equal(sitr_sandbox_sign(s, "x", 1, &algos, &signature),
                     SITR_EINVAL);
    assert_int_equal(sitr_sandbox_sign(s, "x", 1, &flags, &signature),
                     SITR_EINVAL);
    assert_int_equal(sitr_sandbox_sign(s, NULL, 0, NULL, &signature),
                     SITR_EFORMAT);
    assert_null(signature);
    sitr_sandbox_describe(s, NULL);
    sitr_sandbox_describe(NULL, &info);
    assert_int_equal(info.flags, 0);
    sitr_sandbox_free(NULL);
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
}

/* ---- Replies ---------------------------------------------------------------- */

struct forged {
    const char *what;
    size_t at, n;   /* bytes of the head that are set */
    uint64_t value; /* to this */
};

#define FIELD(name) \
 offsetof(sandbox_reply, name), sizeof((sandbox_reply *)0)->name

static bool read_reply(const sitr_ctx *ctx, const sandbox_request *request,
                       const void *message, size_t size, sitr_status *status)
{
    char log[SANDBOX_MAX_LOG + 1];
    sitr_signature *signature;
    sitr_log_level level;
    sitr_limits limits;

    sitr_ctx_limits(ctx, &limits);
    const bool good = sandbox_reply_read(ctx, &limits, request, message, size,
                                         status, &level, log, &signature);

    if (!good) assert_null(signature);
    sitr_signature_free(signature);
    return good;
}

/* A hash from a list is a signature, but not one that a picture has. */
static void check_hash_alone(const sitr_ctx *ctx,
                             const sandbox_request *request)
{
    const sitr_hash hash = {
        .algo = SITR_PDQ, .bits = 256, .quality = 90, .word = {1, 2, 3, 4}};
    static _Alignas(sandbox_reply) uint8_t message[1024];
    sandbox_reply head = {.number = request->number};
    sitr_signature *signature;
    sitr_status status;

    assert_int_equal(sitr_sign_hash(ctx, &hash, &signature), SITR_OK);
    head.signature_size =
        (uint32_t)sitr_signature_encode(signature, message + sizeof head, 512);
    memcpy(message, &head, sizeof head);
    assert_false(read_reply(ctx, request, message,
                            sizeof head + head.signature_size, &status));
    sitr_signature_free(signature);
}

/* A right reply, and what makes it a wrong one: every other length, every field
 * of the head, every byte of the signature. */
static void replies_are_checked(void **state)
{
    static const struct forged forged[] = {
        {"number", FIELD(number), 8},
        {"a status we do not know", FIELD(status), (uint32_t)-99},
        {"a status that is not a picture's", FIELD(status),
         (uint32_t)SITR_EINVAL},
        {"a parent's status", FIELD(status), (uint32_t)SITR_EDIED},
        {"a failure with a signature", FIELD(status), (uint32_t)SITR_ECORRUPT},
        {"log level", FIELD(log_level), 4},
        {"text without level", FIELD(log_level), 0},
        {"log size", FIELD(log_size), 3},
        {"huge log", FIELD(log_size), 0xffffffff},
        {"signature size", FIELD(signature_size), 1},
        {"huge signature", FIELD(signature_size), 0xffffffe0},
        {"no signature", FIELD(signature_size), 0},
    };
    const sandbox_request request = {.number = 7};
    const sandbox_request others[] = {{.number = 7, .algos = 1u << SITR_AHASH},
                                      {.number = 7, .flags = SITR_SIGN_QUERY}};
    raster r = raster_new(90, 80, 3, 9);
    bytes b = png_of(&r, NULL);
    const sitr_limits tight = {.struct_size = sizeof tight, .max_side = 89};
    sitr_ctx *ctx = ctx_of(NULL), *tight_ctx = ctx_of(&tight);
    static _Alignas(sandbox_reply) uint8_t message[4096], changed[4096];
    sandbox_reply head = {.number = 7, .log_level = 2, .log_size = 4};
    sitr_signature *signature;
    sitr_status status;
    size_t size;

    (void)state;
    assert_int_equal(sitr_sign(ctx, b.data, b.size, NULL, &signature), SITR_OK);
    head.signature_size = (uint32_t)sitr_signature_encode(
        signature, message + sizeof head + 4, 2048);
    memcpy(message, &head, sizeof head);
    memcpy(message + sizeof head, "hint", 4);
    size = sizeof head + 4 + head.signature_size;
    assert_true(read_reply(ctx, &request, message, size, &status));
    assert_int_equal(status, SITR_OK);
    for (size_t n = 0; n < size + 9; n++)
        assert_int_equal(read_reply(ctx, &request, message, n, &status),
                         n == size);
    for (size_t i = 0; i < COUNT(forged); i++) {
        memcpy(changed, message, size);
        for (size_t k = 0; k < forged[i].n; k++)
            changed[forged[i].at + k] = (uint8_t)(forged[i].value >> 8 * k);
        if (read_reply(ctx, &request, changed, size, &status))
            fail_msg("%s is believed", forged[i].what);
    }
    for (size_t at = sizeof head; at < size; at++) {
        memcpy(changed, message, size);
        changed[at] = 0x7f;
        assert_true(message[at] == 0x7f ||
                    !read_reply(ctx, &request, changed, size, &status));
    }
    /* a signature of no picture at all; text that is not printable */
    check_hash_alone(ctx, &request);
    memcpy(changed, message, size);
    changed[sizeof head] = 0x7f;
    assert_false(read_reply(ctx, &request, changed, size, &status));
    changed[sizeof head] = '\n';
    assert_false(read_reply(ctx, &request, changed, size, &status));
    /* hashes that were not asked for; a picture beyond the limits */
    for (size_t i = 0; i < COUNT(others); i++)
        assert_false(read_reply(ctx, &others[i], message, size, &status));
    assert_false(read_reply(tight_ctx, &request, message, size, &status));
    sitr_signature_free(signature);
    sitr_ctx_free(tight_ctx);
    sitr_ctx_free(ctx);
    bytes_free(&b);
    raster_free(&r);
}

static void greetings_are_checked(void **state)
{
    const sandbox_hello good = {.version = "1"};
    sandbox_hello bad[3] = {good, good, good};

    (void)state;
    memset(bad[0].version, 'x', sizeof bad[0].version);
    bad[1].flags = 1u << 20;
    bad[2].status = 1;
    assert_true(sandbox_hello_check(&good, sizeof good));
    assert_false(sandbox_hello_check(&good, sizeof good - 1));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(sandbox_hello_check(&bad[i], sizeof bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_the_same),
        cmocka_unit_test(passes_on_the_log),
        cmocka_unit_test(second_tries_are_quiet),
        cmocka_unit_test(escapes_are_fatal),
        cmocka_unit_test(the_kernel_says_so),
        cmocka_unit_test(deaths_cost_one_picture),
        cmocka_unit_test(the_second_try_is_fresh),
        cmocka_unit_test(time_runs_out),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(bytes_have_a_limit),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(workers_are_renewed),
        cmocka_unit_test(an_idle_worker_may_die),
        cmocka_unit_test(no_descriptors),
        cmocka_unit_test(no_worker),
        cmocka_unit_test(wrong_calls),
        cmocka_unit_test(replies_are_checked),
        cmocka_unit_test(greetings_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
