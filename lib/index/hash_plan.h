/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where to look for all hashes within a radius of one.
 *
 * Let d[t] be the bits in which part t of two hashes differs, and most[t] >= -1
 * numbers with sum (most[t] + 1) = radius + 1. If the hashes are within the
 * radius, the numbers d[t] - (most[t] + 1) add up to less than 0. Then, going
 * around, there is a part from which on all their partial sums are negative
 * (the cycle lemma; Dvoretzky and Motzkin 1947; as a filter: Qin and Xiao,
 * "Pigeonring", 2018). The first two of these say of that part t
 *
 *     d[t] <= most[t],   d[t] + d[t + 1] <= most[t] + most[t + 1] + 1,
 *
 * and these are what is looked for in table t: the buckets within most[t] bits
 * of the query's part, and in them the tags near its next one. For a radius of 31
 * all most[t] are 1: 272 buckets of 1,048,576, and of their entries one in 480
 * is looked into.
 */
#ifndef SITR_HASH_PLAN_H
#define SITR_HASH_PLAN_H

#include "index/hash_tables.h"
#include "index/index.h"

typedef struct sitr_hash_plan {
    int32_t most[SITR_HASH_PARTS]; /* -1: not in this table */
} sitr_hash_plan;

/** The cheapest plan that is known for this query and these tables; false where
 * a scan of all hashes costs less. */
bool sitr_hash_plan_make(const sitr_index *index, const uint64_t query[4],
                         uint32_t radius, sitr_hash_plan *out);

/** Bits in which the tag may differ where the part of table `t` differs in
 * `differs` <= most[t]. */
static inline uint32_t sitr_hash_tag_limit(const sitr_hash_plan *plan,
                                           uint32_t t, uint32_t differs)
{
    return (uint32_t)(plan->most[t] + plan->most[(t + 1) % SITR_HASH_PARTS] +
                      1 - (int32_t)differs);
}

/** Whether `code` comes up in table `t`. */
bool sitr_hash_plan_finds(const sitr_hash_plan *plan, const uint64_t query[4],
                          const uint64_t code[4], uint32_t t);

/** The number of bits that are set. */
static inline uint32_t sitr_hash_part_bits(uint16_t part)
{
    uint32_t v = part - (part >> 1 & 0x5555u);

    v = (v & 0x3333) + (v >> 2 & 0x3333);
    v = (v + (v >> 4)) & 0x0f0f;
    return (v + (v >> 8)) & 31;
}

/* All parts with as many bits as `sitr_hash_flips_first`, rising: the next after
 * `flips`, or 0 after the last (Gosper; HAKMEM 175). */
static inline uint16_t sitr_hash_flips_first(uint32_t bits)
{
    return (uint16_t)((1u << bits) - 1);
}

static inline uint16_t sitr_hash_flips_next(uint16_t flips)
{
    if (!flips) return 0;
    const uint32_t up = flips + (flips & -(uint32_t)flips);
    const uint32_t next = up | (flips ^ up) >> (__builtin_ctz(flips) + 2);

    return next > UINT16_MAX ? 0 : (uint16_t)next;
}

#endif
