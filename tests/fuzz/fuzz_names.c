/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes as the names in a segment, the checksum as it is or, where the first byte
 * says so, made to fit; and an id that was removed, where it says that. What is
 * accepted is within its ranges, and written again it is read again as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "fit_section.h"
#include "names.h"
#include "need.h"
#include "section.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BASE 5 /* of the segment */

void store_record(struct store *store, const struct picture *picture,
                  uint64_t id)
{
    const size_t n = store->n + 1;

    store->pictures =
        need(realloc(store->pictures, n * sizeof *store->pictures));
    store->ids = need(realloc(store->ids, n * sizeof *store->ids));
    store->pictures[store->n] = *picture;
    store->ids[store->n++] = id;
}

static void clear(struct store *store)
{
    for (size_t i = 0; i < store->n; i++) free(store->pictures[i].input.path);
    free(store->pictures);
    free(store->ids);
}

static void check(const struct store *store, const struct names *names,
                  const struct manifest_segment *listed, size_t most)
{
    uint32_t n = 0;

    if (names->size > most || names->size % SECTION_ALIGN ||
        names->n != store->n + listed->n_removed ||
        names->next > MANIFEST_MAX_ID)
        abort();
    for (size_t i = 0; i < store->n; i++) {
        const struct picture *const picture = &store->pictures[i];

        if (store->ids[i] < BASE || store->ids[i] >= BASE + names->next)
            abort();
        if (i && store->ids[i] <= store->ids[i - 1]) abort();
        if (listed->n_removed && store->ids[i] == BASE + listed->removed[0])
            abort();
        if (!*picture->input.path || picture->status >= STATUS_COUNT) abort();
        n += store_has_signature(picture);
    }
    if (n > names->n_signatures || names->n_signatures - n > listed->n_removed)
        abort();
}

static void compare(const struct store *a, const struct store *b)
{
    if (a->n != b->n) abort();
    for (size_t i = 0; i < a->n; i++) {
        const struct picture *const x = &a->pictures[i];
        const struct picture *const y = &b->pictures[i];

        if (a->ids[i] != b->ids[i] || x->status != y->status ||
            x->inode != y->inode || x->info.flags != y->info.flags ||
            strcmp(x->input.path, y->input.path) ||
            (x->has_sha256 && memcmp(x->sha256, y->sha256, 32)))
            abort();
    }
}

/* What was read, written and read again. */
static void check_again(const struct store *store, const struct names *names)
{
    const struct manifest_segment all = {.base = BASE};
    struct store again = {.folder = -1};
    struct names written = *names, same;
    uint8_t *data;

    written.n = (uint32_t)store->n;
    data = names_encode(&written, BASE, store->pictures, store->ids);
    if (names_decode(&again, &all, data, written.size, &same) ||
        same.size != written.size || same.n != written.n ||
        same.n_signatures != written.n_signatures || same.next != names->next ||
        same.no_regions != names->no_regions)
        abort();
    compare(store, &again);
    clear(&again);
    free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct manifest_segment listed = {.base = BASE};
    struct store store = {.folder = -1};
    struct names names;
    uint64_t removed;
    uint8_t *copy;

    if (!size) return 0;
    copy = section_of(data, size);
    if (data[0] & 2) {
        removed = data[0] >> 2;
        listed.removed = &removed;
        listed.n_removed = 1;
    }
    if (!names_decode(&store, &listed, copy, size - 1, &names)) {
        check(&store, &names, &listed, size - 1);
        check_again(&store, &names);
    }
    clear(&store);
    free(copy);
    return 0;
}
