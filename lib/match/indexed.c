/* SPDX-License-Identifier: Apache-2.0 */
/* One picture against an index: those near by their hash, which are found by a
 * look at every one, and those that share regions, which the index finds. */
#include "index/candidates.h"
#include "match/match.h"

/* Near by their hash, and compared by regions too. Whoever stores one picture
 * ten thousand times has the others told by their hash. */
#define MAX_BY_HASH 512

typedef struct lookup {
    const sitr_index *index;
    sitr_region_search search;
    sitr_match_rules rules;
    sitr_match_best best;
    uint32_t candidates[SITR_MAX_CANDIDATES];
    uint32_t n_candidates, next;
    uint32_t n_by_hash;
    sitr_index_entry entry;
} lookup;

/* Whether picture `i` is a candidate; they come in order. */
static bool is_candidate(lookup *l, uint32_t i)
{
    if (l->next == l->n_candidates || l->candidates[l->next] != i) return false;
    l->next++;
    return true;
}

static void compare(lookup *l, uint32_t i, bool by_regions)
{
    sitr_match matches[SITR_MAX_PLACES];
    uint64_t id;
    uint32_t n;

    sitr_index_get(l->index, i, &l->entry, &id);
    if (!by_regions) l->entry.signature.regions.n = 0;
    n = sitr_match_all(&l->search, &l->entry.signature, &l->rules, matches);
    for (uint32_t k = 0; k < n; k++) {
        matches[k].id = id;
        sitr_match_keep(&l->best, &matches[k]);
    }
}

/* All pictures in the order they were added, as a scan has them, then the hashes
 * without one: of equals the first comes first. */
static void compare_all(lookup *l)
{
    const uint32_t widest = sitr_match_widest(l->search.found);
    uint16_t least[SITR_MATCH_BLOCK];

    const uint32_t n_all = sitr_index_n_codes(&l->index->at);

    for (uint32_t from = 0; from < n_all; from += SITR_MATCH_BLOCK) {
        const uint32_t left = n_all - from;
        const uint32_t n = left < SITR_MATCH_BLOCK ? left : SITR_MATCH_BLOCK;

        sitr_match_least(l->search.found, sitr_index_codes(l->index, from), n,
                         least);
        for (uint32_t i = 0; i < n; i++) {
            const bool candidate = is_candidate(l, from + i);

            if (!candidate && least[i] > widest) continue;
            if (sitr_id_list_has(&l->rules.without,
                                 sitr_index_id(l->index, from + i)))
                continue;
            compare(l, from + i, candidate || l->n_by_hash < MAX_BY_HASH);
            if (!candidate) l->n_by_hash++;
        }
    }
}

static sitr_status look_up(lookup *l, const sitr_signature *found)
{
    sitr_status status = sitr_region_search_new(found, &l->search);

    if (status) return status;
    if (l->search.aligner)
        status = sitr_candidates_find(l->index, found->ctx, &l->search.query,
                                      l->search.aligner, &l->rules.without,
                                      l->candidates, &l->n_candidates);
    if (!status) compare_all(l);
    sitr_region_search_free(&l->search);
    return status;
}

sitr_status sitr_match_index(const sitr_index *index,
                             const sitr_signature *found,
                             const sitr_match_opts *opts, sitr_match *matches,
                             size_t capacity, uint64_t *n_matches)
{
    sitr_match_rules rules;
    sitr_status status;
    lookup *l;

    if (!n_matches) return SITR_EINVAL;
    *n_matches = 0;
    if (!index || !found || (!matches && capacity)) return SITR_EINVAL;
    status = sitr_match_rules_read(opts, true, &rules);
    if (status) return status;
    l = sitr_alloc(found->ctx, sizeof *l);
    if (!l) return SITR_ENOMEM;
    l->index = index;
    l->rules = rules;
    l->best = (sitr_match_best){.matches = matches, .capacity = capacity};
    status = look_up(l, found);
    if (!status) *n_matches = l->best.total;
    sitr_free(found->ctx, l);
    return status;
}
