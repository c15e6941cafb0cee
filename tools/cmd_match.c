/* SPDX-License-Identifier: Apache-2.0 */
/* sitr match: the main job. First the protected pictures are read and kept,
 * then each found file is read, matched and forgotten. */
#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "findings.h"
#include "found.h"
#include "i18n.h"
#include "list_file.h"
#include "list_load.h"
#include "listing.h"
#include "need.h"
#include "pass.h"
#include "picture.h"
#include "protected.h"
#include "say.h"
#include "sort_key.h"
#include "store.h"

struct match_run {
    const struct settings *settings;
    struct reader reader;
    struct pass pass; /* over the one or the other */
    struct tally tally_protected, tally_found;
    struct protected_set set;
    struct store store;      /* where PROTECTED is an index */
    uint64_t *ids;           /* of the set, where it is a case file */
    bool hashes_only;        /* of it, some were signed without regions */
    struct list_match lists; /* where it is a list, or has some */
    uint64_t n_bad;          /* records of it that are none */
    struct listing listing;
    struct findings findings; /* until all are there to be sorted */
    struct notices notices;   /* to be listed behind them */
    struct found_count count;
    uint64_t n_listed;
    double started;
};

/* What is worth a line of its own among the records: what failed, what was
 * read in part, what is protected and cannot be. */
static void note(struct match_run *run, const struct picture *picture,
                 bool is_protected)
{
    const bool plain = is_protected && picture_plainness(picture);
    const bool dull = picture->status == STATUS_OK ||
                      (picture->status == STATUS_NOT_IMAGE &&
                       picture->input.walked && !run->settings->verbose);
    struct notice notice = {
        .place = picture->input.place,
        .status = picture->status,
        .is_protected = is_protected,
        .too_plain = is_protected && picture->info.flags & SITR_INFO_TOO_PLAIN,
        .few_regions =
            is_protected && picture->info.flags & SITR_INFO_FEW_REGIONS,
    };

    picture_report(picture, run->settings->verbose);
    if (dull && !plain) return;
    /* one shard tells of what all of them read */
    if (is_protected && !shard_is_first(&run->settings->shard)) return;
    notice.path = need(strdup(picture->input.path));
    notices_add(&run->notices, &notice);
}

/* ---- What is printed ----------------------------------------------------- */

/* The key of what is printed next: by the place of its file, or by what it is,
 * a finding or else a notice. NULL where none was asked for. */
static char *next_key(struct match_run *run, uint64_t place,
                      const struct finding *finding,
                      const struct notice *notice)
{
    const uint64_t rank = run->n_listed++;

    if (!run->settings->sort_key) return NULL;
    if (run->settings->as_found) return sort_key_of_file(place, rank);
    return finding ? sort_key_of_finding(finding, rank)
                   : sort_key_of_notice(notice, rank);
}

/* Prints what was collected, the strongest first, and forgets it. `place` is that
 * of its file, where it is of one. */
static bool list_collected(struct match_run *run, uint64_t place)
{
    struct listing *const listing = &run->listing;
    bool good = true;

    findings_sort(&run->findings);
    for (size_t i = 0; good && i < run->findings.n; i++) {
        const struct finding *const finding = &run->findings.items[i];
        char *const key = next_key(run, place, finding, NULL);

        good = listing_finding(listing, finding, key);
        free(key);
    }
    for (size_t i = 0; good && i < run->notices.n; i++) {
        const struct notice *const notice = &run->notices.items[i];
        char *const key = next_key(run, place, NULL, notice);

        good = listing_notice(listing, notice, key);
        free(key);
    }
    findings_clear(&run->findings);
    notices_clear(&run->notices);
    return good;
}

/* The same when a file is done, if it is time then; the protected ones come ahead
 * of all that was found. */
static bool list_file(struct match_run *run, const struct picture *picture,
                      bool is_protected)
{
    if (!run->settings->as_found) return true;
    return list_collected(run, is_protected ? 0 : picture->input.place + 1);
}

static void tick(void *user)
{
    struct match_run *const run = user;

    output_tick();
    pass_tick(&run->pass);
}

/* ---- The protected pictures ---------------------------------------------- */

static int next_protected(void *user, void *item)
{
    struct match_run *const run = user;
    struct picture *const picture = item;

    return inputs_next(run->pass.inputs, &picture->input);
}

static void work_protected(void *user, void *item)
{
    const struct match_run *const run = user;

    picture_read(&run->reader, item);
}

static bool done_protected(void *user, void *item)
{
    struct match_run *const run = user;
    struct picture *const picture = item;
    bool good;

    tally_add(&run->tally_protected, picture);
    note(run, picture, true);
    good = list_file(run, picture, true);
    if (!protected_add(&run->set, picture)) picture_clear(picture);
    return good;
}

static void drop_protected(void *user, void *item)
{
    (void)user;
    picture_clear(item);
}

/* ---- The found files ----------------------------------------------------- */

static int next_found(void *user, void *item)
{
    struct match_run *const run = user;
    struct found *const found = item;

    return inputs_next(run->pass.inputs, &found->picture.input);
}

static void work_found(void *user, void *item)
{
    const struct match_run *const run = user;
    struct found *const found = item;

    picture_read(&run->reader, &found->picture);
    found_match(found, &run->set, run->settings->at_least);
    /* nothing but the findings waits for its turn to be collected */
    sitr_signature_free(found->picture.signature);
    found->picture.signature = NULL;
}

static void drop_found(void *user, void *item)
{
    (void)user;
    found_clear(item);
}

static bool done_found(void *user, void *item)
{
    struct match_run *const run = user;
    struct found *const found = item;
    bool good;

    run->count.n_self += found->n_self;
    tally_add(&run->tally_found, &found->picture);
    note(run, &found->picture, false);
    found_count(&run->count, &found->findings);
    findings_move(&run->findings, &found->findings);
    good = list_file(run, &found->picture, false);
    found_clear(found);
    return good;
}

/* ---- The run ------------------------------------------------------------- */

static enum jobs_end read_protected(struct match_run *run)
{
    const struct inputs_source source = {
        .paths = run->settings->paths,
        .n_paths = 1,
    };
    const struct jobs jobs = {
        .n_threads = run->settings->n_jobs,
        .item_size = sizeof(struct picture),
        .user = run,
        .next = next_protected,
        .work = work_protected,
        .done = done_protected,
        .drop = drop_protected,
        .tick = tick,
    };
    enum jobs_end end;

    run->pass = (struct pass){
        .source = &source,
        .mode = run->settings->progress,
        .phase = "protected",
        .label = _("reading protected pictures"),
        .tally = &run->tally_protected,
    };
    end = pass_run(&run->pass, &jobs);
    protected_seal(&run->set);
    return end;
}

static bool load_index(struct match_run *run)
{
    if (!store_open(&run->store, run->reader.ctx, run->settings->paths[0],
                    false))
        return false;
    protected_add_store(&run->set, &run->store);
    for (size_t i = 0; i < run->store.manifest.n; i++)
        run->hashes_only |= run->store.segments[i].no_regions;
    return true;
}

static bool load_cases(struct match_run *run)
{
    struct case_file file = {.db = NULL};
    int64_t id = 0; /* all of them */
    bool good = case_file_open(&file, run->settings->paths[0]);

    if (good && run->settings->label) {
        id = cases_find(&file, run->settings, false);
        good = id != 0;
    }
    good =
        good && cases_protect(&file, run->reader.ctx, id, &run->set, &run->ids);
    /* what others list is of no case here */
    if (good && !id)
        good = list_match_begin(&run->lists, run->reader.ctx) &&
               list_load_case(&run->lists, &file) &&
               list_match_seal(&run->lists);
    case_file_close(&file);
    for (size_t i = 0; i < run->set.n; i++)
        run->hashes_only |= picture_lacks_regions(&run->set.pictures[i]);
    return good;
}

/* There is nothing but hashes in it: no regions are looked for. */
static bool load_list(struct match_run *run)
{
    run->reader.opts.flags &= ~(uint32_t)SITR_SIGN_REGIONS;
    return list_match_begin(&run->lists, run->reader.ctx) &&
           list_load(&run->lists, run->settings->paths[0], &run->n_bad) &&
           list_match_seal(&run->lists);
}

/* What PROTECTED is. */
enum source { FROM_PICTURES, FROM_CASES, FROM_INDEX, FROM_LIST };

static enum source source_of(const char *path)
{
    if (case_file_is(path)) return FROM_CASES;
    if (store_is(path)) return FROM_INDEX;
    return list_file_is(path) ? FROM_LIST : FROM_PICTURES;
}

static bool load(struct match_run *run, enum source source)
{
    switch (source) {
    case FROM_CASES:
        return load_cases(run);
    case FROM_LIST:
        return load_list(run);
    default:
        return load_index(run);
    }
}

/* What was recorded is told of as if it had been read now. */
static bool load_protected(struct match_run *run, enum source source)
{
    if (!load(run, source)) return false;
    if (run->lists.n) run->set.lists = &run->lists;
    for (size_t i = 0; i < run->set.n; i++) {
        struct picture *const picture = &run->set.pictures[i];

        /* too few of what is not looked for is nothing to tell of */
        if (run->settings->no_regions) {
            picture->info.flags &= ~(uint32_t)SITR_INFO_FEW_REGIONS;
            picture->info.keypoints = 0;
        }
        tally_add(&run->tally_protected, picture);
        note(run, picture, true);
        if (!list_file(run, picture, true)) return false;
    }
    protected_seal(&run->set);
    return true;
}

static enum jobs_end match_found(struct match_run *run)
{
    const struct inputs_source source = args_source(run->settings, 1);
    const struct jobs jobs = {
        .n_threads = run->settings->n_jobs,
        .item_size = sizeof(struct found),
        .user = run,
        .next = next_found,
        .work = work_found,
        .done = done_found,
        .drop = drop_found,
        .tick = tick,
    };

    run->reader.opts.flags |= SITR_SIGN_QUERY;
    run->reader.want_digests = list_match_wants_digests(&run->lists);
    run->pass = (struct pass){
        .source = &source,
        .mode = run->settings->progress,
        .phase = "found",
        .label = _("matching"),
        .tally = &run->tally_found,
        .matched = &run->count,
    };
    return pass_run(&run->pass, &jobs);
}

/* ---- The summary --------------------------------------------------------- */

static enum depth depth_of(const struct match_run *run)
{
    if (!run->set.n) return DEPTH_LISTS;
    if (run->settings->no_regions || run->hashes_only) return DEPTH_HASHES;
    return run->tally_protected.few_regions || run->tally_found.few_regions
               ? DEPTH_FEW_REGIONS
               : DEPTH_REGIONS;
}

static void print_summary_json(const struct match_run *run)
{
    fputs("{\"phase\":\"summary\",\"protected\":{", stderr);
    tally_print_json(&run->tally_protected);
    fputs("},\"found\":{", stderr);
    tally_print_json(&run->tally_found);
    fprintf(stderr,
            "},\"listed\":%zu,\"copy\":%zu,\"review\":%zu,\"seconds\":%.1f}\n",
            run->lists.n, run->count.n_copies, run->count.n_reviews,
            progress_clock() - run->started);
}

static void summarise(const struct match_run *run)
{
    const double seconds = progress_clock() - run->started;

    /* behind the findings, where both streams go to one place */
    output_flush();
    if (run->settings->progress == PROGRESS_JSON) print_summary_json(run);
    if (run->settings->quiet) return;
    if (run->set.n || !run->lists.n)
        tally_say(&run->tally_protected, _("protected"));
    if (run->lists.n_read) list_load_say(&run->lists);
    tally_say(&run->tally_found, _("found"));
    found_say_plain(&run->set, &run->tally_protected);
    found_say_count(&run->count, depth_of(run));
    say_line(_("time: %.1f s"), seconds);
}

/* Whether there is anything to look for. */
static bool can_match(const struct match_run *run)
{
    if (run->set.n || run->lists.n) return true;
    say_path(run->settings->paths[0], "%s",
             run->lists.n_read ? _("no hash here that can be looked for")
                               : _("no picture here to look for"));
    return false;
}

static enum exit_status run_match(struct match_run *run)
{
    const enum source source = source_of(run->settings->paths[0]);
    enum jobs_end end = JOBS_DONE;
    uint64_t failures;

    if (source == FROM_PICTURES)
        end = read_protected(run);
    else if (!load_protected(run, source))
        return EXIT_FATAL;
    if (end == JOBS_FAILED) return EXIT_FATAL;
    failures = tally_failures(&run->tally_protected) + run->n_bad;
    if (end == JOBS_DONE && can_match(run)) end = match_found(run);
    if (end == JOBS_FAILED) return EXIT_FATAL;
    if (!list_collected(run, 0) || !listing_end(&run->listing))
        return EXIT_FATAL;
    summarise(run);
    if (end == JOBS_STOPPED) return EXIT_INTERRUPTED;
    if (run->count.n_copies || run->count.n_reviews) return EXIT_MATCHED;
    failures += tally_failures(&run->tally_found);
    if (failures) return EXIT_SOME_FAILED;
    return run->set.n || run->lists.n ? EXIT_NO_MATCH : EXIT_FATAL;
}

enum exit_status cmd_match(const struct settings *settings)
{
    struct match_run run = {
        .settings = settings,
        .reader = {.want_sha256 = true},
        .store = {.folder = -1},
        .started = progress_clock(),
    };
    enum exit_status status;

    if (!settings->n_paths) return args_wrong("match", _("nothing named"));
    if (settings->n_paths < 2 && !settings->files_from)
        return args_wrong("match", _("no found pictures named"));
    if (!strcmp(settings->paths[0], "-"))
        return args_wrong("match", _("PROTECTED cannot be a list"));
    if (settings->label && !case_file_is(settings->paths[0]))
        return args_wrong("match", _("--label is for a case file"));
    if (!reader_open(&run.reader, settings, settings->n_jobs))
        return EXIT_FATAL;
    listing_init(&run.listing, settings);
    run.reader.opts.flags = settings->no_regions ? 0 : SITR_SIGN_REGIONS;
    status = run_match(&run);
    notices_clear(&run.notices);
    findings_clear(&run.findings);
    protected_clear(&run.set);
    list_match_clear(&run.lists);
    free(run.ids);
    store_close(&run.store);
    reader_close(&run.reader);
    return status;
}
