/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a decoder's rows go: it does not know whether they become a plane or
 * the grid of an ImageHash-compatible hash.
 */
#ifndef SITR_ROWS_H
#define SITR_ROWS_H

#include <stdbool.h>

#include <sitr.h>

/* The largest shrink a decoder may apply by itself. */
#define SITR_MAX_SHRINK 8u

/** The shrink of the plane of a width x height picture: the largest of 1, 2, 4
 * and 8 that leaves the short side, rounded up, at 320 or more. It depends on
 * the dimensions alone, so that every use of a picture sees one plane. */
static inline uint32_t sitr_shrink_for(uint32_t width, uint32_t height)
{
    const uint32_t side = width < height ? width : height;
    uint32_t shrink = SITR_MAX_SHRINK;

    while (shrink > 1 && (side - 1) / shrink + 1 < 320) shrink /= 2;
    return shrink;
}

/** What the decoder is about to hand over, before the first row. */
typedef struct sitr_rows_info {
    uint32_t width; /* pixels of the picture as stored */
    uint32_t height;
    uint32_t shrink; /* already applied: 1, 2, 4 or 8; a row has
                      * ceil(width / shrink) samples, each standing for a block
                      * of shrink x shrink pixels, the last for what is left */
    bool alpha;      /* rows come with alpha */
} sitr_rows_info;

/** A receiver of rows, embedded in the struct that does the work. */
typedef struct sitr_row_sink {
    bool full_size;   /* hand over every pixel (shrink 1), else the decoder may
                       * shrink up to sitr_shrink_for */
    bool from_colour; /* luma of the decoded colour as a viewer shows it, not a
                       * luma that the format happens to store */

    /** Once, before the rows; a failure ends the decoding. */
    sitr_status (*begin)(struct sitr_row_sink *sink,
                         const sitr_rows_info *info);
    /** Top row first, ceil(height / shrink) of them unless the picture is cut
     * off. `alpha` is straight, NULL where the row is opaque. */
    void (*row)(struct sitr_row_sink *sink, const uint8_t *luma,
                const uint8_t *alpha);
    /** Where row `ahead` from the next may be written by the decoder, to be
     * handed over from there; NULL where it may not. May be NULL itself. */
    uint8_t *(*place)(struct sitr_row_sink *sink, uint32_t ahead);
} sitr_row_sink;

/* What stands in for rows that a damaged file does not have. */
#define SITR_MISSING_LUMA 128

#endif
