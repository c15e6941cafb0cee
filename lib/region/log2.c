/* SPDX-License-Identifier: Apache-2.0 */
/* Sixteen steps a doubling, and a straight line between them. */
#include "region/log2.h"

#include "region/log_tables.h"

uint32_t sitr_log2(uint32_t v)
{
    const uint32_t whole = 31 - (uint32_t)__builtin_clz(v);
    /* 16 to 32, with 8 bits of fraction */
    const uint64_t scaled = ((uint64_t)v << 12) >> whole;
    const uint32_t i = (uint32_t)(scaled >> 8) - 16, part = scaled & 255;
    const uint32_t low = log_of[i], high = log_of[part ? i + 1 : i];

    return whole * 1024 + low + (high - low) * part / 256;
}
