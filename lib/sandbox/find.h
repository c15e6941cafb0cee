/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the program of a worker is, and the environment it gets.
 */
#ifndef SITR_SANDBOX_FIND_H
#define SITR_SANDBOX_FIND_H

#include <sitr.h>

/** The path of sitr-worker: `given`, or else the first there is of those that
 * sitr-sandbox.h names. Freed by the caller. SITR_ENOENT, with a line to the
 * log, where there is none. */
sitr_status sandbox_find_worker(const sitr_ctx *ctx, const char *given,
                                char **out);

/** A setting of malloc, and of our environment what the dynamic linker and
 * sanitizers read: the rest is none of a decoder's business. NULL where there
 * is no memory. */
char **sandbox_environment(void);
void sandbox_environment_free(char **environment);

#endif
