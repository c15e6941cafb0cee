/* SPDX-License-Identifier: Apache-2.0 */
#include "list_match.h"

#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "need.h"
#include "say.h"

/* Of a hash without a word about its picture: the least with which it is looked for,
 * so that it is held to what is known of pictures with little to see. */
#define LEAST_QUALITY 50

static const enum listed_kind kinds[LIST_MATCH_DIGESTS] = {
    LISTED_MD5, LISTED_SHA1, LISTED_SHA256};

/* ---- Made ---------------------------------------------------------------- */

static bool is_good(sitr_status status)
{
    if (status) say("%s", _("out of memory"));
    return !status;
}

bool list_match_begin(struct list_match *match, const sitr_ctx *ctx)
{
    memset(match, 0, sizeof *match);
    return is_good(sitr_index_builder_new(ctx, &match->builder));
}

static bool add_pdq(struct list_match *match, const struct listed *listed,
                    const struct listed_hash *pdq, bool *added)
{
    const uint64_t place = match->n;
    char digits[LISTED_DIGITS], text[SITR_HASH_MAX_TEXT] = "pdq:";
    sitr_hash hash;

    if (listed->quality >= 0 && listed->quality < LEAST_QUALITY) {
        match->n_plain++;
        return true;
    }
    listed_digits(pdq, digits);
    strcat(text, digits);
    if (sitr_hash_parse(text, strlen(text), &hash)) return true;
    hash.quality =
        (uint8_t)(listed->quality < 0 ? LEAST_QUALITY : listed->quality);
    *added = true;
    return is_good(
        sitr_index_builder_add_hashes(match->builder, &place, &hash, 1));
}

static void add_digest(struct list_match *match, int which,
                       const struct listed_hash *hash)
{
    struct list_digest digest = {.place = match->n};
    size_t *const capacity = &match->digests[which].capacity;

    if (match->digests[which].n == *capacity) {
        *capacity = *capacity ? 2 * *capacity : 64;
        match->digests[which].items =
            need(realloc(match->digests[which].items,
                         *capacity * sizeof *match->digests[which].items));
    }
    memcpy(digest.bytes, hash->bytes, hash->n);
    match->digests[which].items[match->digests[which].n++] = digest;
}

static void add_entry(struct list_match *match, const char *path, uint64_t id,
                      bool has_quality)
{
    if (match->n == match->capacity) {
        match->capacity = match->capacity ? 2 * match->capacity : 64;
        match->entries = need(
            realloc(match->entries, match->capacity * sizeof *match->entries));
    }
    match->entries[match->n++] =
        (struct list_entry){need(strdup(path)), id, has_quality};
}

bool list_match_add(struct list_match *match, const struct listed *listed,
                    const char *path, uint64_t id)
{
    /* the first of several is of the picture as it is, and not turned */
    const struct listed_hash *const pdq = listed_find(listed, LISTED_PDQ);
    bool added = false;

    match->n_read++;
    /* known not to be what the list is of */
    if (listed->category && !strcmp(listed->category, "NEGATIVE_CLASS"))
        return true;
    if (pdq && !add_pdq(match, listed, pdq, &added)) return false;
    for (int i = 0; i < LIST_MATCH_DIGESTS; i++) {
        const struct listed_hash *const hash = listed_find(listed, kinds[i]);

        if (!hash) continue;
        add_digest(match, i, hash);
        added = true;
    }
    if (added) add_entry(match, path, id, listed->quality >= 0);
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct list_digest *const x = a, *const y = b;
    const int order = memcmp(x->bytes, y->bytes, sizeof x->bytes);

    return order ? order : (x->place > y->place) - (x->place < y->place);
}

bool list_match_seal(struct list_match *match)
{
    const sitr_status status =
        sitr_index_builder_finish(match->builder, &match->index);

    match->builder = NULL;
    for (int i = 0; i < LIST_MATCH_DIGESTS; i++)
        if (match->digests[i].n)
            qsort(match->digests[i].items, match->digests[i].n,
                  sizeof *match->digests[i].items, compare);
    return is_good(status);
}

void list_match_clear(struct list_match *match)
{
    for (size_t i = 0; i < match->n; i++) free(match->entries[i].path);
    free(match->entries);
    for (int i = 0; i < LIST_MATCH_DIGESTS; i++) free(match->digests[i].items);
    sitr_index_builder_free(match->builder);
    sitr_index_free(match->index);
    memset(match, 0, sizeof *match);
}

bool list_match_wants_digests(const struct list_match *match)
{
    return match->digests[LIST_MATCH_MD5].n ||
           match->digests[LIST_MATCH_SHA1].n;
}

const char *list_match_path(const struct list_match *match, uint64_t id)
{
    size_t low = 0, high = match->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (match->entries[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < match->n && match->entries[low].id == id
               ? match->entries[low].path
               : NULL;
}

/* ---- Looked for ---------------------------------------------------------- */

struct places {
    size_t *items;
    size_t n;
};

static bool has(const struct places *places, size_t place)
{
    for (size_t i = 0; i < places->n; i++)
        if (places->items[i] == place) return true;
    return false;
}

/* The first digest that is not below `wanted`. */
static size_t lower_bound(const struct list_match *match, int which,
                          const struct list_digest *wanted)
{
    size_t low = 0, high = match->digests[which].n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare(&match->digests[which].items[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Adds the places of what has these bytes, each once. */
static void find_digest(const struct list_match *match, int which,
                        const uint8_t *bytes, size_t size,
                        struct places *places)
{
    struct list_digest wanted = {.place = 0};

    memcpy(wanted.bytes, bytes, size);
    for (size_t i = lower_bound(match, which, &wanted);
         i < match->digests[which].n; i++) {
        const struct list_digest *const digest =
            &match->digests[which].items[i];

        if (memcmp(digest->bytes, wanted.bytes, sizeof wanted.bytes)) break;
        if (has(places, digest->place)) continue;
        places->items = need(
            realloc(places->items, (places->n + 1) * sizeof *places->items));
        places->items[places->n++] = digest->place;
    }
}

static void find_bytes(const struct list_match *match,
                       const struct picture *found, struct places *places)
{
    if (found->has_sha256)
        find_digest(match, LIST_MATCH_SHA256, found->sha256,
                    sizeof found->sha256, places);
    if (!found->has_digests) return;
    find_digest(match, LIST_MATCH_MD5, found->md5, sizeof found->md5, places);
    find_digest(match, LIST_MATCH_SHA1, found->sha1, sizeof found->sha1,
                places);
}

/* All matches by PDQ; `*out` is to be freed. */
static sitr_status find_pdq(const struct list_match *match,
                            const struct picture *found, sitr_match **out,
                            uint64_t *n)
{
    const sitr_match_opts opts = {
        .struct_size = sizeof opts,
        .max_distance = LIST_MATCH_RADIUS,
    };
    uint64_t there_are = 16; /* more than nearly any picture has */
    size_t capacity;

    *out = NULL;
    *n = 0;
    if (!found->signature || !sitr_index_count(match->index)) return SITR_OK;
    do {
        sitr_status status;

        capacity = (size_t)there_are;
        *out = need(realloc(*out, capacity * sizeof **out));
        status = sitr_match_index(match->index, found->signature, &opts, *out,
                                  capacity, &there_are);
        if (status) {
            free(*out);
            *out = NULL;
            return status;
        }
    } while (there_are > capacity);
    *n = there_are;
    return SITR_OK;
}

static void add(const struct list_match *match, const struct picture *found,
                const struct evidence *evidence, struct findings *out)
{
    const struct list_entry *const entry = &match->entries[evidence->match.id];
    struct finding finding = {
        .evidence = *evidence,
        .found_info = found->info,
        .found_path = need(strdup(found->input.path)),
        .protected_path = entry->path,
        .status = found->status,
        .is_listed = true,
    };

    finding.evidence.match.id = entry->id;
    findings_add(out, &finding);
}

sitr_status list_match_find(const struct list_match *match,
                            const struct picture *found, sitr_verdict at_least,
                            struct findings *out)
{
    struct places places = {NULL, 0};
    sitr_match *matches;
    uint64_t n;
    const sitr_status status = find_pdq(match, found, &matches, &n);

    find_bytes(match, found, &places);
    for (size_t i = 0; i < places.n; i++) {
        struct evidence evidence = {.match.distance = UINT32_MAX};

        for (uint64_t k = n; k-- > 0;)
            if (matches[k].id == places.items[i]) evidence.match = matches[k];
        evidence.match.id = places.items[i];
        evidence_same_file(&evidence);
        add(match, found, &evidence, out);
    }
    for (uint64_t k = 0; k < n; k++) {
        struct evidence evidence = {.match = matches[k]};

        if (has(&places, (size_t)matches[k].id)) continue;
        /* the rates of copies were measured on pictures with enough to see, and
         * nobody says that this is one */
        if (!match->entries[matches[k].id].has_quality)
            evidence.match.verdict = SITR_REVIEW;
        if (evidence.match.verdict >= at_least)
            add(match, found, &evidence, out);
    }
    free(places.items);
    free(matches);
    return status;
}
