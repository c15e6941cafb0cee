/* SPDX-License-Identifier: Apache-2.0 */
/* Where files that were scanned come from, in the case file. */
#ifndef TOOLS_SCAN_SOURCES_H
#define TOOLS_SCAN_SOURCES_H

#include "findings.h"
#include "scan_files.h"

struct scan_sources {
    uint64_t n_taken, n_bad;
    uint64_t n_strange; /* of files that were never scanned */
};

/** Takes in the list that `path` names, for the files that were scanned, in one
 * transaction. A path in it that is not absolute begins where the list lies. False
 * after a message. */
bool scan_sources_take(struct scan_files *files, const char *path,
                       struct scan_sources *out);

/** The statement that scan_sources_load runs; NULL after a message. */
sqlite3_stmt *scan_sources_prepare(struct case_file *file);

/** Fills in where the file of a finding comes from, with the bytes it has now: the
 * latest capture, and how many are known. */
bool scan_sources_load(struct case_file *file, sqlite3_stmt *find,
                       int64_t file_id, struct finding *finding);

#endif
