/* SPDX-License-Identifier: Apache-2.0 */
/* Which segments of an index are put together, and when. Always neighbours, so
 * that ids stay in order. */
#ifndef TOOLS_TIERS_H
#define TOOLS_TIERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** So many segments are left alone. What is made of several has no more than `most`
 * bytes. */
#define TIERS_FEW 8

struct tier {
    uint64_t size; /* bytes, without what was removed */
    bool is_worn;  /* something was removed */
    bool is_spent; /* more than half was */
};

/** After a change: what is worth the work now. False where nothing is. Each
 * picture is written again when as many came behind it, so O(log n) times, and
 * when more than half of its segment was removed; of those far
 * under `most` no more than TIERS_FEW + O(log n) stay. */
bool tiers_next(const struct tier *tiers, size_t n, uint64_t most,
                size_t *first, size_t *count);

/** Where all is to be as few segments as can be: the first of these that are
 * not so yet, or of which something was removed. */
bool tiers_pack_next(const struct tier *tiers, size_t n, uint64_t most,
                     size_t *first, size_t *count);

/** How many, from the first of `n` >= 1 on, are one segment then; 1 at least. */
size_t tiers_pack(const struct tier *tiers, size_t n, uint64_t most);

#endif
