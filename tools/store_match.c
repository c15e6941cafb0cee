/* SPDX-License-Identifier: Apache-2.0 */
/* An index, asked: each of its segments, but for what was removed. */
#include <stdlib.h>

#include "need.h"
#include "store.h"

/* The place of the picture with that id; false where there is none, which only
 * one who made the file by hand can bring about. */
static bool place_of(const struct store *store, uint64_t id, size_t *place)
{
    size_t low = 0, high = store->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (store->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    *place = low;
    return low < store->n && store->ids[low] == id;
}

/* Adds the matches of one segment behind the `*n` that there are. */
static sitr_status match_segment(const struct store *store, size_t at,
                                 const sitr_signature *found,
                                 const sitr_match_opts *given,
                                 sitr_match **matches, size_t *n)
{
    const struct manifest_segment *const listed = &store->manifest.segments[at];
    sitr_match_opts opts = *given;
    uint64_t there_are = 16; /* more than nearly any picture has */
    size_t capacity, kept = *n;

    opts.without = listed->removed;
    opts.n_without = listed->n_removed;
    do {
        sitr_status status;

        capacity = (size_t)there_are;
        *matches = need(realloc(*matches, (*n + capacity) * sizeof **matches));
        status = sitr_match_index(store->segments[at].index, found, &opts,
                                  *matches + *n, capacity, &there_are);
        if (status) return status;
    } while (there_are > capacity);
    for (size_t i = *n; i < *n + there_are; i++) {
        sitr_match match = (*matches)[i];
        size_t place;

        if (match.id >= listed->next ||
            !place_of(store, listed->base + match.id, &place))
            continue;
        match.id = place;
        (*matches)[kept++] = match;
    }
    *n = kept;
    return SITR_OK;
}

sitr_status store_match(const struct store *store, const sitr_signature *found,
                        const sitr_match_opts *opts, sitr_match **out,
                        size_t *n)
{
    sitr_match *matches = NULL;
    sitr_status status = SITR_OK;
    size_t there_are = 0;

    for (size_t i = 0; i < store->manifest.n && !status; i++)
        status = match_segment(store, i, found, opts, &matches, &there_are);
    if (status) {
        free(matches);
        matches = NULL;
        there_are = 0;
    }
    *out = matches;
    *n = there_are;
    return status;
}
