/* SPDX-License-Identifier: Apache-2.0 */
/* sitr index merge, and what add and remove leave to be merged: several segments
 * become one, without what was removed from them. No picture is read.
 *
 * The command that made it necessary does it, when what was asked for is on the
 * disk and said, and under the lock that it has already. A process of its own
 * would outlive the command, fail unheard, and have the next command refused. */
#include "index.h"

#include <stdlib.h>

#include "i18n.h"
#include "need.h"
#include "say.h"
#include "stop.h"
#include "tiers.h"
#include "together.h"

static struct tier tier_of(const struct manifest_segment *s)
{
    const uint64_t left = s->n - s->n_removed;

    return (struct tier){
        .size = s->size / s->n * left,
        .is_worn = s->n_removed > 0,
        .is_spent = s->n_removed > left,
    };
}

/* ---- In its place -------------------------------------------------------- */

typedef bool plan(const struct tier *tiers, size_t n, uint64_t most,
                  size_t *first, size_t *count);

static bool make_plan(const struct manifest *manifest, plan *next,
                      uint64_t most, size_t *first, size_t *count)
{
    struct tier *const tiers = need(calloc(manifest->n + 1, sizeof *tiers));
    bool any;

    for (size_t i = 0; i < manifest->n; i++)
        tiers[i] = tier_of(&manifest->segments[i]);
    any = next(tiers, manifest->n, most, first, count);
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
static bool merge_by(const struct settings *settings, struct store *store,
                     plan *next)
{
    size_t first, count;

    while (store_read_manifest(store)) {
        if (stop_requested() ||
            !make_plan(&store->manifest, next, index_most(settings), &first,
                       &count))
            return true;
        if (!store_load(store) || !merge_range(store, first, count))
            return false;
    }
    return false;
}

bool index_settle(const struct settings *settings, struct store *store)
{
    return settings->no_merge || merge_by(settings, store, tiers_next);
}

static enum exit_status merge_itself(const struct settings *settings,
                                     const sitr_ctx *ctx)
{
    struct store store;
    bool good = store_open(&store, ctx, settings->paths[1], true);
    uint64_t n;

    if (!good) return EXIT_FATAL;
    n = store.n;
    good = merge_by(settings, &store, tiers_pack_next);
    store_close(&store);
    if (good && !stop_requested()) index_say(settings, settings->paths[1], n);
    if (!good) return EXIT_FATAL;
    return stop_requested() ? EXIT_INTERRUPTED : EXIT_MATCHED;
}

/* ---- Others into a new one ----------------------------------------------- */

struct merge {
    const char *path;
    uint64_t most; /* bytes of a segment */
    struct store *stores;
    size_t n_stores;
    struct source *sources; /* their segments */
    size_t n;
    uint64_t next_id, n_pictures;
};

/* Puts the segments of the store that was opened last behind those there are,
 * their ids above all that were given before. */
static bool append(struct merge *merge)
{
    const struct store *const store = &merge->stores[merge->n_stores - 1];
    const struct manifest *const manifest = &store->manifest;

    if (manifest->next_id > MANIFEST_MAX_ID - merge->next_id) {
        say_path(merge->path, "%s", store_problem(SITR_ELIMIT));
        return false;
    }
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
    if (n > 1 || source_listed(from)->n_removed)
        return put_together(writer, from, n, writer->manifest.n, 0);
    return sources_are_whole(from, 1) &&
           writer_copy(writer, source_segment(from), source_listed(from),
                       from->base);
}

static bool write_groups(struct store_writer *writer, const struct merge *merge)
{
    struct tier *const tiers = need(calloc(merge->n + 1, sizeof *tiers));
    bool good = true;

    for (size_t i = 0; i < merge->n; i++)
        tiers[i] = tier_of(source_listed(&merge->sources[i]));
    for (size_t i = 0, n; good && i < merge->n; i += n) {
        n = tiers_pack(tiers + i, merge->n - i, merge->most);
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
        .most = index_most(settings),
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
