/* SPDX-License-Identifier: Apache-2.0 */
/* Writing an index file: into a new one beside it, which gets its name when it
 * is on the disk. What was there is there until then. */
/* for mkostemp and renameat2 */
#define _GNU_SOURCE
#include "store_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "i18n.h"
#include "names.h"
#include "need.h"
#include "say.h"

#define CHUNK ((size_t)1 << 18) /* bytes copied at a time */

static bool failed(const struct store_writer *writer, int error)
{
    say_path(writer->name, _("cannot be written: %s"), strerror(error));
    return false;
}

/* The bytes of the path before its last name. */
static size_t folder_length(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* The folder that the path lies in; to be freed. */
static char *folder_of(const char *path)
{
    const size_t n = folder_length(path);
    char *const folder = need(strdup(n ? path : "."));

    if (n) folder[n] = '\0';
    return folder;
}

bool writer_may_create(const char *path)
{
    char *const folder = folder_of(path);
    struct stat st;
    int error = 0;

    if (!path[folder_length(path)])
        error = *path ? EISDIR : ENOENT;
    else if (!lstat(path, &st))
        error = EEXIST;
    else if (errno != ENOENT || access(folder, W_OK | X_OK))
        error = errno;
    free(folder);
    if (error == EEXIST)
        say_path(path, _("is there already; name a new file"));
    else if (error)
        say_path(path, _("cannot be written: %s"), strerror(error));
    return !error;
}

bool writer_open(struct store_writer *writer, const char *path, bool replaces)
{
    static const char temp[] = ".sitr-XXXXXX", spool[] = ".part";
    char *const target = replaces ? realpath(path, NULL) : NULL;
    size_t n;

    *writer = (struct store_writer){
        .name = path,
        .path = target ? target : need(strdup(path)),
        .fd = -1,
        .replaces = replaces,
    };
    n = folder_length(writer->path);
    writer->temp = need(malloc(n + sizeof temp));
    memcpy(writer->temp, writer->path, n);
    memcpy(writer->temp + n, temp, sizeof temp);
    writer->fd = mkostemp(writer->temp, O_CLOEXEC); /* mode 0600 */
    if (writer->fd < 0) {
        free(writer->temp);
        writer->temp = NULL;
        return failed(writer, errno);
    }
    writer->spool = need(malloc(n + sizeof temp + sizeof spool));
    sprintf(writer->spool, "%s%s", writer->temp, spool);
    return true;
}

static bool write_all(struct store_writer *writer, const uint8_t *data,
                      size_t size)
{
    while (size) {
        const ssize_t got = write(writer->fd, data, size);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(writer, errno);
        data += got;
        size -= (size_t)got;
        writer->size += (uint64_t)got;
    }
    return true;
}

static bool pad(struct store_writer *writer)
{
    static const uint8_t zero[NAMES_ALIGN];

    return write_all(writer, zero, (0 - writer->size) % NAMES_ALIGN);
}

/* Copies what `fd` has from its beginning on. */
static bool copy(struct store_writer *writer, int fd)
{
    uint8_t *const chunk = need(malloc(CHUNK));
    bool good = true;
    ssize_t got;

    while (good && (got = read(fd, chunk, CHUNK)) != 0) {
        if (got > 0)
            good = write_all(writer, chunk, (size_t)got);
        else if (errno != EINTR)
            good = failed(writer, errno);
    }
    free(chunk);
    return good;
}

/* Has the library save the index, which it does into a file of its own, and
 * brings the bytes from there behind what was written. */
static bool add_index(struct store_writer *writer, const sitr_index *index)
{
    struct picture heard = {.status = STATUS_OK};
    sitr_status status;
    bool good;
    int fd;

    picture_listen(&heard);
    status = sitr_index_save(index, writer->spool);
    picture_listen(NULL);
    if (status) {
        say_path(writer->name, _("cannot be written: %s"),
                 *heard.reason ? heard.reason : store_problem(status));
        return false;
    }
    fd = open(writer->spool, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    good = fd >= 0 ? copy(writer, fd) : failed(writer, errno);
    if (fd >= 0) close(fd);
    if (unlink(writer->spool)) good = failed(writer, errno);
    return good;
}

bool writer_add(struct store_writer *writer, const struct store_part *part,
                const struct picture *pictures, const uint64_t *ids)
{
    bool good = part->data ? write_all(writer, part->data, part->size)
                           : add_index(writer, part->index);

    if (good) good = pad(writer);
    if (good) {
        size_t size;
        uint8_t *const names = names_encode(part, pictures, ids, &size);

        good = write_all(writer, names, size);
        free(names);
    }
    return good;
}

/* A name that nobody has given to another file meanwhile. */
static int rename_anew(const char *from, const char *to)
{
    struct stat st;

    if (!renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE)) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    /* a file system that cannot: nearly as good */
    if (!lstat(to, &st)) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}

static bool sync_folder(const struct store_writer *writer)
{
    char *const folder = folder_of(writer->path);
    int fd, got;

    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    /* one that may be written, and not read: no more can be done */
    if (fd < 0) return true;
    got = fsync(fd);
    close(fd);
    return !got || errno == EINVAL;
}

bool writer_commit(struct store_writer *writer)
{
    const int rename_it = fsync(writer->fd) ? -1
                          : writer->replaces
                              ? rename(writer->temp, writer->path)
                              : rename_anew(writer->temp, writer->path);

    if (rename_it) return failed(writer, errno);
    free(writer->temp);
    writer->temp = NULL;
    return sync_folder(writer) || failed(writer, errno);
}

void writer_close(struct store_writer *writer)
{
    if (writer->fd >= 0) close(writer->fd);
    if (writer->temp) unlink(writer->temp);
    free(writer->temp);
    free(writer->spool);
    free(writer->path);
    *writer = (struct store_writer){.fd = -1};
}
