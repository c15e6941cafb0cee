/* SPDX-License-Identifier: Apache-2.0 */
/* Findings and notices as records for programs, and as a table for people. */
#include "listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "evidence.h"
#include "i18n.h"
#include "place.h"
#include "sort_key.h"
#include "text.h"

/* ---- Records ------------------------------------------------------------- */

static void put_source(struct output *output, const char *name,
                       const char *text)
{
    if (text)
        output_path(output, name, text);
    else
        output_null(output, name);
}

static const char *reviewed_word(enum reviewed reviewed)
{
    switch (reviewed) {
    case REVIEWED_CONFIRMED:
        return "confirmed";
    case REVIEWED_REJECTED:
        return "rejected";
    case REVIEWED_NOT:
        break;
    }
    return NULL;
}

/* None where it is 0. */
static void put_time(struct output *output, const char *name, int64_t at)
{
    char text[CASES_TIME] = "";

    if (at) cases_time(at, text);
    output_word(output, name, *text ? text : NULL);
}

static void put_seen(struct output *output, const struct finding *finding)
{
    put_time(output, "seen", finding->seen);
    output_bool(output, "new", finding->is_new);
    if (finding->is_listed)
        output_null(output, "finding");
    else
        output_number(output, "finding", (uint64_t)finding->number);
    output_word(output, "reviewed", reviewed_word(finding->reviewed));
    put_source(output, "url", finding->url);
    put_source(output, "captured", finding->captured);
    put_source(output, "captured_by", finding->captured_by);
    output_number(output, "sources", finding->n_sources);
    put_time(output, "reported", finding->told);
    put_time(output, "reported_before", finding->told_before);
    put_time(output, "gone", finding->gone);
    put_time(output, "back", finding->back);
}

static void put_finding(struct output *output, const struct finding *finding,
                        bool has_seen)
{
    output_path(output, "found", finding->found_path);
    output_path(output, "protected", finding->protected_path);
    output_number(output, "id", finding->evidence.match.id);
    evidence_put(output, &finding->evidence);
    output_absent(output, "path");
    output_word(output, "status", status_word(finding->status));
    output_absent(output, "role");
    output_absent(output, "too_plain");
    output_absent(output, "few_regions");
    output_path_b64(output, "found_b64", finding->found_path);
    output_path_b64(output, "protected_b64", finding->protected_path);
    output_absent(output, "path_b64");
    if (has_seen) put_seen(output, finding);
}

static void put_notice(struct output *output, const struct notice *notice,
                       bool has_seen)
{
    output_absent(output, "found");
    output_absent(output, "protected");
    output_absent(output, "id");
    evidence_absent(output);
    output_path(output, "path", notice->path);
    output_word(output, "status", status_word(notice->status));
    output_word(output, "role", notice->is_protected ? "protected" : "found");
    output_bool(output, "too_plain", notice->too_plain);
    output_bool(output, "few_regions", notice->few_regions);
    output_absent(output, "found_b64");
    output_absent(output, "protected_b64");
    output_path_b64(output, "path_b64", notice->path);
    if (!has_seen) return;
    output_absent(output, "seen");
    output_absent(output, "new");
    output_absent(output, "finding");
    output_absent(output, "reviewed");
    output_absent(output, "url");
    output_absent(output, "captured");
    output_absent(output, "captured_by");
    output_absent(output, "sources");
    output_absent(output, "reported");
    output_absent(output, "reported_before");
    output_absent(output, "gone");
    output_absent(output, "back");
}

/* ---- Text ---------------------------------------------------------------- */

/* Bits: one pair of unrelated pictures in thousands is as near. */
#define BY_CHANCE 90

struct row {
    char cell[COLUMNS][128];
};

static void fill_row(const struct evidence *evidence, struct row *row)
{
    const sitr_match *const match = &evidence->match;

    snprintf(row->cell[VERDICT], sizeof row->cell[VERDICT], "%s",
             verdict_text(match->verdict));
    if (match->turn != SITR_UPRIGHT)
        snprintf(row->cell[KIND], sizeof row->cell[KIND], "%s (%s)",
                 kind_text(evidence), sitr_turn_name(match->turn));
    else
        snprintf(row->cell[KIND], sizeof row->cell[KIND], "%s",
                 kind_text(evidence));
    /* of a part, the hash of the whole says nothing */
    if (match->distance == UINT32_MAX ||
        (match->keypoints && match->distance > BY_CHANCE))
        strcpy(row->cell[DISTANCE], "-");
    else
        snprintf(row->cell[DISTANCE], sizeof row->cell[DISTANCE], "%u",
                 (unsigned)match->distance);
    rate_format(evidence, row->cell[RATE]);
}

static void head_row(struct row *row)
{
    snprintf(row->cell[VERDICT], sizeof row->cell[0], "%s", _("VERDICT"));
    snprintf(row->cell[KIND], sizeof row->cell[0], "%s", _("KIND"));
    snprintf(row->cell[DISTANCE], sizeof row->cell[0], "%s", _("DISTANCE"));
    snprintf(row->cell[RATE], sizeof row->cell[0], "%s", _("BY CHANCE"));
}

static void widen(int *width, const char *text)
{
    const int columns = text_width(text);

    if (columns > *width) *width = columns;
}

/* Wide enough for whatever may be found, in the language of the user. */
static void set_widths(int width[COLUMNS])
{
    struct evidence evidence = {.same_file = true};
    struct row row;

    head_row(&row);
    for (int i = 0; i < COLUMNS; i++) width[i] = text_width(row.cell[i]);
    widen(&width[VERDICT], verdict_text(SITR_COPY));
    widen(&width[VERDICT], verdict_text(SITR_REVIEW));
    widen(&width[KIND], kind_text(&evidence));
    evidence.same_file = false;
    for (int kind = SITR_SAME_PICTURE; kind <= SITR_EDITED; kind++) {
        evidence.match.kind = (sitr_match_kind)kind;
        /* the longest name there is, but for the kind that has none */
        evidence.match.turn =
            kind == SITR_SAME_PICTURE ? SITR_UPRIGHT : SITR_MIRROR_270;
        fill_row(&evidence, &row);
        widen(&width[KIND], row.cell[KIND]);
    }
}

static void print_cells(const struct row *row, const int width[COLUMNS],
                        int first)
{
    for (int i = first; i < COLUMNS; i++) {
        const bool is_number = i >= DISTANCE;
        const int room = width[i] - text_width(row->cell[i]);

        printf("%*s", is_number ? room : 0, "");
        fputs(row->cell[i], stdout);
        printf("%*s", is_number ? 2 : room + 2, "");
    }
}

/* Where in the found picture to look, if that is not everywhere. */
static bool is_placed(const struct finding *finding, char where[128])
{
    struct box box;

    if (finding->evidence.same_file ||
        !place_in_found(&finding->evidence.match, &finding->found_info, &box))
        return false;
    place_format(&box, &finding->found_info, where);
    return true;
}

/* The latest capture; that there are others is seen in the file alone. */
static void print_source(const struct finding *finding, int indent)
{
    const struct {
        const char *format, *text;
    } rows[] = {
        {_("online: %s\n"), finding->url},
        {_("captured: %s\n"), finding->captured},
        {_("captured by: %s\n"), finding->captured_by},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text;

        if (!rows[i].text) continue;
        text = text_escape(rows[i].text);
        printf("%*s", indent, "");
        printf(rows[i].format, text);
        free(text);
    }
}

/* That it comes back is a fact of its own. */
static void print_again(const struct finding *finding, int indent)
{
    char first[CASES_TIME], second[CASES_TIME];

    if (finding->told_before) {
        cases_time(finding->told_before, first);
        printf("%*s", indent, "");
        printf(_("the picture was reported before: %s\n"), first);
    }
    if (finding->back) {
        cases_time(finding->gone, first);
        cases_time(finding->back, second);
        printf("%*s", indent, "");
        printf(_("gone on %s, back on %s\n"), first, second);
    }
}

static void print_number(const struct finding *finding, int indent)
{
    const long long number = (long long)finding->number;

    printf("%*s", indent, "");
    switch (finding->reviewed) {
    case REVIEWED_CONFIRMED:
        printf(_("finding %lld, confirmed\n"), number);
        break;
    case REVIEWED_REJECTED:
        printf(_("finding %lld, rejected\n"), number);
        break;
    case REVIEWED_NOT:
        printf(_("finding %lld\n"), number);
        break;
    }
}

/* The paths stand at the ends of two lines: long ones do not break the table,
 * and two Arabic ones in a line would change places on a screen. */
static void print_finding(const struct finding *finding,
                          const int width[COLUMNS], bool color, bool has_seen)
{
    char *const found = text_escape(finding->found_path);
    char *const protected_path = text_escape(finding->protected_path);
    struct row row;
    char where[128];
    int indent = 0;

    fill_row(&finding->evidence, &row);
    verdict_print(finding->evidence.match.verdict, color, width[VERDICT]);
    fputs("  ", stdout);
    print_cells(&row, width, KIND);
    fputs(found, stdout);
    if (finding->status != STATUS_OK)
        printf("  [%s]", status_text(finding->status));
    for (int i = 0; i < COLUMNS; i++) indent += width[i] + 2;
    printf("\n%*s", indent, "");
    printf(_("protected: %s\n"), protected_path);
    if (is_placed(finding, where)) {
        printf("%*s", indent, "");
        printf(_("where: %s\n"), where);
    }
    if (has_seen && (!finding->is_new || finding->is_stored)) {
        cases_time(finding->seen, where);
        printf("%*s", indent, "");
        printf(_("seen before: %s\n"), where);
    }
    if (has_seen) {
        print_again(finding, indent);
        print_source(finding, indent);
        if (!finding->is_listed) print_number(finding, indent);
    }
    free(protected_path);
    free(found);
}

static void print_head(const int width[COLUMNS])
{
    struct row row;

    head_row(&row);
    print_cells(&row, width, VERDICT);
    puts(_("FOUND"));
}

/* ---- Both ---------------------------------------------------------------- */

void listing_init(struct listing *listing, const struct settings *settings)
{
    *listing = (struct listing){
        .settings = settings,
        .output = {.format = settings->format},
    };
    set_widths(listing->width);
}

/* The first record of every shard has the same key, and is to sort(1) the same
 * line. */
static void print_heading(struct listing *listing)
{
    static const struct notice none;
    struct output head = {
        .format = listing->output.format,
        .header = true,
        .key = listing->settings->sort_key ? SORT_KEY_FIRST : NULL,
    };

    if (listing->headed) return;
    listing->headed = true;
    switch (head.format) {
    case OUTPUT_CSV:
        output_begin(&head);
        put_notice(&head, &none, listing->has_seen);
        output_end(&head);
        break;
    case OUTPUT_TEXT:
        output_begin_text(&head);
        print_head(listing->width);
        output_end_text(&head);
        break;
    case OUTPUT_JSON:
        break;
    }
}

/* The key goes with its record. */
static bool end_record(struct listing *listing)
{
    const bool good = listing->output.format == OUTPUT_TEXT
                          ? output_end_text(&listing->output)
                          : output_end(&listing->output);

    listing->output.key = NULL;
    return good;
}

bool listing_finding(struct listing *listing, const struct finding *finding,
                     const char *key)
{
    print_heading(listing);
    listing->output.key = key;
    if (listing->output.format == OUTPUT_TEXT) {
        output_begin_text(&listing->output);
        print_finding(finding, listing->width,
                      color_wanted(listing->settings->color),
                      listing->has_seen);
    } else {
        output_begin(&listing->output);
        put_finding(&listing->output, finding, listing->has_seen);
    }
    return end_record(listing);
}

bool listing_notice(struct listing *listing, const struct notice *notice,
                    const char *key)
{
    if (listing->output.format == OUTPUT_TEXT) return true;
    print_heading(listing);
    listing->output.key = key;
    output_begin(&listing->output);
    put_notice(&listing->output, notice, listing->has_seen);
    return end_record(listing);
}

bool listing_end(struct listing *listing)
{
    if (listing->output.format == OUTPUT_CSV) print_heading(listing);
    return output_good();
}
