/* SPDX-License-Identifier: Apache-2.0 */
/* How corpus.c has bytes signed by another process. */
#ifndef SITR_TEST_SIGNER_H
#define SITR_TEST_SIGNER_H

#include <stdbool.h>

#include <sitr.h>

typedef struct verdict {
    int status;
    bool defined;     /* a status that the header promises for bytes */
    const char *name; /* "ok", "damaged", "limit" ... */
} verdict;

void signer_start(void);
verdict signer_sign(const uint8_t *data, size_t size);
void signer_stop(void);

#endif
