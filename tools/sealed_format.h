/* SPDX-License-Identifier: Apache-2.0 */
/* What sealing and opening have in common. FORMAT.md has the bytes. */
#ifndef TOOLS_SEALED_FORMAT_H
#define TOOLS_SEALED_FORMAT_H

#include <sodium.h>

#include "sealed.h"

#define SEALED_LETTER  'S'
#define SEALED_VERSION 1

/* The head begins with these; then the lock, a check and the stream's header. */
#define SEALED_KIND_AT 6
#define SEALED_N_AT    7
#define SEALED_SIZE_AT 8
#define SEALED_LOCK_AT 16

/* The lock: of a pass phrase, or a slot for each recipient. */
#define SEALED_MEMORY_AT       (SEALED_LOCK_AT + crypto_pwhash_SALTBYTES)
#define SEALED_PASSES_AT       (SEALED_MEMORY_AT + 4)
#define SEALED_PASSPHRASE_LOCK 32
#define SEALED_SLOT            (crypto_box_SEALBYTES + SEALED_KEY_SIZE)

#define SEALED_CHECK  32
#define SEALED_STREAM crypto_secretstream_xchacha20poly1305_HEADERBYTES

/* The body: facts, then content. */
#define SEALED_TAG   crypto_secretstream_xchacha20poly1305_ABYTES
#define SEALED_FACTS 1536
#define SEALED_CHUNK 65536

/* What a file may ask for: SENSITIVE, the most that libsodium has a name for,
 * is 4 passes over 1 GiB. */
#define SEALED_MEMORY_MAX (1u << 20) /* KiB */
#define SEALED_PASSES_MAX 16
#define SEALED_WORK_MAX   (4u << 20) /* KiB times passes */

/* What is secret while a file is sealed or opened. */
struct sealed_work {
    uint8_t key[SEALED_KEY_SIZE]; /* of the file: the others come of it */
    uint8_t check_key[SEALED_KEY_SIZE];
    uint8_t stream_key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    uint8_t facts[SEALED_FACTS];
    crypto_secretstream_xchacha20poly1305_state stream;
};

/** Bytes of the lock of one kind. */
size_t sealed_lock_size(enum sealed_kind kind, size_t n_recipients);

/** Bytes of a whole file. */
size_t sealed_file_size(enum sealed_kind kind, size_t n_recipients,
                        size_t content);

/** Makes the key of a pass phrase: SEALED_OK or _ENOMEM. */
enum sealed_status sealed_passphrase_key(struct sealed_work *work,
                                         const struct sealed_bytes *passphrase,
                                         const uint8_t *salt,
                                         uint32_t memory_kib, uint32_t passes);

/** Makes the other keys of the file's, and the check of `size` bytes of head. */
void sealed_derive(struct sealed_work *work, const uint8_t *head, size_t size,
                   uint8_t check[SEALED_CHECK]);

/** Whether these can be sealed. */
bool sealed_facts_are_good(const struct sealed_facts *facts);

void sealed_facts_encode(const struct sealed_facts *facts,
                         uint8_t block[SEALED_FACTS]);

/** False, and nothing in `facts`, where they are not as they are encoded. */
bool sealed_facts_decode(struct sealed_facts *facts,
                         const uint8_t block[SEALED_FACTS]);

#endif
