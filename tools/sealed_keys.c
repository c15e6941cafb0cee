/* SPDX-License-Identifier: Apache-2.0 */
/* Keys as text: a word that says which, and 48 letters for the key and four
 * bytes by which a slip of the pen is found, for what is sealed for a key that
 * nobody has is lost. */
#include "sealed_format.h"

#include <string.h>

#include "i18n.h"
#include "say.h"

#define PREFIX  16 /* bytes of either word */
#define SUM     4
#define LETTERS 48 /* of key and sum in base64, which they fill */
#define LINE    (PREFIX + LETTERS)

static const char secret_word[] = "sitr-secret-key:";
static const char public_word[] = "sitr-public-key:";

static void sum_of(const char *word, const uint8_t *key, uint8_t sum[SUM])
{
    uint8_t text[PREFIX + SEALED_KEY_SIZE];
    uint8_t hash[crypto_generichash_BYTES_MIN];

    memcpy(text, word, PREFIX);
    memcpy(text + PREFIX, key, SEALED_KEY_SIZE);
    crypto_generichash(hash, sizeof hash, text, sizeof text, NULL, 0);
    memcpy(sum, hash, SUM);
    sodium_memzero(text, sizeof text);
}

static void print(const char *word, const uint8_t *key, char *line)
{
    uint8_t bytes[SEALED_KEY_SIZE + SUM];

    memcpy(bytes, key, SEALED_KEY_SIZE);
    sum_of(word, key, bytes + SEALED_KEY_SIZE);
    memcpy(line, word, PREFIX);
    sodium_bin2base64(line + PREFIX, LETTERS + 1, bytes, sizeof bytes,
                      sodium_base64_VARIANT_ORIGINAL);
    sodium_memzero(bytes, sizeof bytes);
}

static bool begins_with(const char *text, size_t size, const char *word)
{
    return size >= PREFIX && !memcmp(text, word, PREFIX);
}

/* The line, which may have its end, and nothing else. */
static bool parse(const char *word, const char *text, size_t size, uint8_t *key)
{
    uint8_t bytes[SEALED_KEY_SIZE + SUM], sum[SUM];
    size_t n;
    bool good;

    if (size > LINE && text[size - 1] == '\n')
        size -= size > LINE + 1 && text[size - 2] == '\r' ? 2 : 1;
    if (size != LINE || !begins_with(text, size, word)) return false;
    good = !sodium_base642bin(bytes, sizeof bytes, text + PREFIX, LETTERS, NULL,
                              &n, NULL, sodium_base64_VARIANT_ORIGINAL) &&
           n == sizeof bytes;
    if (good) {
        sum_of(word, bytes, sum);
        good = !sodium_memcmp(sum, bytes + SEALED_KEY_SIZE, SUM);
    }
    if (good) memcpy(key, bytes, SEALED_KEY_SIZE);
    sodium_memzero(bytes, sizeof bytes);
    return good;
}

bool sealed_public_parse(const char *text, size_t size,
                         uint8_t key[SEALED_KEY_SIZE])
{
    return parse(public_word, text, size, key);
}

void sealed_public_print(const struct sealed_bytes *secret,
                         char line[SEALED_LINE_SIZE])
{
    uint8_t key[SEALED_KEY_SIZE];

    crypto_scalarmult_base(key, secret->data);
    print(public_word, key, line);
}

/* The text of a new secret key, with a line end. */
static bool make(struct sealed_bytes *secret, struct sealed_bytes *text)
{
    if (!sealed_bytes_new(secret, SEALED_KEY_SIZE) ||
        !sealed_bytes_new(text, LINE + 1)) {
        say("%s", sealed_problem(SEALED_ENOMEM));
        return false;
    }
    randombytes_buf(secret->data, secret->size);
    print(secret_word, secret->data, (char *)text->data);
    text->data[LINE] = '\n'; /* in place of a zero */
    return true;
}

bool sealed_key_create(const char *path, char line[SEALED_LINE_SIZE])
{
    struct sealed_bytes secret, text = {.data = NULL};
    const bool good = make(&secret, &text) && sealed_save(path, &text);

    if (good) sealed_public_print(&secret, line);
    sealed_bytes_free(&text);
    sealed_bytes_free(&secret);
    return good;
}

bool sealed_key_load(const char *path, struct sealed_bytes *secret)
{
    struct sealed_bytes text;
    const char *problem = NULL;

    *secret = (struct sealed_bytes){.data = NULL};
    if (!sealed_load(path, 4096, true, &text)) return false;
    if (!sealed_bytes_new(secret, SEALED_KEY_SIZE))
        problem = sealed_problem(SEALED_ENOMEM);
    else if (begins_with((const char *)text.data, text.size, public_word))
        problem = _("this is a public key; opening takes the secret one");
    else if (!parse(secret_word, (const char *)text.data, text.size,
                    secret->data))
        problem = _("not a secret key made by sitr");
    if (problem) {
        say_path(path, "%s", problem);
        sealed_bytes_free(secret);
    }
    sealed_bytes_free(&text);
    return !problem;
}
