/* SPDX-License-Identifier: Apache-2.0 */
/* The names of a folder that come next, in byte order: as many as a budget of
 * memory allows, however many there are. */
#ifndef TOOLS_BATCH_H
#define TOOLS_BATCH_H

#include <stdbool.h>
#include <stddef.h>

struct batch_entry {
    char *name;
    unsigned char type; /* DT_* */
};

struct batch {
    struct batch_entry *entries; /* a heap, the greatest on top; then sorted */
    size_t n, capacity;
    size_t size, budget; /* bytes */
    bool left_out;       /* greater names than these were offered */
};

/** Empty, for at least one name. */
void batch_init(struct batch *batch, size_t budget);
void batch_clear(struct batch *batch);

/** Ready for the names that follow, in the memory it has. */
void batch_empty(struct batch *batch);

/** Keeps the name if it is among the least so far that fit the budget. */
void batch_offer(struct batch *batch, const char *name, unsigned char type);

/** Puts what was kept into order, after which nothing may be offered. */
void batch_sort(struct batch *batch);

#endif
