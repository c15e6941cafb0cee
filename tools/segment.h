/* SPDX-License-Identifier: Apache-2.0 */
/* A segment of an index: a file that never changes, with the library's index,
 * which is matched by, and the names of what is in it. FORMAT.md has the bytes. */
#ifndef TOOLS_SEGMENT_H
#define TOOLS_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sitr.h>

#include "manifest.h"

#define SEGMENT_NAME_SIZE 32
/** What is at the beginning of a segment, and says how it goes on. */
#define SEGMENT_INDEX_HEAD 128

struct segment {
    uint8_t *map;
    size_t size;
    size_t names; /* where the index ends, and they begin */
    sitr_index *index;
    bool no_regions; /* some of it was signed without */
    size_t first, n; /* what is left of its pictures, in the store */
};

/** The name of the file with that number. */
void segment_name(uint64_t number, char out[SEGMENT_NAME_SIZE]);

/** Whether a file of that name may be one. */
bool segment_is_name(const char *name);

/** Where the names begin, by the head of the index; 0 where it is none. */
uint64_t segment_names_at(const uint8_t head[SEGMENT_INDEX_HEAD]);

/** Ties a manifest to a segment: SHA-256 of both heads, whose checksums are those
 * of the rest. `names` are the first SECTION_HEAD bytes of that section. */
void segment_seal(const uint8_t head[SEGMENT_INDEX_HEAD], const uint8_t *names,
                  uint8_t seal[32]);

/** Maps the file in `folder`: 0, or an errno, EINVAL where it is not regular or
 * of another size than it should have. */
int segment_map(struct segment *segment, int folder,
                const struct manifest_segment *listed);

/** Finds the index and the names, and looks whether they are what was listed:
 * SITR_EINVAL where it is another file. */
sitr_status segment_open(struct segment *segment, const sitr_ctx *ctx,
                         const struct manifest_segment *listed);

void segment_close(struct segment *segment);

#endif
