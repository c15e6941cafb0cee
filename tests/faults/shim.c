/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a program, makes the calls fail that it makes of the system:
 *
 *     LD_FAULT=PROGRAM:CLASS:N:MODE:ERRNO
 *
 * In PROGRAM alone, of the calls of CLASS (memory, io) the Nth fails; with MODE
 * "on" all after it too. ERRNO is a number; 0 makes a read one of a single byte.
 * With LD_FAULT_COUNT=FILE the number of calls is written there at the end. The
 * names begin with LD_, for that much the sandbox passes on to its workers.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { NONE, MEMORY, IO };

static int class;
static unsigned long fail_at; /* 0: none */
static bool on;
static int error_number;
static atomic_ulong n_calls;
static const char *count_file;
/* in what fails as a whole, or not */
static _Thread_local bool within;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

#define REAL(name, ...) ((__typeof__(&name))(uintptr_t)real(#name))(__VA_ARGS__)

/* The real ones of what is called most, and by dlsym itself. */
static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);

__attribute__((constructor)) static void begin(void)
{
    const char *const setting = getenv("LD_FAULT");
    char program[32], kind[16], mode[8];

    real_malloc = (void *(*)(size_t))(uintptr_t)real("malloc");
    real_calloc = (void *(*)(size_t, size_t))(uintptr_t)real("calloc");
    real_realloc = (void *(*)(void *, size_t))(uintptr_t)real("realloc");
    if (!setting ||
        sscanf(setting, "%31[^:]:%15[^:]:%lu:%7[^:]:%d", program, kind,
               &fail_at, mode, &error_number) != 5 ||
        strcmp(program, program_invocation_short_name) != 0)
        return;
    on = !strcmp(mode, "on");
    count_file = getenv("LD_FAULT_COUNT");
    class = !strcmp(kind, "memory") ? MEMORY : IO;
}

__attribute__((destructor)) static void end(void)
{
    char text[32];
    const int n = snprintf(text, sizeof text, "%lu\n", n_calls);
    int fd;

    if (!class || !count_file) return;
    class = NONE;
    fd = REAL(open, count_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, text, (size_t)n) != n) _exit(99);
    REAL(close, fd);
}

static bool fails(int kind)
{
    if (kind != class || within) return false;
    const unsigned long n = ++n_calls;

    if (!fail_at || (on ? n < fail_at : n != fail_at)) return false;
    errno = kind == MEMORY ? ENOMEM : error_number;
    return true;
}

/* ---- Memory ----------------------------------------------------------------- */

/* dlsym may ask for a little before we know where the real one is. */
static char early[4096];
static size_t n_early;

void *malloc(size_t size)
{
    if (!real_malloc) {
        void *const p = early + n_early;

        n_early += (size + 15) / 16 * 16;
        return n_early <= sizeof early ? p : NULL;
    }
    return fails(MEMORY) ? NULL : real_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    if (!real_calloc) return malloc(n * size); /* static memory is zero */
    return fails(MEMORY) ? NULL : real_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    return fails(MEMORY) ? NULL : real_realloc(p, size);
}

/* glibc's own call malloc from within */
char *strndup(const char *s, size_t most)
{
    const size_t n = strnlen(s, most);
    char *const copy = malloc(n + 1);

    if (!copy) return NULL;
    copy[n] = '\0';
    return memcpy(copy, s, n);
}

char *strdup(const char *s) { return strndup(s, strlen(s)); }

/* Where glibc reads nsswitch.conf it asserts that there is memory for a line,
 * which no program that asks for a name can do anything about. */
struct passwd *getpwuid(uid_t uid)
{
    struct passwd *user;

    if (fails(MEMORY)) return NULL;
    within = true;
    user = REAL(getpwuid, uid);
    within = false;
    return user;
}

/* ---- Files ------------------------------------------------------------------ */

/* Built with _FILE_OFFSET_BITS=64, as the command is: these are open64 and so
 * on, by their names in the program. */

int open(const char *path, int flags, ...)
{
    va_list args;

    va_start(args, flags);
    const mode_t mode = va_arg(args, mode_t);
    va_end(args);
    return fails(IO) && error_number ? -1 : REAL(open, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...)
{
    return fails(IO) && error_number ? -1 : REAL(openat, at, path, flags, 0);
}

/* what a hardened build calls where no mode is given */
int __open64_2(const char *path, int flags);
int __open64_2(const char *path, int flags)
{
    return fails(IO) && error_number ? -1 : REAL(open, path, flags, 0);
}

int __openat64_2(int at, const char *path, int flags);
int __openat64_2(int at, const char *path, int flags)
{
    return fails(IO) && error_number ? -1 : REAL(openat, at, path, flags, 0);
}

int fstatat(int at, const char *path, struct stat *st, int flags)
{
    return fails(IO) && error_number ? -1 : REAL(fstatat, at, path, st, flags);
}

FILE *fdopen(int fd, const char *mode)
{
    return fails(IO) && error_number ? NULL : REAL(fdopen, fd, mode);
}

long syscall(long number, ...)
{
    va_list args;
    long a[4];

    va_start(args, number);
    for (int i = 0; i < 4; i++) a[i] = va_arg(args, long);
    va_end(args);
    if (number == SYS_openat2 && fails(IO) && error_number) return -1;
    return REAL(syscall, number, a[0], a[1], a[2], a[3]);
}

ssize_t read(int fd, void *data, size_t size)
{
    if (!fails(IO)) return REAL(read, fd, data, size);
    return error_number ? -1 : REAL(read, fd, data, size ? 1 : 0);
}

int close(int fd)
{
    const bool failed = fails(IO);
    const int result = REAL(close, fd); /* closed it is, whatever is said */

    if (!failed || !error_number) return result;
    errno = error_number;
    return -1;
}

int fstat(int fd, struct stat *st)
{
    return fails(IO) && error_number ? -1 : REAL(fstat, fd, st);
}

int stat(const char *path, struct stat *st)
{
    return fails(IO) && error_number ? -1 : REAL(stat, path, st);
}

int lstat(const char *path, struct stat *st)
{
    return fails(IO) && error_number ? -1 : REAL(lstat, path, st);
}

DIR *fdopendir(int fd)
{
    return fails(IO) && error_number ? NULL : REAL(fdopendir, fd);
}

struct dirent *readdir(DIR *dir)
{
    return fails(IO) && error_number ? NULL : REAL(readdir, dir);
}

FILE *fopen(const char *path, const char *mode)
{
    return fails(IO) && error_number ? NULL : REAL(fopen, path, mode);
}

/* with its mark of an error: glibc's own, for there is no call that sets it */
size_t fread(void *data, size_t size, size_t n, FILE *file)
{
    if (!fails(IO) || !error_number) return REAL(fread, data, size, n, file);
    file->_flags |= 0x20; /* _IO_ERR_SEEN */
    return 0;
}

DIR *opendir(const char *path)
{
    return fails(IO) && error_number ? NULL : REAL(opendir, path);
}

int mkdir(const char *path, mode_t mode)
{
    return fails(IO) && error_number ? -1 : REAL(mkdir, path, mode);
}

int dup(int fd) { return fails(IO) && error_number ? -1 : REAL(dup, fd); }

int dup2(int from, int to)
{
    return fails(IO) && error_number ? -1 : REAL(dup2, from, to);
}

int statfs(const char *path, struct statfs *fs)
{
    return fails(IO) && error_number ? -1 : REAL(statfs, path, fs);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*run)(void *), void *arg)
{
    if (fails(IO) && error_number) return EAGAIN;
    return REAL(pthread_create, thread, attributes, run, arg);
}
