/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether something lies over a part of a picture: a bar, an emoji, writing, a
 * mosaic.
 */
#ifndef SITR_COVERED_H
#define SITR_COVERED_H

#include "region/align.h"
#include "signature/signature.h"

/** `mine` as `a` says it lies in what was found, all or nearly all of it seen.
 * Held to what less than one picture in a hundred shows that was re-encoded,
 * scaled, or changed in its colours, and no more. */
bool sitr_is_covered(const sitr_alignment *a, const sitr_signature *mine,
                     const sitr_region_query *found);

#endif
