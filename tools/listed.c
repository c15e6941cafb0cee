/* SPDX-License-Identifier: Apache-2.0 */
/* for explicit_bzero */
#define _DEFAULT_SOURCE
#include "listed.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"
#include "text.h"

static const struct {
    const char *name;
    size_t size;
} kinds[LISTED_KINDS] = {
    [LISTED_PDQ] = {"pdq", 32},    [LISTED_MD5] = {"md5", 16},
    [LISTED_SHA1] = {"sha1", 20},  [LISTED_SHA256] = {"sha256", 32},
    [LISTED_PHASH] = {"phash", 8}, [LISTED_OTHER] = {"other", 0},
};

const char *listed_kind_name(enum listed_kind kind) { return kinds[kind].name; }

size_t listed_kind_size(enum listed_kind kind) { return kinds[kind].size; }

enum listed_kind listed_kind_named(const char *name, size_t n)
{
    int kind = 0;

    while (kind < LISTED_KINDS && (strlen(kinds[kind].name) != n ||
                                   strncmp(kinds[kind].name, name, n)))
        kind++;
    return (enum listed_kind)kind;
}

enum listed_kind listed_kind_of_signal(const char *name, size_t n)
{
    static const char video[] = "video_";
    const size_t n_video = sizeof video - 1;
    const bool of_video = n > n_video && !strncmp(name, video, n_video);

    return of_video ? listed_kind_named(name + n_video, n - n_video)
                    : listed_kind_named(name, n);
}

void listed_clear(struct listed *listed)
{
    char *const texts[] = {
        listed->external_id, listed->source, listed->category, listed->tags,
        listed->name,        listed->stamp,  listed->more,     listed->around};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) free(texts[i]);
    /* it is large, and mostly unused: it was half of the work of a line */
    for (size_t i = 0; i < LISTED_HASHES; i++) {
        explicit_bzero(listed->hashes[i].bytes, listed->hashes[i].n);
        listed->hashes[i].n = 0;
    }
    listed->n_hashes = 0;
    listed->external_id = listed->source = listed->category = NULL;
    listed->tags = listed->name = listed->stamp = NULL;
    listed->more = listed->around = NULL;
    listed->withdrawn = false;
    listed->place = 0;
    listed->quality = -1;
}

bool listed_set(char **to, const char *text, size_t n)
{
    free(*to);
    *to = NULL;
    if (n >= LISTED_TEXT_SIZE) return false;
    if (!n) return true;
    *to = need(strndup(text, n));
    return strlen(*to) == n && text_is_utf8(*to);
}

bool listed_is_decimal(const char *text)
{
    const size_t n = strspn(text, "0123456789");
    const size_t m = text[n] == '.' ? strspn(text + n + 1, "0123456789") : 0;

    return n && n + m < 40 && !text[text[n] == '.' ? n + 1 + m : n];
}

/* ---- Hashes -------------------------------------------------------------- */

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool listed_add(struct listed *listed, enum listed_kind kind,
                const char *digits, size_t n)
{
    struct listed_hash *const hash = &listed->hashes[listed->n_hashes];

    if (listed->n_hashes == LISTED_HASHES || n != 2 * kinds[kind].size || !n)
        return false;
    hash->n = n / 2; /* also of what turns out to be none: it is cleared */
    for (size_t i = 0; i < n; i += 2) {
        const int high = digit(digits[i]), low = digit(digits[i + 1]);

        if (high < 0 || low < 0) return false;
        hash->bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    hash->kind = kind;
    listed->n_hashes++;
    return true;
}

bool listed_add_text(struct listed *listed, const char *text, size_t n)
{
    struct listed_hash *const hash = &listed->hashes[listed->n_hashes];

    if (listed->n_hashes == LISTED_HASHES || !n || n > LISTED_HASH_SIZE)
        return false;
    memcpy(hash->bytes, text, n);
    hash->kind = LISTED_OTHER;
    hash->n = n;
    listed->n_hashes++;
    return true;
}

void listed_digits(const struct listed_hash *hash, char text[LISTED_DIGITS])
{
    static const char digits[] = "0123456789abcdef";

    if (hash->kind == LISTED_OTHER) {
        memcpy(text, hash->bytes, hash->n);
        text[hash->n] = '\0';
        return;
    }
    for (size_t i = 0; i < hash->n; i++) {
        text[2 * i] = digits[hash->bytes[i] >> 4];
        text[2 * i + 1] = digits[hash->bytes[i] & 15];
    }
    text[2 * hash->n] = '\0';
}

const struct listed_hash *listed_find(const struct listed *listed,
                                      enum listed_kind kind)
{
    for (size_t i = 0; i < listed->n_hashes; i++)
        if (listed->hashes[i].kind == kind) return &listed->hashes[i];
    return NULL;
}
