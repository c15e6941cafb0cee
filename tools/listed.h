/* SPDX-License-Identifier: Apache-2.0 */
/* What a list of hashes says of one picture, video or frame, whatever the format
 * it came in. */
#ifndef TOOLS_LISTED_H
#define TOOLS_LISTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum listed_kind {
    LISTED_PDQ = 0,
    LISTED_MD5,
    LISTED_SHA1,
    LISTED_SHA256,
    LISTED_PHASH, /* 64 bits of Python ImageHash: carried, not looked for */
    LISTED_OTHER, /* text of a kind that is not computed here: carried */
    LISTED_KINDS
};

#define LISTED_HASHES    16    /* of one record */
#define LISTED_HASH_SIZE 1024  /* bytes */
#define LISTED_TEXT_SIZE 4096  /* bytes of each text */
#define LISTED_MORE_SIZE 65536 /* of what is carried along */

struct listed_hash {
    enum listed_kind kind;
    size_t n;
    uint8_t bytes[LISTED_HASH_SIZE]; /* of text, without a zero */
};

/* Texts are UTF-8 that a stranger wrote, owned, NULL where there is none. */
struct listed {
    struct listed_hash hashes[LISTED_HASHES];
    size_t n_hashes;
    char *external_id; /* that the format knows it by, beside its source */
    char *source;      /* whose list or collaboration it is */
    char *category, *tags;
    char *name;   /* of the file that was hashed, or a frame's number */
    char *stamp;  /* when it was listed, or of a frame where in the video */
    char *more;   /* JSON: the record as it was, without its hashes */
    char *around; /* JSON: what the record lay in, an event or a case */
    int quality;  /* 0 .. 100, -1 where the list does not say */
    bool withdrawn;
    uint64_t place; /* line or number of the record, from 1 */
};

void listed_clear(struct listed *listed);

/** Takes a copy of `text`, of its first `n` bytes; of nothing, NULL. False where
 * it is too long, or no UTF-8. */
bool listed_set(char **to, const char *text, size_t n);

/** Adds a hash of digits; false where these are not as many as the kind has. */
bool listed_add(struct listed *listed, enum listed_kind kind,
                const char *digits, size_t n);
/** Adds text of a kind that is not computed here. */
bool listed_add_text(struct listed *listed, const char *text, size_t n);

/** The digits of a hash, or its text, with a final zero. */
#define LISTED_DIGITS (2 * LISTED_HASH_SIZE + 1)
void listed_digits(const struct listed_hash *hash, char text[LISTED_DIGITS]);

/** Whether a text is a number as frames are timed by: "0.033", "12". */
bool listed_is_decimal(const char *text);

/** The first hash of that kind; NULL. */
const struct listed_hash *listed_find(const struct listed *listed,
                                      enum listed_kind kind);

/** "pdq", "md5", "sha1", "sha256", "phash", "other". */
const char *listed_kind_name(enum listed_kind kind);
/** LISTED_KINDS where there is none of that name. */
enum listed_kind listed_kind_named(const char *name, size_t n);
/** The same of what tx calls it: "video_md5" too. */
enum listed_kind listed_kind_of_signal(const char *name, size_t n);
/** Bytes of a hash; 0: any. */
size_t listed_kind_size(enum listed_kind kind);

#endif
