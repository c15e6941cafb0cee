/* SPDX-License-Identifier: Apache-2.0 */
/* A list of hashes, read record by record: what it is, is told by what is in it,
 * and what is wrong with a record is told and costs no other one. */
#ifndef TOOLS_LIST_FILE_H
#define TOOLS_LIST_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "list_format.h"

struct list_file;

/** Whether what the path names is a regular file that begins like a list. Says
 * nothing. */
bool list_file_is(const char *path);

/** Opens it as a list of that format, of LIST_NONE whichever it is. NULL after a
 * message. `path` must outlive it. */
struct list_file *list_file_open(const char *path, enum list_format format);
void list_file_close(struct list_file *file);

enum list_format list_file_format(const struct list_file *file);

/** The next record that is one, into what is zero or was cleared: 1, and `out` is to
 * be cleared again; 0 at the end; -1, after a message, where it cannot be read.
 * Records that are none are told of with their place. */
int list_file_next(struct list_file *file, struct listed *out);

/** How many were passed over, an end that came early among them. */
uint64_t list_file_bad(const struct list_file *file);

#endif
