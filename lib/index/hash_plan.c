/* SPDX-License-Identifier: Apache-2.0 */
/* How many bits each part may differ in, by what that would cost. */
#include "index/hash_plan.h"

/* Parts that differ in more are never looked for: that is a sixth of all. */
#define MOST_BITS   5
#define MOST_RADIUS ((MOST_BITS + 1) * SITR_HASH_PARTS - 1)

/* What things cost, in picoseconds, on Zen 3: such that at no radius a search of
 * bench-hash-index takes longer than its scan. Only their ratios count, and only
 * for the time that a search takes: what is found does not depend on them. */
#define COST_OF_SCAN      1500  /* a hash, in a scan of all */
#define COST_OF_BUCKET    14000 /* one that is looked into */
#define COST_OF_ENTRY     250   /* whose tag is compared */
#define COST_OF_CANDIDATE 40000 /* whose hash is compared */
#define COST_OF_ALIKE     4000  /* the same, where many next to it are, too */

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
 * their tags may differ in `limit`. Entries that are far more than an even share
 * are of hashes that are alike, and so are their tags. */
static uint64_t cost_of(uint64_t n_codes, uint64_t entries, uint32_t d,
                        uint32_t limit)
{
    const uint64_t share = 4 * (n_codes * n_flips[d] / SITR_HASH_BUCKETS + 1);
    const uint64_t alike = entries > share ? entries - share : 0;

    return n_flips[d] * (uint64_t)COST_OF_BUCKET + entries * COST_OF_ENTRY +
           alike * COST_OF_ALIKE +
           (entries - alike) * n_near(limit) * COST_OF_CANDIDATE /
               SITR_HASH_BUCKETS;
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
    const uint64_t n = sitr_index_n_codes(&index->at);
    uint64_t cost = 0;

    for (uint32_t t = 0; t < SITR_HASH_PARTS; t++)
        for (int32_t d = 0; d <= plan->most[t]; d++)
            cost += cost_of(
                n, c ? c[t].entries[d] : n * n_flips[d] / SITR_HASH_BUCKETS,
                (uint32_t)d, sitr_hash_tag_limit(plan, t, (uint32_t)d));
    return cost;
}

/* The cheapest way for the parts up to each one to make up so many bits. */
typedef struct ways {
    uint64_t cost[SITR_HASH_PARTS + 1][MOST_RADIUS + 2];
    int32_t most[SITR_HASH_PARTS + 1][MOST_RADIUS + 2];
} ways;

/* Every way that the last of the first `t` + 1 parts differs in at most `most`
 * bits. As if the next one were as in `even`: it is not known yet. */
static void add_ways(ways *w, const sitr_index *index, uint32_t t,
                     const counts *c, uint32_t bits, int32_t most,
                     const sitr_hash_plan *even)
{
    const uint64_t n = sitr_index_n_codes(&index->at);
    sitr_hash_plan plan = *even;
    uint64_t cost = 0;

    plan.most[t] = most;
    for (int32_t d = 0; d <= most; d++)
        cost += cost_of(n, c->entries[d], (uint32_t)d,
                        sitr_hash_tag_limit(&plan, t, (uint32_t)d));
    for (uint32_t b = 0; b + (uint32_t)(most + 1) <= bits; b++) {
        const uint32_t to = b + (uint32_t)(most + 1);

        if (w->cost[t][b] == UINT64_MAX ||
            w->cost[t][b] + cost >= w->cost[t + 1][to])
            continue;
        w->cost[t + 1][to] = w->cost[t][b] + cost;
        w->most[t + 1][to] = most;
    }
}

/* The cheapest plan of all, with parts that differ in at most `widest` bits:
 * where hashes are alike in a part, others have to tell them apart. */
static void spread_by_cost(const sitr_index *index, uint32_t radius,
                           int32_t widest, const counts c[SITR_HASH_PARTS],
                           const sitr_hash_plan *even, sitr_hash_plan *out)
{
    uint32_t bits = radius + 1;
    ways w;

    memset(w.cost, 0xff, sizeof w.cost);
    w.cost[0][0] = 0;
    for (uint32_t t = 0; t < SITR_HASH_PARTS; t++)
        for (int32_t most = -1; most <= widest; most++)
            add_ways(&w, index, t, &c[t], bits, most, even);
    for (uint32_t t = SITR_HASH_PARTS; t-- > 0;) {
        out->most[t] = w.most[t + 1][bits];
        bits -= (uint32_t)(out->most[t] + 1);
    }
}

static void count_all(const sitr_index *index, const uint64_t query[4],
                      int32_t d, counts c[SITR_HASH_PARTS])
{
    for (uint32_t t = 0; t < SITR_HASH_PARTS && d <= MOST_BITS; t++)
        count(index, query, t, (uint32_t)d, &c[t]);
}

bool sitr_hash_plan_make(const sitr_index *index, const uint64_t query[4],
                         uint32_t radius, sitr_hash_plan *out)
{
    const uint64_t scan =
        (uint64_t)sitr_index_n_codes(&index->at) * COST_OF_SCAN;
    counts c[SITR_HASH_PARTS];
    sitr_hash_plan even;

    if (!index->at.has_hash_tables || radius > MOST_RADIUS) return false;
    spread_evenly(radius, &even);
    const uint64_t hoped = cost_of_plan(index, &even, NULL);
    int32_t widest = even.most[0];

    if (hoped > scan) return false;
    for (int32_t d = 0; d <= widest; d++) count_all(index, query, d, c);
    *out = even;
    uint64_t cost = cost_of_plan(index, out, c);

    /* where these buckets are overfull: with wider ones of other parts */
    for (uint32_t i = 0; i < 2 && cost > 2 * hoped && widest < MOST_BITS; i++) {
        count_all(index, query, ++widest, c);
        spread_by_cost(index, radius, widest, c, &even, out);
        cost = cost_of_plan(index, out, c);
    }
    return cost <= scan;
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
