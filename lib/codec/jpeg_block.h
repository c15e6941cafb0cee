/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coefficients of one block, as a sequential scan codes them (ITU T.81, F.2).
 * To be inlined: a picture has a million.
 */
#ifndef SITR_JPEG_BLOCK_H
#define SITR_JPEG_BLOCK_H

#include "codec/huffman.h"

#define SITR_NO_DIFFERENCE INT32_MIN

/* Of each coefficient in the order of the zigzag, its place row by row (A.3.6). */
#define SITR_ZIGZAG                                                            \
 0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40,   \
     48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, \
     29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,   \
     61, 54, 47, 55, 62, 63

/** The codes of a component. */
typedef struct sitr_block_codes {
    const sitr_huffman *dc, *ac;
    const sitr_huffman_skip *skip;     /* of AC that is passed over */
    const sitr_huffman_values *values; /* of AC that is not */
} sitr_block_codes;

/** Between the DC coefficients of the block before and this. */
SITR_INLINE int32_t sitr_block_difference(sitr_bits *b, const sitr_huffman *h)
{
    sitr_bits_refill(b);
    const uint32_t found = sitr_huffman_peek(h, b);
    const uint32_t size = SITR_CODE_SYMBOL(found);

    if (!found || size > 15) return SITR_NO_DIFFERENCE;
    sitr_bits_skip(b, SITR_CODE_LENGTH(found));
    if (!size) return 0;
    const uint32_t v = sitr_bits_peek(b, size);

    sitr_bits_skip(b, size);
    return sitr_huffman_value(v, size);
}

SITR_INLINE bool sitr_may_skip(uint32_t e, uint32_t k)
{
    return e && k + SITR_SKIP_ADVANCE(e) <= 64;
}

/** Past the AC coefficients; false where they are none. */
SITR_INLINE bool sitr_block_skip(sitr_bits *b, const sitr_block_codes *c)
{
    const uint32_t n = c->skip->bits;
    uint32_t k = 1;

    while (k < 64) {
        sitr_bits_refill(b);
        uint32_t e = c->skip->entry[sitr_bits_peek(b, n)];

        if (sitr_may_skip(e, k)) {
            sitr_bits_skip(b, SITR_SKIP_LENGTH(e));
            k += SITR_SKIP_ADVANCE(e);
            if (e & SITR_SKIP_LAST) return true;
            /* there are bits enough for another */
            e = c->skip->entry[sitr_bits_peek(b, n)];
            if (!sitr_may_skip(e, k)) continue;
            sitr_bits_skip(b, SITR_SKIP_LENGTH(e));
            k += SITR_SKIP_ADVANCE(e);
            if (e & SITR_SKIP_LAST) return true;
            continue;
        }
        const uint32_t found = sitr_huffman_peek(c->ac, b);
        const uint32_t run = SITR_CODE_RUN(found), size = SITR_CODE_SIZE(found);

        if (!found) return false;
        sitr_bits_skip(b, SITR_CODE_LENGTH(found) + size);
        if (!size && run != 15) return true;
        k += run + 1;
    }
    return k == 64;
}

/* A coefficient by its code, as an entry of `values`; 0 where it is none. */
SITR_INLINE int32_t sitr_block_long_value(sitr_bits *b, const sitr_huffman *h)
{
    const uint32_t found = sitr_huffman_peek(h, b);
    const uint32_t run = SITR_CODE_RUN(found), size = SITR_CODE_SIZE(found);
    int32_t e = (int32_t)((run + 1) << 5);

    if (!found) return 0;
    sitr_bits_skip(b, SITR_CODE_LENGTH(found));
    if (!size) return run == 15 ? e : SITR_SKIP_LAST | 1 << 5;
    const uint32_t v = sitr_bits_peek(b, size);

    sitr_bits_skip(b, size);
    return e + sitr_huffman_value(v, size) * 65536;
}

/** The AC coefficients times `quant`, which is in the order of the zigzag, into
 * `out`, which is row by row and all 0. Returns how many coefficients it may have
 * that are not 0, the DC included; 0 where they are none, or one is not within
 * SITR_DCT_LIMIT. */
SITR_INLINE uint32_t sitr_block_read(sitr_bits *b, const sitr_block_codes *c,
                                     const int32_t quant[64], int16_t *out)
{
    static const uint8_t place[64] = {SITR_ZIGZAG};
    uint32_t k = 1;
    int32_t over = 0;

    while (k < 64) {
        sitr_bits_refill(b);
        /* bits enough for two of those looked up, and any other */
        for (int i = 0; i < 3 && k < 64; i++) {
            int32_t e = c->values->entry[sitr_bits_peek(b, SITR_VALUE_BITS)];

            if (e) {
                sitr_bits_skip(b, SITR_SKIP_LENGTH((uint32_t)e));
            } else {
                e = sitr_block_long_value(b, c->ac);
                i = 3;
                if (!e) return 0;
            }
            if (e & SITR_SKIP_LAST)
                return (over & ~(2 * SITR_DCT_LIMIT - 1)) ? 0 : k;
            k += SITR_SKIP_ADVANCE((uint32_t)e);
            if (k > 64) return 0;
            const int32_t v = SITR_VALUE(e) * quant[k - 1];

            over |= v + SITR_DCT_LIMIT;
            out[place[k - 1]] = (int16_t)v;
        }
    }
    return (over & ~(2 * SITR_DCT_LIMIT - 1)) ? 0 : k;
}

#endif
