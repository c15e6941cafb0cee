/* SPDX-License-Identifier: Apache-2.0 */
/* An index from bytes, to bytes, and what it says of a picture. */
#include "index/index.h"

#include <string.h>

#include "base/crc32c.h"

void sitr_index_free(sitr_index *index)
{
    if (!index) return;
    const sitr_ctx *const ctx = index->ctx;

    sitr_free(ctx, index->owned);
    sitr_file_unmap(&index->file);
    sitr_free(ctx, index);
}

uint64_t sitr_index_count(const sitr_index *index)
{
    return index ? sitr_index_n_codes(&index->at) : 0;
}

/* ---- From bytes ----------------------------------------------------------- */

static bool is_little_endian(void)
{
    const uint16_t one = 1;
    uint8_t first;

    memcpy(&first, &one, 1);
    return first == 1;
}

void sitr_index_read_picture(const sitr_index *index, uint32_t i,
                             sitr_index_picture *out)
{
    memcpy(out,
           index->data + index->at.pictures + (size_t)i * SITR_INDEX_PICTURE,
           sizeof *out);
}

static uint32_t read_sum(const sitr_index *index, uint32_t block)
{
    uint32_t sum;

    memcpy(&sum, index->data + index->at.sums + (size_t)block * 4, sizeof sum);
    return sum;
}

static const sitr_index_picture nothing;

static bool is_picture(const sitr_index_picture *p, uint64_t first)
{
    return p->first == first && p->n_regions <= SITR_MAX_QUERY_REGIONS &&
           p->quality <= 100 && p->has_code <= 1 && !p->width == !p->height &&
           (p->width || !p->n_regions) && p->n_single <= p->n_regions &&
           p->n_distinctive <= p->n_single &&
           !memcmp(p->reserved, nothing.reserved, sizeof p->reserved);
}

/* Each picture's regions follow those of the one before. */
static bool pictures_add_up(const sitr_index *index)
{
    uint64_t first = 0;

    for (uint32_t i = 0; i < index->at.n_pictures; i++) {
        sitr_index_picture p;

        sitr_index_read_picture(index, i, &p);
        if (!is_picture(&p, first)) return false;
        first += p.n_regions;
    }
    return first == index->at.n_regions;
}

/* What all answers hang on is read at once: the head, the pictures and their
 * hashes, the checksums of bare hashes and the heads of their tables. Regions are
 * checked when their picture is a candidate, bare hashes when they are found, and
 * of the tables every number is held to its bounds when it is read. */
static const uint32_t checked_at_once[] = {
    SITR_INDEX_CRC_PICTURES, SITR_INDEX_CRC_CODES, SITR_INDEX_CRC_SUMS,
    SITR_INDEX_CRC_HASH_HEADS};

static sitr_status open_data(sitr_index *index, const uint8_t *data,
                             size_t size)
{
    uint32_t crcs[SITR_INDEX_N_CRCS];
    const sitr_status status =
        sitr_index_get_head(data, size, &index->at, crcs);

    if (status) return status;
    index->data = data;
    for (size_t i = 0; i < sizeof checked_at_once / sizeof(uint32_t); i++) {
        const uint32_t section = checked_at_once[i];

        if (sitr_index_section_crc(&index->at, data, section) != crcs[section])
            return SITR_ECORRUPT;
    }
    return pictures_add_up(index) ? SITR_OK : SITR_ECORRUPT;
}

sitr_status sitr_index_view(const sitr_ctx *ctx, const void *data, size_t size,
                            sitr_index **out)
{
    sitr_status status;
    sitr_index *index;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx || (!data && size) || (uintptr_t)data % 8) return SITR_EINVAL;
    if (!is_little_endian()) return SITR_EUNSUPPORTED;
    if (!data) return SITR_EFORMAT;
    index = sitr_alloc(ctx, sizeof *index);
    if (!index) return SITR_ENOMEM;
    index->ctx = ctx;
    status = open_data(index, data, size);
    if (status)
        sitr_index_free(index);
    else
        *out = index;
    return status;
}

sitr_status sitr_index_load(const sitr_ctx *ctx, const char *path,
                            sitr_index **out)
{
    sitr_mapping file;
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx || !path) return SITR_EINVAL;
    status = sitr_file_map(ctx, path, &file);
    if (status) return status;
    status = sitr_index_view(ctx, file.data, file.size, out);
    if (status)
        sitr_file_unmap(&file);
    else
        (*out)->file = file;
    return status;
}

const void *sitr_index_bytes(const sitr_index *index, size_t *size)
{
    const bool is_there = index && is_little_endian();

    if (size) *size = is_there ? index->at.size : 0;
    return is_there ? index->data : NULL;
}

sitr_status sitr_index_save(const sitr_index *index, const char *path)
{
    if (!index || !path) return SITR_EINVAL;
    if (!is_little_endian()) return SITR_EUNSUPPORTED;
    return sitr_file_replace(index->ctx, path, index->data, index->at.size);
}

/* ---- Checked -------------------------------------------------------------- */

static bool copy_regions(const sitr_index *index, const sitr_index_picture *p,
                         sitr_index_entry *out)
{
    const size_t points = p->n_regions * sizeof *out->points;
    const size_t descriptors = p->n_regions * sizeof *out->descriptors;
    uint32_t sums[2];

    memcpy(out->points,
           index->data + index->at.points + (size_t)p->first * SITR_INDEX_POINT,
           points);
    memcpy(out->descriptors,
           index->data + index->at.descriptors +
               (size_t)p->first * SITR_INDEX_DESCRIPTOR,
           descriptors);
    sums[0] = sitr_crc32c(out->points, points);
    sums[1] = sitr_crc32c(out->descriptors, descriptors);
    if (sitr_crc32c(sums, sizeof sums) != p->crc) return false;
    for (uint32_t i = 0; i < p->n_regions; i++)
        if (out->points[i].x > SITR_REGION_UNIT ||
            out->points[i].y > SITR_REGION_UNIT)
            return false;
    return true;
}

sitr_status sitr_index_check(const sitr_index *index)
{
    uint32_t crcs[SITR_INDEX_N_CRCS];
    sitr_index_layout l;
    sitr_status status;

    if (!index) return SITR_EINVAL;
    status = sitr_index_get_head(index->data, index->at.size, &l, crcs);
    if (status) return status;
    for (uint32_t i = 0; i < SITR_INDEX_N_CRCS; i++)
        if (sitr_index_section_crc(&l, index->data, i) != crcs[i])
            return SITR_ECORRUPT;
    for (uint32_t i = 0; i < sitr_index_n_blocks(&l); i++)
        if (sitr_index_block_crc(&l, index->data, i) != read_sum(index, i))
            return SITR_ECORRUPT;

    sitr_index_entry *const room = sitr_alloc(index->ctx, sizeof *room);

    if (!room) return SITR_ENOMEM;
    for (uint32_t i = 0; i < l.n_pictures && !status; i++) {
        sitr_index_picture p;

        sitr_index_read_picture(index, i, &p);
        if (!copy_regions(index, &p, room)) status = SITR_ECORRUPT;
    }
    sitr_free(index->ctx, room);
    return status;
}

/* ---- One of all ----------------------------------------------------------- */

const uint64_t *sitr_index_codes(const sitr_index *index, uint32_t from)
{
    return (const void *)(index->data + index->at.codes +
                          (size_t)from * SITR_INDEX_CODE);
}

uint64_t sitr_index_id(const sitr_index *index, uint32_t number)
{
    const uint32_t n = index->at.n_pictures;
    uint64_t id;

    if (number < n) {
        sitr_index_picture p;

        sitr_index_read_picture(index, number, &p);
        return p.id;
    }
    memcpy(&id, index->data + index->at.ids + (size_t)(number - n) * 8,
           sizeof id);
    return id;
}

bool sitr_index_is_whole(const sitr_index *index, uint32_t i, uint32_t *checked)
{
    const uint32_t block = i / SITR_HASH_BLOCK;

    if (index->owned || block == *checked) return true;
    if (sitr_index_block_crc(&index->at, index->data, block) !=
        read_sum(index, block)) {
        sitr_log(index->ctx, SITR_LOG_WARNING,
                 "index: of the hashes from %lu on some are damaged",
                 (unsigned long)block * SITR_HASH_BLOCK);
        return false;
    }
    *checked = block;
    return true;
}

static void get_hash(const sitr_index *index, uint32_t i, sitr_signature *s)
{
    sitr_hash hash = {.algo = SITR_PDQ, .bits = 256};
    uint32_t checked = UINT32_MAX;

    if (!sitr_index_is_whole(index, i, &checked)) return;
    memcpy(hash.word, sitr_index_codes(index, index->at.n_pictures + i),
           sizeof hash.word);
    hash.quality = index->data[index->at.qualities + i];
    if (hash.quality > 100) return;
    sitr_signature_set_hash(s, &hash);
}

void sitr_index_get(const sitr_index *index, uint32_t i, sitr_index_entry *out,
                    uint64_t *id)
{
    sitr_signature *const s = &out->signature;
    sitr_index_picture p;

    *id = sitr_index_id(index, i);
    if (i >= index->at.n_pictures) {
        *s = (sitr_signature){.ctx = index->ctx};
        get_hash(index, i - index->at.n_pictures, s);
        return;
    }
    sitr_index_read_picture(index, i, &p);
    *s = (sitr_signature){
        .ctx = index->ctx,
        .info = {.width = p.width,
                 .height = p.height,
                 .frames = 1,
                 .quality = p.quality,
                 .flags = p.flags},
    };
    if (p.has_code == 1) {
        sitr_hash hash = {.algo = SITR_PDQ, .bits = 256, .quality = p.quality};

        memcpy(hash.word, sitr_index_codes(index, i), sizeof hash.word);
        sitr_signature_add(s, &hash);
    }
    /* it had been checked, but a mapped file is not ours alone */
    if (!p.n_regions || p.n_regions > SITR_MAX_QUERY_REGIONS || !p.width ||
        !p.height || p.n_single > p.n_regions || p.n_distinctive > p.n_single ||
        (uint64_t)p.first + p.n_regions > index->at.n_regions)
        return;
    if (!copy_regions(index, &p, out)) {
        sitr_log(index->ctx, SITR_LOG_WARNING,
                 "index: the regions of picture %lu are damaged",
                 (unsigned long)i);
        return;
    }
    s->info.keypoints = p.n_regions;
    s->regions = (sitr_regions){.n = p.n_regions,
                                .n_distinctive = p.n_distinctive,
                                .n_single = p.n_single,
                                .points = out->points,
                                .descriptors = out->descriptors};
}
