/* SPDX-License-Identifier: Apache-2.0 */
/* Which regions tell one picture from another: flat ground and repetition against
 * twins that follow the definitions pixel by pixel. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "region/distinctive.h"
#include "region/flatness.h"
#include "samples.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static sitr_ctx *ctx;
static sitr_budget budget;

static uint64_t rnd_state = 7;

static uint32_t below(uint32_t n)
{
    rnd_state = rnd_state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(rnd_state >> 33) % n;
}

/* ---- Flat ground ---------------------------------------------------------- */

/* Shades in steps: some flat, some of one or two more, some with grain. */
static sitr_plane steps(uint32_t cols, uint32_t rows)
{
    sitr_plane p;

    assert_int_equal(sitr_plane_new(&budget, cols, rows, 1, &p), SITR_OK);
    for (uint32_t y = 0; y < rows; y++)
        for (uint32_t x = 0; x < cols; x++) {
            const uint32_t block = x / 37 * 31 + y / 29 * 17;
            const uint32_t grain = block % 5 == 0   ? below(40)
                                   : block % 5 == 1 ? below(3)
                                   : block % 5 == 2 ? below(2)
                                                    : 0;

            p.data[y * p.stride + x] = (uint8_t)(block * 43 % 200 + grain);
        }
    return p;
}

/* Greatest less least of the pixels that three by three samples of a level are
 * made of, where all of them are within; -1 elsewhere. */
static int spread_of(const sitr_plane *p, uint32_t block, uint32_t cols,
                     uint32_t rows, uint32_t x, uint32_t y)
{
    int least = 255, greatest = 0;

    if (!x || !y || x + 1 >= cols || y + 1 >= rows) return -1;
    for (uint32_t v = (y - 1) * block; v < (y + 2) * block; v++)
        for (uint32_t u = (x - 1) * block; u < (x + 2) * block; u++) {
            const int shade = p->data[v * p->stride + u];

            if (shade < least) least = shade;
            if (shade > greatest) greatest = shade;
        }
    return greatest - least;
}

static void check_levels(const sitr_plane *p, bool enlarge)
{
    sitr_scale_space space;
    sitr_flatness f;
    uint32_t n_flat = 0, n_not = 0;

    assert_int_equal(sitr_scale_space_new(&budget, p, enlarge, &space),
                     SITR_OK);
    assert_int_equal(sitr_flatness_new(&budget, p, &space, &f), SITR_OK);
    assert_true(f.n_levels >= 1 && f.n_levels <= space.n_octaves);
    for (uint32_t l = 0; l < f.n_levels; l++) {
        const uint32_t block = space.factor << l;
        const uint32_t cols = f.level[l].cols, rows = f.level[l].rows;

        assert_true(cols * block <= p->cols && rows * block <= p->rows);
        for (uint32_t y = 0; y < rows; y++)
            for (uint32_t x = 0; x < cols; x++) {
                const int spread = spread_of(p, block, cols, rows, x, y);
                const uint8_t flat = f.level[l].flat[(size_t)y * cols + x];

                assert_true(flat <= 1);
                if (spread >= 0) assert_int_equal(flat, spread <= 1);
                n_flat += flat;
                n_not += !flat;
            }
    }
    assert_true(n_flat > 50 && n_not > 50);
    sitr_flatness_free(&budget, &f);
    sitr_scale_space_free(&budget, &space);
}

static void test_levels(void **state)
{
    static const struct {
        uint32_t cols, rows;
    } sizes[] = {{640, 480}, {333, 257}, {2100, 300}, {97, 640}};

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        sitr_plane p = steps(sizes[i].cols, sizes[i].rows);

        check_levels(&p, false);
        if (sizes[i].cols < 400) check_levels(&p, true);
        sitr_plane_free(&budget, &p);
    }
}

/* Letters on paper stand on flat ground; the photos of the tests do not. */
static void test_divide(void **state)
{
    static const struct {
        const char *name;
        bool written;
    } cases[] = {{"protected/IMG_0015.jpg", false},
                 {"protected/IMG_0007.jpg", false},
                 {"protected/portrait.jpg", false},
                 {NULL, true}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        sitr_plane p;
        sitr_scale_space space;
        sitr_extrema telling, others;
        uint32_t n;

        if (cases[i].name) {
            p = sample_plane(&budget, cases[i].name);
        } else {
            assert_int_equal(sitr_plane_new(&budget, 700, 500, 1, &p), SITR_OK);
            memset(p.data, 240, p.stride * p.rows);
            /* strokes of five pixels, as far apart as those of letters */
            for (uint32_t k = 0; k < 900; k++) {
                const uint32_t x = 10 + below(660), y = 20 + below(16) * 30;

                for (uint32_t v = 0; v < 14; v++)
                    for (uint32_t u = 0; u < 3; u++)
                        p.data[(y + v) * p.stride + x + u] = 20;
            }
        }
        assert_int_equal(sitr_scale_space_new(&budget, &p, false, &space),
                         SITR_OK);
        assert_int_equal(sitr_extrema_find(&budget, &space, &telling), SITR_OK);
        n = telling.n;
        assert_int_equal(
            sitr_extrema_divide(&budget, &p, &space, &telling, &others),
            SITR_OK);
        assert_int_equal(telling.n + others.n, n);
        for (uint32_t k = 1; k < telling.n; k++)
            assert_true(telling.items[k - 1].strength >=
                        telling.items[k].strength);
        for (uint32_t k = 1; k < others.n; k++)
            assert_true(others.items[k - 1].strength >=
                        others.items[k].strength);
        print_message("%s: %u telling, %u on flat ground\n",
                      cases[i].name ? cases[i].name : "strokes", telling.n,
                      others.n);
        if (cases[i].written)
            assert_true(others.n > 5 * telling.n);
        else
            assert_true(telling.n > 2 * others.n);
        sitr_budget_free(&budget, telling.items);
        sitr_budget_free(&budget, others.items);
        sitr_scale_space_free(&budget, &space);
        sitr_plane_free(&budget, &p);
    }
}

/* ---- Repetition ----------------------------------------------------------- */

static uint32_t bits_between(const sitr_descriptor *a, const sitr_descriptor *b)
{
    uint32_t n = 0;

    for (int i = 0; i < 256; i++)
        n += (a->word[i / 64] ^ b->word[i / 64]) >> i % 64 & 1;
    return n;
}

/* Of each sort the sum of what was in it is known by x, which numbers them. */
static void test_repeated(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        const uint32_t n = below(211), kinds = 1 + below(n + 1);
        sitr_descriptor looks[210], before[210];
        sitr_keypoint points[210];
        bool repeated[210] = {false};
        uint32_t n_single = 0, n_telling = 0, n_before = below(n + 1);
        sitr_regions r;

        assert_int_equal(sitr_regions_new(ctx, n ? n : 1, &r), SITR_OK);
        r.n = n;
        r.n_single = n;
        r.n_distinctive = n_before;
        for (uint32_t k = 0; k < kinds && k < 210; k++)
            for (int w = 0; w < 4; w++)
                looks[k].word[w] = (uint64_t)below(1u << 31) << 33 |
                                   (uint64_t)below(1u << 31) << 2 | below(4);
        for (uint32_t i = 0; i < n; i++) {
            sitr_descriptor d = looks[below(kinds) % 210];

            for (uint32_t k = below(60); k > 0; k--)
                d.word[below(4)] ^= UINT64_C(1) << below(64);
            before[i] = r.descriptors[i] = d;
            /* some of them at one place */
            points[i] = r.points[i] =
                (sitr_keypoint){.x = (uint16_t)(i * 150),
                                .y = (uint16_t)below(round % 2 ? 3 : 20000)};
        }
        for (uint32_t i = 0; i < n; i++) {
            uint32_t alike = 0;

            for (uint32_t k = 0; k < n; k++)
                alike += bits_between(&before[i], &before[k]) <= 48 &&
                         hypot((double)points[i].x - points[k].x,
                               (double)points[i].y - points[k].y) > 256;
            repeated[i] = alike > 1;
            n_single += !repeated[i];
            n_telling += !repeated[i] && i < n_before;
        }
        sitr_regions_move_repeated(&ctx->kernels, &r);
        assert_int_equal(r.n, n);
        assert_int_equal(r.n_single, n_single);
        assert_int_equal(r.n_distinctive, n_telling);
        /* in each sort the order stays, and each keeps its looks */
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t was = r.points[i].x / 150u;

            assert_memory_equal(&r.points[i], &points[was], sizeof *points);
            assert_memory_equal(&r.descriptors[i], &before[was],
                                sizeof *before);
            assert_int_equal(repeated[was], i >= n_single);
            if (i < n_single) assert_int_equal(was < n_before, i < n_telling);
            if (i && i != n_single)
                assert_true(r.points[i - 1].x < r.points[i].x);
        }
        sitr_regions_free(ctx, &r);
    }
}

static int set_up(void **state)
{
    (void)state;
    if (sitr_ctx_new(NULL, &ctx)) return 1;
    sitr_budget_init(&budget, ctx);
    return 0;
}

static int tear_down(void **state)
{
    sitr_budget fresh;

    (void)state;
    sitr_budget_init(&fresh, ctx);
    assert_true(fresh.left == budget.left);
    sitr_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_levels),
                                       cmocka_unit_test(test_divide),
                                       cmocka_unit_test(test_repeated)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
