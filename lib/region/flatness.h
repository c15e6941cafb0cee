/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a picture is flat. What was drawn by a machine (writing, buttons, bars,
 * emoji) stands on grounds of one shade; what a lens saw hardly ever does. Two
 * screens of one interface share the first and not the second.
 */
#ifndef SITR_FLATNESS_H
#define SITR_FLATNESS_H

#include "region/extrema.h"

/** For each octave of a scale space, which of its samples lie in the middle of
 * three by three whose pixels are all of one shade, give or take one. */
typedef struct sitr_flatness {
    uint32_t n_levels;
    struct {
        uint32_t cols, rows;
        uint8_t *flat; /* 0 or 1 */
    } level[SITR_MAX_OCTAVES];
    bool enlarged; /* level i is for octave i + 1 */
    void *memory;
} sitr_flatness;

sitr_status sitr_flatness_new(sitr_budget *budget, const sitr_plane *plane,
                              const sitr_scale_space *space,
                              sitr_flatness *out);
void sitr_flatness_free(sitr_budget *budget, sitr_flatness *flatness);

/** Whether what an extremum's descriptor sees is flat for more than a tenth. */
bool sitr_flatness_at(const sitr_flatness *flatness,
                      const sitr_extremum *extremum);

#endif
