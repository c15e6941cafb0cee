/* SPDX-License-Identifier: Apache-2.0 */
/* sitr case add: pictures are read as by the other verbs, and what they are found
 * by is recorded. Not the pictures, and not their names unless asked for. */
#include "case.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cases.h"
#include "i18n.h"
#include "pass.h"
#include "progress.h"
#include "protected.h"
#include "say.h"
#include "scan_tell.h"
#include "turns.h"

#define COMMIT_S 1.0 /* what a power cut may cost */

struct add_run {
    const struct settings *settings;
    struct reader *reader;
    struct case_file *file;
    int64_t case_id;
    struct pass pass;
    struct tally tally;
    sqlite3_stmt *find, *again, *better, *insert;
    double committed; /* when; 0: nothing waits to be */
    int64_t now;
    int64_t n_new, n_again;
    int64_t n_acted; /* of n_new + n_again, those in the list of acts */
};

struct added {
    struct picture picture;
    bool is_own; /* a part of the case file */
    struct turns turns;
};

/* ---- The record ---------------------------------------------------------- */

static bool prepare(struct add_run *run)
{
    run->find =
        case_file_prepare(run->file, "SELECT id, options FROM pictures"
                                     " WHERE case_id = ? AND sha256 = ?");
    run->again = case_file_prepare(
        run->file,
        "UPDATE pictures SET times = times + 1, last = ? WHERE id = ?");
    run->better = case_file_prepare(
        run->file, "UPDATE pictures SET signature = ?, status = ?, version = ?,"
                   " options = ? WHERE id = ?");
    run->insert = case_file_prepare(
        run->file, "INSERT INTO pictures(case_id, sha256, size, status,"
                   " signature, name, added, added_by, version, options, last)"
                   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?7)");
    return run->find && run->again && run->better && run->insert;
}

/* How it was signed: what must be the same for the same signature. */
static const char *options(const struct add_run *run)
{
    return run->settings->no_regions ? "hashes" : "hashes,regions";
}

static bool insert(struct add_run *run, const struct picture *picture)
{
    sqlite3_stmt *const s = run->insert;
    const char *const path = picture->input.path;

    sqlite3_bind_int64(s, 1, run->case_id);
    sqlite3_bind_blob(s, 2, picture->sha256, sizeof picture->sha256,
                      SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, (int64_t)picture->size);
    sqlite3_bind_int(s, 4, (int)picture->status);
    cases_bind_signature(s, 5, picture->signature);
    if (run->settings->names)
        sqlite3_bind_blob(s, 6, path, (int)strlen(path), SQLITE_STATIC);
    sqlite3_bind_int64(s, 7, run->now);
    sqlite3_bind_text(s, 8, cases_who(run->settings), -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 9, TOOL_VERSION, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 10, options(run), -1, SQLITE_STATIC);
    run->n_new++;
    return case_file_step(run->file, s);
}

/* The same bytes again. Where there are no regions of them, but now are, those
 * are recorded as well. */
static bool see_again(struct add_run *run, const struct picture *picture,
                      int64_t id, bool had_regions)
{
    run->n_again++;
    sqlite3_bind_int64(run->again, 1, run->now);
    sqlite3_bind_int64(run->again, 2, id);
    if (!case_file_step(run->file, run->again)) return false;
    if (had_regions || run->settings->no_regions) return true;
    cases_bind_signature(run->better, 1, picture->signature);
    sqlite3_bind_int(run->better, 2, (int)picture->status);
    sqlite3_bind_text(run->better, 3, TOOL_VERSION, -1, SQLITE_STATIC);
    sqlite3_bind_text(run->better, 4, options(run), -1, SQLITE_STATIC);
    sqlite3_bind_int64(run->better, 5, id);
    return case_file_step(run->file, run->better);
}

static bool record(struct add_run *run, const struct added *added)
{
    const struct picture *const picture = &added->picture;
    int64_t id = 0;
    bool had_regions = false;
    int got;

    sqlite3_bind_int64(run->find, 1, run->case_id);
    sqlite3_bind_blob(run->find, 2, picture->sha256, sizeof picture->sha256,
                      SQLITE_STATIC);
    got = case_file_row(run->file, run->find);
    if (got > 0) {
        id = sqlite3_column_int64(run->find, 0);
        had_regions = strcmp((const char *)sqlite3_column_text(run->find, 1),
                             "hashes") != 0;
    }
    sqlite3_reset(run->find);
    if (got < 0) return false;
    if (id) {
        if (!see_again(run, picture, id, had_regions)) return false;
    } else {
        if (!insert(run, picture)) return false;
        id = sqlite3_last_insert_rowid(run->file->db);
    }
    return turns_record(run->file, id, &added->turns);
}

/* Puts what waits on the disk, with the act of adding it. */
static bool commit(struct add_run *run)
{
    const int64_t n = run->n_new + run->n_again;

    if (!run->committed) return true;
    run->committed = 0;
    if (!cases_act(run->file, run->settings, "add", run->case_id,
                   n - run->n_acted) ||
        !case_file_commit(run->file))
        return false;
    run->n_acted = n;
    return true;
}

static bool keep(struct add_run *run, const struct added *added)
{
    if (run->settings->dry_run) {
        run->n_new++;
        return true;
    }
    if (!run->committed) {
        if (!case_file_begin(run->file)) return false;
        run->committed = progress_clock();
    }
    if (!record(run, added)) return false;
    return progress_clock() - run->committed < COMMIT_S || commit(run);
}

/* ---- The pictures -------------------------------------------------------- */

static int next(void *user, void *item)
{
    struct add_run *const run = user;
    struct added *const added = item;
    struct stat st;
    const int got = inputs_next(run->pass.inputs, &added->picture.input);

    if (got > 0 && !stat(added->picture.input.path, &st))
        added->is_own = case_file_owns(run->file, st.st_dev, st.st_ino);
    return got;
}

static void work(void *user, void *item)
{
    const struct add_run *const run = user;
    struct added *const added = item;

    if (added->is_own) {
        added->picture.status = STATUS_NOT_IMAGE;
        return;
    }
    picture_read(run->reader, &added->picture);
    if (!run->settings->dry_run)
        turns_read(run->reader, &added->picture, &added->turns);
}

/* What cannot be matched safely is told at once, while the victim may have a
 * better copy. */
static void advise(const struct add_run *run, const struct picture *picture)
{
    const enum plainness plainness = picture_plainness(picture);

    if (plainness && !run->settings->quiet)
        say_path(picture->input.path, "%s", plainness_text(plainness));
}

static bool done(void *user, void *item)
{
    struct add_run *const run = user;
    struct added *const added = item;
    struct picture *const picture = &added->picture;
    bool good = true;

    tally_add(&run->tally, picture);
    picture_report(picture, run->settings->verbose);
    advise(run, picture);
    if (protected_wants(picture)) good = keep(run, added);
    picture_clear(picture);
    return good;
}

static void drop(void *user, void *item)
{
    struct added *const added = item;

    (void)user;
    picture_clear(&added->picture);
}

static void tick(void *user)
{
    struct add_run *const run = user;

    pass_tick(&run->pass);
}

static enum jobs_end read_pictures(struct add_run *run)
{
    const struct inputs_source source = args_source(run->settings, 2);
    const struct jobs jobs = {
        .n_threads = run->settings->n_jobs,
        .item_size = sizeof(struct added),
        .user = run,
        .next = next,
        .work = work,
        .done = done,
        .drop = drop,
        .tick = tick,
    };

    run->pass = (struct pass){
        .source = &source,
        .mode = run->settings->progress,
        .phase = "case",
        .label = _("reading protected pictures"),
        .tally = &run->tally,
    };
    return pass_run(&run->pass, &jobs);
}

/* ---- The run ------------------------------------------------------------- */

static void say_plain(const struct add_run *run)
{
    const uint64_t n = run->tally.by_plainness[PLAIN_ALL];

    if (n)
        say_line(ngettext("%llu picture can be found by its very bytes alone: "
                          "ask for a larger or clearer copy of it",
                          "%llu pictures can be found by their very bytes "
                          "alone: ask for larger or clearer copies of them",
                          (unsigned long)n),
                 (unsigned long long)n);
}

static void summarise(const struct add_run *run, double seconds)
{
    if (run->settings->progress == PROGRESS_JSON) {
        fputs("{\"phase\":\"summary\",\"protected\":{", stderr);
        tally_print_json(&run->tally);
        fprintf(stderr, "},\"new\":%lld,\"known\":%lld,\"seconds\":%.1f}\n",
                (long long)run->n_new, (long long)run->n_again, seconds);
    }
    if (run->settings->quiet) return;
    tally_say(&run->tally, _("protected"));
    say_plain(run);
    if (run->settings->dry_run)
        say_line(ngettext("%llu picture would be recorded; nothing was written",
                          "%llu pictures would be recorded; nothing was "
                          "written",
                          (unsigned long)run->n_new),
                 (unsigned long long)run->n_new);
    else
        say_line(ngettext("%llu new picture in the case",
                          "%llu new pictures in the case",
                          (unsigned long)run->n_new),
                 (unsigned long long)run->n_new);
    if (run->n_again)
        say_line(ngettext("%llu picture was in the case already",
                          "%llu pictures were in the case already",
                          (unsigned long)run->n_again),
                 (unsigned long long)run->n_again);
    say_line(_("time: %.1f s"), seconds);
}

static enum exit_status run_add(struct add_run *run)
{
    const double started = progress_clock();
    const enum jobs_end end = read_pictures(run);

    if (end == JOBS_FAILED || !commit(run)) return EXIT_FATAL;
    summarise(run, progress_clock() - started);
    if (end == JOBS_STOPPED) {
        say_path(run->file->path, _("interrupted; what was recorded stays, and "
                                    "the same command goes on"));
        return EXIT_INTERRUPTED;
    }
    if (!run->settings->dry_run &&
        !scan_tell(run->settings, run->file, run->reader->ctx))
        return EXIT_FATAL;
    if (tally_failures(&run->tally)) return EXIT_SOME_FAILED;
    if (run->n_new || run->n_again) return EXIT_MATCHED;
    say_path(run->file->path, _("no picture to record; nothing was written"));
    return EXIT_FATAL;
}

enum exit_status case_add(const struct settings *settings,
                          struct case_file *file, struct reader *reader)
{
    struct add_run run = {
        .settings = settings,
        .reader = reader,
        .file = file,
        .case_id = cases_find(file, settings, false),
    };
    enum exit_status status = EXIT_FATAL;

    if (!run.case_id) return EXIT_FATAL;
    run.now = cases_now(file);
    if (prepare(&run)) status = run_add(&run);
    sqlite3_finalize(run.find);
    sqlite3_finalize(run.again);
    sqlite3_finalize(run.better);
    sqlite3_finalize(run.insert);
    return status;
}
