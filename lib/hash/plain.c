/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Too plain to be told apart. PDQ's quality measures how much changes from
 * sample to sample; a page with four lines of text, a board or a row of stripes
 * has plenty of that. Two more things must be so of a picture whose hash can
 * vouch for it: something happens in more than a third of it, and most of the
 * bits are decided by more than noise.
 */
#include "hash/plain.h"

#include "kernel/kernels.h"

#define SIDE   64u
#define CELL   8u
#define N_BITS 256

/* A cell of 8 x 8 samples is active when its shades span more than this. */
#define ACTIVE_SPAN ((int64_t)16 << SITR_SAMPLE_BITS)
#define MIN_ACTIVE  25u

/* Fraction bits of the coefficients: one basis for each axis, less the shift
 * between them. */
#define LOW_BITS \
 (SITR_SAMPLE_BITS + 2 * SITR_BASIS_BITS - (SITR_BASIS_BITS + 1))
/* A bit is decided when its coefficient is this far from the median, in shades
 * of an orthonormal transform: what re-encoding as JPEG 75 moves. */
#define DECIDED     ((int64_t)2 << LOW_BITS)
#define MIN_DECIDED 190u

static bool active(const int32_t *cell)
{
    int32_t least = cell[0], most = cell[0];

    for (uint32_t y = 0; y < CELL; y++) {
        for (uint32_t x = 0; x < CELL; x++) {
            const int32_t v = cell[y * SIDE + x];

            if (v < least) least = v;
            if (v > most) most = v;
        }
    }
    return (int64_t)most - least > ACTIVE_SPAN;
}

bool sitr_too_plain(const int32_t *samples, const int64_t *low, int64_t median)
{
    uint32_t n_active = 0, n_decided = 0;

    for (uint32_t y = 0; y < SIDE; y += CELL)
        for (uint32_t x = 0; x < SIDE; x += CELL)
            n_active += active(samples + y * SIDE + x);
    for (uint32_t i = 0; i < N_BITS; i++) {
        const int64_t d = low[i] - median;

        n_decided += d > DECIDED || d < -DECIDED;
    }
    return n_active < MIN_ACTIVE || n_decided < MIN_DECIDED;
}
