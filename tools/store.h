/* SPDX-License-Identifier: Apache-2.0 */
/* An index of the command: a folder of segments, and the manifest that says
 * which of them count. */
#ifndef TOOLS_STORE_H
#define TOOLS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sitr.h>

#include "manifest.h"
#include "picture.h"
#include "segment.h"

#define STORE_MANIFEST "manifest"

struct store {
    const sitr_ctx *ctx;
    char *path;  /* as it was given */
    int folder;  /* -1: none is open */
    size_t size; /* of the manifest, in bytes */
    struct manifest manifest;
    struct segment *segments; /* as many, in the same order */
    /* all that is recorded and was not removed, by id; without signatures, which
     * the indexes hold */
    struct picture *pictures;
    uint64_t *ids;
    size_t n, capacity;
};

/** Whether what the path names is a folder with a manifest in it. */
bool store_is(const char *path);

/** Opens an index. Everything but the regions of pictures and the tables is
 * checked here. Where it is to be changed, other commands are kept from that
 * until the store is closed. False, after a message, where it cannot be used, or
 * another command is changing it; the store is empty then. */
bool store_open(struct store *store, const sitr_ctx *ctx, const char *path,
                bool to_change);
void store_close(struct store *store);

/** Reads what the index is now: the manifest alone, or all. False, after a
 * message, where that fails. */
bool store_read_manifest(struct store *store);
bool store_load(struct store *store);

/** Takes what `picture` owns. `id` is greater than those before. */
void store_record(struct store *store, const struct picture *picture,
                  uint64_t id);

/** Whether a signature of it is in the index, and not its SHA-256 alone. */
bool store_has_signature(const struct picture *picture);

/** All matches of `found`, of each segment strongest first, `id` being the place
 * in `pictures`: `*out` is to be freed. From any thread. */
sitr_status store_match(const struct store *store, const sitr_signature *found,
                        const sitr_match_opts *opts, sitr_match **out,
                        size_t *n);

/** What is wrong with an index, in the language of the user. */
const char *store_problem(sitr_status status);

/** Says it of segment `i`, by the path of its file. */
void store_say_segment(const struct store *store, size_t i,
                       const char *problem);

#endif
