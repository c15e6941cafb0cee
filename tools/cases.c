/* SPDX-License-Identifier: Apache-2.0 */
#include "cases.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "acts.h"
#include "i18n.h"
#include "label.h"
#include "need.h"
#include "say.h"
#include "text.h"

const char *cases_who(const struct settings *settings)
{
    static char text[64];
    const struct passwd *user;

    if (settings->by) return settings->by;
    user = getpwuid(geteuid());
    if (user && label_is_valid(user->pw_name))
        snprintf(text, sizeof text, "%s", user->pw_name);
    else
        snprintf(text, sizeof text, "uid %lu", (unsigned long)geteuid());
    return text;
}

void cases_time(int64_t seconds, char text[CASES_TIME])
{
    const time_t t = (time_t)seconds;
    struct tm parts;

    *text = '\0';
    if (t != seconds || !gmtime_r(&t, &parts) || parts.tm_year > 8099 ||
        !strftime(text, CASES_TIME, "%Y-%m-%dT%H:%M:%SZ", &parts))
        *text = '\0';
}

int64_t cases_now(struct case_file *file)
{
    const int64_t now = (int64_t)time(NULL);
    sqlite3_stmt *const last = case_file_prepare(
        file, "SELECT at FROM acts WHERE id = (SELECT max(id) FROM acts)");

    if (case_file_row(file, last) > 0 && sqlite3_column_int64(last, 0) > now) {
        char text[CASES_TIME];

        cases_time(sqlite3_column_int64(last, 0), text);
        say_path(
            file->path,
            _("the clock of this machine is behind what was recorded last, "
              "%s: times from now on are those of the clock"),
            text);
    }
    sqlite3_finalize(last);
    return now;
}

bool cases_lock(struct case_file *file, const struct settings *settings)
{
    const int locked = settings->dry_run ? 1 : case_file_lock(file);

    if (!locked)
        say_path(file->path, _("a scan or watch of it is running already; "
                               "wait for that to end, or end it with "
                               "Ctrl-C"));
    return locked > 0;
}

/* ---- Which case ---------------------------------------------------------- */

static int64_t find_labelled(struct case_file *file, const char *label,
                             bool withdrawn)
{
    sqlite3_stmt *const find = case_file_prepare(
        file, "SELECT id, withdrawn FROM cases WHERE label = ?");
    int64_t id = 0;
    int got;

    if (find) sqlite3_bind_text(find, 1, label, -1, SQLITE_STATIC);
    got = case_file_row(file, find);
    if (!got) {
        char *const text = text_escape(label);

        say_path(file->path, _("holds no case '%s'"), text);
        free(text);
    } else if (got > 0) {
        id = sqlite3_column_int64(find, 0);
        if (!withdrawn && sqlite3_column_type(find, 1) != SQLITE_NULL) {
            say_path(file->path, _("that case was withdrawn"));
            id = 0;
        }
    }
    sqlite3_finalize(find);
    return id;
}

static int64_t find_only(struct case_file *file)
{
    sqlite3_stmt *const find = case_file_prepare(
        file, "SELECT count(*), max(id) FROM cases WHERE withdrawn IS NULL");
    int64_t id = 0;

    if (case_file_row(file, find) > 0) {
        const int64_t n = sqlite3_column_int64(find, 0);

        if (n == 1)
            id = sqlite3_column_int64(find, 1);
        else if (!n)
            say_path(file->path, _("holds no case; 'sitr case new' opens one"));
        else
            say_path(file->path,
                     ngettext("holds %llu case: say which, with --label",
                              "holds %llu cases: say which, with --label",
                              (unsigned long)n),
                     (unsigned long long)n);
    }
    sqlite3_finalize(find);
    return id;
}

int64_t cases_find(struct case_file *file, const struct settings *settings,
                   bool withdrawn)
{
    return settings->label ? find_labelled(file, settings->label, withdrawn)
                           : find_only(file);
}

char *cases_label(struct case_file *file, int64_t id)
{
    sqlite3_stmt *const find =
        case_file_prepare(file, "SELECT label FROM cases WHERE id = ?");
    char *label = NULL;

    if (find) sqlite3_bind_int64(find, 1, id);
    if (case_file_row(file, find) > 0)
        label = need(strdup((const char *)sqlite3_column_text(find, 0)));
    sqlite3_finalize(find);
    return label;
}

/* ---- What is done to them ------------------------------------------------ */

int64_t cases_open(struct case_file *file, const struct settings *settings,
                   const char *label)
{
    sqlite3_stmt *const insert = case_file_prepare(
        file, "INSERT INTO cases(label, opened, opened_by) VALUES(?, ?, ?)"
              " ON CONFLICT(label) DO NOTHING");
    int64_t id = 0;

    if (insert) {
        sqlite3_bind_text(insert, 1, label, -1, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 2, cases_now(file));
        sqlite3_bind_text(insert, 3, cases_who(settings), -1, SQLITE_STATIC);
    }
    if (case_file_row(file, insert) == 0) {
        if (sqlite3_changes(file->db)) {
            id = sqlite3_last_insert_rowid(file->db);
        } else {
            char *const text = text_escape(label);

            say_path(file->path, _("holds a case '%s' already"), text);
            free(text);
        }
    }
    sqlite3_finalize(insert);
    if (id && !cases_act(file, settings, "new", id, 0)) id = 0;
    return id;
}

bool cases_act(struct case_file *file, const struct settings *settings,
               const char *what, int64_t id, int64_t n)
{
    return cases_act_noted(file, settings, what, id, n, NULL);
}

bool cases_act_noted(struct case_file *file, const struct settings *settings,
                     const char *what, int64_t id, int64_t n, const char *note)
{
    const struct act act = {
        .at = (int64_t)time(NULL),
        .who = cases_who(settings),
        .what = what,
        .has_n = true,
        .n = n,
        .note = note,
        .version = TOOL_VERSION,
    };

    return acts_append(file, id, &act);
}

void cases_bind_signature(sqlite3_stmt *statement, int at,
                          const sitr_signature *signature)
{
    const size_t size =
        signature ? sitr_signature_encode(signature, NULL, 0) : 0;
    uint8_t *const bytes = size ? need(malloc(size)) : NULL;

    if (!bytes) return; /* it stays NULL */
    sitr_signature_encode(signature, bytes, size);
    sqlite3_bind_blob64(statement, at, bytes, size, free);
}

/* ---- The pictures to look for -------------------------------------------- */

/* The name, if it was asked for, else "2026-k7wd#3". */
static char *path_of(sqlite3_stmt *row)
{
    const char *const name = sqlite3_column_blob(row, 4);
    const size_t n = (size_t)sqlite3_column_bytes(row, 4);
    const char *const label = (const char *)sqlite3_column_text(row, 5);

    if (name && n && !memchr(name, 0, n)) return need(strndup(name, n));
    return need_format("%s#%lld", label,
                       (long long)sqlite3_column_int64(row, 0));
}

static sitr_status read_picture(const sitr_ctx *ctx, sqlite3_stmt *row,
                                struct picture *picture)
{
    const int64_t number = sqlite3_column_int64(row, 2);
    const size_t n = (size_t)sqlite3_column_bytes(row, 3);
    sitr_status status;

    if (number < 0 || number >= STATUS_COUNT ||
        sqlite3_column_bytes(row, 1) != sizeof picture->sha256)
        return SITR_ECORRUPT;
    picture->status = (enum status)number;
    picture->has_sha256 = true;
    memcpy(picture->sha256, sqlite3_column_blob(row, 1),
           sizeof picture->sha256);
    if (n) {
        status = sitr_signature_decode(ctx, sqlite3_column_blob(row, 3), n,
                                       &picture->signature);
        if (status) return status;
        sitr_signature_describe(picture->signature, &picture->info);
    }
    picture->input.path = path_of(row);
    return SITR_OK;
}

bool cases_protect(struct case_file *file, const sitr_ctx *ctx, int64_t id,
                   struct protected_set *set, uint64_t **ids)
{
    sqlite3_stmt *const rows = case_file_prepare(
        file,
        "SELECT p.id, p.sha256, p.status, p.signature, p.name, c.label"
        " FROM pictures p JOIN cases c ON c.id = p.case_id"
        " WHERE c.withdrawn IS NULL AND (?1 = 0 OR c.id = ?1) ORDER BY p.id");
    int got = -1;

    *ids = NULL;
    if (rows) sqlite3_bind_int64(rows, 1, id);
    while (rows && (got = case_file_row(file, rows)) > 0) {
        struct picture picture = {.status = STATUS_OK};
        const sitr_status status = read_picture(ctx, rows, &picture);

        if (status) {
            case_file_refuse(file, status);
            got = -1;
            break;
        }
        *ids = need(realloc(*ids, (set->n + 1) * sizeof **ids));
        (*ids)[set->n] = (uint64_t)sqlite3_column_int64(rows, 0);
        if (!protected_add(set, &picture)) picture_clear(&picture);
    }
    sqlite3_finalize(rows);
    set->ids = *ids;
    return got == 0;
}
