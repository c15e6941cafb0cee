/* SPDX-License-Identifier: Apache-2.0 */
/* The section of a segment that names its pictures, as bytes. */
#ifndef TOOLS_NAMES_H
#define TOOLS_NAMES_H

#include "store.h"

/** What the head of the section says. */
struct names {
    uint64_t next;   /* own ids of the segment are below */
    bool no_regions; /* some of it was signed without */
    uint32_t n;      /* entries */
    uint32_t n_signatures;
    size_t size; /* of the section, a multiple of SECTION_ALIGN */
};

/** The section for `names->n` pictures, to be freed; `names->next` and
 * `no_regions` are given, the rest is filled in. `base` is taken from the ids. */
uint8_t *names_encode(struct names *names, uint64_t base,
                      const struct picture *pictures, const uint64_t *ids);

/** Reads the section at the beginning of `most` bytes; adds its pictures to
 * `store`, but for those that were removed from the segment, by ids with its
 * base. SITR_ETRUNCATED, _EVERSION or _ECORRUPT where it does not hold. */
sitr_status names_decode(struct store *store,
                         const struct manifest_segment *listed,
                         const uint8_t *data, size_t most, struct names *names);

#endif
