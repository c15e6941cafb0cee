/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures to look for: by what they look like, which the library does,
 * and by their bytes, which it knows nothing of. */
#include "protected.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"

bool protected_wants(const struct picture *picture)
{
    return picture->signature ||
           (picture->has_sha256 && picture->status != STATUS_NOT_IMAGE);
}

bool protected_add(struct protected_set *set, const struct picture *picture)
{
    if (!protected_wants(picture)) return false;
    if (set->n == set->capacity) {
        set->capacity = set->capacity ? 2 * set->capacity : 16;
        set->pictures =
            need(realloc(set->pictures, set->capacity * sizeof *set->pictures));
    }
    set->pictures[set->n++] = *picture;
    return true;
}

void protected_add_store(struct protected_set *set, struct store *store)
{
    set->pictures = store->pictures;
    set->n = set->capacity = store->n;
    set->ids = store->ids;
    set->store = store;
    store->pictures = NULL;
}

/* qsort has no place for the set; so these go about in pairs while sorting */
struct keyed {
    const uint8_t *sha256;
    size_t place;
};

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *const x = a, *const y = b;
    const int order = memcmp(x->sha256, y->sha256, 32);

    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static void sort_by_sha256(struct protected_set *set)
{
    struct keyed *const keyed = need(calloc(set->n + 1, sizeof *keyed));

    for (size_t i = 0; i < set->n; i++)
        if (set->pictures[i].has_sha256)
            keyed[set->n_sha256++] = (struct keyed){set->pictures[i].sha256, i};
    qsort(keyed, set->n_sha256, sizeof *keyed, compare_keyed);
    for (size_t i = 0; i < set->n_sha256; i++)
        set->by_sha256[i] = keyed[i].place;
    free(keyed);
}

void protected_seal(struct protected_set *set)
{
    set->signatures = need(calloc(set->n + 1, sizeof *set->signatures));
    set->places = need(calloc(set->n + 1, sizeof *set->places));
    set->by_sha256 = need(calloc(set->n + 1, sizeof *set->by_sha256));
    for (size_t i = 0; i < set->n; i++) {
        if (!set->pictures[i].signature) continue;
        set->signatures[set->n_signatures] = set->pictures[i].signature;
        set->places[set->n_signatures++] = i;
    }
    sort_by_sha256(set);
}

void protected_clear(struct protected_set *set)
{
    for (size_t i = 0; i < set->n; i++) picture_clear(&set->pictures[i]);
    free(set->pictures);
    free(set->signatures);
    free(set->places);
    free(set->by_sha256);
    memset(set, 0, sizeof *set);
}

/* Whether they are one file. What an index says of its device and inode may be
 * long past, and true of another file by now: there, the bytes must be equal. */
static bool is_itself(const struct protected_set *set,
                      const struct picture *mine, const struct picture *found)
{
    return mine->inode == found->inode && mine->device == found->device &&
           (!set->store || picture_same_file(mine, found));
}

static void add(const struct protected_set *set, const struct picture *found,
                const struct evidence *evidence, struct findings *out)
{
    const size_t place = (size_t)evidence->match.id;
    struct finding finding = {
        .evidence = *evidence,
        .found_info = found->info,
        .found_path = need(strdup(found->input.path)),
        .protected_path = set->pictures[place].input.path,
        .status = found->status,
    };

    if (set->ids) finding.evidence.match.id = set->ids[place];
    findings_add(out, &finding);
}

/* All matches, however many, and several of one protected picture where it was
 * found in several places, `id` being its place in the set: `*out` is to be
 * freed. */
static sitr_status scan(const struct protected_set *set,
                        const struct picture *found, sitr_verdict at_least,
                        sitr_match **out, size_t *n)
{
    const sitr_match_opts opts = {
        .struct_size = sizeof opts,
        .at_least = at_least,
    };
    size_t capacity;
    uint64_t there_are = 16; /* more than nearly any picture has */
    sitr_match *matches = NULL;

    *out = NULL;
    *n = 0;
    if (!found->signature) return SITR_OK;
    if (set->store)
        return store_match(set->store, found->signature, &opts, out, n);
    if (!set->n_signatures) return SITR_OK;
    do {
        sitr_status status;

        capacity = (size_t)there_are;
        matches = need(realloc(matches, capacity * sizeof *matches));
        status = sitr_match_scan(set->signatures, set->n_signatures,
                                 found->signature, &opts, matches, capacity,
                                 &there_are);
        if (status) {
            free(matches);
            return status;
        }
    } while (there_are > capacity);
    for (size_t i = 0; i < there_are; i++)
        matches[i].id = set->places[matches[i].id];
    *out = matches;
    *n = (size_t)there_are;
    return SITR_OK;
}

/* Whether no stronger match is of the same protected picture. */
static bool is_strongest(const sitr_match *matches, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (matches[k].id == matches[i].id) return false;
    return true;
}

static void add_matches(const struct protected_set *set,
                        const struct picture *found, const sitr_match *matches,
                        size_t n, struct findings *out, uint64_t *n_self)
{
    for (size_t i = 0; i < n; i++) {
        const struct evidence evidence = {.match = matches[i]};
        const struct picture *const mine = &set->pictures[matches[i].id];

        if (is_itself(set, mine, found)) {
            *n_self += is_strongest(matches, i);
            continue;
        }
        /* those of the same bytes come from add_same_files */
        if (!picture_same_file(mine, found)) add(set, found, &evidence, out);
    }
}

/* The first place in by_sha256 that is not below `found`. */
static size_t lower_bound(const struct protected_set *set,
                          const struct picture *found)
{
    size_t low = 0, high = set->n_sha256;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct picture *const mine =
            &set->pictures[set->by_sha256[middle]];

        if (memcmp(mine->sha256, found->sha256, sizeof mine->sha256) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_same_files(const struct protected_set *set,
                           const struct picture *found,
                           const sitr_match *matches, size_t n,
                           struct findings *out)
{
    if (!found->has_sha256) return;
    for (size_t i = lower_bound(set, found); i < set->n_sha256; i++) {
        const size_t place = set->by_sha256[i];
        const struct picture *const mine = &set->pictures[place];
        struct evidence evidence = {.match.distance = UINT32_MAX};

        if (!picture_same_file(mine, found)) break;
        if (is_itself(set, mine, found)) continue;
        /* the strongest of its matches, if it has any */
        for (size_t k = n; k-- > 0;)
            if (matches[k].id == place) evidence.match = matches[k];
        evidence.match.id = place;
        evidence_same_file(&evidence);
        add(set, found, &evidence, out);
    }
}

sitr_status protected_match(const struct protected_set *set,
                            const struct picture *found, sitr_verdict at_least,
                            struct findings *out, uint64_t *n_self)
{
    sitr_match *matches;
    size_t n;
    sitr_status status = scan(set, found, at_least, &matches, &n);

    /* where there was no memory to scan, the bytes can still be equal */
    add_matches(set, found, matches, n, out, n_self);
    add_same_files(set, found, matches, n, out);
    free(matches);
    if (set->lists) {
        const sitr_status second =
            list_match_find(set->lists, found, at_least, out);

        if (!status) status = second;
    }
    return status;
}
