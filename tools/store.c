/* SPDX-License-Identifier: Apache-2.0 */
/* An index file, mapped: its parts, one behind the other, and what is recorded
 * in them. */
/* for flock and explicit_bzero */
#define _DEFAULT_SOURCE
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "i18n.h"
#include "names.h"
#include "need.h"
#include "open.h"
#include "say.h"

#define INDEX_HEAD    128 /* bytes */
#define INDEX_SIZE_AT 16

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
    case SITR_ENOMEM:
        return _("not enough memory");
    case SITR_ELIMIT:
        return _("too much for one index");
    default:
        return sitr_status_text(status);
    }
}

static bool begins_as_index(const uint8_t *data, size_t size)
{
    return size >= 5 && !memcmp(data, "SITRI", 5);
}

/* The file, if it is regular: another one would be waited for. */
static int open_regular(const char *path, struct stat *st)
{
    const int fd = open_path(path, strlen(path), O_RDONLY);

    if (fd < 0) return -1;
    if (!fstat(fd, st) && S_ISREG(st->st_mode)) return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

bool store_is(const char *path)
{
    uint8_t head[5];
    struct stat st;
    const int fd = open_regular(path, &st);
    ssize_t got;

    if (fd < 0) return false;
    do got = read(fd, head, sizeof head);
    while (got < 0 && errno == EINTR);
    close(fd);
    return got == sizeof head && begins_as_index(head, sizeof head);
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

/* ---- Opened -------------------------------------------------------------- */

static uint64_t size_of_index(const uint8_t *data)
{
    uint64_t size = 0;

    for (int i = 0; i < 8; i++)
        size |= (uint64_t)data[INDEX_SIZE_AT + i] << 8 * i;
    return size;
}

/* The part at `*at`, which then is behind it. */
static sitr_status open_part(struct store *store, const sitr_ctx *ctx,
                             size_t *at)
{
    struct store_part *const part = &store->parts[store->n_parts];
    const size_t most = store->size - *at;
    size_t names, size = 0;
    uint64_t n_signatures = 0;
    sitr_status status;

    if (most < INDEX_HEAD)
        return store->n_parts ? SITR_ETRUNCATED : SITR_EFORMAT;
    part->data = store->map + *at;
    if (!begins_as_index(part->data, most))
        return store->n_parts ? SITR_ECORRUPT : SITR_EFORMAT;
    if (size_of_index(part->data) > most) return SITR_ETRUNCATED;
    part->size = (size_t)size_of_index(part->data);
    status = sitr_index_view(ctx, part->data, part->size, &part->index);
    if (status) return status;
    names = part->size + (0 - part->size) % NAMES_ALIGN;
    /* what the library saves by itself ends here: there are no names */
    if (names > most || (names == most && !*at))
        return names == most ? SITR_EFORMAT : SITR_ETRUNCATED;
    status = names_decode(store, part, part->data + names, most - names, &size,
                          &n_signatures);
    if (!status && n_signatures != sitr_index_count(part->index))
        status = SITR_ECORRUPT;
    store->n_parts++;
    *at += names + size;
    return status;
}

static sitr_status open_parts(struct store *store, const sitr_ctx *ctx)
{
    sitr_status status;
    size_t at = 0;

    store->parts = need(calloc(STORE_MAX_PARTS, sizeof *store->parts));
    do {
        if (store->n_parts == STORE_MAX_PARTS) return SITR_ELIMIT;
        status = open_part(store, ctx, &at);
    } while (!status && at < store->size);
    return status;
}

static sitr_status map(struct store *store, const struct stat *st)
{
    void *bytes;

    if (st->st_size < INDEX_HEAD) return SITR_EFORMAT;
    if ((uint64_t)st->st_size > SIZE_MAX / 2) return SITR_ENOMEM;
    store->size = (size_t)st->st_size;
    bytes = mmap(NULL, store->size, PROT_READ, MAP_PRIVATE, store->fd, 0);
    if (bytes == MAP_FAILED) return SITR_ENOMEM;
    store->map = bytes;
    return SITR_OK;
}

bool store_open(struct store *store, const sitr_ctx *ctx, const char *path)
{
    struct stat st;
    sitr_status status;

    memset(store, 0, sizeof *store);
    store->fd = open_regular(path, &st);
    if (store->fd < 0) {
        say_path(path, "%s",
                 errno == EINVAL ? store_problem(SITR_EFORMAT)
                                 : strerror(errno));
        return false;
    }
    status = map(store, &st);
    if (!status) status = open_parts(store, ctx);
    if (!status) return true;
    say_path(path, "%s", store_problem(status));
    store_close(store);
    return false;
}

void store_close(struct store *store)
{
    for (size_t i = 0; store->pictures && i < store->n; i++)
        picture_clear(&store->pictures[i]);
    free(store->pictures);
    free(store->ids);
    /* one more may have been begun */
    for (size_t i = 0; store->parts && i < STORE_MAX_PARTS; i++)
        sitr_index_free(store->parts[i].index);
    free(store->parts);
    if (store->map) munmap(store->map, store->size);
    if (store->fd >= 0) close(store->fd);
    memset(store, 0, sizeof *store);
    store->fd = -1;
}

bool store_lock(struct store *store, const char *path)
{
    struct stat mine, now;

    /* who had the lock has renamed a new file over this one */
    if (!flock(store->fd, LOCK_EX | LOCK_NB) && !fstat(store->fd, &mine) &&
        !stat(path, &now) && mine.st_dev == now.st_dev &&
        mine.st_ino == now.st_ino)
        return true;
    say_path(path, _("another command is changing it; try again later"));
    return false;
}

/* ---- Searched ------------------------------------------------------------ */

/* The place of the picture with that id; false where there is none, which only
 * one who made the file by hand can bring about. */
static bool place_of(const struct store *store, uint64_t id, size_t *place)
{
    size_t low = 0, high = store->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (store->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    *place = low;
    return low < store->n && store->ids[low] == id;
}

/* Adds the matches of one part behind the `*n` that there are. */
static sitr_status match_part(const struct store *store,
                              const struct store_part *part,
                              const sitr_signature *found,
                              const sitr_match_opts *opts, sitr_match **matches,
                              size_t *n)
{
    uint64_t there_are = 16; /* more than nearly any picture has */
    size_t capacity, kept = *n;

    do {
        sitr_status status;

        capacity = (size_t)there_are;
        *matches = need(realloc(*matches, (*n + capacity) * sizeof **matches));
        status = sitr_match_index(part->index, found, opts, *matches + *n,
                                  capacity, &there_are);
        if (status) return status;
    } while (there_are > capacity);
    for (size_t i = *n; i < *n + there_are; i++) {
        sitr_match match = (*matches)[i];
        size_t place;

        if (match.id >= part->next ||
            !place_of(store, part->base + match.id, &place))
            continue;
        match.id = place;
        (*matches)[kept++] = match;
    }
    *n = kept;
    return SITR_OK;
}

sitr_status store_match(const struct store *store, const sitr_signature *found,
                        const sitr_match_opts *opts, sitr_match **out,
                        size_t *n)
{
    sitr_match *matches = NULL;
    sitr_status status = SITR_OK;
    size_t there_are = 0;

    for (size_t i = 0; i < store->n_parts && !status; i++)
        status = match_part(store, &store->parts[i], found, opts, &matches,
                            &there_are);
    if (status) {
        free(matches);
        matches = NULL;
        there_are = 0;
    }
    *out = matches;
    *n = there_are;
    return status;
}
