/* SPDX-License-Identifier: Apache-2.0 */
/* The findings of a report, each with its facts and, apart from them, what they may
 * mean. */
#include "report.h"

#include <stdlib.h>

#include "html.h"
#include "i18n.h"
#include "language.h"
#include "place.h"
#include "report_words.h"
#include "text.h"

/* None where it never was. */
static void put_time(FILE *out, const char *head, int64_t at)
{
    if (at) report_put_time(out, head, at);
}

/* ---- Where in the picture ------------------------------------------------ */

static double clamp(double v, double most)
{
    return v < -most ? -most : v > most ? most : v;
}

static void put_squares(FILE *out, const sitr_blurred *blurred, double width,
                        double height)
{
    const double w = width / blurred->width, h = height / blurred->height;

    for (unsigned y = 0; y < blurred->height; y++)
        for (unsigned x = 0; x < blurred->width; x++) {
            const unsigned luma = blurred->luma[y * blurred->width + x];

            fprintf(out,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                    "height=\"%.1f\" fill=\"#%02x%02x%02x\"/>",
                    1 + x * w, 1 + y * h, w + 0.1, h + 0.1, luma, luma, luma);
        }
}

static void put_outline(FILE *out, const float quad[4][2], double scale)
{
    fputs("<polygon class=\"outline\" points=\"", out);
    for (int i = 0; i < 4; i++)
        fprintf(out, "%s%.1f,%.1f", i ? " " : "",
                1 + clamp((double)quad[i][0] * scale, 10000),
                1 + clamp((double)quad[i][1] * scale, 10000));
    fputs("\"/>", out);
}

/* An outline over a frame of the found picture's proportions: it shows where to look,
 * and nothing of what is there, unless somebody asked for it. `where` may be NULL. */
static void put_drawing(FILE *out, const struct report_finding *finding,
                        const char *where)
{
    const sitr_signature_info *const found = &finding->finding->found_info;
    const sitr_blurred *const blurred = &finding->blurred;
    const double longer =
        found->width > found->height ? found->width : found->height;
    const double scale = 160 / longer;
    const double width = found->width * scale, height = found->height * scale;
    const char *const title = where ? where : _("blurred on request");

    fprintf(out,
            "<figure><svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
            "width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.1f %.1f\"><title>",
            width + 2, height + 2, width + 2, height + 2);
    html_put(out, title);
    fputs("</title>", out);
    if (blurred->width) put_squares(out, blurred, width, height);
    fprintf(out,
            "<rect class=\"%s\" x=\"1\" y=\"1\" width=\"%.1f\" "
            "height=\"%.1f\"/>",
            blurred->width ? "edge" : "frame", width, height);
    if (where) put_outline(out, finding->finding->evidence.match.quad, scale);
    fputs("</svg><figcaption>", out);
    html_put(out, title);
    fputs("</figcaption></figure>\n", out);
}

static void put_place(FILE *out, const struct report_finding *finding)
{
    const sitr_signature_info *const found = &finding->finding->found_info;
    struct box box;
    char where[128];
    bool is_placed;

    if (!found->width || !found->height) return;
    is_placed = !finding->finding->evidence.same_file &&
                place_in_found(&finding->finding->evidence.match, found, &box);
    if (is_placed) place_format(&box, found, where);
    if (is_placed || finding->blurred.width)
        put_drawing(out, finding, is_placed ? where : NULL);
}

/* ---- Who looked at it ---------------------------------------------------- */

static void put_review(FILE *out, const struct report_review *review)
{
    char *const who = text_escape(review->who);
    char at[LANGUAGE_TEXT];

    language_time(review->at, at);
    fputs("<p class=\"review\">", out);
    html_format(out,
                review->confirmed ? _("Confirmed by %s, who looked at it, %s.")
                                  : _("Rejected by %s, who looked at it, %s."),
                who, at);
    if (review->note) {
        fputs(" <q>", out);
        html_foreign(out, review->note);
        fputs("</q>", out);
    }
    fputs("</p>\n", out);
    free(who);
}

static void put_reviews(FILE *out, const struct report_finding *finding)
{
    if (!finding->n_reviews)
        html_element(out, "p",
                     _("Nobody has looked at this finding: it is what the "
                       "program says, and no more."));
    for (size_t i = 0; i < finding->n_reviews; i++)
        put_review(out, &finding->reviews[i]);
}

/* ---- Where it comes from ------------------------------------------------- */

static void put_source(FILE *out, const struct report_source *source)
{
    fputs("<p>", out);
    if (source->url) html_code(out, source->url);
    if (source->captured) {
        fputs("<br/>", out);
        html_put(out, _("captured: "));
        html_code(out, source->captured);
    }
    if (source->captured_by) {
        fputs("<br/>", out);
        html_put(out, _("captured by: "));
        html_foreign(out, source->captured_by);
    }
    fputs("</p>\n", out);
}

static void put_sources(FILE *out, const struct report_finding *finding)
{
    html_row(out, _("Where online"));
    if (!finding->n_sources) html_put(out, _("not recorded"));
    for (size_t i = 0; i < finding->n_sources; i++)
        put_source(out, &finding->sources[i]);
    html_row_end(out);
}

/* ---- One finding --------------------------------------------------------- */

static void put_file(FILE *out, const struct report_finding *finding)
{
    char size[LANGUAGE_TEXT];

    html_row(out, _("Found file"));
    html_code(out, finding->finding->found_path);
    html_row_end(out);
    html_row(out, _("Its SHA-256"));
    html_hex(out, finding->sha256, sizeof finding->sha256);
    html_row_end(out);
    if (finding->size < 0) {
        html_row(out, _("By now"));
        html_put(out, _("the file holds other bytes than when it was found"));
    } else {
        language_size((uint64_t)finding->size, size);
        html_row(out, _("Size"));
        html_put(out, size);
    }
    html_row_end(out);
}

static void put_facts(FILE *out, const struct report_finding *finding)
{
    char text[REPORT_TEXT];

    html_element(out, "p", report_fact(finding));
    report_basis(finding, text);
    if (*text) html_element(out, "p", text);
    if (*report_turn(finding)) {
        fputs("<p>", out);
        html_format(out, _("Compared with the picture that was handed in: %s."),
                    report_turn(finding));
        fputs("</p>\n", out);
    }
    report_rate(finding, text);
    if (*text) html_element(out, "p", text);
    if (finding->finding->is_stored)
        html_element(out, "p",
                     _("It was found by the hash that an earlier scan had kept "
                       "of the file."));
}

static void put_rows(FILE *out, const struct report *report,
                     const struct report_finding *finding)
{
    char *const label = text_escape(report->label);

    fputs("<table>\n", out);
    html_row(out, _("Picture of the case"));
    fprintf(out, "<bdi dir=\"ltr\">");
    html_format(out, "%s#%lld", label,
                (long long)finding->finding->evidence.match.id);
    fputs("</bdi>", out);
    html_row_end(out);
    put_file(out, finding);
    put_sources(out, finding);
    put_time(out, _("File met first"), finding->first_seen);
    put_time(out, _("Found"), finding->at);
    put_time(out, _("Missed since"), finding->gone);
    fputs("</table>\n", out);
    free(label);
}

static void put_finding(FILE *out, const struct report *report,
                        const struct report_finding *finding)
{
    fprintf(out, "<article id=\"finding-%lld\"><h3>",
            (long long)finding->finding->number);
    html_format(out, _("Finding %lld: %s"), (long long)finding->finding->number,
                report_kind(finding));
    fputs("</h3>\n", out);
    html_element(out, "h4", _("Facts"));
    put_place(out, finding);
    put_facts(out, finding);
    put_rows(out, report, finding);
    html_element(out, "h4", _("Looked at by a person"));
    put_reviews(out, finding);
    html_element(out, "h4", _("Interpretation"));
    html_element(out, "p", report_meaning(finding));
    fputs("</article>\n", out);
}

/* ---- Those that came back ------------------------------------------------ */

static void put_return(FILE *out, const struct report_finding *finding,
                       const struct report_return *that)
{
    char first[LANGUAGE_TEXT], gone[LANGUAGE_TEXT], back[LANGUAGE_TEXT];
    char head[64];

    snprintf(head, sizeof head, _("Finding %lld"),
             (long long)finding->finding->number);
    language_time(finding->first_seen, first);
    language_time(that->gone, gone);
    language_time(that->back, back);
    html_row(out, head);
    html_format(out,
                _("The file was met first %s, was found to be gone %s, and was "
                  "there again %s."),
                first, gone, back);
    html_row_end(out);
}

static void put_returns(FILE *out, const struct report *report)
{
    size_t n = 0;

    for (size_t i = 0; i < report->n_findings; i++)
        n += report->findings[i].n_returns;
    if (!n) return;
    html_element(out, "h3", _("Seen again"));
    fputs("<table>\n", out);
    for (size_t i = 0; i < report->n_findings; i++)
        for (size_t k = 0; k < report->findings[i].n_returns; k++)
            put_return(out, &report->findings[i],
                       &report->findings[i].returns[k]);
    fputs("</table>\n", out);
    html_element(out, "p",
                 _("That a picture was distributed again may be relevant to "
                   "article 447-3 of the Moroccan Penal Code (aggravating "
                   "circumstances, repetition among them)."));
}

/* ---- All of them --------------------------------------------------------- */

void report_put_findings(FILE *out, const struct report *report)
{
    const size_t n_open = report->n_findings - report->n_confirmed;

    html_element(out, "h2", _("Findings"));
    html_element(out, "p",
                 _("Facts and interpretation stand apart. Whether an offence "
                   "was committed, and which one, is for a lawyer and for the "
                   "court to decide."));
    if (!report->n_findings)
        html_element(out, "p",
                     _("No copy was recognised. That is no proof that there is "
                       "none."));
    if (report->n_confirmed)
        html_element(out, "h2", _("Findings that a person confirmed"));
    for (size_t i = 0; i < report->n_confirmed; i++)
        put_finding(out, report, &report->findings[i]);
    if (n_open)
        html_element(out, "h2", _("Findings that nobody has looked at"));
    for (size_t i = report->n_confirmed; i < report->n_findings; i++)
        put_finding(out, report, &report->findings[i]);
    put_returns(out, report);
    if (!report->n_rejected) return;
    fputs("<p>", out);
    html_format(out,
                ngettext("%zu finding was rejected by a person who looked at "
                         "it, and is not shown.",
                         "%zu findings were rejected by a person who looked at "
                         "them, and are not shown.",
                         (unsigned long)report->n_rejected),
                report->n_rejected);
    fputs("</p>\n", out);
}
