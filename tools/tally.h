/* SPDX-License-Identifier: Apache-2.0 */
/* What a run came across, counted. */
#ifndef TOOLS_TALLY_H
#define TOOLS_TALLY_H

#include <stdint.h>

#include "picture.h"

struct tally {
    uint64_t by_status[STATUS_COUNT];
    uint64_t by_plainness[PLAIN_COUNT];
    uint64_t too_plain, few_regions; /* SITR_INFO_*, of those hashed */
    uint64_t links;                  /* met in folders, left alone */
};

void tally_add(struct tally *tally, const struct picture *picture);
uint64_t tally_files(const struct tally *tally);
/** Files that should have been read and were not. */
uint64_t tally_failures(const struct tally *tally);

/** The summary: a line that says how many files, and one for each status there
 * was. `label` says what these files are. */
void tally_say(const struct tally *tally, const char *label);

/** The same for programs, fields of an object without its braces. */
void tally_print_json(const struct tally *tally);

#endif
