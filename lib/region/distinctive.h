/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which regions tell one picture from another, and which are found in many.
 */
#ifndef SITR_DISTINCTIVE_H
#define SITR_DISTINCTIVE_H

#include "region/extrema.h"
#include "region/region.h"

/** Moves the extrema on flat ground from `telling`, which holds all, to
 * `others`; both keep their order. The caller gives the items of both back to
 * the budget, also on failure. */
sitr_status sitr_extrema_divide(sitr_budget *budget, const sitr_plane *plane,
                                const sitr_scale_space *space,
                                sitr_extrema *telling, sitr_extrema *others);

/** Moves those that look like two other places of the same picture, or more, to
 * the end, and counts the others; all keep their order otherwise. */
void sitr_regions_move_repeated(const sitr_kernels *kernels,
                                sitr_regions *regions);

#endif
