/* SPDX-License-Identifier: Apache-2.0 */
/* Hamming distances of 256-bit codes. */
#include "kernel/kernels.h"

static uint32_t popcount64(uint64_t v)
{
    v -= (v >> 1) & UINT64_C(0x5555555555555555);
    v = (v & UINT64_C(0x3333333333333333)) +
        ((v >> 2) & UINT64_C(0x3333333333333333));
    v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)((v * UINT64_C(0x0101010101010101)) >> 56);
}

void sitr_hamming256_c(uint16_t *out, const uint64_t *query,
                       const uint64_t *codes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t *code = codes + 4 * i;
        uint32_t bits = 0;

        for (size_t k = 0; k < 4; k++) bits += popcount64(query[k] ^ code[k]);
        out[i] = (uint16_t)bits;
    }
}
