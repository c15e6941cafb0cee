/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libjpeg makes of all bytes of a JPEG, and of those that sitr_scans_next
 * leaves of them.
 */
#ifndef SITR_TEST_PASSED_OVER_H
#define SITR_TEST_PASSED_OVER_H

#include <stdio.h>

#include <jpeglib.h>

#include "codec/scans.h"
#include "pictures.h"

typedef struct outcome {
    int error; /* libjpeg's code; 0 = none */
    long n_warnings;
    uint32_t n_passed;
    bytes data;   /* left of the scans, where some are passed over */
    bytes pixels; /* where there is no error */
} outcome;

typedef struct jpeg_how {
    unsigned shrink;
    bool colour;         /* else YCbCr gives gray */
    bool filtered;       /* decode what is left */
    uint32_t max_pixels; /* an error where there are more; 0 = no limit */
} jpeg_how;

/** What comes after the first scan, as the codec fills it in, once libjpeg has
 * read the header of those bytes and calculated the output's dimensions. */
sitr_scans scans_to_come(const struct jpeg_decompress_struct *c,
                         const bytes *b);

/** Decodes all scans, then gives the last picture, block smoothing off. Aborts
 * where the runs are out of order or not within the bytes. */
outcome passed_over_decode(const bytes *b, jpeg_how h);
void outcome_free(outcome *o);

#endif
