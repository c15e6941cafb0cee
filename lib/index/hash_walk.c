/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bucket by bucket, with what will be needed asked for ahead: nearly all of the
 * time goes in waiting for memory.
 */
#include "index/hash_walk.h"

/* Buckets asked for before they are looked into. */
#define AHEAD 32
/* Lines of 64 bytes asked for of each; of what is longer the CPU sees to it. */
#define LINES    8
#define RUN      SITR_WALK_RUN
#define TOGETHER SITR_WALK_TOGETHER

/* Given up where more entries than one in so many of all hashes are candidates,
 * and some: looking into one costs some 30 times as much as in a scan. */
#define CANDIDATES_IN 32
#define CANDIDATES    1024

typedef struct bucket {
    uint32_t table, from, to;
    uint16_t flips;
    uint8_t limit; /* bits in which a tag may differ */
} bucket;

typedef struct walk {
    const sitr_index *index;
    sitr_hash_query *query;
    const sitr_hash_sink *sink;
    const uint8_t *tags, *numbers; /* of the first table */
    size_t n;                      /* of entries of a table */
    uint64_t n_left;               /* candidates before it is given up */
    bucket ahead[AHEAD];
    uint32_t n_buckets; /* that came by */
    sitr_walk_room *room;
    uint32_t n_places; /* of candidates, in room */
} walk;

/* In the first of the tables that bring it up. */
static bool is_first(const walk *w, const uint64_t code[4], uint32_t table)
{
    for (uint32_t t = 0; t < table; t++)
        if (sitr_hash_plan_finds(&w->query->plan, w->query->word, code, t))
            return false;
    return true;
}

/* Candidates, at most TOGETHER of them, from place `from` on. */
static void look_into(walk *w, uint32_t from, uint32_t n)
{
    const sitr_index *const index = w->index;
    uint64_t(*const codes)[4] = w->room->codes;
    uint32_t *const number = w->room->number;

    for (uint32_t i = 0; i < n; i++) {
        memcpy(&number[i], w->numbers + 4 * w->room->entry[from + i], 4);
        if (number[i] < w->n)
            __builtin_prefetch(sitr_index_codes(index, number[i]));
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t there = number[i] < w->n ? number[i] : 0;

        memcpy(codes[i], sitr_index_codes(index, there), sizeof codes[i]);
    }
    const size_t n_near = index->ctx->kernels.near256(
        w->room->near, w->query->word, codes[0], w->query->radius, n);

    for (size_t k = 0; k < n_near; k++) {
        const uint32_t i = w->room->near[k];

        /* where the table is damaged the number may be that of nothing */
        if (number[i] < w->n && is_first(w, codes[i], w->room->table[from + i]))
            w->sink->found(w->sink->arg, w->query->query, number[i], codes[i]);
    }
}

static void look_into_all(walk *w)
{
    for (uint32_t i = 0; i < w->n_places; i += TOGETHER) {
        const uint32_t left = w->n_places - i;

        look_into(w, i, left < TOGETHER ? left : TOGETHER);
    }
    w->n_places = 0;
}

/* Up to RUN entries of a bucket: true where there is more to walk. */
static bool go_through(walk *w, const bucket *b, uint32_t from, uint32_t n)
{
    const size_t first = w->n * b->table + from;
    const uint16_t *const tags = (const void *)(w->tags + 2 * first);
    const uint16_t tag = sitr_hash_part(w->query->word, b->table + 1);
    uint32_t *const near = w->room->near;
    const size_t n_near =
        w->index->ctx->kernels.near16(near, tag, tags, b->limit, n);

    for (size_t k = 0; k < n_near; k++) {
        __builtin_prefetch(w->numbers + 4 * (first + near[k]));
        w->room->entry[w->n_places] = first + near[k];
        w->room->table[w->n_places++] = (uint8_t)b->table;
    }
    if (w->n_places >= TOGETHER) look_into_all(w);
    if (n_near <= w->n_left) {
        w->n_left -= n_near;
        return true;
    }
    w->query->walked = true;
    w->query->table = b->table;
    w->query->flips = b->flips;
    memcpy(&w->query->number, w->numbers + 4 * (first + n - 1), 4);
    return false;
}

static bool look_in(walk *w, const bucket *b)
{
    for (uint32_t at = b->from; at < b->to; at += RUN) {
        const uint32_t left = b->to - at;

        if (!go_through(w, b, at, left < RUN ? left : RUN)) return false;
    }
    return true;
}

/* Asks for a bucket, and looks into the one that was asked for AHEAD before. */
static bool come_by(walk *w, const bucket *b)
{
    bucket *const place = &w->ahead[w->n_buckets % AHEAD];
    const uint8_t *const at = w->tags + 2 * (w->n * b->table + b->from);
    const size_t size = 2 * (size_t)(b->to - b->from);

    if (w->n_buckets >= AHEAD && !look_in(w, place)) return false;
    for (size_t i = 0; i < size && i < 64 * LINES; i += 64)
        __builtin_prefetch(at + i);
    __builtin_prefetch(at + (size < 64 * LINES ? size : 64 * LINES) - 1);
    *place = *b;
    w->n_buckets++;
    return true;
}

static bool walk_table(walk *w, uint32_t t)
{
    const sitr_hash_query *const q = w->query;
    const uint16_t part = sitr_hash_part(q->word, t);

    for (int32_t d = 0; d <= q->plan.most[t]; d++) {
        uint16_t flips = sitr_hash_flips_first((uint32_t)d);
        bucket b = {.table = t,
                    .limit =
                        (uint8_t)sitr_hash_tag_limit(&q->plan, t, (uint32_t)d)};

        do {
            b.flips = flips;
            sitr_hash_bucket(&w->index->at, w->index->data, t, part ^ flips,
                             &b.from, &b.to);
            if (b.from < b.to && !come_by(w, &b)) return false;
        } while ((flips = sitr_hash_flips_next(flips)));
    }
    return true;
}

static bool walk_all(walk *w)
{
    for (uint32_t t = 0; t < SITR_HASH_PARTS; t++)
        if (!walk_table(w, t)) return false;
    for (uint32_t i = w->n_buckets < AHEAD ? 0 : w->n_buckets - AHEAD;
         i < w->n_buckets; i++)
        if (!look_in(w, &w->ahead[i % AHEAD])) return false;
    return true;
}

bool sitr_hash_walk(const sitr_index *index, sitr_hash_query *query,
                    const sitr_hash_sink *sink, sitr_walk_room *room)
{
    const uint32_t n = sitr_index_n_codes(&index->at);
    walk w = {.index = index,
              .query = query,
              .sink = sink,
              .tags = index->data + sitr_index_hash_tags(&index->at, 0),
              .numbers = index->data + sitr_index_hash_numbers(&index->at, 0),
              .n = n,
              .n_left = n / CANDIDATES_IN + CANDIDATES,
              .room = room};
    const bool whole = walk_all(&w);

    look_into_all(&w);
    return whole;
}

bool sitr_hash_was_told(const sitr_hash_query *query, const uint64_t code[4],
                        uint32_t number)
{
    const sitr_hash_query *const q = query;

    if (!q->walked) return false;
    for (uint32_t t = 0; t < q->table; t++)
        if (sitr_hash_plan_finds(&q->plan, q->word, code, t)) return true;
    if (!sitr_hash_plan_finds(&q->plan, q->word, code, q->table)) return false;
    const uint16_t flips =
        sitr_hash_part(q->word, q->table) ^ sitr_hash_part(code, q->table);
    const uint32_t bits = sitr_hash_part_bits(flips);
    const uint32_t last = sitr_hash_part_bits(q->flips);

    if (bits != last) return bits < last;
    return flips != q->flips ? flips < q->flips : number <= q->number;
}
