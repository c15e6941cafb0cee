/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing: the head, whose check ties it to the key, then the facts, then the
 * content in chunks. */
#include "sealed_format.h"

#include <string.h>

#include "section.h"

static bool lock_is_good(const struct sealed_lock *lock)
{
    if (lock->passphrase)
        return !lock->n_recipients && lock->passphrase->size >= 1 &&
               lock->passphrase->size <= SEALED_PASSPHRASE_MAX;
    return lock->n_recipients >= 1 &&
           lock->n_recipients <= SEALED_RECIPIENTS_MAX;
}

static enum sealed_kind kind_of(const struct sealed_lock *lock)
{
    return lock->passphrase ? SEALED_BY_PASSPHRASE : SEALED_BY_KEY;
}

static enum sealed_status lock_by_passphrase(struct sealed_work *work,
                                             const struct sealed_lock *lock,
                                             uint8_t *head)
{
    const uint32_t memory_kib = crypto_pwhash_MEMLIMIT_MODERATE / 1024;
    const uint32_t passes = crypto_pwhash_OPSLIMIT_MODERATE;

    randombytes_buf(head + SEALED_LOCK_AT, crypto_pwhash_SALTBYTES);
    section_put(head + SEALED_MEMORY_AT, memory_kib, 4);
    section_put(head + SEALED_PASSES_AT, passes, 4);
    return sealed_passphrase_key(work, lock->passphrase, head + SEALED_LOCK_AT,
                                 memory_kib, passes);
}

static enum sealed_status lock_by_keys(struct sealed_work *work,
                                       const struct sealed_lock *lock,
                                       uint8_t *head)
{
    uint8_t *slot = head + SEALED_LOCK_AT;

    randombytes_buf(work->key, sizeof work->key);
    for (size_t i = 0; i < lock->n_recipients; i++, slot += SEALED_SLOT)
        /* it knows the points that would make every key the same */
        if (crypto_box_seal(slot, work->key, sizeof work->key,
                            lock->recipients[i]))
            return SEALED_EINVAL;
    return SEALED_OK;
}

/* All before the stream's header, but for the check. */
static enum sealed_status put_head(struct sealed_work *work,
                                   const struct sealed_lock *lock,
                                   struct sealed_bytes *file)
{
    static const uint8_t start[] = {'S', 'I',           'T',
                                    'R', SEALED_LETTER, SEALED_VERSION};
    uint8_t *const head = file->data;

    memset(head, 0, SEALED_LOCK_AT + SEALED_PASSPHRASE_LOCK);
    memcpy(head, start, sizeof start);
    head[SEALED_KIND_AT] = (uint8_t)kind_of(lock);
    head[SEALED_N_AT] = (uint8_t)lock->n_recipients;
    section_put(head + SEALED_SIZE_AT, file->size, 8);
    return lock->passphrase ? lock_by_passphrase(work, lock, head)
                            : lock_by_keys(work, lock, head);
}

/* The stream, behind `size` bytes of head that its first chunk vouches for. */
static void put_body(struct sealed_work *work, const uint8_t *head, size_t size,
                     uint8_t *to, const uint8_t *content, size_t left)
{
    crypto_secretstream_xchacha20poly1305_push(
        &work->stream, to, NULL, work->facts, SEALED_FACTS, head, size,
        crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
    to += SEALED_FACTS + SEALED_TAG;
    for (;;) {
        const size_t n = left < SEALED_CHUNK ? left : SEALED_CHUNK;

        left -= n;
        crypto_secretstream_xchacha20poly1305_push(
            &work->stream, to, NULL, content, n, NULL, 0,
            left ? crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
                 : crypto_secretstream_xchacha20poly1305_TAG_FINAL);
        /* where there was none, there is nowhere to go on from */
        if (!left) return;
        to += n + SEALED_TAG;
        content += n;
    }
}

static enum sealed_status fill(struct sealed_work *work,
                               const struct sealed_facts *facts,
                               const struct sealed_lock *lock,
                               const uint8_t *content, size_t size,
                               struct sealed_bytes *file)
{
    const enum sealed_status status = put_head(work, lock, file);
    const size_t check_at =
        SEALED_LOCK_AT + sealed_lock_size(kind_of(lock), lock->n_recipients);
    const size_t stream_at = check_at + SEALED_CHECK;
    const size_t body_at = stream_at + SEALED_STREAM;

    if (status) return status;
    sealed_derive(work, file->data, check_at, file->data + check_at);
    crypto_secretstream_xchacha20poly1305_init_push(
        &work->stream, file->data + stream_at, work->stream_key);
    sealed_facts_encode(facts, work->facts);
    put_body(work, file->data, body_at, file->data + body_at, content, size);
    return SEALED_OK;
}

enum sealed_status sealed_seal(const struct sealed_facts *facts,
                               const struct sealed_lock *lock,
                               const uint8_t *content, size_t size,
                               struct sealed_bytes *file)
{
    struct sealed_bytes work = {.data = NULL};
    enum sealed_status status = SEALED_ENOMEM;

    *file = (struct sealed_bytes){.data = NULL};
    if (!sealed_facts_are_good(facts) || !lock_is_good(lock) ||
        size > SEALED_CONTENT_MAX)
        return SEALED_EINVAL;
    if (sealed_bytes_new(&work, sizeof(struct sealed_work)) &&
        sealed_bytes_new(
            file, sealed_file_size(kind_of(lock), lock->n_recipients, size)))
        status = fill((struct sealed_work *)work.data, facts, lock, content,
                      size, file);
    sealed_bytes_free(&work);
    if (status) sealed_bytes_free(file);
    return status;
}
