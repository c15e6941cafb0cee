/* SPDX-License-Identifier: Apache-2.0 */
/* sitr case list and show: the cases there are and those there were, and what is
 * in one. */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "i18n.h"
#include "need.h"
#include "output.h"
#include "say.h"
#include "text.h"

static const char all_cases[] =
    "SELECT c.label, c.opened, c.opened_by, c.withdrawn, c.withdrawn_by,"
    " count(p.id) FROM cases c LEFT JOIN pictures p ON p.case_id = c.id"
    " GROUP BY c.id ORDER BY c.id";

static const char one_case[] =
    "SELECT c.label, p.id, p.added, p.added_by, p.status, p.signature, p.size,"
    " p.sha256, p.options, p.times, p.last, p.name"
    " FROM pictures p JOIN cases c ON c.id = p.case_id"
    " WHERE c.id = ? ORDER BY p.id";

static const char *text_at(sqlite3_stmt *row, int column)
{
    const char *const text = (const char *)sqlite3_column_text(row, column);

    return text ? text : "";
}

static void put_time(struct output *output, const char *name, sqlite3_stmt *row,
                     int column)
{
    char text[CASES_TIME];

    cases_time(sqlite3_column_int64(row, column), text);
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        output_null(output, name);
    else
        output_word(output, name, *text ? text : NULL);
}

static void put_text(struct output *output, const char *name, sqlite3_stmt *row,
                     int column)
{
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        output_null(output, name);
    else
        output_path(output, name, text_at(row, column));
}

/* ---- All of them --------------------------------------------------------- */

static bool print_case_record(struct output *output, sqlite3_stmt *row)
{
    output_begin(output);
    put_text(output, "case", row, 0);
    output_number(output, "pictures", (uint64_t)sqlite3_column_int64(row, 5));
    put_time(output, "opened", row, 1);
    put_text(output, "opened_by", row, 2);
    put_time(output, "withdrawn", row, 3);
    put_text(output, "withdrawn_by", row, 4);
    return output_end(output);
}

static bool print_case(sqlite3_stmt *row)
{
    char *const label = text_escape(text_at(row, 0));
    char *const by = text_escape(text_at(row, 2));
    const int64_t n = sqlite3_column_int64(row, 5);
    char opened[CASES_TIME], withdrawn[CASES_TIME];

    cases_time(sqlite3_column_int64(row, 1), opened);
    cases_time(sqlite3_column_int64(row, 3), withdrawn);
    text_put_padded(stdout, label, 18);
    fputs("  ", stdout);
    if (sqlite3_column_type(row, 3) != SQLITE_NULL)
        printf(_("withdrawn %s"), withdrawn);
    else
        printf(ngettext("opened %s by %s, %llu picture",
                        "opened %s by %s, %llu pictures", (unsigned long)n),
               opened, by, (unsigned long long)n);
    putchar('\n');
    free(label);
    free(by);
    return output_good();
}

/* ---- One of them --------------------------------------------------------- */

struct shown {
    const sitr_ctx *ctx;
    sitr_signature_info info; /* of the row at hand; zero without signature */
    bool signature;
    struct picture plain; /* as much of it as plainness is read from */
};

static sitr_status read_signature(struct shown *shown, sqlite3_stmt *row)
{
    const size_t n = (size_t)sqlite3_column_bytes(row, 5);
    sitr_signature *signature = NULL;
    sitr_status status = SITR_OK;

    shown->info = (sitr_signature_info){0};
    if (n)
        status = sitr_signature_decode(shown->ctx, sqlite3_column_blob(row, 5),
                                       n, &signature);
    shown->signature = signature;
    if (signature) sitr_signature_describe(signature, &shown->info);
    sitr_signature_free(signature);
    shown->plain.info = shown->info;
    return status;
}

static const char *status_at(sqlite3_stmt *row)
{
    const int64_t status = sqlite3_column_int64(row, 4);

    return status < 0 || status >= STATUS_COUNT
               ? NULL
               : status_word((enum status)status);
}

static void put_number(struct output *output, const struct shown *shown,
                       const char *name, uint32_t n)
{
    if (shown->signature)
        output_number(output, name, n);
    else
        output_null(output, name);
}

static void put_sha256(struct output *output, sqlite3_stmt *row)
{
    const uint8_t *const bytes = sqlite3_column_blob(row, 7);
    char hex[65] = "";

    if (sqlite3_column_bytes(row, 7) == 32)
        for (int i = 0; i < 32; i++) sprintf(hex + 2 * i, "%02x", bytes[i]);
    output_word(output, "sha256", *hex ? hex : NULL);
}

/* The name as other verbs print paths. */
static void put_name(struct output *output, sqlite3_stmt *row)
{
    const char *const bytes = sqlite3_column_blob(row, 11);
    char *const name =
        bytes ? need(strndup(bytes, (size_t)sqlite3_column_bytes(row, 11)))
              : NULL;

    if (name)
        output_path(output, "name", name);
    else
        output_null(output, "name");
    output_path_b64(output, "name_b64", name);
    free(name);
}

static bool print_picture_record(struct output *output, sqlite3_stmt *row,
                                 const struct shown *shown)
{
    const uint32_t flags = shown->info.flags;

    output_begin(output);
    put_text(output, "case", row, 0);
    output_number(output, "id", (uint64_t)sqlite3_column_int64(row, 1));
    output_word(output, "status", status_at(row));
    put_number(output, shown, "width", shown->info.width);
    put_number(output, shown, "height", shown->info.height);
    put_number(output, shown, "quality", shown->info.quality);
    put_number(output, shown, "keypoints", shown->info.keypoints);
    output_bool(output, "too_plain", flags & SITR_INFO_TOO_PLAIN);
    output_bool(output, "few_regions", flags & SITR_INFO_FEW_REGIONS);
    output_number(output, "size", (uint64_t)sqlite3_column_int64(row, 6));
    put_sha256(output, row);
    put_time(output, "added", row, 2);
    put_text(output, "added_by", row, 3);
    put_text(output, "options", row, 8);
    output_number(output, "times", (uint64_t)sqlite3_column_int64(row, 9));
    put_time(output, "last", row, 10);
    put_name(output, row);
    return output_end(output);
}

static void print_note(const char *note)
{
    if (*note) printf("      %s\n", note);
}

static bool print_picture(sqlite3_stmt *row, const struct shown *shown)
{
    const int64_t times = sqlite3_column_int64(row, 9);
    char *const by = text_escape(text_at(row, 3));
    char added[CASES_TIME];

    cases_time(sqlite3_column_int64(row, 2), added);
    printf("#%-4lld %s  ", (long long)sqlite3_column_int64(row, 1), added);
    if (shown->signature)
        printf(_("%u x %u, quality %u, "), (unsigned)shown->info.width,
               (unsigned)shown->info.height, (unsigned)shown->info.quality);
    else
        printf("%s, ", _("found by its bytes alone"));
    printf(_("added by %s"), by);
    if (times > 1)
        printf(ngettext(", %llu time", ", %llu times", (unsigned long)times),
               (unsigned long long)times);
    putchar('\n');
    print_note(plainness_text(picture_plainness(&shown->plain)));
    if (sqlite3_column_type(row, 11) != SQLITE_NULL) {
        char *const raw = need(strndup(sqlite3_column_blob(row, 11),
                                       (size_t)sqlite3_column_bytes(row, 11)));
        char *const name = text_escape(raw);

        print_note(name);
        free(name);
        free(raw);
    }
    free(by);
    return output_good();
}

/* ---- The actions --------------------------------------------------------- */

enum exit_status case_list(const struct settings *settings,
                           struct case_file *file, struct reader *reader)
{
    struct output output = {.format = settings->format};
    sqlite3_stmt *const rows = case_file_prepare(file, all_cases);
    bool good = true;
    int got = -1;

    (void)reader;
    output.header = output.format == OUTPUT_CSV;
    if (rows && output.header) good = print_case_record(&output, rows);
    output.header = false;
    while (good && (got = case_file_row(file, rows)) > 0)
        good = output.format == OUTPUT_TEXT ? print_case(rows)
                                            : print_case_record(&output, rows);
    sqlite3_finalize(rows);
    return good && !got ? EXIT_MATCHED : EXIT_FATAL;
}

/* One whose signature is damaged is shown as far as can be, and told of. */
static bool show(const struct settings *settings, struct case_file *file,
                 struct output *output, sqlite3_stmt *row, struct shown *shown,
                 bool *damaged)
{
    const sitr_status status = read_signature(shown, row);

    if (status == SITR_ENOMEM) return case_file_refuse(file, status);
    if (status) {
        say_path(file->path, _("picture #%lld: damaged"),
                 (long long)sqlite3_column_int64(row, 1));
        *damaged = true;
    }
    return settings->format == OUTPUT_TEXT
               ? print_picture(row, shown)
               : print_picture_record(output, row, shown);
}

enum exit_status case_show(const struct settings *settings,
                           struct case_file *file, struct reader *reader)
{
    struct output output = {.format = settings->format};
    struct shown shown = {.ctx = reader->ctx};
    const int64_t id = cases_find(file, settings, true);
    sqlite3_stmt *const rows = id ? case_file_prepare(file, one_case) : NULL;
    bool good = true, damaged = false;
    int got = -1;

    if (!rows) return EXIT_FATAL;
    output.header = output.format == OUTPUT_CSV;
    if (output.header) good = print_picture_record(&output, rows, &shown);
    output.header = false;
    sqlite3_bind_int64(rows, 1, id);
    while (good && (got = case_file_row(file, rows)) > 0)
        good = show(settings, file, &output, rows, &shown, &damaged);
    sqlite3_finalize(rows);
    if (!good || got) return EXIT_FATAL;
    return damaged ? EXIT_SOME_FAILED : EXIT_MATCHED;
}
