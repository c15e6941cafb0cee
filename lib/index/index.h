/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index as the layer above sees it: pictures by number, in the order they
 * were added, and those of them that may be in a found one.
 *
 * It is its file: one run of bytes, made by the builder or mapped, that
 * FORMAT.md describes and layout.h finds its way in. A mapped file may be
 * damaged, hostile, or change under our eyes: what is read from it is copied
 * first and then held to its bounds, each time.
 */
#ifndef SITR_INDEX_H
#define SITR_INDEX_H

#include "base/file.h"
#include "index/layout.h"
#include "signature/signature.h"

struct sitr_index {
    const sitr_ctx *ctx;
    sitr_index_layout at;
    const uint8_t *data; /* at.size bytes */
    void *owned;         /* the same, where the builder made them */
    sitr_mapping file;   /* or where a file was mapped */
};

/** What is kept of a picture, as the bytes of the index have it. */
typedef struct sitr_index_picture {
    uint64_t id;
    uint32_t width, height; /* 0: a hash from elsewhere */
    uint32_t first;         /* of its regions */
    uint32_t flags;         /* of SITR_INFO_* */
    uint32_t crc;           /* of its points, then its descriptors */
    uint16_t n_regions;
    uint8_t quality;
    uint8_t has_code;                 /* 1: a PDQ hash */
    uint16_t n_single, n_distinctive; /* of its regions */
    uint8_t reserved[4];
} sitr_index_picture;

_Static_assert(sizeof(sitr_index_picture) == SITR_INDEX_PICTURE, "FORMAT.md");
_Static_assert(sizeof(sitr_keypoint) == SITR_INDEX_POINT, "FORMAT.md");
_Static_assert(sizeof(sitr_descriptor) == SITR_INDEX_DESCRIPTOR, "FORMAT.md");

/** Copies what is kept of picture `i` < n_pictures; what it says of its regions is
 * as foreign as the bytes are. */
void sitr_index_read_picture(const sitr_index *index, uint32_t i,
                             sitr_index_picture *out);

/** A picture of the index as the signature that it was, with room for it. */
typedef struct sitr_index_entry {
    sitr_signature signature;
    sitr_keypoint points[SITR_MAX_QUERY_REGIONS];
    sitr_descriptor descriptors[SITR_MAX_QUERY_REGIONS];
} sitr_index_entry;

/** Reads number `i` of all that have one: a picture, or a hash without. `*id` is
 * its own. Regions, or a hash, that are damaged are left out, and said in the
 * log. */
void sitr_index_get(const sitr_index *index, uint32_t i, sitr_index_entry *out,
                    uint64_t *id);

/** The PDQ codes from number `from` on, four words each; zero where there is
 * none. */
const uint64_t *sitr_index_codes(const sitr_index *index, uint32_t from);

/** Whether bare hash `i` < n_hashes, its id and its quality are as they were
 * written; said in the log where not. `*checked` is the block that was found
 * whole last, UINT32_MAX at first. */
bool sitr_index_is_whole(const sitr_index *index, uint32_t i,
                         uint32_t *checked);

/** The id of a number. */
uint64_t sitr_index_id(const sitr_index *index, uint32_t number);

#endif
