/* SPDX-License-Identifier: Apache-2.0 */
/* What the manifest and the names have in common: little-endian numbers behind
 * a head that has a checksum. FORMAT.md has the bytes. */
#ifndef TOOLS_SECTION_H
#define TOOLS_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sitr.h>

#define SECTION_HEAD    96 /* bytes */
#define SECTION_SUM_AT  64
#define SECTION_ALIGN   64 /* sections begin at multiples of it, and end so */
#define SECTION_VERSION 1

/** A number of 1 .. 8 bytes. */
void section_put(uint8_t *to, uint64_t value, int bytes);
uint64_t section_get(const uint8_t *from, int bytes);

bool section_is_zero(const uint8_t *data, size_t size);

/** `size` up to the next multiple of `to`, a power of two. */
size_t section_align(size_t size, size_t to);

/** Fills the magic with its letter, version, size and, so at last, checksum of
 * a section of `size` bytes. */
void section_finish(uint8_t *data, size_t size, char letter);

/** What is behind a head of that letter, of at most `most` bytes: its size, if
 * the checksum fits. Else SITR_ETRUNCATED, _EVERSION or _ECORRUPT. */
sitr_status section_check(const uint8_t *data, size_t most, char letter,
                          size_t *size);

#endif
