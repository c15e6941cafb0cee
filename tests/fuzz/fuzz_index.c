/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes as an index. Where they begin with "SITRI" they are one; else they change
 * one of some pictures, place by place, with its checksums as they were or made
 * to fit. What is accepted can be asked, and answers in order and within its
 * bounds; asked twice, it says the same; with memory that fails as the input says
 * it says SITR_ENOMEM. What was not changed says what a scan says. So does a search
 * for hashes, of some that came without a picture, and, where the first byte says
 * so, of enough of them that there are tables.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "fuzz_alloc.h"
#include "index/index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define N_PICTURES  6
#define N_REGIONS   12
#define MAX_MATCHES 32
#define MAX_HITS    64
#define N_ASKED     4

/* Of an encoded signature: lib/signature/FORMAT.md. */
#define HEAD   28
#define HASH   36
#define REGION 38
#define CRC    4

/* A picture's bytes depend on its number; `flip` changes a bit of each region. */
static sitr_signature *make(const sitr_ctx *ctx, uint32_t number, uint32_t flip)
{
    uint8_t b[HEAD + HASH + 6 + N_REGIONS * REGION + CRC] = {'S', 'I', 'T',
                                                             'R', 'S', 2};
    uint8_t *const regions = b + HEAD + HASH + 6;
    uint32_t state = number * 2654435761u + 99;
    sitr_signature *s;

    sitr_put_le(b + 6, sizeof b, 2);
    sitr_put_le(b + 8, 300, 4);
    sitr_put_le(b + 12, 200, 4);
    b[16] = 1;
    b[20] = SITR_INFO_FEW_REGIONS;
    b[24] = SITR_FORMAT_PNG;
    b[25] = 100;
    b[26] = 1;
    b[HEAD] = SITR_PDQ;
    b[HEAD + 2] = 100;
    for (int i = 4; i < HASH; i++) {
        state = state * 1664525 + 1013904223;
        b[HEAD + i] = (uint8_t)(state >> 24);
    }
    sitr_put_le(b + HEAD + HASH, N_REGIONS, 2);
    sitr_put_le(b + HEAD + HASH + 2, N_REGIONS - number % 3, 2);
    sitr_put_le(b + HEAD + HASH + 4, N_REGIONS - number % 3 - flip % 2, 2);
    for (int i = 0; i < N_REGIONS * REGION; i++) {
        state = state * 1664525 + 1013904223;
        regions[i] = (uint8_t)(state >> 24);
    }
    for (int i = 0; i < N_REGIONS; i++) {
        regions[i * REGION + 1] &= 0x7f;
        regions[i * REGION + 3] &= 0x7f;
        regions[i * REGION + 6 + (flip + (uint32_t)i) % 32] ^= flip ? 4 : 0;
    }
    sitr_put_le(b + sizeof b - CRC, sitr_crc32c(b, sizeof b - CRC), CRC);
    if (sitr_signature_decode(ctx, b, sizeof b, &s)) abort();
    return s;
}

typedef struct world {
    sitr_ctx *ctx;
    sitr_signature *mine[N_PICTURES];
    sitr_signature *found;
    sitr_index *index;
    sitr_hash asked[N_ASKED];
    uint32_t n_hashes;
} world;

/* In heaps of sixteen. */
static sitr_hash hash_of(uint32_t number)
{
    sitr_hash h = {.algo = SITR_PDQ, .bits = 256, .quality = 100};
    uint64_t state = number / 16 * UINT64_C(0x9e3779b97f4a7c15) + 1;

    for (uint32_t k = 0; k < 4; k++) {
        state = (state ^ state >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
        h.word[k] = state ^ UINT64_C(1) << number % 16 * (k + 1);
    }
    return h;
}

static void add_hashes(sitr_index_builder *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const sitr_hash h = hash_of(i);
        const uint64_t id = i;

        if (sitr_index_builder_add_hashes(b, &id, &h, 1)) abort();
    }
}

static world make_world(uint32_t n_hashes)
{
    world w = {.n_hashes = n_hashes};
    sitr_index_builder *b;

    if (sitr_ctx_new(NULL, &w.ctx) || sitr_index_builder_new(w.ctx, &b))
        abort();
    for (uint32_t i = 0; i < N_PICTURES; i++) {
        w.mine[i] = make(w.ctx, i, 0);
        if (sitr_index_builder_add(b, i, w.mine[i])) abort();
    }
    w.found = make(w.ctx, 3, 5);
    add_hashes(b, n_hashes);
    for (uint32_t i = 0; i < N_ASKED; i++) {
        w.asked[i] = hash_of(i * 37);
        w.asked[i].word[i] ^= 0xf0f;
    }
    if (sitr_index_builder_finish(b, &w.index)) abort();
    return w;
}

/* Checksums that fit whatever is there now. */
static void mend(const sitr_index_layout *l, uint8_t *data)
{
    uint32_t crcs[SITR_INDEX_N_CRCS];

    for (uint32_t i = 0; i < l->n_pictures; i++) {
        uint8_t *const at = data + l->pictures + i * SITR_INDEX_PICTURE;
        sitr_index_picture p;
        uint32_t sums[2];

        memcpy(&p, at, sizeof p);
        if ((uint64_t)p.first + p.n_regions > l->n_regions) continue;
        sums[0] =
            sitr_crc32c(data + l->points + (size_t)p.first * SITR_INDEX_POINT,
                        (size_t)p.n_regions * SITR_INDEX_POINT);
        sums[1] = sitr_crc32c(data + l->descriptors +
                                  (size_t)p.first * SITR_INDEX_DESCRIPTOR,
                              (size_t)p.n_regions * SITR_INDEX_DESCRIPTOR);
        p.crc = sitr_crc32c(sums, sizeof sums);
        memcpy(at, &p, sizeof p);
    }
    for (uint32_t i = 0; i < sitr_index_n_blocks(l); i++)
        sitr_put_le(data + l->sums + (size_t)i * 4,
                    sitr_index_block_crc(l, data, i), 4);
    for (uint32_t i = 0; i < SITR_INDEX_N_CRCS; i++)
        crcs[i] = sitr_index_section_crc(l, data, i);
    sitr_index_put_head(l, crcs, data);
}

typedef struct answer {
    sitr_match matches[MAX_MATCHES];
    uint64_t n;
} answer;

static sitr_status ask(const sitr_index *index, const sitr_signature *found,
                       answer *a)
{
    memset(a, 0, sizeof *a);
    return sitr_match_index(index, found, NULL, a->matches, MAX_MATCHES, &a->n);
}

static void check_answer(const answer *a, uint64_t n_pictures)
{
    if (a->n > 8 * (uint64_t)n_pictures) abort();
    for (uint64_t i = 0; i < a->n && i < MAX_MATCHES; i++) {
        const sitr_match *const m = &a->matches[i];

        if (m->verdict != SITR_REVIEW && m->verdict != SITR_COPY) abort();
        if (!(m->false_positive_rate > 0 && m->false_positive_rate < 1))
            abort();
        if (i && m[-1].verdict < m->verdict) abort();
    }
}

typedef struct hits {
    sitr_hit hits[MAX_HITS];
    uint64_t n;
} hits;

static void search(const sitr_index *index, const world *w, uint32_t radius,
                   hits *out)
{
    memset(out, 0, sizeof *out);
    if (sitr_index_search(index, w->asked, N_ASKED, radius, out->hits, MAX_HITS,
                          &out->n))
        abort();
    for (uint64_t i = 0; i < out->n && i < MAX_HITS; i++) {
        const sitr_hit *const h = &out->hits[i];

        if (h->query >= N_ASKED || h->distance > radius) abort();
        if (i && (h[-1].query > h->query ||
                  (h[-1].query == h->query && h[-1].distance > h->distance)))
            abort();
    }
}

/* Twice the same; of what was not changed all that there is. */
static void check_search(const world *w, const sitr_index *index,
                         uint32_t radius, bool as_made)
{
    static hits a, b;
    uint64_t n = 0;

    search(index, w, radius, &a);
    search(index, w, radius, &b);
    if (memcmp(&a, &b, sizeof a)) abort();
    for (uint32_t i = 0; as_made && i < w->n_hashes * N_ASKED; i++) {
        const sitr_hash h = hash_of(i / N_ASKED);

        n += sitr_hash_distance(&h, &w->asked[i % N_ASKED]) <= radius;
    }
    /* and of pictures, which are far from all of them but by chance */
    if (as_made && radius < 64 && a.n != n) abort();
}

/* With a context of its own, whose memory fails. */
static void check_poor(const uint8_t *bytes, size_t n, const uint8_t *data,
                       size_t size, const answer *expected)
{
    static answer got;
    fuzz_alloc alloc;
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .allocator = &alloc.allocator};
    sitr_status status;
    sitr_signature *found;
    sitr_index *index;
    sitr_ctx *ctx;

    fuzz_alloc_init(&alloc, data, size);
    const uint32_t one_in = alloc.one_in;

    alloc.one_in = 0;
    if (sitr_ctx_new(&opts, &ctx)) abort();
    found = make(ctx, 3, 5);
    alloc.one_in = one_in;
    status = sitr_index_view(ctx, bytes, n, &index);
    if (!status) {
        alloc.failed = false;
        status = ask(index, found, &got);
        if (status != (alloc.failed ? SITR_ENOMEM : SITR_OK)) abort();
        if (status ? got.n != 0 : memcmp(&got, expected, sizeof got) != 0)
            abort();
    } else if (status != SITR_ENOMEM || !alloc.failed || index) {
        abort();
    }
    sitr_index_free(index);
    sitr_signature_free(found);
    sitr_ctx_free(ctx);
    if (alloc.alive) abort();
}

/* `bytes` are at an address that 8 divides. */
static void check(const world *w, const uint8_t *bytes, size_t n,
                  const uint8_t *data, size_t size, bool as_made)
{
    static answer a, b;
    sitr_index *index;

    if (sitr_index_view(w->ctx, bytes, n, &index)) {
        if (index || as_made) abort();
        return;
    }
    if (ask(index, w->found, &a) || ask(index, w->found, &b)) abort();
    if (memcmp(&a, &b, sizeof a)) abort();
    check_answer(&a, sitr_index_count(index));
    if (sitr_index_check(index) && as_made) abort();
    check_search(w, index, size > 1 ? data[1] : 31, as_made);
    if (as_made) {
        memset(&b, 0, sizeof b);
        if (sitr_match_scan((const sitr_signature *const *)w->mine, N_PICTURES,
                            w->found, NULL, b.matches, MAX_MATCHES, &b.n) ||
            memcmp(&a, &b, sizeof a))
            abort();
    }
    sitr_index_free(index);
    check_poor(bytes, n, data, size, &a);
}

/* The index with changes: place, then a byte; or a number of four. */
/* From here on changes go, as often as before it. */
static size_t middle_of(const world *w)
{
    const sitr_index_layout *const l = &w->index->at;

    return l->has_hash_tables ? l->hash_heads : l->tables;
}

static void change(const world *w, uint8_t *bytes, const uint8_t *data,
                   size_t size)
{
    const sitr_index_layout *const l = &w->index->at;
    sitr_bytes in = {.data = data, .size = size, .at = size > 1 ? 2 : 1};

    while (sitr_bytes_left(&in) >= 8) {
        const uint32_t at = (uint32_t)sitr_bytes_le(&in, 3);
        const uint8_t how = sitr_bytes_u8(&in);
        const uint32_t value = (uint32_t)sitr_bytes_le(&in, 4);
        const size_t n = how & 1 ? 4 : 1;

        /* as often in what stands before the tables as in them */
        const size_t to = how & 2 ? l->size : middle_of(w);

        sitr_put_le(bytes + at % (to - n + 1), value, n);
    }
    if (data[0] & 1) mend(l, bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static world worlds[2];
    uint64_t *bytes;

    if (!worlds[0].ctx) {
        worlds[0] = make_world(40);
        worlds[1] = make_world(SITR_HASH_TABLES_FROM);
    }
    if (!size) return 0;
    const world w = worlds[data[0] >> 1 & 1];

    if (size > 5 && !memcmp(data, "SITRI", 5)) {
        bytes = malloc(size + 7);
        if (!bytes) abort();
        memcpy(bytes, data, size);
        check(&w, (uint8_t *)bytes, size, data, size, false);
    } else {
        const size_t n = w.index->at.size;

        bytes = malloc(n);
        if (!bytes) abort();
        memcpy(bytes, w.index->data, n);
        change(&w, (uint8_t *)bytes, data, size);
        check(&w, (uint8_t *)bytes, n, data, size,
              !memcmp(bytes, w.index->data, n));
    }
    free(bytes);
    return 0;
}
