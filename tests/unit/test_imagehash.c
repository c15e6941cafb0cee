/* SPDX-License-Identifier: Apache-2.0 */
/* ImageHash's hashes against a twin in doubles, really turned pixels, and
 * allocators that fail. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash/hash.h"
#include "hash/imagehash.h"
#include "hash/lanczos.h"

#define ALL_ALGOS (1u << SITR_PHASH | 1u << SITR_DHASH | 1u << SITR_AHASH)

static const double pi = 3.14159265358979323846;

static const struct {
    uint32_t width, height;
} sizes[] = {
    {1, 1},    {2, 1},   {1, 7},    {5, 3},    {3, 5},     {8, 8},    {9, 8},
    {8, 9},    {32, 32}, {31, 33},  {33, 31},  {32, 9},    {64, 64},  {63, 130},
    {129, 65}, {200, 3}, {1000, 7}, {7, 1000}, {301, 257}, {2, 5200},
};
#define N_SIZES (sizeof sizes / sizeof *sizes)

typedef struct image {
    uint32_t width, height;
    uint8_t *luma;
} image;

/* ---- Pictures ------------------------------------------------------------ */

static uint8_t noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint8_t)(*state >> 24);
}

/* Waves and noise: something at every scale. */
static image new_image(uint32_t width, uint32_t height, uint32_t seed)
{
    const image m = {width, height, malloc((size_t)width * height)};

    assert_non_null(m.luma);
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            const double u = (x + 0.5) / width, v = (y + 0.5) / height;
            const double wave = 60 * sin(7 * u + 3 * v * v + seed) +
                                40 * cos(11 * v - 5 * u * v + 2 * seed);

            m.luma[(size_t)y * width + x] =
                (uint8_t)(100 + wave + noise(&seed) / 5);
        }
    }
    return m;
}

static image turned(const image *m, sitr_turn turn)
{
    const uint32_t w = m->width, h = m->height;
    const bool lies = turn & 1;
    const image out = {lies ? h : w, lies ? w : h, malloc((size_t)w * h)};

    assert_non_null(out.luma);
    for (uint32_t y = 0; y < h; y++) {
        for (uint32_t x = 0; x < w; x++) {
            const uint32_t mx = turn >= SITR_MIRROR ? w - 1 - x : x;
            uint32_t tx = mx, ty = y;

            switch (turn & 3) {
            case 1:
                tx = h - 1 - y, ty = mx;
                break; /* top goes right */
            case 2:
                tx = w - 1 - mx, ty = h - 1 - y;
                break;
            case 3:
                tx = y, ty = w - 1 - mx;
                break;
            }
            out.luma[(size_t)ty * out.width + tx] = m->luma[(size_t)y * w + x];
        }
    }
    return out;
}

/* ---- The twin ------------------------------------------------------------ */

static double sinc(double x) { return x == 0 ? 1 : sin(pi * x) / (pi * x); }

/* The real weight of input j for output i. */
static double weight(uint32_t n_in, uint32_t n_out, uint32_t i, uint32_t j)
{
    const double scale = (double)n_in / n_out, blur = scale < 1 ? 1 : scale;
    const double centre = (i + 0.5) * scale;
    double sum = 0, mine = 0;

    for (uint32_t k = 0; k < n_in; k++) {
        const double x = (k + 0.5 - centre) / blur;
        const double f = fabs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;

        sum += f;
        if (k == j) mine = f;
    }
    return mine / sum;
}

/* Resamples `n_lines` lines; sample j of line l is in[j * step + l * next]. */
static void twin_pass(const uint8_t *in, uint32_t n_in, size_t step,
                      uint32_t n_lines, size_t next, uint8_t *out,
                      uint32_t n_out, size_t out_step, size_t out_next)
{
    const double scale = (double)n_in / n_out, blur = scale < 1 ? 1 : scale;
    double *f = malloc(n_in * sizeof *f);

    assert_non_null(f);
    for (uint32_t i = 0; i < n_out; i++) {
        double sum = 0;

        for (uint32_t j = 0; j < n_in; j++) {
            const double x = (j + 0.5 - (i + 0.5) * scale) / blur;

            f[j] = fabs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
            sum += f[j];
        }
        for (uint32_t j = 0; j < n_in; j++) f[j] = round(f[j] / sum * 4194304);
        for (uint32_t l = 0; l < n_lines; l++) {
            double v = 0;

            for (uint32_t j = 0; j < n_in; j++)
                v += f[j] * in[j * step + l * next];
            v = floor(v / 4194304 + 0.5);
            out[i * out_step + l * out_next] = (uint8_t)(v < 0     ? 0
                                                         : v > 255 ? 255
                                                                   : v);
        }
    }
    free(f);
}

static void twin_shrink(const image *m, uint32_t width, uint32_t height,
                        uint8_t *cells)
{
    uint8_t *mid = malloc((size_t)width * m->height);

    assert_non_null(mid);
    twin_pass(m->luma, m->width, 1, m->height, m->width, mid, width, 1, width);
    twin_pass(mid, m->height, width, width, 1, cells, height, width, 1);
    free(mid);
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* False where the median is a matter of rounding. */
static bool twin_phash(const uint8_t *cells, uint64_t *bits)
{
    double d[64] = {0}, sorted[64];

    for (int i = 0; i < 64; i++) {
        for (int n = 0; n < 1024; n++) {
            const int x = n % 32, y = n / 32;

            d[i] += cells[n] * cos(pi * (i / 8) * (2 * y + 1) / 64) *
                    cos(pi * (i % 8) * (2 * x + 1) / 64);
        }
    }
    memcpy(sorted, d, sizeof d);
    qsort(sorted, 64, sizeof *sorted, compare_doubles);
    *bits = 0;
    for (int i = 0; i < 64; i++)
        *bits = *bits << 1 | (d[i] > (sorted[31] + sorted[32]) / 2);
    return sorted[32] - sorted[31] > 1e-2;
}

static void check_twin(const image *m, const sitr_hash *hashes)
{
    uint8_t cells[1024];
    uint64_t bits = 0;
    double mean = 0;

    twin_shrink(m, 32, 32, cells);
    if (twin_phash(cells, &bits))
        assert_int_equal(hashes[SITR_PHASH].word[0], bits);

    twin_shrink(m, 9, 8, cells);
    for (int i = 0; i < 64; i++) {
        const uint8_t *p = cells + i / 8 * 9 + i % 8;

        assert_int_equal(hashes[SITR_DHASH].word[0] >> (63 - i) & 1,
                         p[1] > p[0]);
    }
    twin_shrink(m, 8, 8, cells);
    for (int i = 0; i < 64; i++) mean += cells[i] / 64.0;
    for (int i = 0; i < 64; i++)
        assert_int_equal(hashes[SITR_AHASH].word[0] >> (63 - i) & 1,
                         cells[i] > mean);
}

/* ---- The hashes under test ----------------------------------------------- */

/* Hashes the first `n_rows` rows; alpha NULL or as large as the picture. */
static sitr_status hash_rows(const sitr_ctx *ctx, const image *m,
                             const uint8_t *alpha, uint8_t background,
                             uint32_t n_rows, sitr_turn turn,
                             sitr_hash out[SITR_N_ALGOS + 1])
{
    sitr_budget budget;
    sitr_imagehash *hasher = NULL;
    sitr_row_sink *sink = NULL;
    const sitr_rows_info info = {.width = m->width,
                                 .height = m->height,
                                 .shrink = 1,
                                 .alpha = alpha != NULL};
    sitr_status status;

    memset(out, 0, (SITR_N_ALGOS + 1) * sizeof *out);
    sitr_budget_init(&budget, ctx);
    status = sitr_imagehash_new(&budget, ALL_ALGOS, turn, background, &hasher,
                                &sink);
    if (!status) {
        assert_true(sink->full_size && sink->from_colour);
        status = sink->begin(sink, &info);
    } else {
        assert_null(hasher);
    }
    if (!status) {
        for (uint32_t y = 0; y < n_rows; y++) {
            const size_t at = (size_t)(y % m->height) * m->width;

            sink->row(sink, m->luma + at, alpha ? alpha + at : NULL);
        }
        sitr_imagehash_finish(hasher, out);
    }
    sitr_imagehash_free(hasher);
    assert_int_equal(budget.left, ctx->limits.max_memory);
    return status;
}

static sitr_ctx *new_ctx(void)
{
    sitr_ctx *ctx = NULL;

    assert_int_equal(sitr_ctx_new(NULL, &ctx), SITR_OK);
    return ctx;
}

static void hash_image(const image *m, sitr_turn turn,
                       sitr_hash out[SITR_N_ALGOS + 1])
{
    sitr_ctx *ctx = new_ctx();

    assert_int_equal(hash_rows(ctx, m, NULL, 255, m->height, turn, out),
                     SITR_OK);
    sitr_ctx_free(ctx);
}

static void check_same(const sitr_hash *a, const sitr_hash *b)
{
    for (int algo = SITR_PHASH; algo <= SITR_AHASH; algo++) {
        assert_int_equal(a[algo].algo, algo);
        assert_int_equal(b[algo].algo, algo);
        assert_int_equal(a[algo].word[0], b[algo].word[0]);
    }
}

/* ---- Tests --------------------------------------------------------------- */

static void filter_is_lanczos(void **state)
{
    static const uint32_t dens[] = {2, 7, 64, 1000, 2 * 65535, 2000000};

    (void)state;
    for (size_t k = 0; k < sizeof dens / sizeof *dens; k++) {
        const uint32_t den = dens[k], step = den / 1000 + 1;

        for (uint32_t num = 0; num < 3 * den; num += step) {
            const double x = (double)num / den;
            const double f = ldexp(sinc(x) * sinc(x / 3), 41);

            assert_true(fabs((double)sitr_lanczos_filter(num, den) - f) < 1);
        }
    }
}

static int32_t weight_of(const sitr_lanczos *axis, uint32_t i, uint32_t j)
{
    const uint32_t tap = j - axis->first[i];
    const size_t at = (size_t)i * axis->n_taps + tap;

    if (tap >= axis->n_taps) return 0;
    return axis->high[at] * (1 << axis->shift) +
           (axis->low ? axis->low[at] : 0);
}

static void weights_are_pillows(void **state)
{
    static const uint32_t outs[] = {8, 9, 32};
    static const uint32_t ins[] = {1,  2,  3,  8,   9,   15,  16,  17,  31,
                                   32, 33, 47, 100, 255, 288, 289, 1023};
    sitr_ctx *ctx = new_ctx();
    sitr_budget budget;
    sitr_lanczos axis;

    (void)state;
    sitr_budget_init(&budget, ctx);
    for (size_t k = 0; k < 3 * (sizeof ins / sizeof *ins); k++) {
        const uint32_t n_in = ins[k / 3], n_out = outs[k % 3];

        assert_int_equal(sitr_lanczos_new(&budget, n_in, n_out, &axis),
                         SITR_OK);
        for (uint32_t i = 0; i < n_out; i++) {
            for (uint32_t j = 0; j < n_in; j++) {
                const double w = weight(n_in, n_out, i, j) * 4194304;
                const int32_t mine = weight_of(&axis, i, j);

                assert_true(fabs(mine - w) < 0.5 + 1e-5);
                assert_int_equal(mine,
                                 weight_of(&axis, n_out - 1 - i, n_in - 1 - j));
            }
        }
        sitr_lanczos_free(&budget, &axis);
    }
    assert_int_equal(budget.left, ctx->limits.max_memory);
    sitr_ctx_free(ctx);
}

/* A window's products with 255 must not leave 32 bits, nor its weights 16;
 * rounding must not tint a long window. */
static void weights_fit(void **state)
{
    static const uint32_t outs[] = {8, 9, 32};
    sitr_ctx *ctx = new_ctx();
    sitr_budget budget;
    sitr_lanczos axis;

    (void)state;
    sitr_budget_init(&budget, ctx);
    for (uint32_t n_in = 1; n_in <= SITR_LANCZOS_MAX_IN;
         n_in += n_in < 600 ? 1 : n_in / 7) {
        for (size_t k = 0; k < 3; k++) {
            assert_int_equal(sitr_lanczos_new(&budget, n_in, outs[k], &axis),
                             SITR_OK);
            for (uint32_t i = 0; i < outs[k]; i++) {
                int64_t sum = 0, size = 0;

                assert_true(axis.first[i] + axis.n_taps <=
                            sitr_lanczos_span(n_in));
                for (uint32_t t = 0; t < axis.n_taps; t++) {
                    const int32_t w = weight_of(&axis, i, axis.first[i] + t);

                    sum += w;
                    size += w < 0 ? -w : w;
                }
                assert_true(size < 16 * (4194304 / 10));
                assert_true(llabs(sum - 4194304) < 64 + n_in / 16);
            }
            sitr_lanczos_free(&budget, &axis);
        }
    }
    sitr_ctx_free(ctx);
}

static void cosines(void **state)
{
    (void)state;
    for (uint32_t m = 0; m < 256; m++)
        assert_int_equal(sitr_phash_cosine(m),
                         lround(cos(pi * m / 64) * 4194304));
}

/* By hand, in the order in which ImageHash prints. */
static void order_of_bits(void **state)
{
    uint8_t cells[1024] = {0};

    (void)state;
    cells[0] = 1; /* top left above the mean, and brighter than its right */
    assert_int_equal(sitr_ahash_bits(cells), UINT64_C(1) << 63);
    assert_int_equal(sitr_dhash_bits(cells), 0);
    cells[0] = 0;
    cells[2] = 1; /* third of the first row */
    assert_int_equal(sitr_ahash_bits(cells), UINT64_C(1) << 61);
    assert_int_equal(sitr_dhash_bits(cells), UINT64_C(1) << 62);
    cells[2] = 0;
    cells[9 * 7 + 8] = 1; /* the last of 9 x 8 */
    assert_int_equal(sitr_dhash_bits(cells), 1);

    /* rows that get darker: the mean and the odd frequencies down */
    for (int i = 0; i < 1024; i++) cells[i] = (uint8_t)(250 - 7 * (i / 32));
    assert_int_equal(sitr_phash_bits(cells), UINT64_C(0x8080008000800080));
    memset(cells, 77, sizeof cells); /* only the mean */
    assert_int_equal(sitr_phash_bits(cells), UINT64_C(1) << 63);
    memset(cells, 0, sizeof cells);
    assert_int_equal(sitr_phash_bits(cells), 0);
    memset(cells, 255, sizeof cells); /* the largest coefficient there is */
    assert_int_equal(sitr_phash_bits(cells), UINT64_C(1) << 63);
}

static void like_the_twin(void **state)
{
    sitr_hash hashes[SITR_N_ALGOS + 1];

    (void)state;
    for (size_t k = 0; k < N_SIZES; k++) {
        const image m =
            new_image(sizes[k].width, sizes[k].height, (uint32_t)k + 1);

        hash_image(&m, SITR_UPRIGHT, hashes);
        check_twin(&m, hashes);
        for (int algo = SITR_PHASH; algo <= SITR_AHASH; algo++) {
            assert_int_equal(hashes[algo].algo, algo);
            assert_int_equal(hashes[algo].bits, 64);
            assert_int_equal(hashes[algo].quality, 0);
            assert_int_equal(hashes[algo].turn, SITR_UPRIGHT);
        }
        free(m.luma);
    }
}

static void like_turned_pixels(void **state)
{
    sitr_hash mine[SITR_N_ALGOS + 1], theirs[SITR_N_ALGOS + 1];

    (void)state;
    for (size_t k = 0; k < N_SIZES; k++) {
        const image m =
            new_image(sizes[k].width, sizes[k].height, (uint32_t)k + 100);

        for (int turn = 0; turn < SITR_N_TURNS; turn++) {
            const image t = turned(&m, (sitr_turn)turn);

            hash_image(&m, (sitr_turn)turn, mine);
            hash_image(&t, SITR_UPRIGHT, theirs);
            check_same(mine, theirs);
            check_twin(&t, mine);
            assert_int_equal(mine[SITR_DHASH].turn, turn);
            free(t.luma);
        }
        free(m.luma);
    }
}

/* Stripes of 0 and 255 overshoot as far as anything can. */
static void clips_like_the_twin(void **state)
{
    (void)state;
    for (uint32_t stripe = 1; stripe < 40; stripe += 3) {
        const image m = new_image(257, 130, stripe);
        sitr_hash hashes[SITR_N_ALGOS + 1];

        for (size_t i = 0; i < (size_t)257 * 130; i++)
            m.luma[i] = (i % 257 / stripe + i / 257 / stripe) % 2 ? 255 : 0;
        for (int turn = 0; turn < SITR_N_TURNS; turn++) {
            const image t = turned(&m, (sitr_turn)turn);

            hash_image(&m, (sitr_turn)turn, hashes);
            check_twin(&t, hashes);
            free(t.luma);
        }
        free(m.luma);
    }
}

static void only_what_was_asked(void **state)
{
    const image m = new_image(40, 30, 3);
    sitr_ctx *ctx = new_ctx();
    sitr_hash all[SITR_N_ALGOS + 1];

    (void)state;
    hash_image(&m, SITR_ROTATE_90, all);
    for (uint32_t algos = 0; algos < 32; algos += 4) {
        sitr_hash out[SITR_N_ALGOS + 1] = {{.algo = 0}};
        const sitr_rows_info info = {.width = 40, .height = 30, .shrink = 1};
        sitr_budget budget;
        sitr_imagehash *hasher;
        sitr_row_sink *sink;

        sitr_budget_init(&budget, ctx);
        assert_int_equal(sitr_imagehash_new(&budget, algos, SITR_ROTATE_90, 0,
                                            &hasher, &sink),
                         SITR_OK);
        assert_int_equal(sink->begin(sink, &info), SITR_OK);
        for (uint32_t y = 0; y < 30; y++)
            sink->row(sink, m.luma + (size_t)y * 40, NULL);
        sitr_imagehash_finish(hasher, out);
        sitr_imagehash_free(hasher);
        assert_int_equal(out[0].algo, 0);
        assert_int_equal(out[SITR_PDQ].algo, 0);
        for (uint32_t algo = SITR_PHASH; algo <= SITR_AHASH; algo++) {
            if (algos & 1u << algo)
                assert_memory_equal(&out[algo], &all[algo], sizeof *out);
            else
                assert_int_equal(out[algo].algo, 0);
        }
    }
    sitr_ctx_free(ctx);
    free(m.luma);
}

static void over_a_background(void **state)
{
    static const uint8_t backgrounds[] = {0, 77, 255};
    const image m = new_image(77, 90, 5), alpha = new_image(77, 90, 6);
    const image seen = new_image(77, 90, 7);
    sitr_ctx *ctx = new_ctx();
    sitr_hash mine[SITR_N_ALGOS + 1], theirs[SITR_N_ALGOS + 1];

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < (size_t)77 * 90; i++)
            seen.luma[i] =
                (uint8_t)floor((m.luma[i] * alpha.luma[i] +
                                backgrounds[k] * (255.0 - alpha.luma[i])) /
                                   255 +
                               0.5);
        for (int turn = 0; turn < SITR_N_TURNS; turn++) {
            assert_int_equal(hash_rows(ctx, &m, alpha.luma, backgrounds[k], 90,
                                       (sitr_turn)turn, mine),
                             SITR_OK);
            hash_image(&seen, (sitr_turn)turn, theirs);
            check_same(mine, theirs);
        }
    }
    sitr_ctx_free(ctx);
    free(m.luma);
    free(alpha.luma);
    free(seen.luma);
}

static void missing_rows_are_gray(void **state)
{
    static const uint32_t arrived[] = {0, 1, 63, 64, 65, 128, 149, 150};
    const image whole = new_image(70, 150, 9);
    const image cut = new_image(70, 150, 9);
    sitr_ctx *ctx = new_ctx();
    sitr_hash mine[SITR_N_ALGOS + 1], theirs[SITR_N_ALGOS + 1];

    (void)state;
    for (size_t k = 0; k < sizeof arrived / sizeof *arrived; k++) {
        const size_t at = (size_t)70 * arrived[k];

        memcpy(cut.luma, whole.luma, (size_t)70 * 150);
        memset(cut.luma + at, SITR_MISSING_LUMA, (size_t)70 * 150 - at);
        for (int turn = 0; turn < SITR_N_TURNS; turn++) {
            assert_int_equal(hash_rows(ctx, &whole, NULL, 255, arrived[k],
                                       (sitr_turn)turn, mine),
                             SITR_OK);
            hash_image(&cut, (sitr_turn)turn, theirs);
            check_same(mine, theirs);
        }
    }
    /* more rows than there should be */
    assert_int_equal(hash_rows(ctx, &whole, NULL, 255, 333, SITR_UPRIGHT, mine),
                     SITR_OK);
    hash_image(&whole, SITR_UPRIGHT, theirs);
    check_same(mine, theirs);
    sitr_ctx_free(ctx);
    free(whole.luma);
    free(cut.luma);
}

static void never_begun(void **state)
{
    sitr_ctx *ctx = new_ctx();
    sitr_budget budget;
    sitr_imagehash *hasher;
    sitr_row_sink *sink;
    sitr_hash out[SITR_N_ALGOS + 1] = {{.algo = 0}};

    (void)state;
    sitr_budget_init(&budget, ctx);
    assert_int_equal(
        sitr_imagehash_new(&budget, ALL_ALGOS, SITR_UPRIGHT, 0, &hasher, &sink),
        SITR_OK);
    sitr_imagehash_finish(hasher, out);
    for (size_t k = 0; k <= SITR_N_ALGOS; k++) assert_int_equal(out[k].algo, 0);
    sitr_imagehash_free(hasher);
    sitr_imagehash_free(NULL);
    assert_int_equal(budget.left, ctx->limits.max_memory);
    sitr_ctx_free(ctx);
}

/* ---- Memory -------------------------------------------------------------- */

typedef struct meter {
    size_t alive;
    long left; /* allocations that succeed */
    bool refused;
} meter;

static void *metered(void *cookie, void *ptr, size_t old_size, size_t new_size)
{
    meter *m = cookie;
    void *block;

    if (new_size && m->left-- <= 0) {
        m->refused = true;
        return NULL;
    }
    m->alive += new_size - old_size;
    if (!new_size) {
        free(ptr);
        return NULL;
    }
    block = realloc(ptr, new_size);
    assert_non_null(block);
    return block;
}

static void no_memory(void **state)
{
    const image m = new_image(90, 70, 11);
    meter used = {.left = 1};
    const sitr_allocator allocator = {metered, &used};
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .allocator = &allocator};
    sitr_ctx *ctx;
    sitr_hash mine[SITR_N_ALGOS + 1], theirs[SITR_N_ALGOS + 1];

    (void)state;
    assert_int_equal(sitr_ctx_new(&opts, &ctx), SITR_OK);
    const size_t at_rest = used.alive;

    for (int turn = 0; turn < 2; turn++) {
        long n = 0;

        hash_image(&m, (sitr_turn)turn, theirs);
        for (;; n++) {
            used.left = n;
            used.refused = false;
            const sitr_status status =
                hash_rows(ctx, &m, NULL, 255, 70, (sitr_turn)turn, mine);

            assert_int_equal(used.alive, at_rest);
            assert_int_equal(status, used.refused ? SITR_ENOMEM : SITR_OK);
            if (!status) break;
        }
        assert_true(n > 20);
        check_same(mine, theirs);
    }
    sitr_ctx_free(ctx);
    assert_int_equal(used.alive, 0);
    free(m.luma);
}

static void within_limits(void **state)
{
    const image m = new_image(90, 70, 12);
    sitr_hash hashes[SITR_N_ALGOS + 1];

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        sitr_status status = SITR_ELIMIT;
        uint64_t size = 100;

        for (; status; size += 500) {
            const sitr_limits limits = {.struct_size = sizeof limits,
                                        .max_memory = size};
            const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                        .limits = &limits};
            sitr_ctx *ctx;

            assert_int_equal(sitr_ctx_new(&opts, &ctx), SITR_OK);
            status = hash_rows(ctx, &m, NULL, 255, 70, (sitr_turn)turn, hashes);
            assert_true(!status || status == SITR_ELIMIT);
            sitr_ctx_free(ctx);
        }
        assert_true(size > 20000 && size < 200000);
    }
    free(m.luma);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter_is_lanczos),
        cmocka_unit_test(weights_are_pillows),
        cmocka_unit_test(weights_fit),
        cmocka_unit_test(cosines),
        cmocka_unit_test(order_of_bits),
        cmocka_unit_test(like_the_twin),
        cmocka_unit_test(like_turned_pixels),
        cmocka_unit_test(clips_like_the_twin),
        cmocka_unit_test(only_what_was_asked),
        cmocka_unit_test(over_a_background),
        cmocka_unit_test(missing_rows_are_gray),
        cmocka_unit_test(never_begun),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(within_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
