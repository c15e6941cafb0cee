/* SPDX-License-Identifier: Apache-2.0 */
/* An index file of the command: the library's index, which is matched by, and
 * the names of what is in it. FORMAT.md has the bytes. */
#ifndef TOOLS_STORE_H
#define TOOLS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sitr.h>

#include "picture.h"

/** Indexes that were merged lie one behind the other, for each has ids of its
 * own and the library's index can be given no others. Each is searched. */
#define STORE_MAX_PARTS 256
/** Ids are below this: programs in JavaScript read them too. */
#define STORE_MAX_ID ((uint64_t)1 << 53)

struct store_part {
    sitr_index *index;   /* of the part's own ids, from 0 */
    const uint8_t *data; /* its bytes in the map */
    size_t size;
    uint64_t base;   /* what is added to these to have the file's ids */
    uint64_t next;   /* own ids below were given, or had been to what is gone */
    bool no_regions; /* some of it was signed without */
    size_t first, n; /* its pictures, in the store */
};

struct store {
    int fd;
    uint8_t *map;
    size_t size;
    struct store_part *parts;
    size_t n_parts;
    /* all that is recorded, by id; without signatures, which the indexes hold */
    struct picture *pictures;
    uint64_t *ids;
    size_t n, capacity;
};

/** Whether what the path names begins as an index does. */
bool store_is(const char *path);

/** Maps the file. Everything but the regions of pictures and the tables is
 * checked here. False, after a message, where it cannot be used; the store is
 * empty then. */
bool store_open(struct store *store, const sitr_ctx *ctx, const char *path);
void store_close(struct store *store);

/** Keeps other commands from changing the file until the store is closed.
 * False, after a message, where one is at it, or was since it was opened. */
bool store_lock(struct store *store, const char *path);

/** Takes what `picture` owns. `id` is greater than those before. */
void store_record(struct store *store, const struct picture *picture,
                  uint64_t id);

/** Whether a signature of it is in the index, and not its SHA-256 alone. */
bool store_has_signature(const struct picture *picture);

/** All matches of `found`, of each part strongest first, `id` being the place
 * in `pictures`: `*out` is to be freed. From any thread. */
sitr_status store_match(const struct store *store, const sitr_signature *found,
                        const sitr_match_opts *opts, sitr_match **out,
                        size_t *n);

/** What is wrong with an index, in the language of the user. */
const char *store_problem(sitr_status status);

#endif
