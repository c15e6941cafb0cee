/* SPDX-License-Identifier: Apache-2.0 */
/* Regions against twins that follow the definitions: the scale space against
 * Gaussians in doubles, extrema against blobs of known place and size,
 * descriptors against what turning a picture does to them, the candidate search
 * against all pairs, the alignment against maps that are known. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "region/align.h"
#include "region/describe.h"
#include "region/extrema.h"
#include "samples.h"
#include "signature/signature.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PI           3.14159265358979323846

static sitr_ctx *ctx;
static sitr_budget budget;

static uint64_t rnd_state = 1;

static uint64_t rnd(void)
{
    rnd_state ^= rnd_state << 13;
    rnd_state ^= rnd_state >> 7;
    return rnd_state ^= rnd_state << 17;
}

static uint32_t below(uint32_t n) { return (uint32_t)(rnd() % n); }

static double between(double least, double most)
{
    return least + (most - least) * (double)(rnd() >> 11) / 9007199254740992.0;
}

static double squared(double v) { return v * v; }

/* ---- Planes --------------------------------------------------------------- */

static sitr_plane plane_new(uint32_t cols, uint32_t rows)
{
    sitr_plane p;

    assert_int_equal(sitr_plane_new(&budget, cols, rows, 1, &p), SITR_OK);
    return p;
}

static uint8_t *at(const sitr_plane *p, uint32_t x, uint32_t y)
{
    return p->data + y * p->stride + x;
}

static uint8_t shade(double v)
{
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
}

static sitr_plane noise_plane(uint32_t cols, uint32_t rows)
{
    sitr_plane p = plane_new(cols, rows);

    for (uint32_t y = 0; y < rows; y++)
        for (uint32_t x = 0; x < cols; x++) *at(&p, x, y) = (uint8_t)rnd();
    return p;
}

/* A picture of tests/data as the library sees it. */
static sitr_plane photo(const char *name)
{
    sitr_plane p = sample_plane(&budget, name);

    /* as a picture of its own, so that its units are samples */
    p.width = p.cols;
    p.height = p.rows;
    p.shrink = 1;
    return p;
}

static const char *const photos[] = {
    "protected/IMG_0007.jpg", "protected/IMG_0015.jpg", "protected/door.jpg",
    "protected/portrait.jpg", "found/other 1421.jpg",   "found/other 1424.jpg",
};

/* ---- Kernels -------------------------------------------------------------- */

/* Lengths to the last bit but one, angles to 1.2e-4 of an eighth of a turn. */
static void test_polar(void **state)
{
    double worst = 0;

    (void)state;
    for (uint32_t round = 0; round < 200; round++) {
        int16_t dx[1000], dy[1000];
        float size[1000], angle[1000];
        const int32_t limit = 1 + (int32_t)below(32000);

        for (size_t i = 0; i < COUNT(dx); i++) {
            dx[i] = (int16_t)((int32_t)below(2 * (uint32_t)limit) - limit);
            dy[i] =
                (int16_t)(i % 5   ? (int32_t)below(2 * (uint32_t)limit) - limit
                          : i % 2 ? dx[i]
                                  : 0);
        }
        dx[0] = dy[0] = 0;
        ctx->kernels.polar(size, angle, dx, dy, COUNT(dx));
        assert_true(size[0] == 0 && angle[0] == 0);
        for (size_t i = 0; i < COUNT(dx); i++) {
            const double length = hypot(dx[i], dy[i]);
            double turn = atan2(dy[i], dx[i]) / PI * 4, off;

            if (turn < 0) turn += 8;
            off = fabs(turn - (double)angle[i]);
            if (off > 4) off = 8 - off;
            if (off > worst) worst = off;
            assert_true(fabs(length - (double)size[i]) <= length * 2e-7);
            assert_true(angle[i] >= 0 && angle[i] < 8);
        }
    }
    print_message("angles: at most %.2g eighths of a turn off\n", worst);
    assert_true(worst < 9e-4);
}

/* ---- Scale space ---------------------------------------------------------- */

/* A picture in doubles, its edge repeated without end. */
typedef struct image {
    int cols, rows;
    double *data;
} image;

static image image_new(int cols, int rows)
{
    const image i = {cols, rows,
                     malloc((size_t)cols * (size_t)rows * sizeof(double))};

    assert_non_null(i.data);
    return i;
}

static int inside(int v, int n) { return v < 0 ? 0 : v >= n ? n - 1 : v; }

static double *dot(const image *i, int x, int y)
{
    return i->data + inside(y, i->rows) * i->cols + inside(x, i->cols);
}

static image gaussian(const image *in, double blur)
{
    image half = image_new(in->cols, in->rows),
          out = image_new(in->cols, in->rows);
    const int radius = (int)(5 * blur) + 1;
    double weight[200], sum = 0;

    assert_true(radius < 100);
    for (int k = -radius; k <= radius; k++)
        sum += weight[k + radius] = exp(-k * k / (2 * blur * blur));
    for (int pass = 0; pass < 2; pass++) {
        const image *const from = pass ? &half : in;

        for (int y = 0; y < in->rows; y++)
            for (int x = 0; x < in->cols; x++) {
                double v = 0;

                for (int k = -radius; k <= radius; k++)
                    v += weight[k + radius] *
                         *dot(from, pass ? x : x + k, pass ? y + k : y);
                *dot(pass ? &out : &half, x, y) = v / sum;
            }
    }
    free(half.data);
    return out;
}

/* The most that a level is off, in gray levels, `border` samples of the picture
 * left out; sample x, y of the level is at x << o, y << o of the twin. */
static double worst_of(const sitr_octave *oct, uint32_t level,
                       const image *twin, uint32_t o, int border)
{
    double worst = 0;

    for (int y = 0; y < (int)oct->rows; y++)
        for (int x = 0; x < (int)oct->cols; x++) {
            const int u = x << o, v = y << o;
            const double off =
                fabs(oct->level[level][y * oct->stride + x] / 64.0 -
                     *dot(twin, u, v));

            if (u < border || v < border || u >= twin->cols - border ||
                v >= twin->rows - border)
                continue;
            if (off > worst) worst = off;
        }
    return worst;
}

/* Against one Gaussian for each level, away from the border: there it matters
 * whether what is repeated beyond it has been blurred before. `sharp` is the
 * blur that the picture has to begin with. */
static double worst_inside(const sitr_scale_space *space, const image *twin,
                           double sharp)
{
    double worst = 0;

    for (uint32_t o = 0; o < space->n_octaves && o < 2; o++)
        for (uint32_t l = 0; l < SITR_LEVELS - 1; l++) {
            const double size = SITR_FIRST_BLUR * pow(2, o + l / 3.0);
            image blurred =
                gaussian(twin, sqrt(squared(size) - squared(sharp)));
            const double off = worst_of(&space->octave[o], l, &blurred, o,
                                        (int)(3 * size) + 1);

            if (off > worst) worst = off;
            free(blurred.data);
        }
    return worst;
}

/* Against Gaussians one after another, as far as the border, of the first octave. */
static double worst_anywhere(const sitr_scale_space *space, const image *twin,
                             double sharp)
{
    image at_level = gaussian(twin, sqrt(squared(1.6) - squared(sharp)));
    double worst = worst_of(&space->octave[0], 0, &at_level, 0, 0);

    for (uint32_t l = 1; l < SITR_LEVELS; l++) {
        image next = gaussian(
            &at_level, 1.6 * sqrt(pow(4, l / 3.0) - pow(4, (l - 1) / 3.0)));
        const double off = worst_of(&space->octave[0], l, &next, 0, 0);

        if (off > worst) worst = off;
        free(at_level.data);
        at_level = next;
    }
    free(at_level.data);
    return worst;
}

/* Noise is the hardest picture there is, and steps of it next to that. */
static void test_blur(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (int enlarge = 0; enlarge < 2; enlarge++) {
            sitr_plane p = noise_plane(90, 70);
            sitr_scale_space space;
            image twin;

            for (uint32_t y = 0; kind == 1 && y < p.rows; y++)
                for (uint32_t x = 0; x < p.cols; x++)
                    *at(&p, x, y) = x / 9 % 2 == y / 9 % 2 ? 255 : 0;
            assert_int_equal(sitr_scale_space_new(&budget, &p, enlarge, &space),
                             SITR_OK);
            twin = enlarge ? image_new(179, 139) : image_new(90, 70);
            assert_int_equal(space.cols, twin.cols);
            assert_int_equal(space.rows, twin.rows);
            for (int y = 0; y < twin.rows; y++)
                for (int x = 0; x < twin.cols; x++) {
                    const uint32_t l = (uint32_t)(enlarge ? x / 2 : x),
                                   r = (uint32_t)(enlarge ? (x + 1) / 2 : x),
                                   u = (uint32_t)(enlarge ? y / 2 : y),
                                   d = (uint32_t)(enlarge ? (y + 1) / 2 : y);

                    *dot(&twin, x, y) = (*at(&p, l, u) + *at(&p, r, u) +
                                         *at(&p, l, d) + *at(&p, r, d)) /
                                        4.0;
                }
            const double sharp = enlarge ? 1 : 0.5;
            const double all = worst_anywhere(&space, &twin, sharp);
            const double in = worst_inside(&space, &twin, sharp);

            print_message("blur of %s%s: at most %.2f gray levels off, %.2f "
                          "away from the border\n",
                          kind ? "squares" : "noise",
                          enlarge ? ", enlarged" : "", all, in);
            assert_true(in < 0.7);
            assert_true(all < 1.5);
            /* an octave begins with every second sample of the one before */
            for (uint32_t o = 1; o < space.n_octaves; o++) {
                const sitr_octave *const c = &space.octave[o];

                assert_int_equal(c->cols, (c[-1].cols + 1) / 2);
                assert_int_equal(c->rows, (c[-1].rows + 1) / 2);
                for (uint32_t y = 0; y < c->rows; y++)
                    for (uint32_t x = 0; x < c->cols; x++)
                        assert_int_equal(
                            c->level[0][y * c->stride + x],
                            c[-1].level[SITR_SCALES]
                                       [2 * y * c[-1].stride + 2 * x]);
            }
            sitr_scale_space_free(&budget, &space);
            sitr_plane_free(&budget, &p);
            free(twin.data);
        }
}

/* A plane of one shade has it at every level, to a sixteenth. */
static void test_flat(void **state)
{
    static const uint32_t sides[][2] = {
        {12, 12}, {13, 40}, {1537, 13}, {3000, 50}, {24, 24700}};

    (void)state;
    for (size_t i = 0; i < COUNT(sides); i++)
        for (int v = 0; v <= 255; v += 51) {
            sitr_plane p = plane_new(sides[i][0], sides[i][1]);
            sitr_scale_space space;
            sitr_extrema e;

            for (uint32_t y = 0; y < p.rows; y++)
                memset(at(&p, 0, y), v, p.cols);
            assert_int_equal(sitr_scale_space_new(&budget, &p, false, &space),
                             SITR_OK);
            for (uint32_t o = 0; o < space.n_octaves; o++)
                for (uint32_t l = 0; l < SITR_LEVELS; l++)
                    for (uint32_t y = 0; y < space.octave[o].rows; y++)
                        for (uint32_t x = 0; x < space.octave[o].cols; x++)
                            assert_true(
                                abs(space.octave[o]
                                        .level[l]
                                              [y * space.octave[o].stride + x] -
                                    (v << 6)) <= 12);
            assert_int_equal(sitr_extrema_find(&budget, &space, &e), SITR_OK);
            assert_int_equal(e.n, 0);
            sitr_budget_free(&budget, e.items);
            sitr_scale_space_free(&budget, &space);
            sitr_plane_free(&budget, &p);
        }
}

/* ---- Extrema -------------------------------------------------------------- */

typedef struct blob {
    double x, y, size, height; /* the middle of the first sample is 0.5 */
} blob;

static void draw(sitr_plane *p, const blob *blobs, size_t n)
{
    for (uint32_t y = 0; y < p->rows; y++)
        for (uint32_t x = 0; x < p->cols; x++) {
            double v = 128;

            for (size_t i = 0; i < n; i++) {
                const double d2 = squared(x + 0.5 - blobs[i].x) +
                                  squared(y + 0.5 - blobs[i].y);

                v += blobs[i].height * exp(-d2 / (2 * squared(blobs[i].size)));
            }
            *at(p, x, y) = shade(v);
        }
}

/* The difference of Gaussians s and k s is greatest on a blob of size s
 * sqrt(k). */
static double scale_of(double size, double longer)
{
    return SITR_SCALE_STEPS *
           (log2(size * 4096 / longer) - 1.0 / (2 * SITR_SCALES));
}

/* How many blobs have a region of their place and size, and how far off the
 * nearest of these are, at most. */
static uint32_t find_blobs(const sitr_regions *r, const blob *blobs, size_t n,
                           double longer, double *off, double *steps)
{
    const double unit = SITR_REGION_UNIT / longer;
    uint32_t n_found = 0;

    *off = *steps = 0;
    for (size_t i = 0; i < n; i++) {
        double best = 1e9, scale = 1e9;

        for (uint32_t k = 0; k < r->n; k++) {
            const double d = hypot(r->points[k].x / unit - blobs[i].x,
                                   r->points[k].y / unit - blobs[i].y) /
                             blobs[i].size;
            const double s =
                fabs(r->points[k].scale - scale_of(blobs[i].size, longer));

            if (d < 0.5 && s < 5 && d + s < best + scale) best = d, scale = s;
        }
        if (best > 1) continue;
        n_found++;
        if (best > *off) *off = best;
        if (scale > *steps) *steps = scale;
    }
    return n_found;
}

static void test_blobs(void **state)
{
    enum { COLS = 700, ROWS = 560, N = 30 };
    static const struct {
        const char *name;
        uint32_t shrink, lead_x, lead_y;
        bool query;
    } cases[] = {
        {"as it is", 1, 0, 0, false},
        {"as query", 1, 0, 0, true},
        {"shrunk", 4, 0, 0, false},
        {"shrunk and turned", 8, 5, 7, true},
    };
    blob blobs[N];

    (void)state;
    for (size_t i = 0; i < N; i++) {
        const double size = i % 6 == 5 ? 13 : 2.2 * pow(2, (i % 5) / 2.3);

        blobs[i] = (blob){between(50, 66) + (double)(i % 6) * 115,
                          between(50, 66) + (double)(i / 6) * 110, size,
                          i % 2 ? 90 : -90};
    }
    for (size_t c = 0; c < COUNT(cases); c++) {
        const uint32_t shrink = cases[c].shrink;
        sitr_plane p = plane_new(COLS, ROWS);
        blob seen[N];
        sitr_regions r;
        double off, steps;

        draw(&p, blobs, N);
        p.shrink = shrink;
        p.lead_x = cases[c].lead_x;
        p.lead_y = cases[c].lead_y;
        p.width = COLS * shrink - p.lead_x;
        p.height = ROWS * shrink - p.lead_y;
        for (size_t i = 0; i < N; i++)
            seen[i] = (blob){blobs[i].x * shrink - p.lead_x,
                             blobs[i].y * shrink - p.lead_y,
                             blobs[i].size * shrink, 0};
        assert_int_equal(
            sitr_regions_find(&budget, &p, 700, cases[c].query, &r), SITR_OK);
        const uint32_t n = find_blobs(&r, seen, N, p.width, &off, &steps);

        print_message("blobs %s: %u of %d; at most %.3f sizes and %.2f steps "
                      "off\n",
                      cases[c].name, n, N, off, steps);
        assert_true(n >= N - 3);
        assert_true(off < 0.12);
        assert_true(steps < 2);
        sitr_regions_free(ctx, &r);
        sitr_plane_free(&budget, &p);
    }
}

/* Blobs of any size are found. An extremum between two levels or samples was
 * sent from one to the other until it was given up: one blob in seven was not
 * found, and all of some sizes. */
static void test_sizes(void **state)
{
    uint32_t n = 0, n_found = 0;

    (void)state;
    for (double size = 2.3; size < 30; size *= 1.03) {
        uint32_t here = 0;

        for (int k = 0; k < 4; k++, n++) {
            const blob b = {150 + between(-1, 1), 130 + between(-1, 1), size,
                            k % 2 ? 90 : -90};
            sitr_plane p = plane_new(300, 260);
            sitr_regions r;
            double off, steps;

            draw(&p, &b, 1);
            assert_int_equal(sitr_regions_find(&budget, &p, 200, false, &r),
                             SITR_OK);
            here += find_blobs(&r, &b, 1, 300, &off, &steps);
            sitr_regions_free(ctx, &r);
            sitr_plane_free(&budget, &p);
        }
        n_found += here;
    }
    print_message("blobs of any size: %u of %u\n", n_found, n);
    assert_true(n_found > 0.93 * n);
}

/* A small picture is enlarged as query, a long one halved: the places are the
 * same ones. */
static void test_blobs_resized(void **state)
{
    static const struct {
        const char *name;
        uint32_t cols, rows;
        double size;
        bool query;
    } cases[] = {
        {"small", 120, 90, 3, false},
        {"enlarged", 120, 90, 1.5, true},
        {"halved", 3000, 100, 9, false},
        {"twice", 90, 6100, 15, false},
        {"three times", 160, 9000, 25, false},
        /* 12 samples of 16, the first as few as can be */
        {"four times", 187, 16400, 40, false},
        {"four times, thinner", 177, 16400, 35, false},
    };

    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        const double longer =
            cases[c].cols > cases[c].rows ? cases[c].cols : cases[c].rows;
        sitr_plane p = plane_new(cases[c].cols, cases[c].rows);
        blob blobs[3];
        sitr_regions r;
        double off, steps;

        for (int i = 0; i < 3; i++)
            blobs[i] = (blob){
                cases[c].cols *
                    (cases[c].cols > cases[c].rows ? 0.23 + 0.25 * i : 0.5),
                cases[c].rows *
                    (cases[c].cols > cases[c].rows ? 0.5 : 0.2 + 0.3 * i),
                cases[c].size, i == 1 ? -110 : 110};
        draw(&p, blobs, 3);
        assert_int_equal(
            sitr_regions_find(&budget, &p, 700, cases[c].query, &r), SITR_OK);
        const uint32_t n = find_blobs(&r, blobs, 3, longer, &off, &steps);

        print_message("blobs, %s: %u; at most %.3f sizes and %.2f steps off\n",
                      cases[c].name, n, off, steps);
        assert_int_equal(n, 3);
        assert_true(off < 0.25);
        assert_true(steps < 3);
        sitr_regions_free(ctx, &r);
        sitr_plane_free(&budget, &p);
    }
}

/* What is kept is a part of what there is, no more than asked for and in the
 * same order; farther apart than the strongest alone are. */
static void test_spread(void **state)
{
    sitr_plane p = photo("protected/door.jpg");
    sitr_scale_space space;
    sitr_extrema all, some;

    (void)state;
    assert_int_equal(sitr_scale_space_new(&budget, &p, false, &space), SITR_OK);
    assert_int_equal(sitr_extrema_find(&budget, &space, &all), SITR_OK);
    assert_true(all.n > 300);
    for (uint32_t i = 1; i < all.n; i++)
        assert_true(all.items[i - 1].strength >= all.items[i].strength);
    for (uint32_t max = 1; max <= all.n; max = max * 3 + 1) {
        uint32_t k = 0;

        assert_int_equal(sitr_extrema_find(&budget, &space, &some), SITR_OK);
        assert_int_equal(sitr_extrema_spread(&budget, max, &some), SITR_OK);
        assert_int_equal(some.n, max);
        for (uint32_t i = 0; i < some.n; i++, k++)
            while (memcmp(&some.items[i], &all.items[k], sizeof *all.items))
                assert_true(++k < all.n);
        assert_memory_equal(&some.items[0], &all.items[0], sizeof *all.items);
        sitr_budget_free(&budget, some.items);
    }
    sitr_budget_free(&budget, all.items);
    sitr_scale_space_free(&budget, &space);
    sitr_plane_free(&budget, &p);
}

/* Whatever the picture, regions are within it and no more than asked for. */
static void test_bounds(void **state)
{
    static const uint32_t sides[][2] = {
        {1, 1},     {6, 7},     {7, 6},     {11, 11},   {12, 12},
        {12, 200},  {200, 13},  {64, 64},   {419, 300}, {420, 300},
        {300, 421}, {1536, 30}, {1537, 30}, {30, 3073}, {65535, 12}};

    (void)state;
    for (size_t i = 0; i < COUNT(sides); i++)
        for (uint32_t max = 1; max <= 700; max = max * 7 + 7)
            for (int query = 0; query < 2; query++) {
                sitr_plane p = noise_plane(sides[i][0], sides[i][1]);
                const double longer = p.cols > p.rows ? p.cols : p.rows;
                sitr_regions r;

                assert_int_equal(sitr_regions_find(&budget, &p, max, query, &r),
                                 SITR_OK);
                assert_true(r.n <= max);
                if (p.cols < 6 || p.rows < 6) assert_int_equal(r.n, 0);
                for (uint32_t k = 0; k < r.n; k++) {
                    assert_true(r.points[k].x / 32768.0 * longer < p.cols);
                    assert_true(r.points[k].y / 32768.0 * longer < p.rows);
                }
                sitr_regions_free(ctx, &r);
                sitr_plane_free(&budget, &p);
            }
}

/* ---- Looks ---------------------------------------------------------------- */

static uint32_t bits_between(const sitr_descriptor *a, const sitr_descriptor *b,
                             uint32_t variant)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < 256; i++)
        n += (a->word[i / 64] >> i % 64 & 1) !=
             (b->word[(i / 64) ^ variant] >> i % 64 & 1);
    return n;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* What was done to a picture. */
typedef struct change {
    const char *name;
    uint32_t variant;
    double to[6];  /* sides of the picture, 1 the longer one of each */
    double larger; /* steps of scale, as keypoints count it */
    int turn;      /* steps of angle, before the variant */
    double repeats, median;
} change;

/* How many of `a` are in `b` where they should be, and look alike. */
static void compare_looks(const change *c, const sitr_regions *a,
                          const sitr_regions *b, uint32_t *n_again,
                          double *distances)
{
    for (uint32_t i = 0; i < a->n; i++) {
        const sitr_keypoint *const p = &a->points[i];
        const double x = p->x / 32768.0, y = p->y / 32768.0;
        const double u = c->to[0] * x + c->to[1] * y + c->to[2];
        const double v = c->to[3] * x + c->to[4] * y + c->to[5];
        const double size = pow(2, p->scale / 20.0) / 4096;
        uint32_t best = 256;

        for (uint32_t k = 0; k < b->n; k++) {
            const sitr_keypoint *const q = &b->points[k];
            int angle = p->angle + c->turn;

            if (hypot(q->x / 32768.0 - u, q->y / 32768.0 - v) > size ||
                fabs(q->scale - p->scale - c->larger) > 6)
                continue;
            if (c->variant & SITR_MIRRORED) angle = 128 - angle;
            if (c->variant & SITR_INVERTED) angle += 128;
            angle = (q->angle - angle + 1024) & 255;
            if (angle > 12 && angle < 244) continue;
            const uint32_t d = bits_between(&a->descriptors[i],
                                            &b->descriptors[k], c->variant);

            if (d < best) best = d;
        }
        if (best <= SITR_NEAR_BITS) distances[(*n_again)++] = best;
    }
}

/* Of a picture twice as large, by straight lines between samples. */
static uint8_t between_samples(const sitr_plane *p, uint32_t x, uint32_t y)
{
    const uint32_t l = x / 2, t = y / 2;
    const uint32_t r = x & 1 ? (l + 1 < p->cols ? l + 1 : l) : l - (l > 0);
    const uint32_t b = y & 1 ? (t + 1 < p->rows ? t + 1 : t) : t - (t > 0);

    return (uint8_t)((9 * *at(p, l, t) + 3 * *at(p, r, t) + 3 * *at(p, l, b) +
                      *at(p, r, b) + 8) /
                     16);
}

/* The same picture, changed; of a plane of w x h, x and y in sides of it. */
static sitr_plane changed(const sitr_plane *p, int kind)
{
    const uint32_t w = p->cols, h = p->rows;
    sitr_plane out = kind == 3   ? plane_new(h, w)
                     : kind == 4 ? plane_new(w / 2, h / 2)
                     : kind == 5 ? plane_new(2 * w, 2 * h)
                                 : plane_new(w, h);

    for (uint32_t y = 0; y < out.rows; y++)
        for (uint32_t x = 0; x < out.cols; x++) {
            uint8_t *const o = at(&out, x, y);

            switch (kind) {
            case 0:
                *o = *at(p, w - 1 - x, y);
                break;
            case 1:
                *o = (uint8_t)(255 - *at(p, x, y));
                break;
            case 2:
                *o = (uint8_t)(255 - *at(p, w - 1 - x, y));
                break;
            case 3:
                *o = *at(p, y, h - 1 - x);
                break; /* clockwise */
            case 4:
                *o =
                    (uint8_t)((*at(p, 2 * x, 2 * y) + *at(p, 2 * x + 1, 2 * y) +
                               *at(p, 2 * x, 2 * y + 1) +
                               *at(p, 2 * x + 1, 2 * y + 1) + 2) /
                              4);
                break;
            default:
                *o = between_samples(p, x, y);
                break;
            }
        }
    return out;
}

static void test_looks(void **state)
{
    /* the words exchanged are those of the variant; shares and distances with
     * room for other photos than these */
    static const change changes[] = {
        {"mirrored", 1, {-1, 0, 1, 0, 1, 0}, 0, 0, 0.75, 20},
        {"inverted", 2, {1, 0, 0, 0, 1, 0}, 0, 0, 0.75, 20},
        {"mirrored and inverted", 3, {-1, 0, 1, 0, 1, 0}, 0, 0, 0.75, 20},
        {"turned by 90", 0, {0, -1, 1, 1, 0, 0}, 0, 64, 0.75, 20},
        {"half as large", 0, {1, 0, 0, 0, 1, 0}, 0, 0, 0.6, 30},
        {"twice as large", 0, {1, 0, 0, 0, 1, 0}, 0, 0, 0.65, 25},
    };

    (void)state;
    for (size_t c = 0; c < COUNT(changes); c++) {
        double distances[COUNT(photos) * 200];
        uint32_t n = 0, n_again = 0;

        for (size_t i = 0; i < COUNT(photos); i++) {
            sitr_plane p = photo(photos[i]), q = changed(&p, (int)c);
            const double longer = p.cols > p.rows ? p.cols : p.rows;
            change here = changes[c];
            /* larger than the library makes a plane: full of small extrema,
             * among which those of before are hardly ever chosen */
            const uint32_t max = c == 5 ? 3000 : 700;
            sitr_regions a, b;

            /* where a side is the shorter one */
            here.to[2] *= (c == 3 ? p.rows : p.cols) / longer;
            assert_int_equal(sitr_regions_find(&budget, &p, 200, false, &a),
                             SITR_OK);
            assert_int_equal(sitr_regions_find(&budget, &q, max, true, &b),
                             SITR_OK);
            n += a.n;
            compare_looks(&here, &a, &b, &n_again, distances);
            sitr_regions_free(ctx, &a);
            sitr_regions_free(ctx, &b);
            sitr_plane_free(&budget, &p);
            sitr_plane_free(&budget, &q);
        }
        assert_true(n > 400 && n_again > 0);
        qsort(distances, n_again, sizeof *distances, by_value);
        print_message("%s: %u of %u again, median %g bits, 0.9 of them within "
                      "%g\n",
                      changes[c].name, n_again, n, distances[n_again / 2],
                      distances[n_again * 9 / 10]);
        assert_true(n_again >= changes[c].repeats * n);
        assert_true(distances[n_again / 2] <= changes[c].median);
    }
}

/* Different places look different: two bits of three and more are theirs. */
static void test_unlike(void **state)
{
    sitr_regions r[COUNT(photos)];
    uint64_t n = 0, n_near = 0, sum = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(photos); i++) {
        sitr_plane p = photo(photos[i]);

        assert_int_equal(sitr_regions_find(&budget, &p, 200, false, &r[i]),
                         SITR_OK);
        sitr_plane_free(&budget, &p);
    }
    for (size_t i = 0; i < COUNT(photos); i++)
        for (size_t k = 0; k < i; k++)
            for (uint32_t a = 0; a < r[i].n; a++)
                for (uint32_t b = 0; b < r[k].n; b++) {
                    const uint32_t d =
                        bits_between(&r[i].descriptors[a], &r[k].descriptors[b],
                                     (a + b) & 3);

                    n++;
                    sum += d;
                    n_near += d <= SITR_NEAR_BITS;
                }
    print_message("unrelated: %.1f bits in the mean, %.2g of them near\n",
                  (double)sum / (double)n, (double)n_near / (double)n);
    assert_true(sum > 105 * n && sum < 135 * n);
    assert_true((double)n_near < 5e-3 * (double)n);
    for (size_t i = 0; i < COUNT(photos); i++) sitr_regions_free(ctx, &r[i]);
}

/* The same bytes with every set of kernels. */
static void test_same_bits(void **state)
{
    static const uint32_t flags[] = {SITR_SIGN_REGIONS,
                                     SITR_SIGN_REGIONS | SITR_SIGN_QUERY};
    static const char *const all[] = {
        "found/phone.jpg",    "found/forwarded.webp", "found/thumb.png",
        "found/gray.jpg",     "found/cut off.jpg",    "found/other 1432.jpg",
        "protected/door.jpg", "found/other 1439.jpg"};
    static uint8_t bytes[COUNT(all)][2][65535];
    size_t sizes[COUNT(all)][2];

    (void)state;
    for (uint64_t off = 0; off < 8; off++) {
        const sitr_ctx_opts opts = {.struct_size = sizeof opts, .cpu_off = off};
        sitr_ctx *other;

        assert_int_equal(sitr_ctx_new(&opts, &other), SITR_OK);
        for (size_t i = 0; i < COUNT(all); i++)
            for (size_t k = 0; k < COUNT(flags); k++) {
                const sitr_sign_opts how = {.struct_size = sizeof how,
                                            .flags = flags[k]};
                uint8_t got[65535];
                sitr_signature *s;

                assert_int_equal(
                    sitr_sign_file(other, sample_path(all[i]), &how, &s),
                    SITR_OK);
                const size_t size = sitr_signature_encode(s, got, sizeof got);

                assert_true(size > 2000 && size <= sizeof got);
                if (!off) {
                    sizes[i][k] = size;
                    memcpy(bytes[i][k], got, size);
                }
                assert_int_equal(size, sizes[i][k]);
                assert_memory_equal(got, bytes[i][k], size);
                sitr_signature_free(s);
            }
        sitr_ctx_free(other);
    }
}

/* ---- Candidates ----------------------------------------------------------- */

static sitr_regions regions_new(uint32_t n)
{
    sitr_regions r;

    assert_int_equal(sitr_regions_new(ctx, n ? n : 1, &r), SITR_OK);
    r.n = r.n_single = r.n_distinctive = n;
    return r;
}

static sitr_descriptor random_looks(void)
{
    return (sitr_descriptor){{rnd(), rnd(), rnd(), rnd()}};
}

/* As it looks in `variant`, with some bits changed. */
static sitr_descriptor alike(const sitr_descriptor *d, uint32_t variant,
                             uint32_t n_bits)
{
    sitr_descriptor out;

    for (uint32_t i = 0; i < 4; i++) out.word[i ^ variant] = d->word[i];
    for (uint32_t i = 0; i < n_bits; i++) {
        const uint32_t bit = below(256);

        out.word[bit / 64] ^= UINT64_C(1) << bit % 64;
    }
    return out;
}

static bool share_run(const sitr_descriptor *a, const sitr_descriptor *b,
                      uint32_t variant)
{
    for (uint32_t i = 0; i < 16; i++)
        if ((uint16_t)(a->word[i / 4] >> i % 4 * 16) ==
            (uint16_t)(b->word[(i / 4) ^ variant] >> i % 4 * 16))
            return true;
    return false;
}

/* Those that are near and share a run, each once, and no others. */
static void check_pairs(const sitr_regions *mine, const sitr_regions *theirs)
{
    enum { ROOM = 400000 };
    static sitr_region_pair pairs[ROOM];
    static uint8_t met[200][700][4];
    sitr_region_query q;
    uint32_t n, expected = 0;

    memset(met, 0, sizeof met);
    assert_int_equal(sitr_region_query_new(ctx, theirs, 640, 480, &q), SITR_OK);
    n = sitr_region_query_pairs(&q, mine, pairs, ROOM);
    assert_true(n < ROOM);
    for (uint32_t i = 0; i < n; i++) {
        const sitr_region_pair *const p = &pairs[i];

        assert_true(p->mine < mine->n_single && p->theirs < theirs->n &&
                    p->variant < 4);
        assert_int_equal(p->distance,
                         bits_between(&mine->descriptors[p->mine],
                                      &theirs->descriptors[p->theirs],
                                      p->variant));
        assert_true(p->distance <= SITR_NEAR_BITS);
        assert_int_equal(met[p->mine][p->theirs][p->variant]++, 0);
    }
    for (uint32_t i = 0; i < mine->n_single; i++)
        for (uint32_t k = 0; k < theirs->n; k++)
            for (uint32_t v = 0; v < 4; v++) {
                const sitr_descriptor *const a = &mine->descriptors[i],
                                             *const b = &theirs->descriptors[k];

                const bool is = bits_between(a, b, v) <= SITR_NEAR_BITS &&
                                share_run(a, b, v);

                assert_int_equal(met[i][k][v], is);
                expected += is;
            }
    assert_int_equal(n, expected);
    /* with less room the first of them */
    if (n) {
        sitr_region_pair few[7];
        const uint32_t room = n < 7 ? n : 7;

        assert_int_equal(sitr_region_query_pairs(&q, mine, few, room), room);
        assert_memory_equal(few, pairs, room * sizeof *few);
        assert_int_equal(sitr_region_query_pairs(&q, mine, few, 0), 0);
    }
    sitr_region_query_free(ctx, &q);
}

static void test_pairs(void **state)
{
    static const struct {
        uint32_t mine, theirs;
        uint32_t kinds; /* of looks there are; 0: as many as regions */
    } cases[] = {{200, 700, 0}, {200, 100, 0}, {1, 700, 0}, {200, 1, 0},
                 {0, 5, 0},     {50, 0, 0},    {40, 60, 1}, {100, 200, 3}};

    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        sitr_regions mine = regions_new(cases[c].mine),
                     theirs = regions_new(cases[c].theirs);
        const sitr_descriptor odd[] = {{{0}}, {{~UINT64_C(0)}}, {{1, 1, 1, 1}}};

        for (uint32_t i = 0; i < mine.n; i++)
            mine.descriptors[i] =
                cases[c].kinds ? odd[i % cases[c].kinds] : random_looks();
        for (uint32_t i = 0; i < theirs.n; i++)
            theirs.descriptors[i] =
                i % 5 && mine.n
                    ? alike(&mine.descriptors[below(mine.n)], i & 3, below(90))
                    : random_looks();
        check_pairs(&mine, &theirs);
        sitr_regions_free(ctx, &mine);
        sitr_regions_free(ctx, &theirs);
    }
}

/* Of the photos, with all that is alike in them. */
static void test_photo_pairs(void **state)
{
    (void)state;
    for (size_t i = 1; i < COUNT(photos); i++) {
        sitr_plane p = photo(photos[i]), q = photo(photos[i - i % 2]);
        sitr_regions a, b;

        assert_int_equal(sitr_regions_find(&budget, &p, 200, false, &a),
                         SITR_OK);
        assert_int_equal(sitr_regions_find(&budget, &q, 700, true, &b),
                         SITR_OK);
        check_pairs(&a, &b);
        sitr_regions_free(ctx, &a);
        sitr_regions_free(ctx, &b);
        sitr_plane_free(&budget, &p);
        sitr_plane_free(&budget, &q);
    }
}

/* ---- Alignment ------------------------------------------------------------ */

#define WIDTH  1200
#define HEIGHT 900

static sitr_keypoint random_point(void)
{
    return (sitr_keypoint){.x = (uint16_t)below(32769),
                           .y = (uint16_t)below(32768 * HEIGHT / WIDTH + 1),
                           .scale = (uint8_t)(60 + below(60)),
                           .angle = (uint8_t)rnd()};
}

static sitr_regions random_regions(uint32_t n)
{
    sitr_regions r = regions_new(n);

    for (uint32_t i = 0; i < n; i++) {
        r.points[i] = random_point();
        r.descriptors[i] = random_looks();
    }
    return r;
}

typedef struct map {
    double to[6]; /* units of mine to units of theirs, before the mirror */
    uint32_t variant;
} map;

/* Steps of angle and scale by which the map turns and enlarges. */
static int turn_of_map(const map *m)
{
    return (int)lround(atan2(m->to[3] - m->to[1], m->to[0] + m->to[4]) / PI *
                       128);
}

static double growth_of(const map *m)
{
    return 20 * log2(sqrt(m->to[0] * m->to[4] - m->to[1] * m->to[3]));
}

/* Where the map takes a region of `mine`; false where that is not within. */
static bool put(const map *m, const sitr_regions *mine, uint32_t i,
                sitr_regions *theirs, uint32_t n_bits)
{
    const sitr_keypoint *const p = &mine->points[i];
    double x = m->to[0] * p->x + m->to[1] * p->y + m->to[2] + between(-20, 20);
    const double y =
        m->to[3] * p->x + m->to[4] * p->y + m->to[5] + between(-20, 20);
    int angle = p->angle + turn_of_map(m) + (int)below(5) - 2;
    const double scale = p->scale + growth_of(m) + between(-1.5, 1.5);

    if (m->variant & SITR_MIRRORED) {
        angle = 128 - angle;
        x = 32768 - x;
    }
    if (m->variant & SITR_INVERTED) angle += 128;
    if (x < 0 || x > 32768 || y < 0 || y > 32768.0 * HEIGHT / WIDTH ||
        scale < 0 || scale > 255)
        return false;
    theirs->points[theirs->n] = (sitr_keypoint){
        .x = (uint16_t)x,
        .y = (uint16_t)y,
        .scale = (uint8_t)scale,
        .angle = (uint8_t)(angle & 255),
    };
    theirs->descriptors[theirs->n++] =
        alike(&mine->descriptors[i], m->variant, n_bits);
    return true;
}

static void check_agreement(const sitr_agreement *a, uint32_t n_mine,
                            uint32_t n_theirs)
{
    assert_true(isfinite(a->score) && a->score >= 0);
    assert_true(a->n_pairs <= n_mine && a->n_pairs <= n_theirs);
    assert_true(a->n_visible <= n_mine);
}

static uint32_t align(const sitr_regions *theirs, const sitr_regions *mine,
                      sitr_alignment out[SITR_MAX_PLACES])
{
    sitr_aligner *aligner = sitr_aligner_new(ctx);
    sitr_region_query q;
    uint32_t n;

    assert_non_null(aligner);
    assert_int_equal(sitr_region_query_new(ctx, theirs, WIDTH, HEIGHT, &q),
                     SITR_OK);
    n = sitr_align(aligner, &ctx->kernels, &q, mine, out, SITR_MAX_PLACES);
    assert_true(n <= SITR_MAX_PLACES);
    for (uint32_t i = 0; i < n; i++) {
        for (int k = 0; k < 6; k++) assert_true(isfinite(out[i].to[k]));
        check_agreement(&out[i].single, mine->n_single, theirs->n);
        check_agreement(&out[i].distinctive, mine->n_distinctive, theirs->n);
        assert_true(out[i].single.score > 0 && out[i].single.n_pairs > 0);
        assert_true(out[i].distinctive.n_pairs <= out[i].single.n_pairs);
        assert_true(out[i].variant <= SITR_MIRRORED_INVERTED);
        uint32_t agreeing = 0, theirs_agreeing = 0;

        for (uint32_t c = 0; c < SITR_REGION_BITS; c++) {
            agreeing += (uint32_t)__builtin_popcount(out[i].agreeing[c]);
            theirs_agreeing +=
                (uint32_t)__builtin_popcount(out[i].theirs_agreeing[c]);
        }
        assert_true(agreeing >= out[i].single.n_pairs && agreeing <= mine->n);
        assert_int_equal(agreeing, theirs_agreeing);
        if (i)
            assert_true(out[i - 1].distinctive.score >=
                        out[i].distinctive.score);
    }
    sitr_region_query_free(ctx, &q);
    sitr_aligner_free(ctx, aligner);
    return n;
}

/* How far the corners of mine are from where they should be, at most, in shares
 * of their longer side. */
static double miss(const sitr_alignment *a, const map *m)
{
    double worst = 0;

    for (int i = 0; i < 4; i++) {
        const double x = i & 1 ? 32768 : 0, y = i & 2 ? 24576 : 0;
        double u = m->to[0] * x + m->to[1] * y + m->to[2];
        const double v = m->to[3] * x + m->to[4] * y + m->to[5];

        if (m->variant & SITR_MIRRORED) u = 32768 - u;
        const double d = hypot(a->to[0] * x + a->to[1] * y + a->to[2] - u,
                               a->to[3] * x + a->to[4] * y + a->to[5] - v);

        if (d > worst) worst = d;
    }
    return worst / 32768;
}

/* A map that leaves the middle of mine in the middle of theirs. */
static map map_of(double scale, double turn, double shear, uint32_t variant)
{
    const double c = scale * cos(turn), s = scale * sin(turn);
    map m = {.to = {c, -s + shear * c, 0, s, c + shear * s, 0},
             .variant = variant};

    m.to[2] = 16384 - m.to[0] * 16384 - m.to[1] * 12288;
    m.to[5] = 12288 - m.to[3] * 16384 - m.to[4] * 12288;
    return m;
}

static void test_known_maps(void **state)
{
    double worst = 0;
    uint32_t n_maps = 0;

    (void)state;
    for (uint32_t variant = 0; variant < 4; variant++)
        for (int i = 0; i < 25; i++) {
            const map m =
                map_of(pow(2, between(-1.5, 1)), between(0, 2 * PI),
                       i % 3 == 2 ? between(-0.12, 0.12) : 0, variant);
            sitr_regions mine = random_regions(200),
                         theirs = random_regions(600);
            sitr_alignment places[SITR_MAX_PLACES];
            uint32_t n_put = 0;

            /* two thirds of mine are there again, if they are within */
            theirs.n = 0;
            for (uint32_t k = 0; k < mine.n; k++)
                n_put += k % 3 && put(&m, &mine, k, &theirs, below(40));
            theirs.n = 600;
            const uint32_t n = align(&theirs, &mine, places);

            if (n_put < 20) {
                sitr_regions_free(ctx, &mine);
                sitr_regions_free(ctx, &theirs);
                continue;
            }
            n_maps++;
            assert_true(n >= 1);
            assert_int_equal(places[0].variant, variant);
            assert_true(places[0].distinctive.n_pairs >= n_put / 2);
            assert_true(places[0].distinctive.n_pairs <= n_put + 10);
            if (miss(&places[0], &m) > worst) worst = miss(&places[0], &m);
            /* what is left over makes no second place of note */
            for (uint32_t k = 1; k < n; k++)
                assert_true(places[k].distinctive.score <
                            0.3 * places[0].distinctive.score);
            sitr_regions_free(ctx, &mine);
            sitr_regions_free(ctx, &theirs);
        }
    print_message("%u known maps: corners at most %.4f of the side off\n",
                  n_maps, worst);
    assert_true(n_maps > 90);
    assert_true(worst < 0.02);
}

/* One picture twice in a montage, one of them mirrored or both as they are. */
static void test_two_places(void **state)
{
    (void)state;
    for (uint32_t variant = 0; variant < 4; variant++) {
        map left = map_of(0.45, 0.1, 0, 0), right = map_of(0.4, -0.2, 0, 0);
        sitr_regions mine = random_regions(200), theirs = random_regions(600);
        sitr_alignment places[SITR_MAX_PLACES];

        left.to[2] -= 8000;
        right.to[2] += (variant & SITR_MIRRORED ? -1 : 1) * 8000;
        right.variant = variant;
        theirs.n = 0;
        for (uint32_t k = 0; k < mine.n; k++) {
            put(&left, &mine, k, &theirs, below(30));
            put(&right, &mine, k, &theirs, below(30));
        }
        theirs.n = 600;
        assert_true(align(&theirs, &mine, places) >= 2);
        const int first = miss(&places[0], &left) < 0.02 ? 0 : 1;

        assert_true(miss(&places[first], &left) < 0.02);
        assert_true(miss(&places[1 - first], &right) < 0.02);
        assert_int_equal(places[1 - first].variant, variant);
        sitr_regions_free(ctx, &mine);
        sitr_regions_free(ctx, &theirs);
    }
}

/* The same place, whatever the regions tell; but what they tell is counted
 * apart. */
static void test_sorts(void **state)
{
    const map m = map_of(0.8, 0.3, 0, SITR_MIRRORED);
    sitr_regions mine = random_regions(200), theirs = random_regions(600);

    (void)state;
    theirs.n = 0;
    for (uint32_t k = 0; k < mine.n; k++) put(&m, &mine, k, &theirs, 20);
    theirs.n = 600;
    for (mine.n_single = 0; mine.n_single <= 200; mine.n_single += 40)
        for (mine.n_distinctive = 0; mine.n_distinctive <= mine.n_single;
             mine.n_distinctive += 40) {
            const uint32_t n = mine.n_distinctive;
            sitr_alignment places[SITR_MAX_PLACES];

            /* what repeats finds nothing by itself */
            if (!mine.n_single) {
                assert_int_equal(align(&theirs, &mine, places), 0);
                continue;
            }
            assert_true(align(&theirs, &mine, places) >= 1);
            assert_true(miss(&places[0], &m) < 0.02);
            assert_true(places[0].single.n_pairs >= mine.n_single * 7 / 10);
            assert_true(places[0].distinctive.n_pairs >= n * 7 / 10);
            assert_true(!places[0].distinctive.n_pairs == !n);
            assert_true(!places[0].distinctive.score == !n);
            if (n == mine.n_single)
                assert_memory_equal(&places[0].distinctive, &places[0].single,
                                    sizeof places[0].single);
        }
    sitr_regions_free(ctx, &mine);
    sitr_regions_free(ctx, &theirs);
}

static void test_nothing(void **state)
{
    uint32_t n_found = 0;

    (void)state;
    for (int i = 0; i < 40; i++) {
        sitr_regions mine = random_regions(200), theirs = random_regions(700);
        sitr_alignment places[SITR_MAX_PLACES];

        n_found += align(&theirs, &mine, places);
        /* nor where all looks alike, but lies anywhere */
        for (uint32_t k = 0; k < theirs.n && i % 4 == 0; k++)
            theirs.descriptors[k] =
                alike(&mine.descriptors[k % mine.n], i / 4 % 4, 20);
        if (align(&theirs, &mine, places)) {
            assert_int_equal(i % 4, 0);
            assert_true(places[0].single.n_pairs < 12);
        }
        sitr_regions_free(ctx, &mine);
        sitr_regions_free(ctx, &theirs);
    }
    assert_int_equal(n_found, 0);
}

/* Places from which no map can be told: too few, in one point, in a line, at the
 * ends of what a scale can be. Found or not, nothing is but numbers. */
static void test_degenerate(void **state)
{
    static const uint32_t counts[] = {1, 2, 3, 4, 5, 30, 200};
    enum { KINDS = 9 };

    (void)state;
    for (size_t c = 0; c < COUNT(counts); c++)
        for (int kind = 0; kind < KINDS; kind++)
            for (uint32_t variant = 0; variant < 4; variant++) {
                sitr_regions mine = random_regions(counts[c]),
                             theirs = random_regions(counts[c]);
                sitr_alignment places[SITR_MAX_PLACES];
                const sitr_keypoint one = random_point(),
                                    other = random_point();
                uint32_t n;

                for (uint32_t i = 0; i < mine.n; i++) {
                    sitr_keypoint *const m = &mine.points[i],
                                         *const t = &theirs.points[i];

                    theirs.descriptors[i] =
                        alike(&mine.descriptors[i], variant, i % 9);
                    if (kind == 0) *m = *t = one;
                    if (kind == 1) *m = one, *t = other;
                    if (kind == 2) *m = one;
                    if (kind == 3) *t = one;
                    if (kind >= 4) {
                        *t = *m;
                        if (variant & SITR_MIRRORED)
                            t->x = (uint16_t)(32768 - m->x),
                            t->angle = (uint8_t)(128 - m->angle);
                        if (variant & SITR_INVERTED)
                            t->angle = (uint8_t)(t->angle + 128);
                    }
                    /* a line, level or not */
                    if (kind == 4) m->y = t->y = 7;
                    if (kind == 5) m->y = t->y = m->x / 2;
                    if (kind == 6) m->scale = 255, t->scale = 0;
                    if (kind == 7) m->scale = 0, t->scale = 255;
                    if (kind == 8) m->scale = i % 2 ? 255 : 0, t->scale = 255;
                    /* all look the same */
                    if (i % 2 && c % 2)
                        theirs.descriptors[i] = theirs.descriptors[0];
                }
                n = align(&theirs, &mine, places);
                if (mine.n < 4 || kind < 4) assert_int_equal(n, 0);
                if (kind == 6 || kind == 7) assert_int_equal(n, 0);
                const sitr_regions none = {.points = mine.points,
                                           .descriptors = mine.descriptors};

                assert_int_equal(align(&theirs, &none, places), 0);
                theirs.n = 0;
                assert_int_equal(align(&theirs, &mine, places), 0);
                sitr_regions_free(ctx, &mine);
                sitr_regions_free(ctx, &theirs);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_polar),
        cmocka_unit_test(test_blur),
        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_blobs),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_blobs_resized),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_unlike),
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_photo_pairs),
        cmocka_unit_test(test_known_maps),
        cmocka_unit_test(test_two_places),
        cmocka_unit_test(test_sorts),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_degenerate),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
