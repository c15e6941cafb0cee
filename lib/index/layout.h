/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where things are in the bytes of an index; FORMAT.md has the words. All of it
 * follows from how many pictures and regions there are.
 */
#ifndef SITR_INDEX_LAYOUT_H
#define SITR_INDEX_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "index/keys.h"

#define SITR_INDEX_HEAD       128
#define SITR_INDEX_PICTURE    40
#define SITR_INDEX_CODE       32
#define SITR_INDEX_POINT      6
#define SITR_INDEX_DESCRIPTOR 32

/* Sections begin at multiples of this. */
#define SITR_INDEX_ALIGN 64

typedef struct sitr_index_layout {
    uint32_t n_pictures, n_regions;
    sitr_key_sizes sizes;
    /* where each section begins */
    size_t pictures, codes, points, descriptors, tables;
    size_t table_size; /* of each: heads, then entries */
    size_t size;       /* of all */
} sitr_index_layout;

/** False where it is more than this machine can address. */
bool sitr_index_lay_out(uint32_t n_pictures, uint32_t n_regions,
                        sitr_index_layout *out);

/** Where the heads and the entries of table `t` begin. */
static inline size_t sitr_index_heads(const sitr_index_layout *l, uint32_t t)
{
    return l->tables + t * l->table_size;
}

static inline size_t sitr_index_entries(const sitr_index_layout *l, uint32_t t)
{
    return sitr_index_heads(l, t) +
           (((size_t)1 << l->sizes.bucket_bits) + 1) * 4;
}

/* Checksums in the head. */
enum {
    SITR_INDEX_CRC_PICTURES = 0,
    SITR_INDEX_CRC_CODES,
    SITR_INDEX_CRC_TABLES, /* and the others after it */
    SITR_INDEX_N_CRCS = SITR_INDEX_CRC_TABLES + SITR_N_TABLES
};

/** Writes the head. */
void sitr_index_put_head(const sitr_index_layout *l,
                         const uint32_t crcs[SITR_INDEX_N_CRCS], uint8_t *p);

/** The checksum of a section, as number SITR_INDEX_CRC_*. */
uint32_t sitr_index_section_crc(const sitr_index_layout *l, const uint8_t *data,
                                uint32_t section);

/** Reads a head and what must hold for all to be within `size` bytes. */
sitr_status sitr_index_get_head(const uint8_t *data, size_t size,
                                sitr_index_layout *out,
                                uint32_t crcs[SITR_INDEX_N_CRCS]);

#endif
