/* SPDX-License-Identifier: Apache-2.0 */
/* The inverse DCT of a block of JPEG, in plain C. */
#include <string.h>

#include "kernel/kernels.h"

typedef int32_t lane;

#include "kernel/inverse_dct_steps.h"

static uint8_t sample_of(int32_t v)
{
    return (uint8_t)(v < -128 ? 0 : v > 127 ? 255 : v + 128);
}

/* Whether v[1 .. 7] are all 0. Most columns and many rows are so: they become
 * what v[0] alone does. */
static bool is_flat(const int32_t v[8])
{
    return !(v[1] | v[2] | v[3] | v[4] | v[5] | v[6] | v[7]);
}

/* The columns, then the rows: `steps` makes of eight values `n` with `bits` more,
 * of which two are left in between. */
SITR_INLINE bool inverse_dct(uint8_t *out, size_t stride, int16_t *block,
                             void (*steps)(lane v[8]), int n, int bits)
{
    int32_t between[8][8];
    int32_t over = 0;

    for (int x = 0; x < 8; x++) {
        int32_t v[8];

        for (int k = 0; k < 8; k++) v[k] = block[8 * k + x];
        if (is_flat(v)) {
            for (int y = 0; y < n; y++) between[y][x] = v[0] * 4;
            over |= v[0] * 4 + SITR_DCT_LIMIT;
            continue;
        }
        steps(v);
        for (int y = 0; y < n; y++) {
            between[y][x] = (v[y] + (1 << (bits - 3))) >> (bits - 2);
            over |= between[y][x] + SITR_DCT_LIMIT;
        }
    }
    memset(block, 0, 64 * sizeof *block);
    if (over & ~(2 * SITR_DCT_LIMIT - 1)) return false;
    for (int y = 0; y < n; y++, out += stride) {
        int32_t *v = between[y];

        if (is_flat(v)) {
            memset(out, sample_of((v[0] + 16) >> 5), (size_t)n);
            continue;
        }
        steps(v);
        for (int x = 0; x < n; x++)
            out[x] = sample_of((v[x] + (1 << (bits + 4))) >> (bits + 5));
    }
    return true;
}

bool sitr_inverse_dct8_c(uint8_t *out, size_t stride, int16_t *block)
{
    return inverse_dct(out, stride, block, inverse_dct8, 8, 13);
}

bool sitr_inverse_dct4_c(uint8_t *out, size_t stride, int16_t *block)
{
    return inverse_dct(out, stride, block, inverse_dct4, 4, 14);
}

bool sitr_inverse_dct2_c(uint8_t *out, size_t stride, int16_t *block)
{
    return inverse_dct(out, stride, block, inverse_dct2, 2, 15);
}
