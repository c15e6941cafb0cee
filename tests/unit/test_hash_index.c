/* SPDX-License-Identifier: Apache-2.0 */
/* A search says what a look at every hash says, whatever the hashes are, by tables
 * and without, from memory and from bytes; and what is damaged can hide a hash, but
 * adds none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "index/hash_scan.h"
#include "index/hits.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static sitr_ctx *ctx;

/* ---- Hashes --------------------------------------------------------------- */

static uint64_t state = 1;

/* splitmix64 */
static uint64_t any(void)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static sitr_hash empty(void)
{
    return (sitr_hash){.algo = SITR_PDQ, .bits = 256, .quality = 100};
}

static void flip(sitr_hash *h, uint32_t bit)
{
    h->word[bit / 64 % 4] ^= UINT64_C(1) << bit % 64;
}

/* The sets: number i of a set is the same whenever it is asked for. */
typedef enum sort {
    UNIFORM,
    HEAPS,       /* around eight centres */
    EQUAL,       /* all of them */
    ONE_BIT,     /* all within a bit of one */
    FEW_BITS,    /* nearly nothing is set */
    PARTS_ALIKE, /* every part is one of four, as in flat pictures */
    HALF_EQUAL,  /* equal, but for the other half, which is uniform */
    N_SORTS
} sort;

static sitr_hash make(sort of, uint32_t i)
{
    sitr_hash h = empty();

    state = (uint64_t)of << 40 | i;
    for (uint32_t k = 0; k < 4; k++) h.word[k] = any();
    switch (of) {
    case HEAPS:
        state = i % 8;
        for (uint32_t k = 0; k < 4; k++) h.word[k] = any();
        state = i;
        for (uint64_t n = any() % 48; n; n--) flip(&h, any() & 255);
        break;
    case EQUAL:
        for (uint32_t k = 0; k < 4; k++)
            h.word[k] = 0x123456789abcdef * (k + 1);
        break;
    case ONE_BIT:
        memset(h.word, 0x5a, sizeof h.word);
        if (i % 257) flip(&h, i % 257 - 1);
        break;
    case FEW_BITS:
        for (uint32_t k = 0; k < 4; k++)
            h.word[k] = any() & any() & any() & any() & any();
        break;
    case PARTS_ALIKE:
        for (uint32_t t = 0; t < 16; t++) {
            static const uint16_t parts[] = {0, 0xffff, 0x0f0f, 0x0001};

            h.word[t / 4] &= ~(UINT64_C(0xffff) << t % 4 * 16);
            h.word[t / 4] |= (uint64_t)parts[any() % 4] << t % 4 * 16;
        }
        break;
    case HALF_EQUAL:
        if (i % 2) h = make(EQUAL, i);
        break;
    default:
        break;
    }
    return h;
}

static const char *const names[] = {"uniform",   "heaps",    "equal",
                                    "one bit",   "few bits", "parts alike",
                                    "half equal"};

/* Near one that is there, or not. */
static sitr_hash query_of(sort of, uint32_t n, uint32_t q)
{
    sitr_hash h = make(of, q * 7919 % (n ? n : 1));

    state = UINT64_C(1) << 60 | q;
    for (uint64_t k = q % 3 ? any() % 40 : 0; k; k--) flip(&h, any() & 255);
    /* turned ones may be asked for */
    h.turn = (uint8_t)(q % 8);
    return q % 7 == 6 ? make(UNIFORM, UINT32_MAX - q) : h;
}

/* Ids are not in order, and some are shared. */
static uint64_t id_of(uint32_t i)
{
    return (i ^ 0x2aa) / 2 * UINT64_C(77777777);
}

static void add_some(sitr_index_builder *b, sort of, uint32_t from, uint32_t n)
{
    sitr_hash *const h = malloc((n ? n : 1) * sizeof *h);
    uint64_t *const ids = malloc((n ? n : 1) * sizeof *ids);

    assert_true(h && ids);
    for (uint32_t i = 0; i < n; i++) {
        h[i] = make(of, from + i);
        ids[i] = id_of(from + i);
    }
    assert_int_equal(sitr_index_builder_add_hashes(b, ids, h, n), SITR_OK);
    free(h);
    free(ids);
}

/* Every third is that of a picture until there are so many of these, with one
 * between them that has no hash of this sort. */
static sitr_index *build(sort of, uint32_t n, uint32_t n_pictures)
{
    const sitr_hash other = {.algo = SITR_DHASH, .bits = 64, .quality = 100};
    sitr_index_builder *b;
    sitr_signature *s;
    sitr_index *index;

    assert_int_equal(sitr_index_builder_new(ctx, &b), SITR_OK);
    for (uint32_t i = 0; i < n_pictures; i++) {
        const sitr_hash h = make(of, i);

        assert_int_equal(sitr_sign_hash(ctx, i == 1 ? &other : &h, &s),
                         SITR_OK);
        assert_int_equal(sitr_index_builder_add(b, id_of(i), s), SITR_OK);
        sitr_signature_free(s);
    }
    for (uint32_t at = n_pictures, part; at < n; at += part) {
        part = at % 5 * 5000 + 1;
        if (part > n - at) part = n - at;
        add_some(b, of, at, part);
    }
    assert_int_equal(sitr_index_builder_finish(b, &index), SITR_OK);
    assert_int_equal(sitr_index_count(index), n);
    return index;
}

/* ---- Every one ------------------------------------------------------------ */

static int by_place(const void *left, const void *right)
{
    const sitr_hit *const a = left, *const b = right;

    if (a->query != b->query) return a->query < b->query ? -1 : 1;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int by_distance(const void *left, const void *right)
{
    const sitr_hit *const a = left, *const b = right;

    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return by_place(left, right);
}

typedef struct list {
    sitr_hit *hits;
    size_t n;
} list;

static list look_at_all(sort of, uint32_t n, uint32_t n_pictures,
                        const sitr_hash *queries, uint32_t n_queries,
                        uint32_t radius)
{
    list l = {malloc(((size_t)n * n_queries + 1) * sizeof *l.hits), 0};

    assert_non_null(l.hits);
    for (uint32_t i = 0; i < n; i++) {
        const sitr_hash h = make(of, i);

        if (i == 1 && n_pictures > 1) continue;
        for (uint32_t q = 0; q < n_queries; q++) {
            const uint32_t d = sitr_hash_distance(&h, &queries[q]);

            if (d <= radius)
                l.hits[l.n++] =
                    (sitr_hit){.id = id_of(i), .query = q, .distance = d};
        }
    }
    qsort(l.hits, l.n, sizeof *l.hits, by_place);
    return l;
}

#define N_QUERIES 6

static void check(const sitr_index *index, const list *want,
                  const sitr_hash *queries, uint32_t n_queries, uint32_t radius)
{
    sitr_hit *const got = calloc(want->n + 2, sizeof *got);
    sitr_hit few[7];
    uint64_t n = 77;

    assert_non_null(got);
    assert_int_equal(sitr_index_search(index, queries, n_queries, radius, got,
                                       want->n + 1, &n),
                     SITR_OK);
    assert_int_equal(n, want->n);
    assert_memory_equal(got, want->hits, want->n * sizeof *got);
    /* the nearest of all, where there is not room for all */
    memcpy(got, want->hits, want->n * sizeof *got);
    qsort(got, want->n, sizeof *got, by_distance);
    const size_t kept = want->n < COUNT(few) ? want->n : COUNT(few);

    qsort(got, kept, sizeof *got, by_place);
    assert_int_equal(sitr_index_search(index, queries, n_queries, radius, few,
                                       COUNT(few), &n),
                     SITR_OK);
    assert_int_equal(n, want->n);
    assert_memory_equal(few, got, kept * sizeof *few);
    assert_int_equal(
        sitr_index_search(index, queries, n_queries, radius, NULL, 0, &n),
        SITR_OK);
    assert_int_equal(n, want->n);
    free(got);
}

/* From memory, and from bytes that are mapped. */
static void check_all(sort of, uint32_t n, uint32_t n_pictures,
                      const uint32_t *radii, size_t n_radii)
{
    sitr_index *const index = build(of, n, n_pictures);
    sitr_hash queries[N_QUERIES];
    sitr_index *view;

    assert_int_equal(sitr_index_check(index), SITR_OK);
    assert_int_equal(sitr_index_view(ctx, index->data, index->at.size, &view),
                     SITR_OK);
    for (uint32_t q = 0; q < N_QUERIES; q++) queries[q] = query_of(of, n, q);
    for (size_t r = 0; r < n_radii; r++) {
        const list want =
            look_at_all(of, n, n_pictures, queries, N_QUERIES, radii[r]);

        check(index, &want, queries, N_QUERIES, radii[r]);
        check(view, &want, queries, N_QUERIES, radii[r]);
        free(want.hits);
    }
    sitr_index_free(view);
    sitr_index_free(index);
}

static void test_few(void **state_of)
{
    static const uint32_t radii[] = {0, 1, 31, 90, 128, 255, 256, UINT32_MAX};

    (void)state_of;
    for (int of = 0; of < N_SORTS; of++) {
        check_all((sort)of, 0, 0, radii, COUNT(radii));
        check_all((sort)of, 1, 0, radii, COUNT(radii));
        check_all((sort)of, 65, 0, radii, COUNT(radii));
        check_all((sort)of, 1100, 300, radii, COUNT(radii));
    }
}

static void test_many(void **state_of)
{
    static const uint32_t radii[] = {0,  1,  15, 16, 31, 32,
                                     47, 63, 80, 95, 96, 255};

    (void)state_of;
    for (int of = 0; of < N_SORTS; of++) {
        const clock_t from = clock();

        check_all((sort)of, SITR_HASH_TABLES_FROM + 5000, of * 1000, radii,
                  COUNT(radii));
        print_message("%-12s %.1f s\n", names[of],
                      (double)(clock() - from) / CLOCKS_PER_SEC);
    }
}

/* ---- Plans ---------------------------------------------------------------- */

/* Two hashes within the radius come up in a table, whatever bits differ; the
 * thresholds may be any that add up. */
static void test_plans(void **state_of)
{
    (void)state_of;
    for (uint32_t round = 0; round < 20000; round++) {
        const uint32_t radius = round % 96;
        sitr_hash_plan plan;
        uint32_t found = 0;

        for (uint32_t t = 0; t < SITR_HASH_PARTS; t++) plan.most[t] = -1;
        for (uint32_t i = 0; i <= radius; i++) plan.most[any() % 16]++;
        const sitr_hash a = make(UNIFORM, round);
        sitr_hash b = a;

        /* all bits in few parts, or anywhere */
        for (uint32_t i = 0; i < radius; i++)
            flip(&b, round % 2 ? (any() & 63) + round % 192 : any() & 255);
        for (uint32_t t = 0; t < SITR_HASH_PARTS; t++)
            found += sitr_hash_plan_finds(&plan, a.word, b.word, t);
        assert_true(found);
    }
}

typedef struct told {
    sitr_hit *hits;
    size_t n, room;
    sort of;
    const sitr_hash *query;
} told;

static void tell(void *arg, uint32_t query, uint32_t number,
                 const uint64_t code[4])
{
    told *const t = arg;
    const sitr_hash h = make(t->of, number);

    assert_memory_equal(code, h.word, sizeof h.word);
    assert_true(t->n < t->room);
    t->hits[t->n++] = (sitr_hit){.id = id_of(number),
                                 .query = query,
                                 .distance = sitr_hash_distance(&h, t->query)};
}

/* A walk that is given up, by a plan that would not have been made, tells each
 * hash that it came to, and a scan the others. */
static void test_given_up(void **state_of)
{
    const uint32_t n = SITR_HASH_TABLES_FROM + 5000, radius = 31;
    static sitr_walk_room walk;
    static sitr_scan_room scan;
    size_t n_given_up = 0;

    (void)state_of;
    for (int of = 0; of < N_SORTS; of++) {
        sitr_index *const index = build((sort)of, n, 0);

        for (uint32_t i = 0; i < N_QUERIES; i++) {
            const sitr_hash h = query_of((sort)of, n, i);
            const list want = look_at_all((sort)of, n, 0, &h, 1, radius);
            told t = {malloc((want.n + 1) * sizeof *t.hits), 0, want.n,
                      (sort)of, &h};
            const sitr_hash_sink sink = {tell, &t};
            sitr_hash_query q = {.radius = radius};

            assert_non_null(t.hits);
            memcpy(q.word, h.word, sizeof q.word);
            for (uint32_t k = 0; k < SITR_HASH_PARTS; k++) q.plan.most[k] = 1;
            /* other thresholds do as well */
            for (uint32_t k = 0; k < i % 4; k++) {
                q.plan.most[any() % 8]++;
                q.plan.most[8 + any() % 8]--;
            }
            for (uint32_t k = 0; k < SITR_HASH_PARTS; k++)
                if (q.plan.most[k] < -1) {
                    q.plan.most[k]++;
                    q.plan.most[0]--;
                }
            if (!sitr_hash_walk(index, &q, &sink, &walk)) {
                n_given_up++;
                sitr_hash_scan(index, &q, 1, &sink, &scan);
            }
            assert_int_equal(t.n, want.n);
            qsort(t.hits, t.n, sizeof *t.hits, by_place);
            assert_memory_equal(t.hits, want.hits, t.n * sizeof *t.hits);
            free(want.hits);
            free(t.hits);
        }
        sitr_index_free(index);
    }
    print_message("%zu given up\n", n_given_up);
    assert_true(n_given_up > 10);
}

static void test_flips(void **state_of)
{
    (void)state_of;
    for (uint32_t bits = 0; bits <= 16; bits++) {
        uint32_t n = 0, want = 0;
        uint16_t flips = sitr_hash_flips_first(bits), last = 0;

        do {
            assert_int_equal(sitr_hash_part_bits(flips), bits);
            assert_true(!n++ || flips > last);
            last = flips;
        } while ((flips = sitr_hash_flips_next(flips)));
        for (uint32_t v = 0; v < 65536; v++)
            want += (uint32_t)__builtin_popcount(v) == bits;
        assert_int_equal(n, want);
    }
}

/* ---- As pictures ---------------------------------------------------------- */

/* A hash without a picture is matched as one that was signed. */
static void test_matched(void **state_of)
{
    const uint32_t n = 500;
    const uint32_t qualities[] = {100, 49, 50, 0};
    sitr_index_builder *bare, *signed_ones;
    sitr_index *a, *b;

    (void)state_of;
    assert_int_equal(sitr_index_builder_new(ctx, &bare), SITR_OK);
    assert_int_equal(sitr_index_builder_new(ctx, &signed_ones), SITR_OK);
    for (uint32_t i = 0; i < n; i++) {
        sitr_hash h = make(i % 50 ? HEAPS : FEW_BITS, i);
        const uint64_t id = id_of(i);
        sitr_signature *s;

        h.quality = (uint8_t)qualities[i % 4];
        assert_int_equal(sitr_sign_hash(ctx, &h, &s), SITR_OK);
        assert_int_equal(sitr_index_builder_add(signed_ones, id, s), SITR_OK);
        assert_int_equal(sitr_index_builder_add_hashes(bare, &id, &h, 1),
                         SITR_OK);
        sitr_signature_free(s);
    }
    assert_int_equal(sitr_index_builder_finish(bare, &a), SITR_OK);
    assert_int_equal(sitr_index_builder_finish(signed_ones, &b), SITR_OK);
    for (uint32_t q = 0; q < 20; q++) {
        static sitr_match got[600], want[600];
        uint64_t n_got, n_want;
        sitr_hash h = query_of(HEAPS, n, q);
        sitr_signature *s;

        h.turn = SITR_UPRIGHT;
        memset(got, 0, sizeof got);
        memset(want, 0, sizeof want);
        assert_int_equal(sitr_sign_hash(ctx, &h, &s), SITR_OK);
        assert_int_equal(sitr_match_index(a, s, NULL, got, COUNT(got), &n_got),
                         SITR_OK);
        assert_int_equal(
            sitr_match_index(b, s, NULL, want, COUNT(want), &n_want), SITR_OK);
        assert_int_equal(n_got, n_want);
        assert_memory_equal(got, want, sizeof got);
        sitr_signature_free(s);
    }
    sitr_index_free(a);
    sitr_index_free(b);
}

/* ---- Files ---------------------------------------------------------------- */

static void test_saved(void **state_of)
{
    const uint32_t n = SITR_HASH_TABLES_FROM + 100;
    char path[] = "/tmp/sitr-test-hash-index.XXXXXX";
    sitr_index *const index = build(HEAPS, n, 50);
    sitr_hash queries[N_QUERIES];
    const int file = mkstemp(path);
    sitr_index *loaded;

    (void)state_of;
    assert_true(file >= 0);
    close(file);
    for (uint32_t q = 0; q < N_QUERIES; q++) queries[q] = query_of(HEAPS, n, q);
    assert_int_equal(sitr_index_save(index, path), SITR_OK);
    assert_int_equal(sitr_index_load(ctx, path, &loaded), SITR_OK);
    assert_int_equal(loaded->at.size, index->at.size);
    assert_memory_equal(loaded->data, index->data, index->at.size);
    assert_int_equal(sitr_index_check(loaded), SITR_OK);
    const list want = look_at_all(HEAPS, n, 50, queries, N_QUERIES, 31);

    check(loaded, &want, queries, N_QUERIES, 31);
    free(want.hits);
    sitr_index_free(loaded);
    sitr_index_free(index);
    unlink(path);
}

/* ---- Damaged and hostile -------------------------------------------------- */

/* Checksums that are looked at when it is opened, made to fit. */
static void mend(const sitr_index_layout *l, uint8_t *data)
{
    uint32_t crcs[SITR_INDEX_N_CRCS];

    for (uint32_t i = 0; i < SITR_INDEX_N_CRCS; i++)
        crcs[i] = sitr_index_section_crc(l, data, i);
    sitr_index_put_head(l, crcs, data);
}

typedef struct hostile {
    sitr_index_layout l;
    uint8_t *data, *kept;
    sitr_hash queries[N_QUERIES];
    list all;
} hostile;

static hostile hostile_new(sort of, uint32_t n, uint32_t n_pictures,
                           uint32_t radius)
{
    sitr_index *const index = build(of, n, n_pictures);
    hostile h = {.l = index->at,
                 .data = malloc(index->at.size),
                 .kept = malloc(index->at.size)};

    assert_true(h.data && h.kept);
    memcpy(h.data, index->data, h.l.size);
    memcpy(h.kept, index->data, h.l.size);
    sitr_index_free(index);
    for (uint32_t q = 0; q < N_QUERIES; q++) h.queries[q] = query_of(of, n, q);
    h.all = look_at_all(of, n, n_pictures, h.queries, N_QUERIES, radius);
    return h;
}

static void hostile_free(hostile *h)
{
    free(h->data);
    free(h->kept);
    free(h->all.hits);
}

/* Opened and asked: whether it opened. `true_ones`: all hits are among those that
 * there were. */
static bool ask(const hostile *h, uint32_t radius, bool true_ones, uint64_t *n)
{
    static sitr_hit hits[20000];
    sitr_index *index;
    const sitr_status status = sitr_index_view(ctx, h->data, h->l.size, &index);

    *n = 0;
    assert_true(!status == (index != NULL));
    if (status) return false;
    assert_int_equal(sitr_index_search(index, h->queries, N_QUERIES, radius,
                                       hits, COUNT(hits), n),
                     SITR_OK);
    for (uint64_t i = 0; i < *n && i < COUNT(hits); i++) {
        assert_true(hits[i].distance <= radius && hits[i].query < N_QUERIES);
        assert_true(!i || by_place(&hits[i - 1], &hits[i]) <= 0);
        if (true_ones)
            assert_non_null(bsearch(&hits[i], h->all.hits, h->all.n,
                                    sizeof *hits, by_place));
    }
    sitr_index_free(index);
    return true;
}

static void test_damaged(void **state_of)
{
    const uint32_t n = SITR_HASH_TABLES_FROM + 3;
    hostile h = hostile_new(HEAPS, n, 20, 31);
    const sitr_index_layout *const l = &h.l;
    /* as many bytes of each section */
    const size_t from[] = {0,
                           l->pictures,
                           l->codes,
                           l->codes + 20 * 32,
                           l->ids,
                           l->qualities,
                           l->sums,
                           l->hash_heads,
                           l->hash_tags,
                           l->hash_numbers,
                           l->size};
    size_t n_seen = 0, n_hidden = 0;
    uint64_t n_hits, all;

    (void)state_of;
    assert_true(ask(&h, 31, true, &all));
    assert_int_equal(all, h.all.n);
    for (size_t s = 0; s + 1 < COUNT(from); s++) {
        for (uint32_t i = 0; i < 24; i++) {
            const size_t at = from[s] + any() % (from[s + 1] - from[s]);

            h.data[at] ^= (uint8_t)(1 + any() % 255);
            if (!ask(&h, 31, true, &n_hits))
                n_seen++;
            else if (n_hits != all)
                n_hidden++;
            mend(l, h.data);
            ask(&h, 31, false, &n_hits);
            memcpy(h.data, h.kept, 128);
            h.data[at] = h.kept[at];
        }
    }
    print_message("%zu seen at once, %zu later\n", n_seen, n_hidden);
    /* a hash, its id and its quality are seen at the latest when it is found */
    for (uint32_t i = 0; i < 3; i++) {
        const size_t at[] = {l->codes + 32 * 300, l->ids + 8 * 300,
                             l->qualities + 300};

        h.data[at[i]] ^= 1;
        assert_true(ask(&h, 256, false, &n_hits));
        assert_int_equal(n_hits, (n - 1 - SITR_HASH_BLOCK) * N_QUERIES);
        h.data[at[i]] ^= 1;
    }
    assert_memory_equal(h.data, h.kept, l->size);
    hostile_free(&h);
}

/* Every length but the whole; in memory of just that size. */
static void test_cut(void **state_of)
{
    hostile h = hostile_new(UNIFORM, SITR_HASH_TABLES_FROM, 3, 31);
    sitr_index *index;

    (void)state_of;
    for (size_t size = 0; size < h.l.size; size += size < 300 ? 1 : 50021) {
        uint8_t *const part = malloc(size ? size : 1);

        assert_non_null(part);
        memcpy(part, h.kept, size);
        assert_int_equal(sitr_index_view(ctx, part, size, &index),
                         size < 6 ? SITR_EFORMAT : SITR_ETRUNCATED);
        assert_null(index);
        free(part);
    }
    hostile_free(&h);
}

/* Tables whose buckets hold all, overlap, end before they begin; whose numbers are
 * all one, beyond what there is, or fall; all tags alike. */
static void test_hostile_tables(void **state_of)
{
    const uint32_t n = SITR_HASH_TABLES_FROM;
    const uint32_t values[] = {0, 1, n - 1, n, n + 1, UINT32_MAX};
    hostile h = hostile_new(ONE_BIT, n, 0, 31);
    const sitr_index_layout *const l = &h.l;
    uint64_t n_hits;

    (void)state_of;
    for (uint32_t i = 0; i < 36; i++) {
        for (size_t at = l->hash_heads; at < l->hash_tags; at += 4) {
            const uint32_t v = at % 8 ? values[i % 6] : values[i / 6];

            memcpy(h.data + at, &v, 4);
        }
        for (uint32_t k = 0; k < n * SITR_HASH_PARTS; k++) {
            const uint32_t v = i % 3 ? values[(i + k) % 6] : n - k % n;

            memcpy(h.data + l->hash_numbers + 4 * (size_t)k, &v, 4);
        }
        mend(l, h.data);
        for (uint32_t radius = 0; radius < 80; radius += 15)
            assert_true(ask(&h, radius, false, &n_hits));
    }
    hostile_free(&h);
}

/* Heads that say of every bucket that it holds all: a search takes no longer than
 * some scans. */
static void test_bounded(void **state_of)
{
    const uint32_t n = 100000;
    hostile h = hostile_new(UNIFORM, n, 0, 0);
    const sitr_index_layout *const l = &h.l;
    uint64_t n_hits;
    clock_t scan, tables;

    (void)state_of;
    for (uint32_t i = 0; i < n * SITR_HASH_PARTS; i++) {
        const uint16_t tag = sitr_hash_part(h.queries[0].word, i / n + 1);

        memcpy(h.data + l->hash_tags + 2 * (size_t)i, &tag, 2);
    }
    for (uint32_t q = 1; q < N_QUERIES; q++) h.queries[q] = h.queries[0];
    mend(l, h.data);
    scan = clock();
    assert_true(ask(&h, 120, false, &n_hits));
    scan = clock() - scan;
    for (uint32_t many = 0; many < 2; many++) {
        for (size_t at = l->hash_heads; many && at < l->hash_tags; at += 4) {
            const uint32_t v = at % 8 ? n : 0;

            memcpy(h.data + at, &v, 4);
        }
        mend(l, h.data);
        tables = clock();
        assert_true(ask(&h, 31, false, &n_hits));
        tables = clock() - tables;
        print_message("scan %ld us, tables %ld us\n", (long)scan, (long)tables);
        assert_true(tables < 20 * scan + CLOCKS_PER_SEC / 10);
    }
    hostile_free(&h);
}

/* ---- Merged --------------------------------------------------------------- */

static void assert_equal_bytes(const sitr_index *a, const sitr_index *b)
{
    assert_int_equal(a->at.size, b->at.size);
    assert_memory_equal(a->data, b->data, a->at.size);
}

/* Those of `sorts` in turn, `each` of them, as one that was built of all. */
static void test_merged(void **state_of)
{
    const uint32_t each = 7000, n_pictures = 9;
    sitr_index *parts[3], *all[2], *merged, *again;
    sitr_index_builder *b[2];
    uint64_t removed[501];

    (void)state_of;
    for (uint32_t i = 0; i < COUNT(removed); i++)
        removed[i] = id_of(i * 977 % each);
    for (int k = 0; k < 2; k++)
        assert_int_equal(sitr_index_builder_new(ctx, &b[k]), SITR_OK);
    for (int part = 0; part < 3; part++) {
        parts[part] = build((sort)part, each, n_pictures);
        for (uint32_t i = 0; i < each; i++) {
            const sitr_hash h = make((sort)part, i);
            const sitr_hash other = {
                .algo = SITR_DHASH, .bits = 64, .quality = 100};
            const uint64_t id = id_of(i);
            bool gone = false;
            sitr_signature *s;

            for (size_t r = 0; r < COUNT(removed); r++)
                gone = gone || removed[r] == id;
            for (int k = 0; k < (gone ? 1 : 2); k++) {
                if (i >= n_pictures) {
                    assert_int_equal(
                        sitr_index_builder_add_hashes(b[k], &id, &h, 1),
                        SITR_OK);
                    continue;
                }
                assert_int_equal(sitr_sign_hash(ctx, i == 1 ? &other : &h, &s),
                                 SITR_OK);
                assert_int_equal(sitr_index_builder_add(b[k], id, s), SITR_OK);
                sitr_signature_free(s);
            }
        }
    }
    for (int k = 0; k < 2; k++)
        assert_int_equal(sitr_index_builder_finish(b[k], &all[k]), SITR_OK);
    assert_int_equal(sitr_index_merge(ctx, (const sitr_index *const *)parts, 3,
                                      NULL, NULL, 0, &merged),
                     SITR_OK);
    assert_equal_bytes(merged, all[0]);
    assert_int_equal(sitr_index_merge(ctx, (const sitr_index *const *)&merged,
                                      1, NULL, removed, COUNT(removed), &again),
                     SITR_OK);
    assert_equal_bytes(again, all[1]);
    assert_true(sitr_index_count(again) < sitr_index_count(merged));
    for (int k = 0; k < 3; k++) sitr_index_free(parts[k]);
    for (int k = 0; k < 2; k++) sitr_index_free(all[k]);
    sitr_index_free(merged);
    sitr_index_free(again);
    /* of none */
    assert_int_equal(sitr_index_merge(ctx, NULL, 0, NULL, NULL, 0, &merged),
                     SITR_OK);
    assert_int_equal(sitr_index_count(merged), 0);
    sitr_index_free(merged);
}

/* A hash that is damaged stops it. */
static void test_merge_damaged(void **state_of)
{
    hostile h = hostile_new(UNIFORM, 1000, 0, 0);
    const sitr_index *none = NULL;
    sitr_index *index, *merged = (void *)&merged;

    (void)state_of;
    h.data[h.l.ids + 8 * 999] ^= 1;
    assert_int_equal(sitr_index_view(ctx, h.data, h.l.size, &index), SITR_OK);
    assert_int_equal(sitr_index_merge(ctx, (const sitr_index *const *)&index, 1,
                                      NULL, NULL, 0, &merged),
                     SITR_ECORRUPT);
    assert_null(merged);
    assert_int_equal(sitr_index_merge(ctx, &none, 1, NULL, NULL, 0, &merged),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_merge(ctx, (const sitr_index *const *)&index, 1,
                                      NULL, NULL, 1, &merged),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_merge(NULL, NULL, 0, NULL, NULL, 0, &merged),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_merge(ctx, NULL, 0, NULL, NULL, 0, NULL),
                     SITR_EINVAL);
    sitr_index_free(index);
    hostile_free(&h);
}

/* ---- Calls ---------------------------------------------------------------- */

static void test_calls(void **state_of)
{
    const sitr_hash good = empty();
    sitr_hash bad[6];
    sitr_index_builder *b;
    sitr_index *index;
    sitr_hit hit;
    const uint64_t id = 5;
    uint64_t n = 7;

    (void)state_of;
    for (size_t i = 0; i < COUNT(bad); i++) bad[i] = good;
    bad[0].algo = SITR_PHASH;
    bad[1].bits = 64;
    bad[2].quality = 101;
    bad[3].turn = 1;
    bad[4].algo = 0;
    bad[5].algo = 77;
    assert_int_equal(sitr_index_builder_new(ctx, &b), SITR_OK);
    assert_int_equal(sitr_index_builder_add_hashes(NULL, &id, &good, 1),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_builder_add_hashes(b, NULL, &good, 1),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_builder_add_hashes(b, &id, NULL, 1),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_builder_add_hashes(b, NULL, NULL, 0), SITR_OK);
    for (size_t i = 0; i < COUNT(bad); i++) {
        const sitr_hash two[] = {good, bad[i]};
        const uint64_t ids[] = {1, 2};

        assert_int_equal(sitr_index_builder_add_hashes(b, ids, two, 2),
                         SITR_EINVAL);
    }
    assert_int_equal(sitr_index_builder_add_hashes(b, &id, &good, 1), SITR_OK);
    assert_int_equal(sitr_index_builder_finish(b, &index), SITR_OK);
    assert_int_equal(sitr_index_count(index), 1);
    assert_int_equal(sitr_index_search(index, &good, 1, 0, &hit, 1, NULL),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_search(NULL, &good, 1, 0, &hit, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(n, 0);
    assert_int_equal(sitr_index_search(index, NULL, 1, 0, &hit, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_search(index, &good, 1, 0, NULL, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_search(index, &bad[0], 1, 0, &hit, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_search(index, &bad[1], 1, 0, &hit, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(sitr_index_search(index, NULL, 0, 0, NULL, 0, &n),
                     SITR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(sitr_index_search(index, &bad[3], 1, 0, &hit, 1, &n),
                     SITR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(hit.id, 5);
    assert_int_equal(hit.distance, 0);
    sitr_index_free(index);
}

/* Gives out memory so many times. */
typedef struct purse {
    uint32_t left;
} purse;

static void *resize(void *cookie, void *ptr, size_t old_size, size_t new_size)
{
    purse *const p = cookie;

    (void)old_size;
    if (!new_size) {
        free(ptr);
        return NULL;
    }
    if (!p->left) return NULL;
    p->left--;
    return realloc(ptr, new_size);
}

/* Adding fails at each of its requests, and leaves the builder as it was. */
static void test_no_memory(void **state_of)
{
    const size_t n = 40000;
    sitr_hash *const h = malloc(n * sizeof *h);
    uint64_t *const ids = calloc(n, sizeof *ids);

    (void)state_of;
    assert_true(h && ids);
    for (size_t i = 0; i < n; i++) h[i] = make(UNIFORM, (uint32_t)i);
    /* two to add them, two for the index, one for each table */
    const uint32_t enough = 2 + 2 + SITR_HASH_PARTS;

    for (uint32_t most = 0; most < enough + 3; most++) {
        purse p = {UINT32_MAX};
        const sitr_allocator allocator = {resize, &p};
        const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                    .allocator = &allocator};
        sitr_index_builder *b;
        sitr_index *index;
        sitr_ctx *poor;

        assert_int_equal(sitr_ctx_new(&opts, &poor), SITR_OK);
        assert_int_equal(sitr_index_builder_new(poor, &b), SITR_OK);
        assert_int_equal(sitr_index_builder_add_hashes(b, ids, h, 3), SITR_OK);
        p.left = most;
        const sitr_status added = sitr_index_builder_add_hashes(b, ids, h, n);

        assert_int_equal(added, most < 2 ? SITR_ENOMEM : SITR_OK);
        p.left = most < 2 ? UINT32_MAX : most - 2;
        if (added)
            assert_int_equal(sitr_index_builder_add_hashes(b, ids, h, 20000),
                             SITR_OK);
        const sitr_status finished = sitr_index_builder_finish(b, &index);

        assert_int_equal(finished,
                         most >= 2 && most < enough ? SITR_ENOMEM : SITR_OK);
        assert_int_equal(sitr_index_count(index), finished ? 0
                                                  : added  ? 20003
                                                           : 40003);
        sitr_index_free(index);
        sitr_ctx_free(poor);
    }
    free(h);
    free(ids);
}

/* Merging fails at each of its requests, and then does not. */
static void test_merge_no_memory(void **state_of)
{
    sitr_index *const index = build(UNIFORM, SITR_HASH_TABLES_FROM, 3);
    const uint64_t removed[] = {3, 2, 1};
    uint32_t n_failed = 0;
    sitr_status status = SITR_ENOMEM;

    (void)state_of;
    for (; status; n_failed++) {
        purse p = {UINT32_MAX};
        const sitr_allocator allocator = {resize, &p};
        const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                    .allocator = &allocator};
        sitr_index *merged;
        sitr_ctx *poor;

        assert_int_equal(sitr_ctx_new(&opts, &poor), SITR_OK);
        p.left = n_failed;
        status = sitr_index_merge(poor, (const sitr_index *const *)&index, 1,
                                  NULL, removed, COUNT(removed), &merged);
        assert_true(!status == (merged != NULL));
        assert_true(!status || status == SITR_ENOMEM);
        sitr_index_free(merged);
        sitr_ctx_free(poor);
    }
    print_message("%u requests\n", n_failed - 1);
    assert_true(n_failed > 5);
    sitr_index_free(index);
}

static int set_up(void **state_of)
{
    (void)state_of;
    return sitr_ctx_new(NULL, &ctx) != SITR_OK;
}

static int tear_down(void **state_of)
{
    (void)state_of;
    sitr_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_plans),
        cmocka_unit_test(test_given_up),
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_matched),
        cmocka_unit_test(test_saved),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_hostile_tables),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_merged),
        cmocka_unit_test(test_merge_damaged),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_merge_no_memory),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
