/* SPDX-License-Identifier: Apache-2.0 */
/* What is common to all hashes: names, distance, degeneracy. */
#include "hash/hash.h"

#include <string.h>

static const struct {
    const char *name;
    uint32_t bits;
} algos[SITR_N_ALGOS + 1] = {
    [SITR_PDQ] = {"pdq", 256},
    [SITR_PHASH] = {"phash", 64},
    [SITR_DHASH] = {"dhash", 64},
    [SITR_AHASH] = {"ahash", 64},
};

const char *sitr_algo_name(sitr_algo algo)
{
    return (unsigned)algo <= SITR_N_ALGOS ? algos[algo].name : NULL;
}

sitr_algo sitr_algo_named(const char *name)
{
    for (int i = 1; name && i <= SITR_N_ALGOS; i++)
        if (!strcmp(name, algos[i].name)) return (sitr_algo)i;
    return (sitr_algo)0;
}

uint32_t sitr_algo_bits(sitr_algo algo)
{
    return (unsigned)algo <= SITR_N_ALGOS ? algos[algo].bits : 0;
}

uint32_t sitr_hash_distance(const sitr_hash *a, const sitr_hash *b)
{
    uint32_t bits = 0;

    if (!a || !b || !a->algo || a->algo != b->algo || a->bits != b->bits)
        return UINT32_MAX;
    for (size_t i = 0; i < SITR_HASH_MAX_BITS / 64; i++)
        bits += (uint32_t)__builtin_popcountll(a->word[i] ^ b->word[i]);
    return bits;
}

bool sitr_hash_degenerate(const sitr_hash *hash)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < SITR_HASH_MAX_BITS / 64; i++)
        bits += (uint32_t)__builtin_popcountll(hash->word[i]);
    /* ties with the median are all that can unbalance it */
    return hash->algo == SITR_PDQ && (bits < 112 || bits > 144);
}
