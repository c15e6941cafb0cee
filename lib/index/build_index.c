/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures one by one, then all of them arranged. */
#include <string.h>

#include "base/crc32c.h"
#include "index/index.h"
#include "index/tables.h"

/* What was added is kept in runs of so many: nothing is moved as it grows. */
#define RUN_PICTURES 1024
#define RUN_REGIONS  16384

typedef struct picture_run {
    struct picture_run *next;
    uint32_t n;
    sitr_index_picture pictures[RUN_PICTURES];
    uint64_t codes[RUN_PICTURES][4];
} picture_run;

typedef struct region_run {
    struct region_run *next;
    uint32_t n;
    sitr_keypoint points[RUN_REGIONS];
    sitr_descriptor descriptors[RUN_REGIONS];
} region_run;

_Static_assert(RUN_REGIONS >= SITR_MAX_QUERY_REGIONS, "a picture fits");

struct sitr_index_builder {
    const sitr_ctx *ctx;
    uint32_t n_pictures, n_regions;
    picture_run *pictures, *last_pictures;
    region_run *regions, *last_regions;
};

sitr_status sitr_index_builder_new(const sitr_ctx *ctx,
                                   sitr_index_builder **out)
{
    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx) return SITR_EINVAL;
    *out = sitr_alloc(ctx, sizeof **out);
    if (!*out) return SITR_ENOMEM;
    (*out)->ctx = ctx;
    return SITR_OK;
}

static void drop_pictures(sitr_index_builder *b)
{
    picture_run *const run = b->pictures;

    b->pictures = run->next;
    sitr_free(b->ctx, run);
}

static void drop_regions(sitr_index_builder *b)
{
    region_run *const run = b->regions;

    b->regions = run->next;
    sitr_free(b->ctx, run);
}

void sitr_index_builder_free(sitr_index_builder *builder)
{
    if (!builder) return;
    while (builder->pictures) drop_pictures(builder);
    while (builder->regions) drop_regions(builder);
    sitr_free(builder->ctx, builder);
}

/* ---- Adding --------------------------------------------------------------- */

/* The run that has room for one picture more; NULL without memory. */
static picture_run *room_for_picture(sitr_index_builder *b)
{
    picture_run *run = b->last_pictures;

    if (run && run->n < RUN_PICTURES) return run;
    run = sitr_alloc(b->ctx, sizeof *run);
    if (!run) return NULL;
    if (b->last_pictures)
        b->last_pictures->next = run;
    else
        b->pictures = run;
    return b->last_pictures = run;
}

/* The run that has room for `n` regions more: those of a picture are in one. */
static region_run *room_for_regions(sitr_index_builder *b, uint32_t n)
{
    region_run *run = b->last_regions;

    if (run && RUN_REGIONS - run->n >= n) return run;
    run = sitr_alloc(b->ctx, sizeof *run);
    if (!run) return NULL;
    if (b->last_regions)
        b->last_regions->next = run;
    else
        b->regions = run;
    return b->last_regions = run;
}

static void add_regions(region_run *run, const sitr_regions *r)
{
    memcpy(&run->points[run->n], r->points, r->n * sizeof *r->points);
    memcpy(&run->descriptors[run->n], r->descriptors,
           r->n * sizeof *r->descriptors);
    run->n += r->n;
}

sitr_status sitr_index_builder_add(sitr_index_builder *builder, uint64_t id,
                                   const sitr_signature *signature)
{
    const sitr_hash *hash;
    picture_run *pictures;
    region_run *regions;

    if (!builder || !signature) return SITR_EINVAL;
    const sitr_signature *const s = signature;

    if (builder->n_pictures >= INT32_MAX ||
        builder->n_regions > INT32_MAX - s->regions.n)
        return SITR_ELIMIT;
    pictures = room_for_picture(builder);
    regions = room_for_regions(builder, s->regions.n);
    if (!pictures || !regions) return SITR_ENOMEM;
    hash = sitr_signature_find(s, SITR_PDQ, SITR_UPRIGHT);
    pictures->pictures[pictures->n] = (sitr_index_picture){
        .id = id,
        .width = s->info.width,
        .height = s->info.height,
        .first = builder->n_regions,
        .flags = s->info.flags,
        .n_regions = (uint16_t)s->regions.n,
        .quality = (uint8_t)s->info.quality,
        .has_code = hash != NULL,
        .n_single = (uint16_t)s->regions.n_single,
        .n_distinctive = (uint16_t)s->regions.n_distinctive,
    };
    if (hash) memcpy(pictures->codes[pictures->n], hash->word, SITR_INDEX_CODE);
    pictures->n++;
    builder->n_pictures++;
    if (s->regions.n) add_regions(regions, &s->regions);
    builder->n_regions += s->regions.n;
    return SITR_OK;
}

/* ---- Arranging ------------------------------------------------------------ */

/* Each run goes as it is laid out: all is never there twice. */
static void lay_out_runs(sitr_index_builder *b, const sitr_index_layout *l,
                         uint8_t *data)
{
    uint8_t *picture = data + l->pictures, *code = data + l->codes;
    uint8_t *point = data + l->points, *descriptor = data + l->descriptors;

    for (; b->pictures; drop_pictures(b)) {
        const picture_run *const run = b->pictures;
        const size_t n = run->n;

        memcpy(picture, run->pictures, n * SITR_INDEX_PICTURE);
        memcpy(code, run->codes, n * SITR_INDEX_CODE);
        picture += n * SITR_INDEX_PICTURE;
        code += n * SITR_INDEX_CODE;
    }
    for (; b->regions; drop_regions(b)) {
        const region_run *const run = b->regions;
        const size_t n = run->n;

        memcpy(point, run->points, n * SITR_INDEX_POINT);
        memcpy(descriptor, run->descriptors, n * SITR_INDEX_DESCRIPTOR);
        point += n * SITR_INDEX_POINT;
        descriptor += n * SITR_INDEX_DESCRIPTOR;
    }
}

static void sum_pictures(const sitr_index_layout *l, uint8_t *data)
{
    sitr_index_picture *const p = (void *)(data + l->pictures);
    uint32_t sums[2];

    for (uint32_t i = 0; i < l->n_pictures; i++) {
        const size_t first = p[i].first, n = p[i].n_regions;

        sums[0] = sitr_crc32c(data + l->points + first * SITR_INDEX_POINT,
                              n * SITR_INDEX_POINT);
        sums[1] =
            sitr_crc32c(data + l->descriptors + first * SITR_INDEX_DESCRIPTOR,
                        n * SITR_INDEX_DESCRIPTOR);
        p[i].crc = sitr_crc32c(sums, sizeof sums);
    }
}

static sitr_status arrange(sitr_index_builder *b, sitr_index *index)
{
    sitr_index_layout *const l = &index->at;
    uint32_t crcs[SITR_INDEX_N_CRCS] = {0}, *buckets = NULL;
    uint8_t *data;

    if (!sitr_index_lay_out(b->n_pictures, b->n_regions, l)) return SITR_ELIMIT;
    index->owned = data = sitr_alloc(b->ctx, l->size);
    if (!data) return SITR_ENOMEM;
    index->data = data;
    lay_out_runs(b, l, data);
    if (l->n_regions) {
        buckets = sitr_alloc(b->ctx, (size_t)l->n_regions * sizeof *buckets);
        if (!buckets) return SITR_ENOMEM;
    }
    sum_pictures(l, data);
    for (uint32_t t = 0; t < SITR_N_TABLES && l->n_regions; t++)
        sitr_table_fill(l, data, t, buckets);
    sitr_free(b->ctx, buckets);
    for (uint32_t i = 0; i < SITR_INDEX_N_CRCS; i++)
        if (l->n_regions || i < SITR_INDEX_CRC_TABLES)
            crcs[i] = sitr_index_section_crc(l, data, i);
    sitr_index_put_head(l, crcs, data);
    return SITR_OK;
}

sitr_status sitr_index_builder_finish(sitr_index_builder *builder,
                                      sitr_index **out)
{
    sitr_status status = SITR_ENOMEM;
    sitr_index *index;

    if (out) *out = NULL;
    if (!builder || !out) {
        sitr_index_builder_free(builder);
        return SITR_EINVAL;
    }
    index = sitr_alloc(builder->ctx, sizeof *index);
    if (index) {
        index->ctx = builder->ctx;
        status = arrange(builder, index);
    }
    sitr_index_builder_free(builder);
    if (status)
        sitr_index_free(index);
    else
        *out = index;
    return status;
}
