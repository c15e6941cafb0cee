/* SPDX-License-Identifier: Apache-2.0 */
/* The report for programs; the manual page has its fields. */
/* for open_memstream */
#define _GNU_SOURCE
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "cases.h"
#include "need.h"
#include "text.h"

/* ---- Values -------------------------------------------------------------- */

/* Each takes the value, and ends the program where there is no memory for it, as
 * need() does. */
static void set(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, value)) need(NULL);
}

static void add(json_t *list, json_t *value)
{
    if (json_array_append_new(list, value)) need(NULL);
}

/* With U+FFFD in place of what is not UTF-8. */
static json_t *text_value(const char *text)
{
    char *copy, *to;
    json_t *value;

    if (!text) return json_null();
    copy = need(malloc(3 * strlen(text) + 1));
    for (to = copy; *text;) {
        uint32_t c;
        const size_t n = text_decode(text, &c);

        memcpy(to, n ? text : "\xef\xbf\xbd", n ? n : 3);
        to += n ? n : 3;
        text += n ? n : 1;
    }
    *to = '\0';
    value = json_string(copy);
    free(copy);
    return value;
}

/* A path, and where that cannot be its text, its exact bytes. */
static void set_path(json_t *object, const char *name, const char *b64,
                     const char *path)
{
    char *text = NULL;
    size_t size;
    FILE *out;

    set(object, name, text_value(path));
    if (!path || text_is_utf8(path)) return;
    out = need(open_memstream(&text, &size));
    text_put_base64(out, path, strlen(path));
    if (fclose(out)) need(NULL);
    set(object, b64, json_string(text));
    free(text);
}

static json_t *time_value(int64_t seconds)
{
    char text[CASES_TIME];

    cases_time(seconds, text);
    return seconds && *text ? json_string(text) : json_null();
}

static json_t *hex_value(const uint8_t *bytes, size_t n)
{
    char text[65];

    return json_string(sodium_bin2hex(text, sizeof text, bytes, n));
}

/* As near as it is known: 1e-9, and tenths of a pixel. */
static json_t *real_value(const char *format, double value)
{
    char text[64];

    snprintf(text, sizeof text, format, value);
    return json_real(strtod(text, NULL));
}

/* ---- The parts ----------------------------------------------------------- */

static json_t *item_value(const struct report_item *item)
{
    json_t *const object = json_object();

    set(object, "id", json_integer(item->id));
    set(object, "sha256", hex_value(item->sha256, sizeof item->sha256));
    set(object, "size", json_integer(item->size));
    set(object, "status", json_string(status_word(item->status)));
    if (item->is_signed) {
        set(object, "width", json_integer(item->info.width));
        set(object, "height", json_integer(item->info.height));
        set(object, "quality", json_integer(item->info.quality));
        set(object, "keypoints", json_integer(item->info.keypoints));
        set(object, "too_plain",
            json_boolean(item->info.flags & SITR_INFO_TOO_PLAIN));
        set(object, "few_regions",
            json_boolean(item->info.flags & SITR_INFO_FEW_REGIONS));
        set(object, "record_sha256",
            hex_value(item->record, sizeof item->record));
    }
    set(object, "added", time_value(item->added));
    set(object, "added_by", text_value(item->added_by));
    set(object, "version", text_value(item->version));
    set(object, "options", text_value(item->options));
    set(object, "times", json_integer(item->times));
    set(object, "last", time_value(item->last));
    if (item->name) set_path(object, "name", "name_b64", item->name);
    return object;
}

static json_t *quad_value(const float quad[4][2])
{
    json_t *const list = json_array();
    bool known = false;

    for (int i = 0; i < 4; i++) {
        json_t *const pair = json_array();

        for (int k = 0; k < 2; k++) {
            known = known || quad[i][k] != 0;
            add(pair, real_value("%.1f", (double)quad[i][k]));
        }
        add(list, pair);
    }
    if (known) return list;
    json_decref(list);
    return json_null();
}

static void set_match(json_t *object, const struct finding *finding)
{
    const struct evidence *const evidence = &finding->evidence;
    const sitr_match *const match = &evidence->match;

    set(object, "verdict", json_string(sitr_verdict_name(match->verdict)));
    set(object, "kind", json_string(evidence_kind(evidence)));
    set(object, "turn", json_string(sitr_turn_name(match->turn)));
    set(object, "distance",
        match->distance == UINT32_MAX ? json_null()
                                      : json_integer(match->distance));
    set(object, "keypoints", json_integer(match->keypoints));
    set(object, "false_positive_rate",
        evidence->same_file
            ? json_null()
            : real_value("%.3g", (double)match->false_positive_rate));
    set(object, "quad", quad_value(match->quad));
}

static json_t *returns_value(const struct report_finding *finding)
{
    json_t *const list = json_array();

    for (size_t i = 0; i < finding->n_returns; i++) {
        json_t *const object = json_object();

        set(object, "gone", time_value(finding->returns[i].gone));
        set(object, "back", time_value(finding->returns[i].back));
        add(list, object);
    }
    return list;
}

static json_t *reviews_value(const struct report_finding *finding)
{
    json_t *const list = json_array();

    for (size_t i = 0; i < finding->n_reviews; i++) {
        const struct report_review *const review = &finding->reviews[i];
        json_t *const object = json_object();

        set(object, "reviewed",
            json_string(review->confirmed ? "confirmed" : "rejected"));
        set(object, "at", time_value(review->at));
        set(object, "who", text_value(review->who));
        set(object, "note", text_value(review->note));
        add(list, object);
    }
    return list;
}

static json_t *sources_value(const struct report_finding *finding)
{
    json_t *const list = json_array();

    for (size_t i = 0; i < finding->n_sources; i++) {
        const struct report_source *const source = &finding->sources[i];
        json_t *const object = json_object();

        set(object, "url", text_value(source->url));
        set(object, "captured", text_value(source->captured));
        set(object, "captured_by", text_value(source->captured_by));
        set(object, "added", time_value(source->added));
        add(list, object);
    }
    return list;
}

static json_t *finding_value(const struct report_finding *finding)
{
    const struct finding *const f = finding->finding;
    json_t *const object = json_object();

    set(object, "finding", json_integer(f->number));
    set(object, "picture", json_integer((json_int_t)f->evidence.match.id));
    set_match(object, f);
    set_path(object, "found", "found_b64", f->found_path);
    set(object, "found_sha256",
        hex_value(finding->sha256, sizeof finding->sha256));
    set(object, "found_size",
        finding->size < 0 ? json_null() : json_integer(finding->size));
    set(object, "found_width", json_integer(f->found_info.width));
    set(object, "found_height", json_integer(f->found_info.height));
    set(object, "changed_since", json_boolean(finding->is_former));
    set(object, "how", json_string(f->is_stored ? "stored" : "file"));
    set(object, "seen", time_value(finding->at));
    set(object, "first_seen", time_value(finding->first_seen));
    set(object, "gone", time_value(finding->gone));
    set(object, "returns", returns_value(finding));
    set(object, "reviewed",
        f->reviewed == REVIEWED_CONFIRMED ? json_string("confirmed")
                                          : json_null());
    set(object, "reviews", reviews_value(finding));
    set(object, "sources", sources_value(finding));
    return object;
}

static json_t *act_value(const struct report_act *act)
{
    json_t *const object = json_object();

    /* the chain is over the number */
    set(object, "at", json_integer(act->act.at));
    set(object, "time", time_value(act->act.at));
    set(object, "who", text_value(act->act.who));
    set(object, "what", text_value(act->act.what));
    set(object, "n", act->act.has_n ? json_integer(act->act.n) : json_null());
    set(object, "note", text_value(act->act.note));
    set(object, "version", text_value(act->act.version));
    set(object, "chain", hex_value(act->chain, sizeof act->chain));
    return object;
}

static json_t *scan_value(const struct report_scan *scan)
{
    json_t *const object = json_object();

    set(object, "started", time_value(scan->started));
    set(object, "ended", time_value(scan->ended));
    set(object, "who", text_value(scan->who));
    set(object, "version", text_value(scan->version));
    set(object, "paths", text_value(scan->paths));
    return object;
}

/* ---- All of it ----------------------------------------------------------- */

static void set_lists(json_t *object, const struct report *report)
{
    json_t *const items = json_array(), *const findings = json_array();
    json_t *const acts = json_array(), *const scans = json_array();

    for (size_t i = 0; i < report->n_items; i++)
        add(items, item_value(&report->items[i]));
    for (size_t i = 0; i < report->n_findings; i++)
        add(findings, finding_value(&report->findings[i]));
    for (size_t i = 0; i < report->n_scans; i++)
        add(scans, scan_value(&report->scans[i]));
    for (size_t i = 0; i < report->n_acts; i++)
        add(acts, act_value(&report->acts[i]));
    set(object, "pictures", items);
    set(object, "findings", findings);
    set(object, "rejected", json_integer((json_int_t)report->n_rejected));
    set(object, "scans", scans);
    set(object, "files", json_integer(report->n_files));
    set(object, "files_failed", json_integer(report->n_failed));
    set(object, "acts", acts);
}

static json_t *report_value(const struct report *report,
                            const uint8_t html_sha256[32])
{
    const struct settings *const settings = report->settings;
    json_t *const object = json_object();

    set(object, "format", json_string("sitr-report"));
    set(object, "format_version", json_integer(1));
    set(object, "report", json_string(report->id));
    set(object, "made", time_value(report->made));
    set(object, "language", json_string(settings->lang));
    set(object, "sitr", json_string(TOOL_VERSION));
    set(object, "libsitr", json_string(sitr_version()));
    set(object, "case", text_value(report->label));
    set(object, "opened", time_value(report->opened));
    set(object, "opened_by", text_value(report->opened_by));
    set(object, "requested_by", text_value(settings->requested_by));
    set(object, "authorisation", text_value(settings->authorisation));
    set(object, "scope", text_value(settings->scope));
    set(object, "analyst", text_value(settings->analyst));
    set_lists(object, report);
    set(object, "html_sha256", hex_value(html_sha256, 32));
    return object;
}

bool report_put_json(FILE *out, const struct report *report,
                     const uint8_t html_sha256[32])
{
    json_t *const value = report_value(report, html_sha256);
    /* nothing in it harms a terminal */
    const bool good = !json_dumpf(value, out,
                                  JSON_INDENT(1) | JSON_ENSURE_ASCII |
                                      JSON_REAL_PRECISION(15));

    putc('\n', out);
    json_decref(value);
    return good;
}
