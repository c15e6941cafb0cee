/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDQ, after the definition and the C++ reference in facebook/ThreatExchange
 * (pdq/, "PDQ & TMK + PDQF", 2019), on luma of the whole picture.
 *
 * A turned picture's 64 x 64 samples are not the turned samples: the windows of
 * even size are off centre. So the weights are mirrored instead, which leaves
 * four sets of samples; the turns that exchange the axes are their transposes.
 */
#include "hash/hash.h"
#include "hash/pdq_axis.h"
#include "hash/pdq_basis.h"
#include "hash/plain.h"

#include <string.h>

#define SIDE   SITR_PDQ_SIDE
#define N_BITS 256

/* Scratch of one call. */
typedef struct work {
    sitr_pdq_axis x[2], y[2];            /* upright, mirrored */
    int16_t *blend;                      /* 64 rows of weighted rows */
    size_t blend_stride;                 /* plane->cols and what taps overrun */
    int32_t samples[SIDE * SIDE];        /* SITR_SAMPLE_BITS of fraction */
    int64_t low[N_BITS], sorted[N_BITS]; /* coefficients */
} work;

/* ---- Samples -------------------------------------------------------------- */

static void blend_rows(const sitr_ctx *ctx, const sitr_plane *plane,
                       const sitr_pdq_axis *y, work *w)
{
    for (uint32_t i = 0; i < SIDE; i++)
        ctx->kernels.weigh_rows(w->blend + i * w->blend_stride,
                                plane->data + y->first[i] * plane->stride,
                                plane->stride, y->weights + i * y->n_taps,
                                y->count[i], plane->cols);
}

static void sample_cols(const sitr_ctx *ctx, const sitr_pdq_axis *x, work *w)
{
    for (uint32_t i = 0; i < SIDE; i++)
        ctx->kernels.weigh_cols(w->samples + i * SIDE,
                                w->blend + i * w->blend_stride, x->first,
                                x->weights, x->n_taps, SIDE);
}

/* ---- Quality -------------------------------------------------------------- */

/* The sum of |u - v| * 100 / 255, each rounded down, over n samples. Of a
 * difference in shades 0 .. 255, so that it all fits 32 bits and many are found
 * at once: x / 255 is (x + 1 + x / 256) / 256 for x up to 65534. */
static uint32_t gradients(const int32_t *u, const int32_t *v, size_t n)
{
    const int low = SITR_SAMPLE_BITS - 2; /* 100 is 25 << 2 */
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t d = (uint32_t)(u[i] < v[i] ? v[i] - u[i] : u[i] - v[i]);
        const uint32_t x =
            (d >> low) * 25 + ((d & ((1u << low) - 1)) * 25 >> low);

        sum += (x + 1 + (x >> 8)) >> 8;
    }
    return sum;
}

static uint32_t quality_of(const int32_t *samples)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < SIDE; i++) {
        const int32_t *s = samples + i * SIDE;

        if (i + 1 < SIDE) sum += gradients(s, s + SIDE, SIDE);
        sum += gradients(s, s + 1, SIDE - 1);
    }
    return sum / 90 < 100 ? sum / 90 : 100;
}

/* ---- Bits ----------------------------------------------------------------- */

/* The k-th smallest, by quickselect with the middle as pivot; the order of the
 * others is of no matter. `v` is at most 256 long: no input makes it slow
 * enough to care. */
static int64_t select_kth(int64_t *v, int n, int k)
{
    int from = 0, to = n - 1;

    while (from < to) {
        const int64_t pivot = v[(from + to) / 2];
        int a = from, z = to;

        while (a <= z) {
            while (v[a] < pivot) a++;
            while (v[z] > pivot) z--;
            if (a > z) break;
            const int64_t t = v[a];
            v[a++] = v[z];
            v[z--] = t;
        }
        if (k <= z)
            to = z;
        else if (k >= a)
            from = a;
        else
            break;
    }
    return v[k];
}

static void set_bits(const work *w, int64_t median, bool transposed,
                     sitr_hash *out)
{
    for (uint32_t i = 0; i < 16; i++) {
        for (uint32_t j = 0; j < 16; j++) {
            const int64_t c = w->low[transposed ? 16 * j + i : 16 * i + j];
            const uint32_t bit = 16 * i + j;

            if (c > median) out->word[bit / 64] |= UINT64_C(1) << bit % 64;
        }
    }
}

/* The hash of each turn that these samples, or their transpose, stand for. */
static void hash_samples(const sitr_ctx *ctx, work *w, const sitr_turn pair[2],
                         uint32_t turns, sitr_pdq *out)
{
    /* the middle shade taken off: a constant has no part in any bit */
    for (size_t i = 0; i < SIDE * SIDE; i++)
        w->samples[i] -= 128 << SITR_SAMPLE_BITS;
    ctx->kernels.dct64_low16(w->low, w->samples, sitr_pdq_basis);
    memcpy(w->sorted, w->low, sizeof w->low);
    const int64_t median = select_kth(w->sorted, N_BITS, N_BITS / 2 - 1);

    for (size_t i = 0; i < 2; i++) {
        sitr_hash *hash = &out->turn[pair[i]];

        if (!(turns & 1u << pair[i])) continue;
        *hash = (sitr_hash){.algo = SITR_PDQ,
                            .bits = N_BITS,
                            .quality = (uint8_t)out->quality,
                            .turn = (uint8_t)pair[i]};
        set_bits(w, median, i == 1, hash);
    }
    if (pair[0] == SITR_UPRIGHT)
        out->too_plain = out->quality < SITR_MIN_QUALITY ||
                         sitr_too_plain(w->samples, w->low, median);
}

/* ---- All turns ------------------------------------------------------------ */

/* Which mirrorings of x and y give which turns: as sampled, and transposed.
 * Transposing what is mirrored along x rotates it by 90 degrees back. */
static const sitr_turn turn_of[2][2][2] = {
    /* [y mirrored][x mirrored] */
    {{SITR_UPRIGHT, SITR_MIRROR_270}, {SITR_MIRROR, SITR_ROTATE_270}},
    {{SITR_MIRROR_180, SITR_ROTATE_90}, {SITR_ROTATE_180, SITR_MIRROR_90}},
};

static bool wanted(uint32_t turns, int y, int x)
{
    return turns & (1u << turn_of[y][x][0] | 1u << turn_of[y][x][1]);
}

/* The mirrored axes only where a turn asks for them. */
static sitr_status make_work(sitr_budget *budget, const sitr_plane *p,
                             uint32_t turns, work *w)
{
    size_t taps;
    void *blend;
    sitr_status status = SITR_OK;

    for (int r = 0; r < 2 && !status; r++) {
        if (wanted(turns, 0, r) || wanted(turns, 1, r))
            status = sitr_pdq_axis_new(budget, p->width, p->cols, p->shrink,
                                       p->lead_x, r, &w->x[r]);
        if (!status && (wanted(turns, r, 0) || wanted(turns, r, 1)))
            status = sitr_pdq_axis_new(budget, p->height, p->rows, p->shrink,
                                       p->lead_y, r, &w->y[r]);
    }
    if (status) return status;
    taps = w->x[0].n_taps;
    w->blend_stride = (p->cols + taps + 31) & ~(size_t)31;
    status = sitr_budget_alloc_unset(
        budget, w->blend_stride * SIDE * sizeof(int16_t), &blend);
    w->blend = blend;
    /* what taps overrun has no weight, and yet a value */
    for (uint32_t i = 0; i < SIDE && !status; i++)
        memset(w->blend + i * w->blend_stride + p->cols, 0,
               (w->blend_stride - p->cols) * sizeof(int16_t));
    return status;
}

static void free_work(sitr_budget *budget, work *w)
{
    for (int r = 0; r < 2; r++) {
        sitr_pdq_axis_free(budget, &w->x[r]);
        sitr_pdq_axis_free(budget, &w->y[r]);
    }
    sitr_budget_free(budget, w->blend);
    sitr_budget_free(budget, w);
}

/* A picture this small is hash zero of quality 0 by definition. */
static void hash_tiny(uint32_t turns, sitr_pdq *out)
{
    for (uint32_t t = 0; t < SITR_N_TURNS; t++)
        if (turns & 1u << t)
            out->turn[t] = (sitr_hash){
                .algo = SITR_PDQ, .bits = N_BITS, .turn = (uint8_t)t};
    out->too_plain = true;
}

sitr_status sitr_pdq_hash(sitr_budget *budget, const sitr_plane *plane,
                          uint32_t turns, sitr_pdq *out)
{
    void *block;
    sitr_status status;

    *out = (sitr_pdq){0};
    turns |= 1u << SITR_UPRIGHT; /* quality and plainness come from it */
    if (plane->width < 5 || plane->height < 5) {
        hash_tiny(turns, out);
        return SITR_OK;
    }
    status = sitr_budget_alloc(budget, sizeof(work), &block);
    if (status) return status;
    work *w = block;
    status = make_work(budget, plane, turns, w);
    for (int y = 0; y < 2 && !status; y++) {
        if (!wanted(turns, y, 0) && !wanted(turns, y, 1)) continue;
        blend_rows(budget->ctx, plane, &w->y[y], w);
        for (int x = 0; x < 2; x++) {
            if (!wanted(turns, y, x)) continue;
            sample_cols(budget->ctx, &w->x[x], w);
            if (!y && !x) out->quality = quality_of(w->samples);
            hash_samples(budget->ctx, w, turn_of[y][x], turns, out);
        }
    }
    free_work(budget, w);
    return status;
}
