/* SPDX-License-Identifier: Apache-2.0 */
/* How many bits each part may differ in, by what that would cost. */
#include "index/hash_plan.h"

/* Parts that differ in more are never looked for: that is a sixth of all. */
#define MOST_BITS 5

/* What things cost, in picoseconds: bench-hash-index --costs fits them. Only
 * their ratios count, and only for the time that a search takes: what is found
 * does not depend on them. */
#define COST_OF_SCAN      1500  /* a hash, in a scan of all */
#define COST_OF_BUCKET    14000 /* one that is looked into */
#define COST_OF_ENTRY     250   /* whose tag is compared */
#define COST_OF_CANDIDATE 40000 /* whose hash is compared */

/* Entries with the query's part but for `d` bits, in the buckets of a table. */
typedef struct counts {
    uint64_t entries[MOST_BITS + 1];
} counts;

/* Of 16 bits: how many of them have d set, and at most d. */
static const uint16_t n_flips[MOST_BITS + 1] = {1, 16, 120, 560, 1820, 4368};

/* The tags within so many bits of one, of 65536. */
static uint64_t n_near(uint32_t limit)
{
    static const uint32_t near[17] = {1,     17,    137,   697,   2517,  6885,
                                      14893, 26333, 39203, 50643, 58651, 63019,
                                      64839, 65399, 65519, 65535, 65536};

    return near[limit < 16 ? limit : 16];
}

/* What it costs to look for `d` bits in a table with so many entries there, when
 * their tags may differ in `limit`. */
static uint64_t cost_of(uint64_t entries, uint32_t d, uint32_t limit)
{
    return n_flips[d] * (uint64_t)COST_OF_BUCKET +
           entries * (COST_OF_ENTRY +
                      n_near(limit) * COST_OF_CANDIDATE / SITR_HASH_BUCKETS);
}

/* All parts alike but that the first of them may differ in a bit more. */
static void spread_evenly(uint32_t radius, sitr_hash_plan *out)
{
    const uint32_t bits = radius + 1, more = bits % SITR_HASH_PARTS;

    for (uint32_t t = 0; t < SITR_HASH_PARTS; t++)
        out->most[t] = (int32_t)(bits / SITR_HASH_PARTS) - (t >= more);
}

static void count(const sitr_index *index, const uint64_t query[4], uint32_t t,
                  uint32_t d, counts *out)
{
    const uint16_t part = sitr_hash_part(query, t);
    uint16_t flips = sitr_hash_flips_first(d);

    out->entries[d] = 0;
    do {
        uint32_t from, to;

        sitr_hash_bucket(&index->at, index->data, t, part ^ flips, &from, &to);
        out->entries[d] += to - from;
    } while ((flips = sitr_hash_flips_next(flips)));
}

/* Of a plan, with the entries there are; NULL: with as many in each bucket. */
static uint64_t cost_of_plan(const sitr_index *index,
                             const sitr_hash_plan *plan,
                             const counts c[SITR_HASH_PARTS])
{
    uint64_t cost = 0;

    for (uint32_t t = 0; t < SITR_HASH_PARTS; t++)
        for (int32_t d = 0; d <= plan->most[t]; d++) {
            const uint64_t even = (uint64_t)sitr_index_n_codes(&index->at) *
                                  n_flips[d] / SITR_HASH_BUCKETS;

            cost += cost_of(c ? c[t].entries[d] : even, (uint32_t)d,
                            sitr_hash_tag_limit(plan, t, (uint32_t)d));
        }
    return cost;
}

bool sitr_hash_plan_make(const sitr_index *index, const uint64_t query[4],
                         uint32_t radius, sitr_hash_plan *out)
{
    const uint64_t scan =
        (uint64_t)sitr_index_n_codes(&index->at) * COST_OF_SCAN;
    counts c[SITR_HASH_PARTS];

    if (!index->at.has_hash_tables ||
        radius >= (MOST_BITS + 1) * SITR_HASH_PARTS)
        return false;
    spread_evenly(radius, out);
    if (cost_of_plan(index, out, NULL) > scan) return false;
    for (uint32_t t = 0; t < SITR_HASH_PARTS; t++)
        for (int32_t d = 0; d <= out->most[t]; d++)
            count(index, query, t, (uint32_t)d, &c[t]);
    return cost_of_plan(index, out, c) <= scan;
}

bool sitr_hash_plan_finds(const sitr_hash_plan *plan, const uint64_t query[4],
                          const uint64_t code[4], uint32_t t)
{
    const uint16_t part = sitr_hash_part(query, t) ^ sitr_hash_part(code, t);
    const uint16_t next =
        sitr_hash_part(query, t + 1) ^ sitr_hash_part(code, t + 1);
    const uint32_t differs = sitr_hash_part_bits(part);

    return (int32_t)differs <= plan->most[t] &&
           sitr_hash_part_bits(next) <= sitr_hash_tag_limit(plan, t, differs);
}
