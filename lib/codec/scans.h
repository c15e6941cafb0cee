/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a JPEG of several scans, less the scans that its output does not
 * need (ITU T.81, annexes B and G).
 */
#ifndef SITR_SCANS_H
#define SITR_SCANS_H

#include "base/bytes.h"

#define SITR_MAX_COMPONENTS 4

/** What an output needs of a component. */
typedef enum sitr_need {
    SITR_NEED_ALL,
    SITR_NEED_DC,  /* the means of its blocks: it is shrunk to 1/8 */
    SITR_NEED_NONE /* it is chroma, and the output gray */
} sitr_need;

/** Zeroed it has no bytes; else all but `b` stays as it was filled in, once the
 * header of the first scan was read. */
typedef struct sitr_scans {
    sitr_bytes b; /* at the data of the first scan */
    bool progressive;
    uint32_t
        max_scans; /* so many are looked at; what follows is left as it is */
    uint32_t n_components; /* 1 .. SITR_MAX_COMPONENTS */
    struct {
        uint8_t id;
        sitr_need need;
        bool begun; /* a scan of it is handed over */
    } component[SITR_MAX_COMPONENTS];
    uint32_t n_scans;  /* met, the first included: 1 */
    uint32_t n_passed; /* of them passed over: 0 */
    bool at_scan;      /* one to pass over is next: false */
} sitr_scans;

/** What stands before the data of a scan. */
typedef struct sitr_scan_header {
    uint32_t n_components;
    uint32_t component[SITR_MAX_COMPONENTS]; /* its place in the frame */
    uint8_t first, last;                     /* coefficients */
    uint8_t high, low;                       /* bits: known before, after */
} sitr_scan_header;

typedef enum sitr_scan_found {
    SITR_SCAN_FOUND,
    SITR_SCAN_END,  /* of the picture, as it should be */
    SITR_SCAN_WRONG /* or unusual: libjpeg may make something of it */
} sitr_scan_found;

/** Of a progressive picture, past anything to the data of the next scan that is
 * needed; or says why not. For who decodes by itself, and keeps to the interval
 * between restart markers that the first scan had. */
sitr_scan_found sitr_scans_find(sitr_scans *s, sitr_scan_header *out);

/** The next run of bytes for the decoder, borrowed and not empty; false at the
 * end. Each byte is looked at once. A run ends before a marker, or with the
 * data. Scans with a header that libjpeg would refuse are not passed over. */
bool sitr_scans_next(sitr_scans *s, const uint8_t **run, size_t *size);

/** Passes over anything up to the next marker and over that, as libjpeg does;
 * the marker's code, or 0 at the end of the data. */
uint8_t sitr_next_marker(sitr_bytes *b);

#endif
