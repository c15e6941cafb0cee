/* SPDX-License-Identifier: Apache-2.0 */
/* Writing an index file: whole or not at all. */
#ifndef TOOLS_STORE_WRITE_H
#define TOOLS_STORE_WRITE_H

#include "store.h"

struct store_writer {
    const char *name; /* of the file to be, as it was given */
    char *path;       /* without links */
    char *temp;       /* beside it, until it is whole */
    char *spool;      /* an index on its way into it */
    int fd;
    uint64_t size; /* written so far */
    bool replaces;
};

/** Begins a file that only its owner can read, beside `path`; `replaces` says
 * whether there is one at `path`, which may be a link to it. All of these are
 * false after a message, and then only writer_close is left. */
bool writer_open(struct store_writer *writer, const char *path, bool replaces);

/** Adds a part: `part->index`, the pictures it names, and its numbers. What
 * is mapped is copied from `part->data`, where that is not NULL. */
bool writer_add(struct store_writer *writer, const struct store_part *part,
                const struct picture *pictures, const uint64_t *ids);

/** Waits until all is on the disk, and gives the file its name. */
bool writer_commit(struct store_writer *writer);

/** Removes what was not committed, and frees. */
void writer_close(struct store_writer *writer);

/** Whether nothing is at `path`; else, or where no file can be made there, says
 * so: at once, and not after hours of work. */
bool writer_may_create(const char *path);

#endif
