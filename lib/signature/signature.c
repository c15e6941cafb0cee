/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of one image. */
#include "signature/signature.h"

#include <assert.h>

sitr_status sitr_signature_new(const sitr_ctx *ctx, sitr_signature **out)
{
    *out = sitr_alloc(ctx, sizeof **out);
    if (!*out) return SITR_ENOMEM;
    (*out)->ctx = ctx;
    return SITR_OK;
}

void sitr_signature_free(sitr_signature *signature)
{
    if (!signature) return;
    sitr_regions_free(signature->ctx, &signature->regions);
    sitr_free(signature->ctx, signature);
}

void sitr_signature_add(sitr_signature *signature, const sitr_hash *hash)
{
    assert(signature->n_hashes < SITR_MAX_HASHES);
    signature->hashes[signature->n_hashes++] = *hash;
}

const sitr_hash *sitr_signature_find(const sitr_signature *signature,
                                     sitr_algo algo, sitr_turn turn)
{
    for (uint32_t i = 0; i < signature->n_hashes; i++) {
        const sitr_hash *hash = &signature->hashes[i];

        if (hash->algo == (uint16_t)algo && hash->turn == (uint8_t)turn)
            return hash;
    }
    return NULL;
}

int sitr_signature_hash(const sitr_signature *signature, sitr_algo algo,
                        sitr_turn turn, sitr_hash *out)
{
    const sitr_hash *hash =
        signature ? sitr_signature_find(signature, algo, turn) : NULL;

    if (out) *out = hash ? *hash : (sitr_hash){0};
    return hash != NULL;
}

void sitr_signature_describe(const sitr_signature *signature,
                             sitr_signature_info *out)
{
    if (out) *out = signature ? signature->info : (sitr_signature_info){0};
}

void sitr_signature_set_hash(sitr_signature *s, const sitr_hash *hash)
{
    s->info.frames = 1;
    s->info.quality = hash->quality;
    if (hash->quality < SITR_MIN_QUALITY || sitr_hash_degenerate(hash))
        s->info.flags = SITR_INFO_TOO_PLAIN;
    sitr_signature_add(s, hash);
    s->hashes[0].reserved[0] = s->hashes[0].reserved[1] = 0;
}

sitr_status sitr_sign_hash(const sitr_ctx *ctx, const sitr_hash *hash,
                           sitr_signature **out)
{
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx || !hash || !hash->algo || hash->algo > SITR_N_ALGOS ||
        hash->bits != sitr_algo_bits((sitr_algo)hash->algo) ||
        hash->quality > 100 || hash->turn != SITR_UPRIGHT)
        return SITR_EINVAL;
    for (size_t i = hash->bits / 64u; i < SITR_HASH_MAX_BITS / 64; i++)
        if (hash->word[i]) return SITR_EINVAL;
    status = sitr_signature_new(ctx, out);
    if (status) return status;
    sitr_signature_set_hash(*out, hash);
    return SITR_OK;
}
