/* SPDX-License-Identifier: Apache-2.0 */
/* What a scan tells: its findings on standard output, and the summary. */
#ifndef TOOLS_SCAN_PRINT_H
#define TOOLS_SCAN_PRINT_H

#include "args.h"
#include "case_file.h"
#include "found.h"
#include "scan_findings.h"
#include "scan_sources.h"

struct scan_report {
    const struct settings *settings;
    double started;
    struct tally protected, found;
    struct found_count count;
    uint64_t n_new; /* findings */
    uint64_t n_read, n_unchanged, n_by_hash;
    int64_t n_lost;
    size_t n_listed; /* records of lists that are looked for, */
    bool only_lists; /* and nothing else */
    struct scan_sources sources;
    struct findings findings; /* that were printed last */
};

/** Prints the findings that are asked for, of the pictures in `shown`, the strongest
 * first, and for programs the files that failed. False after a message, or where
 * they could not be written. */
bool scan_print(struct scan_report *report, struct case_file *file,
                const struct scan_query *query,
                const struct protected_set *shown);

void scan_print_clear(struct scan_report *report);

/** The summary. */
enum exit_status scan_print_end(const struct scan_report *report, bool stopped);
enum exit_status scan_print_dry(const struct scan_report *report, bool stopped);

#endif
