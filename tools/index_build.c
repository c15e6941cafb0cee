/* SPDX-License-Identifier: Apache-2.0 */
/* sitr index build and add: pictures are read as by the other verbs, signed into
 * an index, and that written with their names as a segment: as several, where one
 * would be too large. */
#include "index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "need.h"
#include "pass.h"
#include "picture.h"
#include "protected.h"
#include "say.h"
#include "store_write.h"

struct build_run {
    const struct settings *settings;
    struct reader *reader;
    struct pass pass;
    struct tally tally;
    struct store *old;                /* NULL where there was none */
    const struct picture **by_sha256; /* of it, sorted */
    sitr_index_builder *builder;
    uint64_t base, next; /* of the segment at hand */
    uint64_t size;       /* of that, in bytes, about */
    struct store anew;   /* what is recorded in it: no index, no file */
    struct store_writer writer;
    bool is_writing; /* something is written, if not committed */
    uint64_t n_new;
    uint64_t n_known; /* files that were in the index, and left as they are */
};

/* ---- What is there already ----------------------------------------------- */

static int compare(const void *left, const void *right)
{
    const struct picture *const a = *(const struct picture *const *)left;
    const struct picture *const b = *(const struct picture *const *)right;
    const int order = memcmp(a->sha256, b->sha256, sizeof a->sha256);

    return order ? order : strcmp(a->input.path, b->input.path);
}

static void sort_old(struct build_run *run)
{
    const size_t n = run->old ? run->old->n : 0;

    run->by_sha256 = need(calloc(n + 1, sizeof *run->by_sha256));
    for (size_t i = 0; i < n; i++) run->by_sha256[i] = &run->old->pictures[i];
    qsort(run->by_sha256, n, sizeof *run->by_sha256, compare);
}

/* Whether the same bytes are recorded under the same name: a folder that is
 * added again adds what is new in it. */
static bool is_known(const struct build_run *run, const struct picture *picture)
{
    return run->old && picture->has_sha256 &&
           bsearch(&picture, run->by_sha256, run->old->n,
                   sizeof *run->by_sha256, compare);
}

/* ---- The segment --------------------------------------------------------- */

static bool fail(const struct build_run *run, sitr_status status)
{
    say_path(run->settings->paths[1], "%s", store_problem(status));
    return false;
}

static bool begin_writing(struct build_run *run)
{
    if (run->is_writing) return true;
    run->is_writing = true;
    return run->old ? writer_change(&run->writer, run->old)
                    : writer_create(&run->writer, run->settings->paths[1]);
}

static void forget(struct store *store)
{
    for (size_t i = 0; i < store->n; i++) picture_clear(&store->pictures[i]);
    store->n = 0;
}

static bool write_segment(struct build_run *run, const sitr_index *index)
{
    const struct segment_content content = {
        .index = index,
        .base = run->base,
        .names = {.next = run->next,
                  .no_regions = run->settings->no_regions,
                  .n = (uint32_t)run->anew.n},
        .pictures = run->anew.pictures,
        .ids = run->anew.ids,
    };

    return begin_writing(run) &&
           writer_add(&run->writer, run->writer.manifest.n, 0, &content);
}

/* Writes what was taken, and begins anew behind it. */
static bool finish_segment(struct build_run *run)
{
    sitr_index *index;
    sitr_status status = sitr_index_builder_finish(run->builder, &index);
    bool good;

    run->builder = NULL;
    if (status) return fail(run, status);
    good = write_segment(run, index);
    sitr_index_free(index);
    if (!good) return false;
    forget(&run->anew);
    run->base += run->next;
    run->next = run->size = 0;
    status = sitr_index_builder_new(run->reader->ctx, &run->builder);
    return !status || fail(run, status);
}

static bool finish(struct build_run *run)
{
    const size_t n_old = run->old ? run->old->n : 0;

    if (run->anew.n && !finish_segment(run)) return false;
    run->writer.manifest.next_id = run->base;
    if (!writer_commit(&run->writer)) return false;
    index_say(run->settings, run->settings->paths[1], n_old + run->n_new);
    return true;
}

/* ---- The pictures -------------------------------------------------------- */

static int next(void *user, void *item)
{
    struct build_run *const run = user;
    struct picture *const picture = item;

    return inputs_next(run->pass.inputs, &picture->input);
}

static void work(void *user, void *item)
{
    const struct build_run *const run = user;

    picture_read(run->reader, item);
}

/* About what it takes of a segment, with its share of the tables. */
static uint64_t size_of(const struct picture *picture)
{
    return 200 + strlen(picture->input.path) +
           90 * (uint64_t)picture->info.keypoints;
}

/* Takes the picture; false where there is no room for it. */
static bool take(struct build_run *run, struct picture *picture)
{
    const uint64_t size = size_of(picture);

    if (run->anew.n && run->size + size > index_most(run->settings) &&
        !finish_segment(run))
        return false;
    if (run->base + run->next >= MANIFEST_MAX_ID) return fail(run, SITR_ELIMIT);
    if (picture->signature) {
        const sitr_status status =
            sitr_index_builder_add(run->builder, run->next, picture->signature);

        if (status) return fail(run, status);
        sitr_signature_free(picture->signature);
        picture->signature = NULL;
    }
    store_record(&run->anew, picture, run->base + run->next++);
    memset(picture, 0, sizeof *picture);
    run->size += size;
    run->n_new++;
    return true;
}

static bool done(void *user, void *item)
{
    struct build_run *const run = user;
    struct picture *const picture = item;
    bool good = true;

    tally_add(&run->tally, picture);
    picture_report(picture, run->settings->verbose);
    if (picture_plainness(picture) && !run->settings->quiet)
        say_path(picture->input.path, "%s",
                 plainness_text(picture_plainness(picture)));
    if (is_known(run, picture))
        run->n_known++;
    else if (protected_wants(picture))
        good = take(run, picture);
    picture_clear(picture);
    return good;
}

static void drop(void *user, void *item)
{
    (void)user;
    picture_clear(item);
}

static void tick(void *user)
{
    struct build_run *const run = user;

    pass_tick(&run->pass);
}

static enum jobs_end read_pictures(struct build_run *run)
{
    const struct inputs_source source = args_source(run->settings, 2);
    const struct jobs jobs = {
        .n_threads = run->settings->n_jobs,
        .item_size = sizeof(struct picture),
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
        .phase = "index",
        .label = _("reading protected pictures"),
        .tally = &run->tally,
    };
    return pass_run(&run->pass, &jobs);
}

/* ---- The run ------------------------------------------------------------- */

static void summarise(const struct build_run *run, double seconds)
{
    if (run->settings->progress == PROGRESS_JSON) {
        fputs("{\"phase\":\"summary\",\"protected\":{", stderr);
        tally_print_json(&run->tally);
        fprintf(stderr, "},\"new\":%llu,\"known\":%llu,\"seconds\":%.1f}\n",
                (unsigned long long)run->n_new,
                (unsigned long long)run->n_known, seconds);
    }
    if (run->settings->quiet) return;
    tally_say(&run->tally, _("protected"));
    if (run->n_known)
        say_line(ngettext("%llu file was in the index already",
                          "%llu files were in the index already",
                          (unsigned long)run->n_known),
                 (unsigned long long)run->n_known);
    say_line(_("time: %.1f s"), seconds);
}

static enum exit_status run_build(struct build_run *run)
{
    const char *const path = run->settings->paths[1];
    const double started = progress_clock();
    const sitr_status status =
        sitr_index_builder_new(run->reader->ctx, &run->builder);
    enum jobs_end end;

    if (status) {
        fail(run, status);
        return EXIT_FATAL;
    }
    end = read_pictures(run);
    if (end == JOBS_FAILED) return EXIT_FATAL;
    summarise(run, progress_clock() - started);
    if (end == JOBS_STOPPED) {
        say_path(path, _("interrupted; nothing was written"));
        return EXIT_INTERRUPTED;
    }
    if (run->n_new) {
        if (!finish(run)) return EXIT_FATAL;
    } else if (!run->n_known) {
        say_path(path, _("no picture to record; nothing was written"));
        return tally_failures(&run->tally) ? EXIT_SOME_FAILED : EXIT_FATAL;
    }
    return tally_failures(&run->tally) ? EXIT_SOME_FAILED : EXIT_MATCHED;
}

/* A segment more than there may be is said at once, and not after hours. */
static bool has_room(const struct store *old)
{
    if (!old || old->manifest.n < MANIFEST_MAX_SEGMENTS) return true;
    say_path(old->path,
             _("has as many segments as it can have: merge it first"));
    return false;
}

enum exit_status index_build(const struct settings *settings,
                             struct reader *reader, struct store *old)
{
    struct build_run run = {
        .settings = settings,
        .reader = reader,
        .old = old,
        .base = old ? old->manifest.next_id : 0,
        .anew = {.folder = -1},
        .writer = {.folder = -1},
    };
    enum exit_status status;
    bool is_written;

    if (!has_room(old)) return EXIT_FATAL;
    sort_old(&run);
    status = run_build(&run);
    sitr_index_builder_free(run.builder);
    is_written = run.writer.committed;
    if (run.is_writing) writer_close(&run.writer);
    store_close(&run.anew);
    free(run.by_sha256);
    if (old && is_written && !index_settle(settings, old) && !status)
        status = EXIT_SOME_FAILED;
    return status;
}
