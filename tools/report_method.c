/* SPDX-License-Identifier: Apache-2.0 */
/* How it was done, so that another can do it again, and what does not follow from
 * it. */
#include "report.h"

#include <stdlib.h>

#include "html.h"
#include "i18n.h"
#include "language.h"
#include "quote.h"

/* ---- Method -------------------------------------------------------------- */

static void put_algorithms(FILE *out)
{
    static const char *const sentences[] = {
        N_("Bytes: SHA-256 (FIPS 180-4) of each file. Where two are equal, the "
           "files are the same."),
        N_("What pictures look like: PDQ (256 bits), in the eight turns that "
           "mirroring and rotating give. Up to 31 bits apart is called a copy; "
           "up "
           "to 76, or 60 where either has little to see, is for a person to "
           "look at."),
        N_("Parts of pictures: keypoints, small details that lie in the same "
           "arrangement in both. Their number and their arrangement decide."),
        N_("Of what is called a copy, one pair in 1,000,000,000 unrelated "
           "photos is called so by mistake, as an estimate; of what is for a "
           "person to look at, at most one in 1,000,000."),
    };

    fputs("<ul>\n", out);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        html_element(out, "li", _(sentences[i]));
    fputs("</ul>\n", out);
}

static void put_versions(FILE *out)
{
    html_row(out, _("Programs"));
    html_code(out, "sitr " TOOL_VERSION "; libsitr");
    fputs(" ", out);
    html_code(out, sitr_version());
    html_row_end(out);
    html_row(out, _("Decoders"));
    html_code(out, "libjpeg " JPEG_VERSION "; libpng " PNG_VERSION
                   "; libwebp " WEBP_VERSION);
    html_row_end(out);
}

static void put_command(FILE *out, const struct report *report)
{
    const struct settings *const settings = report->settings;
    char *const file = quote_word(settings->case_file);
    char *const label = quote_word(report->label);

    html_row(out, _("This report"));
    fputs("<bdi dir=\"ltr\" class=\"code\">", out);
    html_put(out, "sitr report --case=");
    html_foreign(out, file);
    html_put(out, " --label=");
    html_foreign(out, label);
    html_format(out, " --lang=%s", settings->lang);
    if (settings->names) html_put(out, " --names");
    if (settings->thumbnails) html_put(out, " --thumbnails=blurred");
    if (settings->at_least == SITR_COPY) html_put(out, " --at-least=copy");
    fputs("</bdi>", out);
    html_row_end(out);
    free(file);
    free(label);
}

static void put_scan(FILE *out, const struct report *report,
                     const struct report_scan *scan)
{
    char *const file = quote_word(report->settings->case_file);
    char started[LANGUAGE_TEXT];

    language_time(scan->started, started);
    fputs("<tr><td>", out);
    html_put(out, started);
    if (!scan->ended) html_format(out, " (%s)", _("not ended"));
    fputs("</td><td>", out);
    html_foreign(out, scan->who);
    fputs("</td><td>", out);
    html_code(out, scan->version);
    fputs("</td><td><bdi dir=\"ltr\" class=\"code\">sitr scan --case=", out);
    html_foreign(out, file);
    html_put(out, " ");
    html_foreign(out, scan->paths);
    fputs("</bdi></td></tr>\n", out);
    free(file);
}

static void put_scans(FILE *out, const struct report *report)
{
    char files[LANGUAGE_TEXT], failed[LANGUAGE_TEXT];

    html_element(out, "h3", _("Scans"));
    language_number((uint64_t)report->n_files, files);
    language_number((uint64_t)report->n_failed, failed);
    fputs("<p>", out);
    html_format(out,
                ngettext("%s file was looked at; %s could not be read.",
                         "%s files were looked at; %s could not be read.",
                         (unsigned long)report->n_files),
                files, failed);
    fputs("</p>\n", out);
    if (!report->n_scans) return;
    fputs("<table class=\"wide\">\n<tr>", out);
    html_element(out, "th", _("When"));
    html_element(out, "th", _("Who"));
    html_element(out, "th", _("Version"));
    html_element(out, "th", _("Command"));
    fputs("</tr>\n", out);
    for (size_t i = 0; i < report->n_scans; i++)
        put_scan(out, report, &report->scans[i]);
    fputs("</table>\n", out);
}

/* ---- Limits -------------------------------------------------------------- */

static void put_limits(FILE *out)
{
    static const char *const sentences[] = {
        N_("Equal SHA-256 values say that two files are the same. They do not "
           "say who made, sent or published one."),
        N_("Pictures that look alike need not be one. What the program finds "
           "counts for as much as the person who confirmed it."),
        N_("The rates are estimates, measured on photos that have nothing to "
           "do "
           "with each other. They do not hold for two pictures of one scene, "
           "or of one form or interface; and somebody can make a picture so "
           "that it comes close on purpose."),
        N_("That nothing was found does not mean that there is nothing: what "
           "was not scanned was not searched, and small parts and heavily "
           "altered copies can be missed."),
        N_("Times are those of the clocks of the machines, and of the lists "
           "that "
           "say where files come from. That a file was met first at a time "
           "says that it was there then, not since when."),
        N_("Where a file comes from is what whoever collected it recorded. "
           "This "
           "report cannot prove it."),
    };

    html_element(out, "h2", _("Limits"));
    fputs("<ul>\n", out);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        html_element(out, "li", _(sentences[i]));
    fputs("</ul>\n", out);
}

void report_put_method(FILE *out, const struct report *report)
{
    html_element(out, "h2", _("Method"));
    put_algorithms(out);
    fputs("<table>\n", out);
    put_versions(out);
    put_command(out, report);
    fputs("</table>\n", out);
    put_scans(out, report);
    put_limits(out);
}
