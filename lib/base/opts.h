/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Option structs that grow: a caller compiled against an older or newer header
 * passes a smaller or larger struct than ours.
 */
#ifndef SITR_OPTS_H
#define SITR_OPTS_H

#include <sitr.h>

/** Copies the caller's struct of `*given` bytes (its first member) over ours of
 * `size` bytes, which becomes all zero past what was given. What a newer caller
 * has beyond our size must be zero: an option that we do not know cannot be
 * ignored in silence. `given` NULL leaves all zero. SITR_EINVAL otherwise. */
sitr_status sitr_opts_read(void *ours, size_t size, const void *given);

#endif
