/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITR_INDEX_TABLES_H
#define SITR_INDEX_TABLES_H

#include "base/ctx.h"
#include "index/layout.h"

/** Files all descriptors of an index in its table `t`: heads, and entries by
 * bucket, then number. `buckets` has room for a number of each descriptor. */
void sitr_table_fill(const sitr_index_layout *l, uint8_t *data, uint32_t t,
                     uint32_t *buckets);

#endif
