/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the regions of a found picture to the pictures that have some like them.
 *
 * Every region, in its four variants, is looked up in every table. A lookup waits
 * for memory four times (head, entries, descriptors, picture), so all regions
 * take each step together, and each asks for what the next will need. How much is
 * looked at is bounded whatever is stored and asked: where one look is shared by
 * too many, some of them are taken, evenly.
 */
#include <string.h>

#include "base/sort.h"
#include "index/candidates.h"

/* Entries of a bucket that are looked at. What very many have in common says
 * little: with 512 a query takes half as long again, and finds no more; with 64
 * it misses twice as much. */
#define MAX_BUCKET 128

/* Lookups are made in passes: each table for each variant. */
#define N_PASSES (SITR_N_TABLES * SITR_N_VARIANTS)

/* Descriptors that are measured in all passes, and pairs that are kept of
 * them; a pass may take its share, and what those before it left. */
#define MAX_MEASURED (1u << 22)
#define MAX_HITS     (1u << 18)

/* Measured together, once they had time to come from memory. */
#define TOGETHER 128

/* Tags that differ in so many bits are alike. */
#define TAG_MISSES 1

/* Pairs farther apart are hardly ever found by a table, but for those that
 * mean nothing. */
#define HIT_BITS 52

/* Pictures whose pairs are looked at together. */
#define MAX_LIKELY 512

/* Of one picture, at most; more say no more. */
#define MAX_PAIRS 128

/* What pairs must agree on: about that of two. */
#define LEAST_PROMISE 0.8

typedef struct hit {
    uint32_t number; /* of the descriptor in the index */
    uint16_t theirs; /* region of what was found */
    uint8_t variant, distance;
} hit;

typedef struct to_measure {
    uint32_t number;
    uint32_t theirs;
} to_measure;

/* Where a region looks in a pass. */
typedef struct look {
    uint32_t bucket, from, n, tag;
} look;

/* A picture that may be a candidate. */
typedef struct likely {
    uint32_t picture;
    uint32_t from, n; /* its hits */
    double promise;
} likely;

typedef struct search {
    const sitr_index *index;
    const sitr_regions *regions; /* of what was found */
    const sitr_region_query *query;
    sitr_aligner *aligner;
    const sitr_id_list *without;
    sitr_key key; /* of the table at hand */
    uint32_t variant;
    const uint32_t *heads, *entries;
    look looks[SITR_MAX_QUERY_REGIONS];
    to_measure waiting[TOGETHER];
    uint32_t n_waiting;
    uint32_t n_measured, n_hits;
    hit hits[MAX_HITS];
    uint32_t pictures[MAX_HITS]; /* of each hit */
    likely likely[MAX_LIKELY];
    uint32_t n_likely;
} search;

/* ---- Lookups -------------------------------------------------------------- */

static const sitr_descriptor *descriptor_at(const search *s, uint32_t number)
{
    return (const sitr_descriptor *)(const void *)(s->index->data +
                                                   s->index->at.descriptors) +
           number;
}

/* Measures what is waiting, and keeps what is near. */
static void measure(search *s, uint32_t max_hits)
{
    for (uint32_t i = 0; i < s->n_waiting; i++) {
        const to_measure *const w = &s->waiting[i];
        const uint32_t d = sitr_descriptor_distance(
            descriptor_at(s, w->number), &s->regions->descriptors[w->theirs],
            s->variant);

        if (d > HIT_BITS || s->n_hits >= max_hits) continue;
        s->hits[s->n_hits++] = (hit){.number = w->number,
                                     .theirs = (uint16_t)w->theirs,
                                     .variant = (uint8_t)s->variant,
                                     .distance = (uint8_t)d};
    }
    s->n_measured += s->n_waiting;
    s->n_waiting = 0;
}

/* Writes which of `n` entries have a tag like that one, a byte for each. */
static void compare_tags(const uint32_t *entries, uint32_t n, uint32_t shift,
                         uint32_t tag, uint8_t *alike)
{
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t bits = (entries[k] >> shift) ^ tag;

        /* TAG_MISSES is 1: no bit but the lowest */
        alike[k] = (bits & (bits - 1)) == 0;
    }
}

static void choose_buckets(search *s)
{
    for (uint32_t i = 0; i < s->regions->n; i++) {
        const sitr_descriptor *const d = &s->regions->descriptors[i];
        look *const l = &s->looks[i];

        l->bucket = sitr_key_bucket(&s->key, d, s->variant);
        l->tag = sitr_key_tag(&s->key, d, s->variant);
        __builtin_prefetch(&s->heads[l->bucket]);
    }
}

static void find_entries(search *s)
{
    for (uint32_t i = 0; i < s->regions->n; i++) {
        look *const l = &s->looks[i];
        const uint32_t from = s->heads[l->bucket], to = s->heads[l->bucket + 1];

        l->from = from;
        l->n = from <= to && to <= s->index->at.n_regions ? to - from : 0;
        for (uint32_t k = 0; k < l->n && k < MAX_BUCKET; k += 16)
            __builtin_prefetch(&s->entries[from + k]);
    }
}

static void wait_for(search *s, uint32_t entry, uint32_t theirs,
                     uint32_t max_hits)
{
    const sitr_index_layout *const at = &s->index->at;
    const uint32_t number = entry & ((1u << at->sizes.number_bits) - 1);

    if (number >= at->n_regions) return;
    __builtin_prefetch(descriptor_at(s, number));
    s->waiting[s->n_waiting++] =
        (to_measure){.number = number, .theirs = theirs};
    if (s->n_waiting == TOGETHER) measure(s, max_hits);
}

static void look_through(search *s, const look *l, uint32_t theirs,
                         uint32_t max_hits)
{
    const uint32_t n = l->n < MAX_BUCKET ? l->n : MAX_BUCKET;
    const uint32_t *entries = s->entries + l->from;
    uint32_t some[MAX_BUCKET];
    uint8_t alike[MAX_BUCKET + 8] = {0}; /* read by eights */

    if (n < l->n) {
        for (uint32_t k = 0; k < n; k++)
            some[k] = entries[(uint64_t)k * l->n / n];
        entries = some;
    }
    compare_tags(entries, n, s->index->at.sizes.number_bits, l->tag, alike);
    for (uint32_t k = 0; k < n; k += 8) {
        uint64_t any;

        memcpy(&any, alike + k, 8);
        if (!any) continue;
        for (uint32_t i = k; i < k + 8; i++)
            if (alike[i]) wait_for(s, entries[i], theirs, max_hits);
    }
}

static void look_up(search *s, uint32_t table, uint32_t variant, uint32_t pass)
{
    const uint64_t share = pass + 1;
    const uint32_t max_measured = (uint32_t)(MAX_MEASURED * share / N_PASSES);
    const uint32_t max_hits = (uint32_t)(MAX_HITS * share / N_PASSES);
    const sitr_index_layout *const at = &s->index->at;
    const uint8_t *const data = s->index->data;

    s->key = sitr_key_of_table(&at->sizes, table);
    s->variant = variant;
    s->heads = (const void *)(data + sitr_index_heads(at, table));
    s->entries = (const void *)(data + sitr_index_entries(at, table));
    choose_buckets(s);
    find_entries(s);
    for (uint32_t i = 0; i < s->regions->n && s->n_measured < max_measured; i++)
        look_through(s, &s->looks[i], i, max_hits);
    measure(s, max_hits);
}

/* ---- Pictures ------------------------------------------------------------- */

static uint32_t first_of(const sitr_index *index, uint32_t picture)
{
    uint32_t first;

    memcpy(&first,
           index->data + index->at.pictures +
               (size_t)picture * SITR_INDEX_PICTURE +
               offsetof(sitr_index_picture, first),
           sizeof first);
    return first;
}

/* The picture that descriptor `number` belongs to: the last whose first is not
 * beyond it. Most have about as many, which tells where to begin. */
static uint32_t picture_of(const sitr_index *index, uint32_t number)
{
    const uint32_t n = index->at.n_pictures;
    uint32_t from = (uint32_t)((uint64_t)number * n / index->at.n_regions),
             to = from + 1;

    for (uint32_t step = 8; from && first_of(index, from) > number; step *= 4) {
        to = from;
        from = from > step ? from - step : 0;
    }
    for (uint32_t step = 8; to < n && first_of(index, to) <= number;
         step *= 4) {
        from = to;
        to = n - to > step ? to + step : n;
    }
    while (to - from > 1) {
        const uint32_t middle = from + (to - from) / 2;

        if (first_of(index, middle) <= number)
            from = middle;
        else
            to = middle;
    }
    return from;
}

/* ---- Those that have most ------------------------------------------------- */

/* What one hit counts. */
static uint32_t weight_of(const hit *h) { return 64u - h->distance; }

#define N_LEVELS  4096
#define MAX_LEVEL (N_LEVELS - 1)

/* The least score that no more than MAX_LIKELY of them have; at least 1. */
static uint32_t least_of_best(const uint32_t *scores, const uint32_t *pictures,
                              uint32_t n)
{
    uint32_t levels[N_LEVELS] = {0}, all = 0, least = N_LEVELS;

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t score = scores[pictures[i]];

        levels[score < MAX_LEVEL ? score : MAX_LEVEL]++;
    }
    while (least > 1 && all + levels[least - 1] <= MAX_LIKELY)
        all += levels[--least];
    /* more of them than fit are as good as can be told: the first of those */
    return least < N_LEVELS ? least : MAX_LEVEL;
}

/* Turns the hits' numbers into those of their pictures' places among the likely
 * ones, and drops the others. */
static void keep_likely(search *s, uint32_t *scores, uint32_t *pictures,
                        uint32_t n)
{
    const uint32_t least = least_of_best(scores, pictures, n);

    s->n_likely = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t *const score = &scores[pictures[i]];

        if (*score < least || s->n_likely == MAX_LIKELY) {
            *score = 0;
            continue;
        }
        s->likely[s->n_likely++] = (likely){.picture = pictures[i]};
        *score = s->n_likely;
    }
}

/* Hits of likely pictures, those of one side by side. */
static void group(search *s, const uint32_t *scores, hit *grouped)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < s->n_hits; i++) {
        const uint32_t place = scores[s->pictures[i]];

        if (place) s->likely[place - 1].n++;
    }
    for (uint32_t k = 0; k < s->n_likely; k++) {
        s->likely[k].from = at;
        at += s->likely[k].n;
        s->likely[k].n = 0;
    }
    for (uint32_t i = 0; i < s->n_hits; i++) {
        const uint32_t place = scores[s->pictures[i]];

        if (!place) continue;
        likely *const l = &s->likely[place - 1];

        grouped[l->from + l->n++] = s->hits[i];
    }
}

static uint32_t single_of(const sitr_index *index, uint32_t picture)
{
    uint16_t n_single;

    memcpy(&n_single,
           index->data + index->at.pictures +
               (size_t)picture * SITR_INDEX_PICTURE +
               offsetof(sitr_index_picture, n_single),
           sizeof n_single);
    return n_single;
}

/* The pairs of one picture, each once: several tables bring up those that are
 * near. What repeats in the picture makes none. */
static uint32_t distinct_pairs(const hit *hits, uint32_t n, uint32_t first,
                               uint32_t n_single, sitr_region_pair *pairs)
{
    uint16_t seen[4 * MAX_PAIRS] = {0}; /* number of a pair, or 0 */
    const uint32_t n_seen = sizeof seen / sizeof *seen;
    uint32_t n_pairs = 0;

    for (uint32_t i = 0; i < n && n_pairs < MAX_PAIRS; i++) {
        const sitr_region_pair p = {.mine = (uint16_t)(hits[i].number - first),
                                    .theirs = hits[i].theirs,
                                    .distance = hits[i].distance,
                                    .variant = hits[i].variant};
        uint32_t at = (p.mine * 2654435761u ^ p.theirs * 2246822519u ^
                       p.variant * 3266489917u) >>
                      16;

        for (at %= n_seen; seen[at]; at = (at + 1) % n_seen) {
            const sitr_region_pair *const q = &pairs[seen[at] - 1];

            if (q->mine == p.mine && q->theirs == p.theirs &&
                q->variant == p.variant)
                break;
        }
        if (seen[at] || p.mine >= n_single) continue;
        pairs[n_pairs++] = p;
        seen[at] = (uint16_t)n_pairs;
    }
    return n_pairs;
}

/* What the pairs of each likely picture agree on. */
static void weigh(search *s, const hit *grouped)
{
    const sitr_index_layout *const at = &s->index->at;
    sitr_region_pair pairs[MAX_PAIRS];

    for (uint32_t k = 0; k < s->n_likely; k++) {
        likely *const l = &s->likely[k];
        const uint32_t first = first_of(s->index, l->picture);
        const uint32_t n =
            distinct_pairs(grouped + l->from, l->n, first,
                           single_of(s->index, l->picture), pairs);
        sitr_keypoint points[SITR_MAX_QUERY_REGIONS];
        const sitr_regions mine = {.n = SITR_MAX_QUERY_REGIONS,
                                   .points = points};

        for (uint32_t i = 0; i < n; i++)
            memcpy(&points[pairs[i].mine],
                   s->index->data + at->points +
                       (size_t)(first + pairs[i].mine) * SITR_INDEX_POINT,
                   SITR_INDEX_POINT);
        l->promise = sitr_align_promise(s->aligner, s->query, &mine, pairs, n);
    }
}

static int better(const void *x, const void *y)
{
    const likely *const a = x, *const b = y;

    if (a->promise != b->promise) return a->promise > b->promise ? -1 : 1;
    return (a->picture > b->picture) - (a->picture < b->picture);
}

static int in_order(const void *x, const void *y)
{
    const uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

    return (a > b) - (a < b);
}

static uint32_t choose_best(search *s, uint32_t *out)
{
    uint32_t n = 0;

    sitr_sort(s->likely, s->n_likely, sizeof *s->likely, better);
    while (n < s->n_likely && n < SITR_MAX_CANDIDATES &&
           s->likely[n].promise >= LEAST_PROMISE) {
        out[n] = s->likely[n].picture;
        n++;
    }
    sitr_sort(out, n, sizeof *out, in_order);
    return n;
}

/* `scores` has room for a number of each picture, and is zero. */
static uint32_t rank(search *s, uint32_t *scores, uint32_t *met, hit *grouped,
                     uint32_t *out)
{
    uint32_t n_met = 0;

    for (uint32_t i = 0; i < s->n_hits; i++) {
        const uint32_t picture = picture_of(s->index, s->hits[i].number);

        s->pictures[i] = picture;
        /* without a score it is not met with, and its hits go */
        if (!scores[picture] &&
            sitr_id_list_has(s->without, sitr_index_id(s->index, picture)))
            continue;
        if (!scores[picture]) met[n_met++] = picture;
        scores[picture] += weight_of(&s->hits[i]);
    }
    keep_likely(s, scores, met, n_met);
    group(s, scores, grouped);
    weigh(s, grouped);
    return choose_best(s, out);
}

static sitr_status find(const sitr_ctx *ctx, search *s, uint32_t *out,
                        uint32_t *n)
{
    uint32_t *scores, *met;
    hit *grouped;

    for (uint32_t pass = 0; pass < N_PASSES; pass++)
        look_up(s, pass / SITR_N_VARIANTS, pass % SITR_N_VARIANTS, pass);
    scores = sitr_alloc(ctx, (size_t)s->index->at.n_pictures * sizeof *scores);
    met = sitr_alloc(ctx, (size_t)s->n_hits * sizeof *met);
    grouped = sitr_alloc(ctx, (size_t)s->n_hits * sizeof *grouped);
    const bool ok = scores && met && grouped;

    if (ok) *n = rank(s, scores, met, grouped, out);
    sitr_free(ctx, scores);
    sitr_free(ctx, met);
    sitr_free(ctx, grouped);
    return ok ? SITR_OK : SITR_ENOMEM;
}

sitr_status sitr_candidates_find(const sitr_index *index, const sitr_ctx *ctx,
                                 const sitr_region_query *query,
                                 sitr_aligner *aligner,
                                 const sitr_id_list *without, uint32_t *out,
                                 uint32_t *n)
{
    sitr_status status;
    search *s;

    *n = 0;
    if (!index->at.n_regions) return SITR_OK;
    s = sitr_alloc(ctx, sizeof *s);
    if (!s) return SITR_ENOMEM;
    s->index = index;
    s->regions = query->regions;
    s->query = query;
    s->aligner = aligner;
    s->without = without;
    status = find(ctx, s, out, n);
    sitr_free(ctx, s);
    return status;
}
