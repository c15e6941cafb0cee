/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of hashes in the case file. */
#ifndef TOOLS_LIST_STORE_H
#define TOOLS_LIST_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "case_file.h"
#include "list_format.h"

/** What became of a record. */
enum list_store_did {
    LIST_STORE_FAILED = 0, /* after a message */
    LIST_STORE_ADDED,
    LIST_STORE_KNOWN, /* it was there; what is said of it is as it is said now */
    LIST_STORE_PURGED, /* it was withdrawn, and was there */
    LIST_STORE_ABSENT  /* it was withdrawn, and was not */
};

struct list_store {
    struct case_file *file;
    enum list_format format; /* of the list that is taken in */
    int64_t list;            /* its number */
    uint64_t n_elsewhere;    /* were withdrawn, and are in another list too */
    bool has_new;            /* there came a hash that was not there */
    sqlite3_stmt *find, *insert, *change, *forget, *put, *purge, *forget_copies,
        *elsewhere, *has;
};

/** Begins to take in a list, within a transaction. */
bool list_store_begin(struct list_store *store, struct case_file *file,
                      const struct settings *settings, enum list_format format);
enum list_store_did list_store_take(struct list_store *store,
                                    const struct listed *listed);
/** Files that were scanned are read again by the next scan: nothing is kept of them
 * that all that came in could be looked for in. */
bool list_store_read_anew(struct list_store *store);
void list_store_end(struct list_store *store);

/** Reads what is there, in the order it came in. False after a message, also where
 * `use` returns false, which then has told. `id` is the number of the record. */
bool list_store_read(struct case_file *file,
                     bool (*use)(void *user, const struct listed *listed,
                                 enum list_format format, int64_t id),
                     void *user);

/** How many records there are; -1 after a message. */
int64_t list_store_count(struct case_file *file);

#endif
