/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the regions of two pictures say of them.
 */
#ifndef SITR_MATCH_REGIONS_H
#define SITR_MATCH_REGIONS_H

#include <stdbool.h>

#include "region/align.h"
#include "signature/signature.h"

/** A found picture, ready to be compared by its regions. */
typedef struct sitr_region_search {
    const sitr_signature *found;
    sitr_region_query query;
    sitr_aligner *aligner; /* NULL: it has no regions, and nothing is found */
    double weak_rate;      /* of the best place that the last run left out */
} sitr_region_search;

sitr_status sitr_region_search_new(const sitr_signature *found,
                                   sitr_region_search *out);
void sitr_region_search_free(sitr_region_search *search);

/** The places of `mine` in what was found, strongest first, as matches: verdict,
 * kind, turn, keypoints, rate and quad. At most SITR_MAX_PLACES; weaker than
 * SITR_REVIEW are left out. Returns how many. */
uint32_t sitr_region_search_run(sitr_region_search *search,
                                const sitr_signature *mine, sitr_match *out);

/** Whether the whole of the one is not what a box of the other shows with this
 * turn, though their hashes are so near: many regions of `mine` could be seen
 * there, and are not. Of what is said to be a copy (`as_copy`) more must be. */
bool sitr_region_search_denies(sitr_region_search *search,
                               const sitr_signature *mine, const sitr_box *box,
                               sitr_turn turn, uint32_t distance, bool as_copy);

#endif
