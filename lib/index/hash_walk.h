/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One query on its way through the tables of an index.
 */
#ifndef SITR_HASH_WALK_H
#define SITR_HASH_WALK_H

#include "index/hash_plan.h"

/** Whom hashes within the radius are told. `code` is a copy. */
typedef struct sitr_hash_sink {
    void (*found)(void *arg, uint32_t query, uint32_t number,
                  const uint64_t code[4]);
    void *arg;
} sitr_hash_sink;

typedef struct sitr_hash_query {
    uint64_t word[4];
    uint32_t query; /* which, for the sink */
    uint32_t radius;
    sitr_hash_plan plan;
    /* How far the walk came before it was given up: this entry and all before
     * it, by table, number of bits, bits and number. */
    bool walked;
    uint32_t table, number;
    uint16_t flips;
} sitr_hash_query;

/* Tags compared in one go, and candidates whose hashes are asked for together. */
#define SITR_WALK_RUN      256
#define SITR_WALK_TOGETHER 128

/** Room that a walk needs, its contents of no matter. One for many walks: the
 * compiler fills what is large on a stack, and that takes as long as a search. */
typedef struct sitr_walk_room {
    uint32_t near[SITR_WALK_RUN];
    size_t entry[SITR_WALK_RUN + SITR_WALK_TOGETHER];
    uint8_t table[SITR_WALK_RUN + SITR_WALK_TOGETHER];
    uint32_t number[SITR_WALK_TOGETHER];
    uint64_t codes[SITR_WALK_TOGETHER][4];
} sitr_walk_room;

/** Tells all hashes within the radius, each once, by the plan. False where they
 * are so many that a scan of the rest costs less: hashes that are much alike. */
bool sitr_hash_walk(const sitr_index *index, sitr_hash_query *query,
                    const sitr_hash_sink *sink, sitr_walk_room *room);

/** Whether a walk that was given up had told this hash. */
bool sitr_hash_was_told(const sitr_hash_query *query, const uint64_t code[4],
                        uint32_t number);

#endif
