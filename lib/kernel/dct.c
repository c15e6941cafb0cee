/* SPDX-License-Identifier: Apache-2.0 */
/* The low corner of a 64 x 64 discrete cosine transform (type II). Each row of
 * the basis is even or odd about its middle, which halves the multiplications:
 * the two halves of the input are first added or subtracted. */
#include "kernel/kernels.h"

void sitr_dct64_low16_c(int64_t *out, const int32_t *in, const int32_t *basis)
{
    int32_t t[16][64];

    for (size_t i = 0; i < 16; i++) {
        const int32_t sign = i % 2 ? 1 : -1;

        for (size_t x = 0; x < 64; x++) {
            int64_t sum = INT64_C(1) << SITR_BASIS_BITS;

            for (size_t j = 0; j < 32; j++)
                sum += (int64_t)basis[i * 32 + j] *
                       (in[j * 64 + x] + sign * in[(63 - j) * 64 + x]);
            t[i][x] = (int32_t)(sum >> (SITR_BASIS_BITS + 1));
        }
    }
    for (size_t i = 0; i < 16; i++) {
        for (size_t k = 0; k < 16; k++) {
            const int32_t sign = k % 2 ? 1 : -1;
            int64_t sum = 0;

            for (size_t j = 0; j < 32; j++)
                sum += (int64_t)basis[k * 32 + j] *
                       (t[i][j] + sign * t[i][63 - j]);
            out[i * 16 + k] = sum;
        }
    }
}
