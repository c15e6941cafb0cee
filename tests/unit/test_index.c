/* SPDX-License-Identifier: Apache-2.0 */
/* An index says what a scan says, from memory, from a file and from bytes; what
 * its tables bring up is what a plain loop finds; and whatever is done to its
 * bytes, it ends with an error or an answer. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "index/candidates.h"
#include "samples.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static sitr_ctx *ctx;

/* ---- Signatures ----------------------------------------------------------- */

static sitr_signature *sign_file(const char *name, uint32_t flags)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts, .flags = flags};
    sitr_signature *s;

    assert_int_equal(sitr_sign_file(ctx, sample_path(name), &opts, &s),
                     SITR_OK);
    return s;
}

/* Of blobs in places that depend on `seed`, with some grain, mirrored where asked
 * for. */
static sitr_signature *sign_blobs(uint32_t seed, uint32_t side, bool mirrored,
                                  uint32_t flags)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts, .flags = flags};
    uint8_t *const data = calloc(side, side);
    const sitr_pixels pixels = {data, side, side, side, SITR_GRAY8};
    sitr_signature *s;

    assert_non_null(data);
    for (uint32_t y = 0; y < side; y++)
        for (uint32_t x = 0; x < side; x++) {
            const uint32_t u = mirrored ? side - 1 - x : x;
            uint32_t v = (u / 9 * 977 + y / 9 + seed * 7919) * 2654435761u;

            v ^= v >> 15;
            data[y * side + x] =
                (uint8_t)((v * 2246822519u >> 24) * 15 / 16 +
                          (u * 7919 + y * 104729) * 2654435761u % 13);
        }
    assert_int_equal(sitr_sign_pixels(ctx, &pixels, &opts, &s), SITR_OK);
    free(data);
    return s;
}

static sitr_signature *sign_hash(uint64_t seed, uint8_t quality, sitr_algo algo)
{
    sitr_hash hash = {.algo = (uint16_t)algo,
                      .bits = (uint16_t)sitr_algo_bits(algo),
                      .quality = quality};
    sitr_signature *s;

    for (uint32_t i = 0; i < hash.bits / 64u; i++)
        hash.word[i] = (seed + i) * 0x9e3779b97f4a7c15;
    assert_int_equal(sitr_sign_hash(ctx, &hash, &s), SITR_OK);
    return s;
}

/* Owned signatures. */
typedef struct many {
    size_t n;
    sitr_signature *list[64];
} many;

static void add(many *m, sitr_signature *s)
{
    assert_true(m->n < COUNT(m->list));
    m->list[m->n++] = s;
}

static void free_many(many *m)
{
    for (size_t i = 0; i < m->n; i++) sitr_signature_free(m->list[i]);
}

/* Photos, a picture signed to search with, without regions, with few of them and
 * none, hashes alone, another algorithm, and what is too plain. */
static many protected_ones(void)
{
    static const char *const names[] = {
        "protected/IMG_0007.jpg", "protected/IMG_0015.jpg",
        "protected/door.jpg",     "protected/portrait.jpg",
        "found/other 1421.jpg",   "found/other 1424.jpg"};
    many m = {0};

    for (size_t i = 0; i < COUNT(names); i++)
        add(&m, sign_file(names[i], SITR_SIGN_REGIONS));
    add(&m, sign_hash(7, 100, SITR_PDQ));
    add(&m, sign_file(names[0], SITR_SIGN_REGIONS | SITR_SIGN_QUERY));
    add(&m, sign_file(names[1], 0));
    add(&m, sign_hash(7, 20, SITR_PDQ));
    add(&m, sign_hash(2, 100, SITR_PHASH));
    add(&m, sign_blobs(1, 24, false, SITR_SIGN_REGIONS));
    add(&m, sign_blobs(2, 400, false, SITR_SIGN_REGIONS));
    /* one of them twice */
    add(&m, sign_file(names[2], SITR_SIGN_REGIONS));
    return m;
}

/* Crops, screenshots, turned, brighter, and pictures that are not there. */
static many found_ones(void)
{
    static const char *const names[] = {
        "found/brighter.jpg",   "found/contrast.jpg",
        "found/cut off.jpg",    "found/gray.jpg",
        "found/other 1421.jpg", "found/other 1432.jpg",
        "found/thumb.png",      "found/upside down.jpg",
        "found/phone.jpg",      "protected/IMG_0015.jpg"};
    many m = {0};

    for (size_t i = 0; i < COUNT(names); i++)
        for (uint32_t flags = 0; flags < 4; flags++)
            add(&m, sign_file(names[i], flags));
    add(&m, sign_blobs(2, 400, true, SITR_SIGN_REGIONS | SITR_SIGN_QUERY));
    add(&m, sign_hash(7, 100, SITR_PDQ));
    add(&m, sign_hash(2, 100, SITR_PHASH));
    return m;
}

/* ---- Indexes -------------------------------------------------------------- */

/* Number i has the id that is `ids[i]`, or i. */
static sitr_index *build(const many *m, const uint64_t *ids)
{
    sitr_index_builder *b;
    sitr_index *index;

    assert_int_equal(sitr_index_builder_new(ctx, &b), SITR_OK);
    for (size_t i = 0; i < m->n; i++)
        assert_int_equal(
            sitr_index_builder_add(b, ids ? ids[i] : i, m->list[i]), SITR_OK);
    assert_int_equal(sitr_index_builder_finish(b, &index), SITR_OK);
    assert_int_equal(sitr_index_count(index), m->n);
    assert_int_equal(sitr_index_check(index), SITR_OK);
    return index;
}

#define MAX_MATCHES 64

typedef struct answer {
    sitr_match matches[MAX_MATCHES];
    uint64_t n;
} answer;

static sitr_status ask(const sitr_index *index, const sitr_signature *found,
                       answer *out)
{
    memset(out, 0, sizeof *out);
    return sitr_match_index(index, found, NULL, out->matches, MAX_MATCHES,
                            &out->n);
}

static void assert_same(const answer *a, const answer *b)
{
    assert_int_equal(a->n, b->n);
    assert_memory_equal(a->matches, b->matches, sizeof a->matches);
}

static void test_as_scan(void **state)
{
    many mine = protected_ones(), found = found_ones();
    uint64_t ids[COUNT(mine.list)];
    size_t n_all = 0;
    sitr_index *index;

    (void)state;
    /* some share one */
    for (size_t i = 0; i < mine.n; i++) ids[i] = UINT64_MAX - i / 3;
    index = build(&mine, ids);
    for (size_t i = 0; i < found.n; i++) {
        const sitr_match_opts strict = {.struct_size = sizeof strict,
                                        .at_least = SITR_COPY,
                                        .max_distance = 20};
        static answer scan, got;
        sitr_match one;
        uint64_t n;

        for (int k = 0; k < 2; k++) {
            const sitr_match_opts *const opts = k ? &strict : NULL;

            memset(&scan, 0, sizeof scan);
            memset(&got, 0, sizeof got);
            assert_int_equal(
                sitr_match_scan((const sitr_signature *const *)mine.list,
                                mine.n, found.list[i], opts, scan.matches,
                                MAX_MATCHES, &scan.n),
                SITR_OK);
            assert_int_equal(sitr_match_index(index, found.list[i], opts,
                                              got.matches, MAX_MATCHES, &got.n),
                             SITR_OK);
            n_all += got.n;
            assert_int_equal(scan.n, got.n);
            /* ids fall here: of equals another one comes first */
            for (uint64_t m = 0; m < scan.n; m++) {
                uint64_t at = 0;

                scan.matches[m].id = ids[scan.matches[m].id];
                while (at < got.n && memcmp(&scan.matches[m], &got.matches[at],
                                            sizeof scan.matches[m]) != 0)
                    at++;
                assert_true(at < got.n);
            }
        }
        assert_int_equal(
            sitr_match_index(index, found.list[i], NULL, &one, 1, &n), SITR_OK);
        assert_int_equal(ask(index, found.list[i], &got), SITR_OK);
        assert_int_equal(n, got.n);
        if (n) assert_memory_equal(&one, &got.matches[0], sizeof one);
        assert_int_equal(
            sitr_match_index(index, found.list[i], NULL, NULL, 0, &n), SITR_OK);
        assert_int_equal(n, got.n);
    }
    print_message("%zu matches\n", n_all);
    assert_true(n_all > 80);
    sitr_index_free(index);
    free_many(&mine);
    free_many(&found);
}

/* With the numbers as ids the order is that of a scan, too. */
static void test_order(void **state)
{
    many mine = protected_ones(), found = found_ones();
    sitr_index *index = build(&mine, NULL);

    (void)state;
    for (size_t i = 0; i < found.n; i++) {
        static answer scan, got;

        memset(&scan, 0, sizeof scan);
        assert_int_equal(
            sitr_match_scan((const sitr_signature *const *)mine.list, mine.n,
                            found.list[i], NULL, scan.matches, MAX_MATCHES,
                            &scan.n),
            SITR_OK);
        assert_int_equal(ask(index, found.list[i], &got), SITR_OK);
        assert_same(&scan, &got);
    }
    sitr_index_free(index);
    free_many(&mine);
    free_many(&found);
}

/* ---- Files ---------------------------------------------------------------- */

/* Merged with itself, its ids moved or not, and a picture taken out: as if it had
 * been built so. */
static void merge_twice(const uint64_t offsets[2], uint64_t removed)
{
    many mine = protected_ones(), twice = {0};
    sitr_index *const one = build(&mine, NULL);
    const sitr_index *const both[] = {one, one};
    uint64_t ids[COUNT(twice.list)];
    sitr_index *want, *got;

    for (size_t i = 0; i < 2 * mine.n; i++) {
        ids[twice.n] = i % mine.n + (offsets ? offsets[i / mine.n] : 0);
        if (ids[twice.n] != removed) add(&twice, mine.list[i % mine.n]);
    }
    want = build(&twice, ids);
    assert_int_equal(sitr_index_merge(ctx, both, 2, offsets, &removed, 1, &got),
                     SITR_OK);
    assert_int_equal(got->at.size, want->at.size);
    assert_memory_equal(got->data, want->data, want->at.size);
    sitr_index_free(got);
    sitr_index_free(want);
    sitr_index_free(one);
    free_many(&mine);
}

static void test_merged(void **state)
{
    const uint64_t offsets[] = {7, 1000};

    (void)state;
    merge_twice(NULL, 3);
    merge_twice(offsets, 3); /* none is 3 now */
    merge_twice(offsets, 8);
    merge_twice(offsets, 1003);
}

/* What is passed over takes no other's place: of pictures that are near by their
 * hash but 512 are compared by regions, of the others 64, and here 600 copies of
 * one come first. */
static void test_without(void **state)
{
    many mine = protected_ones(), found = found_ones();
    sitr_index *const want = build(&mine, NULL);
    uint64_t without[600];
    sitr_match_opts opts = {.struct_size = sizeof opts,
                            .without = without,
                            .n_without = COUNT(without)};
    sitr_index_builder *b;
    sitr_index *index;
    size_t n_all = 0;

    (void)state;
    assert_int_equal(sitr_index_builder_new(ctx, &b), SITR_OK);
    for (size_t i = 0; i < COUNT(without); i++) {
        without[i] = 1000 + i;
        assert_int_equal(sitr_index_builder_add(b, 1000 + i, mine.list[1]),
                         SITR_OK);
    }
    for (size_t i = 0; i < mine.n; i++)
        assert_int_equal(sitr_index_builder_add(b, i, mine.list[i]), SITR_OK);
    assert_int_equal(sitr_index_builder_finish(b, &index), SITR_OK);
    for (size_t i = 0; i < found.n; i++) {
        static answer without_them, got;

        assert_int_equal(ask(want, found.list[i], &without_them), SITR_OK);
        memset(&got, 0, sizeof got);
        assert_int_equal(sitr_match_index(index, found.list[i], &opts,
                                          got.matches, MAX_MATCHES, &got.n),
                         SITR_OK);
        assert_same(&without_them, &got);
        n_all += got.n;
    }
    assert_true(n_all > 40);
    opts.without = NULL;
    assert_int_equal(sitr_match_index(index, found.list[0], &opts, NULL, 0,
                                      &without[0]),
                     SITR_EINVAL);
    sitr_index_free(index);
    sitr_index_free(want);
    free_many(&mine);
    free_many(&found);
}

static void test_round_trip(void **state)
{
    many mine = protected_ones(), found = found_ones();
    char folder[] = "/tmp/sitr-index.XXXXXX", path[64], missing[96];
    sitr_index *index = build(&mine, NULL), *loaded, *view;
    void *const copy = malloc(index->at.size);

    (void)state;
    assert_non_null(copy);
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/index", folder);
    snprintf(missing, sizeof missing, "%s/no/index", folder);
    assert_int_equal(sitr_index_load(ctx, path, &loaded), SITR_ENOENT);
    assert_null(loaded);
    assert_int_equal(sitr_index_load(ctx, folder, &loaded), SITR_EIO);
    assert_int_equal(sitr_index_save(index, missing), SITR_ENOENT);
    /* twice: over the old one, and from one that is mapped */
    assert_int_equal(sitr_index_save(index, path), SITR_OK);
    assert_int_equal(sitr_index_load(ctx, path, &loaded), SITR_OK);
    assert_int_equal(sitr_index_save(loaded, path), SITR_OK);
    assert_int_equal(sitr_index_check(loaded), SITR_OK);
    memcpy(copy, loaded->data, loaded->at.size);
    assert_memory_equal(copy, index->data, index->at.size);
    for (int k = 0; k < 2; k++) {
        size_t size;
        const void *const bytes =
            sitr_index_bytes(k ? loaded : index, &size);

        assert_int_equal(size, index->at.size);
        assert_memory_equal(bytes, copy, size);
    }
    assert_null(sitr_index_bytes(NULL, NULL));
    assert_int_equal(sitr_index_view(ctx, copy, index->at.size, &view),
                     SITR_OK);
    assert_int_equal(sitr_index_count(view), mine.n);
    for (size_t i = 0; i < found.n; i++) {
        static answer a, b, c;

        assert_int_equal(ask(index, found.list[i], &a), SITR_OK);
        assert_int_equal(ask(loaded, found.list[i], &b), SITR_OK);
        assert_int_equal(ask(view, found.list[i], &c), SITR_OK);
        assert_same(&a, &b);
        assert_same(&a, &c);
    }
    sitr_index_free(loaded);
    sitr_index_free(view);
    sitr_index_free(index);
    /* nothing else was left there */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    free(copy);
    free_many(&mine);
    free_many(&found);
}

/* The disk is full, the place is a folder, the path has none: the old file stays
 * until the new one is whole, and nothing is left beside it. */
static void test_save(void **state)
{
    many mine = protected_ones();
    char folder[] = "/tmp/sitr-index.XXXXXX";
    char path[64], inner[64], nothing[64], here[4096];
    sitr_index *index = build(&mine, NULL), *loaded;
    struct rlimit before, small;
    FILE *f;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/index", folder);
    snprintf(inner, sizeof inner, "%s/folder", folder);
    snprintf(nothing, sizeof nothing, "%s/nothing", folder);
    assert_int_equal(sitr_index_save(index, path), SITR_OK);

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = index->at.size / 2;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(sitr_index_save(index, path), SITR_EIO);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(sitr_index_load(ctx, path, &loaded), SITR_OK);
    assert_int_equal(sitr_index_check(loaded), SITR_OK);
    sitr_index_free(loaded);

    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(sitr_index_save(index, inner), SITR_EIO);
    assert_int_equal(rmdir(inner), 0);

    f = fopen(nothing, "w");
    assert_non_null(f);
    fclose(f);
    assert_int_equal(sitr_index_load(ctx, nothing, &loaded), SITR_ETRUNCATED);
    assert_null(loaded);
    assert_int_equal(unlink(nothing), 0);

    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(sitr_index_save(index, "index"), SITR_OK);
    assert_int_equal(sitr_index_load(ctx, "index", &loaded), SITR_OK);
    assert_int_equal(chdir(here), 0);
    sitr_index_free(loaded);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    sitr_index_free(index);
    free_many(&mine);
}

static void test_empty(void **state)
{
    const many none = {0};
    many hashes = {0};
    sitr_signature *found =
        sign_blobs(2, 400, false, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    sitr_index *index = build(&none, NULL), *view;
    answer a;

    (void)state;
    assert_int_equal(ask(index, found, &a), SITR_OK);
    assert_int_equal(a.n, 0);
    assert_int_equal(sitr_index_view(ctx, index->data, index->at.size, &view),
                     SITR_OK);
    assert_int_equal(ask(view, found, &a), SITR_OK);
    assert_int_equal(a.n, 0);
    sitr_index_free(view);
    sitr_index_free(index);
    sitr_signature_free(found);

    /* hashes alone */
    for (uint64_t i = 0; i < 20; i++) add(&hashes, sign_hash(i, 100, SITR_PDQ));
    index = build(&hashes, NULL);
    assert_int_equal(ask(index, hashes.list[7], &a), SITR_OK);
    assert_int_equal(a.n, 1);
    assert_int_equal(a.matches[0].id, 7);
    assert_int_equal(a.matches[0].distance, 0);
    sitr_index_free(index);
    free_many(&hashes);
}

/* ---- Threads -------------------------------------------------------------- */

typedef struct asker {
    const sitr_index *index;
    const many *found;
    const answer *expected;
    bool failed;
} asker;

static void *ask_all(void *arg)
{
    asker *const a = arg;
    answer *const got = malloc(sizeof *got);

    for (int round = 0; round < 2 && got; round++)
        for (size_t i = 0; i < a->found->n; i++)
            if (ask(a->index, a->found->list[i], got) ||
                memcmp(got, &a->expected[i], sizeof *got) != 0)
                a->failed = true;
    a->failed |= !got;
    free(got);
    return NULL;
}

/* One index, asked by four threads at once. */
static void test_threads(void **state)
{
    many mine = protected_ones(), found = found_ones();
    sitr_index *index = build(&mine, NULL);
    answer *const expected = calloc(found.n, sizeof *expected);
    pthread_t threads[4];
    asker askers[4];

    (void)state;
    assert_non_null(expected);
    for (size_t i = 0; i < found.n; i++)
        assert_int_equal(ask(index, found.list[i], &expected[i]), SITR_OK);
    for (int t = 0; t < 4; t++) {
        askers[t] = (asker){index, &found, expected, false};
        assert_int_equal(pthread_create(&threads[t], NULL, ask_all, &askers[t]),
                         0);
    }
    for (int t = 0; t < 4; t++) {
        pthread_join(threads[t], NULL);
        assert_false(askers[t].failed);
    }
    free(expected);
    sitr_index_free(index);
    free_many(&mine);
    free_many(&found);
}

/* ---- Tables --------------------------------------------------------------- */

static bool holds(const sitr_index *index, uint32_t t, uint32_t number,
                  uint32_t bucket, uint32_t tag)
{
    const sitr_index_layout *const l = &index->at;
    const uint32_t *const heads =
        (const void *)(index->data + sitr_index_heads(l, t));
    const uint32_t *const entries =
        (const void *)(index->data + sitr_index_entries(l, t));
    bool found = false;

    assert_true(heads[bucket] <= heads[bucket + 1]);
    for (uint32_t e = heads[bucket]; e < heads[bucket + 1]; e++) {
        const uint32_t n = entries[e] & ((1u << l->sizes.number_bits) - 1);

        /* they rise */
        if (e > heads[bucket])
            assert_true(n >
                        (entries[e - 1] & ((1u << l->sizes.number_bits) - 1)));
        if (n == number) found = entries[e] >> l->sizes.number_bits == tag;
    }
    return found;
}

/* A plain twin of the keys: whatever the sizes, every descriptor is in its bucket
 * in every table, once, and one whose bits agree in those of a table, turned into
 * its variant, looks into the same. */
static void test_tables(void **state)
{
    many mine = protected_ones();
    sitr_index *index = build(&mine, NULL);
    const sitr_index_layout *const l = &index->at;
    const sitr_descriptor *const d =
        (const void *)(index->data + l->descriptors);

    (void)state;
    assert_true(l->n_regions > 1000);
    for (uint32_t t = 0; t < SITR_N_TABLES; t++) {
        const sitr_key key = sitr_key_of_table(&l->sizes, t);
        const uint32_t *const heads =
            (const void *)(index->data + sitr_index_heads(l, t));
        uint32_t n_bits = 0;

        for (int w = 0; w < 4; w++)
            n_bits += (uint32_t)__builtin_popcountll(key.mask[w]);
        assert_int_equal(n_bits, l->sizes.sampled);
        assert_int_equal(heads[0], 0);
        assert_int_equal(heads[1u << l->sizes.bucket_bits], l->n_regions);
        for (uint32_t i = 0; i < l->n_regions; i += 7) {
            const uint32_t bucket = sitr_key_bucket(&key, &d[i], 0);
            const uint32_t tag = sitr_key_tag(&key, &d[i], 0);

            assert_true(bucket < 1u << l->sizes.bucket_bits);
            assert_true(holds(index, t, i, bucket, tag));
            for (uint32_t v = 0; v < SITR_N_VARIANTS; v++) {
                sitr_descriptor turned;

                /* bits that the table does not look at are anything */
                for (uint32_t w = 0; w < 4; w++)
                    turned.word[w ^ v] =
                        d[i].word[w] & key.mask[w] ? d[i].word[w] : 0;
                for (uint32_t w = 0; w < 4; w++)
                    turned.word[w ^ v] =
                        (d[i].word[w] & key.mask[w]) |
                        (i * 0x9e3779b97f4a7c15 & ~key.mask[w]);
                assert_int_equal(sitr_key_bucket(&key, &turned, v), bucket);
            }
        }
    }
    sitr_index_free(index);
    free_many(&mine);
}

/* What share the tables find of the pictures that a loop over all pairs of
 * descriptors finds: all, where so many are near. */
static void test_candidates(void **state)
{
    many mine = {0};
    sitr_index *index;

    (void)state;
    for (uint32_t i = 0; i < 40; i++)
        add(&mine, sign_blobs(i, 300, false, SITR_SIGN_REGIONS));
    index = build(&mine, NULL);
    for (uint32_t i = 0; i < 40; i += 3) {
        sitr_signature *found =
            sign_blobs(i, 300, i % 2, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
        uint32_t candidates[SITR_MAX_CANDIDATES], n;
        sitr_aligner *const aligner = sitr_aligner_new(ctx);
        const sitr_id_list none = {NULL, 0};
        sitr_region_query query;
        bool met = false;

        assert_non_null(aligner);
        assert_int_equal(
            sitr_region_query_new(ctx, &found->regions, 300, 300, &query),
            SITR_OK);
        assert_int_equal(sitr_candidates_find(index, ctx, &query, aligner,
                                              &none, candidates, &n),
                         SITR_OK);
        assert_true(n <= SITR_MAX_CANDIDATES);
        for (uint32_t k = 0; k < n; k++) {
            met |= candidates[k] == i;
            if (k) assert_true(candidates[k] > candidates[k - 1]);
        }
        assert_true(met);
        sitr_region_query_free(ctx, &query);
        sitr_aligner_free(ctx, aligner);
        sitr_signature_free(found);
    }
    sitr_index_free(index);
    free_many(&mine);
}

/* Thousands of one picture: every bucket is overfull. Some of them are found by
 * their regions, all by their hash, and it takes no longer than it may. */
static void test_overfull(void **state)
{
    enum { N = 3000 };
    sitr_signature *mine = sign_blobs(1, 400, false, SITR_SIGN_REGIONS);
    sitr_signature *found =
        sign_blobs(1, 400, true, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    sitr_index_builder *b;
    sitr_index *index;
    sitr_match m;
    uint64_t n;

    (void)state;
    assert_int_equal(sitr_index_builder_new(ctx, &b), SITR_OK);
    for (uint64_t i = 0; i < N; i++)
        assert_int_equal(sitr_index_builder_add(b, i, mine), SITR_OK);
    assert_int_equal(sitr_index_builder_finish(b, &index), SITR_OK);
    assert_int_equal(sitr_match_index(index, found, NULL, &m, 1, &n), SITR_OK);
    assert_true(n >= N);
    assert_int_equal(m.verdict, SITR_COPY);
    assert_true(m.keypoints > 20);
    /* with nothing but regions to go by */
    for (uint32_t i = 0; i < found->n_hashes; i++)
        for (int w = 0; w < 4; w++)
            found->hashes[i].word[w] ^= 0x0f0f0f0f0f0f0f0f;
    assert_int_equal(sitr_match_index(index, found, NULL, &m, 1, &n), SITR_OK);
    print_message("%llu found by their regions\n", (unsigned long long)n);
    assert_true(n > 0);
    assert_true(m.keypoints > 20);
    sitr_index_free(index);
    sitr_signature_free(mine);
    sitr_signature_free(found);
}

/* ---- Damage --------------------------------------------------------------- */

/* A small index as bytes. */
static uint8_t *small_one(many *mine, size_t *size)
{
    sitr_index *index;
    uint8_t *data;

    add(mine, sign_blobs(1, 130, false, SITR_SIGN_REGIONS));
    add(mine, sign_blobs(2, 160, false, SITR_SIGN_REGIONS));
    add(mine, sign_hash(1, 100, SITR_PDQ));
    index = build(mine, NULL);
    *size = index->at.size;
    data = malloc(*size);
    assert_non_null(data);
    memcpy(data, index->data, *size);
    sitr_index_free(index);
    return data;
}

/* Its checksums made to fit again. */
static void mend(uint8_t *data, size_t size)
{
    uint32_t crcs[SITR_INDEX_N_CRCS] = {0};
    sitr_index_layout l;

    sitr_bytes b = {.data = data, .size = size, .at = 8};
    const uint32_t n_pictures = (uint32_t)sitr_bytes_le(&b, 4);
    const uint32_t n_regions = (uint32_t)sitr_bytes_le(&b, 4);

    b.at = 116;
    const uint32_t n_hashes = (uint32_t)sitr_bytes_le(&b, 4);

    if (!sitr_index_lay_out(n_pictures, n_hashes, n_regions, &l) ||
        l.size > size)
        return;
    for (uint32_t i = 0; i < l.n_pictures; i++) {
        uint8_t *const p = data + l.pictures + i * SITR_INDEX_PICTURE;
        sitr_index_picture picture;
        uint32_t sums[2];

        memcpy(&picture, p, sizeof picture);
        if ((uint64_t)picture.first + picture.n_regions > l.n_regions) continue;
        sums[0] = sitr_crc32c(data + l.points +
                                  (size_t)picture.first * SITR_INDEX_POINT,
                              (size_t)picture.n_regions * SITR_INDEX_POINT);
        sums[1] =
            sitr_crc32c(data + l.descriptors +
                            (size_t)picture.first * SITR_INDEX_DESCRIPTOR,
                        (size_t)picture.n_regions * SITR_INDEX_DESCRIPTOR);
        picture.crc = sitr_crc32c(sums, sizeof sums);
        memcpy(p, &picture, sizeof picture);
    }
    for (uint32_t i = 0; i < SITR_INDEX_N_CRCS; i++)
        crcs[i] = sitr_index_section_crc(&l, data, i);
    sitr_index_put_head(&l, crcs, data);
}

static sitr_status try(const uint8_t *data, size_t size,
                       const sitr_signature *found)
{
    sitr_index *index;
    answer a;
    const sitr_status status = sitr_index_view(ctx, data, size, &index);

    assert_true(!status == (index != NULL));
    if (status) return status;
    assert_int_equal(ask(index, found, &a), SITR_OK);
    const sitr_status checked = sitr_index_check(index);

    sitr_index_free(index);
    return checked;
}

/* Each byte in turn is another, with its checksums as they were and mended. */
static void test_damaged(void **state)
{
    many mine = {0};
    size_t size, n_seen = 0, n_silent = 0;
    uint8_t *const data = small_one(&mine, &size);
    uint8_t *const kept = malloc(size);
    /* few regions: this is done some thousand times */
    sitr_signature *found = sign_blobs(2, 160, false, SITR_SIGN_REGIONS);
    uint32_t crcs[SITR_INDEX_N_CRCS];
    sitr_index_layout l;

    (void)state;
    assert_non_null(kept);
    assert_int_equal(sitr_index_get_head(data, size, &l, crcs), SITR_OK);
    memcpy(kept, data, size);
    assert_int_equal(try(data, size, found), SITR_OK);
    /* heads and entries are much alike: of those some */
    for (size_t at = 0; at < size; at += at < l.points ? 1 : 41) {
        data[at] ^= (uint8_t)(at % 2 ? 0xff : 1u << at % 8);
        if (try(data, size, found))
            n_seen++;
        else
            n_silent++;
        mend(data, size);
        try(data, size, found);
        memcpy(data, kept, size);
    }
    print_message("%zu bytes: %zu changes seen, %zu not\n", size, n_seen,
                  n_silent);
    /* between sections there is padding that nothing is made of */
    assert_true(n_silent * 20 < n_seen);
    free(data);
    free(kept);
    sitr_signature_free(found);
    free_many(&mine);
}

static void test_cut(void **state)
{
    many mine = {0};
    size_t size;
    uint8_t *const data = small_one(&mine, &size);
    sitr_index *index;

    (void)state;
    for (size_t n = 0; n < size; n += n < 300 ? 1 : 61) {
        /* at the very end of memory of its own */
        uint8_t *const part = malloc(n ? n : 1);
        sitr_status status;

        assert_non_null(part);
        memcpy(part, data, n);
        status = sitr_index_view(ctx, part, n, &index);
        assert_null(index);
        assert_int_equal(status, n < 6 ? SITR_EFORMAT : SITR_ETRUNCATED);
        free(part);
    }
    assert_int_equal(sitr_index_view(ctx, data, size, &index), SITR_OK);
    sitr_index_free(index);
    data[5] = 3;
    assert_int_equal(sitr_index_view(ctx, data, size, &index), SITR_EVERSION);
    data[4] = 'S';
    assert_int_equal(sitr_index_view(ctx, data, size, &index), SITR_EFORMAT);
    free(data);
    free_many(&mine);
}

/* Every number of the tables is the greatest there is, or all are one: buckets
 * that overlap, end before they begin, or hold all. */
static void test_hostile_tables(void **state)
{
    static const uint32_t values[] = {0, 1, 7, UINT32_MAX, 0x7fffffff};
    many mine = {0};
    size_t size;
    uint8_t *const data = small_one(&mine, &size);
    sitr_signature *found =
        sign_blobs(2, 160, false, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    uint32_t crcs[SITR_INDEX_N_CRCS];
    sitr_index_layout l;

    (void)state;
    assert_int_equal(sitr_index_get_head(data, size, &l, crcs), SITR_OK);
    for (size_t i = 0; i < COUNT(values) * COUNT(values); i += 2) {
        for (uint32_t t = 0; t < SITR_N_TABLES; t++) {
            for (size_t at = sitr_index_heads(&l, t);
                 at < sitr_index_entries(&l, t); at += 4)
                sitr_put_le(data + at, at / 4 % 2 ? values[i % 5] : l.n_regions,
                            4);
            for (size_t at = sitr_index_entries(&l, t);
                 at < sitr_index_heads(&l, t) + l.table_size; at += 4)
                sitr_put_le(data + at, values[i / 5], 4);
        }
        mend(data, size);
        assert_int_equal(try(data, size, found), SITR_OK);
    }
    free(data);
    sitr_signature_free(found);
    free_many(&mine);
}

/* ---- Calls ---------------------------------------------------------------- */

static void test_calls(void **state)
{
    sitr_signature *s = sign_hash(7, 100, SITR_PDQ);
    sitr_index_builder *b;
    sitr_index *index = (void *)&index;
    uint64_t aligned[32] = {0}, n = 7;
    sitr_match m;

    (void)state;
    assert_int_equal(sitr_index_builder_new(NULL, &b), SITR_EINVAL);
    assert_null(b);
    assert_int_equal(sitr_index_builder_new(ctx, NULL), SITR_EINVAL);
    assert_int_equal(sitr_index_builder_new(ctx, &b), SITR_OK);
    assert_int_equal(sitr_index_builder_add(b, 1, NULL), SITR_EINVAL);
    assert_int_equal(sitr_index_builder_add(NULL, 1, s), SITR_EINVAL);
    assert_int_equal(sitr_index_builder_finish(NULL, &index), SITR_EINVAL);
    assert_null(index);
    assert_int_equal(sitr_index_builder_finish(b, NULL), SITR_EINVAL);
    sitr_index_builder_free(NULL);
    sitr_index_free(NULL);
    assert_int_equal(sitr_index_count(NULL), 0);
    assert_int_equal(sitr_index_check(NULL), SITR_EINVAL);
    assert_int_equal(sitr_index_save(NULL, "x"), SITR_EINVAL);
    assert_int_equal(sitr_index_load(ctx, NULL, &index), SITR_EINVAL);
    assert_int_equal(sitr_index_load(NULL, "x", &index), SITR_EINVAL);
    assert_int_equal(sitr_index_load(ctx, "x", NULL), SITR_EINVAL);
    assert_int_equal(sitr_index_view(ctx, aligned, 200, NULL), SITR_EINVAL);
    assert_int_equal(sitr_index_view(NULL, aligned, 200, &index), SITR_EINVAL);
    assert_int_equal(sitr_index_view(ctx, NULL, 8, &index), SITR_EINVAL);
    assert_int_equal(sitr_index_view(ctx, NULL, 0, &index), SITR_EFORMAT);
    assert_int_equal(sitr_index_view(ctx, (uint8_t *)aligned + 1, 200, &index),
                     SITR_EINVAL);

    assert_int_equal(sitr_index_builder_new(ctx, &b), SITR_OK);
    assert_int_equal(sitr_index_builder_add(b, 5, s), SITR_OK);
    assert_int_equal(sitr_index_builder_finish(b, &index), SITR_OK);
    assert_int_equal(sitr_index_save(index, NULL), SITR_EINVAL);
    assert_int_equal(sitr_match_index(index, s, NULL, NULL, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(n, 0);
    assert_int_equal(sitr_match_index(NULL, s, NULL, &m, 1, &n), SITR_EINVAL);
    assert_int_equal(sitr_match_index(index, NULL, NULL, &m, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(sitr_match_index(index, s, NULL, &m, 1, NULL),
                     SITR_EINVAL);
    assert_int_equal(sitr_match_index(index, s, NULL, &m, 1, &n), SITR_OK);
    assert_int_equal(n, 1);
    assert_int_equal(m.id, 5);
    sitr_index_free(index);
    sitr_signature_free(s);
}

static int set_up(void **state)
{
    (void)state;
    return sitr_ctx_new(NULL, &ctx) != SITR_OK;
}

static int tear_down(void **state)
{
    (void)state;
    sitr_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_scan),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_merged),
        cmocka_unit_test(test_without),
        cmocka_unit_test(test_save),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_candidates),
        cmocka_unit_test(test_overfull),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_hostile_tables),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
