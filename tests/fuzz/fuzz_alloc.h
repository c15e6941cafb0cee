/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An allocator whose failures are chosen by the input: its last byte says how
 * often, its last but one begins the sequence. It counts what is alive.
 */
#ifndef SITR_FUZZ_ALLOC_H
#define SITR_FUZZ_ALLOC_H

#include <stdbool.h>
#include <stdlib.h>

#include <sitr.h>

typedef struct fuzz_alloc {
    sitr_allocator allocator;
    uint32_t state;
    uint32_t one_in; /* so many requests fails; 0 = none */
    size_t alive;    /* bytes */
    bool failed;
} fuzz_alloc;

static void *fuzz_resize(void *cookie, void *ptr, size_t old_size,
                         size_t new_size)
{
    fuzz_alloc *const a = cookie;
    void *p;

    if (!new_size) {
        a->alive -= ptr ? old_size : 0;
        free(ptr);
        return NULL;
    }
    a->state = a->state * 1664525 + 1013904223;
    if (a->one_in && (a->state >> 8) % a->one_in == 0) {
        a->failed = true;
        return NULL;
    }
    p = realloc(ptr, new_size);
    if (!p) abort();
    a->alive += new_size - (ptr ? old_size : 0);
    return p;
}

/** `a` must stay where it is; `seed` is chosen by the input. */
static inline void fuzz_alloc_init(fuzz_alloc *a, const uint8_t *data,
                                   size_t size)
{
    *a = (fuzz_alloc){.allocator = {.resize = fuzz_resize, .cookie = a},
                      .state = size > 1 ? data[size - 2] : 0,
                      .one_in = size ? 1u + data[size - 1] % 40u : 0};
}

#endif
