/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares the kernels of every table that this CPU can run with the plain C
 * ones, bit for bit, and with --bench times them too.
 *
 * Every array that a kernel reads or writes ends where a page that cannot be
 * touched begins, or begins where one ends: reading or writing beyond it stops
 * the program, below the line that says which kernel it was. Where an output
 * does not reach that page, the bytes around it are known and looked at.
 */
#include "kernel/kernels.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SEED         UINT64_C(0x5174726b65726e73)
#define GUARD        0xa5
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Random numbers ------------------------------------------------------ */

static uint64_t state = SEED;

/* splitmix64 */
static uint64_t any(void)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static size_t below(size_t n) { return (size_t)(any() % n); }

/* Whole numbers of -limit .. limit. */
static int32_t within(int32_t limit)
{
    return (int32_t)((int64_t)(any() % (2 * (uint64_t)limit + 1)) - limit);
}

typedef enum pattern {
    RANDOM,
    ALL_0,
    ALL_255,
    ALTERNATING,
    STRIPES, /* 32 of each, so that whole vectors differ */
    N_PATTERNS
} pattern;

static void fill(uint8_t *p, size_t n, pattern kind)
{
    for (size_t i = 0; i < n; i++) {
        switch (kind) {
        case ALL_0:
            p[i] = 0;
            break;
        case ALL_255:
            p[i] = 255;
            break;
        case ALTERNATING:
            p[i] = i % 2 ? 255 : 0;
            break;
        case STRIPES:
            p[i] = i / 32 % 2 ? 255 : 0;
            break;
        default:
            p[i] = (uint8_t)any();
        }
    }
}

/* ---- Memory -------------------------------------------------------------- */

/* Pages between two that cannot be touched. */
typedef struct pen {
    uint8_t *start;
    size_t size;
} pen;

static void stop(const char *why)
{
    perror(why);
    exit(2);
}

static size_t page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

static pen pen_new(size_t size)
{
    const size_t page = page_size();
    const size_t inner = (size + page - 1) / page * page;
    uint8_t *map = mmap(NULL, inner + 2 * page, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (map == MAP_FAILED) stop("mmap");
    if (mprotect(map, page, PROT_NONE) ||
        mprotect(map + page + inner, page, PROT_NONE))
        stop("mprotect");
    return (pen){.start = map + page, .size = inner};
}

static void pen_free(pen p)
{
    const size_t page = page_size();

    if (munmap(p.start - page, p.size + 2 * page)) stop("munmap");
}

/* Where in its pen an array lies. */
typedef enum place { AT_END, AT_START, OFF_START, N_PLACES } place;

/* Guard bytes before and after an array, as far as its pen goes. */
typedef struct guards {
    uint8_t *before, *after;
    size_t n_before, n_after;
} guards;

static guards guards_of(pen p, uint8_t *array, size_t size)
{
    const size_t most = 256;
    const size_t before = (size_t)(array - p.start);
    const size_t after = p.size - before - size;
    const size_t n_before = before < most ? before : most;

    return (guards){.before = array - n_before,
                    .n_before = n_before,
                    .after = array + size,
                    .n_after = after < most ? after : most};
}

/* Room for `size` bytes whose addresses need `align`, between guards. */
static void *put(pen p, size_t size, size_t align, place where)
{
    uint8_t *array = where == AT_END      ? p.start + p.size - size
                     : where == OFF_START ? p.start + align
                                          : p.start;
    const guards g = guards_of(p, array, size);

    memset(g.before, GUARD, g.n_before);
    memset(array, GUARD, size);
    memset(g.after, GUARD, g.n_after);
    return array;
}

static bool all_guard(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != GUARD) return false;
    return true;
}

static bool untouched(pen p, void *array, size_t size)
{
    const guards g = guards_of(p, array, size);

    return all_guard(g.before, g.n_before) && all_guard(g.after, g.n_after);
}

/* ---- Cases --------------------------------------------------------------- */

/* One table against plain C. */
typedef struct test {
    const sitr_kernels *kernels, *plain;
    pen in, in2, in3, out, out2, want, want2;
    uint64_t n_cases, n_wrong;
} test;

static void wrong(test *t, const char *what, size_t size, size_t at)
{
    if (t->n_wrong++ < 5)
        printf("\n    %s: %zu bytes, wrong at %zu", what, size, at);
}

/* Compares what both wrote, and looks whether one wrote more. */
static void compare(test *t, const char *what, pen got, void *out, pen want,
                    void *expected, size_t size)
{
    const uint8_t *a = out, *b = expected;
    size_t same = 0;

    t->n_cases++;
    while (same < size && a[same] == b[same]) same++;
    if (same < size)
        wrong(t, what, size, same);
    else if (!untouched(got, out, size))
        wrong(t, "guards", size, size);
    else if (!untouched(want, expected, size))
        wrong(t, "guards of plain C", size, size);
}

/* The n-th of the numbers of elements to try: all up to 140, which is past two
 * vectors of 64, and some that are large. */
static const size_t large[] = {191, 192, 193, 255, 256, 257, 511, 512, 1000};
#define N_SIZES (141 + COUNT(large))

static size_t size_at(size_t i) { return i <= 140 ? i : large[i - 141]; }

/* All colours of one red, in pixels of `bytes` bytes. */
static void fill_colours(uint8_t *pixels, size_t bytes, size_t red)
{
    for (size_t i = 0; i < 65536; i++) {
        pixels[bytes * i] = (uint8_t)red;
        pixels[bytes * i + 1] = (uint8_t)(i >> 8);
        pixels[bytes * i + 2] = (uint8_t)i;
        if (bytes == 4) pixels[4 * i + 3] = (uint8_t)(i * 7 + red);
    }
}

/* All colours there are: few lie where a wrong last bit of the sum shows. */
static void luma_rgb_colours(test *t)
{
    const size_t n = 65536;

    for (size_t red = 0; red < 256; red++) {
        uint8_t *in = put(t->in, 3 * n, 1, AT_END);
        uint8_t *out = put(t->out, n, 1, AT_END);
        uint8_t *want = put(t->want, n, 1, AT_END);

        fill_colours(in, 3, red);
        t->kernels->luma_rgb(out, in, n);
        t->plain->luma_rgb(want, in, n);
        compare(t, "luma", t->out, out, t->want, want, n);
    }
}

static void check_luma_rgb(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++) {
        for (int kind = 0; kind < N_PATTERNS; kind++) {
            for (int where = 0; where < N_PLACES; where++) {
                const size_t n = size_at(s);
                uint8_t *in = put(t->in, 3 * n, 1, (place)where);
                uint8_t *out = put(t->out, n, 1, (place)where);
                uint8_t *want = put(t->want, n, 1, (place)where);

                fill(in, 3 * n, (pattern)kind);
                t->kernels->luma_rgb(out, in, n);
                t->plain->luma_rgb(want, in, n);
                compare(t, "luma", t->out, out, t->want, want, n);
            }
        }
    }
    luma_rgb_colours(t);
}

static void luma_rgba_colours(test *t)
{
    const size_t n = 65536;

    for (size_t red = 0; red < 256; red++) {
        uint8_t *in = put(t->in, 4 * n, 1, AT_END);
        uint8_t *out = put(t->out, n, 1, AT_END);
        uint8_t *alpha = put(t->out2, n, 1, AT_END);
        uint8_t *want = put(t->want, n, 1, AT_END);
        uint8_t *want2 = put(t->want2, n, 1, AT_END);

        fill_colours(in, 4, red);
        t->kernels->luma_rgba(out, alpha, in, n);
        t->plain->luma_rgba(want, want2, in, n);
        compare(t, "luma", t->out, out, t->want, want, n);
        compare(t, "alpha", t->out2, alpha, t->want2, want2, n);
    }
}

static void check_luma_rgba(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++) {
        for (int kind = 0; kind < N_PATTERNS; kind++) {
            for (int where = 0; where < N_PLACES; where++) {
                const size_t n = size_at(s);
                uint8_t *in = put(t->in, 4 * n, 1, (place)where);
                uint8_t *out = put(t->out, n, 1, (place)where);
                uint8_t *alpha = put(t->out2, n, 1, (place)where);
                uint8_t *want = put(t->want, n, 1, (place)where);
                uint8_t *want2 = put(t->want2, n, 1, (place)where);

                fill(in, 4 * n, (pattern)kind);
                t->kernels->luma_rgba(out, alpha, in, n);
                t->plain->luma_rgba(want, want2, in, n);
                compare(t, "luma", t->out, out, t->want, want, n);
                compare(t, "alpha", t->out2, alpha, t->want2, want2, n);
            }
        }
    }
    luma_rgba_colours(t);
}

static void check_luma_video(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++) {
        for (int where = 0; where < N_PLACES; where++) {
            const size_t n = size_at(s);
            uint8_t *in = put(t->in, n, 1, (place)where);
            uint8_t *out = put(t->out, n, 1, (place)where);
            uint8_t *want = put(t->want, n, 1, (place)where);

            for (size_t i = 0; i < n; i++) {
                const int v = ((int)(i % 256) - 16) * 510 + 219;

                in[i] = (uint8_t)i;
                want[i] = (uint8_t)(v < 0 ? 0 : v / 438 > 255 ? 255 : v / 438);
            }
            t->kernels->luma_video(out, in, n);
            compare(t, "luma", t->out, out, t->want, want, n);
        }
    }
}

/* Every luma over every alpha: 65536 of them, for each background. */
static void composite_all(test *t)
{
    const size_t n = 65536;

    for (int background = 0; background < 256; background++) {
        uint8_t *luma = put(t->in, n, 1, AT_END);
        uint8_t *alpha = put(t->in2, n, 1, AT_END);
        uint8_t *out = put(t->out, n, 1, AT_END);
        uint8_t *want = put(t->want, n, 1, AT_END);

        for (size_t i = 0; i < n; i++) {
            luma[i] = (uint8_t)i;
            alpha[i] = (uint8_t)(i >> 8);
        }
        t->kernels->composite(out, luma, alpha, (uint8_t)background, n);
        t->plain->composite(want, luma, alpha, (uint8_t)background, n);
        compare(t, "composite", t->out, out, t->want, want, n);
    }
}

static void check_composite(test *t)
{
    composite_all(t);
    for (size_t s = 0; s < N_SIZES; s++) {
        for (int where = 0; where < N_PLACES; where++) {
            const size_t n = size_at(s);
            const uint8_t background = (uint8_t)any();
            uint8_t *luma = put(t->in, n, 1, (place)where);
            uint8_t *alpha = put(t->in2, n, 1, (place)where);
            uint8_t *out = put(t->out, n, 1, (place)where);
            uint8_t *want = put(t->want, n, 1, (place)where);

            fill(luma, n, RANDOM);
            fill(alpha, n, RANDOM);
            t->kernels->composite(out, luma, alpha, background, n);
            t->plain->composite(want, luma, alpha, background, n);
            compare(t, "composite", t->out, out, t->want, want, n);

            /* over its own input */
            t->kernels->composite(luma, luma, alpha, background, n);
            compare(t, "composite in place", t->in, luma, t->want, want, n);
        }
    }
}

static void check_area_add(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++) {
        for (uint32_t shrink = 2; shrink <= 8; shrink *= 2) {
            for (int kind = 0; kind < N_PATTERNS; kind++) {
                for (int where = 0; where < N_PLACES; where++) {
                    const size_t n = size_at(s), size = n * sizeof(uint16_t);
                    uint8_t *in = put(t->in, n * shrink, 1, (place)where);
                    uint16_t *out = put(t->out, size, 2, (place)where);
                    uint16_t *want = put(t->want, size, 2, (place)where);

                    fill(in, n * shrink, (pattern)kind);
                    fill((uint8_t *)out, size, RANDOM);
                    /* what seven rows of 255s leave */
                    if (kind == ALL_255)
                        for (size_t i = 0; i < n; i++)
                            out[i] = (uint16_t)(7 * 255 * shrink);
                    memcpy(want, out, size);
                    t->kernels->area_add(out, in, n, shrink);
                    t->plain->area_add(want, in, n, shrink);
                    compare(t, "area", t->out, out, t->want, want, size);
                }
            }
        }
    }
}

/* `n` weights that add up to SITR_WEIGHT_ONE: all on one tap, or spread. */
static void fill_weights(int16_t *weights, size_t n, bool on_one)
{
    size_t left = SITR_WEIGHT_ONE;

    memset(weights, 0, n * sizeof(weights[0]));
    for (size_t i = 0; i < n && !on_one; i++) {
        const size_t part = below(2 * SITR_WEIGHT_ONE / n + 1);

        weights[i] = (int16_t)(part < left ? part : left);
        left -= (size_t)weights[i];
    }
    weights[below(n)] += (int16_t)left;
}

/* Rows that follow each other at `stride`; the last ends where its pen does. */
static void rows_once(test *t, size_t width, size_t n_rows, size_t stride,
                      pattern kind, bool on_one, place where)
{
    const size_t size = width * sizeof(int16_t);
    const size_t in_size = (n_rows - 1) * stride + width;
    uint8_t *in = put(t->in, in_size, 1, where);
    int16_t *weights = put(t->in2, n_rows * sizeof(int16_t), 2, where);
    int16_t *out = put(t->out, size, 2, where);
    int16_t *want = put(t->want, size, 2, where);

    fill(in, in_size, kind);
    fill_weights(weights, n_rows, on_one);
    t->kernels->weigh_rows(out, in, stride, weights, n_rows, width);
    t->plain->weigh_rows(want, in, stride, weights, n_rows, width);
    compare(t, "rows", t->out, out, t->want, want, size);
}

/* Rows each of which ends before a page of its own that cannot be touched. */
static void rows_fenced(test *t, size_t width, size_t n_rows)
{
    const size_t page = page_size(), size = width * sizeof(int16_t);
    pen fenced = pen_new(2 * page * n_rows);
    uint8_t *first = fenced.start + page - width;
    int16_t *weights = put(t->in2, n_rows * sizeof(int16_t), 2, AT_END);
    int16_t *out = put(t->out, size, 2, AT_END);
    int16_t *want = put(t->want, size, 2, AT_END);

    for (size_t i = 0; i < n_rows; i++) {
        fill(first + 2 * page * i, width, RANDOM);
        if (mprotect(fenced.start + page * (2 * i + 1), page, PROT_NONE))
            stop("mprotect");
    }
    fill_weights(weights, n_rows, false);
    t->kernels->weigh_rows(out, first, 2 * page, weights, n_rows, width);
    t->plain->weigh_rows(want, first, 2 * page, weights, n_rows, width);
    compare(t, "fenced rows", t->out, out, t->want, want, size);
    pen_free(fenced);
}

static void check_weigh_rows(test *t)
{
    static const size_t counts[] = {1, 2, 3, 4, 5, 9, 10, 16, 31};

    for (size_t s = 0; s < N_SIZES; s++) {
        const size_t width = size_at(s);

        for (size_t c = 0; c < COUNT(counts); c++) {
            for (int kind = 0; kind < N_PATTERNS; kind++) {
                const place where = (place)below(N_PLACES);
                const size_t stride = width + below(70);

                rows_once(t, width, counts[c], stride, (pattern)kind, false,
                          where);
                rows_once(t, width, counts[c], width, (pattern)kind, true,
                          AT_END);
            }
        }
        rows_fenced(t, width, 1 + s % 4);
    }
}

static int16_t blend_of(pattern kind, size_t i)
{
    const int16_t top = 255 << SITR_BLEND_BITS;

    switch (kind) {
    case ALL_0:
        return 0;
    case ALL_255:
        return top;
    case ALTERNATING:
        return i % 2 ? top : 0;
    default:
        return (int16_t)below((size_t)top + 1);
    }
}

/* Windows anywhere in 40 more inputs than taps, the first one at their end. */
static void cols_once(test *t, size_t n_out, size_t n_taps, bool on_one,
                      pattern kind, place where)
{
    const size_t width = n_taps + 40, size = n_out * sizeof(int32_t);
    int16_t *in = put(t->in, width * sizeof(int16_t), 2, where);
    int16_t *weights = put(t->in2, n_out * n_taps * sizeof(int16_t), 2, where);
    uint32_t *first = put(t->in3, n_out * sizeof(uint32_t), 4, where);
    int32_t *out = put(t->out, size, 4, where);
    int32_t *want = put(t->want, size, 4, where);

    memset(weights, 0, n_out * n_taps * sizeof(int16_t));
    for (size_t i = 0; i < width; i++) in[i] = blend_of(kind, i);
    for (size_t j = 0; j < n_out; j++) {
        first[j] = (uint32_t)(j == 0 ? width - n_taps : below(41));
        fill_weights(weights + j * n_taps, 1 + below(n_taps), on_one);
    }
    t->kernels->weigh_cols(out, in, first, weights, n_taps, n_out);
    t->plain->weigh_cols(want, in, first, weights, n_taps, n_out);
    compare(t, "cols", t->out, out, t->want, want, size);
}

/* What lies under zero weights has no part in it, whatever it is. */
static void cols_overrun(test *t, int16_t beyond)
{
    enum { N_OUT = 9, N_TAPS = 32, COLS = 19 };
    const size_t size = N_OUT * sizeof(int32_t);
    int16_t *in = put(t->in, N_TAPS * sizeof(int16_t), 2, AT_END);
    int16_t weights[N_OUT * N_TAPS] = {0};
    const uint32_t first[N_OUT] = {0};
    int32_t *out = put(t->out, size, 4, AT_END);
    int32_t *want = put(t->want, size, 4, AT_END);

    for (size_t i = 0; i < N_TAPS; i++)
        in[i] = i < COLS ? blend_of(RANDOM, i) : 0;
    for (size_t j = 0; j < N_OUT; j++)
        fill_weights(weights + j * N_TAPS, COLS, false);
    t->plain->weigh_cols(want, in, first, weights, N_TAPS, N_OUT);
    for (size_t i = COLS; i < N_TAPS; i++) in[i] = beyond;
    t->kernels->weigh_cols(out, in, first, weights, N_TAPS, N_OUT);
    compare(t, "cols and beyond", t->out, out, t->want, want, size);
}

static void check_weigh_cols(test *t)
{
    static const size_t taps[] = {16, 32, 48, 112};

    for (size_t n_out = 0; n_out <= 70; n_out++)
        for (size_t k = 0; k < COUNT(taps); k++)
            for (int kind = 0; kind <= ALTERNATING; kind++)
                for (int where = 0; where < N_PLACES; where++)
                    for (int on_one = 0; on_one < 2; on_one++)
                        cols_once(t, n_out, taps[k], on_one, (pattern)kind,
                                  (place)where);
    cols_overrun(t, INT16_MIN);
    cols_overrun(t, INT16_MAX);
    cols_overrun(t, -1);
}

/* ---- DCT ----------------------------------------------------------------- */

#define PI 3.14159265358979323846

/* sqrt(2 / 64) cos(pi / 64 * (i + 1) * (j + 1 / 2)) in fixed point: as good as
 * PDQ's own basis, for comparing. No libm is needed for it. */
static void fill_basis(int32_t *basis)
{
    double cosine[256]; /* of 2 pi m / 256, from double angles of a series */
    const double a = PI / 128;
    const double c = 1 - a * a / 2 + a * a * a * a / 24;

    cosine[0] = 1;
    cosine[1] = c;
    for (size_t m = 2; m < 256; m++)
        cosine[m] = 2 * c * cosine[m - 1] - cosine[m - 2];
    for (size_t i = 0; i < 16; i++)
        for (size_t j = 0; j < 32; j++)
            basis[i * 32 + j] =
                (int32_t)(0.17677669529663689 * (1 << SITR_BASIS_BITS) *
                          cosine[(i + 1) * (2 * j + 1) % 256]);
}

/* The sign of row i < 16 of the whole D at j < 64. */
static int32_t sign_of(const int32_t *basis, size_t i, size_t j)
{
    const int32_t mirrored = j < 32 ? 1 : i % 2 ? 1 : -1;

    return basis[i * 32 + (j < 32 ? j : 63 - j)] < 0 ? -mirrored : mirrored;
}

static void dct_once(test *t, const int32_t *in, const int32_t *basis,
                     place where)
{
    const size_t size = 256 * sizeof(int64_t);
    int32_t *in2 = put(t->in, 64 * 64 * sizeof(int32_t), 4, where);
    int32_t *basis2 = put(t->in2, 16 * 32 * sizeof(int32_t), 4, where);
    int64_t *out = put(t->out, size, 8, where);
    int64_t *want = put(t->want, size, 8, where);

    memcpy(in2, in, 64 * 64 * sizeof(int32_t));
    memcpy(basis2, basis, 16 * 32 * sizeof(int32_t));
    t->kernels->dct64_low16(out, in2, basis2);
    t->plain->dct64_low16(want, in2, basis2);
    compare(t, "dct", t->out, out, t->want, want, size);
}

static void check_dct(test *t)
{
    static const int32_t limits[] = {0, 1, 1000, 1 << 21, 1 << 28};
    static int32_t in[64 * 64], basis[16 * 32], strange[16 * 32];
    const int32_t top = 1 << 28;

    fill_basis(basis);
    for (size_t k = 0; k < 600; k++) {
        const int32_t limit = limits[k % COUNT(limits)];

        for (size_t i = 0; i < COUNT(in); i++)
            in[i] = k < 300 ? within(limit) : any() % 2 ? limit : -limit;
        dct_once(t, in, basis, (place)(k % N_PLACES));
    }
    /* what makes one frequency as large as can be, and its negative */
    for (size_t k = 0; k < 512; k++) {
        for (size_t i = 0; i < COUNT(in); i++)
            in[i] = sign_of(basis, k / 16 % 16, i / 64) *
                    sign_of(basis, k % 16, i % 64) * (k < 256 ? top : -top);
        dct_once(t, in, basis, AT_END);
    }
    for (size_t i = 0; i < COUNT(in); i++) in[i] = top;
    dct_once(t, in, basis, AT_END);
    for (size_t i = 0; i < COUNT(in); i++) in[i] = -top;
    dct_once(t, in, basis, AT_END);

    /* any basis of 32 bits that the inputs are small enough for */
    for (size_t k = 0; k < 100; k++) {
        for (size_t i = 0; i < COUNT(in); i++) in[i] = within(1 << 13);
        for (size_t i = 0; i < COUNT(strange); i++)
            strange[i] = k % 2       ? within(INT32_MAX)
                         : any() % 2 ? INT32_MAX
                                     : INT32_MIN;
        dct_once(t, in, strange, (place)(k % N_PLACES));
    }
}

/* ---- The inverse DCT ------------------------------------------------------ */

typedef bool inverse_dct(uint8_t *out, size_t stride, int16_t *block);

static void inverse_dct_once(test *t, inverse_dct *ours, inverse_dct *plain,
                             size_t n, const int16_t *in, place where)
{
    const size_t stride = n + below(20), size = stride * (n - 1) + n;
    const size_t in_size = 64 * sizeof(int16_t);
    int16_t *block = put(t->in, in_size, 2, where);
    int16_t *block2 = put(t->in2, in_size, 2, where);
    uint8_t *out = put(t->out, size, 1, where);
    uint8_t *want = put(t->want, size, 1, where);

    memcpy(block, in, in_size);
    memcpy(block2, in, in_size);
    const bool ok = ours(out, stride, block);

    if (ok != plain(want, stride, block2)) wrong(t, "inverse dct", !ok, ok);
    for (size_t i = 0; i < 64; i++)
        if (block[i]) wrong(t, "inverse dct, left in the block", 0, block[i]);
    if (ok) compare(t, "inverse dct", t->out, out, t->want, want, size);
}

/* As photos have them, ever larger up to the limit, alone, and all at it. */
static void fill_block(int16_t *block, size_t k)
{
    const size_t bits = k % 15, dense = k / 15 % 8;

    for (int i = 0; i < 64; i++) {
        const int32_t limit = 1 << bits;

        block[i] = (int16_t)(below(8) <= dense ? within(limit) : 0);
        if (k % 31 == 0)
            block[i] = any() % 2 ? SITR_DCT_LIMIT - 1 : -SITR_DCT_LIMIT;
        if (k % 37 == 0) block[i] = 0;
    }
    if (k % 37 == 0 || k % 41 == 0)
        block[below(64)] = (int16_t)within(SITR_DCT_LIMIT - 1);
}

static void check_inverse_dct(test *t)
{
    for (size_t k = 0; k < 20000; k++) {
        const place where = (place)(k % N_PLACES);
        int16_t block[64];

        fill_block(block, k);
        inverse_dct_once(t, t->kernels->inverse_dct8, t->plain->inverse_dct8, 8,
                         block, where);
        inverse_dct_once(t, t->kernels->inverse_dct4, t->plain->inverse_dct4, 4,
                         block, where);
        inverse_dct_once(t, t->kernels->inverse_dct2, t->plain->inverse_dct2, 2,
                         block, where);
    }
}

/* ---- Hamming ------------------------------------------------------------- */

static void check_hamming(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++) {
        for (int kind = 0; kind < N_PATTERNS + 2; kind++) {
            for (int where = 0; where < N_PLACES; where++) {
                const size_t n = size_at(s), size = n * sizeof(uint16_t);
                uint64_t *codes = put(t->in, 32 * n, 8, (place)where);
                uint64_t *query = put(t->in2, 32, 8, (place)where);
                uint16_t *out = put(t->out, size, 2, (place)where);
                uint16_t *want = put(t->want, size, 2, (place)where);

                fill((uint8_t *)codes, 32 * n, (pattern)(kind % N_PATTERNS));
                fill((uint8_t *)query, 32, RANDOM);
                /* all bits equal, or all different, or one of them */
                for (size_t i = 0; i < 4 * n && kind >= N_PATTERNS; i++)
                    codes[i] =
                        kind == N_PATTERNS ? query[i % 4] : ~query[i % 4];
                if (n && kind >= N_PATTERNS && where == AT_END)
                    codes[below(4 * n)] ^= UINT64_C(1) << below(64);
                t->kernels->hamming256(out, query, codes, n);
                t->plain->hamming256(want, query, codes, n);
                compare(t, "hamming", t->out, out, t->want, want, size);
            }
        }
    }
}

static void check_near256(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++) {
        for (int kind = 0; kind < 12; kind++) {
            for (int where = 0; where < N_PLACES; where++) {
                const size_t n = size_at(s), size = n * sizeof(uint32_t);
                /* 257 and more is as 256 */
                const uint32_t limit =
                    kind < 3 ? 255 + (uint32_t)kind : (uint32_t)below(140);
                uint64_t *codes = put(t->in, 32 * n, 8, (place)where);
                uint64_t *query = put(t->in2, 32, 8, (place)where);
                uint32_t *out = put(t->out, size, 4, (place)where);
                uint32_t *want = put(t->want, size, 4, (place)where);

                fill((uint8_t *)query, 32, RANDOM);
                fill((uint8_t *)codes, 32 * n, RANDOM);
                for (size_t i = 0; i < n; i++) {
                    const size_t how = below(6);

                    /* about as far as the limit is; or all the way */
                    for (size_t k = 0; k < 4 && how < 4; k++)
                        codes[4 * i + k] = how ? query[k] : ~query[k];
                    for (size_t k = limit + below(3);
                         k-- > 1 && how > 1 && k < 256;)
                        codes[4 * i + k / 64] ^= UINT64_C(how < 4) << k % 64;
                }
                const size_t found =
                    t->kernels->near256(out, query, codes, limit, n);
                const size_t wanted =
                    t->plain->near256(want, query, codes, limit, n);

                if (found != wanted)
                    wrong(t, "near256, how many", wanted, found);
                compare(t, "near256", t->out, out, t->want, want, size);
            }
        }
    }
}

static void check_near16(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++) {
        for (uint32_t limit = 0; limit < 18; limit++) {
            for (int where = 0; where < N_PLACES; where++) {
                const size_t n = size_at(s), size = n * sizeof(uint32_t);
                const size_t read = (n + SITR_TAPS_ALIGN - 1) /
                                    SITR_TAPS_ALIGN * SITR_TAPS_ALIGN *
                                    sizeof(uint16_t);
                uint16_t *tags = put(t->in, read, 2, (place)where);
                uint32_t *out = put(t->out, size, 4, (place)where);
                uint32_t *want = put(t->want, size, 4, (place)where);
                const uint16_t tag = (uint16_t)any();

                fill((uint8_t *)tags, read, RANDOM);
                for (size_t i = 0; i < read / 2; i++)
                    if (below(2))
                        tags[i] = (uint16_t)(tag ^ (tags[i] & any() & any()));
                const size_t found =
                    t->kernels->near16(out, tag, tags, limit, n);
                const size_t wanted =
                    t->plain->near16(want, tag, tags, limit, n);

                if (found != wanted)
                    wrong(t, "near16, how many", wanted, found);
                compare(t, "near16", t->out, out, t->want, want, size);
            }
        }
    }
}

/* ---- Scale space --------------------------------------------------------- */

/* What a level may hold. */
#define LEVEL_TOP 16383

static int16_t level_of(pattern kind, size_t i)
{
    switch (kind) {
    case ALL_0:
        return 0;
    case ALL_255:
        return LEVEL_TOP;
    case ALTERNATING:
        return i % 2 ? LEVEL_TOP : 0;
    case STRIPES:
        return i / 32 % 2 ? LEVEL_TOP : 0;
    default:
        return (int16_t)below(LEVEL_TOP + 1);
    }
}

/* The middle and one side of a filter that adds up to 2^15: like a Gaussian's,
 * or any at all, or nearly all on one tap. */
static void fill_filter(int16_t *weights, size_t radius, int kind)
{
    size_t left = 1 << 14; /* on one side, half of the middle counted in */

    memset(weights, 0, (radius + 1) * sizeof(weights[0]));
    for (size_t k = radius; k >= 1; k--) {
        const size_t part = kind == 0   ? left / (radius + 2)
                            : kind == 1 ? below(left + 1)
                                        : (k == radius) * (left - 1);

        weights[k] = (int16_t)(part < left ? part : left - 1);
        left -= (size_t)weights[k];
    }
    weights[0] = (int16_t)(2 * left < 32767 ? 2 * left : 32766);
}

static void blur_down_once(test *t, size_t radius, size_t n, pattern kind,
                           int filter, place where)
{
    const size_t size = n * sizeof(int16_t), n_rows = 2 * radius + 1;
    const size_t stride = n + below(40);
    const size_t in_size = (n_rows - 1) * stride + n;
    int16_t *in = put(t->in, in_size * sizeof(int16_t), 2, where);
    int16_t *weights = put(t->in2, (radius + 1) * sizeof(int16_t), 2, where);
    const int16_t **rows = put(t->in3, n_rows * sizeof(*rows), 8, where);
    int16_t *out = put(t->out, size, 2, where);
    int16_t *want = put(t->want, size, 2, where);

    for (size_t i = 0; i < in_size; i++) in[i] = level_of(kind, i);
    fill_filter(weights, radius, filter);
    /* in any order, and at the edges of a picture one row several times */
    for (size_t i = 0; i < n_rows; i++) rows[i] = in + below(n_rows) * stride;
    rows[0] = in + (n_rows - 1) * stride;
    t->kernels->blur_down(out, rows, weights, radius, n);
    t->plain->blur_down(want, rows, weights, radius, n);
    compare(t, "down", t->out, out, t->want, want, size);
}

static void check_blur_down(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++)
        for (size_t radius = 1; radius <= 15; radius++)
            for (int kind = 0; kind < N_PATTERNS; kind++)
                blur_down_once(t, radius, size_at(s), (pattern)kind,
                               (int)below(3), (place)below(N_PLACES));
    for (size_t s = 0; s < N_SIZES; s++)
        for (size_t radius = 1; radius <= 15; radius++)
            for (int where = 0; where < N_PLACES; where++)
                blur_down_once(t, radius, size_at(s), RANDOM, (int)radius % 3,
                               (place)where);
}

static void blur_across_once(test *t, size_t radius, size_t n, pattern kind,
                             int filter, place where)
{
    const size_t size = n * sizeof(int16_t), n_in = n + 2 * radius;
    int16_t *in = put(t->in, n_in * sizeof(int16_t), 2, where);
    int16_t *weights = put(t->in2, (radius + 1) * sizeof(int16_t), 2, where);
    int16_t *out = put(t->out, size, 2, where);
    int16_t *want = put(t->want, size, 2, where);

    for (size_t i = 0; i < n_in; i++) in[i] = level_of(kind, i);
    fill_filter(weights, radius, filter);
    t->kernels->blur_across(out, in, weights, radius, n);
    t->plain->blur_across(want, in, weights, radius, n);
    compare(t, "across", t->out, out, t->want, want, size);
}

static void check_blur_across(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++)
        for (size_t radius = 1; radius <= 15; radius++)
            for (int kind = 0; kind < N_PATTERNS; kind++)
                for (int where = 0; where < N_PLACES; where++)
                    blur_across_once(t, radius, size_at(s), (pattern)kind,
                                     (int)below(3), (place)where);
}

static void check_difference(test *t)
{
    for (size_t s = 0; s < N_SIZES; s++)
        for (int kind = 0; kind < N_PATTERNS; kind++)
            for (int where = 0; where < N_PLACES; where++) {
                const size_t n = size_at(s), size = n * sizeof(int16_t);
                int16_t *a = put(t->in, size, 2, (place)where);
                int16_t *b = put(t->in2, size, 2, (place)where);
                int16_t *out = put(t->out, size, 2, (place)where);
                int16_t *want = put(t->want, size, 2, (place)where);

                for (size_t i = 0; i < n; i++) {
                    a[i] = level_of((pattern)kind, i);
                    b[i] = level_of(RANDOM, i);
                }
                t->kernels->difference(out, a, b, n);
                t->plain->difference(want, a, b, n);
                compare(t, "difference", t->out, out, t->want, want, size);
            }
}

/* Three rows of each of three levels, and no value more than are looked at.
 * With `limit` small there are ties, and extrema in plenty. */
static void extrema_once(test *t, size_t n, int32_t limit, int16_t threshold,
                         place where)
{
    const size_t size = n * sizeof(int16_t);
    const size_t stride = n + 2 + below(40), n_in = 2 * stride + n + 2;
    const pen pens[3] = {t->in, t->in2, t->in3};
    const int16_t *dog[3];
    int16_t *out = put(t->out, size, 2, where);
    int16_t *want = put(t->want, size, 2, where);

    for (size_t l = 0; l < 3; l++) {
        int16_t *level = put(pens[l], n_in * sizeof(int16_t), 2, where);

        for (size_t i = 0; i < n_in; i++) level[i] = (int16_t)within(limit);
        /* some that stand out: by one, or by all there is */
        for (size_t i = below(7); l == 1 && i < n; i += 1 + below(9)) {
            const int32_t by = below(2) ? limit + 1 : LEVEL_TOP;

            level[stride + 1 + i] = (int16_t)(below(2) ? by : -by);
        }
        dog[l] = level + stride + 1;
    }
    t->kernels->extrema(out, dog, (ptrdiff_t)stride, threshold, n);
    t->plain->extrema(want, dog, (ptrdiff_t)stride, threshold, n);
    compare(t, "extrema", t->out, out, t->want, want, size);
}

static void check_extrema(test *t)
{
    static const int32_t limits[] = {0, 1, 3, 100, LEVEL_TOP - 1};
    static const int16_t thresholds[] = {1, 2, 61, 101, LEVEL_TOP};

    for (size_t s = 0; s < N_SIZES; s++)
        for (size_t l = 0; l < COUNT(limits); l++)
            for (size_t k = 0; k < COUNT(thresholds); k++)
                for (int where = 0; where < N_PLACES; where++)
                    extrema_once(t, size_at(s), limits[l], thresholds[k],
                                 (place)where);
}

static void polar_once(test *t, const int16_t *x, const int16_t *y, size_t n,
                       place where)
{
    const size_t size = n * sizeof(float);
    int16_t *dx = put(t->in, n * sizeof(int16_t), 2, where);
    int16_t *dy = put(t->in2, n * sizeof(int16_t), 2, where);
    float *length = put(t->out, size, 4, where);
    float *angle = put(t->out2, size, 4, where);
    float *want = put(t->want, size, 4, where);
    float *want2 = put(t->want2, size, 4, where);

    if (n) {
        memcpy(dx, x, n * sizeof(int16_t));
        memcpy(dy, y, n * sizeof(int16_t));
    }
    t->kernels->polar(length, angle, dx, dy, n);
    t->plain->polar(want, want2, dx, dy, n);
    compare(t, "length", t->out, length, t->want, want, size);
    compare(t, "angle", t->out2, angle, t->want2, want2, size);
}

static void check_polar(test *t)
{
    static int16_t x[4096], y[4096];

    for (size_t s = 0; s < N_SIZES; s++)
        for (int where = 0; where < N_PLACES; where++)
            for (int limit = 1; limit <= 32767; limit = limit * 8 + 7) {
                const size_t n = size_at(s);

                for (size_t i = 0; i < n; i++) {
                    x[i] = (int16_t)within(limit);
                    y[i] = (int16_t)within(limit);
                }
                polar_once(t, x, y, n, (place)where);
            }
    /* all vectors of small numbers */
    for (size_t i = 0; i < 4096; i++) {
        x[i] = (int16_t)(i % 64) - 32;
        y[i] = (int16_t)(i / 64) - 32;
    }
    polar_once(t, x, y, 4096, AT_END);
    /* and those just beside the axes and the diagonals */
    for (int round = 0; round < 64; round++) {
        for (size_t i = 0; i < 4096; i++) {
            const int32_t v = within(32700), w = within(2);

            x[i] = (int16_t)(i % 3 ? v : w);
            y[i] = (int16_t)(i % 3 == 0 ? v : i % 3 == 1 ? w : v + w);
            if (i % 6 == 2) y[i] = (int16_t)-y[i];
        }
        polar_once(t, x, y, 4096, AT_END);
    }
}

/* ---- Times --------------------------------------------------------------- */

/* Inputs of the sizes that a picture of 512 x 384 brings. */
typedef struct field {
    uint8_t bytes[4 * 4096 * 8];
    uint8_t out8[2][65536];
    uint16_t sums[65536];
    uint32_t found[65536];
    int16_t blend[512 + 64], row_weights[16], col_weights[64 * 16];
    uint32_t first[64];
    int32_t samples[64], in[64 * 64], basis[16 * 32];
    int64_t low[256];
    uint64_t query[4], codes[4 * 65536];
    int16_t level[11][512 + 32], filter[6];
    float polar[2][512];
} field;

static field *field_new(void)
{
    field *f = malloc(sizeof(*f));

    if (!f) stop("malloc");
    fill((uint8_t *)f, sizeof(*f), RANDOM);
    for (size_t i = 0; i < COUNT(f->blend); i++)
        f->blend[i] = (int16_t)below((255 << SITR_BLEND_BITS) + 1);
    fill_weights(f->row_weights, 10, false);
    for (size_t j = 0; j < 64; j++) {
        fill_weights(f->col_weights + 16 * j, 16, false);
        f->first[j] = (uint32_t)(8 * j);
    }
    for (size_t i = 0; i < COUNT(f->in); i++) f->in[i] = within(1 << 28);
    fill_basis(f->basis);
    for (size_t i = 0; i < 11; i++)
        for (size_t k = 0; k < COUNT(f->level[i]); k++)
            f->level[i][k] = level_of(RANDOM, k);
    fill_filter(f->filter, 5, 0);
    return f;
}

static void run_luma_rgb(const sitr_kernels *k, field *f)
{
    k->luma_rgb(f->out8[0], f->bytes, 4096);
}

static void run_luma_rgba(const sitr_kernels *k, field *f)
{
    k->luma_rgba(f->out8[0], f->out8[1], f->bytes, 4096);
}

static void run_luma_video(const sitr_kernels *k, field *f)
{
    k->luma_video(f->out8[0], f->bytes, 4096);
}

static void run_composite(const sitr_kernels *k, field *f)
{
    k->composite(f->out8[0], f->bytes, f->bytes + 4096, 200, 4096);
}

static void run_area2(const sitr_kernels *k, field *f)
{
    k->area_add(f->sums, f->bytes, 2048, 2);
}

static void run_area4(const sitr_kernels *k, field *f)
{
    k->area_add(f->sums, f->bytes, 1024, 4);
}

static void run_area8(const sitr_kernels *k, field *f)
{
    k->area_add(f->sums, f->bytes, 512, 8);
}

static void run_rows(const sitr_kernels *k, field *f)
{
    k->weigh_rows(f->blend, f->bytes, 512, f->row_weights, 10, 512);
}

static void run_cols(const sitr_kernels *k, field *f)
{
    k->weigh_cols(f->samples, f->blend, f->first, f->col_weights, 16, 64);
}

static void run_dct(const sitr_kernels *k, field *f)
{
    k->dct64_low16(f->low, f->in, f->basis);
}

static void run_inverse_dct(const sitr_kernels *k, field *f)
{
    int16_t block[64];

    for (size_t i = 0; i < 64; i++) {
        for (size_t n = 0; n < 64; n++)
            block[n] = n % 9 ? 0 : (int16_t)(f->level[0][n + i] >> 6);
        k->inverse_dct8((uint8_t *)f->sums + 8 * i, 512, block);
    }
}

static void run_hamming(const sitr_kernels *k, field *f)
{
    k->hamming256(f->sums, f->query, f->codes, 65536);
}

static void run_near256(const sitr_kernels *k, field *f)
{
    k->near256(f->found, f->query, f->codes, 31, 65536);
}

static void run_near16(const sitr_kernels *k, field *f)
{
    k->near16(f->found, 77, f->sums, 2, 65536);
}

static void run_near16_short(const sitr_kernels *k, field *f)
{
    for (size_t i = 0; i < 256; i++)
        k->near16(f->found, 77, f->sums + 16 * i, 2, 15);
}

static void run_down(const sitr_kernels *k, field *f)
{
    const int16_t *rows[11];

    for (size_t i = 0; i < 11; i++) rows[i] = f->level[i];
    k->blur_down(f->blend, rows, f->filter, 5, 512);
}

static void run_across(const sitr_kernels *k, field *f)
{
    k->blur_across(f->blend, f->level[0], f->filter, 5, 512);
}

static void run_difference(const sitr_kernels *k, field *f)
{
    k->difference(f->blend, f->level[0], f->level[1], 512);
}

static void run_extrema(const sitr_kernels *k, field *f)
{
    const int16_t *const dog[3] = {f->level[1] + 1, f->level[4] + 1,
                                   f->level[7] + 1};

    k->extrema(f->blend, dog, COUNT(f->level[0]), 61, 512);
}

static void run_polar(const sitr_kernels *k, field *f)
{
    k->polar(f->polar[0], f->polar[1], f->level[0], f->level[1], 400);
}

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Nanoseconds a call: the median of 101 runs of some 50 us each. */
static double time_of(void (*run)(const sitr_kernels *, field *),
                      const sitr_kernels *kernels, field *f)
{
    double runs[101];
    size_t calls = 1;

    for (;; calls *= 2) {
        const double start = now_ns();

        for (size_t c = 0; c < calls; c++) run(kernels, f);
        if (now_ns() - start > 50e3) break;
    }
    for (size_t r = 0; r < COUNT(runs); r++) {
        const double start = now_ns();

        for (size_t c = 0; c < calls; c++) run(kernels, f);
        runs[r] = (now_ns() - start) / (double)calls;
    }
    qsort(runs, COUNT(runs), sizeof(runs[0]), by_size);
    return runs[COUNT(runs) / 2];
}

static const struct timing {
    const char *name;
    void (*run)(const sitr_kernels *, field *);
} timings[] = {
    {"luma_rgb 4096 px", run_luma_rgb},
    {"luma_rgba 4096 px", run_luma_rgba},
    {"luma_video 4096 px", run_luma_video},
    {"composite 4096 px", run_composite},
    {"area_add 4096 by 2", run_area2},
    {"area_add 4096 by 4", run_area4},
    {"area_add 4096 by 8", run_area8},
    {"weigh_rows 512 x 10", run_rows},
    {"weigh_cols 64 x 16", run_cols},
    {"dct64_low16", run_dct},
    {"inverse_dct8, 64 times", run_inverse_dct},
    {"hamming256 65536", run_hamming},
    {"near256 65536", run_near256},
    {"near16 65536", run_near16},
    {"near16 15, 256 times", run_near16_short},
    {"blur_down 512 by 5", run_down},
    {"blur_across 512 by 5", run_across},
    {"difference 512", run_difference},
    {"extrema 512", run_extrema},
    {"polar 400", run_polar},
};

static void bench(const sitr_kernels *kernels, const sitr_kernels *plain)
{
    field *f = field_new();

    printf("%-10s %-22s %12s %9s\n", kernels->name, "", "ns a call",
           "x plain C");
    for (size_t i = 0; i < COUNT(timings); i++) {
        const double c = time_of(timings[i].run, plain, f);
        const double ns = time_of(timings[i].run, kernels, f);

        printf("%-10s %-22s %12.1f %9.2f\n", kernels->name, timings[i].name, ns,
               c / ns);
    }
    free(f);
}

/* ---- Tables -------------------------------------------------------------- */

static const struct kernel {
    const char *name;
    void (*check)(test *);
} kernels[] = {
    {"luma_rgb", check_luma_rgb},     {"luma_rgba", check_luma_rgba},
    {"luma_video", check_luma_video}, {"composite", check_composite},
    {"area_add", check_area_add},     {"weigh_rows", check_weigh_rows},
    {"weigh_cols", check_weigh_cols}, {"dct64_low16", check_dct},
    {"hamming256", check_hamming},    {"near256", check_near256},
    {"near16", check_near16},         {"inverse_dct", check_inverse_dct},
    {"blur_down", check_blur_down},   {"blur_across", check_blur_across},
    {"difference", check_difference}, {"extrema", check_extrema},
    {"polar", check_polar},
};

/* The number of kernels that were wrong. */
static int check_table(uint64_t features, const sitr_kernels *table,
                       const sitr_kernels *plain)
{
    const size_t room = 256 << 10; /* the colours of one red, at 4 bytes */
    test t = {.kernels = table, .plain = plain};
    pen *const pens[] = {&t.in,   &t.in2,  &t.in3,  &t.out,
                         &t.out2, &t.want, &t.want2};
    int n_failed = 0;

    for (size_t i = 0; i < COUNT(pens); i++) *pens[i] = pen_new(room);
    for (size_t i = 0; i < COUNT(kernels); i++) {
        t.n_cases = t.n_wrong = 0;
        printf("features %llu: %-9s %-12s", (unsigned long long)features,
               table->name, kernels[i].name);
        fflush(stdout); /* in case it does not come back */
        kernels[i].check(&t);
        if (t.n_wrong) {
            n_failed++;
            printf("\n    FAILED: %llu of", (unsigned long long)t.n_wrong);
        }
        printf(" %llu cases\n", (unsigned long long)t.n_cases);
    }
    for (size_t i = 0; i < COUNT(pens); i++) pen_free(*pens[i]);
    return n_failed;
}

int main(int argc, char **argv)
{
    const uint64_t features = sitr_cpu_features();
    const bool timed = argc == 2 && !strcmp(argv[1], "--bench");
    sitr_kernels plain, table;
    int n_failed = 0;

    if (argc > 1 && !timed) {
        fprintf(stderr, "usage: check_simd [--bench]\n");
        return 2;
    }
    printf("seed 0x%llx, features %llu\n", (unsigned long long)SEED,
           (unsigned long long)features);
    sitr_kernels_choose(0, &plain);

    /* every subset, the empty one too: it tests the test */
    for (uint64_t subset = 0;; subset = (subset - features) & features) {
        sitr_kernels_choose(subset, &table);
        n_failed += check_table(subset, &table, &plain);
        if (timed) bench(&table, &plain);
        if (subset == features) break;
    }
    if (n_failed) printf("%d kernels differ from plain C\n", n_failed);
    return n_failed ? 1 : 0;
}
