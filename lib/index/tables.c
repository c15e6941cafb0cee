/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors by bucket: a counting sort. */
#include "index/tables.h"

#include <string.h>

/* So far ahead is what a loop will need asked for: heads and entries are larger
 * than any cache. */
#define AHEAD 32

void sitr_table_fill(const sitr_index_layout *l, uint8_t *data, uint32_t t,
                     uint32_t *buckets)
{
    const sitr_descriptor *const d = (const void *)(data + l->descriptors);
    uint32_t *const heads = (void *)(data + sitr_index_heads(l, t));
    uint32_t *const entries = (void *)(data + sitr_index_entries(l, t));
    const uint32_t n = l->n_regions, n_buckets = 1u << l->sizes.bucket_bits;
    const sitr_key key = sitr_key_of_table(&l->sizes, t);

    memset(heads, 0, ((size_t)n_buckets + 1) * sizeof *heads);
    memset(entries + n, 0,
           l->table_size - ((size_t)n_buckets + 1 + n) * sizeof *entries);
    for (uint32_t i = 0; i < n; i++) {
        buckets[i] = sitr_key_bucket(&key, &d[i], 0);
        __builtin_prefetch(&heads[buckets[i]], 1);
        if (i >= AHEAD) heads[buckets[i - AHEAD]]++;
    }
    for (uint32_t i = n < AHEAD ? 0 : n - AHEAD; i < n; i++)
        heads[buckets[i]]++;
    for (uint32_t b = 1; b <= n_buckets; b++) heads[b] += heads[b - 1];
    /* from the end: each bucket's end becomes its beginning */
    for (uint32_t i = n; i-- > 0;) {
        const uint32_t tag = sitr_key_tag(&key, &d[i], 0);

        if (i >= 2 * AHEAD)
            __builtin_prefetch(&heads[buckets[i - 2 * AHEAD]], 1);
        if (i >= AHEAD)
            __builtin_prefetch(&entries[heads[buckets[i - AHEAD]] - 1], 1);
        entries[--heads[buckets[i]]] = tag << l->sizes.number_bits | i;
    }
}
