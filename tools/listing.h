/* SPDX-License-Identifier: Apache-2.0 */
/* Findings and notices, printed. */
#ifndef TOOLS_LISTING_H
#define TOOLS_LISTING_H

#include <stdbool.h>

#include "args.h"
#include "findings.h"
#include "output.h"

enum { VERDICT, KIND, DISTANCE, RATE, COLUMNS };

struct listing {
    const struct settings *settings;
    struct output output;
    bool headed;   /* the heading was printed */
    bool has_seen; /* findings have a date */
    /* in text, whatever is found: lists can be put together */
    int width[COLUMNS];
};

void listing_init(struct listing *listing, const struct settings *settings);

/** Each prints a record, behind the heading where it is the first, and with `key`
 * (sort_key.h) unless that is NULL. False where they could not be written. */
bool listing_finding(struct listing *listing, const struct finding *finding,
                     const char *key);
/** Nothing in text, where standard error has it. */
bool listing_notice(struct listing *listing, const struct notice *notice,
                    const char *key);

/** The header of CSV, where no record was printed. */
bool listing_end(struct listing *listing);

#endif
