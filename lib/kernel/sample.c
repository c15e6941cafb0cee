/* SPDX-License-Identifier: Apache-2.0 */
/* Weighted sums of rows and of columns: PDQ's filter and decimation in one. */
#include "kernel/kernels.h"

void sitr_weigh_rows_c(int16_t *out, const uint8_t *first, size_t stride,
                       const int16_t *weights, size_t n_rows, size_t width)
{
    const int shift = SITR_WEIGHT_BITS - SITR_BLEND_BITS;

    for (size_t x = 0; x < width; x++) {
        int32_t sum = 1 << (shift - 1);

        for (size_t t = 0; t < n_rows; t++)
            sum += weights[t] * first[t * stride + x];
        out[x] = (int16_t)(sum >> shift);
    }
}

void sitr_weigh_cols_c(int32_t *out, const int16_t *in, const uint32_t *first,
                       const int16_t *weights, size_t n_taps, size_t n_out)
{
    for (size_t j = 0; j < n_out; j++) {
        const int16_t *w = weights + j * n_taps;
        const int16_t *p = in + first[j];
        int32_t sum = 0;

        for (size_t t = 0; t < n_taps; t++) sum += w[t] * p[t];
        out[j] = sum;
    }
}
