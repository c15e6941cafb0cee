/* SPDX-License-Identifier: Apache-2.0 */
/* sitr scan: the pictures of a case, looked for in folders again and again. What was
 * read once is recorded, and read again where it has changed. */
#include "args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cases.h"
#include "found.h"
#include "i18n.h"
#include "list_load.h"
#include "need.h"
#include "pass.h"
#include "say.h"
#include "scan_files.h"
#include "scan_findings.h"
#include "scan_print.h"
#include "scan_stored.h"
#include "scans.h"
#include "source_file.h"

#define COMMIT_S     1.0  /* what a power cut may cost, */
#define COMMIT_FILES 1000 /* at most */

struct scan_run {
    const struct settings *settings;
    struct inputs_source source;
    struct reader reader, keeper; /* to search with, and to keep */
    struct case_file file;
    struct protected_set set; /* all that is looked for */
    struct list_match lists; /* the same of what was imported */
    uint64_t *ids;
    struct scan_files files;
    struct scan_findings findings;
    struct scan_paths paths;
    struct pass pass;
    struct scan_report report;
    struct item *waiting; /* to be recorded: COMMIT_FILES at most */
    size_t n_waiting;
    double since; /* when the first of them came */
    bool broken;  /* the case file could not be written */
};

struct item {
    struct found found;
    char *path; /* absolute */
    struct scan_file known;
    bool is_known, is_own, is_unchanged, is_missing;
    struct scan_kept kept;
};

static void clear(struct item *item)
{
    sitr_signature_free(item->kept.regions);
    found_clear(&item->found);
    free(item->path);
}

/* ---- A file -------------------------------------------------------------- */

static bool is_unchanged(const struct scan_run *run, const struct item *item,
                         const struct file_stamp *stamp)
{
    const struct scan_file *const known = &item->known;

    if (!item->is_known || known->signed_as != SCAN_SIGNED ||
        !file_stamp_same(&known->stamp, stamp))
        return false;
    return !run->settings->again || known->scan == run->files.scan;
}

static int next_of_all(struct scan_run *run, struct item *item)
{
    struct input *const input = &item->found.picture.input;
    struct file_stamp stamp;
    struct stat st;
    int got = inputs_next(run->pass.inputs, input);

    if (got <= 0) return got;
    item->path = scan_path(&run->paths, input);
    got = scan_files_find(&run->files, item->path, &item->known);
    if (got < 0) {
        clear(item);
        return -1;
    }
    item->is_known = got;
    if (input->error || lstat(item->path, &st)) return 1;
    stamp = file_stamp_of(&st);
    item->is_own = case_file_owns(&run->file, st.st_dev, st.st_ino);
    item->is_unchanged = is_unchanged(run, item, &stamp);
    return 1;
}

static void spoil(struct picture *picture)
{
    picture_reset(picture);
    picture->status = STATUS_IO_ERROR;
    snprintf(picture->reason, sizeof picture->reason, "%s",
             N_("changed while it was read"));
}

static void read_settled(const struct reader *reader, struct picture *picture)
{
    picture_read(reader, picture);
    if (!picture->changed) return;
    picture_reset(picture);
    picture_read(reader, picture);
    if (picture->changed) spoil(picture);
}

/* What is searched with is not what is kept: more of it, and in all turns. */
static void read_to_keep(const struct scan_run *run, struct item *item)
{
    struct picture *const picture = &item->found.picture;
    struct picture kept = {.input = picture->input};

    kept.input.path = need(strdup(picture->input.path));
    picture_read(&run->keeper, &kept);
    if (file_stamp_same(&kept.stamp, &picture->stamp) && !kept.changed) {
        item->kept.regions = kept.signature;
        kept.signature = NULL;
    } else {
        spoil(picture);
    }
    picture_clear(&kept);
}

static void work(void *user, void *arg)
{
    const struct scan_run *const run = user;
    struct item *const item = arg;
    struct picture *const picture = &item->found.picture;

    if (item->is_own || item->is_unchanged || run->settings->dry_run) return;
    read_settled(&run->reader, picture);
    if (run->settings->keep_regions && picture->signature)
        read_to_keep(run, item);
    found_match(&item->found, &run->set, SITR_REVIEW);
    /* what was searched with is large, and not what is kept */
    scan_kept_hash(&item->kept, picture->signature);
    sitr_signature_free(picture->signature);
    picture->signature = NULL;
}

static void drop(void *user, void *arg)
{
    (void)user;
    clear(arg);
}

/* ---- Its record ---------------------------------------------------------- */

static bool record(struct scan_run *run, const struct item *item)
{
    const struct picture *const picture = &item->found.picture;
    int64_t id = item->known.id;

    if (item->is_missing) return scan_files_lose(&run->files, id);
    if (item->is_unchanged) return scan_files_return(&run->files, id);
    return scan_files_record(&run->files, item->path, picture, &item->kept,
                             &id) &&
           scan_findings_record(&run->findings, id, picture,
                                &item->found.findings, SCAN_BY_FILE);
}

/* Records what waits. The case file is locked for the moment that this takes, and
 * not for the second before, so that others can write to it too. */
static bool commit(struct scan_run *run)
{
    bool good;

    if (!run->n_waiting) return true;
    run->files.now = run->findings.now = (int64_t)time(NULL);
    good = case_file_begin(&run->file);
    for (size_t i = 0; good && i < run->n_waiting; i++)
        good = record(run, &run->waiting[i]);
    good = good && case_file_commit(&run->file);
    while (run->n_waiting) clear(&run->waiting[--run->n_waiting]);
    if (!good) run->broken = true;
    return good;
}

static bool commit_in_time(struct scan_run *run)
{
    if (!run->n_waiting || (run->n_waiting < COMMIT_FILES &&
                            progress_clock() - run->since < COMMIT_S))
        return true;
    return commit(run);
}

/* Takes what the item owns. */
static bool wait_for_commit(struct scan_run *run, const struct item *item)
{
    if (!run->n_waiting) run->since = progress_clock();
    run->waiting[run->n_waiting++] = *item;
    return commit_in_time(run);
}

/* Counts it; whether there is something to record of it. */
static bool is_worth_a_record(struct scan_run *run, struct item *item)
{
    const struct picture *const picture = &item->found.picture;

    if (item->is_own) return false;
    if (item->is_unchanged) {
        run->report.n_unchanged++;
        if (item->known.by_hash && item->known.searched < run->files.newest)
            run->report.n_by_hash++;
        scan_files_visit(&run->files, item->known.id);
        return item->known.is_gone && !run->settings->dry_run;
    }
    run->report.n_read++;
    if (run->settings->dry_run) return false;
    /* a folder in the place of a disk that is not there has lost nothing */
    if (picture->input.error &&
        (picture->input.error != ENOENT || !picture->input.walked))
        scan_path_unreached(&run->paths, item->path);
    /* what is not there any more may have been there before */
    item->is_missing = picture->error == ENOENT;
    return !item->is_missing || (item->is_known && !item->known.is_gone);
}

static bool done(void *user, void *arg)
{
    struct scan_run *const run = user;
    struct item *const item = arg;
    struct picture *const picture = &item->found.picture;

    if (item->is_own) picture->status = STATUS_NOT_IMAGE;
    if (item->is_unchanged) picture->status = item->known.status;
    tally_add(&run->report.found, picture);
    run->report.count.n_self += item->found.n_self;
    picture_report(picture, run->settings->verbose);
    if (is_worth_a_record(run, item) && !run->broken)
        return wait_for_commit(run, item);
    clear(item);
    return !run->broken;
}

static void tick(void *user)
{
    struct scan_run *const run = user;

    /* a slow picture holds up what came before it no longer than others do */
    if (!run->broken) commit_in_time(run);
    pass_tick(&run->pass);
}

/* Nothing is read of it, written of it or said of it. */
static bool is_dull(const struct scan_run *run, const struct item *item)
{
    return item->is_unchanged && !item->known.is_gone &&
           (item->known.status == STATUS_OK ||
            (item->known.status == STATUS_NOT_IMAGE &&
             item->found.picture.input.walked && !run->settings->verbose));
}

/* Most of what is scanned again is as it was: that need not go around. */
static int next(void *user, void *arg)
{
    struct scan_run *const run = user;
    struct item *const item = arg;
    int got;

    while ((got = next_of_all(run, item)) > 0 && is_dull(run, item)) {
        done(run, item);
        memset(item, 0, sizeof *item);
        tick(run);
    }
    return got;
}

/* ---- The run ------------------------------------------------------------- */

static enum jobs_end scan_files(struct scan_run *run)
{
    const struct jobs jobs = {
        .n_threads = run->settings->n_jobs,
        .item_size = sizeof(struct item),
        .user = run,
        .next = next,
        .work = work,
        .done = done,
        .drop = drop,
        .tick = tick,
    };
    enum jobs_end end;

    scan_paths_init(&run->paths, &run->source);
    run->pass = (struct pass){
        .source = &run->source,
        .mode = run->settings->progress,
        .phase = "found",
        .label = _("scanning"),
        .tally = &run->report.found,
    };
    end = pass_run(&run->pass, &jobs);
    if (run->broken || !commit(run)) return JOBS_FAILED;
    return end;
}

static bool wants(void *user, int64_t file_id, int64_t picture_id)
{
    (void)picture_id;
    return scan_files_visited(user, file_id);
}

static bool lose_rest(struct scan_run *run)
{
    run->files.now = (int64_t)time(NULL);
    return case_file_begin(&run->file) &&
           scan_files_lose_rest(&run->files, &run->paths,
                                &run->report.n_lost) &&
           case_file_commit(&run->file);
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

static bool take_sources(struct scan_run *run)
{
    const char *const path = run->settings->sources;

    return !path || scan_sources_take(&run->files, path, &run->report.sources);
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

/* Looks for what came since the last scan in what that one read. */
static bool catch_up(struct scan_run *run)
{
    const int64_t now = cases_now(&run->file);

    run->files.scan = run->findings.scan =
        scans_begin(&run->file, run->settings, &run->source, now);
    return run->files.scan && scan_stored_search(&run->file, run->reader.ctx,
                                                 &run->set, run->files.scan);
}

static enum exit_status run_scan(struct scan_run *run)
{
    const bool dry = run->settings->dry_run;
    enum jobs_end end;

    if (!run->set.n && !run->lists.n) {
        say_path(run->file.path, _("no picture here to look for"));
        return EXIT_FATAL;
    }
    run->files.newest = run->set.n ? (int64_t)run->ids[run->set.n - 1] : 0;
    if ((!dry && !catch_up(run)) || !scan_files_open(&run->files, &run->file) ||
        !scan_findings_open(&run->findings, &run->file))
        return EXIT_FATAL;
    end = scan_files(run);
    if (end == JOBS_FAILED) return EXIT_FATAL;
    if (dry) return scan_print_dry(&run->report, end == JOBS_STOPPED);
    if ((end == JOBS_DONE && (!lose_rest(run) || !take_sources(run))) ||
        !print(run))
        return EXIT_FATAL;
    /* only what was printed is done */
    if (end == JOBS_DONE &&
        !scans_end(&run->file, run->files.scan, (int64_t)time(NULL)))
        return EXIT_FATAL;
    return scan_print_end(&run->report, end == JOBS_STOPPED);
}

static bool open_case(struct scan_run *run)
{
    const struct settings *const settings = run->settings;
    int locked;

    if (!case_file_open(&run->file, settings->case_file)) return false;
    locked = settings->dry_run ? 1 : case_file_lock(&run->file);
    if (!locked)
        say_path(run->file.path, _("a scan of it is running already; wait for "
                                   "that to end, or end it with Ctrl-C"));
    if (locked <= 0) return false;
    /* all cases: what is read now is not read again for another */
    if (!cases_protect(&run->file, run->reader.ctx, 0, &run->set, &run->ids) ||
        !list_match_begin(&run->lists, run->reader.ctx) ||
        !list_load_case(&run->lists, &run->file) ||
        !list_match_seal(&run->lists))
        return false;
    protected_seal(&run->set);
    if (run->lists.n) run->set.lists = &run->lists;
    run->reader.want_digests = list_match_wants_digests(&run->lists);
    return true;
}

static void close_run(struct scan_run *run)
{
    while (run->n_waiting) clear(&run->waiting[--run->n_waiting]);
    free(run->waiting);
    scan_findings_close(&run->findings);
    scan_files_close(&run->files);
    scan_paths_clear(&run->paths);
    case_file_close(&run->file);
    protected_clear(&run->set);
    list_match_clear(&run->lists);
    free(run->ids);
    reader_close(&run->reader);
}

enum exit_status cmd_scan(const struct settings *settings)
{
    struct scan_run run = {
        .settings = settings,
        .source = args_source(settings, 0),
        .reader = {.want_sha256 = true, .watch = true},
        .report = {.settings = settings, .started = progress_clock()},
    };
    enum exit_status status = EXIT_FATAL;

    if (!settings->case_file) return args_wrong("scan", _("no --case=FILE"));
    if (!settings->n_paths && !settings->files_from)
        return args_wrong("scan", _("no found pictures named"));
    if (!reader_open(&run.reader, settings, settings->n_jobs))
        return EXIT_FATAL;
    run.waiting = need(calloc(COMMIT_FILES, sizeof *run.waiting));
    run.keeper = run.reader;
    run.reader.opts.flags = SITR_SIGN_REGIONS | SITR_SIGN_QUERY;
    run.keeper.opts.flags = SITR_SIGN_REGIONS;
    if (has_sources(settings) && open_case(&run)) status = run_scan(&run);
    close_run(&run);
    return status;
}
