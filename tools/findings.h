/* SPDX-License-Identifier: Apache-2.0 */
/* What was found, and what could not be looked at: collected and put into an
 * order. */
#ifndef TOOLS_FINDINGS_H
#define TOOLS_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evidence.h"
#include "status.h"

/* What a person who looked at it said. */
enum reviewed { REVIEWED_NOT = 0, REVIEWED_REJECTED, REVIEWED_CONFIRMED };

struct finding {
    struct evidence evidence;
    sitr_signature_info found_info;
    char *found_path;           /* owned */
    const char *protected_path; /* lives as long as the protected set */
    enum status status;         /* of the found file */
    int64_t seen;   /* when it was found first, where that is kept */
    bool is_new;    /* this run did, */
    bool is_stored; /* by what was kept of an earlier one */
    int64_t number; /* where it is kept, that of the record */
    enum reviewed reviewed;
    bool is_listed; /* of a record of a list, and not of a picture */
    /* where that is kept; 0: never */
    int64_t told; /* when it was told of first */
    int64_t
        told_before;    /* when its picture was, found elsewhere, before that */
    int64_t gone, back; /* when its file was gone last, and there again */
    /* where it comes from, if that is known, owned: the latest capture of these */
    char *url, *captured, *captured_by;
    uint64_t n_sources;
};

struct findings {
    struct finding *items;
    size_t n, capacity;
};

/** A file there is more to say of than a finding. */
struct notice {
    char *path;     /* owned */
    uint64_t place; /* input.place */
    enum status status;
    bool is_protected, too_plain, few_regions;
};

struct notices {
    struct notice *items;
    size_t n, capacity;
};

/** Takes what `finding` owns. */
void findings_add(struct findings *findings, const struct finding *finding);
/** Moves all of `from` to the end of `to`. */
void findings_move(struct findings *to, struct findings *from);
void findings_clear(struct findings *findings);

/** Strongest first: verdict, false-positive rate, distance (identical bytes: 0),
 * then the bytes of the paths and the place, so that there is one order. */
void findings_sort(struct findings *findings);

/** What they are ordered by: 0 for identical bytes. */
float finding_rate(const struct finding *finding);
uint32_t finding_distance(const struct finding *finding);

void notices_add(struct notices *notices, const struct notice *notice);
void notices_clear(struct notices *notices);

#endif
