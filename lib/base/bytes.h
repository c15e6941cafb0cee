/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cursor over foreign bytes: reads past the end give zero and are remembered,
 * so that a parser asks once, when it is done.
 */
#ifndef SITR_BYTES_H
#define SITR_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sitr_bytes {
    const uint8_t *data;
    size_t size;
    size_t at;    /* <= size */
    bool overrun; /* something past the end was asked for */
} sitr_bytes;

static inline size_t sitr_bytes_left(const sitr_bytes *b)
{
    return b->size - b->at;
}

/** The next `n` bytes, or NULL. */
static inline const uint8_t *sitr_bytes_take(sitr_bytes *b, size_t n)
{
    const uint8_t *p = b->data + b->at;

    if (n > sitr_bytes_left(b)) {
        b->at = b->size;
        b->overrun = true;
        return NULL;
    }
    b->at += n;
    return p;
}

static inline uint64_t sitr_bytes_le(sitr_bytes *b, size_t n)
{
    const uint8_t *p = sitr_bytes_take(b, n);
    uint64_t v = 0;

    if (p)
        while (n) v = v << 8 | p[--n];
    return v;
}

static inline uint64_t sitr_bytes_be(sitr_bytes *b, size_t n)
{
    const uint8_t *p = sitr_bytes_take(b, n);
    uint64_t v = 0;

    if (p)
        for (size_t i = 0; i < n; i++) v = v << 8 | p[i];
    return v;
}

static inline uint8_t sitr_bytes_u8(sitr_bytes *b)
{
    return (uint8_t)sitr_bytes_le(b, 1);
}

/** Writes `v` as `n` little-endian bytes. */
static inline void sitr_put_le(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++, v >>= 8) p[i] = (uint8_t)v;
}

#endif
