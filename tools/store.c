/* SPDX-License-Identifier: Apache-2.0 */
/* An index, opened: its manifest, then the segments that it names, mapped. Who
 * changes an index replaces the manifest, and then removes segments that it no
 * longer names: where one of them was gone before it was opened, the manifest is
 * read again. What is mapped stays readable. */
/* for flock */
#define _DEFAULT_SOURCE
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "i18n.h"
#include "names.h"
#include "need.h"
#include "open.h"
#include "say.h"

/* Manifests read until one holds long enough for its segments to be opened. */
#define MAX_TRIES 100

const char *store_problem(sitr_status status)
{
    switch (status) {
    case SITR_EFORMAT:
        return _("not an index made by sitr index");
    case SITR_EVERSION:
        return _("an index written by a newer version");
    case SITR_ETRUNCATED:
        return _("an index that was cut short");
    case SITR_ECORRUPT:
        return _("an index that is damaged");
    case SITR_EINVAL:
        return _("not the file that the index had there");
    case SITR_ENOMEM:
        return _("not enough memory");
    case SITR_ELIMIT:
        return _("too much for one index");
    default:
        return sitr_status_text(status);
    }
}

/* Says what is wrong with a file of the index. */
static void say_file(const struct store *store, const char *name,
                     const char *problem)
{
    const size_t n = strlen(store->path);
    const char *const slash = n && store->path[n - 1] == '/' ? "" : "/";
    char *const path = need_format("%s%s%s", store->path, slash, name);

    say_path(path, "%s", problem);
    free(path);
}

void store_say_segment(const struct store *store, size_t i, const char *problem)
{
    char name[SEGMENT_NAME_SIZE];

    segment_name(store->manifest.segments[i].number, name);
    say_file(store, name, problem);
}

void store_record(struct store *store, const struct picture *picture,
                  uint64_t id)
{
    if (store->n == store->capacity) {
        store->capacity = store->capacity ? 2 * store->capacity : 16;
        store->pictures = need(realloc(
            store->pictures, store->capacity * sizeof *store->pictures));
        store->ids =
            need(realloc(store->ids, store->capacity * sizeof *store->ids));
    }
    store->pictures[store->n] = *picture;
    store->ids[store->n++] = id;
}

/* ---- The manifest -------------------------------------------------------- */

static int open_folder(const char *path)
{
    return open_path(path, strlen(path), O_RDONLY | O_DIRECTORY);
}

static int open_manifest(int folder)
{
    return openat(folder, STORE_MANIFEST,
                  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool store_is(const char *path)
{
    const int folder = open_folder(path);
    const int fd = folder < 0 ? -1 : open_manifest(folder);
    uint8_t head[5];
    struct stat st;
    bool is;

    if (folder >= 0) close(folder);
    if (fd < 0) return false;
    is = !fstat(fd, &st) && S_ISREG(st.st_mode) &&
         open_read(fd, head, sizeof head) == sizeof head &&
         !memcmp(head, "SITRM", 5);
    close(fd);
    return is;
}

/* Reads the file: 0 or an errno, EINVAL where it can be no manifest. */
static int read_manifest(int fd, uint8_t **data, size_t *size)
{
    struct stat st;
    ssize_t got;

    if (fstat(fd, &st)) return errno;
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > MANIFEST_MAX_SIZE)
        return EINVAL;
    *data = need(malloc((size_t)st.st_size + 1));
    got = open_read(fd, *data, (size_t)st.st_size);
    if (got < 0) return errno;
    *size = (size_t)got;
    return 0;
}

static void unload(struct store *store)
{
    for (size_t i = 0; store->pictures && i < store->n; i++)
        picture_clear(&store->pictures[i]);
    free(store->pictures);
    free(store->ids);
    store->pictures = NULL;
    store->ids = NULL;
    store->n = store->capacity = 0;
    for (size_t i = 0; store->segments && i < store->manifest.n; i++)
        segment_close(&store->segments[i]);
    free(store->segments);
    store->segments = NULL;
}

bool store_read_manifest(struct store *store)
{
    const int fd = open_manifest(store->folder);
    sitr_status status = SITR_OK;
    uint8_t *data = NULL;
    int error;

    unload(store);
    manifest_clear(&store->manifest);
    error = fd < 0 ? errno : read_manifest(fd, &data, &store->size);
    if (fd >= 0) close(fd);
    if (error == ENOENT || error == ELOOP || error == EINVAL)
        status = SITR_EFORMAT;
    else if (!error)
        status = manifest_decode(&store->manifest, data, store->size);
    free(data);
    if (status)
        say_path(store->path, "%s", store_problem(status));
    else if (error)
        say_file(store, STORE_MANIFEST, strerror(error));
    return !status && !error;
}

/* ---- Opened -------------------------------------------------------------- */

/* What can be said of a file that could not be mapped. */
static const char *map_problem(int error)
{
    return error == EINVAL ? store_problem(SITR_EINVAL) : strerror(error);
}

/* Maps all segments: 0, or the errno of the one at `*at`. */
static int map_segments(struct store *store, size_t *at)
{
    const size_t n = store->manifest.n;
    int error = 0;

    store->segments = need(calloc(n + 1, sizeof *store->segments));
    for (*at = 0; *at < n; ++*at) {
        error = segment_map(&store->segments[*at], store->folder,
                            &store->manifest.segments[*at]);
        if (error) break;
    }
    return error;
}

/* Maps the segments of a manifest that is still the one there is when all of
 * them were opened. */
static bool map_all(struct store *store)
{
    uint64_t last;
    size_t at;
    int error, tries = 0;

    do {
        last = store->manifest.generation;
        if (!store_read_manifest(store)) return false;
        error = map_segments(store, &at);
    } while (error == ENOENT && store->manifest.generation != last &&
             ++tries < MAX_TRIES);
    if (error) store_say_segment(store, at, map_problem(error));
    return !error;
}

/* Reads what is in segment `i`. */
static sitr_status open_segment(struct store *store, size_t i)
{
    const struct manifest_segment *const listed = &store->manifest.segments[i];
    struct segment *const segment = &store->segments[i];
    struct names names;
    sitr_status status = segment_open(segment, store->ctx, listed);

    if (status) return status;
    segment->first = store->n;
    status = names_decode(store, listed, segment->map + segment->names,
                          segment->size - segment->names, &names);
    if (status) return status;
    segment->n = store->n - segment->first;
    segment->no_regions = names.no_regions;
    return names.n == listed->n && names.next == listed->next &&
                   names.size == segment->size - segment->names &&
                   names.n_signatures == sitr_index_count(segment->index)
               ? SITR_OK
               : SITR_ECORRUPT;
}

bool store_load(struct store *store)
{
    bool good = map_all(store);

    for (size_t i = 0; good && i < store->manifest.n; i++) {
        const sitr_status status = open_segment(store, i);

        if (!status) continue;
        store_say_segment(store, i, store_problem(status));
        good = false;
    }
    if (!good) unload(store);
    return good;
}

/* The lock goes with the process that has it. */
static bool lock(const struct store *store)
{
    if (!flock(store->folder, LOCK_EX | LOCK_NB)) return true;
    if (errno == EWOULDBLOCK)
        say_path(store->path,
                 _("another command is changing it; try again later"));
    else
        say_path(store->path, _("cannot be written: %s"), strerror(errno));
    return false;
}

bool store_open(struct store *store, const sitr_ctx *ctx, const char *path,
                bool to_change)
{
    *store = (struct store){.ctx = ctx, .path = need(strdup(path))};
    store->folder = open_folder(path);
    if (store->folder < 0)
        say_path(path, "%s",
                 errno == ENOTDIR ? store_problem(SITR_EFORMAT)
                                  : strerror(errno));
    else if ((!to_change || lock(store)) && store_load(store))
        return true;
    store_close(store);
    return false;
}

void store_close(struct store *store)
{
    unload(store);
    manifest_clear(&store->manifest);
    if (store->folder >= 0) close(store->folder);
    free(store->path);
    *store = (struct store){.folder = -1};
}
