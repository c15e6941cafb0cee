/* SPDX-License-Identifier: Apache-2.0 */
/* Several segments as one, without what was removed from them. */
#ifndef TOOLS_TOGETHER_H
#define TOOLS_TOGETHER_H

#include "store_write.h"

/** A segment that is to be merged. */
struct source {
    const struct store *store;
    size_t at;     /* its place there */
    uint64_t base; /* of its ids in what it goes into */
};

const struct manifest_segment *source_listed(const struct source *source);
const struct segment *source_segment(const struct source *source);

/** Reads all of them: what a copy left out for damage would be out for ever.
 * False, after a message, where one is damaged. */
bool sources_are_whole(const struct source *from, size_t n);

/** Writes what is left of the sources, whose bases rise, as a segment in the place
 * of `n_replaced` from `at` on; none where nothing is left. False after a
 * message, where one of them is damaged for example. */
bool put_together(struct store_writer *writer, const struct source *from,
                  size_t n, size_t at, size_t n_replaced);

#endif
