/* SPDX-License-Identifier: Apache-2.0 */
/* One index of several: each entry goes to a builder, as it had come. */
#include <string.h>

#include "base/sort.h"
#include "index/id_list.h"
#include "index/index.h"

/* Hashes without a picture that are added together. */
#define TOGETHER 256

typedef struct merge {
    sitr_index_builder *builder;
    sitr_id_list removed;    /* as they are in the new one */
    uint64_t offset;         /* to the ids of the index at hand */
    sitr_index_entry *entry; /* room for one */
    uint64_t ids[TOGETHER];
    sitr_hash hashes[TOGETHER];
    size_t n;
} merge;

static int compare(const void *left, const void *right)
{
    const uint64_t *const a = left, *const b = right;

    return *a < *b ? -1 : *a > *b;
}

static sitr_status add_picture(merge *m, const sitr_index *index, uint32_t i)
{
    sitr_index_picture p;
    uint64_t id;

    sitr_index_read_picture(index, i, &p);
    if (sitr_id_list_has(&m->removed, p.id + m->offset)) return SITR_OK;
    sitr_index_get(index, i, m->entry, &id);
    /* what is damaged is left out: here that would be for ever */
    if (m->entry->signature.regions.n != p.n_regions) return SITR_ECORRUPT;
    return sitr_index_builder_add(m->builder, id + m->offset,
                                  &m->entry->signature);
}

static sitr_status add_waiting(merge *m)
{
    const size_t n = m->n;

    m->n = 0;
    return sitr_index_builder_add_hashes(m->builder, m->ids, m->hashes, n);
}

static sitr_status add_hash(merge *m, const sitr_index *index, uint32_t i,
                            uint32_t *checked)
{
    const uint32_t number = index->at.n_pictures + i;
    sitr_hash *const h = &m->hashes[m->n];

    if (!sitr_index_is_whole(index, i, checked)) return SITR_ECORRUPT;
    m->ids[m->n] = sitr_index_id(index, number) + m->offset;
    if (sitr_id_list_has(&m->removed, m->ids[m->n])) return SITR_OK;
    *h = (sitr_hash){.algo = SITR_PDQ, .bits = 256};
    h->quality = index->data[index->at.qualities + i];
    memcpy(h->word, sitr_index_codes(index, number), sizeof h->word);
    if (h->quality > 100) return SITR_ECORRUPT;
    return ++m->n == TOGETHER ? add_waiting(m) : SITR_OK;
}

static sitr_status add_index(merge *m, const sitr_index *index)
{
    sitr_status status = SITR_OK;
    uint32_t checked = UINT32_MAX;

    for (uint32_t i = 0; i < index->at.n_pictures && !status; i++)
        status = add_picture(m, index, i);
    for (uint32_t i = 0; i < index->at.n_hashes && !status; i++)
        status = add_hash(m, index, i, &checked);
    return status ? status : add_waiting(m);
}

static sitr_status add_all(merge *m, const sitr_index *const *indexes, size_t n,
                           const uint64_t *offsets, sitr_index **out)
{
    sitr_status status = SITR_OK;

    for (size_t i = 0; i < n && !status; i++) {
        m->offset = offsets ? offsets[i] : 0;
        status = add_index(m, indexes[i]);
    }
    if (status) {
        sitr_index_builder_free(m->builder);
        return status;
    }
    return sitr_index_builder_finish(m->builder, out);
}

sitr_status sitr_index_merge(const sitr_ctx *ctx,
                             const sitr_index *const *indexes, size_t n_indexes,
                             const uint64_t *offsets, const uint64_t *removed,
                             size_t n_removed, sitr_index **out)
{
    sitr_status status = SITR_ENOMEM;
    uint64_t *sorted;
    size_t size;
    merge *m;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx || (!indexes && n_indexes) || (!removed && n_removed))
        return SITR_EINVAL;
    for (size_t i = 0; i < n_indexes; i++)
        if (!indexes[i]) return SITR_EINVAL;
    if (!sitr_mul(&size, n_removed, sizeof *removed)) return SITR_EINVAL;
    m = sitr_alloc(ctx, sizeof *m);
    sorted = sitr_alloc(ctx, size);
    if (m) m->entry = sitr_alloc(ctx, sizeof *m->entry);
    if (m && sorted && m->entry) {
        if (n_removed) memcpy(sorted, removed, size);
        sitr_sort(sorted, n_removed, sizeof *sorted, compare);
        m->removed = (sitr_id_list){sorted, n_removed};
        status = sitr_index_builder_new(ctx, &m->builder);
        if (!status) status = add_all(m, indexes, n_indexes, offsets, out);
    }
    if (m) sitr_free(ctx, m->entry);
    sitr_free(ctx, sorted);
    sitr_free(ctx, m);
    return status;
}
