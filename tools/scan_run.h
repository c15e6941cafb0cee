/* SPDX-License-Identifier: Apache-2.0 */
/* Files, searched for the pictures of a case file and recorded in it: what scan and
 * watch have in common. */
#ifndef TOOLS_SCAN_RUN_H
#define TOOLS_SCAN_RUN_H

#include "args.h"
#include "case_file.h"
#include "jobs.h"
#include "pass.h"
#include "protected.h"
#include "scan_files.h"
#include "scan_findings.h"
#include "scan_print.h"

struct scan_item;

struct scan_run {
    const struct settings *settings;
    struct reader reader, keeper; /* to search with, and to keep */
    struct case_file file;
    struct protected_set set; /* all that is looked for, of all cases */
    struct list_match lists;  /* the same of what was imported */
    uint64_t *ids;
    int64_t version; /* of the case file, from before they were taken from it */
    struct scan_files files;
    struct scan_findings findings;
    struct scan_paths paths; /* of the last pass */
    struct pass pass;
    struct found_count matched; /* by this run, in what it read */
    struct scan_report report;  /* counts every pass */
    struct scan_item *waiting;  /* to be recorded */
    size_t n_waiting;
    double since; /* when the first of them came */
    bool broken;  /* the case file could not be written */
};

/** Opens the case file of the settings, locked against other scans but for a dry
 * run, and what it takes to read pictures. False after a message. To be closed
 * whatever comes of it. */
bool scan_run_open(struct scan_run *run, const struct settings *settings);
void scan_run_close(struct scan_run *run);

/** Begins, or goes on with, the scan that `verb` and the paths of `source` are, and
 * looks for what came since the last one in what that one read. A dry run does
 * neither. False after a message, also where there is nothing to look for. */
bool scan_run_begin(struct scan_run *run, const char *verb,
                    const struct inputs_source *source);

/** Reads and records the files of `source` that are new or have changed. Those that
 * are met are visited (scan_files.h). Failed after a message. */
enum jobs_end scan_run_pass(struct scan_run *run,
                            const struct inputs_source *source,
                            enum progress_mode mode);

/** Records what the last pass did not meet where it looked. */
bool scan_run_lose_rest(struct scan_run *run);

/** Takes in the list of --sources, if there is one. */
bool scan_run_take_sources(struct scan_run *run);

/** Where others changed the case file since its pictures were taken from it, takes
 * them as they are by now, and looks for new ones in what was read before. 1, 0 where
 * nobody did, -1 after a message. */
int scan_run_refresh(struct scan_run *run);

#endif
