/* SPDX-License-Identifier: Apache-2.0 */
/* sitr hash: the hashes of pictures. */
/* for explicit_bzero */
#define _DEFAULT_SOURCE
#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "i18n.h"
#include "need.h"
#include "pass.h"
#include "picture.h"
#include "say.h"
#include "sort_key.h"
#include "text.h"

#define LAST_TURN SITR_MIRROR_270

struct hash_run {
    const struct settings *settings;
    struct reader reader;
    struct pass pass;
    struct output output;
    struct tally tally;
};

/* The digits of a hash alone: what stands behind the last colon. */
static const char *digits_of(const sitr_hash *hash,
                             char text[SITR_HASH_MAX_TEXT])
{
    const char *colon;

    sitr_hash_format(hash, text);
    colon = strrchr(text, ':');
    return colon ? colon + 1 : text;
}

/* ---- Text ---------------------------------------------------------------- */

/* "hash,quality,path", as Meta's pdq-photo-hasher prints it, and what sets this
 * line apart from its neighbours. */
static void print_line(const struct picture *picture, sitr_algo algo,
                       sitr_turn turn, const char *path, const char *mark)
{
    char text[SITR_HASH_MAX_TEXT];
    sitr_hash hash;

    if (!sitr_signature_hash(picture->signature, algo, turn, &hash)) return;
    printf("%s,%u,%s%s%s\n", digits_of(&hash, text),
           (unsigned)picture->info.quality, path, mark ? "," : "",
           mark ? mark : "");
}

static void print_lines(const struct settings *settings,
                        const struct picture *picture)
{
    const uint32_t algos = settings->algos ? settings->algos : 1u << SITR_PDQ;
    char *const path = text_escape(picture->input.path);
    const int last = settings->turns ? LAST_TURN : SITR_UPRIGHT;

    for (int turn = SITR_UPRIGHT; algos & 1u << SITR_PDQ && turn <= last;
         turn++)
        print_line(picture, SITR_PDQ, (sitr_turn)turn, path,
                   settings->turns ? sitr_turn_name((sitr_turn)turn) : NULL);
    for (int algo = SITR_PHASH; algo <= SITR_AHASH; algo++)
        if (algos & 1u << algo)
            print_line(picture, (sitr_algo)algo, SITR_UPRIGHT, path,
                       sitr_algo_name((sitr_algo)algo));
    free(path);
}

/* ---- Records ------------------------------------------------------------- */

static const char *format_word(sitr_format format)
{
    switch (format) {
    case SITR_FORMAT_JPEG:
        return "jpeg";
    case SITR_FORMAT_PNG:
        return "png";
    case SITR_FORMAT_WEBP:
        return "webp";
    case SITR_FORMAT_UNKNOWN:
        break;
    }
    return NULL;
}

static void put_hash(struct output *output, const struct picture *picture,
                     const char *name, sitr_algo algo, sitr_turn turn)
{
    char text[SITR_HASH_MAX_TEXT];
    sitr_hash hash;

    if (picture->signature &&
        sitr_signature_hash(picture->signature, algo, turn, &hash))
        output_word(output, name, digits_of(&hash, text));
    else
        output_null(output, name);
}

/* pdq_rotate_90 .. pdq_mirror_270 */
static void put_turns(struct output *output, const struct picture *picture)
{
    for (int turn = SITR_ROTATE_90; turn <= LAST_TURN; turn++) {
        char name[32];

        snprintf(name, sizeof name, "pdq_%s", sitr_turn_name((sitr_turn)turn));
        for (char *c = name; *c; c++)
            if (*c == '-') *c = '_';
        put_hash(output, picture, name, SITR_PDQ, (sitr_turn)turn);
    }
}

/* The whole signature, as another program can take it up. */
static void put_signature(struct output *output, const struct picture *picture)
{
    size_t size;
    void *bytes;

    if (!picture->signature) {
        output_null(output, "signature_b64");
        return;
    }
    size = sitr_signature_encode(picture->signature, NULL, 0);
    bytes = need(malloc(size));
    sitr_signature_encode(picture->signature, bytes, size);
    output_base64(output, "signature_b64", bytes, size);
    explicit_bzero(bytes, size);
    free(bytes);
}

static bool print_record(struct hash_run *run, const struct picture *picture)
{
    struct output *const output = &run->output;
    const sitr_signature_info *const info = &picture->info;

    output_begin(output);
    output_path(output, "path", picture->input.path);
    output_word(output, "status", status_word(picture->status));
    output_word(output, "format", format_word(info->format));
    field_number(output, picture, "width", info->width);
    field_number(output, picture, "height", info->height);
    field_number(output, picture, "quality", info->quality);
    put_hash(output, picture, "pdq", SITR_PDQ, SITR_UPRIGHT);
    for (int algo = SITR_PHASH; algo <= SITR_AHASH; algo++)
        if (run->settings->algos & 1u << algo)
            put_hash(output, picture, sitr_algo_name((sitr_algo)algo),
                     (sitr_algo)algo, SITR_UPRIGHT);
    if (run->settings->turns) put_turns(output, picture);
    field_number(output, picture, "frames", info->frames);
    field_flag(output, picture, "too_plain", SITR_INFO_TOO_PLAIN);
    field_flag(output, picture, "on_black", SITR_INFO_ON_BLACK);
    if (run->settings->regions) {
        field_number(output, picture, "keypoints", info->keypoints);
        field_flag(output, picture, "few_regions", SITR_INFO_FEW_REGIONS);
        put_signature(output, picture);
    }
    output_path_b64(output, "path_b64", picture->input.path);
    return output_end(output);
}

static bool print_header(struct hash_run *run)
{
    struct picture none = {.input.path = NULL};
    bool good;

    run->output.header = true;
    if (run->settings->sort_key) run->output.key = SORT_KEY_FIRST;
    good = print_record(run, &none);
    run->output.header = false;
    return good;
}

/* ---- The run ------------------------------------------------------------- */

static int next(void *user, void *item)
{
    struct hash_run *const run = user;
    struct picture *const picture = item;

    return inputs_next(run->pass.inputs, &picture->input);
}

static void work(void *user, void *item)
{
    const struct hash_run *const run = user;

    picture_read(&run->reader, item);
}

static bool done(void *user, void *item)
{
    struct hash_run *const run = user;
    struct picture *const picture = item;
    char *const key = run->settings->sort_key
                          ? sort_key_of_file(picture->input.place, 0)
                          : NULL;
    bool good = true;

    tally_add(&run->tally, picture);
    run->output.key = key;
    if (run->output.format != OUTPUT_TEXT) {
        good = print_record(run, picture);
    } else if (picture->signature) {
        output_begin_text(&run->output);
        print_lines(run->settings, picture);
        good = output_end_text(&run->output);
    }
    run->output.key = NULL;
    free(key);
    picture_report(picture, run->settings->verbose);
    if (picture_plainness(picture) && !run->settings->quiet)
        say_path(picture->input.path, "%s",
                 plainness_text(picture_plainness(picture)));
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
    struct hash_run *const run = user;

    output_tick();
    pass_tick(&run->pass);
}

static void summarise(const struct hash_run *run, double seconds)
{
    /* behind the hashes, where both streams go to one place */
    output_flush();
    if (run->settings->progress == PROGRESS_JSON) {
        fputs("{\"phase\":\"summary\",\"found\":{", stderr);
        tally_print_json(&run->tally);
        fprintf(stderr, "},\"seconds\":%.1f}\n", seconds);
    }
    if (run->settings->quiet) return;
    /* one file has said all there is to say */
    if (tally_files(&run->tally) < 2 && !run->tally.links) return;
    tally_say(&run->tally, _("hashed"));
    say_line(_("time: %.1f s"), seconds);
}

static enum exit_status run_hash(struct hash_run *run)
{
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
    const double started = progress_clock();
    enum jobs_end end;

    if (run->output.format == OUTPUT_CSV && !print_header(run))
        return EXIT_FATAL;
    end = pass_run(&run->pass, &jobs);
    if (end == JOBS_FAILED) return EXIT_FATAL;
    summarise(run, progress_clock() - started);
    if (end == JOBS_STOPPED) return EXIT_INTERRUPTED;
    return tally_failures(&run->tally) ? EXIT_SOME_FAILED : EXIT_MATCHED;
}

enum exit_status cmd_hash(const struct settings *settings)
{
    const struct inputs_source source = args_source(settings, 0);
    struct hash_run run = {
        .settings = settings,
        .output = {.format = settings->format},
    };
    enum exit_status status;

    if (!settings->n_paths && !settings->files_from)
        return args_wrong("hash", _("no pictures named"));
    if (!reader_open(&run.reader, settings, settings->n_jobs))
        return EXIT_FATAL;
    run.reader.opts.algos = settings->algos;
    run.reader.opts.flags = (settings->turns ? SITR_SIGN_QUERY : 0) |
                            (settings->regions ? SITR_SIGN_REGIONS : 0) |
                            (settings->as_stored ? SITR_SIGN_AS_STORED : 0);
    run.pass = (struct pass){
        .source = &source,
        .mode = settings->progress,
        .phase = "hash",
        .label = _("hashing"),
        .tally = &run.tally,
    };
    status = run_hash(&run);
    reader_close(&run.reader);
    return status;
}
