/* SPDX-License-Identifier: Apache-2.0 */
/* Writing an index. A segment gets a number that none had before, so what a
 * crash leaves is in nobody's way, and goes with the next change. */
/* for mkdtemp */
#define _GNU_SOURCE
#include "store_write.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "durable.h"
#include "i18n.h"
#include "need.h"
#include "say.h"
#include "section.h"

#define NEW_MANIFEST STORE_MANIFEST ".new"

#define FOLDER (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#define CREATE (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

static bool failed(const struct store_writer *writer, int error)
{
    say_path(writer->name, _("cannot be written: %s"), strerror(error));
    return false;
}

/* ---- Where --------------------------------------------------------------- */

bool writer_may_create(const char *path)
{
    char *const folder = durable_folder(path);
    struct stat st;
    int error = 0;

    if (!path[durable_folder_length(path)])
        error = ENOENT;
    else if (!lstat(path, &st))
        error = EEXIST;
    else if (errno != ENOENT || access(folder, W_OK | X_OK))
        error = errno;
    free(folder);
    if (error == EEXIST)
        say_path(path, _("is there already; name a new one"));
    else if (error)
        say_path(path, _("cannot be written: %s"), strerror(error));
    return !error;
}

bool writer_create(struct store_writer *writer, const char *path)
{
    const size_t n = durable_folder_length(path);
    char *beside;

    *writer = (struct store_writer){
        .name = path, .target = need(strdup(path)), .folder = -1};
    /* where a slash at the end stays, a folder cannot be renamed to it */
    for (size_t end = strlen(path); end > n + 1 && path[end - 1] == '/';)
        writer->target[--end] = '\0';
    beside = durable_beside(path);
    if (!mkdtemp(beside)) { /* mode 0700 */
        free(beside);
        return failed(writer, errno);
    }
    writer->beside = beside;
    writer->folder = open(beside, FOLDER | O_NOFOLLOW);
    return writer->folder >= 0 || failed(writer, errno);
}

/* ---- What is left over --------------------------------------------------- */

static bool is_listed(const struct manifest *manifest, const char *name)
{
    char listed[SEGMENT_NAME_SIZE];

    for (size_t i = 0; i < manifest->n; i++) {
        segment_name(manifest->segments[i].number, listed);
        if (!strcmp(name, listed)) return true;
    }
    return false;
}

/* Removes segments that the manifest does not name, and a manifest that was not written
 * whole. What cannot be removed now can be another time. */
static void remove_stale(const struct store_writer *writer)
{
    const int fd = openat(writer->folder, ".", FOLDER);
    DIR *const dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    if (!dir) {
        if (fd >= 0) close(fd);
        return;
    }
    while ((entry = readdir(dir))) {
        const char *const name = entry->d_name;

        if (!strcmp(name, NEW_MANIFEST) ||
            (segment_is_name(name) && !is_listed(&writer->manifest, name)))
            unlinkat(writer->folder, name, 0);
    }
    closedir(dir);
}

bool writer_change(struct store_writer *writer, const struct store *store)
{
    *writer = (struct store_writer){
        .name = store->path,
        .folder = openat(store->folder, ".", FOLDER),
        .first_number = store->manifest.next_number,
    };
    if (writer->folder < 0) return failed(writer, errno);
    manifest_copy(&writer->manifest, &store->manifest);
    remove_stale(writer);
    return true;
}

/* ---- Segments ------------------------------------------------------------ */

static bool write_all(const struct store_writer *writer, int fd,
                      const uint8_t *data, size_t size)
{
    const int error = durable_write(fd, data, size);

    return !error || failed(writer, error);
}

/* What is written first is on the disk before what names it. */
static bool finish_file(const struct store_writer *writer, int fd, bool good)
{
    const int error = durable_close(fd, good ? 0 : EIO);

    /* where it was not good that was said */
    return good && (!error || failed(writer, error));
}

/* A file for a segment that takes the place of `n`, of a number that none had; -1
 * after a message. */
static int create_segment(struct store_writer *writer, size_t n,
                          struct manifest_segment *listed)
{
    char name[SEGMENT_NAME_SIZE];
    int fd;

    if (!n && writer->manifest.n == MANIFEST_MAX_SEGMENTS) {
        say_path(writer->name, "%s", store_problem(SITR_ELIMIT));
        return -1;
    }
    listed->number = writer->manifest.next_number++;
    segment_name(listed->number, name);
    fd = openat(writer->folder, name, CREATE, 0600);
    if (fd < 0) failed(writer, errno);
    return fd;
}

bool writer_add(struct store_writer *writer, size_t at, size_t n,
                const struct segment_content *content)
{
    static const uint8_t zero[SECTION_ALIGN];
    struct names names = content->names;
    uint8_t *const data =
        names_encode(&names, content->base, content->pictures, content->ids);
    size_t size;
    const uint8_t *const index = sitr_index_bytes(content->index, &size);
    const size_t padding = section_align(size, SECTION_ALIGN) - size;
    struct manifest_segment listed = {
        .size = size + padding + names.size,
        .base = content->base,
        .next = names.next,
        .n = names.n,
    };
    const int fd = index ? create_segment(writer, n, &listed) : -1;
    const bool good =
        fd >= 0 && finish_file(writer, fd,
                               write_all(writer, fd, index, size) &&
                                   write_all(writer, fd, zero, padding) &&
                                   write_all(writer, fd, data, names.size));

    if (good) {
        segment_seal(index, data, listed.seal);
        manifest_replace(&writer->manifest, at, n, &listed);
    } else if (!index) {
        say_path(writer->name, "%s", store_problem(SITR_EUNSUPPORTED));
    }
    free(data);
    return good;
}

bool writer_copy(struct store_writer *writer, const struct segment *segment,
                 const struct manifest_segment *listed, uint64_t base)
{
    struct manifest_segment copy = *listed;
    const int fd = create_segment(writer, 0, &copy);

    if (fd < 0 ||
        !finish_file(writer, fd,
                     write_all(writer, fd, segment->map, segment->size)))
        return false;
    copy.base = base;
    copy.n_removed = 0;
    copy.removed = NULL;
    manifest_replace(&writer->manifest, writer->manifest.n, 0, &copy);
    return true;
}

/* ---- The manifest -------------------------------------------------------- */

static bool write_manifest(const struct store_writer *writer)
{
    size_t size;
    uint8_t *const data = manifest_encode(&writer->manifest, &size);
    int fd;
    bool good;

    if (!data) {
        say_path(writer->name, "%s", store_problem(SITR_ELIMIT));
        return false;
    }
    fd = openat(writer->folder, NEW_MANIFEST, CREATE, 0600);
    good = fd >= 0 ? finish_file(writer, fd, write_all(writer, fd, data, size))
                   : failed(writer, errno);
    free(data);
    return good;
}

static bool sync_folder(const struct store_writer *writer, int fd)
{
    const int error = durable_sync_folder(fd);

    return !error || failed(writer, error);
}

/* Gives a new index its name. */
static bool publish(struct store_writer *writer)
{
    const int error =
        durable_publish(writer->beside, writer->target, &writer->committed);

    return !error || failed(writer, error);
}

bool writer_commit(struct store_writer *writer)
{
    writer->manifest.generation++;
    if (!write_manifest(writer) || !sync_folder(writer, writer->folder))
        return false;
    if (renameat(writer->folder, NEW_MANIFEST, writer->folder, STORE_MANIFEST))
        return failed(writer, errno);
    writer->committed = !writer->target;
    if (!sync_folder(writer, writer->folder)) return false;
    if (writer->target) return publish(writer);
    remove_stale(writer);
    return true;
}

/* ---- Given up ------------------------------------------------------------ */

static void remove_new(const struct store_writer *writer)
{
    char name[SEGMENT_NAME_SIZE];

    for (uint64_t i = writer->first_number; i < writer->manifest.next_number;
         i++) {
        segment_name(i, name);
        unlinkat(writer->folder, name, 0);
    }
    unlinkat(writer->folder, NEW_MANIFEST, 0);
    if (!writer->beside) return;
    unlinkat(writer->folder, STORE_MANIFEST, 0);
    unlinkat(AT_FDCWD, writer->beside, AT_REMOVEDIR);
}

void writer_close(struct store_writer *writer)
{
    if (!writer->committed) remove_new(writer);
    if (writer->folder >= 0) close(writer->folder);
    manifest_clear(&writer->manifest);
    free(writer->beside);
    free(writer->target);
    *writer = (struct store_writer){.folder = -1};
}
