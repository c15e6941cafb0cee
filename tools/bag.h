/* SPDX-License-Identifier: Apache-2.0 */
/* A BagIt folder (RFC 8493): files and a manifest of their SHA-256, which anybody
 * can check with other tools. */
#ifndef TOOLS_BAG_H
#define TOOLS_BAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BAG_TAG_MANIFEST "tagmanifest-sha256.txt"

/** A folder of its own that no one sees before it is whole. */
struct bag {
    char *beside; /* where it is made; NULL: nowhere */
    char *manifest;
    size_t n_files;
    uint64_t n_bytes;
};

/* These say what failed, of `path`, and return false. */

/** Begins one that is to be called `path`, where nothing may be. */
bool bag_begin(struct bag *bag, const char *path);

/** Puts a file into it, `name` a plain one. */
bool bag_add(struct bag *bag, const char *path, const char *name,
             const void *data, size_t size);

/** The same of one that another program has written into its folder `data`. */
bool bag_take(struct bag *bag, const char *path, const char *name);

/** Writes the rest, and gives it its name. The bytes of the tag manifest, which
 * stand for all of it, are hashed into `sha256`. */
bool bag_end(struct bag *bag, const char *path, const char *identifier,
             const char *agent, uint8_t sha256[32]);

/** Removes what was not ended. */
void bag_drop(struct bag *bag);

#endif
