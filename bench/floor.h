/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the decoding alone costs, by libjpeg, libpng and libwebp called as
 * plainly as they can be: the floor below which no hash of a file can be.
 */
#ifndef SITR_BENCH_FLOOR_H
#define SITR_BENCH_FLOOR_H

#include <stdbool.h>

#include "bench.h"

/** How much of the picture is decoded. PNG and WebP know only the whole. */
typedef enum floor_mode {
    FLOOR_SCALED, /* JPEG: gray, at the scale the library uses */
    FLOOR_GRAY,   /* JPEG: gray, full size */
    FLOOR_COLOUR  /* JPEG: RGB, full size */
} floor_mode;

/** Decodes into rows that are thrown away: JPEG in the space the mode says
 * (where the file has no gray of its own: in its own), PNG to 8-bit rows in its
 * own colour type, lossy WebP to YUV, lossless to RGBA. False on failure. */
bool floor_decode(const bench_file *file, sitr_format format, floor_mode mode);

/** Whether a JPEG is progressive. */
bool floor_is_progressive(const bench_file *file);

#endif
