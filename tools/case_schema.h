/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a case file, and how those of older versions become them. */
#ifndef TOOLS_CASE_SCHEMA_H
#define TOOLS_CASE_SCHEMA_H

#include <stdbool.h>

#include <sqlite3.h>

/** PRAGMA application_id, as it lies in the file at byte 68. */
#define CASE_SCHEMA_APPLICATION "SITR"

enum case_schema_state {
    CASE_SCHEMA_GOOD,  /* ours, to the letter, and by now of this version */
    CASE_SCHEMA_NEWER, /* of a later version */
    CASE_SCHEMA_OTHER, /* not ours, or with something beside it */
    CASE_SCHEMA_FAILED /* SQLite has the reason */
};

/** Makes the tables in an empty database, within a transaction; false where
 * SQLite has the reason. */
bool case_schema_make(sqlite3 *db);

/** Compares them with what this program would have made, and brings those of an
 * older version up to date. */
enum case_schema_state case_schema_check(sqlite3 *db);

#endif
