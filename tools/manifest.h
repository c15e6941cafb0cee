/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest of an index: which segments it has, and what was removed from
 * them. As bytes, and as what they say. */
#ifndef TOOLS_MANIFEST_H
#define TOOLS_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include <sitr.h>

/** So many segments at most. */
#define MANIFEST_MAX_SEGMENTS 1024
/** So many bytes; some 30 million pictures removed and not merged since. */
#define MANIFEST_MAX_SIZE ((size_t)256 << 20)
/** Ids are below this: programs in JavaScript read them too. */
#define MANIFEST_MAX_ID ((uint64_t)1 << 53)

struct manifest_segment {
    uint64_t number; /* names its file */
    uint64_t size;   /* of that, in bytes */
    uint64_t base;   /* added to its own ids, which begin at 0 */
    uint64_t next;   /* own ids below were given, or had been to what is gone */
    uint32_t n;      /* pictures recorded in it, with those that were removed */
    uint32_t n_removed;
    uint64_t *removed; /* own ids, rising; owned */
    uint8_t seal[32];  /* ties it to what is in the file */
};

struct manifest {
    uint64_t generation; /* one more each time it is written; 0: never */
    uint64_t next_id, next_number;
    struct manifest_segment *segments; /* by base */
    size_t n;
};

/** The bytes, to be freed; NULL where they would be over MANIFEST_MAX_SIZE. */
uint8_t *manifest_encode(const struct manifest *manifest, size_t *size);

/** Reads what is all of a file. SITR_EFORMAT where it is none of ours,
 * SITR_ETRUNCATED, _EVERSION or _ECORRUPT where it does not hold; the manifest
 * is empty then. */
sitr_status manifest_decode(struct manifest *manifest, const uint8_t *data,
                            size_t size);

void manifest_copy(struct manifest *to, const struct manifest *from);

/** Puts `by`, whose list it takes, in the place of `n` segments from `at` on;
 * NULL takes those away. */
void manifest_replace(struct manifest *manifest, size_t at, size_t n,
                      const struct manifest_segment *by);

void manifest_clear(struct manifest *manifest);

#endif
