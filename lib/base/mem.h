/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory: blocks from the context's allocator, and the budget of one call.
 */
#ifndef SITR_MEM_H
#define SITR_MEM_H

#include <stdbool.h>

#include "base/ctx.h"

/** Zeroed memory from the context's allocator; NULL when there is none. The
 * block remembers its size: free it with sitr_free only. */
void *sitr_alloc(const sitr_ctx *ctx, size_t size);
/** The same, with anything in it: for what is large, and written once. */
void *sitr_alloc_unset(const sitr_ctx *ctx, size_t size);
/** Takes back what sitr_alloc gave; NULL is fine. The bytes are wiped first,
 * for they held a picture or its hash. */
void sitr_free(const sitr_ctx *ctx, void *block);

/** What one public call may still ask for, limits.max_memory at the start.
 * Decoders that allocate by themselves reserve an estimate instead. */
typedef struct sitr_budget {
    const sitr_ctx *ctx;
    uint64_t left;
    bool exceeded; /* a request was refused for the limit's sake */
} sitr_budget;

void sitr_budget_init(sitr_budget *budget, const sitr_ctx *ctx);
/** Takes `size` from the budget; SITR_ELIMIT where it is not there. */
sitr_status sitr_budget_take(sitr_budget *budget, uint64_t size);
void sitr_budget_give(sitr_budget *budget, uint64_t size);

/** sitr_alloc within the budget: SITR_ELIMIT or SITR_ENOMEM. */
sitr_status sitr_budget_alloc(sitr_budget *budget, size_t size, void **out);
/** The same, of bytes that are not set: for large ones that are written at once,
 * in all their parts. */
sitr_status sitr_budget_alloc_unset(sitr_budget *budget, size_t size,
                                    void **out);
void sitr_budget_free(sitr_budget *budget, void *block);

/** a * b, or false where it does not fit. */
static inline bool sitr_mul(size_t *out, size_t a, size_t b)
{
    return !__builtin_mul_overflow(a, b, out);
}

static inline bool sitr_add(size_t *out, size_t a, size_t b)
{
    return !__builtin_add_overflow(a, b, out);
}

#endif
