/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where one picture lies in another, and what was done to it.
 */
#ifndef SITR_PLACEMENT_H
#define SITR_PLACEMENT_H

#include "region/align.h"
#include "signature/signature.h"

/** The corners of `mine` in pixels of what was found. */
void sitr_place_quad(const sitr_alignment *a, const sitr_signature *mine,
                     const sitr_signature *found, double quad[4][2]);

/** The share of the quad that lies within what was found, 0 .. 1. */
double sitr_place_shown(const double quad[4][2], const sitr_signature *found);

/* Within half a degree a picture is straight: the sine, squared. */
#define SITR_STRAIGHT2 0.0001

/** The turn nearest to what the map does, and how far it is from that alone: the
 * square of the sine of what else it turns or shears. */
sitr_turn sitr_place_turn(const sitr_alignment *a, double *skew2);

/** As far as corners and hashes tell: not whether a part is covered.
 * `distance`: of the hashes as the map has it, UINT32_MAX if not known. */
sitr_match_kind sitr_place_kind(const sitr_signature *found,
                                const double quad[4][2], sitr_turn turn,
                                double skew2, uint32_t distance);

/** Whether the agreement has a hole: a quarter of a side by a quarter of which
 * `least` regions or more could be seen, and of these a share agrees that is
 * `times` smaller than that of all. */
bool sitr_place_has_hole(const sitr_alignment *a, const sitr_regions *mine,
                         uint32_t least, uint32_t times);

/** Whether the middle of one lies in the other: the same place, seen twice. */
bool sitr_place_same(const sitr_match *a, const sitr_match *b);

/** The map of the whole of `mine` onto a box of what was found (pixels), turned;
 * mirrored back where the turn mirrors. */
void sitr_place_whole(const sitr_signature *mine, const sitr_signature *found,
                      const sitr_box *box, sitr_turn turn, double to[6]);

#endif
