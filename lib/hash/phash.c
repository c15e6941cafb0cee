/* SPDX-License-Identifier: Apache-2.0 */
/* phash: which of the 8 x 8 lowest frequencies (DCT, type II) are above their
 * median. ImageHash transforms in doubles; where its two middle values are
 * equal but for rounding, as in flat pictures, its bits are chance, ours 0. */
#include "hash/imagehash.h"

#include <stddef.h>
#include <string.h>

#define N      SITR_PHASH_SIDE
#define N_LOW  8
#define N_BITS 64

int32_t sitr_phash_cosine(uint32_t m)
{
    /* cos(pi * i / 64) * 2^22: with it a coefficient is 2^62 at most */
    static const int32_t quarter[] = {
        4194304, 4189252, 4174107, 4148907, 4113712, 4068606, 4013699,
        3949122, 3875032, 3791606, 3699046, 3597575, 3487436, 3368897,
        3242241, 3107774, 2965821, 2816722, 2660838, 2498544, 2330230,
        2156303, 1977181, 1793296, 1605091, 1413018, 1217542, 1019133,
        818268,  615432,  411114,  205805,  0,
    };

    m %= 128;
    if (m > 64) m = 128 - m;
    return m <= 32 ? quarter[m] : -quarter[64 - m];
}

/* The low frequencies, without the factor 4 of scipy's. */
static void transform(const uint8_t *cells, int64_t out[N_BITS])
{
    int64_t columns[N_LOW][N];

    for (uint32_t i = 0; i < N_LOW; i++) {
        for (uint32_t x = 0; x < N; x++) {
            columns[i][x] = 0;
            for (uint32_t y = 0; y < N; y++)
                columns[i][x] += (int64_t)cells[y * N + x] *
                                 sitr_phash_cosine(i * (2 * y + 1));
        }
    }
    for (uint32_t i = 0; i < N_LOW; i++) {
        for (uint32_t k = 0; k < N_LOW; k++) {
            int64_t sum = 0;

            for (uint32_t x = 0; x < N; x++)
                sum += columns[i][x] * sitr_phash_cosine(k * (2 * x + 1));
            out[i * N_LOW + k] = sum;
        }
    }
}

static void sort(int64_t *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const int64_t x = v[i];
        size_t k = i;

        for (; k > 0 && v[k - 1] > x; k--) v[k] = v[k - 1];
        v[k] = x;
    }
}

uint64_t sitr_phash_bits(const uint8_t *cells)
{
    int64_t d[N_BITS], sorted[N_BITS];
    uint64_t bits = 0;

    transform(cells, d);
    memcpy(sorted, d, sizeof d);
    sort(sorted, N_BITS);
    /* to be above the mean of the middle two is to be above the lower, unless
     * they are equal, and then it is the same */
    for (size_t i = 0; i < N_BITS; i++)
        bits = bits << 1 | (d[i] > sorted[N_BITS / 2 - 1]);
    return bits;
}
