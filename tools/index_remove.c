/* SPDX-License-Identifier: Apache-2.0 */
/* sitr index remove: no segment is touched; the manifest says what of them is
 * gone. */
#include "index.h"

#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "need.h"
#include "say.h"
#include "store_write.h"

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

/* Adds what is gone from segment `at` to what was removed from it before. */
static void remove_from(struct manifest_segment *listed,
                        const struct store *store, size_t at, const bool *gone)
{
    const struct segment *const segment = &store->segments[at];
    const uint64_t *const before = listed->removed;
    uint64_t *const removed = need(calloc(listed->n + 1, sizeof *removed));
    uint32_t n = 0, k = 0;

    for (size_t i = segment->first; i < segment->first + segment->n; i++) {
        const uint64_t id = store->ids[i] - listed->base;

        if (!gone[i]) continue;
        while (k < listed->n_removed && before[k] < id)
            removed[n++] = before[k++];
        removed[n++] = id;
    }
    while (k < listed->n_removed) removed[n++] = before[k++];
    free(listed->removed);
    listed->removed = removed;
    listed->n_removed = n;
}

static bool write_without(const struct store *store, const bool *gone)
{
    struct store_writer writer;
    bool good = writer_change(&writer, store);

    for (size_t i = 0; good && i < store->manifest.n; i++)
        remove_from(&writer.manifest.segments[i], store, i, gone);
    if (good) good = writer_commit(&writer);
    writer_close(&writer);
    return good;
}

static bool remove_marked(const struct settings *settings, struct store *store,
                          const bool *gone)
{
    uint64_t left = 0;

    for (size_t i = 0; i < store->n; i++) left += !gone[i];
    if (!write_without(store, gone)) return false;
    index_say(settings, store->path, left);
    return true;
}

enum exit_status index_remove(const struct settings *settings,
                              struct store *store)
{
    bool *const gone = need(calloc(store->n + 1, sizeof *gone));
    bool any = false, all = true, good = true;

    for (size_t i = 2; i < settings->n_paths; i++) {
        const bool there = mark(store, settings->paths[i], gone);

        if (!there)
            say_path(settings->paths[i],
                     _("nothing of that name in the index"));
        any = any || there;
        all = all && there;
    }
    if (any) good = remove_marked(settings, store, gone);
    free(gone);
    if (!good) return EXIT_FATAL;
    if (any && !index_settle(settings, store)) all = false;
    return all ? EXIT_MATCHED : EXIT_SOME_FAILED;
}
