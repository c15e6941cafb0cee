/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the checksum of a section fit, so that what lies behind it is tried. */
#ifndef FIT_SECTION_H
#define FIT_SECTION_H

/* the functions of old, as in tools/picture.c */
#define OPENSSL_API_COMPAT 0x10101000L
#include <openssl/sha.h>
#include <stddef.h>
#include <stdint.h>

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

#endif
