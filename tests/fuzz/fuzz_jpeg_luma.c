/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Luma read without libjpeg: the rules of luma_rows_compare hold.
 */
#include <stdlib.h>

#include "unit/luma_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_PIXELS (1u << 14)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes b = bytes_new(data, size);

    for (unsigned shrink = 1; shrink <= 8; shrink *= 2) {
        const luma_how how = {.shrink = shrink,
                              .portable = size / 2 % 2,
                              .places = size % 2,
                              .max_pixels = MAX_PIXELS};

        if (luma_rows_compare(&b, how).broken) abort();
    }
    bytes_free(&b);
    return 0;
}
