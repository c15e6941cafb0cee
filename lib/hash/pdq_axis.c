/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Meta's reference blurs each axis by two passes of a box mean, then takes every
 * N/64th sample (Klinger and Starkweather, PDQ, 2019). Both steps are linear: an
 * output is a sum of inputs, each weighted by a trapezoid that is found here by
 * pushing the passes through.
 *
 * Where the decoder gives block means, a block has the weight of its pixels
 * together. All of it is integers: the sum of the weights left of a pixel is
 * kept to 40 bits, rounded to 14 at each block's edge, and a block's weight is
 * the difference of two edges; so rounding never adds up along a row.
 */
#include "hash/pdq_axis.h"

#include <string.h>

#define FINE_BITS 40

/* One pass of the box: output o is the mean of inputs [from, to). */
typedef struct window {
    uint32_t from, to;
} window;

static window window_of(uint32_t o, uint32_t side, uint32_t size)
{
    const uint32_t half = (size + 2) / 2, back = size - half;

    return (window){o > back ? o - back : 0, o + half < side ? o + half : side};
}

static uint32_t sample_of(uint32_t i, uint32_t side)
{
    return (uint32_t)((2 * (uint64_t)i + 1) * side / (2 * SITR_PDQ_SIDE));
}

/* Pixels that output i depends on. */
static window reach_of(uint32_t i, uint32_t side, uint32_t size)
{
    const window w = window_of(sample_of(i, side), side, size);

    return (window){window_of(w.from, side, size).from,
                    window_of(w.to - 1, side, size).to};
}

/* fine[n] = the weight of pixel reach.from + n for output i. `fine` has room
 * for one more than the reach. Second-pass windows overlap, so their edges are
 * marked first and added up afterwards. */
static void fine_weights(uint32_t i, uint32_t side, uint32_t size, window reach,
                         int64_t *fine)
{
    const window w = window_of(sample_of(i, side), side, size);
    const uint32_t n = reach.to - reach.from;
    int64_t each = 0, sum = 0;
    uint32_t last_length = 0;

    memset(fine, 0, (n + 1) * sizeof *fine);
    for (uint32_t k = w.from; k < w.to; k++) {
        const window v = window_of(k, side, size);

        if (v.to - v.from != last_length) {
            last_length = v.to - v.from;
            each = (INT64_C(1) << FINE_BITS) /
                   ((int64_t)(w.to - w.from) * last_length);
        }
        fine[v.from - reach.from] += each;
        fine[v.to - reach.from] -= each;
    }
    for (uint32_t p = 0; p < n; p++) fine[p] = sum += fine[p];
}

static int32_t coarse(int64_t fine_sum)
{
    const int shift = FINE_BITS - SITR_WEIGHT_BITS;

    return (int32_t)((fine_sum + (INT64_C(1) << (shift - 1))) >> shift);
}

/* Adds the pixels' weights up over their blocks. */
static void fold(const int64_t *fine, window reach, uint32_t shrink,
                 uint32_t lead, int16_t *out)
{
    const uint32_t first = (reach.from + lead) / shrink;
    int64_t sum = 0;
    int32_t before = 0;

    for (uint32_t p = reach.from; p < reach.to; p++) {
        const uint32_t block = (p + lead) / shrink;

        sum += fine[p - reach.from];
        if (p + 1 == reach.to || (p + 1 + lead) / shrink != block) {
            const int32_t now = coarse(sum);

            out[block - first] = (int16_t)(now - before);
            before = now;
        }
    }
}

static void reverse_row(int16_t *weights, uint32_t count)
{
    for (uint32_t a = 0, z = count - 1; a < z; a++, z--) {
        const int16_t w = weights[a];

        weights[a] = weights[z];
        weights[z] = w;
    }
}

sitr_status sitr_pdq_axis_new(sitr_budget *budget, uint32_t side,
                              uint32_t blocks, uint32_t shrink, uint32_t lead,
                              bool reversed, sitr_pdq_axis *out)
{
    const uint32_t size = (side + 127) / 128;
    const size_t align = SITR_TAPS_ALIGN;
    void *weights, *fine;
    sitr_status status;

    if (reversed) lead = blocks * shrink - side - lead;
    /* two passes reach 2 * size - 1 pixels, in one block more than they fill */
    out->n_taps = ((2 * size - 1) / shrink + 2 + align - 1) / align * align;
    status = sitr_budget_alloc(
        budget, SITR_PDQ_SIDE * out->n_taps * sizeof(int16_t), &weights);
    out->weights = weights;
    if (status) return status;
    status = sitr_budget_alloc(budget, (2 * size + 2) * sizeof(int64_t), &fine);
    if (status) {
        sitr_pdq_axis_free(budget, out);
        return status;
    }
    for (uint32_t i = 0; i < SITR_PDQ_SIDE; i++) {
        const window reach = reach_of(i, side, size);
        int16_t *row = out->weights + i * out->n_taps;

        fine_weights(i, side, size, reach, fine);
        fold(fine, reach, shrink, lead, row);
        out->first[i] = (reach.from + lead) / shrink;
        out->count[i] = (reach.to - 1 + lead) / shrink - out->first[i] + 1;
        if (reversed) {
            out->first[i] = blocks - out->first[i] - out->count[i];
            reverse_row(row, out->count[i]);
        }
    }
    sitr_budget_free(budget, fine);
    return SITR_OK;
}

void sitr_pdq_axis_free(sitr_budget *budget, sitr_pdq_axis *axis)
{
    sitr_budget_free(budget, axis->weights);
    axis->weights = NULL;
}
