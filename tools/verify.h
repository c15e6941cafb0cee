/* SPDX-License-Identifier: Apache-2.0 */
/* What sitr verify looks at, and what it has to say of each part. */
#ifndef TOOLS_VERIFY_H
#define TOOLS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "args.h"
#include "case_file.h"
#include "output.h"

enum verify_result {
    VERIFY_OK = 0,
    VERIFY_GONE,        /* no disagreement: it need not be there any more */
    VERIFY_NOT_CHECKED, /* nor is that one */
    VERIFY_DIFFERS,
    VERIFY_MISSING,
    VERIFY_EXTRA,     /* no manifest names it */
    VERIFY_DAMAGED,   /* it cannot be what was written */
    VERIFY_UNREADABLE /* which says nothing of what it is */
};

struct verify {
    const struct settings *settings;
    struct output output;
    char *root; /* the folder; NULL: a file alone */
    size_t n_bad, n_unreadable;
};

/** What an errno means for a part that should be there; ok for 0. */
enum verify_result verify_result_of(int error);

/** Prints what came of a part: `check` is a stable word, `name` the part's. Of one
 * that cannot be read, errno says why. */
void verify_say(struct verify *verify, const char *check, const char *name,
                enum verify_result result);

/** The SHA-256 of a regular file. Links are followed within the first bytes of its
 * path alone. 0 or an errno. */
int verify_hash(const char *path, size_t n_followed, uint8_t sha256[32]);

/** Reads such a file of at most `most` bytes; to be freed, with a zero byte behind
 * its end. NULL with errno. */
char *verify_load(const char *path, size_t n_followed, size_t most,
                  size_t *size);

/** A path within the folder; to be freed. */
char *verify_path(const struct verify *verify, const char *name);

/** The 32 bytes that a member has in hexadecimal digits; false where it has none. */
bool verify_hex(const json_t *object, const char *name, uint8_t out[32]);

/** Checks both manifests against the files, and the files against them. */
void verify_bag(struct verify *verify);

/** Checks what report.json says of the acts, and by `html_name` of the page, where
 * there is one; NULL: none. */
void verify_facts(struct verify *verify, const json_t *report,
                  const char *html_name);

/** Checks that the acts are still in that case file, which is open. False after a
 * message. */
bool verify_case(struct verify *verify, const json_t *report,
                 struct case_file *file);

/** Checks the files that were found, as far as they are there. */
void verify_found(struct verify *verify, const json_t *report);

#endif
