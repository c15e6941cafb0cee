/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/huffman.h"

bool sitr_huffman_build(sitr_huffman *h, const uint8_t counts[17],
                        const uint8_t symbols[256])
{
    uint32_t code = 0, n = 0;

    /* where all codes of a length begin and end, the shorter ones first: those
     * of one length are consecutive numbers */
    memset(h->look, 0, sizeof h->look);
    memcpy(h->symbols, symbols, sizeof h->symbols);
    for (uint32_t length = 1; length <= 16; length++, code <<= 1) {
        const uint32_t last = code + counts[length];

        /* a code of ones alone is not allowed */
        if (n + counts[length] > 256 || last >= 1u << length) return false;
        h->offset[length] = (int32_t)n - (int32_t)code;
        h->end[length] = last << (16 - length);
        for (; code < last; code++, n++) {
            const uint32_t free = SITR_LOOK_BITS - length;

            if (length > SITR_LOOK_BITS) continue;
            for (uint32_t i = code << free; i < (code + 1) << free; i++)
                h->look[i] = (uint16_t)(length << 8 | symbols[n]);
        }
    }
    return true;
}

/* The entry of `n` bits. */
static uint16_t skip_of(const sitr_huffman *h, uint32_t next, uint32_t n)
{
    sitr_bits b = {.bits = (uint64_t)next << (64 - n)};
    uint32_t length = 0, advance = 0;

    while (length < n) {
        const uint32_t found = sitr_huffman_peek(h, &b);
        const uint32_t run = SITR_CODE_RUN(found), size = SITR_CODE_SIZE(found);
        const uint32_t end = length + SITR_CODE_LENGTH(found);

        /* the code is not all there; its value need not be */
        if (!found || end > n) break;
        if (!size && run != 15)
            return (uint16_t)(SITR_SKIP_LAST | (advance + 1) << 5 | end);
        if (advance + run + 1 > 63) break;
        advance += run + 1;
        sitr_bits_skip(&b, SITR_CODE_LENGTH(found) + size);
        length = end + size;
    }
    return (uint16_t)(advance << 5 | length);
}

void sitr_huffman_build_skip(sitr_huffman_skip *skip, const sitr_huffman *h,
                             uint32_t bits)
{
    skip->bits = bits;
    for (uint32_t i = 0; i < 1u << bits; i++)
        skip->entry[i] = skip_of(h, i, bits);
}

static int32_t value_of(const sitr_huffman *h, uint32_t next)
{
    sitr_bits b = {.bits = (uint64_t)next << (64 - SITR_VALUE_BITS)};
    const uint32_t found = sitr_huffman_peek(h, &b);
    const uint32_t run = SITR_CODE_RUN(found), size = SITR_CODE_SIZE(found);
    const uint32_t length = SITR_CODE_LENGTH(found) + size;
    int32_t e = (int32_t)((run + 1) << 5 | length);

    if (!found || length > SITR_VALUE_BITS) return 0;
    if (!size)
        return run == 15 ? e : (SITR_SKIP_LAST | 1 << 5 | (int32_t)length);
    sitr_bits_skip(&b, SITR_CODE_LENGTH(found));
    return e + sitr_huffman_value(sitr_bits_peek(&b, size), size) * 65536;
}

void sitr_huffman_build_values(sitr_huffman_values *values,
                               const sitr_huffman *h)
{
    for (uint32_t i = 0; i < 1u << SITR_VALUE_BITS; i++)
        values->entry[i] = value_of(h, i);
}

void sitr_bits_refill_slowly(sitr_bits *b)
{
    /* to 63 at most: no word is shifted by 64 */
    while (b->n < 56) {
        const size_t left = (size_t)(b->end - b->p);
        uint64_t byte = 0;

        if (left > 0 && *b->p != 0xff)
            byte = *b->p++;
        else if (left > 1 && b->p[1] == 0) {
            byte = 0xff;
            b->p += 2;
        } else
            b->n_made_up += 8;
        b->bits |= byte << (56 - b->n);
        b->n += 8;
    }
}
