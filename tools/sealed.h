/* SPDX-License-Identifier: Apache-2.0 */
/* A block of bytes with a few facts, sealed for those who have the pass phrase
 * or a secret key: how a case goes to another centre. It knows nothing of cases.
 * FORMAT.md has the bytes.
 *
 * Who has the pass phrase, and for a key pair anybody, can seal: what is opened
 * is what was sealed, but `by` is a claim. */
#ifndef TOOLS_SEALED_H
#define TOOLS_SEALED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEALED_CONTENT_MAX    ((size_t)1 << 30)
#define SEALED_RECIPIENTS_MAX 16
#define SEALED_KEY_SIZE       32
#define SEALED_LINE_SIZE      65 /* a key as text, with its final zero */
#define SEALED_TIME_MAX       INT64_C(253402300799) /* the end of 9999 */

/* of texts, in bytes */
#define SEALED_PURPOSE_MAX    1000
#define SEALED_BY_MAX         200
#define SEALED_LABEL_MAX      200
#define SEALED_PASSPHRASE_MAX 1000

enum sealed_status {
    SEALED_OK = 0,
    SEALED_EINVAL,     /* facts, key or content that cannot be sealed */
    SEALED_EFORMAT,    /* not a sealed file */
    SEALED_EVERSION,   /* written by a newer version */
    SEALED_ETRUNCATED, /* less than was sealed */
    SEALED_ETRAILING,  /* more than was sealed */
    SEALED_ECORRUPT,   /* not what was sealed, or sealed by no one like us */
    SEALED_ELIMIT,     /* more content than allowed */
    SEALED_ECOST,      /* wants more work for its pass phrase than allowed */
    SEALED_ELOCK,      /* a pass phrase where a key is needed, or a key there */
    SEALED_EPASSPHRASE, /* not its pass phrase, or a damaged head */
    SEALED_EKEY,        /* not for this key, or a damaged head */
    SEALED_EEXPIRED,    /* whole, and no longer to be opened */
    SEALED_ENOMEM,
    SEALED_STATUS_COUNT
};

/** What happened, for people, in their language; "" where nothing did. */
const char *sealed_problem(enum sealed_status status);

/* ---- Bytes that are nobody else's ---------------------------------------- */

/* Wiped when they are freed. What is no more than a mebibyte is in pages of its
 * own that are left out of core files and, where the system allows as much,
 * locked into memory: it does not allow much, and keys are to have of it. */
struct sealed_bytes {
    uint8_t *data; /* NULL where there are none */
    size_t size;
    bool is_locked;
};

/** False where there is no memory; then `bytes` has none. */
bool sealed_bytes_new(struct sealed_bytes *bytes, size_t size);

void sealed_bytes_free(struct sealed_bytes *bytes);

/* ---- Sealing and opening ------------------------------------------------- */

enum sealed_kind { SEALED_BY_PASSPHRASE = 1, SEALED_BY_KEY = 2 };

/* Sealed with the content: nothing of it can be read without the key. Texts are
 * UTF-8, and come from strangers: to be escaped where they are shown. */
struct sealed_facts {
    int64_t created; /* seconds since 1970, UTC: 0 .. SEALED_TIME_MAX */
    int64_t expires; /* after `created`, and at most SEALED_TIME_MAX */
    char purpose[SEALED_PURPOSE_MAX + 1]; /* not empty */
    char by[SEALED_BY_MAX + 1];
    char label[SEALED_LABEL_MAX + 1];
};

/* Who can open it: a pass phrase, or else each of 1 .. SEALED_RECIPIENTS_MAX
 * secret keys, by the public ones. */
struct sealed_lock {
    const struct sealed_bytes
        *passphrase; /* 1 .. SEALED_PASSPHRASE_MAX, or NULL */
    const uint8_t (*recipients)[SEALED_KEY_SIZE];
    size_t n_recipients;
};

/** Seals `size` bytes, at most SEALED_CONTENT_MAX. SEALED_EINVAL or _ENOMEM,
 * and then `file` has none. A pass phrase takes some 256 MiB and a second. */
enum sealed_status sealed_seal(const struct sealed_facts *facts,
                               const struct sealed_lock *lock,
                               const uint8_t *content, size_t size,
                               struct sealed_bytes *file);

/** What opens a file that has at most `most` bytes of content, before any work
 * is done for it. SEALED_EFORMAT, _EVERSION, _ETRUNCATED, _ETRAILING, _ECORRUPT,
 * _ELIMIT or _ECOST. */
enum sealed_status sealed_inspect(const uint8_t *data, size_t size, size_t most,
                                  enum sealed_kind *kind);

struct sealed_opened {
    struct sealed_facts facts;
    bool is_early; /* says it was sealed more than a day after `now` */
    struct sealed_bytes content;
};

/** Opens a file with the pass phrase or the secret key, whichever `kind` says
 * `secret` is. `now` is in seconds since 1970. Unless all of it is as it was
 * sealed and has not expired, nothing is given out: `opened` is zero then. */
enum sealed_status sealed_open(const uint8_t *data, size_t size, size_t most,
                               enum sealed_kind kind,
                               const struct sealed_bytes *secret, int64_t now,
                               struct sealed_opened *opened);

/** Wipes and frees what was opened. */
void sealed_opened_clear(struct sealed_opened *opened);

/* ---- Keys ---------------------------------------------------------------- */

/** The public key of one as text, "sitr-public-key:" and 48 letters, without a
 * line end. False where it is none. */
bool sealed_public_parse(const char *text, size_t size,
                         uint8_t key[SEALED_KEY_SIZE]);

/** The public key that belongs to a secret one, as that text. */
void sealed_public_print(const struct sealed_bytes *secret,
                         char line[SEALED_LINE_SIZE]);

/* The next are false after a message. */

/** Makes a key pair: the secret key in a new file, that only its owner can read,
 * the public one in `line`. */
bool sealed_key_create(const char *path, char line[SEALED_LINE_SIZE]);

/** The secret key in a file, which is refused where others can read it. */
bool sealed_key_load(const char *path, struct sealed_bytes *secret);

/** Asks for a pass phrase: at the terminal, without showing it, or reads the
 * first line of the file `path`, which is refused where others can read it. A
 * new one for `sealing` is asked for twice, and refused where it is short. */
bool sealed_ask_passphrase(const char *path, bool sealing,
                           struct sealed_bytes *passphrase);

/* ---- Files --------------------------------------------------------------- */

/** Writes a new file, whole or not at all. */
bool sealed_save(const char *path, const struct sealed_bytes *file);

/** Reads a regular file of at most `most` bytes; `is_private`: only one that
 * nobody but its owner can read or write. */
bool sealed_load(const char *path, size_t most, bool is_private,
                 struct sealed_bytes *file);

/** The bytes of the largest file with `most` bytes of content. */
size_t sealed_file_most(size_t most);

#endif
