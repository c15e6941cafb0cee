/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A luma plane, and how it relates to the picture it came from.
 */
#ifndef SITR_PLANE_H
#define SITR_PLANE_H

#include "base/mem.h"
#include "plane/rows.h"

/** `rows` x `cols` means of blocks of shrink x shrink pixels. Block (0, 0)
 * begins `lead_x` pixels left of and `lead_y` above the picture: 0 as decoded,
 * up to shrink - 1 after a turn, when the incomplete blocks come first. A block
 * is the mean of those of its pixels that are in the picture. */
typedef struct sitr_plane {
    uint8_t *data;
    size_t stride; /* >= cols, a multiple of 64; bytes past cols are zero */
    uint32_t cols, rows;
    uint32_t width, height; /* of the picture, pixels */
    uint32_t shrink;        /* 1, 2, 4 or 8 */
    uint32_t lead_x, lead_y;
} sitr_plane;

/** Allocates the plane of a width x height picture at `shrink`, its samples not
 * set. */
sitr_status sitr_plane_new(sitr_budget *budget, uint32_t width, uint32_t height,
                           uint32_t shrink, sitr_plane *out);
void sitr_plane_free(sitr_budget *budget, sitr_plane *plane);

/** Whether nearly all of it (999 of 1000 samples) is one shade, give or take
 * eight: there is nothing to see. */
bool sitr_plane_blank(const sitr_plane *plane);

/** Replaces a plane by itself turned. */
sitr_status sitr_plane_turn(sitr_budget *budget, sitr_plane *plane,
                            sitr_turn turn);

/** The turn that makes a picture with Exif orientation 1 .. 8 upright. */
sitr_turn sitr_turn_of_orientation(uint32_t orientation);
/** The turn that undoes `turn`. */
sitr_turn sitr_turn_inverse(sitr_turn turn);
/** Whether `turn` exchanges width and height. */
static inline bool sitr_turn_transposes(sitr_turn turn) { return turn & 1; }

/** Makes a plane of rows as they arrive, averaging the shrink that the decoder
 * left over. With alpha it makes two, as seen on white and on black. */
typedef struct sitr_plane_builder {
    sitr_row_sink sink; /* hand this to a decoder */
    sitr_budget *budget;
    sitr_plane on_white; /* the plane, where there is no alpha */
    sitr_plane on_black; /* data NULL where there is no alpha */
    uint32_t shrink;     /* left over: applied here */
    uint32_t width;      /* samples in an arriving row */
    uint32_t height;     /* arriving rows that there should be */
    uint32_t n_rows;     /* that arrived */
    uint16_t *sums[2];   /* of the blocks of one row of each plane */
    uint8_t *shade[2];   /* one composited row each */
} sitr_plane_builder;

void sitr_plane_builder_init(sitr_plane_builder *builder, sitr_budget *budget);
/** Fills what is missing with SITR_MISSING_LUMA, then gives the plane as seen
 * on white, or on black where white leaves it blank and black does not;
 * `*on_black` says so. The caller frees it. */
void sitr_plane_builder_finish(sitr_plane_builder *builder, sitr_plane *out,
                               bool *on_black);
/** Frees what finish did not hand over. */
void sitr_plane_builder_free(sitr_plane_builder *builder);

#endif
