/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The regions of a picture arranged so that many others can be held against
 * them: as it is, mirrored, inverted and both.
 */
#ifndef SITR_QUERY_H
#define SITR_QUERY_H

#include "region/region.h"

/* Descriptors at most this far apart may show the same. */
#define SITR_NEAR_BITS 64

/* A descriptor's bits in runs of 16: two that are near agree in one of them at
 * least, nearly always (0.92 at 30 bits, 0.58 at 45, were the bits
 * independent). */
#define SITR_N_RUNS 16

typedef struct sitr_region_query {
    const sitr_regions *regions;
    float width, height;        /* of the picture, in units of keypoints */
    uint8_t least_scale;        /* of all its regions */
    uint32_t n_entries;         /* n * SITR_N_VARIANTS in each run */
    uint64_t (*known)[1 << 10]; /* of each run, a bit for each value met */
    uint16_t *first;            /* by run and bucket: where its entries begin */
    uint32_t *entries; /* by run, then bucket: value << 16 | variant << 14 |
                        * region */
} sitr_region_query;

/** Two regions that look alike; `mine` as it is, `theirs` in `variant`. */
typedef struct sitr_region_pair {
    uint16_t mine, theirs;
    uint8_t distance;
    uint8_t variant;
} sitr_region_pair;

/** `regions` must outlive the query; no more than SITR_MAX_QUERY_REGIONS. */
sitr_status sitr_region_query_new(const sitr_ctx *ctx,
                                  const sitr_regions *regions, uint32_t width,
                                  uint32_t height, sitr_region_query *out);
void sitr_region_query_free(const sitr_ctx *ctx, sitr_region_query *query);

/** Pairs of what does not repeat in `mine` and the query within SITR_NEAR_BITS, as
 * many of them as the runs bring up, at most `capacity`; returns how many. */
uint32_t sitr_region_query_pairs(const sitr_region_query *query,
                                 const sitr_regions *mine,
                                 sitr_region_pair *pairs, uint32_t capacity);

#endif
