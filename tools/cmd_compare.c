/* SPDX-License-Identifier: Apache-2.0 */
/* sitr compare: two pictures, in plain words. */
#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "fields.h"
#include "i18n.h"
#include "need.h"
#include "picture.h"
#include "place.h"
#include "say.h"
#include "text.h"

#define LABEL_WIDTH 24

struct pair {
    struct picture a, b;
    struct evidence evidence;
};

/* null where regions were not asked for, too */
static void put_few_regions(struct output *output,
                            const struct picture *picture, const char *name,
                            bool with_regions)
{
    if (with_regions)
        field_flag(output, picture, name, SITR_INFO_FEW_REGIONS);
    else
        output_null(output, name);
}

static void put_record(struct output *output, const struct pair *pair,
                       bool with_regions)
{
    output_begin(output);
    output_path(output, "a", pair->a.input.path);
    output_path(output, "b", pair->b.input.path);
    output_word(output, "a_status", status_word(pair->a.status));
    output_word(output, "b_status", status_word(pair->b.status));
    evidence_put(output, &pair->evidence);
    field_number(output, &pair->a, "a_quality", pair->a.info.quality);
    field_number(output, &pair->b, "b_quality", pair->b.info.quality);
    field_flag(output, &pair->a, "a_too_plain", SITR_INFO_TOO_PLAIN);
    field_flag(output, &pair->b, "b_too_plain", SITR_INFO_TOO_PLAIN);
    put_few_regions(output, &pair->a, "a_few_regions", with_regions);
    put_few_regions(output, &pair->b, "b_few_regions", with_regions);
    output_path_b64(output, "a_b64", pair->a.input.path);
    output_path_b64(output, "b_b64", pair->b.input.path);
    output_end(output);
}

static void print_label(const char *label)
{
    text_put_padded(stdout, label, LABEL_WIDTH);
    putchar(' ');
}

static void print_quality(const char *label, const struct picture *picture)
{
    print_label(label);
    if (!picture->signature)
        printf("-");
    else
        printf(_("%u of 100"), (unsigned)picture->info.quality);
    if (picture_plainness(picture))
        printf(" - %s", plainness_text(picture_plainness(picture)));
    putchar('\n');
}

/* Where the one lies in the other, unless it is all in all. */
static void print_place(const struct pair *pair)
{
    const sitr_match *const match = &pair->evidence.match;
    char text[128];
    struct box box;

    if (!match->verdict || pair->evidence.same_file) return;
    if (place_in_found(match, &pair->b.info, &box)) {
        place_format(&box, &pair->b.info, text);
        print_label(_("where in the second:"));
        puts(text);
    }
    if (place_in_protected(match, &pair->a.info, &pair->b.info, &box)) {
        place_format(&box, &pair->a.info, text);
        print_label(_("part of the first:"));
        puts(text);
    }
}

static void print_keypoints(const sitr_match *match)
{
    if (!match->keypoints) return;
    print_label(_("keypoints:"));
    printf(_("%u found in both, in the same arrangement\n"),
           (unsigned)match->keypoints);
}

static void print_text(const struct settings *settings, const struct pair *pair)
{
    const struct evidence *const evidence = &pair->evidence;
    const sitr_match *const match = &evidence->match;
    char rate[16];

    print_label(_("verdict:"));
    verdict_print(match->verdict, color_wanted(settings->color), 0);
    printf(" - %s\n", verdict_sentence(evidence));
    if (match->verdict) {
        print_label(_("kind:"));
        printf("%s - %s\n", kind_text(evidence), kind_sentence(evidence));
    }
    if (match->turn != SITR_UPRIGHT) {
        print_label(_("turn:"));
        printf("%s - %s\n", sitr_turn_name(match->turn),
               turn_sentence(match->turn));
    }
    print_place(pair);
    print_keypoints(match);
    print_label(_("distance:"));
    if (match->distance == UINT32_MAX)
        puts("-");
    else
        printf(_("%u of 256 bits\n"), (unsigned)match->distance);
    if (match->verdict && !evidence->same_file) {
        rate_format(evidence, rate);
        print_label(_("false-positive rate:"));
        printf(_("%s - for a pair of unrelated pictures, by estimate\n"), rate);
    }
    print_quality(_("quality of the first:"), &pair->a);
    print_quality(_("quality of the second:"), &pair->b);
}

static bool compare(struct pair *pair)
{
    sitr_status status = SITR_OK;

    pair->evidence.match.distance = UINT32_MAX;
    if (pair->a.signature && pair->b.signature)
        status = sitr_match_pair(pair->a.signature, pair->b.signature, NULL,
                                 &pair->evidence.match);
    if (status) {
        say("%s", sitr_status_text(status));
        return false;
    }
    if (picture_same_file(&pair->a, &pair->b))
        evidence_same_file(&pair->evidence);
    return true;
}

static enum depth depth_of(const struct settings *settings,
                           const struct pair *pair)
{
    const uint32_t flags = pair->a.info.flags | pair->b.info.flags;

    if (settings->no_regions) return DEPTH_HASHES;
    return flags & SITR_INFO_FEW_REGIONS ? DEPTH_FEW_REGIONS : DEPTH_REGIONS;
}

static enum exit_status print(const struct settings *settings,
                              const struct pair *pair)
{
    struct output output = {.format = settings->format};
    const bool both_read = pair->a.signature && pair->b.signature;
    const bool matched = pair->evidence.match.verdict;

    if (settings->format == OUTPUT_CSV) {
        output.header = true;
        put_record(&output, pair, !settings->no_regions);
        output.header = false;
    }
    if (settings->format != OUTPUT_TEXT)
        put_record(&output, pair, !settings->no_regions);
    else if (both_read || matched)
        print_text(settings, pair);
    if (matched) return EXIT_MATCHED;
    if (both_read && !settings->quiet && settings->format == OUTPUT_TEXT)
        say_line("%s", no_match_sentence(depth_of(settings, pair)));
    return both_read ? EXIT_NO_MATCH : EXIT_SOME_FAILED;
}

static enum exit_status read_and_compare(const struct settings *settings,
                                         struct reader *reader,
                                         struct pair *pair)
{
    reader->opts.flags = settings->no_regions ? 0 : SITR_SIGN_REGIONS;
    picture_read(reader, &pair->a);
    reader->opts.flags |= SITR_SIGN_QUERY;
    picture_read(reader, &pair->b);
    picture_report(&pair->a, settings->verbose);
    picture_report(&pair->b, settings->verbose);
    if (!compare(pair)) return EXIT_FATAL;
    return print(settings, pair);
}

static void name_input(struct input *input, const char *path)
{
    input->path = need(strdup(path));
    input->n_followed = strlen(path);
}

enum exit_status cmd_compare(const struct settings *settings)
{
    struct reader reader = {.want_sha256 = true};
    struct pair pair = {.evidence.same_file = false};
    enum exit_status status;

    if (settings->n_paths != 2)
        return args_wrong("compare", _("compare takes two pictures"));
    if (!reader_open(&reader, settings, 1)) return EXIT_FATAL;
    name_input(&pair.a.input, settings->paths[0]);
    name_input(&pair.b.input, settings->paths[1]);
    status = read_and_compare(settings, &reader, &pair);
    picture_clear(&pair.a);
    picture_clear(&pair.b);
    reader_close(&reader);
    return status;
}
