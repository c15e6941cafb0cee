/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that runs out: for every call of the allocator, it alone fails, and it
 * and all after it do, until a run goes through. Each time the status is
 * SITR_ENOMEM, the outputs are NULL and nothing stays behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pictures.h"
#include "samples.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALL_ALGOS    30u

/* What is run: makes `*out` of `b`, or of `pixels` where b is NULL. */
typedef struct task {
    const bytes *b;
    const sitr_pixels *pixels;
    const char *path;
    uint32_t flags;
    bool decode; /* b is an encoded signature */
} task;

static sitr_status run(const sitr_ctx *ctx, const task *t, sitr_signature **out)
{
    const sitr_sign_opts opts = {
        .struct_size = sizeof opts, .algos = ALL_ALGOS, .flags = t->flags};

    if (t->decode)
        return sitr_signature_decode(ctx, t->b->data, t->b->size, out);
    if (t->path) return sitr_sign_file(ctx, t->path, &opts, out);
    if (t->pixels) return sitr_sign_pixels(ctx, t->pixels, &opts, out);
    return sitr_sign(ctx, t->b->data, t->b->size, &opts, out);
}

static bytes encoded(const sitr_signature *s)
{
    bytes b = bytes_new(NULL, sitr_signature_encode(s, NULL, 0));

    assert_int_equal(sitr_signature_encode(s, b.data, b.size), b.size);
    return b;
}

/* One run with failures as `mem` was told. True when it went through. */
static bool run_once(const char *name, tally *mem, const task *t,
                     const bytes *expected)
{
    sitr_ctx *ctx = NULL;
    sitr_signature *s = (sitr_signature *)(uintptr_t)1;
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .allocator = &mem->allocator};
    sitr_status status = sitr_ctx_new(&opts, &ctx);

    if (status) {
        assert_null(ctx);
        s = NULL;
    } else {
        status = run(ctx, t, &s);
    }
    if (status != SITR_OK && (status != SITR_ENOMEM || s || !mem->failed))
        fail_msg("%s, allocation %zu: %s, %p", name, mem->fail_at,
                 sitr_status_text(status), (void *)s);
    if (!status) { /* no half-made results, even if a failure was got over */
        bytes got = encoded(s);

        assert_int_equal(got.size, expected->size);
        assert_memory_equal(got.data, expected->data, got.size);
        bytes_free(&got);
    }
    sitr_signature_free(s);
    sitr_ctx_free(ctx);
    if (mem->alive || mem->n_blocks)
        fail_msg("%s, allocation %zu: %zu bytes stay", name, mem->fail_at,
                 mem->alive);
    return !mem->failed;
}

static size_t n_runs; /* with a failure in them */

static void try_all(const char *name, const task *t, size_t at_least)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    sitr_signature *s;
    bytes expected;

    assert_int_equal(run(ctx, t, &s), SITR_OK);
    expected = encoded(s);
    sitr_signature_free(s);
    sitr_ctx_free(ctx);
    for (int for_ever = 0; for_ever < 2; for_ever++)
        for (size_t n = 1;; n++) {
            tally mem;

            tally_init(&mem);
            mem.fail_at = n;
            mem.for_ever = for_ever;
            if (!run_once(name, &mem, t, &expected)) {
                n_runs++;
                continue;
            }
            assert_true(n > at_least);
            if (!for_ever) print_message("%s: %zu allocations\n", name, n - 1);
            break;
        }
    bytes_free(&expected);
}

/* Of each kind, then two that are cut. */
static bytes encode_kind(const raster *rgb, const raster *rgba, int kind)
{
    bytes b, c;

    if (kind < N_PICTURE_KINDS) return picture_of_kind(rgb, rgba, kind);
    b = kind == N_PICTURE_KINDS ? jpeg_of(rgb, &(jpeg_opts){.orientation = 5})
                                : png_of(rgb, NULL);
    c = bytes_new(b.data, b.size / 2);
    bytes_free(&b);
    return c;
}

static void pictures(void **state)
{
    static const char *const cut[] = {"cut and turned jpeg", "cut png"};
    const size_t n_kinds = N_PICTURE_KINDS;
    /* shrunk by two, so that no buffer goes unused */
    raster rgb = raster_new(650, 640, 3, 9), rgba = raster_new(650, 640, 4, 9);

    (void)state;
    for (size_t i = 0; i < n_kinds + COUNT(cut); i++) {
        bytes b = encode_kind(&rgb, &rgba, (int)i);

        try_all(i < n_kinds ? picture_kinds[i] : cut[i - n_kinds],
                &(task){.b = &b, .flags = SITR_SIGN_QUERY}, 8);
        bytes_free(&b);
    }
    raster_free(&rgb);
    raster_free(&rgba);
}

/* The same with regions, to keep and to search with; a small picture that is
 * enlarged, too. */
static void regions(void **state)
{
    static const struct {
        const char *name;
        uint32_t width, height, flags;
    } cases[] = {
        {"regions", 650, 640, SITR_SIGN_REGIONS},
        {"regions to search with", 650, 640,
         SITR_SIGN_REGIONS | SITR_SIGN_QUERY},
        {"regions, enlarged", 200, 90, SITR_SIGN_REGIONS | SITR_SIGN_QUERY},
        {"no regions", 20, 20, SITR_SIGN_REGIONS},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        raster r = raster_new(cases[i].width, cases[i].height, 3, 90);
        const sitr_pixels p = raster_pixels(&r);
        sitr_ctx *ctx = ctx_with(NULL, NULL);
        const task t = {.pixels = &p, .flags = cases[i].flags};

        /* squares: more regions than are kept, so that some are chosen */
        for (uint32_t k = 0; k < r.width * r.height * 3 && i < 3; k++) {
            const uint32_t x = k / 3 % r.width / 9, y = k / 3 / r.width / 9;
            uint32_t seed = (x * 977 + y) * 2654435761u;

            seed ^= seed >> 15;
            r.data[k] = (uint8_t)noise(&seed);
        }
        sitr_signature_info info;
        sitr_signature *s;

        assert_int_equal(run(ctx, &t, &s), SITR_OK);
        sitr_signature_describe(s, &info);
        print_message("%u regions\n", info.keypoints);
        assert_true(i == 3 ? info.keypoints == 0
                           : info.keypoints > (i == 2 ? 20 : 199));
        bytes b = encoded(s);

        try_all(cases[i].name, &t, 8);
        try_all("signature with regions", &(task){.b = &b, .decode = true},
                i == 3 ? 1 : 3);
        bytes_free(&b);
        sitr_signature_free(s);
        sitr_ctx_free(ctx);
        raster_free(&r);
    }
}

/* Matching by regions, which needs memory of the context of what was found. */
static void matching(void **state)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .flags = SITR_SIGN_REGIONS};
    raster r = raster_new(400, 300, 1, 90);
    const sitr_pixels p = raster_pixels(&r);
    sitr_signature *s;
    tally mem;
    sitr_ctx *ctx;
    size_t alive, n_before = n_runs;

    (void)state;
    tally_init(&mem);
    ctx = ctx_with(&mem, NULL);
    assert_int_equal(sitr_sign_pixels(ctx, &p, &opts, &s), SITR_OK);
    const sitr_signature *const list[] = {s, s};

    alive = mem.alive;
    for (int scan = 0; scan < 2; scan++)
        for (size_t n = 1;; n++) {
            sitr_match m[2] = {{.id = 7}};
            uint64_t n_matches = 7;
            sitr_status status;

            mem.n_calls = 0;
            mem.fail_at = n;
            mem.for_ever = n % 2;
            mem.failed = false;
            status = scan ? sitr_match_scan(list, 2, s, NULL, m, 2, &n_matches)
                          : sitr_match_pair(s, s, NULL, m);
            assert_int_equal(mem.alive, alive);
            assert_int_equal(status, mem.failed ? SITR_ENOMEM : SITR_OK);
            if (status && scan) assert_int_equal(n_matches, 0);
            if (status && !scan) {
                assert_int_equal(m[0].verdict, SITR_NONE);
                assert_int_equal(m[0].distance, UINT32_MAX);
            }
            if (!status) {
                assert_true(n > 3);
                assert_int_equal(m[0].verdict, SITR_COPY);
                assert_true(m[0].keypoints > 0);
                if (scan) assert_true(n_matches >= 2);
                break;
            }
            n_runs++;
        }
    print_message("matching: %zu failing allocations\n", n_runs - n_before);
    mem.fail_at = 0;
    sitr_signature_free(s);
    sitr_ctx_free(ctx);
    assert_int_equal(mem.alive, 0);
    raster_free(&r);
}

/* Building an index and asking it. What a builder could not take it does not
 * have, and what it has stays; a failed finish leaves nothing. */
static void indexing(void **state)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .flags = SITR_SIGN_REGIONS};
    raster r = raster_new(400, 300, 1, 90);
    const sitr_pixels p = raster_pixels(&r);
    sitr_signature *s;
    tally mem;
    sitr_ctx *ctx;
    size_t alive, n_before = n_runs;
    bool built = false;

    (void)state;
    tally_init(&mem);
    ctx = ctx_with(&mem, NULL);
    assert_int_equal(sitr_sign_pixels(ctx, &p, &opts, &s), SITR_OK);
    alive = mem.alive;
    for (size_t n = 1; !built; n++) {
        sitr_index_builder *b;
        sitr_index *index = NULL;
        sitr_status status;

        mem.n_calls = 0;
        mem.fail_at = n;
        mem.for_ever = n % 2;
        mem.failed = false;
        status = sitr_index_builder_new(ctx, &b);
        for (uint64_t id = 0; id < 100 && !status; id++)
            status = sitr_index_builder_add(b, id, s);
        if (status) {
            sitr_index_builder_free(b);
        } else {
            status = sitr_index_builder_finish(b, &index);
            assert_true(!status == (index != NULL));
        }
        assert_int_equal(status, mem.failed ? SITR_ENOMEM : SITR_OK);
        n_runs += mem.failed;
        built = !status;
        for (size_t k = 1; built; k++) {
            sitr_match m[2];
            uint64_t n_matches = 7;
            const size_t before = mem.alive;

            mem.n_calls = 0;
            mem.fail_at = k;
            mem.for_ever = k % 2;
            mem.failed = false;
            status = sitr_match_index(index, s, NULL, m, 2, &n_matches);
            assert_int_equal(mem.alive, before);
            assert_int_equal(status, mem.failed ? SITR_ENOMEM : SITR_OK);
            if (!status) {
                assert_true(k > 6);
                assert_true(n_matches >= 100);
                assert_int_equal(m[0].verdict, SITR_COPY);
                break;
            }
            assert_int_equal(n_matches, 0);
            n_runs++;
        }
        sitr_index_free(index);
        assert_int_equal(mem.alive, alive);
    }
    print_message("indexing: %zu failing allocations\n", n_runs - n_before);
    mem.fail_at = 0;
    sitr_signature_free(s);
    sitr_ctx_free(ctx);
    assert_int_equal(mem.alive, 0);
    raster_free(&r);
}

static void pixels(void **state)
{
    (void)state;
    for (uint32_t channels = 1; channels <= 4; channels++) {
        raster r;

        if (channels == 2) continue;
        r = raster_new(650, 640, channels, 9);
        const sitr_pixels p = raster_pixels(&r);

        try_all("pixels", &(task){.pixels = &p}, 8);
        raster_free(&r);
    }
}

static void files(void **state)
{
    (void)state;
    try_all("file", &(task){.path = sample_path("found/thumb.png")}, 8);
}

static void signatures(void **state)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .algos = ALL_ALGOS,
                                 .flags = SITR_SIGN_QUERY};
    raster r = raster_new(90, 80, 3, 9);
    const sitr_pixels p = raster_pixels(&r);
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    sitr_signature *s;
    bytes b;

    (void)state;
    assert_int_equal(sitr_sign_pixels(ctx, &p, &opts, &s), SITR_OK);
    b = encoded(s);
    try_all("signature", &(task){.b = &b, .decode = true}, 1);
    bytes_free(&b);
    sitr_signature_free(s);
    sitr_ctx_free(ctx);
    raster_free(&r);
}

/* One hash of pixels, in each turn. */
static void hashes(void **state)
{
    raster r = raster_new(650, 640, 4, 9);
    const sitr_pixels p = raster_pixels(&r);
    static const sitr_hash zero;

    (void)state;
    for (int algo = SITR_PDQ; algo <= SITR_AHASH; algo++)
        for (int turn = 0; turn < 8; turn += 3)
            for (size_t n = 2;; n++) { /* the first is the context's */
                sitr_hash h;
                sitr_status status;
                tally mem;
                sitr_ctx *ctx;

                tally_init(&mem);
                mem.fail_at = n;
                mem.for_ever = n % 2;
                ctx = ctx_with(&mem, NULL);
                status = sitr_hash_pixels(ctx, &p, (sitr_algo)algo,
                                          (sitr_turn)turn, &h);
                assert_int_equal(status, mem.failed ? SITR_ENOMEM : SITR_OK);
                if (status) assert_memory_equal(&h, &zero, sizeof h);
                sitr_ctx_free(ctx);
                assert_int_equal(mem.alive, 0);
                if (!mem.failed) break;
                n_runs++;
            }
    raster_free(&r);
}

/* What reads values and headers asks for no memory at all. */
static void without_memory(void **state)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .flags = SITR_SIGN_QUERY};
    raster rgb = raster_new(90, 80, 3, 9), rgba = raster_new(90, 80, 4, 9);
    tally mem;
    sitr_ctx *ctx;
    uint8_t buf[1024];

    (void)state;
    tally_init(&mem);
    ctx = ctx_with(&mem, NULL);
    for (int kind = 0; kind < N_PICTURE_KINDS; kind++) {
        bytes b = encode_kind(&rgb, &rgba, kind);
        sitr_signature *s = NULL;
        sitr_image_info info;
        sitr_match m;
        uint64_t n;

        mem.fail_at = 0;
        assert_int_equal(sitr_sign(ctx, b.data, b.size, &opts, &s), SITR_OK);
        const sitr_signature *const list[] = {s};

        mem.fail_at = 1;
        mem.for_ever = true;
        mem.failed = false;
        assert_int_equal(sitr_probe(ctx, b.data, b.size, &info), SITR_OK);
        assert_true(sitr_signature_encode(s, buf, sizeof buf) > 0);
        assert_int_equal(sitr_match_pair(s, s, NULL, &m), SITR_OK);
        assert_int_equal(sitr_match_scan(list, 1, s, NULL, &m, 1, &n), SITR_OK);
        assert_false(mem.failed);
        sitr_signature_free(s);
        bytes_free(&b);
    }
    sitr_ctx_free(ctx);
    assert_int_equal(mem.alive, 0);
    raster_free(&rgb);
    raster_free(&rgba);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures),       cmocka_unit_test(pixels),
        cmocka_unit_test(regions),        cmocka_unit_test(matching),
        cmocka_unit_test(indexing),       cmocka_unit_test(files),
        cmocka_unit_test(signatures),     cmocka_unit_test(hashes),
        cmocka_unit_test(without_memory),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    printf("%zu runs with a failing allocation\n", n_runs);
    return failed;
}
