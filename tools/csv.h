/* SPDX-License-Identifier: Apache-2.0 */
/* Records of CSV (RFC 4180) out of a file, one at a time and of bounded size. */
#ifndef TOOLS_CSV_H
#define TOOLS_CSV_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CSV_CELLS 64
#define CSV_SIZE  65536 /* bytes of a record */

enum csv_got { CSV_END = 0, CSV_RECORD, CSV_BAD };

struct csv {
    uint64_t line; /* that were read to their end */
    size_t n;
    const char *cell[CSV_CELLS]; /* in `text`, each with a final zero */
    char text[CSV_SIZE];
};

/** Passes over a byte order mark. */
void csv_skip_mark(FILE *in);

/** The next record. CSV_BAD where it holds zero bytes, is too long, has too many
 * cells, or a quote that does not end: it is read over, and the next may be good. A
 * quote that does not end takes all the rest with it. */
enum csv_got csv_read(struct csv *csv, FILE *in);

/** The next line, as it is and without its end, in `text`. */
enum csv_got csv_read_line(struct csv *csv, FILE *in);

#endif
