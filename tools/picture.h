/* SPDX-License-Identifier: Apache-2.0 */
/* One file: read, hashed, forgotten. */
#ifndef TOOLS_PICTURE_H
#define TOOLS_PICTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <sitr-sandbox.h>

#include "inputs.h"
#include "status.h"

struct settings;

/** By which a file is known to be as it was. */
struct file_stamp {
    uint64_t device, inode, size;
    int64_t mtime_ns, ctime_ns;
};

struct picture {
    struct input input;
    enum status status;
    int error;        /* errno behind the status, or 0 */
    char reason[160]; /* what the library said about it, or "" */
    dev_t device;     /* with inode: which file it is; 0, 0 if not opened */
    ino_t inode;
    struct file_stamp stamp; /* as the file was opened; zero if it was not */
    bool changed;            /* and was another when it had been read */
    uint64_t size;           /* bytes that were read */
    bool has_sha256;
    uint8_t sha256[32];
    bool has_digests; /* these two, which lists of old have */
    uint8_t md5[16], sha1[20];
    sitr_signature *signature; /* where the status is ok or damaged, */
    sitr_blurred blurred;      /* or this, where it was wanted instead */
    sitr_signature_info info;
};

/** How pictures are read; shared by all threads. */
struct reader {
    sitr_ctx *ctx;
    sitr_sandbox *sandbox; /* decodes: no foreign byte is parsed here */
    sitr_sign_opts opts;
    uint64_t max_bytes;
    bool want_blurred; /* and no signature */
    bool want_sha256;
    bool want_digests; /* MD5 and SHA-1 with it */
    bool watch;        /* picture.changed is wanted */
};

/** A context with the limits of the command line, its words kept for
 * picture.reason, and a sandbox for at most `n_workers` pictures at a time; none
 * for 0, where no picture is read. False, after a message, where there is none. */
bool reader_open(struct reader *reader, const struct settings *settings,
                 unsigned n_workers);
void reader_close(struct reader *reader);

/** Reads and signs the file `picture->input` names and fills the rest. Opens
 * only regular files and never waits for one; holds its bytes only meanwhile.
 * From any thread. */
void picture_read(const struct reader *reader, struct picture *picture);

/** What the library has to say, called from this thread, is kept as the reason of
 * `picture`; NULL ends that. */
void picture_listen(struct picture *picture);

/** Of what the system says of a file. */
struct stat;
struct file_stamp file_stamp_of(const struct stat *st);
bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b);

/** Forgets what was read of it, and of the file only that it is to be read. */
void picture_reset(struct picture *picture);

void picture_clear(struct picture *picture);

/** What cannot be found of a picture, for want of anything to see. */
enum plainness {
    PLAIN_NOT = 0,
    PLAIN_IN_WHOLE, /* its hash says too little; its keypoints do not */
    PLAIN_IN_PARTS, /* too few keypoints; its hash says enough */
    PLAIN_ALL,      /* nothing but its very bytes can be found */
    PLAIN_COUNT
};

enum plainness picture_plainness(const struct picture *picture);

/** That in words; "" for PLAIN_NOT. */
const char *plainness_text(enum plainness plainness);

/** Whether it was signed, and no regions were looked for. */
bool picture_lacks_regions(const struct picture *picture);

/** The same bytes, by SHA-256. Also where neither could be decoded, as long as
 * they are pictures: two equal texts are no finding. */
bool picture_same_file(const struct picture *a, const struct picture *b);

/** Says what went wrong with it, if anything did. What is no picture is worth
 * a word where it was named, not where it was met in a folder, unless
 * `verbose`. */
void picture_report(const struct picture *picture, bool verbose);

#endif
