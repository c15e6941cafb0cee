/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that knows its size and is wiped when it goes. */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* In front of every block, as large as the strictest alignment in C. */
typedef union header {
    size_t size; /* of the whole, header included */
    max_align_t align;
} header;

void *sitr_alloc_unset(const sitr_ctx *ctx, size_t size)
{
    header *h;

    if (!sitr_add(&size, size, sizeof *h)) return NULL;
    h = ctx->allocator.resize(ctx->allocator.cookie, NULL, 0, size);
    if (!h) return NULL;
    *h = (header){.size = size};
    return h + 1;
}

void *sitr_alloc(const sitr_ctx *ctx, size_t size)
{
    void *block = sitr_alloc_unset(ctx, size);

    return block ? memset(block, 0, size) : NULL;
}

void sitr_free(const sitr_ctx *ctx, void *block)
{
    header *h;
    size_t size;

    if (!block) return;
    h = (header *)block - 1;
    size = h->size;
    memset(h, 0, size);
    __asm__ __volatile__("" : : "r"(h) : "memory"); /* or it would go */
    ctx->allocator.resize(ctx->allocator.cookie, h, size, 0);
}

void sitr_budget_init(sitr_budget *budget, const sitr_ctx *ctx)
{
    *budget = (sitr_budget){.ctx = ctx, .left = ctx->limits.max_memory};
}

sitr_status sitr_budget_take(sitr_budget *budget, uint64_t size)
{
    if (size > budget->left) {
        budget->exceeded = true;
        return SITR_ELIMIT;
    }
    budget->left -= size;
    return SITR_OK;
}

void sitr_budget_give(sitr_budget *budget, uint64_t size)
{
    budget->left += size;
}

sitr_status sitr_budget_alloc_unset(sitr_budget *budget, size_t size,
                                    void **out)
{
    size_t whole;
    sitr_status status;

    *out = NULL;
    if (!sitr_add(&whole, size, sizeof(header))) return SITR_ENOMEM;
    status = sitr_budget_take(budget, whole);
    if (status) return status;
    *out = sitr_alloc_unset(budget->ctx, size);
    if (!*out) {
        sitr_budget_give(budget, whole);
        return SITR_ENOMEM;
    }
    return SITR_OK;
}

sitr_status sitr_budget_alloc(sitr_budget *budget, size_t size, void **out)
{
    const sitr_status status = sitr_budget_alloc_unset(budget, size, out);

    if (!status) memset(*out, 0, size);
    return status;
}

void sitr_budget_free(sitr_budget *budget, void *block)
{
    if (!block) return;
    sitr_budget_give(budget, ((header *)block - 1)->size);
    sitr_free(budget->ctx, block);
}
