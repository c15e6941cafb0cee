/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plane as a few squares.
 */
#ifndef SITR_PLANE_BLUR_H
#define SITR_PLANE_BLUR_H

#include "plane/plane.h"

/** The means of the squares of a plane that is not empty. */
void sitr_plane_blur(const sitr_plane *plane, sitr_blurred *out);

#endif
