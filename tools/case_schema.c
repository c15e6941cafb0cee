/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a case file. FORMAT.md says what is in them. */
#include "case_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts.h"

/* Each step makes version i + 1 of version i, and is never changed once it was
 * released: what is made and what was brought up to date must be alike. */
static const char *const steps[] = {
    "PRAGMA application_id = 1397314642;" /* "SITR" */
    "CREATE TABLE cases("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " label TEXT NOT NULL UNIQUE,"
    " opened INTEGER NOT NULL,"
    " opened_by TEXT NOT NULL,"
    " withdrawn INTEGER,"
    " withdrawn_by TEXT) STRICT;"
    "CREATE TABLE pictures("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " case_id INTEGER NOT NULL REFERENCES cases,"
    " sha256 BLOB NOT NULL,"
    " size INTEGER NOT NULL,"
    " status INTEGER NOT NULL,"
    " signature BLOB,"
    " name BLOB,"
    " added INTEGER NOT NULL,"
    " added_by TEXT NOT NULL,"
    " version TEXT NOT NULL,"
    " options TEXT NOT NULL,"
    " times INTEGER NOT NULL DEFAULT 1,"
    " last INTEGER NOT NULL,"
    " UNIQUE(case_id, sha256)) STRICT;"
    "CREATE TABLE acts("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " what TEXT NOT NULL,"
    " case_id INTEGER REFERENCES cases,"
    " n INTEGER,"
    " note TEXT,"
    " version TEXT NOT NULL) STRICT;"
    "CREATE TABLE turns("
    " picture_id INTEGER PRIMARY KEY REFERENCES pictures ON DELETE CASCADE,"
    " pdq BLOB NOT NULL) STRICT;"
    "CREATE TABLE scans("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " started INTEGER NOT NULL,"
    " ended INTEGER,"
    " who TEXT NOT NULL,"
    " what BLOB NOT NULL,"
    " version TEXT NOT NULL) STRICT;"
    "CREATE TABLE searched("
    " id INTEGER PRIMARY KEY,"
    " picture_id INTEGER NOT NULL) STRICT;"
    "CREATE TABLE folders("
    " id INTEGER PRIMARY KEY,"
    " path BLOB NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE files("
    " id INTEGER PRIMARY KEY,"
    " folder_id INTEGER NOT NULL REFERENCES folders,"
    " name BLOB NOT NULL,"
    " dev INTEGER NOT NULL,"
    " ino INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " mtime_ns INTEGER NOT NULL,"
    " ctime_ns INTEGER NOT NULL,"
    " signed INTEGER NOT NULL,"
    " status INTEGER NOT NULL,"
    " sha256 BLOB,"
    " pdq BLOB,"
    " regions BLOB,"
    " searched INTEGER NOT NULL,"
    " scan_id INTEGER NOT NULL REFERENCES scans,"
    " first_seen INTEGER NOT NULL,"
    " gone INTEGER,"
    " back INTEGER,"
    " UNIQUE(folder_id, name)) STRICT;"
    "CREATE TABLE findings("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " file_id INTEGER NOT NULL REFERENCES files,"
    " sha256 BLOB NOT NULL,"
    " picture_id INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,"
    " nth INTEGER NOT NULL,"
    " verdict INTEGER NOT NULL,"
    " kind INTEGER NOT NULL,"
    " same_file INTEGER NOT NULL,"
    " turn INTEGER NOT NULL,"
    " distance INTEGER,"
    " keypoints INTEGER NOT NULL,"
    " false_positive_rate REAL NOT NULL,"
    " quad BLOB NOT NULL,"
    " width INTEGER NOT NULL,"
    " height INTEGER NOT NULL,"
    " at INTEGER NOT NULL,"
    " how TEXT NOT NULL,"
    " scan_id INTEGER REFERENCES scans,"
    " told INTEGER,"
    " UNIQUE(file_id, sha256, picture_id, nth)) STRICT;"
    "CREATE INDEX findings_of_picture ON findings(picture_id, told);"
    "CREATE INDEX findings_untold ON findings(id) WHERE told IS NULL;"
    "CREATE TABLE returns("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " file_id INTEGER NOT NULL REFERENCES files,"
    " sha256 BLOB NOT NULL,"
    " gone INTEGER NOT NULL,"
    " back INTEGER NOT NULL,"
    " told INTEGER) STRICT;"
    "CREATE INDEX returns_of ON returns(file_id);"
    "CREATE INDEX returns_untold ON returns(file_id) WHERE told IS NULL;"
    "CREATE TABLE sources("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " file_id INTEGER NOT NULL REFERENCES files,"
    " sha256 BLOB NOT NULL,"
    " url TEXT,"
    " captured TEXT,"
    " captured_by TEXT,"
    " added INTEGER NOT NULL) STRICT;"
    "CREATE INDEX sources_of ON sources(file_id);"
    "CREATE TABLE reviews("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " sha256 BLOB NOT NULL,"
    " picture_id INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,"
    " confirmed INTEGER NOT NULL,"
    " at INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " note TEXT) STRICT;"
    "CREATE INDEX reviews_of ON reviews(picture_id, sha256);",
    /* lists of hashes */
    "CREATE TABLE lists("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " format TEXT NOT NULL,"
    " imported INTEGER NOT NULL,"
    " imported_by TEXT NOT NULL,"
    " version TEXT NOT NULL) STRICT;"
    "CREATE TABLE listed("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " identity BLOB NOT NULL UNIQUE,"
    " list_id INTEGER NOT NULL REFERENCES lists,"
    " format TEXT NOT NULL,"
    " place INTEGER NOT NULL,"
    " external_id TEXT,"
    " source TEXT,"
    " category TEXT,"
    " tags TEXT,"
    " name TEXT,"
    " stamp TEXT,"
    " quality INTEGER,"
    " more TEXT,"
    " around TEXT) STRICT;"
    "CREATE TABLE listed_hashes("
    " listed_id INTEGER NOT NULL REFERENCES listed ON DELETE CASCADE,"
    " nth INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " hash BLOB NOT NULL,"
    " UNIQUE(listed_id, nth)) STRICT;"
    "CREATE INDEX listed_hashes_of ON listed_hashes(hash);"
    "CREATE TABLE listed_findings("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " file_id INTEGER NOT NULL REFERENCES files,"
    " sha256 BLOB NOT NULL,"
    " listed_id INTEGER NOT NULL REFERENCES listed ON DELETE CASCADE,"
    " nth INTEGER NOT NULL,"
    " verdict INTEGER NOT NULL,"
    " kind INTEGER NOT NULL,"
    " same_file INTEGER NOT NULL,"
    " turn INTEGER NOT NULL,"
    " distance INTEGER,"
    " keypoints INTEGER NOT NULL,"
    " false_positive_rate REAL NOT NULL,"
    " quad BLOB NOT NULL,"
    " width INTEGER NOT NULL,"
    " height INTEGER NOT NULL,"
    " at INTEGER NOT NULL,"
    " how TEXT NOT NULL,"
    " scan_id INTEGER REFERENCES scans,"
    " told INTEGER,"
    " UNIQUE(file_id, sha256, listed_id, nth)) STRICT;"
    "CREATE INDEX listed_findings_of ON listed_findings(listed_id, told);"
    "CREATE INDEX listed_findings_untold ON listed_findings(id)"
    " WHERE told IS NULL;",
    "ALTER TABLE acts ADD COLUMN chain BLOB;",
};

#define NEWEST ((int)(sizeof steps / sizeof *steps))

static bool make_up_to(sqlite3 *db, int from, int to)
{
    char set[64];

    for (int i = from; i < to; i++)
        if (sqlite3_exec(db, steps[i], NULL, NULL, NULL)) return false;
    snprintf(set, sizeof set, "PRAGMA user_version = %d", to);
    return !sqlite3_exec(db, set, NULL, NULL, NULL);
}

bool case_schema_make(sqlite3 *db) { return make_up_to(db, 0, NEWEST); }

/* The number that a statement gives; -1 where it fails. */
static int number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int value = -1;

    if (!sqlite3_prepare_v2(db, sql, -1, &statement, NULL) &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static sqlite3_stmt *list(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;

    /* what sqlite_ makes for itself comes and goes, or follows from the rest */
    sqlite3_prepare_v2(db,
                       "SELECT type, name, tbl_name, sql FROM sqlite_schema"
                       " WHERE sql IS NOT NULL ORDER BY type, name",
                       -1, &statement, NULL);
    return statement;
}

static bool is_same_text(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    const char *const x = (const char *)sqlite3_column_text(a, column);
    const char *const y = (const char *)sqlite3_column_text(b, column);

    return x && y && !strcmp(x, y);
}

static enum case_schema_state compare(sqlite3_stmt *is, sqlite3_stmt *should)
{
    for (;;) {
        const int a = sqlite3_step(is), b = sqlite3_step(should);

        if (a != SQLITE_ROW && a != SQLITE_DONE) return CASE_SCHEMA_FAILED;
        if (a != b) return CASE_SCHEMA_OTHER;
        if (a == SQLITE_DONE) return CASE_SCHEMA_GOOD;
        for (int i = 0; i < 4; i++)
            if (!is_same_text(is, should, i)) return CASE_SCHEMA_OTHER;
    }
}

/* A trigger, a view or a column that computes something would run as ours. */
static enum case_schema_state is_ours(sqlite3 *db, int version)
{
    enum case_schema_state state = CASE_SCHEMA_FAILED;
    sqlite3 *model = NULL;

    if (!sqlite3_open(":memory:", &model) && make_up_to(model, 0, version)) {
        sqlite3_stmt *const is = list(db), *const should = list(model);

        if (is && should) state = compare(is, should);
        sqlite3_finalize(is);
        sqlite3_finalize(should);
    }
    sqlite3_close(model);
    return state;
}

static bool bring_up_to_date(sqlite3 *db, int version)
{
    if (version == NEWEST) return true;
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL)) return false;
    if (make_up_to(db, version, NEWEST) && acts_complete(db) &&
        !sqlite3_exec(db, "COMMIT", NULL, NULL, NULL))
        return true;
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

enum case_schema_state case_schema_check(sqlite3 *db)
{
    const int version = number(db, "PRAGMA user_version");
    enum case_schema_state state;

    if (version < 0 && sqlite3_errcode(db) != SQLITE_OK &&
        sqlite3_errcode(db) != SQLITE_DONE && sqlite3_errcode(db) != SQLITE_ROW)
        return CASE_SCHEMA_FAILED;
    if (version > NEWEST) return CASE_SCHEMA_NEWER;
    if (version < 1) return CASE_SCHEMA_OTHER;
    state = is_ours(db, version);
    if (state == CASE_SCHEMA_GOOD && !bring_up_to_date(db, version))
        return CASE_SCHEMA_FAILED;
    return state;
}
