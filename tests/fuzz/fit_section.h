/* SPDX-License-Identifier: Apache-2.0 */
/* A section out of a fuzzer's bytes. */
#ifndef FIT_SECTION_H
#define FIT_SECTION_H

/* the functions of old, as in tools/picture.c */
#define OPENSSL_API_COMPAT 0x10101000L
#include <openssl/sha.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Makes the checksum fit, so that what lies behind it is tried. */
static inline void fit_section(uint8_t *data, size_t size)
{
    uint64_t there = 0;
    SHA256_CTX state;

    if (size < 96) return;
    for (int i = 0; i < 8; i++) there |= (uint64_t)data[16 + i] << 8 * i;
    if (there < 96 || there > size) return;
    SHA256_Init(&state);
    SHA256_Update(&state, data, 64);
    SHA256_Update(&state, data + 96, (size_t)there - 96);
    SHA256_Final(data + 64, &state);
}

/* What is behind the first byte, to be freed, made to fit where that is odd. */
static inline uint8_t *section_of(const uint8_t *data, size_t size)
{
    uint8_t *const copy = malloc(size);

    if (!copy) abort();
    memcpy(copy, data + 1, size - 1);
    if (data[0] & 1) fit_section(copy, size - 1);
    return copy;
}

#endif
