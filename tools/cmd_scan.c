/* SPDX-License-Identifier: Apache-2.0 */
/* sitr scan: the pictures of a case, looked for in folders again and again. What was
 * read once is recorded, and read again where it has changed. */
#include "args.h"

#include <stdlib.h>
#include <time.h>

#include "cases.h"
#include "i18n.h"
#include "scan_run.h"
#include "scans.h"
#include "source_file.h"

static bool wants(void *user, int64_t file_id, int64_t picture_id)
{
    (void)picture_id;
    return scan_files_visited(user, file_id);
}

/* A list that is none is told of at once, and not after hours. */
static bool has_sources(const struct settings *settings)
{
    struct source_file *list;

    if (!settings->sources) return true;
    list = source_file_open(settings->sources);
    source_file_close(list);
    return list;
}

/* What is recorded of the files that were met, whichever scan recorded it: so it
 * is the same whether this one was interrupted before or not. */
static bool print(struct scan_run *run)
{
    const struct scan_query query = {
        .at_least = run->settings->at_least,
        .scan = run->files.scan,
        .wants = wants,
        .user = &run->files,
    };
    struct protected_set shown = {.n = 0}; /* of the case that was asked for */
    uint64_t *ids = NULL;
    const int64_t id =
        run->settings->label ? cases_find(&run->file, run->settings, false) : 0;
    bool good = (id || !run->settings->label) &&
                cases_protect(&run->file, run->reader.ctx, id, &shown, &ids);

    /* what others list is of no case here */
    if (!id) shown.lists = run->set.lists;
    good = good && scan_print(&run->report, &run->file, &query, &shown);
    protected_clear(&shown);
    free(ids);
    return good;
}

/* Only what was printed is done. */
static bool finish(struct scan_run *run)
{
    const int64_t now = (int64_t)time(NULL);

    return case_file_begin(&run->file) &&
           scan_findings_tell(&run->file, &run->report.findings, now) &&
           scans_end(&run->file, run->files.scan, now) &&
           case_file_commit(&run->file);
}

static enum exit_status run_scan(struct scan_run *run)
{
    const struct settings *const settings = run->settings;
    const struct inputs_source source = args_source(settings, 0);
    enum jobs_end end;

    if (!scan_run_begin(run, "scan", &source)) return EXIT_FATAL;
    end = scan_run_pass(run, &source, settings->progress);
    if (end == JOBS_FAILED) return EXIT_FATAL;
    if (settings->dry_run)
        return scan_print_dry(&run->report, end == JOBS_STOPPED);
    if ((end == JOBS_DONE &&
         (!scan_run_lose_rest(run) || !scan_run_take_sources(run))) ||
        !print(run) || (end == JOBS_DONE && !finish(run)))
        return EXIT_FATAL;
    return scan_print_end(&run->report, end == JOBS_STOPPED);
}

enum exit_status cmd_scan(const struct settings *settings)
{
    struct scan_run run;
    enum exit_status status = EXIT_FATAL;

    if (!settings->case_file) return args_wrong("scan", _("no --case=FILE"));
    if (!settings->n_paths && !settings->files_from)
        return args_wrong("scan", _("no found pictures named"));
    if (!has_sources(settings)) return EXIT_FATAL;
    if (scan_run_open(&run, settings)) status = run_scan(&run);
    scan_run_close(&run);
    return status;
}
