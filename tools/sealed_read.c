/* SPDX-License-Identifier: Apache-2.0 */
/* Opening. Foreign bytes: what the head asks for is bounded before any work is
 * done for it, and not a byte is given out before the last was vouched for. */
#include "sealed_format.h"

#include <string.h>

#include "section.h"

#define A_DAY (24 * 60 * 60)

struct head {
    enum sealed_kind kind;
    size_t n_recipients;
    uint32_t memory_kib, passes;
    size_t check_at, stream_at, body_at;
    size_t content; /* its bytes */
};

static enum sealed_status read_cost(const uint8_t *data, struct head *head)
{
    const uint64_t memory_kib = section_get(data + SEALED_MEMORY_AT, 4);
    const uint64_t passes = section_get(data + SEALED_PASSES_AT, 4);

    if (memory_kib > SEALED_MEMORY_MAX || passes > SEALED_PASSES_MAX ||
        memory_kib * passes > SEALED_WORK_MAX)
        return SEALED_ECOST;
    if (memory_kib < crypto_pwhash_MEMLIMIT_MIN / 1024 ||
        passes < crypto_pwhash_OPSLIMIT_MIN ||
        !section_is_zero(data + SEALED_PASSES_AT + 4, 8))
        return SEALED_ECORRUPT;
    head->memory_kib = (uint32_t)memory_kib;
    head->passes = (uint32_t)passes;
    return SEALED_OK;
}

/* The lock, which the file is large enough for. */
static enum sealed_status read_lock(const uint8_t *data, struct head *head)
{
    const size_t n = head->n_recipients;

    if (head->kind == SEALED_BY_PASSPHRASE)
        return n ? SEALED_ECORRUPT : read_cost(data, head);
    return n >= 1 && n <= SEALED_RECIPIENTS_MAX ? SEALED_OK : SEALED_ECORRUPT;
}

/* How much content there is in `rest` bytes of chunks, which are full but for
 * the last. */
static enum sealed_status read_content(uint64_t rest, size_t most,
                                       struct head *head)
{
    const uint64_t full = SEALED_CHUNK + SEALED_TAG;
    const uint64_t n = (rest + full - 1) / full;
    const uint64_t last = rest - (n - 1) * full;

    /* none, or an empty one behind others */
    if (!rest || last < SEALED_TAG || (n > 1 && last == SEALED_TAG))
        return SEALED_ECORRUPT;
    if (rest - n * SEALED_TAG > most ||
        rest - n * SEALED_TAG > SEALED_CONTENT_MAX)
        return SEALED_ELIMIT;
    head->content = (size_t)(rest - n * SEALED_TAG);
    return SEALED_OK;
}

static enum sealed_status read_start(const uint8_t *data, size_t size)
{
    static const uint8_t magic[] = {'S', 'I', 'T', 'R', SEALED_LETTER};
    const size_t n = size < sizeof magic ? size : sizeof magic;
    uint64_t there;

    if (n && memcmp(data, magic, n)) return SEALED_EFORMAT;
    if (size <= sizeof magic) return SEALED_ETRUNCATED;
    if (data[5] > SEALED_VERSION) return SEALED_EVERSION;
    if (data[5] != SEALED_VERSION) return SEALED_ECORRUPT;
    if (size < SEALED_LOCK_AT) return SEALED_ETRUNCATED;
    there = section_get(data + SEALED_SIZE_AT, 8);
    if (there != size)
        return there > size ? SEALED_ETRUNCATED : SEALED_ETRAILING;
    return SEALED_OK;
}

static enum sealed_status read_head(const uint8_t *data, size_t size,
                                    size_t most, struct head *head)
{
    enum sealed_status status = read_start(data, size);

    if (status) return status;
    if (data[SEALED_KIND_AT] != SEALED_BY_PASSPHRASE &&
        data[SEALED_KIND_AT] != SEALED_BY_KEY)
        return SEALED_ECORRUPT;
    head->kind = data[SEALED_KIND_AT];
    head->n_recipients = data[SEALED_N_AT];
    head->check_at =
        SEALED_LOCK_AT + sealed_lock_size(head->kind, head->n_recipients);
    head->stream_at = head->check_at + SEALED_CHECK;
    head->body_at = head->stream_at + SEALED_STREAM;
    if (size < head->body_at + SEALED_FACTS + SEALED_TAG)
        return SEALED_ECORRUPT;
    status = read_content(size - head->body_at - SEALED_FACTS - SEALED_TAG,
                          most, head);
    return status ? status : read_lock(data, head);
}

enum sealed_status sealed_inspect(const uint8_t *data, size_t size, size_t most,
                                  enum sealed_kind *kind)
{
    struct head head = {.content = 0};
    const enum sealed_status status = read_head(data, size, most, &head);

    if (!status) *kind = head.kind;
    return status;
}

/* Finds the key of the file in the slot that is ours. */
static enum sealed_status unlock_by_key(struct sealed_work *work,
                                        const struct head *head,
                                        const uint8_t *slot,
                                        const struct sealed_bytes *secret)
{
    uint8_t public_key[SEALED_KEY_SIZE];

    if (secret->size != SEALED_KEY_SIZE) return SEALED_EINVAL;
    crypto_scalarmult_base(public_key, secret->data);
    for (size_t i = 0; i < head->n_recipients; i++, slot += SEALED_SLOT)
        if (!crypto_box_seal_open(work->key, slot, SEALED_SLOT, public_key,
                                  secret->data))
            return SEALED_OK;
    return SEALED_EKEY;
}

/* Makes the keys, and tries them on the head. */
static enum sealed_status unlock(struct sealed_work *work,
                                 const struct head *head, const uint8_t *data,
                                 const struct sealed_bytes *secret)
{
    const bool by_key = head->kind == SEALED_BY_KEY;
    uint8_t check[SEALED_CHECK];
    const enum sealed_status status =
        by_key ? unlock_by_key(work, head, data + SEALED_LOCK_AT, secret)
               : sealed_passphrase_key(work, secret, data + SEALED_LOCK_AT,
                                       head->memory_kib, head->passes);

    if (status) return status;
    sealed_derive(work, data, head->check_at, check);
    if (!sodium_memcmp(check, data + head->check_at, sizeof check))
        return SEALED_OK;
    return by_key ? SEALED_ECORRUPT : SEALED_EPASSPHRASE;
}

/* The next chunk, of `size` bytes without what vouches for it. */
static bool pull(struct sealed_work *work, uint8_t *to, const uint8_t **from,
                 size_t size, const uint8_t *head, size_t head_size,
                 unsigned char wanted)
{
    unsigned char tag;
    const uint8_t *const chunk = *from;

    *from += size + SEALED_TAG;
    return !crypto_secretstream_xchacha20poly1305_pull(
               &work->stream, to, NULL, &tag, chunk, size + SEALED_TAG, head,
               head_size) &&
           tag == wanted;
}

/* The facts and all of the content, as they were sealed. */
static bool read_body(struct sealed_work *work, const struct head *head,
                      const uint8_t *data, struct sealed_opened *opened)
{
    const uint8_t *from = data + head->body_at;
    uint8_t *to = opened->content.data;
    size_t left = opened->content.size;

    /* the first chunk vouches for all that was before it */
    if (crypto_secretstream_xchacha20poly1305_init_pull(
            &work->stream, data + head->stream_at, work->stream_key) ||
        !pull(work, work->facts, &from, SEALED_FACTS, data, head->body_at,
              crypto_secretstream_xchacha20poly1305_TAG_MESSAGE))
        return false;
    do {
        const size_t n = left < SEALED_CHUNK ? left : SEALED_CHUNK;

        left -= n;
        if (!pull(work, to, &from, n, NULL, 0,
                  left ? crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
                       : crypto_secretstream_xchacha20poly1305_TAG_FINAL))
            return false;
        to += n;
    } while (left);
    return sealed_facts_decode(&opened->facts, work->facts);
}

static enum sealed_status open_work(struct sealed_work *work,
                                    const struct head *head,
                                    const uint8_t *data,
                                    const struct sealed_bytes *secret,
                                    int64_t now, struct sealed_opened *opened)
{
    const enum sealed_status status = unlock(work, head, data, secret);

    if (status) return status;
    if (!sealed_bytes_new(&opened->content, head->content))
        return SEALED_ENOMEM;
    if (!read_body(work, head, data, opened)) return SEALED_ECORRUPT;
    if (now >= opened->facts.expires) return SEALED_EEXPIRED;
    opened->is_early = opened->facts.created - A_DAY > now;
    return SEALED_OK;
}

enum sealed_status sealed_open(const uint8_t *data, size_t size, size_t most,
                               enum sealed_kind kind,
                               const struct sealed_bytes *secret, int64_t now,
                               struct sealed_opened *opened)
{
    struct sealed_bytes work;
    struct head head = {.content = 0};
    enum sealed_status status = read_head(data, size, most, &head);

    memset(opened, 0, sizeof *opened);
    if (!status && head.kind != kind) status = SEALED_ELOCK;
    if (status) return status;
    if (!sealed_bytes_new(&work, sizeof(struct sealed_work)))
        return SEALED_ENOMEM;
    status = open_work((struct sealed_work *)work.data, &head, data, secret,
                       now, opened);
    sealed_bytes_free(&work);
    if (status) sealed_opened_clear(opened);
    return status;
}

void sealed_opened_clear(struct sealed_opened *opened)
{
    sealed_bytes_free(&opened->content);
    sodium_memzero(opened, sizeof *opened);
}
