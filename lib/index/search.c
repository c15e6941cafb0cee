/* SPDX-License-Identifier: Apache-2.0 */
/* The public search: each query by the tables or by a scan, whichever costs less,
 * those that are scanned for together. */
#include "index/hash_scan.h"
#include "index/hits.h"

/* Queries that wait for a scan at most. */
#define TOGETHER 64

typedef struct search {
    const sitr_index *index;
    sitr_hits hits;
    uint32_t checked; /* block of hashes without a picture */
    uint32_t n_waiting;
    sitr_hash_query waiting[TOGETHER];
    const sitr_hash *queries;
    union {
        sitr_walk_room walk;
        sitr_scan_room scan;
    } room;
} search;

static uint32_t distance_of(const search *s, uint32_t query,
                            const uint64_t code[4])
{
    uint16_t distance;

    s->index->ctx->kernels.hamming256(&distance, s->queries[query].word, code,
                                      1);
    return distance;
}

static bool has_code(const sitr_index *index, uint32_t picture)
{
    sitr_index_picture p;

    sitr_index_read_picture(index, picture, &p);
    return p.has_code == 1;
}

static void found(void *arg, uint32_t query, uint32_t number,
                  const uint64_t code[4])
{
    search *const s = arg;
    const uint32_t n = s->index->at.n_pictures;

    if (number < n ? !has_code(s->index, number)
                   : !sitr_index_is_whole(s->index, number - n, &s->checked))
        return;
    sitr_hits_add(&s->hits,
                  &(sitr_hit){.id = sitr_index_id(s->index, number),
                              .query = query,
                              .distance = distance_of(s, query, code)});
}

static void scan(search *s)
{
    const sitr_hash_sink sink = {found, s};

    sitr_hash_scan(s->index, s->waiting, s->n_waiting, &sink, &s->room.scan);
    s->n_waiting = 0;
}

static void look_for(search *s, uint32_t query, uint32_t radius)
{
    const sitr_hash_sink sink = {found, s};
    sitr_hash_query *const q = &s->waiting[s->n_waiting];

    *q = (sitr_hash_query){.query = query, .radius = radius};
    memcpy(q->word, s->queries[query].word, sizeof q->word);
    if (sitr_hash_plan_make(s->index, q->word, radius, &q->plan) &&
        sitr_hash_walk(s->index, q, &sink, &s->room.walk))
        return;
    if (++s->n_waiting == TOGETHER) scan(s);
}

sitr_status sitr_index_search(const sitr_index *index, const sitr_hash *queries,
                              size_t n_queries, uint32_t radius, sitr_hit *hits,
                              size_t capacity, uint64_t *n_hits)
{
    search s = {.index = index,
                .hits = {.hits = hits, .capacity = capacity},
                .checked = UINT32_MAX,
                .queries = queries};

    if (!n_hits) return SITR_EINVAL;
    *n_hits = 0;
    if (!index || (!queries && n_queries) || (!hits && capacity) ||
        n_queries > UINT32_MAX)
        return SITR_EINVAL;
    for (size_t i = 0; i < n_queries; i++)
        if (queries[i].algo != SITR_PDQ || queries[i].bits != 256)
            return SITR_EINVAL;
    if (radius > 256) radius = 256;
    for (size_t i = 0; i < n_queries; i++) look_for(&s, (uint32_t)i, radius);
    scan(&s);
    sitr_hits_sort(&s.hits);
    *n_hits = s.hits.total;
    return SITR_OK;
}
