/* SPDX-License-Identifier: Apache-2.0 */
/* The page: one file that shows the same everywhere, asks nobody for anything, and
 * runs nothing. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "i18n.h"
#include "language.h"
#include "picture.h"
#include "text.h"

static const char style[] =
    "@page{size:A4;margin:18mm 16mm 20mm;"
    "@bottom-center{font:9pt sans-serif}"
    "@bottom-right{font:8pt monospace}}\n"
    "body{font:11pt/1.5 \"Noto Sans\",\"Noto Naskh Arabic\",\"DejaVu Sans\","
    "sans-serif;color:#111;background:#fff;max-width:178mm;margin:1em auto;"
    "padding:0 1em}\n"
    ":lang(ar) body,body:lang(ar){font-family:\"Noto Naskh Arabic\",\"Noto "
    "Sans "
    "Arabic\",\"DejaVu Sans\",sans-serif;font-size:12pt;line-height:1.7}\n"
    "q:lang(ar){quotes:\"\302\253\" \"\302\273\"}\n"
    "h1{font-size:1.6em;line-height:1.3;margin:.2em 0}\n"
    "h2{font-size:1.25em;border-bottom:1px solid #888;margin:1.6em 0 .6em}\n"
    "h3{font-size:1.1em;margin:1.2em 0 .3em}\n"
    "h4{font-size:1em;margin:.8em 0 .2em;color:#444}\n"
    "h1,h2,h3,h4{break-after:avoid}\n"
    "p{margin:.3em 0}\n"
    "table{border-collapse:collapse;width:100%;margin:.5em 0}\n"
    "th,td{text-align:start;vertical-align:top;padding:.25em .5em;"
    "border:1px solid #bbb;overflow-wrap:anywhere}\n"
    "th{font-weight:600;background:#f2f2f2}\n"
    "th[scope=row]{width:22%}\n"
    "tr,figure,svg{break-inside:avoid}\n"
    "article{border-inline-start:4px solid #888;padding-inline-start:.8em;"
    "margin:1em 0}\n"
    "figure{float:inline-end;margin:0 1em;text-align:center;font-size:.8em;"
    "max-width:176px}\n"
    ".frame{fill:#fff;stroke:#333;stroke-width:1}\n"
    ".edge{fill:none;stroke:#333;stroke-width:1}\n"
    ".outline{fill:none;stroke:#b00020;stroke-width:2;stroke-dasharray:5 3}\n"
    ".code{font:.75em/1.5 \"DejaVu Sans Mono\",monospace;"
    "overflow-wrap:anywhere}\n"
    ".fill{display:block;height:1.6em;border-bottom:1px dotted #333}\n"
    ".sign{width:47%;display:inline-block;margin:1.5em 1%;"
    "break-inside:avoid}\n"
    ".mark{border:2px solid #b00020;padding:.4em .8em}\n"
    "table.wide{font-size:.85em}\n"
    "pre.annex{white-space:pre-wrap;font-size:.65em}\n"
    "@media print{body{max-width:none;margin:0;padding:0}"
    "article{break-inside:auto}}\n";

/* ---- The head ------------------------------------------------------------ */

/* What stands at the foot of each page that is printed. */
static void put_foot(FILE *out, const struct report *report)
{
    /* TRANSLATORS: at the foot of a page; no quotes and no backslashes */
    const char *const text = _("page %s of %s");
    const char *const first = strstr(text, "%s");
    const char *const second = first ? strstr(first + 2, "%s") : NULL;

    if (second)
        fprintf(out,
                "@page{@bottom-center{content:\"%.*s\" counter(page) \"%.*s\" "
                "counter(pages) \"%s\"}}\n",
                (int)(first - text), text, (int)(second - first - 2), first + 2,
                second + 2);
    fprintf(out, "@page{@bottom-right{content:\"%s\"}}\n", report->id);
}

static void put_head(FILE *out, const struct report *report)
{
    const char *const lang = report->settings->lang;

    fprintf(out,
            "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" "
            "lang=\"%s\" xml:lang=\"%s\" dir=\"%s\">\n<head>\n"
            "<meta charset=\"utf-8\"/>\n"
            "<meta http-equiv=\"Content-Security-Policy\" "
            "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
            "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
            "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>",
            lang, lang, *lang == 'a' ? "rtl" : "ltr");
    html_put(out, _("Report on pictures that were found"));
    fputs("</title>\n<style>", out);
    fputs(style, out);
    put_foot(out, report);
    fputs("</style>\n</head>\n<body>\n", out);
}

void report_put_time(FILE *out, const char *head, int64_t at)
{
    char text[LANGUAGE_TEXT];

    language_time(at, text);
    html_row(out, head);
    html_put(out, text);
    html_row_end(out);
}

static void put_title(FILE *out, const struct report *report)
{
    fputs("<header>\n", out);
    html_element(out, "h1", _("Report on pictures that were found"));
    fputs("<table>\n", out);
    html_row(out, _("Case"));
    html_code(out, report->label);
    html_row_end(out);
    html_row(out, _("Number of the report"));
    html_code(out, report->id);
    html_row_end(out);
    report_put_time(out, _("Made"), report->made);
    html_row(out, _("Made with"));
    html_code(out, "sitr " TOOL_VERSION);
    html_row_end(out);
    fputs("</table>\n</header>\n", out);
}

static void put_summary(FILE *out, const struct report *report)
{
    const size_t n_open = report->n_findings - report->n_confirmed;

    html_element(out, "h2", _("In short"));
    fputs("<ul>\n<li>", out);
    html_format(out,
                ngettext("%zu picture belongs to the case.",
                         "%zu pictures belong to the case.",
                         (unsigned long)report->n_items),
                report->n_items);
    fputs("</li>\n<li>", out);
    html_format(out,
                ngettext("%zu finding was confirmed by a person who looked at "
                         "it.",
                         "%zu findings were confirmed by a person who looked "
                         "at them.",
                         (unsigned long)report->n_confirmed),
                report->n_confirmed);
    fputs("</li>\n<li>", out);
    html_format(out,
                ngettext("%zu finding was looked at by nobody so far.",
                         "%zu findings were looked at by nobody so far.",
                         (unsigned long)n_open),
                n_open);
    fputs("</li>\n</ul>\n", out);
    html_element(
        out, "p",
        report->settings->thumbnails
            ? _("On request, this report shows found pictures as a few gray "
                "squares each. Whoever holds it holds a part of these "
                "pictures.")
            : _("This report shows no picture, and nothing that a picture "
                "could be made from again."));
    html_element(out, "p",
                 _("All times are Coordinated Universal Time (UTC), as the "
                   "clock of the machine had it."));
    if (report->chain_holds) return;
    fputs("<p class=\"mark\">", out);
    html_put(out,
             _("The record of what was done does not hold together: it was "
               "changed after it was written. See the custody log."));
    fputs("</p>\n", out);
}

/* ---- Who asked for it, and who made it ----------------------------------- */

/* A line to be filled in by hand where it was not given. */
static void put_field(FILE *out, const char *head, const char *text)
{
    html_row(out, head);
    if (text)
        html_foreign(out, text);
    else
        fputs("<span class=\"fill\"></span>", out);
    html_row_end(out);
}

static void put_scope(FILE *out, const struct report *report)
{
    const struct settings *const settings = report->settings;

    html_element(out, "h2", _("Scope and authorisation"));
    fputs("<table>\n", out);
    put_field(out, _("Requested by"), settings->requested_by);
    put_field(out, _("Authorisation"), settings->authorisation);
    put_field(out, _("Scope"), settings->scope);
    put_field(out, _("Analyst"), settings->analyst);
    report_put_time(out, _("Case opened"), report->opened);
    html_row(out, _("Opened by"));
    html_foreign(out, report->opened_by);
    html_row_end(out);
    fputs("</table>\n", out);
}

/* ---- The pictures of the case -------------------------------------------- */

static void put_signed(FILE *out, const struct report_item *item)
{
    const struct picture plain = {.info = item->info};
    const char *const plainness = plainness_text(picture_plainness(&plain));

    html_row(out, _("What it is found by"));
    if (item->is_signed) {
        html_format(out, _("%u x %u pixels, quality %u of 100; record "),
                    (unsigned)item->info.width, (unsigned)item->info.height,
                    (unsigned)item->info.quality);
        html_hex(out, item->record, 8);
        if (*plainness) html_format(out, " (%s)", plainness);
    } else {
        html_put(out, _("its bytes alone: it could not be decoded"));
    }
    html_row_end(out);
}

static void put_item(FILE *out, const struct report *report,
                     const struct report_item *item)
{
    char *const label = text_escape(report->label);
    char *const by = text_escape(item->added_by);
    char at[LANGUAGE_TEXT], size[LANGUAGE_TEXT];

    language_time(item->added, at);
    language_size((uint64_t)item->size, size);
    fputs("<h3><bdi dir=\"ltr\">", out);
    html_format(out, "%s#%lld", label, (long long)item->id);
    fputs("</bdi></h3>\n<table>\n", out);
    html_row(out, _("Handed in"));
    html_format(out, _("recorded %s by %s, with version %s"), at, by,
                item->version);
    html_row_end(out);
    if (item->name) {
        html_row(out, _("Name of the file"));
        html_code(out, item->name);
        html_row_end(out);
    }
    html_row(out, _("SHA-256"));
    html_hex(out, item->sha256, sizeof item->sha256);
    html_row_end(out);
    html_row(out, _("Size"));
    html_put(out, size);
    html_row_end(out);
    put_signed(out, item);
    fputs("</table>\n", out);
    free(label);
    free(by);
}

static void put_items(FILE *out, const struct report *report)
{
    html_element(out, "h2", _("Pictures of the case"));
    html_element(out, "p",
                 _("The files were only read. What is kept of each is its "
                   "SHA-256, its size and a record of what it is found by, not "
                   "the picture. Of the record the beginning of its SHA-256 is "
                   "shown."));
    for (size_t i = 0; i < report->n_items; i++)
        put_item(out, report, &report->items[i]);
}

/* ---- Where else to turn -------------------------------------------------- */

static void put_routes(FILE *out)
{
    html_element(out, "h2", _("Where the person concerned can turn"));
    fputs("<ul>\n", out);
    html_element(out, "li",
                 _("In Morocco: the king's prosecutor, and the police platform "
                   "E-Blagh (www.e-blagh.ma)."));
    html_element(out, "li",
                 _("Who is of age in the picture: StopNCII (stopncii.org), by "
                   "which platforms can stop its distribution; the picture "
                   "itself does not leave the person's device."));
    html_element(out, "li",
                 _("Who was a minor when it was taken, whatever their age is "
                   "now: Take It Down (takeitdown.ncmec.org). Such a picture "
                   "is not to be copied or forwarded, to an authority "
                   "either, unless the prosecutor asks for it."));
    fputs("</ul>\n", out);
}

static void put_signatures(FILE *out)
{
    const char *const who[] = {_("Analyst"), _("Responsible for the centre")};

    html_element(out, "h2", _("Signatures"));
    for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
        fputs("<div class=\"sign\">", out);
        html_element(out, "p", who[i]);
        html_element(out, "p", _("Name:"));
        fputs("<span class=\"fill\"></span>\n", out);
        html_element(out, "p", _("Place and date:"));
        fputs("<span class=\"fill\"></span>\n", out);
        html_element(out, "p", _("Signature and stamp:"));
        fputs("<span class=\"fill\"></span><span class=\"fill\"></span>"
              "</div>\n",
              out);
    }
}

void report_put_html(FILE *out, const struct report *report)
{
    put_head(out, report);
    put_title(out, report);
    put_summary(out, report);
    put_scope(out, report);
    put_items(out, report);
    report_put_findings(out, report);
    report_put_method(out, report);
    put_routes(out);
    report_put_custody(out, report);
    put_signatures(out);
    fputs("</body>\n</html>\n", out);
}
