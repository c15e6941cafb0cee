/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from the pictures and hashes of an index: checksums and tables. */
#ifndef SITR_INDEX_DERIVE_H
#define SITR_INDEX_DERIVE_H

#include "base/ctx.h"
#include "index/layout.h"

/** Fills in checksums, tables and the head of an index whose pictures, regions and
 * hashes are laid out; on the threads of the context's hook. */
sitr_status sitr_index_derive(const sitr_ctx *ctx, const sitr_index_layout *l,
                              uint8_t *data);

#endif
