/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoded bytes to rows of luma. The only room that sees libjpeg, libpng and
 * libwebp.
 */
#ifndef SITR_CODEC_H
#define SITR_CODEC_H

#include "base/mem.h"
#include "plane/rows.h"

/** One decoding: what goes in, and what is known of the picture after. */
typedef struct sitr_decoding {
    sitr_budget *budget;
    const uint8_t *data; /* borrowed */
    size_t size;
    sitr_row_sink *sink;
    sitr_image_info info; /* out */
    bool damaged;         /* out: cut off, or decoded with warnings */
} sitr_decoding;

/** Sniffs, checks the limits, decodes into the sink. SITR_OK also for a picture
 * that is damaged but shows something: at least one row of it came out. */
sitr_status sitr_decode(sitr_decoding *d);

/** A format. The functions may assume that `sniff` said yes. */
typedef struct sitr_codec {
    const char *name; /* "jpeg" */
    sitr_format format;
    bool (*sniff)(const uint8_t *data, size_t size);
    /** Fills all of `info` but the format. */
    sitr_status (*probe)(const sitr_ctx *ctx, const uint8_t *data, size_t size,
                         sitr_image_info *info);
    /** With `info` filled by probe. */
    sitr_status (*decode)(sitr_decoding *d);
} sitr_codec;

extern const sitr_codec sitr_codec_jpeg;
extern const sitr_codec sitr_codec_png;
extern const sitr_codec sitr_codec_webp;

/** SITR_ELIMIT, with a line to the log, where width x height is over max_side,
 * or over max_pixels (of a picture held whole: max_pixels_whole). */
sitr_status sitr_check_size(const sitr_ctx *ctx, const char *format,
                            uint32_t width, uint32_t height, bool whole);

/** The Exif orientation in a TIFF structure, with or without "Exif\0\0" before
 * it: tag 0x0112 of IFD 0, 1 .. 8; 1 where absent or damaged. Reads at most a
 * few hundred entries (Exif 2.32, section 4.6). */
uint32_t sitr_exif_orientation(const uint8_t *data, size_t size);

#endif
