/* SPDX-License-Identifier: Apache-2.0 */
/* Keys to sort by: printable, without a tab or zero byte, and told apart by their
 * bytes, so that sort(1) under LC_ALL=C does it. Numbers are hexadecimal digits of
 * one length; a path is the digits of its bytes, ended by what is below them. */
#include "sort_key.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "need.h"

#define FINDINGS "0" /* ahead of */
#define NOTICES  "1"

#define SIZE 64 /* of a key without a path */

char *sort_key_of_file(uint64_t place, uint64_t rank)
{
    char *const key = need(malloc(SIZE));

    snprintf(key, SIZE, "%016" PRIx64 "%016" PRIx64, place, rank);
    return key;
}

char *sort_key_of_notice(const struct notice *notice, uint64_t rank)
{
    char *const key = need(malloc(SIZE));

    /* places count anew for what is found */
    snprintf(key, SIZE, NOTICES "%d%016" PRIx64 "%016" PRIx64,
             !notice->is_protected, notice->place, rank);
    return key;
}

/* The bits of numbers that are not negative are in the order of the numbers. */
static uint32_t bits_of(float rate)
{
    uint32_t bits;

    memcpy(&bits, &rate, sizeof bits);
    return bits;
}

/* Of one found path and rank, which one shard prints, there is no more to tell. */
char *sort_key_of_finding(const struct finding *finding, uint64_t rank)
{
    const char *const path = finding->found_path;
    const size_t length = strlen(path);
    const size_t size = SIZE + 2 * length;
    char *const key = need(malloc(size));
    size_t n;

    n = (size_t)snprintf(key, size, FINDINGS "%d%08" PRIx32 "%08" PRIx32,
                         finding->evidence.match.verdict != SITR_COPY,
                         bits_of(finding_rate(finding)),
                         finding_distance(finding));
    for (size_t i = 0; i < length; i++)
        n += (size_t)snprintf(key + n, size - n, "%02x",
                              (unsigned)(unsigned char)path[i]);
    snprintf(key + n, size - n, " %016" PRIx64, rank);
    return key;
}
