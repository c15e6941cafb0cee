/* SPDX-License-Identifier: Apache-2.0 */
/* Where found files come from, as crawlers and archivers write it: a list of CSV
 * with a header, or of JSON objects, a line each. */
#ifndef TOOLS_SOURCE_FILE_H
#define TOOLS_SOURCE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#define SOURCE_URL_MAX  8192 /* bytes */
#define SOURCE_TEXT_MAX 200  /* of the others, but for the path */

/** What a record says; texts are UTF-8, and come from strangers. */
struct source {
    const char *path;     /* never NULL, the next may be */
    const char *url;      /* where it was online */
    const char *captured; /* when: "2026-11-26", or with "T13:40:05Z" */
    const char *by;       /* who captured it, or what */
};

struct source_file;

/** NULL after a message. */
struct source_file *source_file_open(const char *path);
void source_file_close(struct source_file *file);

/** The next record that is one: 1, with texts that last until the next call; 0 at
 * the end; -1, after a message, where it cannot be read on. A record that is none
 * is told of with its line, and passed over. */
int source_file_next(struct source_file *file, struct source *out);

/** How many were passed over. */
uint64_t source_file_bad(const struct source_file *file);

#endif
