/* SPDX-License-Identifier: Apache-2.0 */
/* Writing an index: new segments first, and then, all at once, a manifest that
 * names them. What was there is there until then. */
#ifndef TOOLS_STORE_WRITE_H
#define TOOLS_STORE_WRITE_H

#include "names.h"
#include "store.h"

struct store_writer {
    const char *name; /* of the index, as it was given */
    /* of a new one, else NULL: */
    char *target;             /* what it is to be called */
    char *beside;             /* the folder that it is until then */
    int folder;               /* that is written into */
    uint64_t first_number;    /* of segments written here */
    struct manifest manifest; /* to be */
    bool committed;
};

/** Begins a new index, in a folder beside `path` that only its owner can enter.
 * All of these are false after a message, and then only writer_close is left. */
bool writer_create(struct store_writer *writer, const char *path);

/** Begins a change of an index that was opened to be changed, and outlives the
 * writer; files that its manifest does not name go. */
bool writer_change(struct store_writer *writer, const struct store *store);

/** A segment to be: `names` has its next own id, its number of pictures and
 * whether regions are missing. */
struct segment_content {
    const sitr_index *index; /* with own ids */
    uint64_t base;
    struct names names;
    const struct picture *pictures; /* all that it names */
    const uint64_t *ids;            /* of these, with the base */
};

/** Writes a segment, and puts it in the place of `n` from `at` on. */
bool writer_add(struct store_writer *writer, size_t at, size_t n,
                const struct segment_content *content);

/** Copies one of another index to the end. */
bool writer_copy(struct store_writer *writer, const struct segment *segment,
                 const struct manifest_segment *listed, uint64_t base);

/** Waits until all is on the disk, and makes it what the index is. */
bool writer_commit(struct store_writer *writer);

/** Removes what was not committed, and frees. */
void writer_close(struct store_writer *writer);

/** Whether nothing is at `path`; else, or where no folder can be made there,
 * says so: at once, and not after hours of work. */
bool writer_may_create(const char *path);

#endif
