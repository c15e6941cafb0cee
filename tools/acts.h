/* SPDX-License-Identifier: Apache-2.0 */
/* What was done to the cases of a case file. */
#ifndef TOOLS_ACTS_H
#define TOOLS_ACTS_H

#include <sqlite3.h>

#include "case_file.h"
#include "chain.h"

/** The act in a row, from a column on: at, who, what, n, note, version. */
void acts_read(sqlite3_stmt *row, int column, struct act *out);

/** Records an act of that case, or of none for 0, behind its last one. False after
 * a message. */
bool acts_append(struct case_file *file, int64_t case_id,
                 const struct act *act);

/** Whether an act of that value is there, and the acts of its case up to it hold
 * together: 1, 0, or -1 after a message. */
int acts_have(struct case_file *file, const uint8_t value[CHAIN_SIZE]);

/** Gives acts that have no value, for an older version wrote them, theirs; false
 * where SQLite has the reason. */
bool acts_complete(sqlite3 *db);

#endif
