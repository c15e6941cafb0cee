/* SPDX-License-Identifier: Apache-2.0 */
/* Written under another name, waited for, renamed, waited for again: a crash
 * leaves all of a file or none. */
/* for renameat2, mkostemp and nftw */
#define _GNU_SOURCE
#include "durable.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "need.h"

size_t durable_folder_length(const char *path)
{
    size_t n = strlen(path);

    while (n > 0 && path[n - 1] == '/') n--;
    while (n > 0 && path[n - 1] != '/') n--;
    return n;
}

char *durable_folder(const char *path)
{
    const size_t n = durable_folder_length(path);
    char *const folder = need(strdup(n ? path : "."));

    if (n) folder[n] = '\0';
    return folder;
}

char *durable_beside(const char *path)
{
    static const char temp[] = ".sitr-XXXXXX";
    const size_t n = durable_folder_length(path);
    char *const beside = need(malloc(n + sizeof temp));

    memcpy(beside, path, n);
    memcpy(beside + n, temp, sizeof temp);
    return beside;
}

int durable_write(int fd, const uint8_t *data, size_t size)
{
    while (size) {
        /* more at once than this some systems do not take */
        const ssize_t got = write(fd, data, size < 1 << 30 ? size : 1 << 30);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        data += got;
        size -= (size_t)got;
    }
    return 0;
}

int durable_close(int fd, int error)
{
    if (!error && fsync(fd)) error = errno;
    if (close(fd) && !error) error = errno;
    return error;
}

int durable_sync_folder(int fd)
{
    /* some file systems have no such thing */
    return !fsync(fd) || errno == EINVAL ? 0 : errno;
}

/* A name that nobody has given to something else meanwhile. */
static int rename_anew(const char *from, const char *to)
{
    struct stat st;

    if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE)) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    /* a file system that cannot: nearly as good */
    if (!lstat(to, &st)) return EEXIST;
    return rename(from, to) ? errno : 0;
}

int durable_publish(const char *beside, const char *path, bool *renamed)
{
    char *const around = durable_folder(path);
    const int fd = open(around, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = rename_anew(beside, path);

    free(around);
    *renamed = !error;
    /* one that may be written, and not read: no more can be done */
    if (!error && fd >= 0) error = durable_sync_folder(fd);
    if (fd >= 0) close(fd);
    return error;
}

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    remove(path);
    return 0;
}

void durable_remove(const char *folder)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int durable_create(const char *path, const uint8_t *data, size_t size)
{
    char *const beside = durable_beside(path);
    const int fd = mkostemp(beside, O_CLOEXEC); /* mode 0600 */
    bool renamed = false;
    int error = errno;

    if (fd >= 0) {
        error = durable_close(fd, durable_write(fd, data, size));
        if (!error) error = durable_publish(beside, path, &renamed);
        if (error) unlink(renamed ? path : beside);
    }
    free(beside);
    return error;
}
