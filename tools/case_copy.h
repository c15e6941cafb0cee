/* SPDX-License-Identifier: Apache-2.0 */
/* A case, taken out of one case file and put into another. */
#ifndef TOOLS_CASE_COPY_H
#define TOOLS_CASE_COPY_H

#include "case_file.h"

#include <sitr.h>

/** Copies the case of that id: what it is, its pictures and what was done to them,
 * under `label`; the names of pictures where `names` says so. It trusts nothing of what it reads: each signature is decoded.
 * Within a transaction of `to`. The id of the copy, and the number of its pictures;
 * 0 after a message. */
int64_t case_copy(struct case_file *from, int64_t id, const sitr_ctx *ctx,
                  bool names, struct case_file *to, const char *label,
                  int64_t *n_pictures);

#endif
