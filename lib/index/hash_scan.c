/* SPDX-License-Identifier: Apache-2.0 */
/* All hashes, a block at a time. */
#include "index/hash_scan.h"

#define BLOCK SITR_SCAN_BLOCK

static void scan_block(const sitr_index *index, uint32_t from, uint32_t n,
                       const sitr_hash_query *q, const sitr_hash_sink *sink,
                       uint32_t *near)
{
    const uint64_t *const codes = sitr_index_codes(index, from);
    const size_t n_near =
        index->ctx->kernels.near256(near, q->word, codes, q->radius, n);

    for (size_t k = 0; k < n_near; k++) {
        uint64_t code[4];

        memcpy(code, codes + 4 * (size_t)near[k], sizeof code);
        if (!sitr_hash_was_told(q, code, from + near[k]))
            sink->found(sink->arg, q->query, from + near[k], code);
    }
}

void sitr_hash_scan(const sitr_index *index, const sitr_hash_query *queries,
                    size_t n, const sitr_hash_sink *sink, sitr_scan_room *room)
{
    const uint32_t n_codes = sitr_index_n_codes(&index->at);

    for (uint32_t from = 0; from < n_codes && n; from += BLOCK) {
        const uint32_t left = n_codes - from;

        for (size_t i = 0; i < n; i++)
            scan_block(index, from, left < BLOCK ? left : BLOCK, &queries[i],
                       sink, room->near);
    }
}
