/* SPDX-License-Identifier: Apache-2.0 */
/* The acts of a case are chained: each holds a SHA-256 over the one before it and
 * itself, so that none can be changed, left out or put elsewhere without all that
 * follow being other than somebody has them on paper. */
#ifndef TOOLS_CHAIN_H
#define TOOLS_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#define CHAIN_SIZE 32 /* bytes */

/** What was done: of an act all but its number and its case, which another file
 * that it is copied to gives anew. `note` may be NULL. */
struct act {
    int64_t at;
    const char *who, *what;
    bool has_n;
    int64_t n;
    const char *note, *version;
};

/** The value of an act behind one of value `before`; CHAIN_SIZE zeroes of the
 * first. FORMAT.md has the bytes that it is of. `out` may be `before`. */
void chain_next(const uint8_t before[CHAIN_SIZE], const struct act *act,
                uint8_t out[CHAIN_SIZE]);

#endif
