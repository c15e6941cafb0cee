/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte says what the rest is: 0, a sealed file, as it is; 1, facts and
 * content, sealed here for a key that is known, so that what lies behind the
 * seal is tried; 2, the same behind the start of a head, sealed to fit that; 3,
 * the text of a public key. What is opened is within its limits, is sealed again
 * and opened again the same, and what is not opened gives out nothing.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "../lot.h"
#include "sealed_format.h"

#define MOST 100000
#define NOW  1800000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void key_of_salt(uint8_t key[SEALED_KEY_SIZE], const uint8_t *salt)
{
    memcpy(key, salt, crypto_pwhash_SALTBYTES);
    memcpy(key + crypto_pwhash_SALTBYTES, salt, crypto_pwhash_SALTBYTES);
}

/* A pass phrase costs nothing, whatever is asked for; linked with --wrap. What
 * is asked for must be what may be. */
int __wrap_crypto_pwhash(unsigned char *, unsigned long long, const char *,
                         unsigned long long, const unsigned char *,
                         unsigned long long, size_t, int);
int __wrap_crypto_pwhash(unsigned char *out, unsigned long long size,
                         const char *pass, unsigned long long pass_size,
                         const unsigned char *salt, unsigned long long passes,
                         size_t memory, int algorithm)
{
    if (passes < 1 || passes > 16 || memory < 8192 || memory > 1u << 30 ||
        passes * (memory >> 10) > 4u << 20 || size != 32 ||
        algorithm != crypto_pwhash_ALG_ARGON2ID13)
        abort();
    (void)pass;
    (void)pass_size;
    key_of_salt(out, salt);
    return 0;
}

static struct sealed_bytes secret;
static uint8_t public_key[1][SEALED_KEY_SIZE];

static void set_up(void)
{
    lot = 1;
    if (secret.data) return;
    randombytes_set_implementation(&lots);
    if (!sealed_bytes_new(&secret, SEALED_KEY_SIZE)) abort();
    memset(secret.data, 1, secret.size);
    crypto_scalarmult_base(public_key[0], secret.data);
}

static void check_facts(const struct sealed_facts *facts)
{
    if (facts->created < 0 || facts->expires <= facts->created ||
        facts->expires > SEALED_TIME_MAX || !*facts->purpose ||
        strnlen(facts->purpose, sizeof facts->purpose) > SEALED_PURPOSE_MAX ||
        strnlen(facts->by, sizeof facts->by) > SEALED_BY_MAX ||
        strnlen(facts->label, sizeof facts->label) > SEALED_LABEL_MAX)
        abort();
}

static void check_again(const struct sealed_opened *opened);

/* With `deep`, what was opened is sealed again too. */
static enum sealed_status try_open(const uint8_t *data, size_t size, bool deep)
{
    struct sealed_opened opened;
    enum sealed_kind kind = 0;
    enum sealed_status status = sealed_inspect(data, size, MOST, &kind), then;

    if (!kind != (status != SEALED_OK)) abort();
    if (status) kind = SEALED_BY_KEY;
    then = sealed_open(data, size, MOST, kind, &secret, NOW, &opened);
    if (status && then != status) abort();
    if (then) {
        if (!sodium_is_zero((const uint8_t *)&opened, sizeof opened)) abort();
        return then;
    }
    check_facts(&opened.facts);
    if (opened.content.size > MOST || opened.facts.expires <= NOW ||
        opened.is_early != (opened.facts.created > NOW + 86400))
        abort();
    if (deep) check_again(&opened);
    sealed_opened_clear(&opened);
    return then;
}

static void check_again(const struct sealed_opened *opened)
{
    const struct sealed_lock lock = {
        .recipients = (const uint8_t(*)[SEALED_KEY_SIZE])public_key,
        .n_recipients = 1};
    struct sealed_bytes file;
    struct sealed_opened again;

    if (sealed_seal(&opened->facts, &lock, opened->content.data,
                    opened->content.size, &file) ||
        sealed_open(file.data, file.size, MOST, SEALED_BY_KEY, &secret, NOW,
                    &again))
        abort();
    if (memcmp(&again.facts, &opened->facts, sizeof again.facts) ||
        again.content.size != opened->content.size ||
        memcmp(again.content.data, opened->content.data, again.content.size))
        abort();
    sealed_opened_clear(&again);
    /* and nothing of it when it has changed */
    file.data[file.size / 2] ^= 1;
    if (!try_open(file.data, file.size, false)) abort();
    sealed_bytes_free(&file);
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* ---- Sealed here --------------------------------------------------------- */

/* What stands for the body: one chunk of facts, and one of the rest. */
static void seal_body(uint8_t *file, const uint8_t *key, size_t stream_at,
                      const uint8_t block[SEALED_FACTS], const uint8_t *content,
                      size_t size)
{
    const size_t body_at = stream_at + SEALED_STREAM;
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t subkey[32];

    crypto_kdf_derive_from_key(subkey, 32, 2, "sitrseal", key);
    crypto_generichash(file + stream_at - SEALED_CHECK, SEALED_CHECK, file,
                       stream_at - SEALED_CHECK, subkey, 32);
    crypto_kdf_derive_from_key(subkey, 32, 1, "sitrseal", key);
    crypto_secretstream_xchacha20poly1305_init_push(&stream, file + stream_at,
                                                    subkey);
    crypto_secretstream_xchacha20poly1305_push(
        &stream, file + body_at, NULL, block, SEALED_FACTS, file, body_at, 0);
    crypto_secretstream_xchacha20poly1305_push(
        &stream, file + body_at + SEALED_FACTS + SEALED_TAG, NULL, content,
        size, NULL, 0, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}

/* Seals facts and content from `data` behind the start of a head, and a lock
 * that is ours or, of a pass phrase, there too. Its size is made to fit where it
 * is not odd in its last byte. What comes of it, and the facts in `block`. */
static enum sealed_status try_body(const uint8_t start[SEALED_LOCK_AT],
                                   const uint8_t *data, size_t size,
                                   uint8_t block[SEALED_FACTS])
{
    const bool by_key = start[SEALED_KIND_AT] != SEALED_BY_PASSPHRASE;
    const size_t lock_size = by_key ? SEALED_SLOT : SEALED_PASSPHRASE_LOCK;
    const size_t n_lock = by_key ? 0 : least(size, lock_size);
    const size_t n_facts = least(size - n_lock, SEALED_FACTS);
    const size_t n = least(size - n_lock - n_facts, SEALED_CHUNK);
    const size_t total = SEALED_LOCK_AT + lock_size + SEALED_CHECK +
                         SEALED_STREAM + SEALED_FACTS + n + 2 * SEALED_TAG;
    uint8_t *const file = calloc(1, total);
    uint8_t key[SEALED_KEY_SIZE] = {7};
    enum sealed_status status;

    if (!file) abort();
    memcpy(file, start, SEALED_LOCK_AT);
    if (start[SEALED_LOCK_AT - 1] % 2 == 0)
        for (int i = 0; i < 8; i++)
            file[SEALED_SIZE_AT + i] = (uint8_t)((uint64_t)total >> 8 * i);
    memcpy(file + SEALED_LOCK_AT, data, n_lock);
    if (!by_key)
        key_of_salt(key, file + SEALED_LOCK_AT);
    else if (crypto_box_seal(file + SEALED_LOCK_AT, key, sizeof key,
                             public_key[0]))
        abort();
    memset(block, 0, SEALED_FACTS);
    memcpy(block, data + n_lock, n_facts);
    seal_body(file, key, SEALED_LOCK_AT + lock_size + SEALED_CHECK, block,
              data + n_lock + n_facts, n);
    status = try_open(file, total, true);
    free(file);
    return status;
}

/* Behind a head that is right it is for the facts to say. */
static void try_facts(const uint8_t *data, size_t size)
{
    static const uint8_t start[SEALED_LOCK_AT] = {
        'S', 'I', 'T', 'R', SEALED_LETTER, SEALED_VERSION, SEALED_BY_KEY, 1};
    uint8_t block[SEALED_FACTS];
    struct sealed_facts facts;
    const enum sealed_status status = try_body(start, data, size, block);

    if (!sealed_facts_decode(&facts, block)) {
        if (status != SEALED_ECORRUPT ||
            !sodium_is_zero((const uint8_t *)&facts, sizeof facts))
            abort();
    } else if (status != (facts.expires <= NOW ? SEALED_EEXPIRED : SEALED_OK)) {
        abort();
    }
}

static void try_key(const char *text, size_t size)
{
    uint8_t key[SEALED_KEY_SIZE];

    if (sealed_public_parse(text, size, key) &&
        (size < SEALED_LINE_SIZE - 1 || size > SEALED_LINE_SIZE + 1))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t block[SEALED_FACTS];

    set_up();
    if (!size) return 0;
    data++;
    size--;
    switch (data[-1] % 4) {
    case 0:
        try_open(data, size, true);
        break;
    case 1:
        try_facts(data, size);
        break;
    case 2:
        if (size >= SEALED_LOCK_AT)
            try_body(data, data + SEALED_LOCK_AT, size - SEALED_LOCK_AT, block);
        break;
    default:
        try_key((const char *)data, size);
    }
    return 0;
}
