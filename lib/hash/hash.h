/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Planes and rows to bits; one file an algorithm.
 */
#ifndef SITR_HASH_H
#define SITR_HASH_H

#include "plane/plane.h"

#define SITR_N_TURNS 8
#define SITR_N_ALGOS 4

/* Under this PDQ quality a hash says too little (pdq/README of Meta's). */
#define SITR_MIN_QUALITY 50

/** The PDQ hashes of a plane in the turns asked for, and whether there is too
 * little in it to be told apart by them. */
typedef struct sitr_pdq {
    sitr_hash turn[SITR_N_TURNS]; /* empty where not asked for */
    uint32_t quality;
    bool too_plain;
} sitr_pdq;

/** `turns` is a bit set of 1u << sitr_turn. */
sitr_status sitr_pdq_hash(sitr_budget *budget, const sitr_plane *plane,
                          uint32_t turns, sitr_pdq *out);

/** Whether a bare 256-bit hash is degenerate: PDQ sets half of its bits, save
 * for pictures without content. */
bool sitr_hash_degenerate(const sitr_hash *hash);

/** Makes the three hashes of Python ImageHash from full-size rows. */
typedef struct sitr_imagehash sitr_imagehash;

/** `algos` is a bit set of 1u << SITR_PHASH, SITR_DHASH, SITR_AHASH; `turn` is
 * done to the picture before it is hashed; alpha is composited over
 * `background`. `*sink` receives the rows and lives as long as `*out`. */
sitr_status sitr_imagehash_new(sitr_budget *budget, uint32_t algos,
                               sitr_turn turn, uint8_t background,
                               sitr_imagehash **out, sitr_row_sink **sink);
/** After the last row, writes out[algo] for each algorithm asked for; missing
 * rows count as SITR_MISSING_LUMA. May be called once. */
void sitr_imagehash_finish(sitr_imagehash *hasher,
                           sitr_hash out[SITR_N_ALGOS + 1]);
void sitr_imagehash_free(sitr_imagehash *hasher);

#endif
