/* SPDX-License-Identifier: Apache-2.0 */
/* PDQ against a twin that follows the definition, in doubles and in full. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash/hash.h"
#include "hash/pdq_axis.h"
#include "hash/pdq_basis.h"

static sitr_ctx *ctx;

static uint32_t rnd_state = 1;

static uint32_t rnd(void)
{
    rnd_state ^= rnd_state << 13;
    rnd_state ^= rnd_state >> 17;
    return rnd_state ^= rnd_state << 5;
}

/* Something like a photo: a few waves, blobs and grain. */
static uint8_t *picture(uint32_t w, uint32_t h, uint32_t seed)
{
    uint8_t *p = malloc((size_t)w * h);
    double f[6][4];

    rnd_state = seed * 2654435761u + 1;
    for (int k = 0; k < 6; k++)
        for (int i = 0; i < 4; i++) f[k][i] = (double)(rnd() % 1000) / 1000;
    for (uint32_t y = 0; y < h; y++) {
        for (uint32_t x = 0; x < w; x++) {
            double v = 128;

            for (int k = 0; k < 6; k++)
                v += 26 *
                     sin(6.3 * (f[k][0] * 9 * x / w + f[k][1] * 9 * y / h +
                                f[k][2])) *
                     f[k][3];
            v += (double)(rnd() % 21) - 10;
            p[(size_t)y * w + x] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
        }
    }
    return p;
}

/* ---- The twin ------------------------------------------------------------- */

static void box(const double *in, double *out, uint32_t n, size_t step)
{
    const uint32_t size = (n + 127) / 128, half = (size + 2) / 2;

    for (uint32_t o = 0; o < n; o++) {
        const uint32_t from = o > size - half ? o - (size - half) : 0;
        const uint32_t to = o + half < n ? o + half : n;
        double sum = 0;

        for (uint32_t k = from; k < to; k++) sum += in[k * step];
        out[o * step] = sum / (to - from);
    }
}

typedef struct twin {
    double low[16][16], median;
    int quality;
} twin;

static int descending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void twin_of(const uint8_t *p, uint32_t w, uint32_t h, twin *out)
{
    double *a = malloc((size_t)w * h * sizeof *a);
    double *b = malloc((size_t)w * h * sizeof *b);
    double s[64][64], sorted[256];
    int sum = 0;

    for (size_t i = 0; i < (size_t)w * h; i++) a[i] = p[i];
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t y = 0; y < h; y++)
            box(a + (size_t)y * w, b + (size_t)y * w, w, 1);
        for (uint32_t x = 0; x < w; x++) box(b + x, a + x, h, w);
    }
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++)
            s[i][j] = a[(size_t)((i + 0.5) * h / 64) * w +
                        (size_t)((j + 0.5) * w / 64)];
    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < 64; j++) {
            if (i < 63) sum += abs((int)((s[i][j] - s[i + 1][j]) * 100 / 255));
            if (j < 63) sum += abs((int)((s[i][j] - s[i][j + 1]) * 100 / 255));
        }
    }
    out->quality = sum / 90 < 100 ? sum / 90 : 100;
    for (int i = 0; i < 16; i++) {
        for (int k = 0; k < 16; k++) {
            double c = 0;

            for (int y = 0; y < 64; y++)
                for (int x = 0; x < 64; x++)
                    c += s[y][x] * cos(M_PI / 128 * (i + 1) * (2 * y + 1)) *
                         cos(M_PI / 128 * (k + 1) * (2 * x + 1)) / 32;
            out->low[i][k] = sorted[16 * i + k] = c;
        }
    }
    qsort(sorted, 256, sizeof *sorted, descending);
    out->median = sorted[127];
    free(a);
    free(b);
}

/* ---- Helpers -------------------------------------------------------------- */

static sitr_hash hash_of(const uint8_t *p, uint32_t w, uint32_t h,
                         sitr_turn turn)
{
    const sitr_pixels pixels = {
        .data = p, .stride = w, .width = w, .height = h, .layout = SITR_GRAY8};
    sitr_hash hash;

    assert_int_equal(sitr_hash_pixels(ctx, &pixels, SITR_PDQ, turn, &hash),
                     SITR_OK);
    return hash;
}

/* The pixels really turned, by the definition of each turn. */
static uint8_t *turned(const uint8_t *p, uint32_t w, uint32_t h, sitr_turn turn)
{
    uint8_t *a = malloc((size_t)w * h), *b = malloc((size_t)w * h);

    for (uint32_t y = 0; y < h; y++)
        for (uint32_t x = 0; x < w; x++)
            a[(size_t)y * w + x] =
                p[(size_t)y * w + (turn & 4 ? w - 1 - x : x)];
    for (int q = turn & 3; q > 0; q--) {
        uint8_t *t;
        uint32_t s;

        for (uint32_t y = 0; y < h; y++) /* clockwise: top row to right */
            for (uint32_t x = 0; x < w; x++)
                b[(size_t)x * h + (h - 1 - y)] = a[(size_t)y * w + x];
        t = a, a = b, b = t;
        s = w, w = h, h = s;
    }
    free(b);
    return a;
}

/* ---- Tests ---------------------------------------------------------------- */

static void test_basis(void **state)
{
    (void)state;
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 32; j++)
            assert_int_equal(
                sitr_pdq_basis[32 * i + j],
                lround(ldexp(sqrt(2.0 / 64) *
                                 cos(M_PI / 128 * (i + 1) * (2 * j + 1)),
                             SITR_BASIS_BITS)));
}

/* Every bit but those whose coefficient is next to the median agrees with the
 * definition: what the twin calls sure, we must have. */
static void test_definition(void **state)
{
    static const uint32_t sizes[][2] = {{64, 64},   {5, 5},     {63, 200},
                                        {128, 128}, {129, 100}, {319, 477},
                                        {300, 999}, {7, 640},   {1600, 90}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const uint32_t w = sizes[i][0], h = sizes[i][1];
        uint8_t *p = picture(w, h, (uint32_t)i + 1);
        const sitr_hash hash = hash_of(p, w, h, SITR_UPRIGHT);
        int n_sure = 0;
        twin t;

        twin_of(p, w, h, &t);
        assert_in_range(hash.quality + 1, t.quality, t.quality + 2);
        for (int k = 0; k < 256; k++) {
            const double d = t.low[k / 16][k % 16] - t.median;
            const int bit = hash.word[k / 64] >> k % 64 & 1;

            if (fabs(d) < 0.02) continue;
            n_sure++;
            if (bit != (d > 0))
                fail_msg("%u x %u: bit %d, %g from the median", w, h, k, d);
        }
        assert_true(n_sure > 200);
        free(p);
    }
}

/* Box means of 2, 4 and 8 move few bits off the full-size definition. */
static void test_shrunk(void **state)
{
    (void)state;
    for (uint32_t side = 640; side <= 2600; side = side * 2 + 3) {
        const uint32_t w = side + 77, h = side;
        uint8_t *p = picture(w, h, side);
        const sitr_hash hash = hash_of(p, w, h, SITR_UPRIGHT);
        int wrong = 0;
        twin t;

        twin_of(p, w, h, &t);
        for (int k = 0; k < 256; k++)
            wrong += (int)(hash.word[k / 64] >> k % 64 & 1) !=
                     (t.low[k / 16][k % 16] > t.median);
        assert_in_range(wrong, 0, 4);
        free(p);
    }
}

static void test_turns(void **state)
{
    static const uint32_t sizes[][2] = {{64, 64},   {130, 70},    {333, 512},
                                        {641, 653}, {1283, 1367}, {2571, 2660}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const uint32_t w = sizes[i][0], h = sizes[i][1];
        uint8_t *p = picture(w, h, 40 + (uint32_t)i);

        for (int t = 0; t < 8; t++) {
            const sitr_turn turn = (sitr_turn)t;
            uint8_t *q = turned(p, w, h, turn);
            const sitr_hash a = hash_of(p, w, h, turn);
            const sitr_hash b = t & 1 ? hash_of(q, h, w, SITR_UPRIGHT)
                                      : hash_of(q, w, h, SITR_UPRIGHT);

            assert_int_equal(a.turn, turn);
            /* a shrunk plane begins its blocks at the other end */
            assert_in_range(sitr_hash_distance(&a, &b), 0, i < 3 ? 0 : 4);
            free(q);
        }
        free(p);
    }
}

/* The plane turned and then hashed is the plane hashed in that turn. */
static void test_turned_plane(void **state)
{
    (void)state;
    for (int t = 0; t < 8; t++) {
        sitr_plane_builder b;
        sitr_budget budget;
        sitr_plane plane;
        sitr_pdq all, one;
        bool on_black;
        const sitr_rows_info info = {
            .width = 1283, .height = 1367, .shrink = 1};
        uint8_t *p = picture(info.width, info.height, 9);

        sitr_budget_init(&budget, ctx);
        sitr_plane_builder_init(&b, &budget);
        assert_int_equal(b.sink.begin(&b.sink, &info), SITR_OK);
        for (uint32_t y = 0; y < info.height; y++)
            b.sink.row(&b.sink, p + (size_t)y * info.width, NULL);
        sitr_plane_builder_finish(&b, &plane, &on_black);
        sitr_plane_builder_free(&b);
        assert_int_equal(sitr_pdq_hash(&budget, &plane, 255, &all), SITR_OK);
        assert_int_equal(sitr_plane_turn(&budget, &plane, (sitr_turn)t),
                         SITR_OK);
        assert_int_equal(sitr_pdq_hash(&budget, &plane, 1, &one), SITR_OK);
        /* where the axes change places, so does what is rounded first */
        assert_in_range(sitr_hash_distance(&one.turn[0], &all.turn[t]), 0,
                        t & 1 ? 2 : 0);
        sitr_plane_free(&budget, &plane);
        assert_int_equal(budget.left, ctx->limits.max_memory);
        free(p);
    }
}

/* Each row of weights adds up, is not negative, and matches the two passes. */
static void test_axis(void **state)
{
    static const uint32_t sides[] = {5,   63,   64,   65,   128,
                                     129, 1000, 4032, 65535};
    sitr_budget budget;

    (void)state;
    sitr_budget_init(&budget, ctx);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        for (uint32_t shrink = 1; shrink <= 8; shrink *= 2) {
            const uint32_t blocks = (sides[i] - 1) / shrink + 1;
            sitr_pdq_axis axis;

            assert_int_equal(sitr_pdq_axis_new(&budget, sides[i], blocks,
                                               shrink, 0, shrink > 2, &axis),
                             SITR_OK);
            for (int k = 0; k < 64; k++) {
                int32_t sum = 0;

                assert_true(axis.count[k] <= axis.n_taps);
                assert_true(axis.first[k] + axis.count[k] <= blocks);
                for (size_t t = 0; t < axis.n_taps; t++) {
                    const int16_t w = axis.weights[(size_t)k * axis.n_taps + t];

                    assert_true(w >= 0 && (t < axis.count[k] || !w));
                    sum += w;
                }
                assert_int_equal(sum, SITR_WEIGHT_ONE);
            }
            sitr_pdq_axis_free(&budget, &axis);
        }
    }
}

static void test_tiny_and_flat(void **state)
{
    uint8_t flat[64 * 64];
    sitr_hash hash;

    (void)state;
    memset(flat, 200, sizeof flat);
    for (uint32_t w = 1; w < 64; w += 3) {
        hash = hash_of(flat, w, w < 5 ? 60 : 4, SITR_UPRIGHT);
        assert_int_equal(hash.quality, 0);
        assert_int_equal(
            hash.word[0] | hash.word[1] | hash.word[2] | hash.word[3], 0);
    }
    hash = hash_of(flat, 64, 64, SITR_UPRIGHT);
    assert_int_equal(hash.quality, 0);
    assert_true(sitr_hash_degenerate(&hash));
}

static int set_up(void **state)
{
    (void)state;
    return sitr_ctx_new(NULL, &ctx);
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
        cmocka_unit_test(test_basis),        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_shrunk),       cmocka_unit_test(test_turns),
        cmocka_unit_test(test_turned_plane), cmocka_unit_test(test_axis),
        cmocka_unit_test(test_tiny_and_flat)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
