/* SPDX-License-Identifier: Apache-2.0 */
/* Hamming distances of 256-bit codes and of 16-bit parts of them. */
#include "kernel/kernels.h"

static uint32_t popcount64(uint64_t v)
{
    v -= (v >> 1) & UINT64_C(0x5555555555555555);
    v = (v & UINT64_C(0x3333333333333333)) +
        ((v >> 2) & UINT64_C(0x3333333333333333));
    v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)((v * UINT64_C(0x0101010101010101)) >> 56);
}

static uint32_t differ256(const uint64_t *a, const uint64_t *b)
{
    uint32_t bits = 0;

    for (size_t k = 0; k < 4; k++) bits += popcount64(a[k] ^ b[k]);
    return bits;
}

void sitr_hamming256_c(uint16_t *out, const uint64_t *query,
                       const uint64_t *codes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint16_t)differ256(query, codes + 4 * i);
}

size_t sitr_near256_c(uint32_t *out, const uint64_t *query,
                      const uint64_t *codes, uint32_t limit, size_t n)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        if (differ256(query, codes + 4 * i) <= limit)
            out[found++] = (uint32_t)i;
    return found;
}

size_t sitr_near16_c(uint32_t *out, uint16_t tag, const uint16_t *tags,
                     uint32_t limit, size_t n)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        if (popcount64(tag ^ (uint64_t)tags[i]) <= limit)
            out[found++] = (uint32_t)i;
    return found;
}
