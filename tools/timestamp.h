/* SPDX-License-Identifier: Apache-2.0 */
/* Time-stamps of RFC 3161: an authority signs that a SHA-256 was known at a time.
 * How the query gets there and the reply back is not our business: nothing is sent
 * from here. */
#ifndef TOOLS_TIMESTAMP_H
#define TOOLS_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A query for that SHA-256, in DER, to be freed by free(); NULL where OpenSSL
 * could not make it. */
uint8_t *timestamp_query(const uint8_t sha256[32], size_t *size);

enum timestamp_state {
    TIMESTAMP_GOOD, /* of this SHA-256, and signed by one of the authorities */
    TIMESTAMP_UNSIGNED,  /* of this SHA-256; no authority was given to ask */
    TIMESTAMP_OTHER,     /* of something else */
    TIMESTAMP_REFUSED,   /* the authority gave none */
    TIMESTAMP_UNTRUSTED, /* not signed by one of the authorities, or changed */
    TIMESTAMP_NONE       /* no reply of an authority */
};

/** Checks a reply in DER. `ca` is a PEM file of authorities that are trusted, or
 * NULL. The time of the stamp comes in `*at`, 0 where there is none. */
enum timestamp_state timestamp_check(const uint8_t *reply, size_t size,
                                     const uint8_t sha256[32], const char *ca,
                                     int64_t *at);

#endif
