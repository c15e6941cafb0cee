/* SPDX-License-Identifier: Apache-2.0 */
/* What is recorded of a case, read for a report. What is in the case file may be
 * anything, and is taken for nothing more than it can be. */
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "acts.h"
#include "cases.h"
#include "i18n.h"
#include "need.h"
#include "protected.h"
#include "quote.h"
#include "say.h"
#include "scan_findings.h"

static char *text_at(sqlite3_stmt *row, int column)
{
    const char *const text = (const char *)sqlite3_column_text(row, column);

    return text ? need(strdup(text)) : NULL;
}

static char *some_text_at(sqlite3_stmt *row, int column)
{
    char *const text = text_at(row, column);

    return text ? text : need(strdup(""));
}

/* A column of `size` bytes. */
static bool bytes_at(sqlite3_stmt *row, int column, uint8_t *out, size_t size)
{
    if ((size_t)sqlite3_column_bytes(row, column) != size) return false;
    memcpy(out, sqlite3_column_blob(row, column), size);
    return true;
}

/* One more at the end of a list of `n`, all zero. */
#define GROW(list, n) grow((void **)&(list), &(n), sizeof *(list))

static void *grow(void **list, size_t *n, size_t size)
{
    uint8_t *const items = need(realloc(*list, (*n + 1) * size));

    *list = items;
    memset(items + *n * size, 0, size);
    return items + (*n)++ * size;
}

/* Rows of a statement with one number in it, each taken by `take`, which returns
 * false where it cannot have been written here. */
static bool each(struct case_file *file, const char *sql, int64_t number,
                 bool (*take)(void *user, sqlite3_stmt *row), void *user)
{
    sqlite3_stmt *const rows = case_file_prepare(file, sql);
    int got = -1;

    if (rows && sqlite3_bind_parameter_count(rows))
        sqlite3_bind_int64(rows, 1, number);
    while (rows && (got = case_file_row(file, rows)) > 0)
        if (!take(user, rows)) {
            case_file_refuse(file, SITR_ECORRUPT);
            got = -1;
            break;
        }
    sqlite3_finalize(rows);
    return !got;
}

/* ---- The case and its pictures ------------------------------------------- */

static const char case_sql[] =
    "SELECT label, opened, opened_by FROM cases WHERE id = ?";

static bool take_case(void *user, sqlite3_stmt *row)
{
    struct report *const report = user;

    report->label = some_text_at(row, 0);
    report->opened = sqlite3_column_int64(row, 1);
    report->opened_by = some_text_at(row, 2);
    return true;
}

static const char items_sql[] =
    "SELECT id, sha256, size, status, signature, added, added_by, version,"
    " options, times, last, name FROM pictures WHERE case_id = ? ORDER BY id";

struct items {
    struct report *report;
    const sitr_ctx *ctx;
};

static bool read_signature(const sitr_ctx *ctx, sqlite3_stmt *row,
                           struct report_item *item)
{
    const uint8_t *const bytes = sqlite3_column_blob(row, 4);
    const size_t n = (size_t)sqlite3_column_bytes(row, 4);
    sitr_signature *signature = NULL;

    if (!n) return true;
    if (sitr_signature_decode(ctx, bytes, n, &signature)) return false;
    sitr_signature_describe(signature, &item->info);
    sitr_signature_free(signature);
    crypto_hash_sha256(item->record, bytes, n);
    item->is_signed = true;
    return true;
}

static bool take_item(void *user, sqlite3_stmt *row)
{
    const struct items *const items = user;
    struct report_item *const item =
        GROW(items->report->items, items->report->n_items);
    const int64_t status = sqlite3_column_int64(row, 3);
    const char *const name = sqlite3_column_blob(row, 11);

    item->id = sqlite3_column_int64(row, 0);
    item->size = sqlite3_column_int64(row, 2);
    item->status = (enum status)status;
    item->added = sqlite3_column_int64(row, 5);
    item->added_by = some_text_at(row, 6);
    item->version = some_text_at(row, 7);
    item->options = some_text_at(row, 8);
    item->times = sqlite3_column_int64(row, 9);
    item->last = sqlite3_column_int64(row, 10);
    if (name && items->report->settings->names)
        item->name = need(strndup(name, (size_t)sqlite3_column_bytes(row, 11)));
    return status >= 0 && status < STATUS_COUNT &&
           bytes_at(row, 1, item->sha256, sizeof item->sha256) &&
           read_signature(items->ctx, row, item);
}

static const struct report_item *find_item(const struct report *report,
                                           uint64_t id)
{
    for (size_t i = 0; i < report->n_items; i++)
        if ((uint64_t)report->items[i].id == id) return &report->items[i];
    return NULL;
}

/* ---- Findings ------------------------------------------------------------ */

static const char detail_sql[] =
    "SELECT f.sha256, n.sha256 IS NOT f.sha256, n.size, f.at, n.first_seen,"
    " n.gone FROM findings f JOIN files n ON n.id = f.file_id"
    " WHERE f.id = ?";

static bool take_detail(void *user, sqlite3_stmt *row)
{
    struct report_finding *const finding = user;

    finding->is_former = sqlite3_column_int(row, 1);
    /* the size is of what lies there now */
    finding->size = finding->is_former ? -1 : sqlite3_column_int64(row, 2);
    finding->at = sqlite3_column_int64(row, 3);
    finding->first_seen = sqlite3_column_int64(row, 4);
    finding->gone = sqlite3_column_int64(row, 5);
    return bytes_at(row, 0, finding->sha256, sizeof finding->sha256);
}

static const char returns_sql[] =
    "SELECT t.gone, t.back FROM returns t"
    " JOIN findings f ON f.file_id = t.file_id AND f.sha256 = t.sha256"
    " WHERE f.id = ? ORDER BY t.id";

static bool take_return(void *user, sqlite3_stmt *row)
{
    struct report_finding *const finding = user;
    struct report_return *const out =
        GROW(finding->returns, finding->n_returns);

    out->gone = sqlite3_column_int64(row, 0);
    out->back = sqlite3_column_int64(row, 1);
    return true;
}

static const char reviews_sql[] =
    "SELECT r.confirmed, r.at, r.who, r.note FROM reviews r"
    " JOIN findings f ON f.picture_id = r.picture_id AND f.sha256 = r.sha256"
    " WHERE f.id = ? ORDER BY r.id DESC";

static bool take_review(void *user, sqlite3_stmt *row)
{
    struct report_finding *const finding = user;
    struct report_review *const review =
        GROW(finding->reviews, finding->n_reviews);

    review->confirmed = sqlite3_column_int(row, 0);
    review->at = sqlite3_column_int64(row, 1);
    review->who = some_text_at(row, 2);
    review->note = text_at(row, 3);
    return true;
}

static const char sources_sql[] =
    "SELECT s.url, s.captured, s.captured_by, s.added FROM sources s"
    " JOIN findings f ON f.file_id = s.file_id AND f.sha256 = s.sha256"
    " WHERE f.id = ? ORDER BY s.captured IS NULL, s.captured DESC, s.id DESC";

static bool take_source(void *user, sqlite3_stmt *row)
{
    struct report_finding *const finding = user;
    struct report_source *const source =
        GROW(finding->sources, finding->n_sources);

    source->url = text_at(row, 0);
    source->captured = text_at(row, 1);
    source->captured_by = text_at(row, 2);
    source->added = sqlite3_column_int64(row, 3);
    return true;
}

static bool add_finding(struct case_file *file, struct report *report,
                        const struct finding *finding)
{
    struct report_finding *const out =
        GROW(report->findings, report->n_findings);

    out->finding = finding;
    out->item = find_item(report, finding->evidence.match.id);
    return each(file, detail_sql, finding->number, take_detail, out) &&
           each(file, returns_sql, finding->number, take_return, out) &&
           each(file, reviews_sql, finding->number, take_review, out) &&
           each(file, sources_sql, finding->number, take_source, out);
}

/* Those of one word, the strongest first. */
static bool add_findings(struct case_file *file, struct report *report,
                         enum reviewed reviewed)
{
    bool good = true;

    for (size_t i = 0; good && i < report->all.n; i++)
        if (report->all.items[i].reviewed == reviewed)
            good = add_finding(file, report, &report->all.items[i]);
    return good;
}

static bool read_findings(struct case_file *file, const sitr_ctx *ctx,
                          int64_t case_id, struct report *report)
{
    const struct scan_query query = {
        .at_least = report->settings->at_least,
        .rejected = true,
        .former = true,
    };
    struct protected_set set = {.n = 0};
    uint64_t *ids = NULL;
    bool good = cases_protect(file, ctx, case_id, &set, &ids) &&
                scan_findings_load(file, &query, &set, &report->all);

    findings_sort(&report->all);
    for (size_t i = 0; i < report->all.n; i++) {
        /* it goes with the set, and is not shown */
        report->all.items[i].protected_path = "";
        report->n_rejected +=
            report->all.items[i].reviewed == REVIEWED_REJECTED;
    }
    protected_clear(&set);
    free(ids);
    good = good && add_findings(file, report, REVIEWED_CONFIRMED);
    report->n_confirmed = report->n_findings;
    return good && add_findings(file, report, REVIEWED_NOT);
}

/* ---- What was done ------------------------------------------------------- */

static const char acts_sql[] =
    "SELECT at, who, what, n, note, version, chain FROM acts WHERE case_id = ?"
    " ORDER BY id";

static bool take_act(void *user, sqlite3_stmt *row)
{
    struct report *const report = user;
    struct report_act *const out = GROW(report->acts, report->n_acts);
    uint8_t before[CHAIN_SIZE] = {0}, value[CHAIN_SIZE];

    acts_read(row, 0, &out->act);
    out->act.who = some_text_at(row, 1);
    out->act.what = some_text_at(row, 2);
    out->act.note = text_at(row, 4);
    out->act.version = some_text_at(row, 5);
    if (report->n_acts > 1) memcpy(before, out[-1].chain, sizeof before);
    chain_next(before, &out->act, value);
    if (!bytes_at(row, 6, out->chain, sizeof out->chain)) return false;
    out->holds = !memcmp(out->chain, value, sizeof value);
    report->chain_holds = report->chain_holds && out->holds;
    return true;
}

static const char scans_sql[] =
    "SELECT started, ended, who, version, what FROM scans ORDER BY id";

static bool take_scan(void *user, sqlite3_stmt *row)
{
    struct report *const report = user;
    struct report_scan *const scan = GROW(report->scans, report->n_scans);
    const char *const what = sqlite3_column_blob(row, 4);

    scan->started = sqlite3_column_int64(row, 0);
    scan->ended = sqlite3_column_int64(row, 1);
    scan->who = some_text_at(row, 2);
    scan->version = some_text_at(row, 3);
    scan->paths = quote_words(what, (size_t)sqlite3_column_bytes(row, 4));
    return true;
}

static bool take_numbers(void *user, sqlite3_stmt *row)
{
    struct report *const report = user;

    report->n_files = sqlite3_column_int64(row, 0);
    report->n_failed = sqlite3_column_int64(row, 1);
    return true;
}

/* ---- All of it ----------------------------------------------------------- */

static void name_report(struct report *report)
{
    static const uint8_t none[CHAIN_SIZE];
    const uint8_t *const last =
        report->n_acts ? report->acts[report->n_acts - 1].chain : none;

    sodium_bin2hex(report->id, sizeof report->id, last, (REPORT_ID - 1) / 2);
}

bool report_read(struct case_file *file, const struct settings *settings,
                 const sitr_ctx *ctx, int64_t case_id, struct report *out)
{
    struct items items = {out, ctx};
    bool good;

    *out = (struct report){
        .settings = settings,
        .made = (int64_t)time(NULL),
        .chain_holds = true,
    };
    /* as it is at one moment: a scan may be running */
    good = case_file_run(file, "BEGIN") &&
           each(file, case_sql, case_id, take_case, out) &&
           each(file, items_sql, case_id, take_item, &items) &&
           read_findings(file, ctx, case_id, out) &&
           each(file, acts_sql, case_id, take_act, out) &&
           each(file, scans_sql, 0, take_scan, out) &&
           each(file,
                "SELECT count(*), total(status > 2) FROM files WHERE gone IS"
                " NULL",
                0, take_numbers, out);
    case_file_roll_back(file);
    if (good) name_report(out);
    return good;
}

static void clear_finding(struct report_finding *finding)
{
    for (size_t i = 0; i < finding->n_reviews; i++) {
        free(finding->reviews[i].who);
        free(finding->reviews[i].note);
    }
    for (size_t i = 0; i < finding->n_sources; i++) {
        free(finding->sources[i].url);
        free(finding->sources[i].captured);
        free(finding->sources[i].captured_by);
    }
    free(finding->returns);
    free(finding->reviews);
    free(finding->sources);
}

static void clear_act(struct act *act)
{
    free((char *)(uintptr_t)act->who);
    free((char *)(uintptr_t)act->what);
    free((char *)(uintptr_t)act->note);
    free((char *)(uintptr_t)act->version);
}

void report_clear(struct report *report)
{
    for (size_t i = 0; i < report->n_items; i++) {
        free(report->items[i].added_by);
        free(report->items[i].version);
        free(report->items[i].options);
        free(report->items[i].name);
    }
    for (size_t i = 0; i < report->n_findings; i++)
        clear_finding(&report->findings[i]);
    for (size_t i = 0; i < report->n_acts; i++) clear_act(&report->acts[i].act);
    for (size_t i = 0; i < report->n_scans; i++) {
        free(report->scans[i].who);
        free(report->scans[i].version);
        free(report->scans[i].paths);
    }
    free(report->items);
    free(report->findings);
    free(report->acts);
    free(report->scans);
    free(report->label);
    free(report->opened_by);
    findings_clear(&report->all);
    *report = (struct report){.settings = NULL};
}
