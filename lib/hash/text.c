/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes and turns as text. */
#include "hash/hash.h"

#include <stdio.h>
#include <string.h>

static const char *const turn_names[SITR_N_TURNS] = {
    "upright", "rotate-90", "rotate-180", "rotate-270",
    "mirror",  "mirror-90", "mirror-180", "mirror-270"};

const char *sitr_turn_name(sitr_turn turn)
{
    return (unsigned)turn < SITR_N_TURNS ? turn_names[turn] : "unknown";
}

void sitr_hash_format(const sitr_hash *hash, char text[SITR_HASH_MAX_TEXT])
{
    const char *name = sitr_algo_name((sitr_algo)hash->algo);
    const char *turn =
        hash->turn % SITR_N_TURNS ? turn_names[hash->turn % SITR_N_TURNS] : "";
    int n;

    text[0] = 0;
    if (!name) return; /* 0, which is no algorithm, has none either */
    n = snprintf(text, SITR_HASH_MAX_TEXT, "%s:%s%s", name, turn,
                 *turn ? ":" : "");
    for (uint32_t i = sitr_algo_bits((sitr_algo)hash->algo) / 64; i-- > 0;)
        n += snprintf(text + n, (size_t)(SITR_HASH_MAX_TEXT - n), "%016llx",
                      (unsigned long long)hash->word[i]);
}

/* The part of `text` up to a colon, if it is one of those. */
static bool take_word(const char **text, size_t *length, const char *word)
{
    const size_t n = strlen(word);

    if (*length <= n || memcmp(*text, word, n) != 0 || (*text)[n] != ':')
        return false;
    *text += n + 1;
    *length -= n + 1;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

sitr_status sitr_hash_parse(const char *text, size_t length, sitr_hash *out)
{
    sitr_hash hash = {0};

    if (!out) return SITR_EINVAL;
    *out = hash;
    if (!text) return SITR_EINVAL;
    for (int a = 1; a <= SITR_N_ALGOS && !hash.algo; a++)
        if (take_word(&text, &length, sitr_algo_name((sitr_algo)a)))
            hash.algo = (uint16_t)a;
    if (!hash.algo) return SITR_EFORMAT;
    for (int t = 1; t < SITR_N_TURNS && !hash.turn; t++)
        if (take_word(&text, &length, turn_names[t])) hash.turn = (uint8_t)t;
    hash.bits = (uint16_t)sitr_algo_bits((sitr_algo)hash.algo);
    hash.quality = 100; /* text does not say; lists hold what was good enough */
    if (length != hash.bits / 4u) return SITR_EFORMAT;
    for (size_t i = 0; i < length; i++) {
        const int digit = hex_digit(text[i]);
        const size_t nibble = length - 1 - i;

        if (digit < 0) return SITR_EFORMAT;
        hash.word[nibble / 16] |= (uint64_t)digit << 4 * (nibble % 16);
    }
    *out = hash;
    return SITR_OK;
}
