/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was sealed is opened by those it was sealed for, and by nobody else; what
 * is not to the bit what was sealed, or has expired, gives out nothing. Files are
 * also opened and made by hand here, from what tools/FORMAT.md says and raw calls
 * of libsodium.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sodium.h>

#include "../lot.h"
#include "blocks.h"
#include "sealed.h"

#define MOST SEALED_CONTENT_MAX
#define NOW  1800000000

/* A pass phrase costs next to nothing, but where its price is the question;
 * linked with --wrap. */
static int n_pwhash;
static unsigned long long asked_passes;
static size_t asked_memory;
static bool at_full_cost;

int __real_crypto_pwhash(unsigned char *, unsigned long long, const char *,
                         unsigned long long, const unsigned char *,
                         unsigned long long, size_t, int);
int __wrap_crypto_pwhash(unsigned char *, unsigned long long, const char *,
                         unsigned long long, const unsigned char *,
                         unsigned long long, size_t, int);
int __wrap_crypto_pwhash(unsigned char *out, unsigned long long size,
                         const char *pass, unsigned long long pass_size,
                         const unsigned char *salt, unsigned long long passes,
                         size_t memory, int algorithm)
{
    n_pwhash++;
    asked_passes = passes;
    asked_memory = memory;
    if (!at_full_cost) {
        passes = 1;
        memory = 8192;
    }
    return __real_crypto_pwhash(out, size, pass, pass_size, salt, passes,
                                memory, algorithm);
}

/* ---- What is sealed here ------------------------------------------------- */

static struct sealed_bytes phrase, other_phrase,
    keys[SEALED_RECIPIENTS_MAX + 1];
static uint8_t publics[SEALED_RECIPIENTS_MAX + 1][SEALED_KEY_SIZE];

static const struct sealed_facts facts = {
    .created = NOW,
    .expires = NOW + 1000,
    .purpose = "recherche de copies \xd8\xa8\xd8\xad\xd8\xab",
    .by = "the centre at L.",
    .label = "heron-17",
};
static const struct sealed_lock by_phrase = {.passphrase = &phrase};
static const struct sealed_lock by_key = {
    .recipients = (const uint8_t (*)[SEALED_KEY_SIZE])publics,
    .n_recipients = 1};

static void bytes_of(struct sealed_bytes *bytes, const char *text)
{
    assert_true(sealed_bytes_new(bytes, strlen(text)));
    memcpy(bytes->data, text, strlen(text));
}

static int set_up(void **state)
{
    (void)state;
    bytes_of(&phrase, "correct horse battery staple");
    bytes_of(&other_phrase, "correct horse battery stable");
    for (size_t i = 0; i <= SEALED_RECIPIENTS_MAX; i++) {
        assert_true(sealed_bytes_new(&keys[i], SEALED_KEY_SIZE));
        memset(keys[i].data, (int)i + 1, SEALED_KEY_SIZE);
        crypto_scalarmult_base(publics[i], keys[i].data);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sealed_bytes_free(&phrase);
    sealed_bytes_free(&other_phrase);
    for (size_t i = 0; i <= SEALED_RECIPIENTS_MAX; i++)
        sealed_bytes_free(&keys[i]);
    return 0;
}

static const struct {
    enum sealed_kind kind;
    const struct sealed_lock *lock;
    const struct sealed_bytes *secret, *wrong;
    enum sealed_status if_wrong;
    size_t check_at, body_at; /* as FORMAT.md has them */
} ways[] = {
    {SEALED_BY_PASSPHRASE, &by_phrase, &phrase, &other_phrase,
     SEALED_EPASSPHRASE, 48, 104},
    {SEALED_BY_KEY, &by_key, &keys[0], &keys[1], SEALED_EKEY, 96, 152},
};
#define EACH_WAY(w)              \
 size_t w = 0;                   \
 w < sizeof ways / sizeof *ways; \
 w++

static uint8_t *content_of(size_t size)
{
    uint8_t *const content = malloc(size + 1);

    assert_non_null(content);
    for (size_t i = 0; i < size; i++) content[i] = (uint8_t)(i * 7 + (i >> 8));
    return content;
}

static struct sealed_bytes sealed(size_t w, size_t size)
{
    uint8_t *const content = content_of(size);
    struct sealed_bytes file;

    assert_int_equal(sealed_seal(&facts, ways[w].lock, content, size, &file),
                     SEALED_OK);
    free(content);
    return file;
}

/* With the secret of the `w`th way. What fails gives out nothing. */
static enum sealed_status open_sized(size_t w, const uint8_t *data, size_t size,
                                     const struct sealed_bytes *secret)
{
    static const struct sealed_opened nothing;
    struct sealed_opened opened;
    enum sealed_status status;

    memset(&opened, 0xaa, sizeof opened);
    status = sealed_open(data, size, MOST, ways[w].kind, secret, NOW, &opened);
    if (status) {
        assert_memory_equal(&opened, &nothing, sizeof opened);
        assert_true(*sealed_problem(status));
    }
    sealed_opened_clear(&opened);
    assert_memory_equal(&opened, &nothing, sizeof opened);
    return status;
}

static enum sealed_status opens(size_t w, const struct sealed_bytes *file)
{
    return open_sized(w, file->data, file->size, ways[w].secret);
}

static void put(uint8_t *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> 8 * i);
}

/* ---- As it is meant ------------------------------------------------------ */

static void check_opened(const struct sealed_opened *opened, size_t size)
{
    uint8_t *const content = content_of(size);

    assert_int_equal(opened->facts.created, facts.created);
    assert_int_equal(opened->facts.expires, facts.expires);
    assert_string_equal(opened->facts.purpose, facts.purpose);
    assert_string_equal(opened->facts.by, facts.by);
    assert_string_equal(opened->facts.label, facts.label);
    assert_false(opened->is_early);
    assert_int_equal(opened->content.size, size);
    assert_memory_equal(opened->content.data, content, size);
    free(content);
}

static void round_trips(void **state)
{
    static const size_t sizes[] = {0,     1,      65535,   65536,
                                   65537, 131072, 1 << 20, (1 << 20) + 1};

    (void)state;
    assert_string_equal(sealed_problem(SEALED_OK), "");
    for (EACH_WAY(w))
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            const size_t n = sizes[i] ? (sizes[i] + 65535) / 65536 : 1;
            struct sealed_bytes file = sealed(w, sizes[i]);
            struct sealed_opened opened;
            enum sealed_kind kind;

            assert_int_equal(file.size,
                             ways[w].body_at + 1536 + 17 + sizes[i] + 17 * n);
            assert_true(file.size <= sealed_file_most(sizes[i]));
            assert_int_equal(
                sealed_inspect(file.data, file.size, sizes[i], &kind),
                SEALED_OK);
            assert_int_equal(kind, ways[w].kind);
            assert_int_equal(sealed_open(file.data, file.size, sizes[i], kind,
                                         ways[w].secret, NOW, &opened),
                             SEALED_OK);
            check_opened(&opened, sizes[i]);
            sealed_opened_clear(&opened);
            sealed_bytes_free(&file);
        }
}

static void nothing_is_readable(void **state)
{
    static const char *const secrets[] = {"heron", "recherche", "centre",
                                          "correct"};

    (void)state;
    for (EACH_WAY(w)) {
        struct sealed_bytes file = sealed(w, 10), again = sealed(w, 10);

        for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
            assert_null(
                memmem(file.data, file.size, secrets[i], strlen(secrets[i])));
        /* nor that it is the same again, but for its size */
        assert_int_equal(file.size, again.size);
        assert_memory_not_equal(file.data + 16, again.data + 16, 16);
        assert_memory_not_equal(file.data + ways[w].body_at,
                                again.data + ways[w].body_at, 64);
        sealed_bytes_free(&file);
        sealed_bytes_free(&again);
    }
}

static void several_recipients(void **state)
{
    const struct sealed_lock all = {.recipients = by_key.recipients,
                                    .n_recipients = SEALED_RECIPIENTS_MAX};
    struct sealed_bytes file;

    (void)state;
    assert_int_equal(sealed_seal(&facts, &all, (const uint8_t *)"x", 1, &file),
                     SEALED_OK);
    assert_int_equal(file.size, sealed_file_most(1));
    for (size_t i = 0; i < SEALED_RECIPIENTS_MAX; i++)
        assert_int_equal(open_sized(1, file.data, file.size, &keys[i]),
                         SEALED_OK);
    assert_int_equal(
        open_sized(1, file.data, file.size, &keys[SEALED_RECIPIENTS_MAX]),
        SEALED_EKEY);
    /* a slot that was damaged is nobody's, and the others' loss too */
    file.data[16 + 80] ^= 1;
    assert_int_equal(open_sized(1, file.data, file.size, &keys[1]),
                     SEALED_EKEY);
    assert_int_equal(open_sized(1, file.data, file.size, &keys[0]),
                     SEALED_ECORRUPT);
    sealed_bytes_free(&file);
}

static void wrong_secrets(void **state)
{
    (void)state;
    for (EACH_WAY(w)) {
        struct sealed_bytes file = sealed(w, 100);

        assert_int_equal(open_sized(w, file.data, file.size, ways[w].wrong),
                         ways[w].if_wrong);
        /* one of the other kind */
        assert_int_equal(open_sized(!w, file.data, file.size, ways[!w].secret),
                         SEALED_ELOCK);
        sealed_bytes_free(&file);
    }
    struct sealed_bytes file = sealed(1, 0);
    assert_int_equal(open_sized(1, file.data, file.size, &phrase),
                     SEALED_EINVAL);
    sealed_bytes_free(&file);
}

static void times(void **state)
{
    static const struct {
        int64_t now;
        enum sealed_status status;
        bool is_early;
    } rows[] = {
        {NOW, SEALED_OK, false},
        {NOW + 999, SEALED_OK, false},
        {NOW + 1000, SEALED_EEXPIRED, false},
        {INT64_MAX, SEALED_EEXPIRED, false},
        {NOW - 86400, SEALED_OK, false},
        {NOW - 86401, SEALED_OK, true},
        {0, SEALED_OK, true},
        {INT64_MIN, SEALED_OK, true},
    };
    static const struct sealed_opened nothing;

    (void)state;
    for (EACH_WAY(w)) {
        struct sealed_bytes file = sealed(w, 5);

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            struct sealed_opened opened;

            assert_int_equal(sealed_open(file.data, file.size, MOST,
                                         ways[w].kind, ways[w].secret,
                                         rows[i].now, &opened),
                             rows[i].status);
            assert_int_equal(opened.is_early, rows[i].is_early);
            if (rows[i].status)
                assert_memory_equal(&opened, &nothing, sizeof opened);
            assert_true(!rows[i].status || *sealed_problem(rows[i].status));
            sealed_opened_clear(&opened);
        }
        /* damaged and expired: damaged */
        file.data[file.size - 1] ^= 1;
        struct sealed_opened opened;
        assert_int_equal(sealed_open(file.data, file.size, MOST, ways[w].kind,
                                     ways[w].secret, INT64_MAX, &opened),
                         SEALED_ECORRUPT);
        sealed_bytes_free(&file);
    }
}

static void what_cannot_be_sealed(void **state)
{
    static const uint8_t point_of_low_order[1][SEALED_KEY_SIZE];
    struct sealed_bytes empty = {.data = NULL}, file;
    struct sealed_facts f[9];
    const struct sealed_lock locks[] = {
        {.passphrase = NULL},
        {.passphrase = &empty},
        {&phrase, by_key.recipients, 1},
        {NULL, by_key.recipients, SEALED_RECIPIENTS_MAX + 1},
        {NULL, point_of_low_order, 1},
    };

    (void)state;
    for (size_t i = 0; i < 9; i++) f[i] = facts;
    f[0].purpose[0] = '\0';
    memset(f[1].purpose, 'x', sizeof f[1].purpose);
    memset(f[2].by, 'x', sizeof f[2].by);
    memset(f[3].label, 'x', sizeof f[3].label);
    f[4].label[0] = '\xff';
    f[5].created = -1;
    f[6].expires = f[6].created;
    f[7].expires = SEALED_TIME_MAX + 1;
    strcpy(f[8].by, "\xed\xa0\x80");
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(sealed_seal(&f[i], &by_key, NULL, 0, &file),
                         SEALED_EINVAL);
        assert_null(file.data);
    }
    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
        assert_int_equal(sealed_seal(&facts, &locks[i], NULL, 0, &file),
                         SEALED_EINVAL);
        assert_null(file.data);
    }
    assert_int_equal(sealed_seal(&facts, &by_key, phrase.data, MOST + 1, &file),
                     SEALED_EINVAL);

    /* and what just can */
    memset(f[1].purpose, 'x', SEALED_PURPOSE_MAX);
    f[1].purpose[SEALED_PURPOSE_MAX] = '\0';
    memset(f[1].by, 'y', SEALED_BY_MAX);
    memset(f[1].label, 'z', SEALED_LABEL_MAX);
    f[1].created = 0;
    f[1].expires = SEALED_TIME_MAX;
    assert_int_equal(sealed_seal(&f[1], &by_key, NULL, 0, &file), SEALED_OK);
    assert_int_equal(opens(1, &file), SEALED_OK);
    sealed_bytes_free(&file);
}

static void no_memory(void **state)
{
    struct sealed_bytes file = sealed(1, 100), none;

    (void)state;
    for (blocks_left = 0; blocks_left < 2;) {
        const int n = blocks_left;

        assert_int_equal(opens(1, &file), SEALED_ENOMEM);
        blocks_left = n;
        assert_int_equal(sealed_seal(&facts, &by_key, file.data, 100, &none),
                         SEALED_ENOMEM);
        assert_null(none.data);
        blocks_left = n + 1;
    }
    blocks_left = -1;
    assert_int_equal(opens(1, &file), SEALED_OK);
    sealed_bytes_free(&file);
}

/* ---- As it is not -------------------------------------------------------- */

static void every_length(void **state)
{
    (void)state;
    for (EACH_WAY(w)) {
        struct sealed_bytes file = sealed(w, 33);

        for (size_t size = 0; size < file.size; size++)
            assert_int_equal(open_sized(w, file.data, size, ways[w].secret),
                             SEALED_ETRUNCATED);
        sealed_bytes_free(&file);
    }
}

static void every_bit(void **state)
{
    (void)state;
    for (EACH_WAY(w)) {
        struct sealed_bytes file = sealed(w, 33);

        assert_int_equal(opens(w, &file), SEALED_OK);
        for (size_t i = 0; i < 8 * file.size; i++) {
            file.data[i / 8] ^= (uint8_t)(1 << i % 8);
            const enum sealed_status status = opens(w, &file);
            file.data[i / 8] ^= (uint8_t)(1 << i % 8);

            if (i < 5 * 8)
                assert_int_equal(status, SEALED_EFORMAT);
            else if (i < 6 * 8)
                assert_int_equal(status,
                                 i == 40 ? SEALED_ECORRUPT : SEALED_EVERSION);
            else if (i >= 8 * (ways[w].check_at + 32))
                assert_int_equal(status, SEALED_ECORRUPT);
            else
                assert_int_not_equal(status, SEALED_OK);
        }
        assert_int_equal(opens(w, &file), SEALED_OK);
        sealed_bytes_free(&file);
    }
}

/* Also where the size in the head was made to fit. */
static void more_and_less(void **state)
{
    static const int64_t changes[] = {1,  16,  17,  18,    65553,
                                      -1, -17, -18, -65553};

    (void)state;
    for (EACH_WAY(w)) {
        struct sealed_bytes file = sealed(w, 3 * 65536 + 100);
        uint8_t *const copy = calloc(1, file.size + 70000);
        /* what the head says is part of what makes the key fit */
        const enum sealed_status fitted =
            w ? SEALED_ECORRUPT : SEALED_EPASSPHRASE;

        assert_non_null(copy);
        for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
            const size_t size = file.size + (size_t)changes[i];

            memcpy(copy, file.data, file.size);
            assert_int_equal(open_sized(w, copy, size, ways[w].secret),
                             changes[i] < 0 ? SEALED_ETRUNCATED
                                            : SEALED_ETRAILING);
            put(copy + 8, size, 8);
            assert_int_equal(open_sized(w, copy, size, ways[w].secret), fitted);
        }
        free(copy);
        sealed_bytes_free(&file);
    }
}

static void swap(uint8_t *a, uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const uint8_t x = a[i];

        a[i] = b[i];
        b[i] = x;
    }
}

static void chunks_moved(void **state)
{
    const size_t chunk = 65536 + 17;

    (void)state;
    for (EACH_WAY(w)) {
        const size_t first = ways[w].body_at + 1536 + 17;
        struct sealed_bytes file = sealed(w, 4 * 65536);
        struct sealed_bytes other = sealed(w, 4 * 65536);

        for (size_t a = 0; a < 4; a++)
            for (size_t b = 0; b < a; b++) {
                swap(file.data + first + a * chunk,
                     file.data + first + b * chunk, chunk);
                assert_int_equal(opens(w, &file), SEALED_ECORRUPT);
                swap(file.data + first + a * chunk,
                     file.data + first + b * chunk, chunk);
            }
        /* one twice, and one of another file */
        memcpy(file.data + first + chunk, file.data + first, chunk);
        assert_int_equal(opens(w, &file), SEALED_ECORRUPT);
        memcpy(file.data + first + chunk, other.data + first + chunk, chunk);
        assert_int_equal(opens(w, &file), SEALED_ECORRUPT);
        sealed_bytes_free(&file);
        sealed_bytes_free(&other);
    }
}

static void limits(void **state)
{
    static const struct {
        uint32_t memory_kib, passes;
        enum sealed_status status;
    } costs[] = {
        {1 << 20, 4, SEALED_OK},
        {1 << 18, 16, SEALED_OK},
        {8, 1, SEALED_OK},
        {(1 << 20) + 1, 1, SEALED_ECOST},
        {UINT32_MAX, 1, SEALED_ECOST},
        {1 << 20, 5, SEALED_ECOST},
        {8, 17, SEALED_ECOST},
        {8, UINT32_MAX, SEALED_ECOST},
        {1 << 19, 9, SEALED_ECOST},
        {UINT32_MAX, UINT32_MAX, SEALED_ECOST},
        {7, 1, SEALED_ECORRUPT},
        {0, 3, SEALED_ECORRUPT},
        {262144, 0, SEALED_ECORRUPT},
        {0, 0, SEALED_ECORRUPT},
    };
    enum sealed_kind kind;

    (void)state;
    struct sealed_bytes file = sealed(0, 1000);
    n_pwhash = 0;
    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
        put(file.data + 32, costs[i].memory_kib, 4);
        put(file.data + 36, costs[i].passes, 4);
        assert_int_equal(sealed_inspect(file.data, file.size, MOST, &kind),
                         costs[i].status);
        if (costs[i].status) assert_int_equal(opens(0, &file), costs[i].status);
    }
    put(file.data + 32, 262144, 4);
    put(file.data + 36, 3, 4);
    assert_int_equal(sealed_inspect(file.data, file.size, 999, &kind),
                     SEALED_ELIMIT);
    assert_int_equal(sealed_inspect(file.data, file.size, 1000, &kind),
                     SEALED_OK);
    /* of a file of the size that it says, were it there */
    put(file.data + 8, (uint64_t)1 << 40, 8);
    assert_int_equal(opens(0, &file), SEALED_ETRUNCATED);
    assert_int_equal(n_pwhash, 0);
    sealed_bytes_free(&file);

    /* what it costs by default */
    n_pwhash = 0;
    file = sealed(0, 0);
    assert_int_equal(n_pwhash, 1);
    assert_int_equal(asked_memory, (size_t)256 << 20);
    assert_int_equal(asked_passes, 3);
    assert_memory_equal(file.data + 32, "\0\0\4\0\3\0\0\0\0\0\0\0\0\0\0\0", 16);
    sealed_bytes_free(&file);
}

/* A size that no number of chunks has. */
static void odd_sizes(void **state)
{
    (void)state;
    for (EACH_WAY(w)) {
        const size_t facts_end = ways[w].body_at + 1536 + 17;
        const size_t sizes[] = {16,
                                ways[w].body_at,
                                facts_end - 1,
                                facts_end,
                                facts_end + 16,
                                facts_end + 65553 + 16,
                                facts_end + 65553 + 17};
        struct sealed_bytes file = sealed(w, 2 * 65536);

        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            put(file.data + 8, sizes[i], 8);
            assert_int_equal(open_sized(w, file.data, sizes[i], ways[w].secret),
                             SEALED_ECORRUPT);
        }
        sealed_bytes_free(&file);
    }
    /* kinds and numbers of recipients that there are not */
    for (int value = 0; value < 256; value++) {
        struct sealed_bytes file = sealed(1, 65536);

        file.data[value % 2 ? 6 : 7] = (uint8_t)(value / 2);
        if (value != 1 * 2 && value != 2 * 2 + 1)
            assert_int_not_equal(opens(1, &file), SEALED_OK);
        sealed_bytes_free(&file);
    }
}

/* ---- By hand ------------------------------------------------------------- */

/* What is behind the lock, with nothing of ours. */
static void open_by_hand(const uint8_t *file, size_t size, const uint8_t *key,
                         size_t lock_size)
{
    const size_t check_at = 16 + lock_size, stream_at = check_at + 32;
    const uint8_t *from = file + stream_at + 24;
    uint8_t subkey[32], check[32], block[1536], expected[1536] = {0};
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t chunk[65536], *const content = content_of(65536 + 44);
    unsigned char tag;
    const size_t sizes[] = {65536, 44};

    crypto_kdf_derive_from_key(subkey, 32, 2, "sitrseal", key);
    crypto_generichash(check, 32, file, check_at, subkey, 32);
    assert_memory_equal(check, file + check_at, 32);

    crypto_kdf_derive_from_key(subkey, 32, 1, "sitrseal", key);
    assert_int_equal(crypto_secretstream_xchacha20poly1305_init_pull(
                         &stream, file + stream_at, subkey),
                     0);
    assert_int_equal(
        crypto_secretstream_xchacha20poly1305_pull(
            &stream, block, NULL, &tag, from, 1536 + 17, file, stream_at + 24),
        0);
    assert_int_equal(tag, 0);
    put(expected, NOW, 8);
    put(expected + 8, NOW + 1000, 8);
    put(expected + 16, strlen(facts.purpose), 2);
    put(expected + 18, strlen(facts.by), 2);
    put(expected + 20, strlen(facts.label), 2);
    sprintf((char *)expected + 24, "%s%s%s", facts.purpose, facts.by,
            facts.label);
    assert_memory_equal(block, expected, sizeof block);
    from += 1536 + 17;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            crypto_secretstream_xchacha20poly1305_pull(
                &stream, chunk, NULL, &tag, from, sizes[i] + 17, NULL, 0),
            0);
        assert_int_equal(tag, i ? 3 : 0);
        assert_memory_equal(chunk, content + 65536 * i, sizes[i]);
        from += sizes[i] + 17;
    }
    assert_ptr_equal(from, file + size);
    free(content);
}

static void opened_by_hand(void **state)
{
    uint8_t key[32];

    (void)state;
    for (EACH_WAY(w)) {
        struct sealed_bytes file = sealed(w, 65536 + 44);
        uint8_t head[16] = {'S',       'I', 'T', 'R', 'S', 1, (uint8_t)(w + 1),
                            (uint8_t)w};

        put(head + 8, file.size, 8);
        assert_memory_equal(file.data, head, 16);
        if (w)
            assert_int_equal(crypto_box_seal_open(key, file.data + 16, 80,
                                                  publics[0], keys[0].data),
                             0);
        else
            assert_int_equal(crypto_pwhash(key, 32, (const char *)phrase.data,
                                           phrase.size, file.data + 16, 3,
                                           (size_t)256 << 20,
                                           crypto_pwhash_ALG_ARGON2ID13),
                             0);
        open_by_hand(file.data, file.size, key, w ? 80 : 32);
        sealed_bytes_free(&file);
    }
}

/* For key 0, with facts and tags that can be wrong; 33 bytes of content. */
static enum sealed_status made_by_hand(const uint8_t *block,
                                       unsigned char first, unsigned char last)
{
    uint8_t key[32], subkey[32];
    uint8_t file[152 + 1536 + 17 + 33 + 17] = {'S', 'I', 'T', 'R',
                                               'S', 1,   2,   1};
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t *const content = content_of(33);

    put(file + 8, sizeof file, 8);
    memset(key, 7, sizeof key);
    assert_int_equal(crypto_box_seal(file + 16, key, 32, publics[0]), 0);
    crypto_kdf_derive_from_key(subkey, 32, 2, "sitrseal", key);
    crypto_generichash(file + 96, 32, file, 96, subkey, 32);
    crypto_kdf_derive_from_key(subkey, 32, 1, "sitrseal", key);
    crypto_secretstream_xchacha20poly1305_init_push(&stream, file + 128,
                                                    subkey);
    crypto_secretstream_xchacha20poly1305_push(&stream, file + 152, NULL, block,
                                               1536, file, 152, first);
    crypto_secretstream_xchacha20poly1305_push(
        &stream, file + 152 + 1536 + 17, NULL, content, 33, NULL, 0, last);
    free(content);
    return open_sized(1, file, sizeof file, &keys[0]);
}

static void facts_by_hand(void **state)
{
    static const struct {
        const char *name;
        size_t at;
        uint64_t value;
        int bytes;
    } rows[] = {
        {"created before 1970", 0, UINT64_MAX, 8},
        {"created when it expires", 0, NOW + 1000, 8},
        {"expires in the year 10000", 8, SEALED_TIME_MAX + 1, 8},
        {"expires before 1970", 8, (uint64_t)1 << 63, 8},
        {"no purpose", 16, 0, 2},
        {"a longer purpose", 16, 1001, 2},
        {"the longest purpose", 16, 65535, 2},
        {"a purpose with zeroes behind it", 16, 1000, 2},
        {"a longer by", 18, 201, 2},
        {"a longer label", 20, 201, 2},
        {"a shorter label", 20, 1, 2},
        {"something where nothing is", 22, 1, 1},
        {"something at the end", 1535, 1, 1},
        {"no UTF-8", 24, 0xff, 1},
        {"a zero in a text", 25, 0, 1},
    };
    uint8_t good[1536] = {0}, block[1536];

    (void)state;
    put(good, NOW, 8);
    put(good + 8, NOW + 1000, 8);
    put(good + 16, 3, 2);
    put(good + 20, 2, 2);
    memcpy(good + 24, "abcde", 5);
    assert_int_equal(made_by_hand(good, 0, 3), SEALED_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memcpy(block, good, sizeof block);
        put(block + rows[i].at, rows[i].value, rows[i].bytes);
        if (made_by_hand(block, 0, 3) != SEALED_ECORRUPT)
            fail_msg("%s", rows[i].name);
    }
    /* tags of other places: an end that comes too early or never */
    for (unsigned char first = 0; first < 4; first++)
        for (unsigned char last = 0; last < 4; last++)
            assert_int_equal(made_by_hand(good, first, last),
                             first == 0 && last == 3 ? SEALED_OK
                                                     : SEALED_ECORRUPT);
}

/* The files of version 1, to the bit: what is written today is read for years. */
static void as_it_was(void **state)
{
    static const char *const sums[] = {
        "f609fcf5e47cadd4b698a68ccafed022",
        "d9a5ec9e43222bd01f52d1672c97873c",
    };

    (void)state;
    at_full_cost = true;
    for (EACH_WAY(w)) {
        uint8_t sum[16];
        char text[33];

        lot = 1;
        randombytes_set_implementation(&lots);
        struct sealed_bytes file = sealed(w, 65537);
        randombytes_set_implementation(&randombytes_sysrandom_implementation);
        crypto_generichash(sum, sizeof sum, file.data, file.size, NULL, 0);
        sodium_bin2hex(text, sizeof text, sum, sizeof sum);
        assert_string_equal(text, sums[w]);
        assert_int_equal(opens(w, &file), SEALED_OK);
        sealed_bytes_free(&file);
    }
    at_full_cost = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),
        cmocka_unit_test(nothing_is_readable),
        cmocka_unit_test(several_recipients),
        cmocka_unit_test(wrong_secrets),
        cmocka_unit_test(times),
        cmocka_unit_test(what_cannot_be_sealed),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(every_length),
        cmocka_unit_test(every_bit),
        cmocka_unit_test(more_and_less),
        cmocka_unit_test(chunks_moved),
        cmocka_unit_test(limits),
        cmocka_unit_test(odd_sizes),
        cmocka_unit_test(opened_by_hand),
        cmocka_unit_test(facts_by_hand),
        cmocka_unit_test(as_it_was),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
