/* SPDX-License-Identifier: Apache-2.0 */
/* The scans of a case file: each a row, without an end while it is unfinished. */
#ifndef TOOLS_SCANS_H
#define TOOLS_SCANS_H

#include "args.h"
#include "case_file.h"

/** Begins a scan, or goes on with one of the same command line that did not come
 * to its end: its id, in the scan's own transaction; 0 after a message. `verb` tells
 * those of different commands apart. */
int64_t scans_begin(struct case_file *file, const struct settings *settings,
                    const char *verb, const struct inputs_source *source,
                    int64_t now);

/** That all of it is recorded, and was printed; within a transaction. */
bool scans_end(struct case_file *file, int64_t id, int64_t now);

/** The newest picture that every file that was ever read was searched for; -1 after
 * a message. */
int64_t scans_searched(struct case_file *file);

/** Within a transaction. */
bool scans_set_searched(struct case_file *file, int64_t picture);

#endif
