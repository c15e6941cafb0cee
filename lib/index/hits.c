/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest of many: a heap in the caller's memory (Williams 1964). */
#include "index/hits.h"

#include <stdbool.h>

#include "base/sort.h"

static bool is_farther(const sitr_hit *a, const sitr_hit *b)
{
    if (a->distance != b->distance) return a->distance > b->distance;
    if (a->query != b->query) return a->query > b->query;
    return a->id > b->id;
}

static void rise(sitr_hits *h, size_t at, const sitr_hit *hit)
{
    while (at && is_farther(hit, &h->hits[(at - 1) / 2])) {
        h->hits[at] = h->hits[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    h->hits[at] = *hit;
}

static void sink(sitr_hits *h, const sitr_hit *hit)
{
    size_t at = 0, below;

    while ((below = 2 * at + 1) < h->n) {
        if (below + 1 < h->n &&
            is_farther(&h->hits[below + 1], &h->hits[below]))
            below++;
        if (!is_farther(&h->hits[below], hit)) break;
        h->hits[at] = h->hits[below];
        at = below;
    }
    h->hits[at] = *hit;
}

void sitr_hits_add(sitr_hits *h, const sitr_hit *hit)
{
    h->total++;
    if (h->n < h->capacity)
        rise(h, h->n++, hit);
    else if (h->n && is_farther(&h->hits[0], hit))
        sink(h, hit);
}

static int compare(const void *left, const void *right)
{
    const sitr_hit *const a = left, *const b = right;

    if (a->query != b->query) return a->query < b->query ? -1 : 1;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

void sitr_hits_sort(sitr_hits *h)
{
    sitr_sort(h->hits, h->n, sizeof *h->hits, compare);
}
