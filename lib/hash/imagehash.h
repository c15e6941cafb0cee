/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hashes of Python ImageHash from the grid that the picture was shrunk to,
 * row by row. The first bit, at the top left, is the highest, so that the word
 * in hex reads as ImageHash prints it.
 */
#ifndef SITR_IMAGEHASH_H
#define SITR_IMAGEHASH_H

#include <stdint.h>

#define SITR_PHASH_SIDE 32

/** `cells` is a grid 32 wide and 32 high. */
uint64_t sitr_phash_bits(const uint8_t *cells);
/** 9 wide and 8 high. */
uint64_t sitr_dhash_bits(const uint8_t *cells);
/** 8 wide and 8 high. */
uint64_t sitr_ahash_bits(const uint8_t *cells);

/** cos(pi * m / 64) * 2^22 to nearest: the table of phash. */
int32_t sitr_phash_cosine(uint32_t m);

#endif
