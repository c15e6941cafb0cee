/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a sealed file, and the memory that they are in. */
#include "sealed_format.h"

#include <assert.h>
#include <stdlib.h>

#include "i18n.h"

#define LOCKED_MOST ((size_t)1 << 20)

/* sodium_malloc aligns the end of what it gives, not its beginning. */
static_assert(_Alignof(struct sealed_work) == 1, "bytes and nothing else");

const char *sealed_problem(enum sealed_status status)
{
    switch (status) {
    case SEALED_EINVAL:
        return _("this cannot be sealed");
    case SEALED_EFORMAT:
        return _("not a file sealed by sitr");
    case SEALED_EVERSION:
        return _("sealed by a newer version of sitr");
    case SEALED_ETRUNCATED:
        return _("cut short: a part of the sealed file is missing");
    case SEALED_ETRAILING:
        return _("something was added to the sealed file");
    case SEALED_ECORRUPT:
        return _("damaged or altered since it was sealed");
    case SEALED_ELIMIT:
        return _("larger than what is opened here");
    case SEALED_ECOST:
        return _("its pass phrase would take more memory or time than is "
                 "allowed");
    case SEALED_ELOCK:
        return _("sealed the other way: with a pass phrase, not for a key, or "
                 "for a key, not with a pass phrase");
    case SEALED_EPASSPHRASE:
        return _("not opened: the pass phrase is wrong, or the file is "
                 "damaged");
    case SEALED_EKEY:
        return _("not opened: it is not sealed for this key, or the file is "
                 "damaged");
    case SEALED_EEXPIRED:
        return _("expired: whoever sealed it set a date that has passed");
    case SEALED_ENOMEM:
        return _("not enough memory");
    case SEALED_OK:
    case SEALED_STATUS_COUNT:
        break;
    }
    return "";
}

bool sealed_bytes_new(struct sealed_bytes *bytes, size_t size)
{
    *bytes = (struct sealed_bytes){.is_locked = size <= LOCKED_MOST};
    if (sodium_init() < 0) return false;
    bytes->data = bytes->is_locked ? sodium_malloc(size) : malloc(size);
    if (bytes->data) bytes->size = size;
    return bytes->data;
}

void sealed_bytes_free(struct sealed_bytes *bytes)
{
    if (bytes->is_locked) {
        sodium_free(bytes->data); /* wipes it */
    } else if (bytes->data) {
        sodium_memzero(bytes->data, bytes->size);
        free(bytes->data);
    }
    *bytes = (struct sealed_bytes){.data = NULL};
}

size_t sealed_lock_size(enum sealed_kind kind, size_t n_recipients)
{
    return kind == SEALED_BY_KEY ? n_recipients * SEALED_SLOT
                                 : SEALED_PASSPHRASE_LOCK;
}

size_t sealed_file_size(enum sealed_kind kind, size_t n_recipients,
                        size_t content)
{
    /* the last chunk is there even where it has nothing in it */
    const size_t n = content ? (content - 1) / SEALED_CHUNK + 1 : 1;

    return SEALED_LOCK_AT + sealed_lock_size(kind, n_recipients) +
           SEALED_CHECK + SEALED_STREAM + SEALED_FACTS + SEALED_TAG + content +
           n * SEALED_TAG;
}

size_t sealed_file_most(size_t most)
{
    if (most > SEALED_CONTENT_MAX) most = SEALED_CONTENT_MAX;
    return sealed_file_size(SEALED_BY_KEY, SEALED_RECIPIENTS_MAX, most);
}

enum sealed_status sealed_passphrase_key(struct sealed_work *work,
                                         const struct sealed_bytes *passphrase,
                                         const uint8_t *salt,
                                         uint32_t memory_kib, uint32_t passes)
{
    return crypto_pwhash(work->key, sizeof work->key,
                         (const char *)passphrase->data, passphrase->size, salt,
                         passes, (size_t)memory_kib * 1024,
                         crypto_pwhash_ALG_ARGON2ID13)
               ? SEALED_ENOMEM
               : SEALED_OK;
}

void sealed_derive(struct sealed_work *work, const uint8_t *head, size_t size,
                   uint8_t check[SEALED_CHECK])
{
    static const char context[crypto_kdf_CONTEXTBYTES] = "sitrseal";

    static_assert(SEALED_KEY_SIZE == crypto_kdf_KEYBYTES, "one key for both");
    crypto_kdf_derive_from_key(work->stream_key, sizeof work->stream_key, 1,
                               context, work->key);
    crypto_kdf_derive_from_key(work->check_key, sizeof work->check_key, 2,
                               context, work->key);
    crypto_generichash(check, SEALED_CHECK, head, size, work->check_key,
                       sizeof work->check_key);
}
