/* SPDX-License-Identifier: Apache-2.0 */
#include "case_copy.h"

#include "chain.h"
#include "status.h"
#include "turns.h"

#define TURNS 11 /* the column of these */

/* The columns of the row as they are, as many as the statement has parameters from
 * number `first` on. */
static bool bind_row(sqlite3_stmt *to, int first, sqlite3_stmt *row)
{
    for (int i = first; i <= sqlite3_bind_parameter_count(to); i++)
        if (sqlite3_bind_value(to, i, sqlite3_column_value(row, i - first)))
            return false;
    return true;
}

static int64_t copy_case(struct case_file *from, int64_t id,
                         struct case_file *to, const char *label)
{
    sqlite3_stmt *const row =
        case_file_prepare(from, "SELECT opened, opened_by FROM cases"
                                " WHERE id = ? AND withdrawn IS NULL");
    sqlite3_stmt *const insert = case_file_prepare(
        to, "INSERT INTO cases(label, opened, opened_by) VALUES(?, ?, ?)");
    int64_t copy = 0;

    if (row && insert) {
        int got;

        sqlite3_bind_int64(row, 1, id);
        got = case_file_row(from, row);
        sqlite3_bind_text(insert, 1, label, -1, SQLITE_STATIC);
        if (got > 0 && bind_row(insert, 2, row) && case_file_step(to, insert))
            copy = sqlite3_last_insert_rowid(to->db);
        else if (!got)
            case_file_refuse(from, SITR_ECORRUPT);
    }
    sqlite3_finalize(row);
    sqlite3_finalize(insert);
    return copy;
}

/* Of the picture that was copied last: SQLite knows its id. */
static bool copy_turns(struct case_file *to, sqlite3_stmt *put,
                       sqlite3_stmt *row)
{
    if (sqlite3_column_type(row, TURNS) == SQLITE_NULL) return true;
    sqlite3_bind_int64(put, 1, sqlite3_last_insert_rowid(to->db));
    return !sqlite3_bind_value(put, 2, sqlite3_column_value(row, TURNS)) &&
           case_file_step(to, put);
}

/* Whether a row can be what the command wrote. */
static bool is_picture(const sitr_ctx *ctx, sqlite3_stmt *row)
{
    const int64_t status = sqlite3_column_int64(row, 2);
    const size_t n = (size_t)sqlite3_column_bytes(row, 3);
    sitr_signature *signature;

    if (sqlite3_column_bytes(row, 0) != 32 || sqlite3_column_int64(row, 1) < 0)
        return false;
    if (status < 0 || status >= STATUS_COUNT || status == STATUS_NOT_IMAGE)
        return false;
    if (sqlite3_column_type(row, TURNS) != SQLITE_NULL &&
        sqlite3_column_bytes(row, TURNS) != TURNS_N * TURNS_HASH)
        return false;
    if (sqlite3_column_type(row, 3) == SQLITE_NULL) return true;
    if (sitr_signature_decode(ctx, sqlite3_column_blob(row, 3), n, &signature))
        return false;
    sitr_signature_free(signature);
    return true;
}

static bool copy_pictures(struct case_file *from, int64_t id,
                          const sitr_ctx *ctx, bool names, struct case_file *to,
                          int64_t copy, int64_t *n)
{
    sqlite3_stmt *const rows = case_file_prepare(
        from, "SELECT sha256, size, status, signature,"
              " CASE WHEN ?2 THEN name END, added, added_by, version, options,"
              " times, last, t.pdq FROM pictures p"
              " LEFT JOIN turns t ON t.picture_id = p.id"
              " WHERE case_id = ?1 ORDER BY p.id");
    sqlite3_stmt *const insert = case_file_prepare(
        to, "INSERT INTO pictures(case_id, sha256, size, status, signature,"
            " name, added, added_by, version, options, times, last)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    sqlite3_stmt *const turns =
        case_file_prepare(to, "INSERT INTO turns VALUES(?, ?)");
    bool good = rows && insert && turns;
    int got = -1;

    if (good) {
        sqlite3_bind_int64(rows, 1, id);
        sqlite3_bind_int(rows, 2, names);
    }
    while (good && (got = case_file_row(from, rows)) > 0) {
        good = is_picture(ctx, rows) || case_file_refuse(from, SITR_ECORRUPT);
        if (!good) break;
        sqlite3_bind_int64(insert, 1, copy);
        good = bind_row(insert, 2, rows) && case_file_step(to, insert) &&
               copy_turns(to, turns, rows);
        ++*n;
    }
    sqlite3_finalize(rows);
    sqlite3_finalize(insert);
    sqlite3_finalize(turns);
    return good && !got;
}

static bool copy_acts(struct case_file *from, int64_t id, struct case_file *to,
                      int64_t copy)
{
    sqlite3_stmt *const rows = case_file_prepare(
        from, "SELECT at, who, what, n, note, version, chain FROM acts"
              " WHERE case_id = ? ORDER BY id");
    sqlite3_stmt *const insert = case_file_prepare(
        to, "INSERT INTO acts(case_id, at, who, what, n, note, version, chain)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    bool good = rows && insert;
    int got = -1;

    if (good) sqlite3_bind_int64(rows, 1, id);
    while (good && (got = case_file_row(from, rows)) > 0) {
        /* as it is: a chain that does not hold is not to be mended on the way */
        good = sqlite3_column_bytes(rows, 6) == CHAIN_SIZE ||
               case_file_refuse(from, SITR_ECORRUPT);
        if (!good) break;
        sqlite3_bind_int64(insert, 1, copy);
        good = bind_row(insert, 2, rows) && case_file_step(to, insert);
    }
    sqlite3_finalize(rows);
    sqlite3_finalize(insert);
    return good && !got;
}

int64_t case_copy(struct case_file *from, int64_t id, const sitr_ctx *ctx,
                  bool names, struct case_file *to, const char *label,
                  int64_t *n_pictures)
{
    const int64_t copy = copy_case(from, id, to, label);

    *n_pictures = 0;
    if (!copy || !copy_pictures(from, id, ctx, names, to, copy, n_pictures) ||
        !copy_acts(from, id, to, copy))
        return 0;
    return copy;
}
