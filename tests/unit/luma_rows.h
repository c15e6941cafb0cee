/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows that sitr_jpeg_luma_rows hands over of a JPEG, held against those that
 * libjpeg alone makes of the same bytes, gray and not smoothed, at each scale.
 */
#ifndef SITR_TEST_LUMA_ROWS_H
#define SITR_TEST_LUMA_ROWS_H

#include "pictures.h"
#include "plane/rows.h"

/** A sink that keeps the rows. Aborts where they are more than were announced,
 * or come before that, or from elsewhere than a place that it gave, and where a
 * place is asked for that no row can have. */
typedef struct kept_rows {
    sitr_row_sink sink;
    bool begun;
    uint32_t width, height; /* of what is to come */
    uint32_t n;             /* rows that came */
    uint8_t *rows;          /* width * height, zeros at first */
} kept_rows;

/** With `places` all rows but each third have a place. */
void kept_rows_init(kept_rows *k, bool places);
void kept_rows_free(kept_rows *k);

typedef struct luma_how {
    unsigned shrink; /* 1, 2, 4; 0 = 8 */
    bool portable;   /* by kernels in plain C */
    bool places;
    size_t fail_at;     /* the request for memory that gets none; 0 = none */
    uint32_t max_scans; /* 0 = 10000 */
    uint32_t
        max_pixels; /* nothing is done where there are more; 0 = no limit */
} luma_how;

typedef struct luma_rows {
    bool has_header; /* else nothing of this is set */
    bool progressive;
    uint32_t height;    /* rows of the output */
    sitr_status status; /* of sitr_jpeg_luma_new */
    bool taken;         /* it gave a decoder */
    uint32_t n;         /* rows handed over */
    int error;          /* libjpeg's code after the header; 0 = none */
    long n_warnings;    /* libjpeg's, after the header to the last row */
    uint32_t n_sound;   /* of libjpeg's rows, those before either */
    const char *broken; /* the rule that does not hold; NULL = all do */
} luma_rows;

/** Of all pictures: a row handed over is libjpeg's. Of a baseline one: libjpeg
 * had neither an error nor a warning up to it, or but in the rows that it
 * decodes with it, of which some are then left. Of a progressive one: there are
 * all rows or none, and where libjpeg fails in what is passed over, they are
 * what it makes of the rest. */
luma_rows luma_rows_compare(const bytes *b, luma_how how);

/** What libjpeg makes of all bytes, also of a picture that is not for
 * sitr_jpeg_luma: `n` of its rows, `n_warnings` with it; the caller frees `rows`.
 * Its output is gray where the picture is that or YCbCr. */
typedef struct libjpeg_rows {
    bool has_header;
    int error;
    long n_warnings;
    uint32_t width, height, n, n_sound;
    uint32_t group; /* rows that are decoded at once */
    bytes rows;     /* row after row, as many as are n */
} libjpeg_rows;

libjpeg_rows libjpeg_rows_of(const bytes *b, unsigned shrink,
                             uint32_t max_pixels);

#endif
