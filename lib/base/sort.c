/* SPDX-License-Identifier: Apache-2.0 */
/* Heapsort. */
#include "base/sort.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* Lets the element in `moving` sink from `at` to where it belongs among the
 * first n. */
static void sink(uint8_t *items, size_t at, size_t n, size_t size,
                 const uint8_t *moving,
                 int (*compare)(const void *, const void *))
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n &&
            compare(items + child * size, items + (child + 1) * size) < 0)
            child++;
        if (compare(moving, items + child * size) >= 0) break;
        memcpy(items + at * size, items + child * size, size);
    }
    memcpy(items + at * size, moving, size);
}

void sitr_sort(void *items, size_t n, size_t size,
               int (*compare)(const void *, const void *))
{
    _Alignas(max_align_t) uint8_t moving[SITR_SORT_MAX_SIZE];
    uint8_t *const p = items;

    assert(size <= sizeof moving);
    for (size_t i = n / 2; i-- > 0;) {
        memcpy(moving, p + i * size, size);
        sink(p, i, n, size, moving, compare);
    }
    for (size_t last = n; last-- > 1;) {
        memcpy(moving, p + last * size, size);
        memcpy(p + last * size, p, size);
        sink(p, 0, last, size, moving, compare);
    }
}
