/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of a case file, what was done to them and by whom. */
#ifndef TOOLS_CASES_H
#define TOOLS_CASES_H

#include "args.h"
#include "case_file.h"
#include "protected.h"

/** Whoever is at work: --by, else the name of the login. */
const char *cases_who(const struct settings *settings);

/** Locks the case file against scans, but for a dry run, which writes nothing; false
 * after a message. */
bool cases_lock(struct case_file *file, const struct settings *settings);

/** Seconds since 1970; says so where the clock is behind what is recorded. */
int64_t cases_now(struct case_file *file);

/** The case that --label names; without one, the only case there is that was not
 * withdrawn. Withdrawn ones are found where `withdrawn` allows. 0, after a
 * message, where there is none, or several. */
int64_t cases_find(struct case_file *file, const struct settings *settings,
                   bool withdrawn);

/** Its label, to be freed; NULL after a message. */
char *cases_label(struct case_file *file, int64_t id);

/** Opens a case; 0 after a message. Within a transaction. */
int64_t cases_open(struct case_file *file, const struct settings *settings,
                   const char *label);

/** Records that `what`, a stable word, was done, to `n` pictures; `id` is 0 where it
 * was to no case. Within the transaction that does it. */
bool cases_act(struct case_file *file, const struct settings *settings,
               const char *what, int64_t id, int64_t n);
/** The same, with words about it. */
bool cases_act_noted(struct case_file *file, const struct settings *settings,
                     const char *what, int64_t id, int64_t n, const char *note);

/** Adds the pictures of the case of that id, of all that were not withdrawn for
 * 0, to `set`. The ids of the pictures come in `*ids`, which is to be freed after
 * the set. A picture's path is its name, where that was asked for, or the label
 * and its number. False after a message. */
bool cases_protect(struct case_file *file, const sitr_ctx *ctx, int64_t id,
                   struct protected_set *set, uint64_t **ids);

/** Binds what is kept of a signature, or NULL where there is none. */
void cases_bind_signature(sqlite3_stmt *statement, int at,
                          const sitr_signature *signature);

/** A time as 2026-11-26T13:40:05Z, or "" where it is none. */
#define CASES_TIME 32
void cases_time(int64_t seconds, char text[CASES_TIME]);

#endif
