/* SPDX-License-Identifier: Apache-2.0 */
/* In three steps, each of tasks that write to places of their own. */
#include "index/derive.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/mem.h"
#include "index/hash_tables.h"
#include "index/index.h"
#include "index/tables.h"

/* Checksums that are made by one task: some milliseconds of work. */
#define PICTURES_IN_TASK 1024
#define BLOCKS_IN_TASK   65536

#define N_FILLED (SITR_N_TABLES + SITR_HASH_PARTS)

typedef struct derivation {
    const sitr_ctx *ctx;
    const sitr_index_layout *l;
    uint8_t *data;
    sitr_status filled[N_FILLED]; /* a table each */
    uint32_t crcs[SITR_INDEX_N_CRCS];
} derivation;

static size_t n_tasks(uint32_t n, uint32_t in_task)
{
    return (n + (size_t)in_task - 1) / in_task;
}

/* ---- Checksums of pictures and of hashes ---------------------------------- */

static void sum_picture(const sitr_index_layout *l, uint8_t *data, size_t i)
{
    sitr_index_picture *const p =
        (sitr_index_picture *)(void *)(data + l->pictures) + i;
    const size_t first = p->first, n = p->n_regions;
    const uint32_t sums[2] = {
        sitr_crc32c(data + l->points + first * SITR_INDEX_POINT,
                    n * SITR_INDEX_POINT),
        sitr_crc32c(data + l->descriptors + first * SITR_INDEX_DESCRIPTOR,
                    n * SITR_INDEX_DESCRIPTOR)};

    p->crc = sitr_crc32c(sums, sizeof sums);
}

static void sum_pictures(void *arg, size_t task)
{
    const derivation *const d = arg;
    const size_t first = task * PICTURES_IN_TASK, n = d->l->n_pictures;

    for (size_t i = first; i < n && i < first + PICTURES_IN_TASK; i++)
        sum_picture(d->l, d->data, i);
}

static void sum_blocks(void *arg, size_t task)
{
    const derivation *const d = arg;
    const size_t first = task * BLOCKS_IN_TASK, n = sitr_index_n_blocks(d->l);

    for (size_t i = first; i < n && i < first + BLOCKS_IN_TASK; i++) {
        const uint32_t sum = sitr_index_block_crc(d->l, d->data, (uint32_t)i);

        memcpy(d->data + d->l->sums + i * 4, &sum, sizeof sum);
    }
}

/* ---- Tables --------------------------------------------------------------- */

static sitr_status fill_region_table(const derivation *d, uint32_t t)
{
    uint32_t *buckets;

    if (!d->l->n_regions) return SITR_OK;
    buckets = sitr_alloc_unset(d->ctx, d->l->n_regions * sizeof *buckets);
    if (!buckets) return SITR_ENOMEM;
    sitr_table_fill(d->l, d->data, t, buckets);
    sitr_free(d->ctx, buckets);
    return SITR_OK;
}

static sitr_status fill_hash_table(const derivation *d, uint32_t t)
{
    uint32_t *ends;

    if (!d->l->has_hash_tables) return SITR_OK;
    ends = sitr_alloc_unset(d->ctx, SITR_HASH_BUCKETS * sizeof *ends);
    if (!ends) return SITR_ENOMEM;
    sitr_hash_table_fill(d->l, d->data, t, ends);
    sitr_free(d->ctx, ends);
    return SITR_OK;
}

static void fill_table(void *arg, size_t task)
{
    derivation *const d = arg;
    const uint32_t t = (uint32_t)task;

    d->filled[t] = t < SITR_N_TABLES ? fill_region_table(d, t)
                                     : fill_hash_table(d, t - SITR_N_TABLES);
}

/* ---- All ------------------------------------------------------------------ */

static void sum_section(void *arg, size_t task)
{
    derivation *const d = arg;

    d->crcs[task] = sitr_index_section_crc(d->l, d->data, (uint32_t)task);
}

sitr_status sitr_index_derive(const sitr_ctx *ctx, const sitr_index_layout *l,
                              uint8_t *data)
{
    derivation d = {.ctx = ctx, .l = l, .data = data};

    sitr_parallel(ctx, sum_pictures, &d,
                  n_tasks(l->n_pictures, PICTURES_IN_TASK));
    sitr_parallel(ctx, sum_blocks, &d,
                  n_tasks(sitr_index_n_blocks(l), BLOCKS_IN_TASK));
    sitr_parallel(ctx, fill_table, &d, N_FILLED);
    for (size_t t = 0; t < N_FILLED; t++)
        if (d.filled[t]) return d.filled[t];
    sitr_parallel(ctx, sum_section, &d, SITR_INDEX_N_CRCS);
    sitr_index_put_head(l, d.crcs, data);
    return SITR_OK;
}
