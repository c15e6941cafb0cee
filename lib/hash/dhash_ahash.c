/* SPDX-License-Identifier: Apache-2.0 */
/* dhash: is it brighter than its left neighbour; average_hash: than the mean.
 */
#include "hash/imagehash.h"

#include <stddef.h>

uint64_t sitr_dhash_bits(const uint8_t *cells)
{
    uint64_t bits = 0;

    for (size_t y = 0; y < 8; y++) {
        for (size_t x = 0; x < 8; x++)
            bits = bits << 1 | (cells[9 * y + x + 1] > cells[9 * y + x]);
    }
    return bits;
}

uint64_t sitr_ahash_bits(const uint8_t *cells)
{
    uint64_t bits = 0;
    uint32_t sum = 0;

    for (size_t i = 0; i < 64; i++) sum += cells[i];
    for (size_t i = 0; i < 64; i++) bits = bits << 1 | (64u * cells[i] > sum);
    return bits;
}
