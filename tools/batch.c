/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded heap with the greatest name on top, which goes when there is no
 * room for a lesser one. */
#include "batch.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"

/* What a name costs beside its bytes: malloc's part and the entry. */
#define OVERHEAD (2 * sizeof(void *) + sizeof(struct batch_entry))

void batch_init(struct batch *batch, size_t budget)
{
    *batch = (struct batch){.budget = budget};
}

void batch_empty(struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) free(batch->entries[i].name);
    batch->n = batch->size = 0;
    batch->left_out = false;
}

void batch_clear(struct batch *batch)
{
    batch_empty(batch);
    free(batch->entries);
    batch_init(batch, batch->budget);
}

static size_t cost(const char *name) { return strlen(name) + 1 + OVERHEAD; }

static bool is_greater(const struct batch *batch, size_t a, size_t b)
{
    return strcmp(batch->entries[a].name, batch->entries[b].name) > 0;
}

static void swap(struct batch *batch, size_t a, size_t b)
{
    const struct batch_entry e = batch->entries[a];

    batch->entries[a] = batch->entries[b];
    batch->entries[b] = e;
}

static void rise(struct batch *batch, size_t i)
{
    for (; i > 0 && is_greater(batch, i, (i - 1) / 2); i = (i - 1) / 2)
        swap(batch, i, (i - 1) / 2);
}

static void sink(struct batch *batch, size_t i)
{
    for (;;) {
        size_t greatest = i;

        for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++)
            if (child < batch->n && is_greater(batch, child, greatest))
                greatest = child;
        if (greatest == i) return;
        swap(batch, i, greatest);
        i = greatest;
    }
}

static void drop_greatest(struct batch *batch)
{
    batch->size -= cost(batch->entries[0].name);
    free(batch->entries[0].name);
    batch->entries[0] = batch->entries[--batch->n];
    sink(batch, 0);
    batch->left_out = true;
}

static void add(struct batch *batch, const char *name, unsigned char type)
{
    if (batch->n == batch->capacity) {
        batch->capacity = batch->capacity ? 2 * batch->capacity : 16;
        batch->entries = need(
            realloc(batch->entries, batch->capacity * sizeof *batch->entries));
    }
    batch->entries[batch->n++] = (struct batch_entry){need(strdup(name)), type};
    batch->size += cost(name);
    rise(batch, batch->n - 1);
}

void batch_offer(struct batch *batch, const char *name, unsigned char type)
{
    /* once one was left out, no greater one may come in; one always stays */
    if (batch->left_out && strcmp(name, batch->entries[0].name) > 0) return;
    add(batch, name, type);
    while (batch->size > batch->budget && batch->n > 1) drop_greatest(batch);
}

/* In its place, for qsort(3) would take as much memory again. */
void batch_sort(struct batch *batch)
{
    const size_t n = batch->n;

    while (batch->n > 1) {
        swap(batch, 0, --batch->n);
        sink(batch, 0);
    }
    batch->n = n;
}
