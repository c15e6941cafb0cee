/* SPDX-License-Identifier: Apache-2.0 */
/* The last segments are put together as long as the one before is no larger than
 * they are: so one that is made is twice as large as the first of those it was
 * made of, at least, and the ones that stay get larger towards the front. */
#include "tiers.h"

bool tiers_next(const struct tier *tiers, size_t n, uint64_t most,
                size_t *first, size_t *count)
{
    uint64_t size;
    size_t from;

    for (size_t i = 0; i < n; i++) {
        if (!tiers[i].is_spent) continue;
        *first = i;
        *count = 1;
        return true;
    }
    if (n <= TIERS_FEW) return false;
    from = n - 1;
    size = tiers[from].size;
    while (from && tiers[from - 1].size <= size && size <= most &&
           tiers[from - 1].size <= most - size)
        size += tiers[--from].size;
    *first = from;
    *count = n - from;
    return *count > 1;
}

size_t tiers_pack(const struct tier *tiers, size_t n, uint64_t most)
{
    uint64_t size = tiers[0].size;
    size_t count = 1;

    while (count < n && size <= most && tiers[count].size <= most - size)
        size += tiers[count++].size;
    return count;
}

bool tiers_pack_next(const struct tier *tiers, size_t n, uint64_t most,
                     size_t *first, size_t *count)
{
    for (*first = 0; *first < n; *first += *count) {
        *count = tiers_pack(tiers + *first, n - *first, most);
        if (*count > 1 || tiers[*first].is_worn) return true;
    }
    return false;
}
