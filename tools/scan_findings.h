/* SPDX-License-Identifier: Apache-2.0 */
/* What scans found: a row for each finding, in the case file. */
#ifndef TOOLS_SCAN_FINDINGS_H
#define TOOLS_SCAN_FINDINGS_H

#include "case_file.h"
#include "findings.h"
#include "picture.h"
#include "protected.h"

/** By what a file was matched: read anew, or what an earlier scan kept of it. */
#define SCAN_BY_FILE   "file"
#define SCAN_BY_STORED "stored"

struct scan_findings {
    struct case_file *file;
    int64_t scan; /* 0: found by none */
    int64_t now;
    sqlite3_stmt *put, *put_listed, *forget;
};

/** False after a message, as all of these. */
bool scan_findings_open(struct scan_findings *findings, struct case_file *file);
void scan_findings_close(struct scan_findings *findings);

/** Records what was found of `picture` in the file of that id, within a
 * transaction. What was found before keeps its date. Their ids are those of the
 * case file. Where one is there no more, for it was withdrawn, what was kept of what
 * the file looks like is erased. */
bool scan_findings_record(struct scan_findings *findings, int64_t file_id,
                          const struct picture *picture,
                          const struct findings *found, const char *how);

/** Which findings: of the files for which `wants` is true, or where there is none, of
 * all. */
struct scan_query {
    sitr_verdict at_least;
    bool rejected;   /* those too that somebody rejected */
    bool unreviewed; /* only those that nobody has looked at */
    bool former;     /* those too of bytes that the files hold no more */
    bool untold;     /* only what was not told yet: it, or that it came back */
    int64_t scan;    /* what this one found is new; 0: nothing is */
    bool (*wants)(void *user, int64_t file_id, int64_t picture_id);
    void *user;
};

/** Records that these were told of, and that their files came back, within a
 * transaction. What was told before keeps its date. */
bool scan_findings_tell(struct case_file *file, const struct findings *findings,
                        int64_t now);

/** Adds those of the files as they are now, of the pictures and lists in `set`, to
 * `out`. */
bool scan_findings_load(struct case_file *file, const struct scan_query *query,
                        const struct protected_set *set, struct findings *out);

#endif
