/* SPDX-License-Identifier: Apache-2.0 */
/* From three numbers to the places of everything, and the head that holds them. */
#include "index/layout.h"

#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/mem.h"

#define VERSION 2

static const uint8_t magic[5] = {'S', 'I', 'T', 'R', 'I'};

/* Where the checksums are, and that of the head itself. */
#define CRCS_AT     24
#define N_HASHES_AT 116
#define TABLES_AT   120
#define HEAD_CRC_AT (SITR_INDEX_HEAD - 4)

_Static_assert(CRCS_AT + 4 * SITR_INDEX_N_CRCS <= N_HASHES_AT, "the head");

/* Appends a section of n times `each` bytes. */
static bool append(sitr_index_layout *l, size_t n, size_t each, size_t *at)
{
    size_t size;

    *at = l->size;
    return sitr_mul(&size, n, each) && sitr_add(&l->size, l->size, size) &&
           sitr_add(&size, l->size, SITR_INDEX_ALIGN - 1) &&
           (l->size = size / SITR_INDEX_ALIGN * SITR_INDEX_ALIGN, true);
}

static bool append_region_tables(sitr_index_layout *l)
{
    const size_t heads = ((size_t)1 << l->sizes.bucket_bits) + 1;

    l->tables = l->size;
    for (uint32_t t = 0; t < SITR_N_TABLES && l->n_regions; t++) {
        size_t at;

        if (!append(l, heads + l->n_regions, 4, &at)) return false;
        if (t == 0) l->table_size = l->size - at;
    }
    return true;
}

static bool append_hash_tables(sitr_index_layout *l)
{
    const size_t tables = l->has_hash_tables ? SITR_HASH_PARTS : 0;
    size_t entries;

    return sitr_mul(&entries, sitr_index_n_codes(l), tables) &&
           append(l, tables * (SITR_HASH_BUCKETS + 1), 4, &l->hash_heads) &&
           append(l, entries, 2, &l->hash_tags) &&
           append(l, entries, 4, &l->hash_numbers);
}

bool sitr_index_lay_out(uint32_t n_pictures, uint32_t n_hashes,
                        uint32_t n_regions, sitr_index_layout *out)
{
    sitr_index_layout *const l = out;

    /* an entry has a bit left, at least, beside the number */
    if (n_pictures > INT32_MAX || n_hashes > INT32_MAX - n_pictures ||
        n_regions > INT32_MAX)
        return false;
    *l = (sitr_index_layout){.n_pictures = n_pictures,
                             .n_regions = n_regions,
                             .n_hashes = n_hashes,
                             .sizes = sitr_key_sizes_for(n_regions),
                             .size = SITR_INDEX_HEAD};
    l->has_hash_tables = sitr_index_n_codes(l) >= SITR_HASH_TABLES_FROM;
    return append(l, n_pictures, SITR_INDEX_PICTURE, &l->pictures) &&
           append(l, sitr_index_n_codes(l), SITR_INDEX_CODE, &l->codes) &&
           append(l, n_regions, SITR_INDEX_POINT, &l->points) &&
           append(l, n_regions, SITR_INDEX_DESCRIPTOR, &l->descriptors) &&
           append_region_tables(l) && append(l, n_hashes, 8, &l->ids) &&
           append(l, n_hashes, 1, &l->qualities) &&
           append(l, sitr_index_n_blocks(l), 4, &l->sums) &&
           append_hash_tables(l);
}

uint32_t sitr_index_section_crc(const sitr_index_layout *l, const uint8_t *data,
                                uint32_t section)
{
    if (section == SITR_INDEX_CRC_PICTURES)
        return sitr_crc32c(data + l->pictures,
                           (size_t)l->n_pictures * SITR_INDEX_PICTURE);
    if (section == SITR_INDEX_CRC_CODES)
        return sitr_crc32c(data + l->codes,
                           (size_t)l->n_pictures * SITR_INDEX_CODE);
    if (section == SITR_INDEX_CRC_SUMS)
        return sitr_crc32c(data + l->sums, l->hash_heads - l->sums);
    if (section == SITR_INDEX_CRC_HASH_HEADS)
        return sitr_crc32c(data + l->hash_heads, l->hash_tags - l->hash_heads);
    if (section == SITR_INDEX_CRC_HASH_ENTRIES)
        return sitr_crc32c(data + l->hash_tags, l->size - l->hash_tags);
    return sitr_crc32c(data +
                           sitr_index_heads(l, section - SITR_INDEX_CRC_TABLES),
                       l->table_size);
}

uint32_t sitr_index_block_crc(const sitr_index_layout *l, const uint8_t *data,
                              uint32_t block)
{
    const size_t first = (size_t)block * SITR_HASH_BLOCK;
    const size_t left = l->n_hashes - first;
    const size_t n = left < SITR_HASH_BLOCK ? left : SITR_HASH_BLOCK;
    const uint32_t sums[3] = {
        sitr_crc32c(data + l->codes + (l->n_pictures + first) * SITR_INDEX_CODE,
                    n * SITR_INDEX_CODE),
        sitr_crc32c(data + l->ids + first * 8, n * 8),
        sitr_crc32c(data + l->qualities + first, n)};

    return sitr_crc32c(sums, sizeof sums);
}

void sitr_index_put_head(const sitr_index_layout *l,
                         const uint32_t crcs[SITR_INDEX_N_CRCS], uint8_t *p)
{
    memset(p, 0, SITR_INDEX_HEAD);
    memcpy(p, magic, sizeof magic);
    p[5] = VERSION;
    sitr_put_le(p + 8, l->n_pictures, 4);
    sitr_put_le(p + 12, l->n_regions, 4);
    sitr_put_le(p + 16, l->size, 8);
    sitr_put_le(p + N_HASHES_AT, l->n_hashes, 4);
    sitr_put_le(p + TABLES_AT, l->has_hash_tables, 4);
    for (uint32_t i = 0; i < SITR_INDEX_N_CRCS; i++)
        sitr_put_le(p + CRCS_AT + 4 * i, crcs[i], 4);
    sitr_put_le(p + HEAD_CRC_AT, sitr_crc32c(p, HEAD_CRC_AT), 4);
}

sitr_status sitr_index_get_head(const uint8_t *data, size_t size,
                                sitr_index_layout *out,
                                uint32_t crcs[SITR_INDEX_N_CRCS])
{
    uint8_t head[SITR_INDEX_HEAD], again[SITR_INDEX_HEAD];
    sitr_bytes b = {.data = head, .size = sizeof head, .at = 8};

    if (size < sizeof magic + 1 || memcmp(data, magic, sizeof magic) != 0)
        return SITR_EFORMAT;
    if (data[5] > VERSION) return SITR_EVERSION;
    if (size < sizeof head) return SITR_ETRUNCATED;
    memcpy(head, data, sizeof head);
    const uint32_t n_pictures = (uint32_t)sitr_bytes_le(&b, 4);
    const uint32_t n_regions = (uint32_t)sitr_bytes_le(&b, 4);

    b.at = CRCS_AT;
    for (uint32_t i = 0; i < SITR_INDEX_N_CRCS; i++)
        crcs[i] = (uint32_t)sitr_bytes_le(&b, 4);
    b.at = N_HASHES_AT;
    const uint32_t n_hashes = (uint32_t)sitr_bytes_le(&b, 4);

    if (!sitr_index_lay_out(n_pictures, n_hashes, n_regions, out))
        return SITR_ELIMIT;
    /* it is what we would have written */
    sitr_index_put_head(out, crcs, again);
    if (memcmp(head, again, sizeof head) != 0) return SITR_ECORRUPT;
    if (size < out->size) return SITR_ETRUNCATED;
    return size == out->size ? SITR_OK : SITR_ECORRUPT;
}
