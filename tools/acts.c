/* SPDX-License-Identifier: Apache-2.0 */
/* The acts of a case file, chained. Each case has its own chain: what is shown of one
 * says nothing of the others in the file, and it goes along when the case is handed
 * over. */
#include "acts.h"

#include <string.h>

/* ---- In the case file ---------------------------------------------------- */

static const char *text_at(sqlite3_stmt *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

void acts_read(sqlite3_stmt *row, int column, struct act *out)
{
    *out = (struct act){
        .at = sqlite3_column_int64(row, column),
        .who = text_at(row, column + 1),
        .what = text_at(row, column + 2),
        .has_n = sqlite3_column_type(row, column + 3) != SQLITE_NULL,
        .n = sqlite3_column_int64(row, column + 3),
        .note = text_at(row, column + 4),
        .version = text_at(row, column + 5),
    };
}

/* The value of the last act of the case, zeroes where it has none. */
static bool last_value(struct case_file *file, int64_t case_id,
                       uint8_t out[CHAIN_SIZE])
{
    sqlite3_stmt *const find =
        case_file_prepare(file, "SELECT chain FROM acts WHERE case_id IS ?"
                                " ORDER BY id DESC LIMIT 1");
    bool good;
    int got;

    memset(out, 0, CHAIN_SIZE);
    if (find && case_id) sqlite3_bind_int64(find, 1, case_id);
    got = case_file_row(file, find);
    good = got >= 0;
    if (got > 0 && sqlite3_column_bytes(find, 0) == CHAIN_SIZE)
        memcpy(out, sqlite3_column_blob(find, 0), CHAIN_SIZE);
    else if (got > 0)
        good = case_file_refuse(file, SITR_ECORRUPT);
    sqlite3_finalize(find);
    return good;
}

static bool insert(struct case_file *file, int64_t case_id,
                   const struct act *act, const uint8_t value[CHAIN_SIZE])
{
    sqlite3_stmt *const s = case_file_prepare(
        file,
        "INSERT INTO acts(at, who, what, case_id, n, version, note, chain)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    bool good = s;

    if (good) {
        sqlite3_bind_int64(s, 1, act->at);
        sqlite3_bind_text(s, 2, act->who, -1, SQLITE_STATIC);
        sqlite3_bind_text(s, 3, act->what, -1, SQLITE_STATIC);
        if (case_id) sqlite3_bind_int64(s, 4, case_id);
        if (act->has_n) sqlite3_bind_int64(s, 5, act->n);
        sqlite3_bind_text(s, 6, act->version, -1, SQLITE_STATIC);
        sqlite3_bind_text(s, 7, act->note, -1, SQLITE_STATIC);
        sqlite3_bind_blob(s, 8, value, CHAIN_SIZE, SQLITE_STATIC);
        good = case_file_step(file, s);
    }
    sqlite3_finalize(s);
    return good;
}

bool acts_append(struct case_file *file, int64_t case_id, const struct act *act)
{
    uint8_t before[CHAIN_SIZE], value[CHAIN_SIZE];

    if (!last_value(file, case_id, before)) return false;
    chain_next(before, act, value);
    return insert(file, case_id, act, value);
}

static const char up_to_sql[] =
    "SELECT a.at, a.who, a.what, a.n, a.note, a.version, a.chain FROM acts a"
    " JOIN acts b ON b.case_id IS a.case_id AND b.id >= a.id"
    " WHERE b.id = (SELECT max(id) FROM acts WHERE chain = ?) ORDER BY a.id";

int acts_have(struct case_file *file, const uint8_t value[CHAIN_SIZE])
{
    sqlite3_stmt *const rows = case_file_prepare(file, up_to_sql);
    uint8_t last[CHAIN_SIZE] = {0};
    bool holds = true;
    int got = -1;

    if (rows) sqlite3_bind_blob(rows, 1, value, CHAIN_SIZE, SQLITE_STATIC);
    while (rows && holds && (got = case_file_row(file, rows)) > 0) {
        struct act act;

        acts_read(rows, 0, &act);
        chain_next(last, &act, last);
        holds = sqlite3_column_bytes(rows, 6) == CHAIN_SIZE &&
                !memcmp(sqlite3_column_blob(rows, 6), last, CHAIN_SIZE);
    }
    sqlite3_finalize(rows);
    if (got < 0) return -1;
    /* where there is none, it is no act's */
    return holds && !memcmp(last, value, CHAIN_SIZE);
}

/* ---- Of an older version ------------------------------------------------- */

/* Case by case, so that the one before is the row before. */
static const char unchained_sql[] =
    "SELECT at, who, what, n, note, version, id, case_id FROM acts"
    " WHERE chain IS NULL ORDER BY case_id, id";

static bool set(sqlite3_stmt *update, int64_t id,
                const uint8_t value[CHAIN_SIZE])
{
    bool good;

    sqlite3_bind_blob(update, 1, value, CHAIN_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(update, 2, id);
    good = sqlite3_step(update) == SQLITE_DONE;
    sqlite3_reset(update);
    return good;
}

bool acts_complete(sqlite3 *db)
{
    sqlite3_stmt *rows = NULL, *update = NULL;
    uint8_t value[CHAIN_SIZE] = {0};
    int64_t case_id = 0;
    int got = SQLITE_ERROR;

    if (!sqlite3_prepare_v2(db, unchained_sql, -1, &rows, NULL) &&
        !sqlite3_prepare_v2(db, "UPDATE acts SET chain = ? WHERE id = ?", -1,
                            &update, NULL))
        while ((got = sqlite3_step(rows)) == SQLITE_ROW) {
            struct act act;

            acts_read(rows, 0, &act);
            if (sqlite3_column_int64(rows, 7) != case_id)
                memset(value, 0, sizeof value);
            case_id = sqlite3_column_int64(rows, 7);
            chain_next(value, &act, value);
            if (!set(update, sqlite3_column_int64(rows, 6), value)) break;
        }
    sqlite3_finalize(rows);
    sqlite3_finalize(update);
    return got == SQLITE_DONE;
}
