/* SPDX-License-Identifier: Apache-2.0 */
/* A found file on its way through a run: read, looked at, told of. */
#ifndef TOOLS_FOUND_H
#define TOOLS_FOUND_H

#include "findings.h"
#include "picture.h"
#include "protected.h"
#include "tally.h"

struct found {
    struct picture picture;
    struct findings findings;
    uint64_t n_self;
};

/** Matches what was read. For want of memory: a picture that could not be looked
 * at, no more. From any thread. */
void found_match(struct found *found, const struct protected_set *set,
                 sitr_verdict at_least);

void found_clear(struct found *found);

/** What a run found, counted. */
struct found_count {
    size_t n_copies, n_reviews;
    uint64_t n_self;
};

void found_count(struct found_count *count, const struct findings *findings);

/** What the summary says of the protected pictures that cannot be found, and of
 * what was found. */
void found_say_plain(const struct protected_set *set,
                     const struct tally *protected_tally);
void found_say_count(const struct found_count *count, enum depth depth);

#endif
