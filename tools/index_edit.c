/* SPDX-License-Identifier: Apache-2.0 */
/* sitr index remove and merge: new files of what old ones have. No picture is
 * read. */
#include "index.h"

#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "need.h"
#include "say.h"
#include "store_write.h"

/* ---- Remove -------------------------------------------------------------- */

/* Whether `path` is that name, or lies in the folder of that name. */
static bool is_below(const char *path, const char *name)
{
    size_t n = strlen(name);

    while (n > 1 && name[n - 1] == '/') n--;
    return !strncmp(path, name, n) &&
           (!path[n] || path[n] == '/' || name[n - 1] == '/');
}

/* Marks what is recorded under the name; false where nothing is. */
static bool mark(const struct store *store, const char *name, bool *gone)
{
    bool any = false;

    for (size_t i = 0; i < store->n; i++) {
        if (!is_below(store->pictures[i].input.path, name)) continue;
        gone[i] = any = true;
    }
    return any;
}

/* What is left of the part, whose pictures are moved to `kept`. */
static sitr_status keep(const sitr_ctx *ctx, struct store *store,
                        const struct store_part *part, const bool *gone,
                        struct store *kept, struct store_part *out)
{
    uint64_t *const ids = need(calloc(part->n + 1, sizeof *ids));
    const sitr_index *const one[] = {part->index};
    sitr_status status = SITR_OK;
    size_t n = 0;

    *out = *part;
    out->index = NULL;
    out->first = kept->n;
    for (size_t i = part->first; i < part->first + part->n; i++) {
        if (gone[i]) {
            ids[n++] = store->ids[i] - part->base;
            continue;
        }
        store_record(kept, &store->pictures[i], store->ids[i]);
        memset(&store->pictures[i], 0, sizeof store->pictures[i]);
    }
    out->n = kept->n - out->first;
    if (n) {
        out->data = NULL;
        status = sitr_index_merge(ctx, one, 1, NULL, ids, n, &out->index);
    }
    free(ids);
    return status;
}

static bool write_without(const char *path, const sitr_ctx *ctx,
                          struct store *store, const bool *gone,
                          struct store *kept)
{
    struct store_writer writer;
    bool good = writer_open(&writer, path, true);

    for (size_t i = 0; good && i < store->n_parts; i++) {
        struct store_part part;
        const sitr_status status =
            keep(ctx, store, &store->parts[i], gone, kept, &part);

        if (status) say_path(path, "%s", store_problem(status));
        good = !status && writer_add(&writer, &part, kept->pictures, kept->ids);
        sitr_index_free(part.index);
    }
    if (good) good = writer_commit(&writer);
    writer_close(&writer);
    return good;
}

enum exit_status index_remove(const struct settings *settings,
                              const sitr_ctx *ctx, struct store *store)
{
    const char *const path = settings->paths[1];
    bool *const gone = need(calloc(store->n + 1, sizeof *gone));
    struct store kept = {.fd = -1};
    bool any = false, all = true, good = true;

    for (size_t i = 2; i < settings->n_paths; i++) {
        const bool there = mark(store, settings->paths[i], gone);

        if (!there)
            say_path(settings->paths[i],
                     _("nothing of that name in the index"));
        any = any || there;
        all = all && there;
    }
    if (any) good = write_without(path, ctx, store, gone, &kept);
    if (any && good) index_say(settings, path, kept.n);
    store_close(&kept);
    free(gone);
    if (!good) return EXIT_FATAL;
    return all ? EXIT_MATCHED : EXIT_SOME_FAILED;
}

/* ---- Merge --------------------------------------------------------------- */

struct merge {
    const char *path;
    struct store_writer writer;
    uint64_t base; /* of the next part */
    size_t n_parts;
    uint64_t n; /* pictures */
};

/* The part's pictures, by ids of the new file. */
static bool append_part(struct merge *merge, struct store *store,
                        struct store_part part)
{
    const uint64_t old = part.base;

    if (merge->n_parts == STORE_MAX_PARTS ||
        part.next > STORE_MAX_ID - 1 - merge->base) {
        say_path(merge->path, "%s", store_problem(SITR_ELIMIT));
        return false;
    }
    part.base = merge->base;
    for (size_t i = part.first; i < part.first + part.n; i++)
        store->ids[i] = store->ids[i] - old + part.base;
    merge->base += part.next;
    merge->n_parts++;
    merge->n += part.n;
    return writer_add(&merge->writer, &part, store->pictures, store->ids);
}

static bool append(struct merge *merge, const sitr_ctx *ctx, const char *path)
{
    struct store store;
    bool good = store_open(&store, ctx, path);

    if (!good) return false;
    for (size_t i = 0; good && i < store.n_parts; i++) {
        const sitr_status status = sitr_index_check(store.parts[i].index);

        /* what a copy leaves out for damage would be out for ever */
        if (status) say_path(path, "%s", store_problem(status));
        good = !status && append_part(merge, &store, store.parts[i]);
    }
    store_close(&store);
    return good;
}

enum exit_status index_merge(const struct settings *settings,
                             const sitr_ctx *ctx)
{
    struct merge merge = {.path = settings->paths[1]};
    bool good = writer_open(&merge.writer, merge.path, false);

    for (size_t i = 2; good && i < settings->n_paths; i++)
        good = append(&merge, ctx, settings->paths[i]);
    if (good) good = writer_commit(&merge.writer);
    writer_close(&merge.writer);
    if (good) index_say(settings, merge.path, merge.n);
    return good ? EXIT_MATCHED : EXIT_FATAL;
}
