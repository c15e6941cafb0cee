/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's side of the sandbox while the system says no: every call that it
 * makes fails, once or from there on. Whatever happens, the status is one that
 * was promised, what comes after a single failure goes well, and no process,
 * descriptor or memory stays behind (of memory, LeakSanitizer knows).
 *
 * Linked with --wrap for each of the calls below.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sitr-sandbox.h>

static unsigned long n_calls, fail_at; /* 0: none */
static bool for_ever;
static const char *failed; /* the call that did last */
static bool armed;

static bool is_to_fail(const char *name)
{
    if (!armed) return false;
    n_calls++;
    if (!fail_at || (for_ever ? n_calls < fail_at : n_calls != fail_at))
        return false;
    failed = name;
    return true;
}

/* `type name(parameters)` fails by returning `value` with `error` in errno. */
#define WRAP(type, name, parameters, arguments, value, error) \
 type __real_##name parameters;                               \
 type __wrap_##name parameters;                               \
 type __wrap_##name parameters                                \
 {                                                            \
  if (is_to_fail(#name)) {                                    \
   errno = error;                                             \
   return value;                                              \
  }                                                           \
  return __real_##name arguments;                             \
 }

WRAP(void *, malloc, (size_t n), (n), NULL, ENOMEM)
WRAP(void *, calloc, (size_t n, size_t k), (n, k), NULL, ENOMEM)
WRAP(void *, realloc, (void *p, size_t n), (p, n), NULL, ENOMEM)
WRAP(char *, strdup, (const char *s), (s), NULL, ENOMEM)
WRAP(int, memfd_create, (const char *s, unsigned f), (s, f), -1, EMFILE)
WRAP(int, ftruncate, (int fd, off_t n), (fd, n), -1, EIO)
WRAP(int, ftruncate64, (int fd, off_t n), (fd, n), -1, EIO)
WRAP(int, fallocate, (int fd, int m, off_t a, off_t n), (fd, m, a, n), -1,
     ENOSPC)
WRAP(int, fallocate64, (int fd, int m, off_t a, off_t n), (fd, m, a, n), -1,
     ENOSPC)
WRAP(void *, mmap, (void *p, size_t n, int a, int b, int fd, off_t at),
     (p, n, a, b, fd, at), MAP_FAILED, ENOMEM)
WRAP(void *, mmap64, (void *p, size_t n, int a, int b, int fd, off_t at),
     (p, n, a, b, fd, at), MAP_FAILED, ENOMEM)
WRAP(int, socketpair, (int d, int t, int p, int *ends), (d, t, p, ends), -1,
     EMFILE)
WRAP(int, setsockopt, (int s, int l, int o, const void *v, socklen_t n),
     (s, l, o, v, n), -1, EINVAL)
WRAP(int, posix_spawn_file_actions_init, (posix_spawn_file_actions_t * f), (f),
     ENOMEM, 0)
WRAP(int, posix_spawnattr_init, (posix_spawnattr_t * a), (a), ENOMEM, 0)
WRAP(int, posix_spawn_file_actions_adddup2,
     (posix_spawn_file_actions_t * f, int a, int b), (f, a, b), ENOMEM, 0)
WRAP(int, posix_spawn,
     (pid_t * pid, const char *path, const posix_spawn_file_actions_t *f,
      const posix_spawnattr_t *a, char *const *argv, char *const *env),
     (pid, path, f, a, argv, env), EAGAIN, 0)
WRAP(int, clock_getcpuclockid, (pid_t pid, clockid_t *c), (pid, c), ESRCH, 0)
WRAP(ssize_t, send, (int s, const void *p, size_t n, int f), (s, p, n, f), -1,
     EPIPE)

/* EINTR is no failure: it comes twice in a row and nobody notices. */
ssize_t __real_recv(int s, void *p, size_t n, int f);
ssize_t __wrap_recv(int s, void *p, size_t n, int f);
ssize_t __wrap_recv(int s, void *p, size_t n, int f)
{
    static unsigned n_interrupted;

    if (armed && n_interrupted++ % 3) {
        errno = EINTR;
        return -1;
    }
    if (is_to_fail("recv")) {
        errno = ECONNRESET;
        return -1;
    }
    return __real_recv(s, p, n, f);
}

/* Of all that fcntl does, what has one number for an argument, or none. */
#define WRAP_FCNTL(name)                       \
 int __real_##name(int fd, int command, ...);  \
 int __wrap_##name(int fd, int command, ...);  \
 int __wrap_##name(int fd, int command, ...)   \
 {                                             \
  va_list args;                                \
  va_start(args, command);                     \
  const int argument = va_arg(args, int);      \
  va_end(args);                                \
  if (is_to_fail("fcntl")) {                   \
   errno = EMFILE;                             \
   return -1;                                  \
  }                                            \
  return __real_##name(fd, command, argument); \
 }

WRAP_FCNTL(fcntl)
WRAP_FCNTL(fcntl64)

/* ---- One run ---------------------------------------------------------------- */

static char picture[1 << 17];
static size_t picture_size;

static void complain(const char *what, sitr_status status)
{
    printf("not ok - %s: %s, call %lu (%s)%s\n", what, sitr_status_text(status),
           fail_at, failed ? failed : "none", for_ever ? ", for ever" : "");
    exit(1);
}

static sitr_status sign(sitr_sandbox *s, const void *data, size_t size)
{
    sitr_signature *signature = (sitr_signature *)(void *)picture;
    const sitr_status status =
        sitr_sandbox_sign(s, data, size, NULL, &signature);

    if (!status != !!signature) complain("signature beside a status", status);
    sitr_signature_free(signature);
    return status;
}

/* What the system may have us say of a picture. */
static bool is_excuse(sitr_status status)
{
    return failed && (status == SITR_ENOMEM || status == SITR_EIO ||
                      status == SITR_EDIED);
}

static void use(sitr_sandbox *s)
{
    static const struct {
        const char *word; /* NULL: the picture */
        sitr_status status;
    } cases[] = {
        {NULL, SITR_OK},
        {"no picture", SITR_EFORMAT},
        {"!exit", SITR_EDIED},
        {NULL, SITR_OK},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const word = cases[i].word;
        const sitr_status status = word ? sign(s, word, strlen(word) + 1)
                                        : sign(s, picture, picture_size);

        if (status != cases[i].status && !is_excuse(status))
            complain(word ? word : "picture", status);
    }
    /* one failure is over by now */
    if (for_ever) return;
    const sitr_status status = sign(s, picture, picture_size);

    if (status) complain("after the failure", status);
}

static int n_descriptors(void)
{
    int n = 0;

    for (int fd = 0; fd < 100; fd++) n += __real_fcntl(fd, F_GETFD, 0) >= 0;
    return n;
}

static void run(void)
{
    const int before = n_descriptors();
    const sitr_sandbox_opts opts = {.struct_size = sizeof opts,
                                    .worker = getenv("SITR_BAD_WORKER"),
                                    .n_workers = 2};
    sitr_sandbox *s = NULL;
    sitr_status status;
    sitr_ctx *ctx;

    if (sitr_ctx_new(NULL, &ctx)) complain("context", SITR_ENOMEM);
    n_calls = 0;
    failed = NULL;
    armed = true;
    status = sitr_sandbox_new(ctx, &opts, &s);
    if (!status != !!s) complain("sandbox beside a status", status);
    if (status && !failed) complain("sandbox", status);
    if (s) use(s);
    armed = false;
    sitr_sandbox_free(s);
    sitr_ctx_free(ctx);
    if (n_descriptors() != before) complain("descriptors stay", status);
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
        complain("a process stays", status);
}

int main(void)
{
    const char *const path = getenv("SITR_TEST_PICTURE");
    FILE *const file = path ? fopen(path, "rb") : NULL;
    unsigned long n_runs = 0;

    if (!file || !getenv("SITR_BAD_WORKER")) return 2;
    picture_size = fread(picture, 1, sizeof picture, file);
    fclose(file);
    for (int ever = 0; ever < 2; ever++) {
        for_ever = ever;
        for (fail_at = 1;; fail_at++, n_runs++) {
            run();
            if (!failed) break;
        }
    }
    if (n_runs < 50) {
        printf("not ok - only %lu runs\n", n_runs);
        return 1;
    }
    printf("ok - %lu runs\n", n_runs);
    return 0;
}
