/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32C eight bytes at a time ("slicing by 8", Kounavis and Berry 2005): an
 * index has gigabytes. */
#include "base/crc32c.h"

#include "base/crc32c_tables.h"

uint32_t sitr_crc32c(const void *data, size_t size)
{
    const uint8_t *p = data;
    uint32_t crc = 0xffffffff;

    for (; size >= 8; size -= 8, p += 8) {
        const uint32_t low =
            crc ^ (p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
                   (uint32_t)p[3] << 24);

        crc = byte_before[7][low & 255] ^ byte_before[6][low >> 8 & 255] ^
              byte_before[5][low >> 16 & 255] ^ byte_before[4][low >> 24] ^
              byte_before[3][p[4]] ^ byte_before[2][p[5]] ^
              byte_before[1][p[6]] ^ byte_before[0][p[7]];
    }
    for (; size; size--, p++) crc = crc >> 8 ^ byte_before[0][(crc ^ *p) & 255];
    return ~crc;
}
