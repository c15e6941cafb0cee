/* SPDX-License-Identifier: Apache-2.0 */
/* Heads with a checksum. Foreign bytes: nothing is believed before it fits. */
/* the functions of old, as in picture.c */
#define OPENSSL_API_COMPAT 0x10101000L
#include "section.h"

#include <openssl/sha.h>
#include <string.h>

#define VERSION_AT 5
#define SIZE_AT    16

static const uint8_t magic[] = {'S', 'I', 'T', 'R'};

void section_put(uint8_t *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> 8 * i);
}

uint64_t section_get(const uint8_t *from, int bytes)
{
    uint64_t value = 0;

    for (int i = 0; i < bytes; i++) value |= (uint64_t)from[i] << 8 * i;
    return value;
}

bool section_is_zero(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i]) return false;
    return true;
}

size_t section_align(size_t size, size_t to)
{
    return (size + to - 1) & ~(to - 1);
}

static void checksum(const uint8_t *data, size_t size,
                     uint8_t out[SHA256_DIGEST_LENGTH])
{
    SHA256_CTX state;

    SHA256_Init(&state);
    SHA256_Update(&state, data, SECTION_SUM_AT);
    SHA256_Update(&state, data + SECTION_HEAD, size - SECTION_HEAD);
    SHA256_Final(out, &state);
}

void section_finish(uint8_t *data, size_t size, char letter)
{
    memcpy(data, magic, sizeof magic);
    data[4] = (uint8_t)letter;
    data[VERSION_AT] = SECTION_VERSION;
    section_put(data + SIZE_AT, size, 8);
    checksum(data, size, data + SECTION_SUM_AT);
}

sitr_status section_check(const uint8_t *data, size_t most, char letter,
                          size_t *size)
{
    uint8_t sum[SHA256_DIGEST_LENGTH];
    uint64_t there;

    if (most < SECTION_HEAD) return SITR_ETRUNCATED;
    if (memcmp(data, magic, sizeof magic) || data[4] != (uint8_t)letter)
        return SITR_ECORRUPT;
    if (data[VERSION_AT] > SECTION_VERSION) return SITR_EVERSION;
    there = section_get(data + SIZE_AT, 8);
    if (there > most) return SITR_ETRUNCATED;
    if (there < SECTION_HEAD || there % SECTION_ALIGN ||
        data[VERSION_AT] != SECTION_VERSION)
        return SITR_ECORRUPT;
    *size = (size_t)there;
    checksum(data, *size, sum);
    return memcmp(sum, data + SECTION_SUM_AT, sizeof sum) ? SITR_ECORRUPT
                                                          : SITR_OK;
}
