/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures one by one, then all of them arranged. */
#include <string.h>

#include "index/derive.h"
#include "index/index.h"

/* What was added is kept in runs of so many: nothing is moved as it grows. */
#define RUN_PICTURES 1024
#define RUN_REGIONS  16384
#define RUN_HASHES   16384

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

typedef struct hash_run {
    struct hash_run *next;
    uint32_t n;
    uint64_t ids[RUN_HASHES];
    uint64_t codes[RUN_HASHES][4];
    uint8_t qualities[RUN_HASHES];
} hash_run;

_Static_assert(RUN_REGIONS >= SITR_MAX_QUERY_REGIONS, "a picture fits");

struct sitr_index_builder {
    const sitr_ctx *ctx;
    uint32_t n_pictures, n_regions, n_hashes;
    picture_run *pictures, *last_pictures;
    region_run *regions, *last_regions;
    hash_run *hashes, *last_hashes; /* the last that has any; others may follow,
                                     * empty */
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

static void drop_hashes(sitr_index_builder *b)
{
    hash_run *const run = b->hashes;

    b->hashes = run->next;
    sitr_free(b->ctx, run);
}

void sitr_index_builder_free(sitr_index_builder *builder)
{
    if (!builder) return;
    while (builder->hashes) drop_hashes(builder);
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

    if (builder->n_pictures + builder->n_hashes >= INT32_MAX ||
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

/* Runs that have room for `n` hashes more. */
static sitr_status make_room(sitr_index_builder *b, size_t n)
{
    hash_run **next = &b->hashes;
    size_t room = 0;

    if (b->last_hashes) {
        room = RUN_HASHES - b->last_hashes->n;
        next = &b->last_hashes->next;
    }
    for (; room < n; room += RUN_HASHES, next = &(*next)->next) {
        if (!*next) *next = sitr_alloc(b->ctx, sizeof **next);
        if (!*next) return SITR_ENOMEM;
    }
    return SITR_OK;
}

static void add_hash(sitr_index_builder *b, uint64_t id, const sitr_hash *hash)
{
    hash_run *run = b->last_hashes;

    if (!run || run->n == RUN_HASHES) run = run ? run->next : b->hashes;
    b->last_hashes = run;
    run->ids[run->n] = id;
    run->qualities[run->n] = hash->quality;
    memcpy(run->codes[run->n++], hash->word, SITR_INDEX_CODE);
}

sitr_status sitr_index_builder_add_hashes(sitr_index_builder *builder,
                                          const uint64_t *ids,
                                          const sitr_hash *hashes, size_t n)
{
    sitr_status status;

    if (!builder || (n && (!ids || !hashes))) return SITR_EINVAL;
    for (size_t i = 0; i < n; i++)
        if (hashes[i].algo != SITR_PDQ || hashes[i].bits != 256 ||
            hashes[i].quality > 100 || hashes[i].turn != SITR_UPRIGHT)
            return SITR_EINVAL;
    if (n > INT32_MAX - builder->n_pictures - builder->n_hashes)
        return SITR_ELIMIT;
    status = make_room(builder, n);
    if (status) return status;
    for (size_t i = 0; i < n; i++) add_hash(builder, ids[i], &hashes[i]);
    builder->n_hashes += (uint32_t)n;
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

static void lay_out_hashes(sitr_index_builder *b, const sitr_index_layout *l,
                           uint8_t *data)
{
    uint8_t *id = data + l->ids, *quality = data + l->qualities;
    uint8_t *code = data + l->codes + (size_t)l->n_pictures * SITR_INDEX_CODE;

    for (; b->hashes; drop_hashes(b)) {
        const hash_run *const run = b->hashes;
        const size_t n = run->n;

        memcpy(id, run->ids, n * sizeof *run->ids);
        memcpy(quality, run->qualities, n);
        memcpy(code, run->codes, n * SITR_INDEX_CODE);
        id += n * sizeof *run->ids;
        quality += n;
        code += n * SITR_INDEX_CODE;
    }
}

/* What follows the used bytes of a section, up to the next. */
static void zero_after(uint8_t *data, size_t at, size_t size, size_t next)
{
    memset(data + at + size, 0, next - at - size);
}

/* Between the sections; tables see to themselves. */
static void zero_padding(const sitr_index_layout *l, uint8_t *data)
{
    const size_t codes = sitr_index_n_codes(l), regions = l->n_regions;
    const size_t tables = l->has_hash_tables ? SITR_HASH_PARTS : 0;

    zero_after(data, l->pictures, l->n_pictures * (size_t)SITR_INDEX_PICTURE,
               l->codes);
    zero_after(data, l->codes, codes * SITR_INDEX_CODE, l->points);
    zero_after(data, l->points, regions * SITR_INDEX_POINT, l->descriptors);
    zero_after(data, l->descriptors, regions * SITR_INDEX_DESCRIPTOR,
               l->tables);
    zero_after(data, l->ids, l->n_hashes * (size_t)8, l->qualities);
    zero_after(data, l->qualities, l->n_hashes, l->sums);
    zero_after(data, l->sums, sitr_index_n_blocks(l) * (size_t)4,
               l->hash_heads);
    zero_after(data, l->hash_heads, tables * (SITR_HASH_BUCKETS + 1) * 4,
               l->hash_tags);
    zero_after(data, l->hash_tags, tables * codes * 2, l->hash_numbers);
    zero_after(data, l->hash_numbers, tables * codes * 4, l->size);
}

static sitr_status arrange(sitr_index_builder *b, sitr_index *index)
{
    sitr_index_layout *const l = &index->at;
    uint8_t *data;

    if (!sitr_index_lay_out(b->n_pictures, b->n_hashes, b->n_regions, l))
        return SITR_ELIMIT;
    /* not all at once: what was added goes meanwhile */
    index->owned = data = sitr_alloc_unset(b->ctx, l->size);
    if (!data) return SITR_ENOMEM;
    index->data = data;
    memset(data, 0, l->pictures);
    lay_out_runs(b, l, data);
    lay_out_hashes(b, l, data);
    zero_padding(l, data);
    return sitr_index_derive(b->ctx, l, data);
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
