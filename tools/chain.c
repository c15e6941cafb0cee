/* SPDX-License-Identifier: Apache-2.0 */
/* The values of a chain: of an act's number and case nothing is in them, so that they
 * stay what they are in another file. */
#include "chain.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

/* Netstrings: no two acts have the same bytes. */
static void put(crypto_hash_sha256_state *state, const char *text)
{
    char length[24];

    if (!text) {
        crypto_hash_sha256_update(state, (const uint8_t *)"-,", 2);
        return;
    }
    snprintf(length, sizeof length, "%zu:", strlen(text));
    crypto_hash_sha256_update(state, (const uint8_t *)length, strlen(length));
    crypto_hash_sha256_update(state, (const uint8_t *)text, strlen(text));
    crypto_hash_sha256_update(state, (const uint8_t *)",", 1);
}

static void put_number(crypto_hash_sha256_state *state, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)number);
    put(state, text);
}

void chain_next(const uint8_t before[CHAIN_SIZE], const struct act *act,
                uint8_t out[CHAIN_SIZE])
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, before, CHAIN_SIZE);
    put_number(&state, act->at);
    put(&state, act->who);
    put(&state, act->what);
    if (act->has_n)
        put_number(&state, act->n);
    else
        put(&state, NULL);
    put(&state, act->note);
    put(&state, act->version);
    crypto_hash_sha256_final(&state, out);
}
