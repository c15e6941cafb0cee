/* SPDX-License-Identifier: Apache-2.0 */
/* sitr report: what was found of a case, for a prosecutor, a platform or a court. */
/* for open_memstream */
#define _GNU_SOURCE
#include "args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "bag.h"
#include "cases.h"
#include "confirm.h"
#include "durable.h"
#include "i18n.h"
#include "language.h"
#include "need.h"
#include "output.h"
#include "picture.h"
#include "report.h"
#include "report_pdf.h"
#include "say.h"
#include "store_write.h"
#include "text.h"
#include "timestamp.h"

struct documents {
    char *html, *json;
    size_t html_size, json_size;
};

static void clear(struct documents *documents)
{
    free(documents->html);
    free(documents->json);
}

/* ---- The documents ------------------------------------------------------- */

static bool write_html(const struct report *report, struct documents *out)
{
    struct language language = {.locale = NULL};
    FILE *const file = need(open_memstream(&out->html, &out->html_size));
    const bool good = language_enter(&language, report->settings->lang);

    if (good) report_put_html(file, report);
    language_leave(&language);
    if (fclose(file)) need(NULL);
    return good;
}

static bool write_json(const struct report *report, struct documents *out)
{
    FILE *const file = need(open_memstream(&out->json, &out->json_size));
    uint8_t sha256[32];
    bool good;

    crypto_hash_sha256(sha256, (const uint8_t *)out->html, out->html_size);
    good = report_put_json(file, report, sha256);
    if (fclose(file) || !good) need(NULL);
    return true;
}

/* ---- The folder ---------------------------------------------------------- */

static bool add_pdf(struct bag *bag, const char *path)
{
    const char *const names[] = {"/data/report.html", "/data/report.pdf",
                                 "/profile"};
    char *paths[3];
    bool good;

    for (size_t i = 0; i < 3; i++)
        paths[i] = need_format("%s%s", bag->beside, names[i]);
    good = report_pdf_make(paths[0], paths[1], paths[2]) &&
           bag_take(bag, path, "report.pdf");
    for (size_t i = 0; i < 3; i++) free(paths[i]);
    return good;
}

static bool add_jsonld(struct bag *bag, const char *path,
                       const struct report *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const file = need(open_memstream(&text, &size));
    bool good = report_put_jsonld(file, report);

    if (fclose(file) || !good) need(NULL);
    good = bag_add(bag, path, "report.jsonld", text, size);
    free(text);
    return good;
}

static bool write_query(const struct settings *settings,
                        const uint8_t sha256[32])
{
    size_t size = 0;
    uint8_t *const query = timestamp_query(sha256, &size);
    int error = ENOMEM;

    if (query) error = durable_create(settings->timestamp_request, query, size);
    free(query);
    if (!error) return true;
    say_path(settings->timestamp_request, _("cannot be written: %s"),
             strerror(error));
    return false;
}

static bool write_bag(const struct report *report,
                      const struct documents *documents)
{
    const struct settings *const settings = report->settings;
    const char *const path = settings->out;
    struct bag bag = {.beside = NULL};
    uint8_t sha256[32];
    bool good = bag_begin(&bag, path) &&
                bag_add(&bag, path, "report.html", documents->html,
                        documents->html_size) &&
                bag_add(&bag, path, "report.json", documents->json,
                        documents->json_size) &&
                (!settings->jsonld || add_jsonld(&bag, path, report)) &&
                (!settings->pdf || add_pdf(&bag, path)) &&
                bag_end(&bag, path, report->id, "sitr " TOOL_VERSION, sha256);

    bag_drop(&bag);
    return good &&
           (!settings->timestamp_request || write_query(settings, sha256));
}

/* ---- The act ------------------------------------------------------------- */

/* That it is made is recorded first, and so is in it: a report that is out, and of
 * which nothing is known, would be the worse slip. */
static bool record(const struct settings *settings, struct case_file *file,
                   int64_t id)
{
    char note[64];

    snprintf(note, sizeof note, "lang=%s%s%s", settings->lang,
             settings->names ? ", names" : "",
             settings->thumbnails ? ", thumbnails=blurred" : "");
    return case_file_begin(file) &&
           cases_act_noted(file, settings, "report", id, 0, note) &&
           case_file_commit(file);
}

/* ---- The run ------------------------------------------------------------- */

static void say_done(const struct report *report)
{
    const struct settings *const settings = report->settings;
    const size_t n_open = report->n_findings - report->n_confirmed;

    if (!report->chain_holds)
        say_path(settings->case_file,
                 _("the record of what was done was changed; the report says "
                   "so"));
    if (settings->quiet) return;
    say_line(_("findings in the report: %zu confirmed, %zu looked at by "
               "nobody; %zu rejected are left out"),
             report->n_confirmed, n_open, report->n_rejected);
    if (settings->dry_run) say_line(_("nothing was written"));
}

static bool write_out(const struct report *report,
                      const struct documents *documents)
{
    const struct settings *const settings = report->settings;
    const bool json = settings->format == OUTPUT_JSON;

    if (settings->dry_run) return true;
    if (settings->out) return write_bag(report, documents);
    fwrite(json ? documents->json : documents->html, 1,
           json ? documents->json_size : documents->html_size, stdout);
    return output_good();
}

/* Before it is recorded, for it is what makes of a report something that may not be
 * kept everywhere. */
static bool may_show(const struct settings *settings, struct case_file *file,
                     int64_t id)
{
    char *label, *text, *question;
    bool good;

    if (!settings->thumbnails || settings->yes || settings->dry_run)
        return true;
    label = cases_label(file, id);
    if (!label) return false;
    text = text_escape(label);
    question = need_format(
        _("This puts a part of each found picture into the report, which may "
          "be forbidden of minors. Type the label %s to confirm: "),
        text);
    good = confirm(question, label);
    free(question);
    free(text);
    free(label);
    return good;
}

static bool read_all(const struct settings *settings, struct case_file *file,
                     const struct reader *reader, int64_t id,
                     struct report *report)
{
    if (!report_read(file, settings, reader->ctx, id, report)) return false;
    if (settings->thumbnails && !settings->dry_run) report_blur(report, reader);
    return true;
}

static enum exit_status make(const struct settings *settings,
                             struct case_file *file,
                             const struct reader *reader)
{
    const int64_t id = cases_find(file, settings, false);
    struct documents documents = {.html = NULL};
    struct report report = {.settings = NULL};
    bool good = id && may_show(settings, file, id) &&
                (settings->dry_run || record(settings, file, id));

    if (good) {
        good = read_all(settings, file, reader, id, &report) &&
               write_html(&report, &documents) &&
               write_json(&report, &documents) &&
               write_out(&report, &documents);
        if (good) say_done(&report);
        report_clear(&report);
    }
    clear(&documents);
    return good ? EXIT_MATCHED : EXIT_FATAL;
}

/* Before anything is recorded: that there is the language, and room for the name. */
static bool may_write(const struct settings *settings)
{
    struct language language = {.locale = NULL};
    const bool good = language_enter(&language, settings->lang);

    language_leave(&language);
    return good && (!settings->out || writer_may_create(settings->out)) &&
           (!settings->timestamp_request ||
            writer_may_create(settings->timestamp_request));
}

enum exit_status cmd_report(const struct settings *settings)
{
    struct case_file file = {.db = NULL};
    struct reader reader = {.want_sha256 = settings->thumbnails,
                            .want_blurred = settings->thumbnails};
    enum exit_status status = EXIT_FATAL;

    if (settings->n_paths) return args_wrong("report", _("too many paths"));
    if (!settings->case_file)
        return args_wrong("report", _("no case file named, with --case"));
    if (!settings->lang)
        return args_wrong("report", _("say in which language, with --lang"));
    if ((settings->pdf || settings->jsonld || settings->timestamp_request) &&
        !settings->out)
        return args_wrong("report", _("say where to, with --out"));
    if ((settings->pdf && !report_pdf_can()) || !may_write(settings))
        return EXIT_FATAL;
    if (!reader_open(&reader, settings, settings->thumbnails))
        return EXIT_FATAL;
    if (case_file_open(&file, settings->case_file))
        status = make(settings, &file, &reader);
    case_file_close(&file);
    reader_close(&reader);
    return status;
}
