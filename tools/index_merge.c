/* SPDX-License-Identifier: Apache-2.0 */
/* sitr index merge, and what add and remove leave to be merged: several segments
 * become one, without what was removed from them. No picture is read.
 *
 * The command that made it necessary does it, when what was asked for is on the
 * disk and said, and under the lock that it has already. A process of its own
 * would outlive the command, fail unheard, and have the next command refused. */
#include "index.h"

#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "need.h"
#include "say.h"
#include "stop.h"
#include "store_write.h"
#include "tiers.h"

/* A segment that is to be merged. */
struct source {
    const struct store *store;
    size_t at;     /* its place there */
    uint64_t base; /* of its ids in what it goes into */
};

static const struct manifest_segment *listed(const struct source *source)
{
    return &source->store->manifest.segments[source->at];
}

static const struct segment *segment(const struct source *source)
{
    return &source->store->segments[source->at];
}

static struct tier tier_of(const struct manifest_segment *s)
{
    const uint64_t left = s->n - s->n_removed;

    return (struct tier){
        .size = s->size / s->n * left,
        .is_worn = s->n_removed > 0,
        .is_spent = s->n_removed > left,
    };
}

/* ---- Several as one ------------------------------------------------------ */

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
        n_pictures += segment(&from[i])->n;
        n_removed += listed(&from[i])->n_removed;
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
    const struct manifest_segment *const list = listed(source);
    const struct segment *const part = segment(source);
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
        sum->indexes[i] = segment(&from[i])->index;
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

/* The first that is damaged is said; what a copy left out of it would be out for
 * ever. */
static bool are_whole(const struct source *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const sitr_status status = sitr_index_check(segment(&from[i])->index);

        if (!status) continue;
        store_say_segment(from[i].store, from[i].at, store_problem(status));
        return false;
    }
    return true;
}

/* Writes what is left of the sources as a segment in the place of `n_replaced`
 * from `at` on. */
static bool put_together(struct store_writer *writer, const struct source *from,
                         size_t n, size_t at, size_t n_replaced)
{
    const struct source *const last = &from[n - 1];
    struct segment_content content = {.base = from[0].base};
    sitr_index *index;
    sitr_status status;
    struct sum sum;
    bool good;

    if (!are_whole(from, n)) return false;
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
        .next = last->base + listed(last)->next - content.base,
        .no_regions = sum.no_regions,
        .n = (uint32_t)sum.n,
    };
    if (status) say_path(writer->name, "%s", store_problem(status));
    good = !status && writer_add(writer, at, n_replaced, &content);
    sitr_index_free(index);
    sum_clear(&sum);
    return good;
}

/* ---- In its place -------------------------------------------------------- */

typedef bool plan(const struct tier *tiers, size_t n, size_t *first,
                  size_t *count);

static bool make_plan(const struct manifest *manifest, plan *next,
                      size_t *first, size_t *count)
{
    struct tier *const tiers = need(calloc(manifest->n + 1, sizeof *tiers));
    bool any;

    for (size_t i = 0; i < manifest->n; i++)
        tiers[i] = tier_of(&manifest->segments[i]);
    any = next(tiers, manifest->n, first, count);
    free(tiers);
    return any;
}

static bool merge_range(const struct store *store, size_t first, size_t count)
{
    struct source *const from = need(calloc(count, sizeof *from));
    struct store_writer writer;
    bool good = writer_change(&writer, store);

    for (size_t i = 0; i < count; i++)
        from[i] = (struct source){
            .store = store,
            .at = first + i,
            .base = store->manifest.segments[first + i].base,
        };
    if (good) good = put_together(&writer, from, count, first, count);
    if (good) good = writer_commit(&writer);
    writer_close(&writer);
    free(from);
    return good;
}

/* Merges as planned, a step after the other, each of which leaves a whole index:
 * an interrupt ends it between two. */
static bool merge_by(struct store *store, plan *next)
{
    size_t first, count;

    while (store_read_manifest(store)) {
        if (stop_requested() ||
            !make_plan(&store->manifest, next, &first, &count))
            return true;
        if (!store_load(store) || !merge_range(store, first, count))
            return false;
    }
    return false;
}

bool index_settle(const struct settings *settings, struct store *store)
{
    return settings->no_merge || merge_by(store, tiers_next);
}

static enum exit_status merge_itself(const struct settings *settings,
                                     const sitr_ctx *ctx)
{
    struct store store;
    bool good = store_open(&store, ctx, settings->paths[1], true);
    uint64_t n;

    if (!good) return EXIT_FATAL;
    n = store.n;
    good = merge_by(&store, tiers_pack_next);
    store_close(&store);
    if (good && !stop_requested()) index_say(settings, settings->paths[1], n);
    if (!good) return EXIT_FATAL;
    return stop_requested() ? EXIT_INTERRUPTED : EXIT_MATCHED;
}

/* ---- Others into a new one ----------------------------------------------- */

struct merge {
    const char *path;
    const sitr_ctx *ctx;
    struct store *stores;
    size_t n_stores;
    struct source *sources; /* their segments */
    size_t n;
    uint64_t next_id, n_pictures;
};

static bool too_much(const struct merge *merge)
{
    say_path(merge->path, "%s", store_problem(SITR_ELIMIT));
    return false;
}

/* Puts the segments of the store that was opened last behind those there are,
 * their ids above all that were given before. */
static bool append(struct merge *merge)
{
    const struct store *const store = &merge->stores[merge->n_stores - 1];
    const struct manifest *const manifest = &store->manifest;

    if (manifest->next_id > MANIFEST_MAX_ID - merge->next_id)
        return too_much(merge);
    merge->sources = need(realloc(merge->sources, (merge->n + manifest->n + 1) *
                                                      sizeof *merge->sources));
    for (size_t i = 0; i < manifest->n; i++)
        merge->sources[merge->n++] = (struct source){
            .store = store,
            .at = i,
            .base = merge->next_id + manifest->segments[i].base,
        };
    merge->next_id += manifest->next_id;
    merge->n_pictures += store->n;
    return true;
}

/* One segment as it is, where nothing would be changed. */
static bool write_group(struct store_writer *writer, const struct source *from,
                        size_t n)
{
    if (n > 1 || listed(from)->n_removed)
        return put_together(writer, from, n, writer->manifest.n, 0);
    return are_whole(from, 1) &&
           writer_copy(writer, segment(from), listed(from), from->base);
}

static bool write_groups(struct store_writer *writer, const struct merge *merge)
{
    struct tier *const tiers = need(calloc(merge->n + 1, sizeof *tiers));
    bool good = true;

    for (size_t i = 0; i < merge->n; i++)
        tiers[i] = tier_of(listed(&merge->sources[i]));
    for (size_t i = 0, n; good && i < merge->n; i += n) {
        n = tiers_pack(tiers + i, merge->n - i);
        if (writer->manifest.n == MANIFEST_MAX_SEGMENTS)
            good = too_much(merge);
        else
            good = write_group(writer, merge->sources + i, n);
    }
    free(tiers);
    return good;
}

static bool write_merged(const struct merge *merge)
{
    struct store_writer writer;
    bool good = writer_create(&writer, merge->path);

    if (good) good = write_groups(&writer, merge);
    if (good) {
        writer.manifest.next_id = merge->next_id;
        good = writer_commit(&writer);
    }
    writer_close(&writer);
    return good;
}

static enum exit_status merge_others(const struct settings *settings,
                                     const sitr_ctx *ctx)
{
    struct merge merge = {
        .path = settings->paths[1],
        .ctx = ctx,
        .stores = need(calloc(settings->n_paths, sizeof *merge.stores)),
    };
    bool good = writer_may_create(merge.path);

    for (size_t i = 2; good && i < settings->n_paths; i++) {
        good = store_open(&merge.stores[merge.n_stores], ctx,
                          settings->paths[i], false);
        merge.n_stores += good;
        if (good) good = append(&merge);
    }
    if (good) good = write_merged(&merge);
    for (size_t i = 0; i < merge.n_stores; i++) store_close(&merge.stores[i]);
    free(merge.stores);
    free(merge.sources);
    if (good) index_say(settings, merge.path, merge.n_pictures);
    return good ? EXIT_MATCHED : EXIT_FATAL;
}

enum exit_status index_merge(const struct settings *settings,
                             const sitr_ctx *ctx)
{
    return settings->n_paths > 2 ? merge_others(settings, ctx)
                                 : merge_itself(settings, ctx);
}
