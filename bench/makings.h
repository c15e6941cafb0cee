/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures made of photos, as many as are wanted, and what happens to them on
 * their way: gray, in C, because a hundred thousand are needed, and the same
 * each time. alterations.py has the careful ones.
 */
#ifndef SITR_BENCH_MAKINGS_H
#define SITR_BENCH_MAKINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Gray pixels, in rows that follow each other. */
typedef struct gray {
    uint32_t w, h;
    uint8_t *data; /* free() */
} gray;

typedef struct photos {
    gray *list;
    size_t n;
    size_t twin; /* of another; in no stranger */
} photos;

/** The JPEGs of a folder, reduced to some 1,000 pixels where they are larger. */
photos photos_read(const char *folder);
void photos_free(photos *p);

/** Picture number `i`: a part of one photo, turned, scaled and with its tones
 * changed, and over it, some 40 % opaque, a part of another. Every tenth
 * photo has no part in it; with `strange` these alone have. */
gray picture_make(const photos *p, uint64_t i, bool strange);

/** An altered copy of `g`, by alteration number `k` of `n_alterations`; `i`
 * chooses whatever is random. */
gray picture_alter(const photos *p, const gray *g, size_t k, uint64_t i);

extern const size_t n_alterations;
const char *alteration_name(size_t k);

#endif
