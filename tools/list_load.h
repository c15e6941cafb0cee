/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of hashes to look for, out of a file or the case file. */
#ifndef TOOLS_LIST_LOAD_H
#define TOOLS_LIST_LOAD_H

#include "case_file.h"
#include "list_match.h"

/** Reads the list that the path names, and tells of records that are none. What it
 * has is shown as "list.csv#12", by line or record. False after a message; `*n_bad`
 * counts what was passed over. */
bool list_load(struct list_match *match, const char *path, uint64_t *n_bad);

/** The same of what was imported, shown as "stopncii#12", by its number there. */
bool list_load_case(struct list_match *match, struct case_file *file);

/** Says how many records there are to look for, and how many cannot be. */
void list_load_say(const struct list_match *match);

#endif
