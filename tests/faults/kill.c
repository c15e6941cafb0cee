/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into sitr, kills it, or fills its disk, at a call that writes:
 *
 *     LD_KILL=N:WHAT    at the Nth call; 0: never
 *
 * WHAT is "before" the call, "torn": after half of what was to be written, or
 * "full": that call and all after it fail with ENOSPC. With LD_KILL_COUNT=FILE the
 * number of calls is written there at the end. For sitr alone time() stands still
 * and the clock that it commits by runs ahead, so that it commits at nearly every
 * file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool active;
static unsigned long kill_at;
static char what[8];
static atomic_ulong n_calls;
static atomic_long ahead_ms;

#define REAL(name, ...) \
 ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))(__VA_ARGS__)

__attribute__((constructor)) static void begin(void)
{
    const char *const setting = getenv("LD_KILL");

    active = setting && !strcmp(program_invocation_short_name, "sitr") &&
             sscanf(setting, "%lu:%7s", &kill_at, what) == 2;
}

__attribute__((destructor)) static void end(void)
{
    const char *const path = getenv("LD_KILL_COUNT");
    FILE *const file = active && path ? fopen(path, "w") : NULL;

    active = false;
    if (!file) return;
    fprintf(file, "%lu\n", n_calls);
    fclose(file);
}

__attribute__((noreturn)) static void die(void)
{
    for (;;) kill(getpid(), SIGKILL);
}

/* Whether this call is to fail. */
static bool comes_to(bool writes)
{
    unsigned long n;

    if (!active) return false;
    n = ++n_calls;
    if (!strcmp(what, "full") && kill_at && n >= kill_at && writes) {
        errno = ENOSPC;
        return true;
    }
    if (n == kill_at && !strcmp(what, "before")) die();
    return false;
}

static bool is_torn(void)
{
    return active && n_calls == kill_at && !strcmp(what, "torn");
}

/* Messages and pipes to workers are no part of it. */
static bool is_file(int fd)
{
    struct stat st;

    return active && !fstat(fd, &st) && S_ISREG(st.st_mode);
}

ssize_t write(int fd, const void *data, size_t n)
{
    if (!is_file(fd)) return REAL(write, fd, data, n);
    if (comes_to(true)) return -1;
    if (!is_torn()) return REAL(write, fd, data, n);
    n = (size_t)REAL(write, fd, data, n / 2);
    die();
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
    if (!is_file(fd)) return REAL(pwrite64, fd, data, n, at);
    if (comes_to(true)) return -1;
    if (!is_torn()) return REAL(pwrite64, fd, data, n, at);
    n = (size_t)REAL(pwrite64, fd, data, n / 2, at);
    die();
}

int fdatasync(int fd)
{
    comes_to(false);
    if (is_torn()) die();
    return REAL(fdatasync, fd);
}

int fsync(int fd)
{
    comes_to(false);
    if (is_torn()) die();
    return REAL(fsync, fd);
}

int ftruncate64(int fd, off64_t size)
{
    comes_to(false);
    if (is_torn()) die();
    return REAL(ftruncate64, fd, size);
}

time_t time(time_t *out)
{
    const time_t now = active ? 1800000000 : REAL(time, NULL);

    if (out) *out = now;
    return now;
}

/* Whether sitr itself asks, not a library that times something out. */
static bool is_ours(const void *caller)
{
    Dl_info info;
    const char *slash;

    if (!active || !dladdr(caller, &info) || !info.dli_fname) return false;
    slash = strrchr(info.dli_fname, '/');
    return !strcmp(slash ? slash + 1 : info.dli_fname, "sitr");
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    const int result = REAL(clock_gettime, clock, out);

    if (clock == CLOCK_MONOTONIC && is_ours(__builtin_return_address(0)))
        out->tv_sec += (ahead_ms += 600) / 1000;
    return result;
}
