/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32C bit by bit: what is checked is a few hundred bytes. */
#include "base/crc32c.h"

uint32_t sitr_crc32c(const void *data, size_t size)
{
    const uint8_t *p = data;
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < size; i++) {
        crc ^= p[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (0x82f63b78 & (0u - (crc & 1)));
    }
    return ~crc;
}
