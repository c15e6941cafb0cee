/* SPDX-License-Identifier: Apache-2.0 */
/* Hash tables over runs of 16 bits: small enough to stay in a core's cache. */
#include "region/query.h"

#include <string.h>

#define BUCKET_BITS 12
#define N_BUCKETS   (1u << BUCKET_BITS)

_Static_assert(SITR_MAX_QUERY_REGIONS < 1 << 14, "an entry has 14 bits for it");
_Static_assert(SITR_MAX_QUERY_REGIONS *SITR_N_VARIANTS < UINT16_MAX, "first");

static uint32_t run_of(const sitr_descriptor *d, uint32_t run, uint32_t variant)
{
    return (uint32_t)(d->word[(run / 4) ^ variant] >> run % 4 * 16) & 0xffff;
}

static uint32_t bucket_of(uint32_t value)
{
    return value * 40503u >> 4 & (N_BUCKETS - 1);
}

static void fill_run(sitr_region_query *q, uint32_t run)
{
    uint16_t *const first = q->first + (size_t)run * (N_BUCKETS + 1);
    uint32_t *const entries = q->entries + (size_t)run * q->n_entries;
    const uint32_t n = q->regions->n;

    for (uint32_t variant = 0; variant < SITR_N_VARIANTS; variant++)
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t value =
                run_of(&q->regions->descriptors[i], run, variant);

            q->known[run][value >> 6] |= UINT64_C(1) << (value & 63);
            first[bucket_of(value)]++;
        }
    for (uint32_t b = 1; b <= N_BUCKETS; b++)
        first[b] = (uint16_t)(first[b] + first[b - 1]);
    /* from the end: each bucket's end becomes its beginning */
    for (uint32_t variant = SITR_N_VARIANTS; variant-- > 0;)
        for (uint32_t i = n; i-- > 0;) {
            const uint32_t value =
                run_of(&q->regions->descriptors[i], run, variant);

            entries[--first[bucket_of(value)]] =
                value << 16 | variant << 14 | i;
        }
}

void sitr_region_query_free(const sitr_ctx *ctx, sitr_region_query *query)
{
    sitr_free(ctx, query->known);
    sitr_free(ctx, query->first);
    sitr_free(ctx, query->entries);
    *query = (sitr_region_query){0};
}

sitr_status sitr_region_query_new(const sitr_ctx *ctx,
                                  const sitr_regions *regions, uint32_t width,
                                  uint32_t height, sitr_region_query *out)
{
    const float longer = (float)(width > height ? width : height);

    *out = (sitr_region_query){
        .regions = regions,
        .width = (float)width * SITR_REGION_UNIT / longer,
        .height = (float)height * SITR_REGION_UNIT / longer,
        .least_scale = UINT8_MAX,
        .n_entries = regions->n * SITR_N_VARIANTS,
        .known = sitr_alloc(ctx, SITR_N_RUNS * sizeof *out->known),
        .first =
            sitr_alloc(ctx, SITR_N_RUNS * (N_BUCKETS + 1) * sizeof *out->first),
        .entries = sitr_alloc(ctx, SITR_N_RUNS * (size_t)regions->n *
                                       SITR_N_VARIANTS * sizeof *out->entries),
    };
    if (!out->known || !out->first || !out->entries) {
        sitr_region_query_free(ctx, out);
        return SITR_ENOMEM;
    }
    for (uint32_t i = 0; i < regions->n; i++)
        if (regions->points[i].scale < out->least_scale)
            out->least_scale = regions->points[i].scale;
    for (uint32_t run = 0; run < SITR_N_RUNS; run++) fill_run(out, run);
    return SITR_OK;
}

/* Whether an earlier run has brought up the two already. */
static bool was_met(const sitr_descriptor *a, const sitr_descriptor *b,
                    uint32_t variant, uint32_t run)
{
    for (uint32_t r = 0; r < run; r++)
        if (run_of(a, r, 0) == run_of(b, r, variant)) return true;
    return false;
}

_Static_assert(SITR_N_RUNS <= 16, "a bit for each");

/* For each region of mine, the runs of which the query has that very value, a
 * bit each. Run by run, so that what is asked stays in the nearest cache. */
static void find_known(const sitr_region_query *query, const sitr_regions *mine,
                       uint16_t out[SITR_MAX_QUERY_REGIONS])
{
    memset(out, 0, mine->n_single * sizeof *out);
    for (uint32_t run = 0; run < SITR_N_RUNS; run++)
        for (uint32_t i = 0; i < mine->n_single; i++) {
            const uint32_t value = run_of(&mine->descriptors[i], run, 0);
            const uint64_t known = query->known[run][value >> 6];

            out[i] |= (uint16_t)((known >> (value & 63) & 1) << run);
        }
}

uint32_t sitr_region_query_pairs(const sitr_region_query *query,
                                 const sitr_regions *mine,
                                 sitr_region_pair *pairs, uint32_t capacity)
{
    uint16_t known[SITR_MAX_QUERY_REGIONS];
    uint32_t n = 0;

    find_known(query, mine, known);
    for (uint32_t i = 0; i < mine->n_single; i++)
        for (uint32_t left = known[i]; left; left &= left - 1) {
            const uint32_t run = (uint32_t)__builtin_ctz(left);
            const sitr_descriptor *const a = &mine->descriptors[i];
            const uint32_t value = run_of(a, run, 0);
            const uint16_t *const first =
                query->first + (size_t)run * (N_BUCKETS + 1) + bucket_of(value);
            const uint32_t *const entries =
                query->entries + (size_t)run * query->n_entries;

            for (uint32_t e = first[0]; e < first[1]; e++) {
                const uint32_t theirs = entries[e] & 0x3fff;
                const uint32_t variant = entries[e] >> 14 & 3;
                const sitr_descriptor *const b =
                    &query->regions->descriptors[theirs];
                uint32_t d;

                if (entries[e] >> 16 != value) continue;
                d = sitr_descriptor_distance(a, b, variant);
                if (d > SITR_NEAR_BITS || was_met(a, b, variant, run)) continue;
                if (n == capacity) return n;
                pairs[n++] = (sitr_region_pair){
                    .mine = (uint16_t)i,
                    .theirs = (uint16_t)theirs,
                    .distance = (uint8_t)d,
                    .variant = (uint8_t)variant,
                };
            }
        }
    return n;
}
