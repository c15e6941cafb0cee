/* SPDX-License-Identifier: Apache-2.0 */
/* A path is cut into pieces that the kernel takes, at slashes: where links are
 * no longer followed, and every PATH_MAX bytes at the latest. */
/* for O_PATH and syscall */
#define _GNU_SOURCE
#include "open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/openat2.h>

#define FOLDER (O_PATH | O_DIRECTORY | O_CLOEXEC)

/* One part of a path after the other, for kernels without openat2 (before 5.6)
 * and sandboxes that do not know it. */
static int open_by_parts(int at, char *piece, int flags)
{
    int fd = at;

    for (;;) {
        char *const slash = strchr(piece, '/');
        int next;

        if (slash) *slash = '\0';
        next = openat(fd, piece, (slash ? FOLDER : flags) | O_NOFOLLOW);
        if (fd != at) close(fd);
        if (next < 0 || !slash) return next;
        fd = next;
        piece = slash + 1;
        piece += strspn(piece, "/");
        if (!*piece) return fd; /* a slash at the end */
    }
}

static int open_piece(int at, char *piece, int flags, bool follow)
{
    const struct open_how how = {.flags = (uint64_t)(unsigned)flags,
                                 .resolve = RESOLVE_NO_SYMLINKS};
    long fd;

    if (follow) return openat(at, piece, flags);
    fd = syscall(SYS_openat2, at, piece, &how, sizeof how);
    if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return (int)fd;
    return open_by_parts(at, piece, flags);
}

/* The bytes of `path` up to the next cut: all, or what is before the last slash
 * that leaves no more than `most`; 0 where a single name is longer. */
static size_t piece_size(const char *path, size_t most)
{
    size_t n = strnlen(path, most + 1);

    if (n <= most) return n;
    for (n = most; n > 0 && path[n] != '/'; n--) continue;
    return n;
}

/* Opens the next piece from `*fd`, which becomes its descriptor, or -1; what of
 * the path stands behind it. */
static const char *advance(int *fd, const char *path, size_t n_followed,
                           int flags)
{
    char piece[PATH_MAX];
    const int at = *fd;
    const bool follow = n_followed > 0 || !*path;
    size_t n;

    if (follow && n_followed < sizeof piece)
        n = n_followed;
    else
        n = piece_size(path, sizeof piece - 1);
    memcpy(piece, path, n);
    piece[n] = '\0';
    const char *const rest = path + n + strspn(path + n, "/");

    if (!n && *path) {
        errno = ENAMETOOLONG;
        *fd = -1;
    } else {
        *fd = open_piece(at, piece, *rest ? FOLDER : flags, follow);
    }
    if (at != AT_FDCWD) close(at);
    return rest;
}

int open_path(const char *path, size_t n_followed, int flags)
{
    const char *const followed_to = path + n_followed;
    const char *at = path;
    int fd = AT_FDCWD;

    flags |= O_CLOEXEC;
    if (!(flags & O_PATH)) flags |= O_NONBLOCK | O_NOCTTY;
    do
        at = advance(&fd, at, at < followed_to ? (size_t)(followed_to - at) : 0,
                     flags);
    while (fd >= 0 && *at);
    return fd;
}

ssize_t open_read(int fd, uint8_t *data, size_t size)
{
    size_t n = 0;

    while (n < size) {
        const ssize_t got = read(fd, data + n, size - n);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        n += (size_t)got;
    }
    return (ssize_t)n;
}
