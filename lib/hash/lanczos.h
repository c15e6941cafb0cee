/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One axis of Pillow's Lanczos resampling of 8-bit pictures, without a float:
 * the weights and so the results are the same on every machine.
 */
#ifndef SITR_LANCZOS_H
#define SITR_LANCZOS_H

#include "base/mem.h"

/* The longest axis: as far as the limits of a context go. */
#define SITR_LANCZOS_MAX_IN  1000000u
#define SITR_LANCZOS_MAX_OUT 32u
/* Lines that sitr_lanczos_add_tile takes at a time. */
#define SITR_TILE_LINES 64u
/* Samples of each of those lines. */
#define SITR_TILE_WIDTH 64u

/** The weights that make `n_out` samples of `n_in`. Those of an output are the
 * mirror image of those of its opposite, to the bit: to turn a picture around
 * or upside down is the same before the resampling and after. Where n_out is
 * n_in, they copy. */
typedef struct sitr_lanczos {
    uint32_t n_in;
    uint32_t n_out;
    uint32_t n_taps; /* weights of an output, a multiple of SITR_TAPS_ALIGN */
    uint32_t shift;  /* weight = high * 2^shift + low */
    uint32_t *first; /* n_out inputs where the windows begin */
    int16_t *high;   /* n_out x n_taps */
    int16_t *low;    /* as many; NULL where shift is 0 */
} sitr_lanczos;

/** Both sides are at least 1 and at most as above. */
sitr_status sitr_lanczos_new(sitr_budget *budget, uint32_t n_in, uint32_t n_out,
                             sitr_lanczos *out);
void sitr_lanczos_free(sitr_budget *budget, sitr_lanczos *axis);

/** How many inputs must be readable, whatever those past n_in are. */
static inline size_t sitr_lanczos_span(uint32_t n_in)
{
    return ((size_t)n_in + SITR_TAPS_ALIGN - 1) / SITR_TAPS_ALIGN *
           SITR_TAPS_ALIGN;
}

/** Resamples one line of values 0 .. 255. */
void sitr_lanczos_line(const sitr_kernels *kernels, const sitr_lanczos *axis,
                       uint8_t *out, const int16_t *in);

/** Adds to the sums of `width` lines that run across the arriving ones: `tile`
 * holds line `at` .. at + SITR_TILE_LINES of sample 0, then of sample 1, ...
 * What it holds past n_in does not matter. `sums` are n_out for each sample. */
void sitr_lanczos_add_tile(const sitr_kernels *kernels,
                           const sitr_lanczos *axis, uint32_t at,
                           const int16_t *tile, uint32_t width, int32_t *sums);
/** A sum of all inputs to the value 0 .. 255 that it stands for. */
uint8_t sitr_lanczos_round(int32_t sum);

/** The filter, sinc(x) * sinc(x / 3), at x = num / den, in units of 2^-41: off
 * by less than one. num < 3 * den, 3 * den < 2^32. */
int64_t sitr_lanczos_filter(uint32_t num, uint32_t den);

#endif
