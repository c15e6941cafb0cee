/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITR_HASH_SCAN_H
#define SITR_HASH_SCAN_H

#include "index/hash_walk.h"

/* Hashes of a block, 32 KB, which stay near while all queries look at them. */
#define SITR_SCAN_BLOCK 1024

/** As sitr_walk_room. */
typedef struct sitr_scan_room {
    uint32_t near[SITR_SCAN_BLOCK];
} sitr_scan_room;

/** Tells all hashes within the radius of each of `n` queries, by a look at every
 * one, but those that a walk had told. The hashes come from memory once for all
 * queries. */
void sitr_hash_scan(const sitr_index *index, const sitr_hash_query *queries,
                    size_t n, const sitr_hash_sink *sink, sitr_scan_room *room);

#endif
