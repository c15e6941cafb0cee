/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures to look for. */
#ifndef TOOLS_PROTECTED_H
#define TOOLS_PROTECTED_H

#include <stdint.h>

#include "findings.h"
#include "list_match.h"
#include "picture.h"
#include "store.h"

struct protected_set {
    struct picture *pictures;
    size_t n, capacity;
    const uint64_t *ids;       /* of these; NULL: their places here */
    const struct store *store; /* has the signatures; NULL: each picture has */
    const struct list_match *lists; /* beside the pictures; NULL: none */
    /* made by protected_seal: */
    const sitr_signature **signatures;
    size_t *places; /* of each signature, in `pictures` */
    size_t n_signatures;
    size_t *by_sha256; /* places of what has one, in its order */
    size_t n_sha256;
};

/** Whether there is something to match by: a signature, or the SHA-256 of a
 * picture that did not decode. */
bool protected_wants(const struct picture *picture);

/** Takes what `picture` owns, and returns true, where it is wanted. */
bool protected_add(struct protected_set *set, const struct picture *picture);

/** Takes the pictures of `store`, which must outlive the set: in place of all
 * calls of protected_add. */
void protected_add_store(struct protected_set *set, struct store *store);

/** Nothing is added after this, and only then matched. */
void protected_seal(struct protected_set *set);

void protected_clear(struct protected_set *set);

/** Adds to `out` the matches of `found` at least as strong as `at_least`. A
 * protected picture that is this very file is no finding; `*n_self` counts
 * those. From any thread. */
sitr_status protected_match(const struct protected_set *set,
                            const struct picture *found, sitr_verdict at_least,
                            struct findings *out, uint64_t *n_self);

#endif
