/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes filed by their parts, so that those near another one are found without
 * a look at all (multi-index hashing; Norouzi, Punjani and Fleet 2014).
 *
 * A hash of 256 bits has 16 parts of 16. Table t files every hash under its part
 * t, and keeps beside its number the part that comes next, its tag, which tells
 * nearly all that are far without a look at the hash. hash_plan.h says why
 * nothing is missed.
 */
#ifndef SITR_HASH_TABLES_H
#define SITR_HASH_TABLES_H

#include <string.h>

#include "index/layout.h"

/** Part `t` of a hash; they go around. */
static inline uint16_t sitr_hash_part(const uint64_t word[4], uint32_t t)
{
    t %= SITR_HASH_PARTS;
    return (uint16_t)(word[t / 4] >> 16 * (t % 4));
}

/** Files all hashes of an index in its table `t`. `ends`
 * has room for SITR_HASH_BUCKETS numbers. */
void sitr_hash_table_fill(const sitr_index_layout *l, uint8_t *data, uint32_t t,
                          uint32_t *ends);

/** Where a bucket begins and ends among the entries of table `t`: never beyond
 * them, nor before it begins, whatever the bytes say. */
static inline void sitr_hash_bucket(const sitr_index_layout *l,
                                    const uint8_t *data, uint32_t t,
                                    uint16_t part, uint32_t *from, uint32_t *to)
{
    uint32_t ends[2];

    memcpy(ends, data + sitr_index_hash_heads(l, t) + (size_t)part * 4,
           sizeof ends);
    if (ends[1] > sitr_index_n_codes(l) || ends[0] > ends[1])
        ends[0] = ends[1] = 0;
    *from = ends[0];
    *to = ends[1];
}

#endif
