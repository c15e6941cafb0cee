/* SPDX-License-Identifier: Apache-2.0 */
/* Pillow's Resample.c in integers. There the weights are doubles, rounded to 22
 * bits; here they are exact enough to round to the same. A sum of products of
 * weights and pixels is below 2^31, for the magnitudes of the weights of an
 * output add up to less than 1.6 (1.571 when 4 inputs become 9 outputs). */
#include "hash/lanczos.h"

#include <assert.h>

#define WEIGHT_BITS 22 /* PRECISION_BITS of Pillow */
#define FILTER_BITS 41
#define LOW_BITS    8
/* Shrunk this much the weights fit 16 bits as they are: 2^22 / 160 = 26214 and
 * some for windows cut off by the border. */
#define SHRINK_FOR_16_BITS 160

/* a * b / 2^64, less 2 at most. */
static uint64_t mul_high(uint64_t a, uint64_t b)
{
    const uint64_t ah = a >> 32, al = a & UINT32_MAX;
    const uint64_t bh = b >> 32, bl = b & UINT32_MAX;

    return ah * bh + ((ah * bl) >> 32) + ((al * bh) >> 32);
}

/* sin(pi y) / (pi y) for t = y^2 in units of 2^-64, in units of 2^-62. */
static uint64_t sinc(uint64_t t)
{
    /* pi^(2k) / (2k + 1)! * 2^62; the next would be 43, or 2^-56.6 */
    static const uint64_t series[] = {
        0x4000000000000000, 0x694699894c1f4c8c, 0x33f396805788d8a4,
        0x0c354723906db36c, 0x01ac6805cf350a63, 0x0026702d548c0f57,
        0x00026e8e33f56723, 0x00001d42498d1ce1, 0x0000010fc992ff3a,
        0x00000007d7e765c3, 0x000000002f2f10d1, 0x0000000000eb9a9d,
        0x000000000003e023, 0x0000000000000df3,
    };
    size_t k = sizeof series / sizeof *series - 1;
    uint64_t sum = series[k];

    while (k--) sum = series[k] - mul_high(sum, t);
    return sum;
}

int64_t sitr_lanczos_filter(uint32_t num, uint32_t den)
{
    /* 4 pi^2 / 3 * 2^60 */
    static const uint64_t four_thirds_pi2 = 0xd28d3312983e9918;
    const uint64_t one = UINT64_C(1) << 62;
    const uint64_t third = (uint64_t)den * 3;
    const uint64_t n = (uint64_t)num << 32;

    assert(num < third && third <= UINT32_MAX);
    /* y = x / 3 */
    const uint64_t y = n / third << 32 | (n % third << 32) / third;
    const uint64_t t = mul_high(y, y);
    const uint64_t g = sinc(t) << 1;
    const uint64_t g2 = mul_high(g, g);
    /* sin(3 a) = 3 sin(a) - 4 sin(a)^3, so that with a = pi y the product of
     * the two sincs is g^2 * (1 - 4/3 sin(a)^2), and sin(a) = a * g */
    const uint64_t h = mul_high(four_thirds_pi2, mul_high(g2, t) << 4);
    const uint64_t rest = h < one ? one - h : h - one;
    const uint64_t f = mul_high(g2 << 1, rest << 1);
    const int64_t rounded = (int64_t)((f + (1u << 20)) >> (62 - FILTER_BITS));

    return h < one ? rounded : -rounded;
}

/* Where input j lies from output i, in units of twice the longer side: 3 of the
 * filter's units are three times that. */
static int64_t offset(const sitr_lanczos *axis, uint32_t i, uint32_t j)
{
    return (2 * (int64_t)j + 1) * axis->n_out -
           (2 * (int64_t)i + 1) * axis->n_in;
}

static uint32_t unit(const sitr_lanczos *axis)
{
    return 2 * (axis->n_in > axis->n_out ? axis->n_in : axis->n_out);
}

/* The inputs begin .. end under the filter at output i. */
static void find_window(const sitr_lanczos *axis, uint32_t i, uint32_t *begin,
                        uint32_t *end)
{
    const int64_t centre = (2 * (int64_t)i + 1) * axis->n_in;
    const int64_t left = centre - 3 * (int64_t)unit(axis);
    const int64_t right = centre + 3 * (int64_t)unit(axis);
    const int64_t past = ((right - 1) / axis->n_out + 1) / 2;

    *begin = left < 0 ? 0 : (uint32_t)((left / axis->n_out + 1) / 2);
    *end = past < axis->n_in ? (uint32_t)past : axis->n_in;
}

static void put_weight(const sitr_lanczos *axis, uint32_t i, uint32_t j,
                       int32_t weight)
{
    const size_t at = (size_t)i * axis->n_taps + j - axis->first[i];
    const int32_t high =
        axis->shift ? (weight + (1 << (LOW_BITS - 1))) >> LOW_BITS : weight;

    assert(high >= INT16_MIN && high <= INT16_MAX);
    axis->high[at] = (int16_t)high;
    if (axis->low) axis->low[at] = (int16_t)(weight - high * (1 << LOW_BITS));
}

/* Writes the weights of output i and, mirrored, of its opposite; `values` has
 * room for a window. */
static void fill_window(const sitr_lanczos *axis, uint32_t i, int64_t *values)
{
    uint32_t begin, end;
    int64_t sum = 0;

    find_window(axis, i, &begin, &end);
    for (uint32_t j = begin; j < end; j++) {
        const int64_t d = offset(axis, i, j);

        values[j - begin] =
            sitr_lanczos_filter((uint32_t)(d < 0 ? -d : d), unit(axis));
        sum += values[j - begin];
    }
    assert(sum > 0);
    for (uint32_t j = begin; j < end; j++) {
        const int64_t v = values[j - begin];
        const uint64_t size = (uint64_t)(v < 0 ? -v : v) << WEIGHT_BITS;
        /* to nearest, halves away from zero */
        const int32_t weight =
            (int32_t)((size + (uint64_t)sum / 2) / (uint64_t)sum);

        put_weight(axis, i, j, v < 0 ? -weight : weight);
        put_weight(axis, axis->n_out - 1 - i, axis->n_in - 1 - j,
                   v < 0 ? -weight : weight);
    }
}

/* Windows are all as long as the longest, and moved so as to end in the span of
 * the inputs. */
static sitr_status place_windows(sitr_budget *budget, sitr_lanczos *axis)
{
    const size_t span = sitr_lanczos_span(axis->n_in);
    uint32_t longest = 0, begin, end;
    void *block;
    const sitr_status status =
        sitr_budget_alloc(budget, axis->n_out * sizeof *axis->first, &block);

    if (status) return status;
    axis->first = block;
    for (uint32_t i = 0; i < axis->n_out; i++) {
        find_window(axis, i, &begin, &end);
        axis->first[i] = begin;
        if (end - begin > longest) longest = end - begin;
    }
    axis->n_taps = (uint32_t)sitr_lanczos_span(longest);
    for (uint32_t i = 0; i < axis->n_out; i++) {
        if (axis->first[i] > span - axis->n_taps)
            axis->first[i] = (uint32_t)(span - axis->n_taps);
    }
    return SITR_OK;
}

static sitr_status new_weights(sitr_budget *budget, sitr_lanczos *axis)
{
    const size_t size = (size_t)axis->n_out * axis->n_taps * sizeof *axis->high;
    void *block;
    sitr_status status = sitr_budget_alloc(budget, size, &block);

    if (status) return status;
    axis->high = block;
    if (axis->n_in >= SHRINK_FOR_16_BITS * axis->n_out) return SITR_OK;

    status = sitr_budget_alloc(budget, size, &block);
    if (status) return status;
    axis->low = block;
    axis->shift = LOW_BITS;
    return SITR_OK;
}

sitr_status sitr_lanczos_new(sitr_budget *budget, uint32_t n_in, uint32_t n_out,
                             sitr_lanczos *out)
{
    sitr_lanczos axis = {.n_in = n_in, .n_out = n_out};
    void *values;
    sitr_status status;

    assert(n_in > 0 && n_in <= SITR_LANCZOS_MAX_IN);
    assert(n_out > 0 && n_out <= SITR_LANCZOS_MAX_OUT);
    *out = (sitr_lanczos){.n_in = 0};
    status = place_windows(budget, &axis);
    if (!status) status = new_weights(budget, &axis);
    if (!status)
        status =
            sitr_budget_alloc(budget, axis.n_taps * sizeof(int64_t), &values);
    if (status) {
        sitr_lanczos_free(budget, &axis);
        return status;
    }
    for (uint32_t i = 0; i < (n_out + 1) / 2; i++)
        fill_window(&axis, i, values);
    sitr_budget_free(budget, values);
    *out = axis;
    return SITR_OK;
}

void sitr_lanczos_free(sitr_budget *budget, sitr_lanczos *axis)
{
    sitr_budget_free(budget, axis->first);
    sitr_budget_free(budget, axis->high);
    sitr_budget_free(budget, axis->low);
    *axis = (sitr_lanczos){.n_in = 0};
}

uint8_t sitr_lanczos_round(int32_t sum)
{
    const int32_t v = (sum + (1 << (WEIGHT_BITS - 1))) >> WEIGHT_BITS;

    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

void sitr_lanczos_line(const sitr_kernels *kernels, const sitr_lanczos *axis,
                       uint8_t *out, const int16_t *in)
{
    int32_t high[SITR_LANCZOS_MAX_OUT], low[SITR_LANCZOS_MAX_OUT] = {0};

    kernels->weigh_cols(high, in, axis->first, axis->high, axis->n_taps,
                        axis->n_out);
    if (axis->low)
        kernels->weigh_cols(low, in, axis->first, axis->low, axis->n_taps,
                            axis->n_out);
    for (uint32_t i = 0; i < axis->n_out; i++)
        out[i] = sitr_lanczos_round(high[i] * (1 << axis->shift) + low[i]);
}

/* The weights of output i for the inputs at .. at + SITR_TILE_LINES. */
static void cut_weights(const sitr_lanczos *axis, uint32_t i, uint32_t at,
                        const int16_t *weights, int16_t *out)
{
    for (uint32_t t = 0; t < SITR_TILE_LINES; t++) {
        const uint32_t tap = at + t - axis->first[i]; /* may wrap around */

        out[t] =
            tap < axis->n_taps ? weights[(size_t)i * axis->n_taps + tap] : 0;
    }
}

void sitr_lanczos_add_tile(const sitr_kernels *kernels,
                           const sitr_lanczos *axis, uint32_t at,
                           const int16_t *tile, uint32_t width, int32_t *sums)
{
    static const uint32_t zeros[2 * SITR_LANCZOS_MAX_OUT];
    int16_t weights[2 * SITR_LANCZOS_MAX_OUT * SITR_TILE_LINES];
    int32_t parts[2 * SITR_LANCZOS_MAX_OUT];
    uint32_t begin = 0, end = axis->n_out;

    /* the outputs that have a window here */
    while (begin < end && axis->first[begin] + axis->n_taps <= at) begin++;
    while (end > begin && axis->first[end - 1] >= at + SITR_TILE_LINES) end--;
    const uint32_t n = end - begin;

    for (uint32_t i = 0; i < n; i++) {
        cut_weights(axis, begin + i, at, axis->high,
                    weights + i * SITR_TILE_LINES);
        if (axis->low)
            cut_weights(axis, begin + i, at, axis->low,
                        weights + (n + i) * SITR_TILE_LINES);
    }
    for (uint32_t x = 0; x < width; x++) {
        int32_t *sum = sums + (size_t)x * axis->n_out + begin;

        kernels->weigh_cols(parts, tile + (size_t)x * SITR_TILE_LINES, zeros,
                            weights, SITR_TILE_LINES, axis->low ? 2 * n : n);
        for (uint32_t i = 0; i < n; i++) {
            sum[i] += parts[i] * (1 << axis->shift);
            if (axis->low) sum[i] += parts[n + i];
        }
    }
}
