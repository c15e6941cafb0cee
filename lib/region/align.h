/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two sets of regions to the place of one picture in the other, or none.
 */
#ifndef SITR_ALIGN_H
#define SITR_ALIGN_H

#include "region/query.h"

/* Places of one picture in another that are told apart. */
#define SITR_MAX_PLACES 8

/* A bit for each region of either side. */
#define SITR_REGION_BITS ((SITR_MAX_QUERY_REGIONS + 31) / 32)

/** How far a part of the one's regions is seen in the other. */
typedef struct sitr_agreement {
    double score;       /* what the pairs add up to */
    uint32_t n_pairs;   /* that agree, distinct in place on both sides */
    uint32_t n_visible; /* of these regions that the other could show */
} sitr_agreement;

/** Where one picture lies in another: x' = to[0] x + to[1] y + to[2], y' = to[3]
 * x + to[4] y + to[5], from keypoint units of the one to those of the other. */
typedef struct sitr_alignment {
    double to[6];
    sitr_agreement distinctive; /* of the one's distinctive regions */
    sitr_agreement single;      /* of all that do not repeat in it */
    sitr_variant variant;
    /* of all its regions: those that the other could show; those that agree,
     * which may lie a little beyond; and those of the other that they agree
     * with */
    uint32_t visible[SITR_REGION_BITS];
    uint32_t agreeing[SITR_REGION_BITS];
    uint32_t theirs_agreeing[SITR_REGION_BITS];
} sitr_alignment;

static inline bool sitr_has_bit(const uint32_t *bits, uint32_t i)
{
    return bits[i / 32] >> i % 32 & 1;
}

/** Room for the work; of one thread. */
typedef struct sitr_aligner sitr_aligner;

sitr_aligner *sitr_aligner_new(const sitr_ctx *ctx);
void sitr_aligner_free(const sitr_ctx *ctx, sitr_aligner *aligner);

/** What pairs of `mine` and the query agree on at best, of one variant: the sum
 * of what each counts for, nearly 1. Says which of many pictures to look into,
 * from what an index brings up. Only the points of `mine` are looked at. */
double sitr_align_promise(sitr_aligner *aligner, const sitr_region_query *query,
                          const sitr_regions *mine,
                          const sitr_region_pair *pairs, uint32_t n);

/** The places of `mine` in the query, best first; returns how many, at most
 * `capacity`. */
uint32_t sitr_align(sitr_aligner *aligner, const sitr_kernels *kernels,
                    const sitr_region_query *query, const sitr_regions *mine,
                    sitr_alignment *out, uint32_t capacity);

/** What there is of `mine` at a place that is known: by a map that is a proposal
 * and is not refined. */
void sitr_align_at(sitr_aligner *aligner, const sitr_kernels *kernels,
                   const sitr_region_query *query, const sitr_regions *mine,
                   sitr_variant variant, const double to[6],
                   sitr_alignment *out);

#endif
