/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures for the tests: pixels, their encoded forms, and an allocator that
 * counts and fails. Everything here stops the test when it goes wrong.
 */
#ifndef SITR_TEST_PICTURES_H
#define SITR_TEST_PICTURES_H

#include <stdbool.h>

#include <sitr.h>

/* ---- Pixels --------------------------------------------------------------- */

/** Rows of `channels` bytes a pixel: gray, RGB, RGBA or CMYK. */
typedef struct raster {
    uint32_t width, height, channels;
    uint8_t *data;
} raster;

/** Waves, another set in each channel; with `grain` noise of up to that much.
 * The fourth channel runs over all of 0 .. 255. */
raster raster_new(uint32_t width, uint32_t height, uint32_t channels,
                  uint8_t grain);
/** All zero. */
raster raster_blank(uint32_t width, uint32_t height, uint32_t channels);
void raster_free(raster *r);
/** What Exif orientation 1 .. 8 makes of stored pixels. */
raster raster_upright(const raster *stored, uint32_t orientation);
sitr_pixels raster_pixels(const raster *r);
/** Rec. 601 luma of three bytes. */
uint8_t luma_of(const uint8_t *rgb);
/** A fixed sequence of noise. */
uint32_t noise(uint32_t *state);

/* ---- Encoded -------------------------------------------------------------- */

typedef struct bytes {
    uint8_t *data;
    size_t size;
} bytes;

/** A copy; zeros where `data` is NULL. */
bytes bytes_new(const void *data, size_t size);
void bytes_append(bytes *b, const void *data, size_t size);
void bytes_free(bytes *b);
/** A TIFF structure that holds orientation alone, 26 bytes. */
bytes exif_of(uint32_t orientation, bool big);

typedef enum jpeg_kind {
    JPEG_PLAIN, /* what libjpeg makes of so many channels: YCbCr, gray, CMYK */
    JPEG_RGB,   /* stored as RGB, Adobe transform 0 */
    JPEG_YCCK
} jpeg_kind;

/** As in jpeg_scan_info. */
typedef struct jpeg_scan {
    uint8_t n_components, component[4];
    uint8_t first, last, high, low;
} jpeg_scan;

#define JPEG_MAX_SCANS 64

typedef struct jpeg_opts {
    jpeg_kind kind;
    int quality; /* 0 = 90 */
    uint8_t sampling[4][2]; /* h, v a component; all 0: 1 x 1 */
    bool progressive;
    bool one_by_one;      /* a scan a component, not interleaved */
    const jpeg_scan *script; /* scans, up to JPEG_MAX_SCANS; NULL = as above */
    int n_script;
    bool arithmetic;
    bool no_adobe_marker; /* of four components */
    uint32_t restart;     /* MCUs between markers; 0 = none */
    uint32_t orientation; /* 0 = no Exif */
} jpeg_opts;

bytes jpeg_of(const raster *r, const jpeg_opts *opts);
/** Where the entropy-coded data of the first scan begins. */
size_t jpeg_data_at(const bytes *jpeg);

typedef struct png_opts {
    int type, depth; /* PNG_COLOR_TYPE_*, bits a sample */
    bool interlaced;
    uint8_t palette[256][3];
    uint8_t palette_alpha[256];
    int n_palette, n_alpha;
    bool key; /* tRNS of gray or RGB */
    uint16_t key_value[3];
    uint32_t orientation; /* 0 = no eXIf */
    bool exif_last;       /* after the picture */
} png_opts;

/** `rows` are packed as in the file: stride bytes each, 16 bits big-endian. */
bytes png_of_rows(uint32_t width, uint32_t height, const uint8_t *rows,
                  size_t stride, const png_opts *opts);
/** The same of 1, 3 or 4 channels of 8 bits; `opts` may be NULL. */
bytes png_of(const raster *r, const png_opts *opts);

/** `quality` 0 .. 100, or -1: lossless. */
bytes webp_of(const raster *r, float quality);
/** With an EXIF chunk. */
bytes webp_with_exif(const bytes *webp, uint32_t orientation);
/** An animation of `n` times that frame, at x, y (even) of a canvas. */
bytes webp_animation(const bytes *frame, uint32_t canvas_width,
                     uint32_t canvas_height, int x, int y, int n);

#define N_PICTURE_KINDS 9

/** One of each kind there is, by the number of its name in picture_kinds. */
bytes picture_of_kind(const raster *rgb, const raster *rgba, int kind);
extern const char *const picture_kinds[N_PICTURE_KINDS];

/* ---- Memory --------------------------------------------------------------- */

/** An allocator that counts, and fails where it is told to. */
typedef struct tally {
    sitr_allocator allocator;
    size_t alive; /* bytes */
    size_t peak;
    size_t largest;
    size_t n_blocks; /* alive */
    size_t n_calls;  /* that asked for memory */
    size_t fail_at;  /* the call that gets none, from 1; 0 = none */
    bool for_ever;   /* nor those after it */
    bool failed;
} tally;

/** `t` must stay where it is while the context lives. */
void tally_init(tally *t);
/** A context with that allocator (NULL: none) and limits (NULL: defaults). */
sitr_ctx *ctx_with(tally *t, const sitr_limits *limits);

#endif
