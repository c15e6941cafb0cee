/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes by part: a counting sort, by part, then number. */
#include "index/hash_tables.h"

#include "index/index.h"

/* So far ahead is what a loop will need asked for: heads and entries are larger
 * than any cache. */
#define AHEAD 16

/* Pictures without a hash are filed nowhere. */
static bool is_filed(const sitr_index_layout *l, const uint8_t *data,
                     uint32_t number)
{
    const sitr_index_picture *const pictures =
        (const void *)(data + l->pictures);

    return number >= l->n_pictures || pictures[number].has_code == 1;
}

void sitr_hash_table_fill(const sitr_index_layout *l, uint8_t *data, uint32_t t,
                          uint32_t *ends)
{
    const uint64_t(*const codes)[4] = (const void *)(data + l->codes);
    uint32_t *const heads = (void *)(data + sitr_index_hash_heads(l, t));
    uint16_t *const tags = (void *)(data + sitr_index_hash_tags(l, t));
    uint32_t *const numbers = (void *)(data + sitr_index_hash_numbers(l, t));
    const uint32_t n = sitr_index_n_codes(l);

    memset(heads, 0, (SITR_HASH_BUCKETS + 1) * sizeof *heads);
    for (uint32_t i = 0; i < n; i++)
        if (is_filed(l, data, i)) heads[sitr_hash_part(codes[i], t) + 1]++;
    for (uint32_t b = 0; b < SITR_HASH_BUCKETS; b++) {
        heads[b + 1] += heads[b];
        ends[b] = heads[b];
    }
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n) {
            const uint32_t at = ends[sitr_hash_part(codes[i + AHEAD], t)];

            __builtin_prefetch(&tags[at], 1);
            __builtin_prefetch(&numbers[at], 1);
        }
        if (!is_filed(l, data, i)) continue;
        const uint32_t at = ends[sitr_hash_part(codes[i], t)]++;

        tags[at] = sitr_hash_part(codes[i], t + 1);
        numbers[at] = i;
    }
    const uint32_t n_filed = heads[SITR_HASH_BUCKETS];

    memset(tags + n_filed, 0, (n - n_filed) * sizeof *tags);
    memset(numbers + n_filed, 0, (n - n_filed) * sizeof *numbers);
}
