/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what, and when; and by what all that is named can be known again. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "i18n.h"
#include "language.h"
#include "need.h"
#include "report_words.h"

/* ---- Custody ------------------------------------------------------------- */

static void put_act(FILE *out, const struct report_act *act)
{
    const char *const what = report_act(act->act.what);
    char at[LANGUAGE_TEXT], n[LANGUAGE_TEXT];

    language_time(act->act.at, at);
    fputs("<tr><td>", out);
    html_put(out, at);
    fputs("</td><td>", out);
    html_foreign(out, act->act.who);
    fputs("</td><td>", out);
    if (what)
        html_put(out, what);
    else
        html_foreign(out, act->act.what);
    if (act->act.has_n && act->act.n > 0) {
        language_number((uint64_t)act->act.n, n);
        html_format(out, " (%s)", n);
    }
    if (act->act.note) {
        fputs("<br/><q>", out);
        html_foreign(out, act->act.note);
        fputs("</q>", out);
    }
    fputs("</td><td>", out);
    html_code(out, act->act.version);
    fputs("</td><td>", out);
    html_hex(out, act->chain, 8);
    if (!act->holds) {
        fputs("<br/><strong>", out);
        html_put(out, _("does not follow from the one before"));
        fputs("</strong>", out);
    }
    fputs("</td></tr>\n", out);
}

static void put_log(FILE *out, const struct report *report)
{
    html_element(out, "h2", _("Custody log"));
    html_element(out, "p",
                 _("Each act is chained to the one before it by a SHA-256, of "
                   "which the beginning is shown: none can be changed, left "
                   "out or put elsewhere without its being seen. The names are "
                   "those that were given."));
    fputs("<table class=\"wide\">\n<tr>", out);
    html_element(out, "th", _("When"));
    html_element(out, "th", _("Who"));
    html_element(out, "th", _("What"));
    html_element(out, "th", _("Version"));
    html_element(out, "th", _("Chain"));
    fputs("</tr>\n", out);
    for (size_t i = 0; i < report->n_acts; i++) put_act(out, &report->acts[i]);
    fputs("</table>\n", out);
    if (!report->n_acts) return;
    fputs("<p>", out);
    html_put(out, _("Last value of the chain: "));
    html_hex(out, report->acts[report->n_acts - 1].chain, CHAIN_SIZE);
    fputs("</p>\n", out);
}

/* ---- Annex --------------------------------------------------------------- */

/* A line of a BagIt manifest; RFC 8493 has the bytes that are written so. */
static void put_line(FILE *out, const uint8_t sha256[32], const char *path)
{
    for (int i = 0; i < 32; i++) fprintf(out, "%02x", sha256[i]);
    fputs("  ", out);
    html_path(out, path);
    putc('\n', out);
}

static int compare(const void *a, const void *b)
{
    const struct report_finding *const x =
        *(const struct report_finding *const *)a;
    const struct report_finding *const y =
        *(const struct report_finding *const *)b;
    const int order = strcmp(x->finding->found_path, y->finding->found_path);

    return order ? order : memcmp(x->sha256, y->sha256, sizeof x->sha256);
}

/* By their paths; a file of several findings is one line. */
static void put_found(FILE *out, const struct report *report)
{
    const size_t n = report->n_findings;
    const struct report_finding **const list =
        need(malloc((n + 1) * sizeof *list));

    for (size_t i = 0; i < n; i++) list[i] = &report->findings[i];
    qsort(list, n, sizeof *list, compare);
    for (size_t i = 0; i < n; i++)
        if (!i || compare(&list[i - 1], &list[i]) != 0)
            put_line(out, list[i]->sha256, list[i]->finding->found_path);
    free(list);
}

static void put_annex(FILE *out, const struct report *report)
{
    html_element(out, "h2", _("Annex: SHA-256 of all files"));
    html_element(out, "p",
                 _("A line for each file, as in a BagIt manifest (RFC 8493): "
                   "first the pictures of the case, by their numbers, then "
                   "what was found."));
    fputs("<pre dir=\"ltr\" class=\"code annex\">", out);
    for (size_t i = 0; i < report->n_items; i++) {
        char name[4 * 128 + 32];

        snprintf(name, sizeof name, "%s#%lld", report->label,
                 (long long)report->items[i].id);
        put_line(out, report->items[i].sha256, name);
    }
    put_found(out, report);
    fputs("</pre>\n", out);
    html_element(
        out, "p",
        _("The report itself, its machine-readable form and a manifest "
          "of both lie in a BagIt folder; 'sitr verify' checks them."));
}

void report_put_custody(FILE *out, const struct report *report)
{
    put_log(out, report);
    put_annex(out, report);
}
