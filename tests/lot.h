/* SPDX-License-Identifier: Apache-2.0 */
/* In place of libsodium's random bytes: the same in every run from `lot` on, for
 * sealed files that can be compared. Included by one source of a program. */
#ifndef SITR_TEST_LOT_H
#define SITR_TEST_LOT_H

#include <sodium.h>

static uint32_t lot;

static const char *lot_name(void) { return "lot"; }

static void lot_fill(void *to, size_t size)
{
    uint8_t *const bytes = to;

    for (size_t i = 0; i < size; i++) {
        lot = lot * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(lot >> 24);
    }
}

static uint32_t lot_draw(void)
{
    uint32_t value;

    lot_fill(&value, sizeof value);
    return value;
}

static struct randombytes_implementation lots = {
    .implementation_name = lot_name, .random = lot_draw, .buf = lot_fill};

#endif
