/* SPDX-License-Identifier: Apache-2.0 */
/* Several segments as one. */
#include "together.h"

#include <stdlib.h>

#include "need.h"
#include "say.h"

const struct manifest_segment *source_listed(const struct source *source)
{
    return &source->store->manifest.segments[source->at];
}

const struct segment *source_segment(const struct source *source)
{
    return &source->store->segments[source->at];
}

/* What the sources have together. */
struct sum {
    const sitr_index **indexes;
    uint64_t *offsets; /* from the ids of each to those of the new one */
    uint64_t *removed; /* ids of the new one */
    size_t n_removed;
    struct picture *pictures; /* borrowed; what is left of them */
    uint64_t *ids;
    size_t n;
    bool no_regions;
};

static void make_room(struct sum *sum, const struct source *from, size_t n)
{
    size_t n_pictures = 0, n_removed = 0;

    for (size_t i = 0; i < n; i++) {
        n_pictures += source_segment(&from[i])->n;
        n_removed += source_listed(&from[i])->n_removed;
    }
    sum->indexes = need(calloc(n + 1, sizeof *sum->indexes));
    sum->offsets = need(calloc(n + 1, sizeof *sum->offsets));
    sum->removed = need(calloc(n_removed + 1, sizeof *sum->removed));
    sum->pictures = need(calloc(n_pictures + 1, sizeof *sum->pictures));
    sum->ids = need(calloc(n_pictures + 1, sizeof *sum->ids));
}

static void add_source(struct sum *sum, const struct source *source,
                       uint64_t offset)
{
    const struct manifest_segment *const list = source_listed(source);
    const struct segment *const part = source_segment(source);
    const struct store *const store = source->store;

    for (uint32_t i = 0; i < list->n_removed; i++)
        sum->removed[sum->n_removed++] = list->removed[i] + offset;
    for (size_t i = part->first; i < part->first + part->n; i++) {
        sum->pictures[sum->n] = store->pictures[i];
        sum->ids[sum->n++] = store->ids[i] - list->base + source->base;
    }
    sum->no_regions = sum->no_regions || part->no_regions;
}

static void gather(struct sum *sum, const struct source *from, size_t n)
{
    *sum = (struct sum){.n = 0};
    make_room(sum, from, n);
    for (size_t i = 0; i < n; i++) {
        sum->indexes[i] = source_segment(&from[i])->index;
        sum->offsets[i] = from[i].base - from[0].base;
        add_source(sum, &from[i], sum->offsets[i]);
    }
}

static void sum_clear(struct sum *sum)
{
    free(sum->indexes);
    free(sum->offsets);
    free(sum->removed);
    free(sum->pictures);
    free(sum->ids);
}

bool sources_are_whole(const struct source *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const sitr_status status =
            sitr_index_check(source_segment(&from[i])->index);

        if (!status) continue;
        store_say_segment(from[i].store, from[i].at, store_problem(status));
        return false;
    }
    return true;
}

bool put_together(struct store_writer *writer, const struct source *from,
                  size_t n, size_t at, size_t n_replaced)
{
    const struct source *const last = &from[n - 1];
    struct segment_content content = {.base = from[0].base};
    sitr_index *index;
    sitr_status status;
    struct sum sum;
    bool good;

    if (!sources_are_whole(from, n)) return false;
    gather(&sum, from, n);
    if (!sum.n) {
        manifest_replace(&writer->manifest, at, n_replaced, NULL);
        sum_clear(&sum);
        return true;
    }
    status = sitr_index_merge(from[0].store->ctx, sum.indexes, n, sum.offsets,
                              sum.removed, sum.n_removed, &index);
    content.index = index;
    content.pictures = sum.pictures;
    content.ids = sum.ids;
    content.names = (struct names){
        .next = last->base + source_listed(last)->next - content.base,
        .no_regions = sum.no_regions,
        .n = (uint32_t)sum.n,
    };
    if (status) say_path(writer->name, "%s", store_problem(status));
    good = !status && writer_add(writer, at, n_replaced, &content);
    sitr_index_free(index);
    sum_clear(&sum);
    return good;
}
