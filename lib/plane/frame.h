/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The picture within a picture: what bars, borders and the grounds of a screen
 * leave.
 */
#ifndef SITR_FRAME_H
#define SITR_FRAME_H

#include "plane/plane.h"

/** Pixels. */
typedef struct sitr_box {
    uint32_t x, y, width, height;
} sitr_box;

/** The box of what lies within a frame: the longest run of rows that are not of
 * one shade, of that the longest run of columns, and so on, until both hold.
 * False where nearly all of the picture is within, or nearly nothing. Its sides
 * are exact to a sample of the plane. */
bool sitr_frame_find(const sitr_plane *plane, sitr_box *out);

/** A plane of its own of the box, which sitr_frame_find gave. */
sitr_status sitr_frame_cut(sitr_budget *budget, const sitr_plane *plane,
                           const sitr_box *box, sitr_plane *out);

#endif
