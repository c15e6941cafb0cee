/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an extremum looks like.
 */
#ifndef SITR_DESCRIBE_H
#define SITR_DESCRIBE_H

#include "region/extrema.h"
#include "region/region.h"

/* Directions that one place may have. */
#define SITR_MAX_DIRECTIONS 2

/** The strongest directions of the gradient around an extremum, in
 * SITR_ANGLE_STEPS of a turn; the second only where it is nearly as strong.
 * Returns how many. */
uint32_t sitr_region_directions(const sitr_kernels *kernels,
                                const sitr_scale_space *space,
                                const sitr_extremum *extremum,
                                uint8_t angles[SITR_MAX_DIRECTIONS]);

/** The descriptor of an extremum seen from `angle`. */
void sitr_region_describe(const sitr_kernels *kernels,
                          const sitr_scale_space *space,
                          const sitr_extremum *extremum, uint8_t angle,
                          sitr_descriptor *out);

/** Place and size of an extremum in the picture that `plane` is of. */
void sitr_region_place(const sitr_plane *plane, const sitr_scale_space *space,
                       const sitr_extremum *extremum, sitr_keypoint *out);

#endif
