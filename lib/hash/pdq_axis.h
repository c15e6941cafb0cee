/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDQ's blur and decimation along one axis, as 64 rows of weights.
 */
#ifndef SITR_PDQ_AXIS_H
#define SITR_PDQ_AXIS_H

#include "base/mem.h"

#define SITR_PDQ_SIDE 64

/** Output i is the sum of weight(i)[t] * block[first[i] + t] for
 * t < count[i]; each row of weights adds up to SITR_WEIGHT_ONE. */
typedef struct sitr_pdq_axis {
    uint32_t first[SITR_PDQ_SIDE];
    uint32_t count[SITR_PDQ_SIDE];
    size_t n_taps;    /* a multiple of SITR_TAPS_ALIGN, >= every count */
    int16_t *weights; /* 64 x n_taps, zero past count */
} sitr_pdq_axis;

/** The weights of an axis of `side` pixels that come as `blocks` means of
 * `shrink` pixels, the first of which begins `lead` pixels early. `reversed`
 * gives those of the picture mirrored along this axis, to be applied to the
 * blocks as they are: the result is to the bit that of mirrored blocks. */
sitr_status sitr_pdq_axis_new(sitr_budget *budget, uint32_t side,
                              uint32_t blocks, uint32_t shrink, uint32_t lead,
                              bool reversed, sitr_pdq_axis *out);
void sitr_pdq_axis_free(sitr_budget *budget, sitr_pdq_axis *axis);

#endif
