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

/* Bare hashes are checked in blocks of so many. */
#define SITR_HASH_BLOCK 8
/* Parts of a hash, of 16 bits, each with a table of 2^16 buckets. */
#define SITR_HASH_PARTS   16
#define SITR_HASH_BUCKETS 65536
/* Tables are made from so many hashes on: of fewer a scan is as fast, and the
 * heads of the buckets alone take 4 MB. */
#define SITR_HASH_TABLES_FROM 16384

/* Sections begin at multiples of this. */
#define SITR_INDEX_ALIGN 64

typedef struct sitr_index_layout {
    uint32_t n_pictures, n_regions;
    uint32_t n_hashes; /* without a picture; their numbers follow those of the
                        * pictures, which number 2^31 - 1 together at most */
    bool has_hash_tables;
    sitr_key_sizes sizes;
    /* where each section begins */
    size_t pictures, codes, points, descriptors, tables;
    size_t table_size; /* of each: heads, then entries */
    /* of hashes without a picture: ids, qualities, a checksum a block */
    size_t ids, qualities, sums;
    /* of the tables of all hashes: heads of all, tags of all, numbers of all */
    size_t hash_heads, hash_tags, hash_numbers;
    size_t size; /* of all */
} sitr_index_layout;

/** False where it is more than this machine can address. */
bool sitr_index_lay_out(uint32_t n_pictures, uint32_t n_hashes,
                        uint32_t n_regions, sitr_index_layout *out);

/** Of pictures, though they may have none, and of hashes without one. */
static inline uint32_t sitr_index_n_codes(const sitr_index_layout *l)
{
    return l->n_pictures + l->n_hashes;
}

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

/** Of table `t` of the hashes: the ends of its buckets, one more than there are
 * buckets, from the first one's beginning on; and of its entries. */
static inline size_t sitr_index_hash_heads(const sitr_index_layout *l,
                                           uint32_t t)
{
    return l->hash_heads + (size_t)t * (SITR_HASH_BUCKETS + 1) * 4;
}

static inline size_t sitr_index_hash_tags(const sitr_index_layout *l,
                                          uint32_t t)
{
    return l->hash_tags + (size_t)t * sitr_index_n_codes(l) * 2;
}

static inline size_t sitr_index_hash_numbers(const sitr_index_layout *l,
                                             uint32_t t)
{
    return l->hash_numbers + (size_t)t * sitr_index_n_codes(l) * 4;
}

/** How many blocks of bare hashes there are, and the checksum of one. */
static inline uint32_t sitr_index_n_blocks(const sitr_index_layout *l)
{
    return (l->n_hashes + SITR_HASH_BLOCK - 1) / SITR_HASH_BLOCK;
}

uint32_t sitr_index_block_crc(const sitr_index_layout *l, const uint8_t *data,
                              uint32_t block);

/* Checksums in the head. */
enum {
    SITR_INDEX_CRC_PICTURES = 0,
    SITR_INDEX_CRC_CODES,
    SITR_INDEX_CRC_TABLES, /* and the others after it */
    SITR_INDEX_CRC_SUMS = SITR_INDEX_CRC_TABLES + SITR_N_TABLES,
    SITR_INDEX_CRC_HASH_HEADS,
    SITR_INDEX_CRC_HASH_ENTRIES,
    SITR_INDEX_N_CRCS
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
