/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a search found, as far as there is room for it.
 */
#ifndef SITR_HITS_H
#define SITR_HITS_H

#include <sitr.h>

typedef struct sitr_hits {
    sitr_hit
        *hits; /* of the caller: the farthest first, a heap, while it fills */
    size_t capacity, n;
    uint64_t total;
} sitr_hits;

/** Keeps a hit, or leaves out the farthest of all: by distance, then query, then
 * id. What is kept does not depend on the order in which they come. */
void sitr_hits_add(sitr_hits *h, const sitr_hit *hit);

/** By query, then distance, then id: the last call. */
void sitr_hits_sort(sitr_hits *h);

#endif
