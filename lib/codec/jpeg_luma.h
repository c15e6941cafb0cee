/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Luma of JPEGs that are as encoders write them, without libjpeg. With the
 * others it does better than to guess.
 */
#ifndef SITR_JPEG_LUMA_H
#define SITR_JPEG_LUMA_H

#include <stdio.h>

#include <jpeglib.h>

#include "base/mem.h"
#include "codec/scans.h"
#include "plane/rows.h"

typedef struct sitr_jpeg_luma sitr_jpeg_luma;

/** For a picture whose header was read, its output chosen and its dimensions
 * calculated by libjpeg, and of which `scans` are at the data of the first; what
 * both point to stays as it is.
 *
 * NULL in `out` where this is not for it: its output is not luma alone, or this
 * CPU has no fast inverse DCT for it (but at 1/8, which needs none), or its coding
 * is arithmetic, in several scans (but at 1/8, where a progressive one
 * will do), or unusual. Fails for want of memory alone. */
sitr_status sitr_jpeg_luma_new(sitr_budget *budget,
                               const struct jpeg_decompress_struct *c,
                               const sitr_scans *scans, sitr_jpeg_luma **out);

/** Hands over rows from the first, equal to the bit to what libjpeg decodes by
 * its slow integer DCT without block smoothing; how many. Fewer than all where
 * something is wrong: a progressive picture gives all or none. */
uint32_t sitr_jpeg_luma_rows(sitr_jpeg_luma *r, sitr_row_sink *sink);

/** NULL is nothing to do. */
void sitr_jpeg_luma_free(sitr_budget *budget, sitr_jpeg_luma *r);

#endif
