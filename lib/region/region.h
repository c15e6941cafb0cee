/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regions: places of a picture that can be found again after it was scaled,
 * turned, cropped or covered, and what each looks like. A place is an extremum
 * of the difference of Gaussians (Lowe, "Distinctive image features from
 * scale-invariant keypoints", 2004); its looks are 256 comparisons between bins
 * of its histogram of gradients.
 */
#ifndef SITR_REGION_H
#define SITR_REGION_H

#include "plane/plane.h"

/* Of a picture that is kept, and of one that is searched with. */
#define SITR_MAX_STORED_REGIONS 210u
#define SITR_MAX_QUERY_REGIONS  1200u

/* Less than this, and crops and montages will be missed. */
#define SITR_FEW_REGIONS 60u

/* Positions are in 1 / SITR_REGION_UNIT of the longer side. */
#define SITR_REGION_UNIT 32768
/* Steps of scale in a doubling, and of angle in a turn. */
#define SITR_SCALE_STEPS 20
#define SITR_ANGLE_STEPS 256

/** Where a region is. */
typedef struct sitr_keypoint {
    uint16_t x, y; /* from the left and the top, 0 .. SITR_REGION_UNIT */
    uint8_t scale; /* log2 of its size, in SITR_SCALE_STEPS; 0 is the longer
                    * side / 4096 */
    uint8_t angle; /* of its strongest gradient, from the x axis to the y axis,
                    * in SITR_ANGLE_STEPS of a turn */
} sitr_keypoint;

/** What it looks like. In word 0 are 64 comparisons; in word 1 what they become
 * when the picture is mirrored, in word 2 when it is inverted, in word 3 when
 * both: so these three are no more than an exchange of words. */
typedef struct sitr_descriptor {
    uint64_t word[4];
} sitr_descriptor;

/** The regions of a picture. First those that tell it from others; then what
 * stands on a flat ground, as writing and buttons do: two pictures that have it
 * in common need not be copies; last what looks like other places of the same
 * picture, and only helps to see where the picture lies. */
typedef struct sitr_regions {
    uint32_t n;
    uint32_t n_distinctive;
    uint32_t n_single; /* these, and those on flat ground */
    sitr_keypoint *points;
    sitr_descriptor *descriptors;
} sitr_regions;

/** What a picture was made of the one that is compared. */
typedef enum sitr_variant {
    SITR_AS_IT_IS = 0,
    SITR_MIRRORED = 1,
    SITR_INVERTED = 2,
    SITR_MIRRORED_INVERTED = 3
} sitr_variant;

#define SITR_N_VARIANTS 4

/** Bits in which `a` and the `variant` of `b` differ. For one pair; the kernel
 * hamming256 has them by the row. */
static inline uint32_t sitr_descriptor_distance(const sitr_descriptor *a,
                                                const sitr_descriptor *b,
                                                uint32_t variant)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < 4; i++) {
        uint64_t v = a->word[i] ^ b->word[i ^ variant];

        v -= (v >> 1) & UINT64_C(0x5555555555555555);
        v = (v & UINT64_C(0x3333333333333333)) +
            ((v >> 2) & UINT64_C(0x3333333333333333));
        bytes += (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    }
    /* at most 32 in each byte; all together they may be 256 */
    bytes = (bytes & UINT64_C(0x00ff00ff00ff00ff)) +
            ((bytes >> 8) & UINT64_C(0x00ff00ff00ff00ff));
    return (uint32_t)((bytes * UINT64_C(0x0001000100010001)) >> 48);
}

/** The `max` best regions of a plane, fewer where there are no more; spread over
 * the picture rather than the strongest alone, and distinctive ones as far as
 * there are. With `as_query` places of two
 * directions are there twice, and small pictures are enlarged. The arrays are
 * the context's: free them with sitr_regions_free. */
sitr_status sitr_regions_find(sitr_budget *budget, const sitr_plane *plane,
                              uint32_t max, bool as_query, sitr_regions *out);
/** Room for `n` regions, of which there are none yet. */
sitr_status sitr_regions_new(const sitr_ctx *ctx, uint32_t n,
                             sitr_regions *out);
void sitr_regions_free(const sitr_ctx *ctx, sitr_regions *regions);

#endif
