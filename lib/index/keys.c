/* SPDX-License-Identifier: Apache-2.0 */
/* Which bits, and how many. */
#include "index/keys.h"

#include "index/key_tables.h"

/* Descriptors to a bucket, were they spread evenly: 2^3. They are not: of photos
 * a bucket that is looked into has some 60 on average. */
#define EVEN_BITS 3

#define MIN_BUCKET_BITS 4
#define MAX_TAG_BITS    7

sitr_key_sizes sitr_key_sizes_for(uint32_t n_descriptors)
{
    sitr_key_sizes s = {.number_bits = 1};

    while (s.number_bits < 32 && n_descriptors >> s.number_bits)
        s.number_bits++;
    s.tag_bits = 32 - s.number_bits;
    if (s.tag_bits > MAX_TAG_BITS) s.tag_bits = MAX_TAG_BITS;
    s.bucket_bits = MIN_BUCKET_BITS;
    if (s.number_bits > MIN_BUCKET_BITS + EVEN_BITS)
        s.bucket_bits = s.number_bits - EVEN_BITS;
    s.sampled = s.bucket_bits;
    if (s.sampled > N_SAMPLED - s.tag_bits) s.sampled = N_SAMPLED - s.tag_bits;
    return s;
}

sitr_key sitr_key_of_table(const sitr_key_sizes *sizes, uint32_t table)
{
    const uint8_t *const bits = sampled_bits[table];
    sitr_key key = {.bucket_shift = 64 - sizes->bucket_bits,
                    .n_tag = sizes->tag_bits};

    for (uint32_t i = 0; i < sizes->sampled; i++)
        key.mask[bits[i] / 64] |= UINT64_C(1) << bits[i] % 64;
    for (uint32_t i = 0; i < sizes->tag_bits; i++)
        key.tag[i] = bits[sizes->sampled + i];
    return key;
}
