/* SPDX-License-Identifier: Apache-2.0 */
/* Findings: collected, put into an order, printed. */
#include "findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "line.h"
#include "need.h"
#include "place.h"
#include "text.h"

void findings_add(struct findings *findings, const struct finding *finding)
{
    if (findings->n == findings->capacity) {
        findings->capacity = findings->capacity ? 2 * findings->capacity : 4;
        findings->items = need(realloc(
            findings->items, findings->capacity * sizeof *findings->items));
    }
    findings->items[findings->n++] = *finding;
}

void findings_move(struct findings *to, struct findings *from)
{
    for (size_t i = 0; i < from->n; i++) findings_add(to, &from->items[i]);
    from->n = 0;
}

void findings_clear(struct findings *findings)
{
    for (size_t i = 0; i < findings->n; i++)
        free(findings->items[i].found_path);
    free(findings->items);
    memset(findings, 0, sizeof *findings);
}

static float rate_of(const struct finding *finding)
{
    return finding->evidence.same_file
               ? 0
               : finding->evidence.match.false_positive_rate;
}

static uint32_t distance_of(const struct finding *finding)
{
    return finding->evidence.same_file ? 0 : finding->evidence.match.distance;
}

/* Two places of one picture in another: from top to bottom, by the corner that
 * was its top left. */
static int compare_places(const struct finding *x, const struct finding *y)
{
    for (int i = 1; i >= 0; i--) {
        const float a = x->evidence.match.quad[0][i];
        const float b = y->evidence.match.quad[0][i];

        if (a < b || a > b) return a < b ? -1 : 1;
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct finding *const x = a, *const y = b;
    const sitr_verdict vx = x->evidence.match.verdict;
    const sitr_verdict vy = y->evidence.match.verdict;
    const uint64_t ix = x->evidence.match.id, iy = y->evidence.match.id;
    int order;

    if (vx != vy) return vx > vy ? -1 : 1;
    /* ahead of the distance, which says nothing of crops; where there are but
     * hashes, it is the same order */
    if (rate_of(x) < rate_of(y) || rate_of(x) > rate_of(y))
        return rate_of(x) < rate_of(y) ? -1 : 1;
    if (distance_of(x) != distance_of(y))
        return distance_of(x) < distance_of(y) ? -1 : 1;
    order = strcmp(x->found_path, y->found_path);
    if (!order) order = strcmp(x->protected_path, y->protected_path);
    if (!order) order = (ix > iy) - (ix < iy);
    return order ? order : compare_places(x, y);
}

void findings_sort(struct findings *findings)
{
    if (findings->n)
        qsort(findings->items, findings->n, sizeof *findings->items, compare);
}

size_t findings_count(const struct findings *findings, sitr_verdict verdict)
{
    size_t n = 0;

    for (size_t i = 0; i < findings->n; i++)
        n += findings->items[i].evidence.match.verdict == verdict;
    return n;
}

void notices_add(struct notices *notices, const struct notice *notice)
{
    if (notices->n == notices->capacity) {
        notices->capacity = notices->capacity ? 2 * notices->capacity : 4;
        notices->items = need(realloc(
            notices->items, notices->capacity * sizeof *notices->items));
    }
    notices->items[notices->n++] = *notice;
}

void notices_clear(struct notices *notices)
{
    for (size_t i = 0; i < notices->n; i++) free(notices->items[i].path);
    free(notices->items);
    memset(notices, 0, sizeof *notices);
}

/* ---- Records ------------------------------------------------------------- */

static void put_finding(struct output *output, const struct finding *finding)
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
}

static void put_notice(struct output *output, const struct notice *notice)
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
}

static bool print_records(struct output *output,
                          const struct findings *findings,
                          const struct notices *notices)
{
    bool good = true;

    if (output->format == OUTPUT_CSV) {
        static const struct notice none;

        output->header = true;
        output_begin(output);
        put_notice(output, &none);
        good = output_end(output);
        output->header = false;
    }
    for (size_t i = 0; good && i < findings->n; i++) {
        output_begin(output);
        put_finding(output, &findings->items[i]);
        good = output_end(output);
    }
    for (size_t i = 0; good && i < notices->n; i++) {
        output_begin(output);
        put_notice(output, &notices->items[i]);
        good = output_end(output);
    }
    return good;
}

/* ---- Text ---------------------------------------------------------------- */

/* Bits: one pair of unrelated pictures in thousands is as near. */
#define BY_CHANCE 90

enum { VERDICT, KIND, DISTANCE, RATE, COLUMNS };

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

static void widen(int width[COLUMNS], const struct row *row)
{
    for (int i = 0; i < COLUMNS; i++) {
        const int columns = text_width(row->cell[i]);

        if (columns > width[i]) width[i] = columns;
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

/* The paths stand at the ends of two lines: long ones do not break the table,
 * and two Arabic ones in a line would change places on a screen. */
static void print_finding(const struct finding *finding,
                          const int width[COLUMNS], bool color)
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
    free(protected_path);
    free(found);
}

static bool print_table(const struct settings *settings,
                        const struct findings *findings)
{
    const bool color = color_wanted(settings->color);
    int width[COLUMNS] = {0};
    struct row row;

    line_clear();
    if (!findings->n) return true;
    for (size_t i = 0; i < findings->n; i++) {
        fill_row(&findings->items[i].evidence, &row);
        widen(width, &row);
    }
    head_row(&row);
    widen(width, &row);
    print_cells(&row, width, VERDICT);
    puts(_("FOUND"));
    for (size_t i = 0; i < findings->n; i++)
        print_finding(&findings->items[i], width, color);
    return output_good();
}

bool findings_print(const struct settings *settings,
                    const struct findings *findings,
                    const struct notices *notices)
{
    struct output output = {.format = settings->format};

    if (settings->format == OUTPUT_TEXT) return print_table(settings, findings);
    return print_records(&output, findings, notices);
}
