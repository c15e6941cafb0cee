/* SPDX-License-Identifier: Apache-2.0 */
/* sitr watch: a scan that does not end. What lands in the folders is searched for the
 * pictures of the case file as soon as it is left alone, and each finding is told
 * once, whatever happens meanwhile: what was told is recorded behind the telling. */
/* for memfd_create */
#define _GNU_SOURCE
#include "args.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include <linux/magic.h>

#include "cases.h"
#include "hook.h"
#include "i18n.h"
#include "landing.h"
#include "listing.h"
#include "need.h"
#include "say.h"
#include "scan_run.h"
#include "scans.h"
#include "stop.h"

#define SETTLE_S    2    /* that a file is left alone before it is read */
#define LOOK_MS     1000 /* how often for what others change in the case file */
#define RETRY_S     60.0 /* how often for a folder that cannot be watched, */
#define RETRY_SHARE 20   /* and at most this part of the time that it takes */

struct watch_root {
    char *path; /* absolute, no part of it a link */
    int error;  /* errno of a folder in it that cannot be watched; 0 */
};

struct watch {
    struct scan_run run;
    struct watch_root *roots;
    char **paths; /* the same, for a pass */
    size_t n_roots;
    struct landing *landing;
    struct hook hook;
    struct protected_set labelled; /* of the case that was asked for, if any */
    uint64_t *labelled_ids;
    double retry_at;
    bool has_news;             /* there may be something to tell */
    struct file_stamp sources; /* of the list of these, as it was taken in */
    uint64_t n_told;
};

/* ---- The folders --------------------------------------------------------- */

/* A folder within another one is watched with that. */
static void add_root(struct watch *watch, char *path)
{
    size_t n = 0;

    for (size_t i = 0; i < watch->n_roots; i++)
        if (scan_path_within(path, watch->roots[i].path)) {
            free(path);
            return;
        }
    for (size_t i = 0; i < watch->n_roots; i++)
        if (scan_path_within(watch->roots[i].path, path))
            free(watch->roots[i].path);
        else
            watch->roots[n++] = watch->roots[i];
    watch->roots[n] = (struct watch_root){.path = path};
    watch->n_roots = n + 1;
}

static bool find_roots(struct watch *watch)
{
    const struct settings *const settings = watch->run.settings;

    watch->roots = need(calloc(settings->n_paths, sizeof *watch->roots));
    watch->paths = need(calloc(settings->n_paths, sizeof *watch->paths));
    for (size_t i = 0; i < settings->n_paths; i++) {
        char *const path = realpath(settings->paths[i], NULL);
        struct stat st;

        if (!path || stat(path, &st)) {
            say_path(settings->paths[i], "%s", strerror(errno));
            free(path);
            return false;
        }
        if (!S_ISDIR(st.st_mode)) {
            say_path(settings->paths[i],
                     _("is no folder; 'sitr watch' watches folders"));
            free(path);
            return false;
        }
        add_root(watch, path);
    }
    for (size_t i = 0; i < watch->n_roots; i++)
        watch->paths[i] = watch->roots[i].path;
    return true;
}

/* What others do on another machine is not seen on this one. */
static bool is_elsewhere(const char *path)
{
    static const unsigned long types[] = {
        NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,  SMB2_SUPER_MAGIC,
        CIFS_SUPER_MAGIC, CODA_SUPER_MAGIC, AFS_SUPER_MAGIC,
        CEPH_SUPER_MAGIC, V9FS_MAGIC,       FUSE_SUPER_MAGIC,
    };
    struct statfs fs;

    if (statfs(path, &fs)) return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if ((unsigned long)fs.f_type == types[i]) return true;
    return false;
}

static void say_unwatched(const struct watch_root *root)
{
    if (root->error == ENOSPC)
        say_path(root->path,
                 _("has more folders than may be watched; it is looked "
                   "through every minute until fs.inotify.max_user_watches is "
                   "raised"));
    else if (root->error == EREMOTE)
        say_path(root->path,
                 _("may be changed by other machines, which is not seen here; "
                   "it is looked through every minute"));
    else
        say_path(root->path,
                 _("cannot be watched in whole (%s); it is looked through "
                   "every minute"),
                 strerror(root->error));
}

/* Watches them all, again where they are already. Whether all could be. */
static bool watch_roots(struct watch *watch)
{
    bool all = true;

    for (size_t i = 0; i < watch->n_roots; i++) {
        struct watch_root *const root = &watch->roots[i];
        int error = landing_watch(watch->landing, root->path);

        if (!error && is_elsewhere(root->path)) error = EREMOTE;
        if (error && error != root->error) {
            root->error = error;
            say_unwatched(root);
        }
        root->error = error;
        all = all && !error;
    }
    return all;
}

/* ---- Reading ------------------------------------------------------------- */

static void say_read(const struct watch *watch, uint64_t before)
{
    const uint64_t n = watch->run.report.n_read - before;
    char text[CASES_TIME];

    if (!n || watch->run.settings->quiet) return;
    cases_time((int64_t)time(NULL), text);
    say_line(
        ngettext("%s: %llu file read", "%s: %llu files read", (unsigned long)n),
        text, (unsigned long long)n);
}

static bool pass(struct watch *watch, const struct inputs_source *source,
                 enum progress_mode mode, bool whole)
{
    struct scan_run *const run = &watch->run;
    const uint64_t before = run->report.n_read;
    enum jobs_end end;

    run->report.found = (struct tally){.links = 0};
    end = scan_run_pass(run, source, mode);
    watch->has_news = true;
    say_read(watch, before);
    if (end == JOBS_FAILED) return false;
    return !whole || end == JOBS_STOPPED || scan_run_lose_rest(run);
}

/* All folders, from one end to the other: at first, and where it is not known what
 * happened in them. They are watched before they are looked into. */
static bool look_through(struct watch *watch)
{
    struct inputs_source source = {.paths = watch->paths};
    const double started = progress_clock();
    const bool all = watch_roots(watch);
    bool good;

    /* one that is not there was told of, and has lost nothing */
    for (size_t i = 0; i < watch->n_roots; i++)
        if (watch->roots[i].error != ENOENT)
            watch->paths[source.n_paths++] = watch->roots[i].path;
    good = pass(watch, &source, watch->run.settings->progress, true);
    const double now = progress_clock();
    double wait = RETRY_SHARE * (now - started);

    if (wait < RETRY_S) wait = RETRY_S;
    watch->retry_at = all ? INFINITY : now + wait;
    return good;
}

static bool lose(struct watch *watch, struct landed *landed, size_t n)
{
    struct scan_run *const run = &watch->run;
    bool good = case_file_begin(&run->file);

    run->files.now = (int64_t)time(NULL);
    for (size_t i = 0; good && i < n; i++)
        good = scan_files_lose_path(&run->files, landed[i].path,
                                    &run->report.n_lost);
    return good && case_file_commit(&run->file);
}

static bool read_below(struct watch *watch, const struct landed *landed,
                       size_t n)
{
    char **const paths = need(calloc(n, sizeof *paths));
    const struct inputs_source source = {
        .paths = paths, .n_paths = n, .n_followed = landed->n_root};
    bool good;

    for (size_t i = 0; i < n; i++) paths[i] = landed[i].path;
    good = pass(watch, &source, PROGRESS_NEVER, false);
    free(paths);
    return good;
}

/* Those that are there no more come last. How many there are. */
static size_t part_gone(struct landed *landed, size_t n)
{
    struct landed *const gone = need(calloc(n, sizeof *gone));
    size_t n_there = 0, n_gone = 0;
    struct stat st;

    for (size_t i = 0; i < n; i++)
        if (lstat(landed[i].path, &st) && (errno == ENOENT || errno == ENOTDIR))
            gone[n_gone++] = landed[i];
        else
            landed[n_there++] = landed[i];
    memcpy(landed + n_there, gone, n_gone * sizeof *gone);
    free(gone);
    return n_there;
}

static bool take(struct watch *watch, struct landed *landed, size_t n)
{
    const size_t n_there = part_gone(landed, n);
    size_t i = 0, end;

    if (n_there < n && !lose(watch, landed + n_there, n - n_there))
        return false;
    /* in the order of their paths, those of a root stand together */
    for (; i < n_there; i = end) {
        for (end = i + 1;
             end < n_there && landed[end].n_root == landed[i].n_root &&
             !memcmp(landed[end].path, landed[i].path, landed[i].n_root);)
            end++;
        if (!read_below(watch, landed + i, end - i)) return false;
    }
    return true;
}

static bool take_landed(struct watch *watch)
{
    struct landed *landed;
    const size_t n = landing_take(watch->landing, &landed);
    const bool good = !n || take(watch, landed, n);

    for (size_t i = 0; i < n; i++) free(landed[i].path);
    free(landed);
    return good;
}

/* ---- The case file, as others change it ---------------------------------- */

static bool load_labelled(struct watch *watch)
{
    struct scan_run *const run = &watch->run;
    int64_t id;

    protected_clear(&watch->labelled);
    free(watch->labelled_ids);
    watch->labelled_ids = NULL;
    watch->labelled = (struct protected_set){.n = 0};
    if (!run->settings->label) return true;
    id = cases_find(&run->file, run->settings, true);
    return id && cases_protect(&run->file, run->reader.ctx, id,
                               &watch->labelled, &watch->labelled_ids);
}

/* Pictures that were added are looked for, and those of a victim who withdrew are
 * looked for no more. */
static bool refresh(struct watch *watch)
{
    const int changed = scan_run_refresh(&watch->run);

    if (changed <= 0) return !changed;
    watch->has_news = true;
    return load_labelled(watch);
}

/* ---- Telling ------------------------------------------------------------- */

static bool print(struct watch *watch, struct findings *findings)
{
    struct listing listing;
    bool good = true;

    listing_init(&listing, watch->run.settings);
    listing.has_seen = true;
    for (size_t i = 0; good && i < findings->n; i++) {
        findings->items[i].is_new = !findings->items[i].told;
        good = listing_finding(&listing, &findings->items[i], NULL);
    }
    output_flush();
    return good && output_good();
}

/* Prints them, and hands the same lines to the command. */
static bool tell(struct watch *watch, struct findings *findings)
{
    int lines = -1;
    bool good = print(watch, findings);

    if (good && watch->hook.command) {
        lines = memfd_create("findings", MFD_CLOEXEC);
        if (lines < 0) say("%s", strerror(errno));
    }
    if (lines >= 0) {
        good =
            output_divert(lines) && print(watch, findings) && output_divert(-1);
        if (good) hook_start(&watch->hook, lines);
        close(lines);
    }
    return good;
}

static bool record_told(struct watch *watch, const struct findings *findings)
{
    struct case_file *const file = &watch->run.file;

    watch->n_told += findings->n;
    return case_file_begin(file) &&
           scan_findings_tell(file, findings, (int64_t)time(NULL)) &&
           case_file_commit(file);
}

/* Whoever collects the files may write the list as they come. */
static bool take_sources(struct watch *watch)
{
    const char *const path = watch->run.settings->sources;
    struct file_stamp stamp;
    struct stat st;

    if (!path || stat(path, &st)) return true;
    stamp = file_stamp_of(&st);
    if (file_stamp_same(&stamp, &watch->sources)) return true;
    watch->sources = stamp;
    return scan_run_take_sources(&watch->run);
}

/* What is to be told while the command is still at the last waits for it. */
static bool tell_news(struct watch *watch)
{
    struct scan_run *const run = &watch->run;
    const struct scan_query query = {
        .at_least = run->settings->at_least,
        .untold = true,
    };
    struct findings findings = {.n = 0};
    bool good;

    if (hook_runs(&watch->hook) || !watch->has_news) return true;
    watch->has_news = false;
    good = take_sources(watch) &&
           scan_findings_load(
               &run->file, &query,
               run->settings->label ? &watch->labelled : &run->set, &findings);
    findings_sort(&findings);
    if (good && findings.n)
        good = tell(watch, &findings) && record_told(watch, &findings);
    findings_clear(&findings);
    return good;
}

/* ---- The run ------------------------------------------------------------- */

static void say_watching(const struct watch *watch)
{
    const size_t n = landing_folders(watch->landing);

    if (watch->run.settings->quiet || stop_requested()) return;
    say_line(ngettext("watching %zu folder; Ctrl-C ends it",
                      "watching %zu folders; Ctrl-C ends it", (unsigned long)n),
             n);
}

static bool go_on(struct watch *watch)
{
    landing_wait(watch->landing, LOOK_MS);
    if (stop_requested()) return true;
    return refresh(watch) &&
           (landing_lost(watch->landing) || progress_clock() >= watch->retry_at
                ? look_through(watch)
                : take_landed(watch)) &&
           tell_news(watch);
}

static bool watch_on(struct watch *watch)
{
    bool good = load_labelled(watch) && look_through(watch) && tell_news(watch);

    say_watching(watch);
    while (good && !stop_requested()) good = go_on(watch);
    hook_finish(&watch->hook);
    return good;
}

static enum exit_status say_end(const struct watch *watch)
{
    const unsigned long long n_read = watch->run.report.n_read;
    const unsigned long long n_told = watch->n_told;

    if (!watch->run.settings->quiet) {
        say_line(ngettext("%llu file was read", "%llu files were read",
                          (unsigned long)n_read),
                 n_read);
        say_line(ngettext("%llu finding was reported",
                          "%llu findings were reported", (unsigned long)n_told),
                 n_told);
    }
    return n_told ? EXIT_MATCHED : EXIT_NO_MATCH;
}

static enum exit_status run_watch(struct watch *watch)
{
    struct scan_run *const run = &watch->run;
    const struct inputs_source source = {.paths = watch->paths,
                                         .n_paths = watch->n_roots};

    case_file_be_patient(&run->file);
    if (!scan_run_begin(run, "watch", &source)) return EXIT_FATAL;
    if (run->settings->dry_run)
        return scan_run_pass(run, &source, run->settings->progress) ==
                       JOBS_FAILED
                   ? EXIT_FATAL
                   : scan_print_dry(&run->report, stop_requested());
    watch->landing =
        landing_new(run->settings->settle ? run->settings->settle : SETTLE_S);
    if (!watch->landing) {
        say("inotify: %s", strerror(errno));
        return EXIT_FATAL;
    }
    if (!watch_on(watch) || !case_file_begin(&run->file) ||
        !scans_end(&run->file, run->files.scan, (int64_t)time(NULL)) ||
        !case_file_commit(&run->file))
        return EXIT_FATAL;
    return say_end(watch);
}

static void close_watch(struct watch *watch)
{
    landing_free(watch->landing);
    protected_clear(&watch->labelled);
    free(watch->labelled_ids);
    scan_run_close(&watch->run);
    for (size_t i = 0; i < watch->n_roots; i++) free(watch->roots[i].path);
    free(watch->roots);
    free(watch->paths);
}

enum exit_status cmd_watch(const struct settings *settings)
{
    struct settings lines = *settings;
    struct watch watch = {.hook = {.command = settings->run}};
    enum exit_status status = EXIT_FATAL;

    if (!settings->case_file) return args_wrong("watch", _("no --case=FILE"));
    if (!settings->n_paths)
        return args_wrong("watch", _("no folders to watch named"));
    lines.format = OUTPUT_JSON;
    if (scan_run_open(&watch.run, &lines) && find_roots(&watch))
        status = run_watch(&watch);
    close_watch(&watch);
    return status;
}
