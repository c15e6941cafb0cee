/* SPDX-License-Identifier: Apache-2.0 */
/* Files, searched for the pictures of a case file and recorded in it. What was read
 * once is read again where it has changed. */
#include "scan_run.h"

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
#include "say.h"
#include "scan_stored.h"
#include "scans.h"

#define COMMIT_S     1.0  /* what a power cut may cost, */
#define COMMIT_FILES 1000 /* at most */

struct scan_item {
    struct found found;
    char *path; /* absolute */
    struct scan_file known;
    bool is_known, is_own, is_unchanged, is_missing;
    struct scan_kept kept;
};

static void clear(struct scan_item *item)
{
    sitr_signature_free(item->kept.regions);
    found_clear(&item->found);
    free(item->path);
}

/* ---- A file -------------------------------------------------------------- */

static bool is_unchanged(const struct scan_run *run,
                         const struct scan_item *item,
                         const struct file_stamp *stamp)
{
    const struct scan_file *const known = &item->known;

    if (!item->is_known || known->signed_as != SCAN_SIGNED ||
        !file_stamp_same(&known->stamp, stamp))
        return false;
    return !run->settings->again || known->scan == run->files.scan;
}

static int next_of_all(struct scan_run *run, struct scan_item *item)
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
static void read_to_keep(const struct scan_run *run, struct scan_item *item)
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
    struct scan_item *const item = arg;
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

static bool record(struct scan_run *run, const struct scan_item *item)
{
    const struct picture *const picture = &item->found.picture;
    int64_t id = item->known.id;

    if (item->is_missing) return scan_files_lose(&run->files, id);
    if (item->known.is_gone && !scan_files_return(&run->files, id))
        return false;
    return item->is_unchanged ||
           (scan_files_record(&run->files, item->path, picture, &item->kept,
                              &id) &&
            scan_findings_record(&run->findings, id, picture,
                                 &item->found.findings, SCAN_BY_FILE));
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
static bool wait_for_commit(struct scan_run *run, const struct scan_item *item)
{
    if (!run->n_waiting) run->since = progress_clock();
    run->waiting[run->n_waiting++] = *item;
    return commit_in_time(run);
}

/* Counts it; whether there is something to record of it. */
static bool is_worth_a_record(struct scan_run *run, struct scan_item *item)
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
    struct scan_item *const item = arg;
    struct picture *const picture = &item->found.picture;

    if (item->is_own) picture->status = STATUS_NOT_IMAGE;
    if (item->is_unchanged) picture->status = item->known.status;
    tally_add(&run->report.found, picture);
    run->report.count.n_self += item->found.n_self;
    found_count(&run->matched, &item->found.findings);
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
static bool is_dull(const struct scan_run *run, const struct scan_item *item)
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
    struct scan_item *const item = arg;
    int got;

    while ((got = next_of_all(run, item)) > 0 && is_dull(run, item)) {
        done(run, item);
        memset(item, 0, sizeof *item);
        tick(run);
    }
    return got;
}

/* ---- The run ------------------------------------------------------------- */

enum jobs_end scan_run_pass(struct scan_run *run,
                            const struct inputs_source *source,
                            enum progress_mode mode)
{
    const struct jobs jobs = {
        .n_threads = run->settings->n_jobs,
        .item_size = sizeof(struct scan_item),
        .user = run,
        .next = next,
        .work = work,
        .done = done,
        .drop = drop,
        .tick = tick,
    };
    enum jobs_end end;

    scan_files_unvisit(&run->files);
    scan_paths_clear(&run->paths);
    scan_paths_init(&run->paths, source);
    run->pass = (struct pass){
        .source = source,
        .mode = mode,
        .phase = "found",
        .label = _("scanning"),
        .tally = &run->report.found,
        .matched = &run->matched,
    };
    end = pass_run(&run->pass, &jobs);
    if (run->broken || !commit(run)) return JOBS_FAILED;
    return end;
}

bool scan_run_lose_rest(struct scan_run *run)
{
    run->files.now = (int64_t)time(NULL);
    return case_file_begin(&run->file) &&
           scan_files_lose_rest(&run->files, &run->paths,
                                &run->report.n_lost) &&
           case_file_commit(&run->file);
}

bool scan_run_take_sources(struct scan_run *run)
{
    const char *const path = run->settings->sources;

    return !path || scan_sources_take(&run->files, path, &run->report.sources);
}

static bool load_lists(struct scan_run *run)
{
    list_match_clear(&run->lists);
    if (!list_match_begin(&run->lists, run->reader.ctx) ||
        !list_load_case(&run->lists, &run->file) ||
        !list_match_seal(&run->lists))
        return false;
    if (run->lists.n) run->set.lists = &run->lists;
    run->reader.want_digests = list_match_wants_digests(&run->lists);
    return true;
}

/* Another number than before where another command has changed something. */
static int64_t data_version(struct case_file *file)
{
    sqlite3_stmt *const ask = case_file_prepare(file, "PRAGMA data_version");
    int64_t version = -1;

    if (case_file_row(file, ask) > 0) version = sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    return version;
}

/* All cases: what is read now is not read again for another. */
static bool load_pictures(struct scan_run *run)
{
    run->version = data_version(&run->file);
    if (run->version < 0) return false;
    if (!cases_protect(&run->file, run->reader.ctx, 0, &run->set, &run->ids))
        return false;
    protected_seal(&run->set);
    if (run->set.n) run->files.newest = (int64_t)run->ids[run->set.n - 1];
    return load_lists(run);
}

static bool search_stored(struct scan_run *run)
{
    return scan_stored_search(&run->file, run->reader.ctx, &run->set,
                              run->files.scan);
}

int scan_run_refresh(struct scan_run *run)
{
    const int64_t version = data_version(&run->file);

    if (version < 0) return -1;
    if (version == run->version) return 0;
    protected_clear(&run->set);
    free(run->ids);
    run->ids = NULL;
    run->set = (struct protected_set){.n = 0};
    return load_pictures(run) && search_stored(run) ? 1 : -1;
}

bool scan_run_begin(struct scan_run *run, const char *verb,
                    const struct inputs_source *source)
{
    if (!run->set.n && !run->lists.n) {
        say_path(run->file.path, _("no picture here to look for"));
        return false;
    }
    if (!run->settings->dry_run) {
        run->files.scan = run->findings.scan = scans_begin(
            &run->file, run->settings, verb, source, cases_now(&run->file));
        if (!run->files.scan || !search_stored(run)) return false;
    }
    return scan_files_open(&run->files, &run->file) &&
           scan_findings_open(&run->findings, &run->file);
}

bool scan_run_open(struct scan_run *run, const struct settings *settings)
{
    *run = (struct scan_run){
        .settings = settings,
        .reader = {.want_sha256 = true, .watch = true},
        .report = {.settings = settings, .started = progress_clock()},
    };
    if (!reader_open(&run->reader, settings, settings->n_jobs)) return false;
    run->waiting = need(calloc(COMMIT_FILES, sizeof *run->waiting));
    run->keeper = run->reader;
    run->reader.opts.flags = SITR_SIGN_REGIONS | SITR_SIGN_QUERY;
    run->keeper.opts.flags = SITR_SIGN_REGIONS;
    return case_file_open(&run->file, settings->case_file) &&
           cases_lock(&run->file, settings) && load_pictures(run);
}

void scan_run_close(struct scan_run *run)
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
    scan_print_clear(&run->report);
    reader_close(&run->reader);
}
