/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signature as the layers above see it.
 */
#ifndef SITR_SIGNATURE_H
#define SITR_SIGNATURE_H

#include "hash/hash.h"
#include "plane/frame.h"
#include "region/region.h"

/* eight turns of PDQ, the others upright */
#define SITR_MAX_HASHES (SITR_N_TURNS + SITR_N_ALGOS - 1)

/** What lies within a frame around a picture that is searched with. */
typedef struct sitr_framed {
    sitr_box box; /* width 0: there is none, or too little to see in it */
    uint32_t quality;
    sitr_hash pdq[SITR_N_TURNS];
} sitr_framed;

struct sitr_signature {
    const sitr_ctx *ctx;
    sitr_signature_info info;
    uint32_t n_hashes;
    sitr_hash hashes[SITR_MAX_HASHES]; /* by algorithm, then turn */
    sitr_framed framed;
    sitr_regions regions; /* n 0: signed without, or none */
};

sitr_status sitr_signature_new(const sitr_ctx *ctx, sitr_signature **out);

/** Makes an empty one that of a hash alone. */
void sitr_signature_set_hash(sitr_signature *signature, const sitr_hash *hash);

/** Appends a hash; there is room for every one that can be asked for. */
void sitr_signature_add(sitr_signature *signature, const sitr_hash *hash);

/** The hash of that algorithm and turn, or NULL. */
const sitr_hash *sitr_signature_find(const sitr_signature *signature,
                                     sitr_algo algo, sitr_turn turn);

#endif
