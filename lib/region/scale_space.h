/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The picture at ever coarser scales: octaves, each half the size of the one
 * before, of blurred levels.
 */
#ifndef SITR_SCALE_SPACE_H
#define SITR_SCALE_SPACE_H

#include "plane/plane.h"

#define SITR_SCALES      3 /* in an octave */
#define SITR_LEVELS      (SITR_SCALES + 3)
#define SITR_MAX_OCTAVES 9

/* Fraction bits of a level's values: 0 .. 255 << 6. */
#define SITR_LEVEL_BITS 6

/* Level i of an octave has the blur 1.6 * 2^(i / SITR_SCALES) of its pixels. */
#define SITR_FIRST_BLUR 1.6

typedef struct sitr_octave {
    uint32_t cols, rows;
    ptrdiff_t stride; /* values from a row to the next */
    int16_t *level[SITR_LEVELS];
} sitr_octave;

typedef struct sitr_scale_space {
    uint32_t n_octaves;
    sitr_octave octave[SITR_MAX_OCTAVES];
    uint32_t cols, rows; /* of the first octave */
    uint32_t factor;     /* samples of the plane for one of it, 1 if enlarged */
    void *memory;
} sitr_scale_space;

/** Makes the scale space of a plane, enlarged twofold with `enlarge`; a plane of
 * a very long side is halved first. No octaves where the picture is too small. */
sitr_status sitr_scale_space_new(sitr_budget *budget, const sitr_plane *plane,
                                 bool enlarge, sitr_scale_space *out);
void sitr_scale_space_free(sitr_budget *budget, sitr_scale_space *space);

#endif
