/* SPDX-License-Identifier: Apache-2.0 */
/* The section of an index file that names its pictures, as bytes. */
#ifndef TOOLS_NAMES_H
#define TOOLS_NAMES_H

#include "store.h"

#define NAMES_ALIGN 64 /* of sections in the file */

/** The section for `part` and its pictures, to be freed; `*size` is a multiple
 * of NAMES_ALIGN. */
uint8_t *names_encode(const struct store_part *part,
                      const struct picture *pictures, const uint64_t *ids,
                      size_t *size);

/** Reads the section that begins at `data`, with `most` bytes up to the end of
 * the file; fills base, next, no_regions, first and n of `part`, adds its
 * pictures to `store`, and tells its size and how many of them have a signature.
 * SITR_ETRUNCATED, _EVERSION or _ECORRUPT where it does not hold. */
sitr_status names_decode(struct store *store, struct store_part *part,
                         const uint8_t *data, size_t most, size_t *size,
                         uint64_t *n_signatures);

#endif
