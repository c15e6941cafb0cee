/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extrema of the difference of Gaussians, and the choice among them.
 */
#ifndef SITR_EXTREMA_H
#define SITR_EXTREMA_H

#include "region/scale_space.h"

/* More than these are never looked at: the strongest stay. */
#define SITR_MAX_EXTREMA 3000u

typedef struct sitr_extremum {
    float x, y;     /* in its octave, the first value's middle is 0 */
    float level;    /* 0.4 .. SITR_SCALES + 0.6 */
    float strength; /* of the difference there, in values of a level */
    uint32_t octave;
} sitr_extremum;

typedef struct sitr_extrema {
    uint32_t n, capacity;
    sitr_extremum *items;
} sitr_extrema;

/** All extrema that are strong enough, on no edge; strongest first, at most
 * SITR_MAX_EXTREMA. The caller gives `items` back to the budget. */
sitr_status sitr_extrema_find(sitr_budget *budget,
                              const sitr_scale_space *space, sitr_extrema *out);

/** Keeps the `max` that are farthest from any much stronger one, in the order
 * that they had (adaptive non-maximal suppression: Brown, Szeliski and Winder
 * 2005). */
sitr_status sitr_extrema_spread(sitr_budget *budget, uint32_t max,
                                sitr_extrema *extrema);

/** The same, with a share of its own for each scale: a picture that is kept may
 * come back at any. */
sitr_status sitr_extrema_balance(sitr_budget *budget, uint32_t max,
                                 sitr_extrema *extrema);

#endif
