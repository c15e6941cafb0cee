/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a file. Every file gets one; none is skipped in silence. */
#ifndef TOOLS_STATUS_H
#define TOOLS_STATUS_H

#include <stdbool.h>

#include <sitr.h>

/* Index files hold these numbers: none may change. */
enum status {
    STATUS_OK = 0,
    STATUS_DAMAGED, /* hashed, from what could be decoded */
    STATUS_NOT_IMAGE,
    STATUS_UNSUPPORTED,
    STATUS_CORRUPT,
    STATUS_TOO_LARGE,
    STATUS_TIMEOUT,
    STATUS_NO_MEMORY,
    STATUS_DECODER_DIED,
    STATUS_IO_ERROR,
    STATUS_NO_ACCESS,
    STATUS_COUNT
};

/** The word of machine output, "not-image": stable, never translated. */
const char *status_word(enum status status);

/** The same for people, in their language. */
const char *status_text(enum status status);

enum status status_of_sitr(sitr_status status);
enum status status_of_errno(int error);

/** Whether the exit status must tell of it: a text among pictures is none. */
bool status_is_failure(enum status status);

#endif
