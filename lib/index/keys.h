/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a descriptor is filed under. Each table looks at some of its bits, other
 * ones than the next table does: descriptors that are near agree in all of them
 * in one table or another (locality-sensitive hashing; Indyk and Motwani 1998).
 * The first bits of a table choose the bucket; a few more stand beside each entry
 * as its tag, and may differ in one place.
 */
#ifndef SITR_INDEX_KEYS_H
#define SITR_INDEX_KEYS_H

#include "region/region.h"

#define SITR_N_TABLES 12

/** How many bits of each sort, which follows from how many descriptors there
 * are: an entry has 32 for the number of its descriptor and its tag. */
typedef struct sitr_key_sizes {
    uint32_t number_bits; /* of an entry, the low ones */
    uint32_t tag_bits;    /* above them */
    uint32_t sampled;     /* bits of a descriptor that choose its bucket */
    uint32_t bucket_bits; /* what they are hashed to */
} sitr_key_sizes;

sitr_key_sizes sitr_key_sizes_for(uint32_t n_descriptors);

/** A table's bits, ready to be looked at. */
typedef struct sitr_key {
    uint64_t mask[4];
    uint32_t bucket_shift;
    uint32_t n_tag;
    uint8_t tag[8];
} sitr_key;

sitr_key sitr_key_of_table(const sitr_key_sizes *sizes, uint32_t table);

/** The bucket of a descriptor of which `variant` was made. */
static inline uint32_t sitr_key_bucket(const sitr_key *key,
                                       const sitr_descriptor *d,
                                       uint32_t variant)
{
    uint64_t h = (d->word[0 ^ variant] & key->mask[0]) * 0x9e3779b97f4a7c15;

    h += (d->word[1 ^ variant] & key->mask[1]) * 0xbf58476d1ce4e5b9;
    h += (d->word[2 ^ variant] & key->mask[2]) * 0x94d049bb133111eb;
    h += (d->word[3 ^ variant] & key->mask[3]) * 0xd6e8feb86659fd93;
    h ^= h >> 32;
    h *= 0xff51afd7ed558ccd;
    return (uint32_t)(h >> key->bucket_shift);
}

static inline uint32_t sitr_key_tag(const sitr_key *key,
                                    const sitr_descriptor *d, uint32_t variant)
{
    uint32_t tag = 0;

    for (uint32_t i = 0; i < key->n_tag; i++) {
        const uint32_t bit = key->tag[i];

        tag |= (uint32_t)(d->word[bit / 64 ^ variant] >> bit % 64 & 1) << i;
    }
    return tag;
}

#endif
