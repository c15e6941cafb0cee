/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pictures of an index that share regions with a found one.
 */
#ifndef SITR_CANDIDATES_H
#define SITR_CANDIDATES_H

#include "index/id_list.h"
#include "index/index.h"
#include "region/align.h"

/* So many at most: those whose regions agree best on a place. */
#define SITR_MAX_CANDIDATES 64

/** The numbers of those, but of none whose id is in `without`, rising, into `out`,
 * which has room for SITR_MAX_CANDIDATES. Memory is that of `ctx`, some 6 MB and 4 bytes for each
 * picture of the index. */
sitr_status sitr_candidates_find(const sitr_index *index, const sitr_ctx *ctx,
                                 const sitr_region_query *query,
                                 sitr_aligner *aligner,
                                 const sitr_id_list *without, uint32_t *out,
                                 uint32_t *n);

#endif
