/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scans passed over: of a JPEG that libjpeg decodes without an error, it makes
 * the same of what is left, at 1/8 and at 1/2, with no more warnings.
 */
#include <stdlib.h>
#include <string.h>

#include "unit/passed_over.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_PIXELS (1u << 14)

static void check(const bytes *b, unsigned shrink)
{
    const jpeg_how how = {.shrink = shrink, .max_pixels = MAX_PIXELS};
    jpeg_how filtered = how;
    outcome all = passed_over_decode(b, how), left;

    filtered.filtered = true;
    left = passed_over_decode(b, filtered);
    if (!all.error) {
        if (left.error || left.n_warnings > all.n_warnings) abort();
        if (left.pixels.size != all.pixels.size) abort();
        if (memcmp(left.pixels.data, all.pixels.data, all.pixels.size)) abort();
    }
    outcome_free(&all);
    outcome_free(&left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes b = bytes_new(data, size);

    check(&b, 8);
    check(&b, 2);
    bytes_free(&b);
    return 0;
}
