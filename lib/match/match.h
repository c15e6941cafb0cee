/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comparing two pictures, many, and an index share.
 */
#ifndef SITR_MATCH_H
#define SITR_MATCH_H

#include "index/id_list.h"
#include "match/regions.h"

/** What the caller's options come to. */
typedef struct sitr_match_rules {
    sitr_verdict at_least;
    uint32_t max_distance;
    sitr_id_list without; /* of an index alone */
} sitr_match_rules;

/** SITR_EINVAL where they say nothing that can be done; what is of an index alone
 * too, where this is none. */
sitr_status sitr_match_rules_read(const sitr_match_opts *given, bool is_index,
                                  sitr_match_rules *out);

/** PDQ bits beyond which no pair with `found` is a match by its hash. */
uint32_t sitr_match_widest(const sitr_signature *found);

/** All there is to say of two pictures, the best first; room is for
 * SITR_MAX_PLACES. Returns how many matches there are: where there is none, the
 * first says how far the hashes are. */
uint32_t sitr_match_all(sitr_region_search *search, const sitr_signature *mine,
                        const sitr_match_rules *r, sitr_match *out);

/** The strongest matches so far, best first. */
typedef struct sitr_match_best {
    sitr_match *matches;
    size_t capacity, n;
    uint64_t total;
} sitr_match_best;

void sitr_match_keep(sitr_match_best *best, const sitr_match *m);

/* Protected codes laid side by side for one run of the kernel. */
#define SITR_MATCH_BLOCK 256

/** The least distance of each of `n` <= SITR_MATCH_BLOCK codes to any turn of
 * `found`; UINT16_MAX where it has none. */
void sitr_match_least(const sitr_signature *found, const uint64_t *codes,
                      size_t n, uint16_t *least);

#endif
