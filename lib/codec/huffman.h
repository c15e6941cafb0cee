/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Huffman codes of JPEG, and the bits they are read from (ITU T.81, annex C and
 * F.2.2). Nothing here reports what is wrong with a scan: it says that something
 * is, and libjpeg is asked.
 */
#ifndef SITR_HUFFMAN_H
#define SITR_HUFFMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ctx.h"

#define SITR_LOOK_BITS 9 /* of codes found in one look; others are rare */
/* Looked at to pass over several coefficients. More find more of them; fewer are
 * built sooner, and a small picture has few blocks. */
#define SITR_SKIP_BITS_MOST  12
#define SITR_SKIP_BITS_SMALL 10
#define SITR_VALUE_BITS      10 /* looked at for a coefficient with its value */

typedef struct sitr_huffman {
    uint16_t look[1 << SITR_LOOK_BITS]; /* by the next bits: length << 8 |
                                         * symbol, 0 where the code is longer */
    uint32_t end[17];     /* by length: what follows its codes, as 16 bits */
    int32_t offset[17];   /* from a code of that length to its symbol */
    uint8_t symbols[256]; /* by code */
} sitr_huffman;

/* What `look` and sitr_huffman_peek say. */
#define SITR_CODE_LENGTH(found) ((found) >> 8)
#define SITR_CODE_SYMBOL(found) ((found)&255u)
#define SITR_CODE_RUN(found)    ((found) >> 4 & 15u) /* of an AC symbol */
#define SITR_CODE_SIZE(found)   ((found)&15u)

/** How much of a block's AC coefficients the next bits let be passed over: as
 * below, or 0 where the first code is longer than those bits. */
typedef struct sitr_huffman_skip {
    uint32_t bits; /* that are looked at, SITR_SKIP_BITS_MOST or _SMALL */
    uint16_t entry[1 << SITR_SKIP_BITS_MOST];
} sitr_huffman_skip;

#define SITR_SKIP_LENGTH(e)  ((e)&31u) /* bits, values included: to 27 */
#define SITR_SKIP_ADVANCE(e) ((e) >> 5 & 127u) /* coefficients, 1 .. 64 */
#define SITR_SKIP_LAST       0x8000 /* no more follow: counts for one */

/** The next AC coefficient that is not 0: as above, and its value from bit 16 on;
 * or 0 where code and value are longer than the bits looked at. */
typedef struct sitr_huffman_values {
    int32_t entry[1 << SITR_VALUE_BITS];
} sitr_huffman_values;

#define SITR_VALUE(e) ((e) >> 16)

/** Of `counts[1 .. 16]`, how many codes there are of so many bits, and of their
 * symbols. False where these are no code. */
bool sitr_huffman_build(sitr_huffman *h, const uint8_t counts[17],
                        const uint8_t symbols[256]);

/** For AC coefficients coded by `h`. */
void sitr_huffman_build_skip(sitr_huffman_skip *skip, const sitr_huffman *h,
                             uint32_t bits);
void sitr_huffman_build_values(sitr_huffman_values *values,
                               const sitr_huffman *h);

/** The value of `size`, 1 .. 15, bits: the lower half of these stands for
 * negative ones (table F.1). */
SITR_INLINE int32_t sitr_huffman_value(uint32_t bits, uint32_t size)
{
    return (int32_t)bits - ((bits >> (size - 1)) ? 0 : (1 << size) - 1);
}

/* ---- Bits ----------------------------------------------------------------- */

/** A cursor over the data of a scan, from marker to marker. What is read past
 * them is 0 bits, and counted. */
typedef struct sitr_bits {
    const uint8_t *p, *end; /* what follows the bits at hand */
    uint64_t bits;          /* the next one highest */
    uint32_t n;             /* of them may be used */
    uint32_t n_made_up;     /* of those there ever were, not in the data */
} sitr_bits;

/* These are to be inlined, and the cursor, a local variable, to lie in registers
 * through all of a block: no call may have its address, and where it is handed on
 * that is one field at a time. */

/** Byte by byte, past stuffed zeros, until a marker. */
void sitr_bits_refill_slowly(sitr_bits *b);

SITR_INLINE sitr_bits sitr_bits_copy(const sitr_bits *b)
{
    return (sitr_bits){.p = b->p,
                       .end = b->end,
                       .bits = b->bits,
                       .n = b->n,
                       .n_made_up = b->n_made_up};
}

/** At least 56 bits. */
SITR_INLINE void sitr_bits_refill(sitr_bits *b)
{
    uint64_t next = UINT64_MAX;

    if (b->end - b->p >= 8) memcpy(&next, b->p, 8);
    /* one of them is 0xff: it may be a marker, or have a zero after it */
    if (next & ~(next + UINT64_C(0x0101010101010101)) &
        UINT64_C(0x8080808080808080)) {
        sitr_bits slow = sitr_bits_copy(b);

        sitr_bits_refill_slowly(&slow);
        b->p = slow.p;
        b->bits = slow.bits;
        b->n = slow.n;
        b->n_made_up = slow.n_made_up;
        return;
    }
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    next = __builtin_bswap64(next);
#endif
    /* what of them has no room yet is put there again by the next refill */
    b->bits |= next >> b->n;
    b->p += (63 - b->n) >> 3;
    b->n |= 56;
}

/** The next `n`, 1 .. 32, of those at hand. */
SITR_INLINE uint32_t sitr_bits_peek(const sitr_bits *b, uint32_t n)
{
    return (uint32_t)(b->bits >> (64 - n));
}

SITR_INLINE void sitr_bits_skip(sitr_bits *b, uint32_t n)
{
    b->bits <<= n;
    b->n -= n;
}

/** Whether some bits that were used are not in the data. */
SITR_INLINE bool sitr_bits_overrun(const sitr_bits *b)
{
    return b->n < b->n_made_up;
}

/** The next code, as `look` has them, or 0 where it is none; of 16 bits at hand. */
SITR_INLINE uint32_t sitr_huffman_peek(const sitr_huffman *h,
                                       const sitr_bits *b)
{
    const uint32_t found = h->look[sitr_bits_peek(b, SITR_LOOK_BITS)];
    const uint32_t next = sitr_bits_peek(b, 16);

    if (found) return found;
    for (uint32_t n = SITR_LOOK_BITS + 1; n <= 16; n++)
        if (next < h->end[n])
            return n << 8 |
                   h->symbols[(int32_t)(next >> (16 - n)) + h->offset[n]];
    return 0;
}

#endif
