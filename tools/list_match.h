/* SPDX-License-Identifier: Apache-2.0 */
/* What lists of hashes are looked for by: PDQ by distance, MD5, SHA-1 and SHA-256 by
 * the bytes of a file. */
#ifndef TOOLS_LIST_MATCH_H
#define TOOLS_LIST_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sitr.h>

#include "findings.h"
#include "list_format.h"
#include "picture.h"

/** Bits that the field takes for a match of PDQ. */
#define LIST_MATCH_RADIUS 31

enum { LIST_MATCH_MD5, LIST_MATCH_SHA1, LIST_MATCH_SHA256, LIST_MATCH_DIGESTS };

struct list_entry {
    char *path; /* by which it is shown: the list, and where in it */
    uint64_t id;
    bool has_quality; /* the list says how much there was to see */
};

struct list_digest {
    uint8_t bytes[32]; /* zeroes behind those of shorter ones */
    size_t place;      /* of the entry */
};

struct list_match {
    struct list_entry *entries;
    size_t n, capacity;
    sitr_index_builder *builder;
    sitr_index *index; /* of PDQ; ids are places */
    struct {
        struct list_digest *items;
        size_t n, capacity;
    } digests[LIST_MATCH_DIGESTS];
    uint64_t n_read;  /* records */
    uint64_t n_plain; /* whose PDQ hash is of too little to see */
};

/** False after a message, where there is no memory. */
bool list_match_begin(struct list_match *match, const sitr_ctx *ctx);

/** Adds what can be looked for; `path` is copied. False after a message. */
bool list_match_add(struct list_match *match, const struct listed *listed,
                    const char *path, uint64_t id);

/** Nothing is added after this, and only then looked for. */
bool list_match_seal(struct list_match *match);

void list_match_clear(struct list_match *match);

/** By what the record of that id is shown; NULL where it is not looked for. Ids have
 * to rise in the order in which they were added. */
const char *list_match_path(const struct list_match *match, uint64_t id);

/** Whether files are to be read for their MD5 and SHA-1. */
bool list_match_wants_digests(const struct list_match *match);

/** Adds what is found of them. From any thread. */
sitr_status list_match_find(const struct list_match *match,
                            const struct picture *found, sitr_verdict at_least,
                            struct findings *out);

#endif
