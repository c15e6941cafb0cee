/* SPDX-License-Identifier: Apache-2.0 */
/* The report for programs; the manual page has its fields. */
/* for open_memstream */
#define _GNU_SOURCE
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "need.h"
#include "text.h"
#include "value.h"

/* ---- Paths --------------------------------------------------------------- */

/* A path, and where that cannot be its text, its exact bytes. */
static void set_path(json_t *object, const char *name, const char *b64,
                     const char *path)
{
    char *text = NULL;
    size_t size;
    FILE *out;

    value_set(object, name, value_text(path));
    if (!path || text_is_utf8(path)) return;
    out = need(open_memstream(&text, &size));
    text_put_base64(out, path, strlen(path));
    if (fclose(out)) need(NULL);
    value_set(object, b64, json_string(text));
    free(text);
}

/* ---- The parts ----------------------------------------------------------- */

static json_t *item_value(const struct report_item *item)
{
    json_t *const object = json_object();

    value_set(object, "id", json_integer(item->id));
    value_set(object, "sha256", value_hex(item->sha256, sizeof item->sha256));
    value_set(object, "size", json_integer(item->size));
    value_set(object, "status", json_string(status_word(item->status)));
    if (item->is_signed) {
        value_set(object, "width", json_integer(item->info.width));
        value_set(object, "height", json_integer(item->info.height));
        value_set(object, "quality", json_integer(item->info.quality));
        value_set(object, "keypoints", json_integer(item->info.keypoints));
        value_set(object, "too_plain",
                  json_boolean(item->info.flags & SITR_INFO_TOO_PLAIN));
        value_set(object, "few_regions",
                  json_boolean(item->info.flags & SITR_INFO_FEW_REGIONS));
        value_set(object, "record_sha256",
                  value_hex(item->record, sizeof item->record));
    }
    value_set(object, "added", value_time(item->added));
    value_set(object, "added_by", value_text(item->added_by));
    value_set(object, "version", value_text(item->version));
    value_set(object, "options", value_text(item->options));
    value_set(object, "times", json_integer(item->times));
    value_set(object, "last", value_time(item->last));
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
            value_add(pair, value_real("%.1f", (double)quad[i][k]));
        }
        value_add(list, pair);
    }
    if (known) return list;
    json_decref(list);
    return json_null();
}

static void set_match(json_t *object, const struct finding *finding)
{
    const struct evidence *const evidence = &finding->evidence;
    const sitr_match *const match = &evidence->match;

    value_set(object, "verdict",
              json_string(sitr_verdict_name(match->verdict)));
    value_set(object, "kind", json_string(evidence_kind(evidence)));
    value_set(object, "turn", json_string(sitr_turn_name(match->turn)));
    value_set(object, "distance",
              match->distance == UINT32_MAX ? json_null()
                                            : json_integer(match->distance));
    value_set(object, "keypoints", json_integer(match->keypoints));
    value_set(object, "false_positive_rate",
              evidence->same_file
                  ? json_null()
                  : value_real("%.3g", (double)match->false_positive_rate));
    value_set(object, "quad", quad_value(match->quad));
}

static json_t *returns_value(const struct report_finding *finding)
{
    json_t *const list = json_array();

    for (size_t i = 0; i < finding->n_returns; i++) {
        json_t *const object = json_object();

        value_set(object, "gone", value_time(finding->returns[i].gone));
        value_set(object, "back", value_time(finding->returns[i].back));
        value_add(list, object);
    }
    return list;
}

static json_t *reviews_value(const struct report_finding *finding)
{
    json_t *const list = json_array();

    for (size_t i = 0; i < finding->n_reviews; i++) {
        const struct report_review *const review = &finding->reviews[i];
        json_t *const object = json_object();

        value_set(object, "reviewed",
                  json_string(review->confirmed ? "confirmed" : "rejected"));
        value_set(object, "at", value_time(review->at));
        value_set(object, "who", value_text(review->who));
        value_set(object, "note", value_text(review->note));
        value_add(list, object);
    }
    return list;
}

static json_t *sources_value(const struct report_finding *finding)
{
    json_t *const list = json_array();

    for (size_t i = 0; i < finding->n_sources; i++) {
        const struct report_source *const source = &finding->sources[i];
        json_t *const object = json_object();

        value_set(object, "url", value_text(source->url));
        value_set(object, "captured", value_text(source->captured));
        value_set(object, "captured_by", value_text(source->captured_by));
        value_set(object, "added", value_time(source->added));
        value_add(list, object);
    }
    return list;
}

static json_t *finding_value(const struct report_finding *finding)
{
    const struct finding *const f = finding->finding;
    json_t *const object = json_object();

    value_set(object, "finding", json_integer(f->number));
    value_set(object, "picture",
              json_integer((json_int_t)f->evidence.match.id));
    set_match(object, f);
    set_path(object, "found", "found_b64", f->found_path);
    value_set(object, "found_sha256",
              value_hex(finding->sha256, sizeof finding->sha256));
    value_set(object, "found_size",
              finding->size < 0 ? json_null() : json_integer(finding->size));
    value_set(object, "found_width", json_integer(f->found_info.width));
    value_set(object, "found_height", json_integer(f->found_info.height));
    value_set(object, "changed_since", json_boolean(finding->is_former));
    value_set(object, "how", json_string(f->is_stored ? "stored" : "file"));
    value_set(object, "seen", value_time(finding->at));
    value_set(object, "first_seen", value_time(finding->first_seen));
    value_set(object, "gone", value_time(finding->gone));
    value_set(object, "returns", returns_value(finding));
    value_set(object, "reviewed",
              f->reviewed == REVIEWED_CONFIRMED ? json_string("confirmed")
                                                : json_null());
    value_set(object, "reviews", reviews_value(finding));
    value_set(object, "sources", sources_value(finding));
    return object;
}

static json_t *act_value(const struct report_act *act)
{
    json_t *const object = json_object();

    /* the chain is over the number */
    value_set(object, "at", json_integer(act->act.at));
    value_set(object, "time", value_time(act->act.at));
    value_set(object, "who", value_text(act->act.who));
    value_set(object, "what", value_text(act->act.what));
    value_set(object, "n",
              act->act.has_n ? json_integer(act->act.n) : json_null());
    value_set(object, "note", value_text(act->act.note));
    value_set(object, "version", value_text(act->act.version));
    value_set(object, "chain", value_hex(act->chain, sizeof act->chain));
    return object;
}

static json_t *scan_value(const struct report_scan *scan)
{
    json_t *const object = json_object();

    value_set(object, "started", value_time(scan->started));
    value_set(object, "ended", value_time(scan->ended));
    value_set(object, "who", value_text(scan->who));
    value_set(object, "version", value_text(scan->version));
    value_set(object, "paths", value_text(scan->paths));
    return object;
}

/* ---- All of it ----------------------------------------------------------- */

static void set_lists(json_t *object, const struct report *report)
{
    json_t *const items = json_array(), *const findings = json_array();
    json_t *const acts = json_array(), *const scans = json_array();

    for (size_t i = 0; i < report->n_items; i++)
        value_add(items, item_value(&report->items[i]));
    for (size_t i = 0; i < report->n_findings; i++)
        value_add(findings, finding_value(&report->findings[i]));
    for (size_t i = 0; i < report->n_scans; i++)
        value_add(scans, scan_value(&report->scans[i]));
    for (size_t i = 0; i < report->n_acts; i++)
        value_add(acts, act_value(&report->acts[i]));
    value_set(object, "pictures", items);
    value_set(object, "findings", findings);
    value_set(object, "rejected", json_integer((json_int_t)report->n_rejected));
    value_set(object, "scans", scans);
    value_set(object, "files", json_integer(report->n_files));
    value_set(object, "files_failed", json_integer(report->n_failed));
    value_set(object, "acts", acts);
}

static json_t *report_value(const struct report *report,
                            const uint8_t html_sha256[32])
{
    const struct settings *const settings = report->settings;
    json_t *const object = json_object();

    value_set(object, "format", json_string("sitr-report"));
    value_set(object, "format_version", json_integer(1));
    value_set(object, "report", json_string(report->id));
    value_set(object, "made", value_time(report->made));
    value_set(object, "language", json_string(settings->lang));
    value_set(object, "thumbnails",
              settings->thumbnails ? json_string("blurred") : json_null());
    value_set(object, "sitr", json_string(TOOL_VERSION));
    value_set(object, "libsitr", json_string(sitr_version()));
    value_set(object, "case", value_text(report->label));
    value_set(object, "opened", value_time(report->opened));
    value_set(object, "opened_by", value_text(report->opened_by));
    value_set(object, "requested_by", value_text(settings->requested_by));
    value_set(object, "authorisation", value_text(settings->authorisation));
    value_set(object, "scope", value_text(settings->scope));
    value_set(object, "analyst", value_text(settings->analyst));
    set_lists(object, report);
    value_set(object, "html_sha256", value_hex(html_sha256, 32));
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
