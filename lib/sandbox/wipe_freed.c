/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a decoder frees held a picture: in a worker it is overwritten as it is
 * freed. These are the free and realloc of the whole program, of the decoders
 * and the C library too, in front of those of whatever allocator is in force.
 *
 * glibc's M_PERTURB does less and costs more: it fills what is allocated as
 * well, among it pages that nobody would ever have written to, and misses the
 * small blocks that wait in a thread's cache.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* From here on the kernel wipes faster than we do. */
#define LARGE ((size_t)4 << 20)

static void (*next_free)(void *);

/* Pages that are given back come again as zeros, if anybody asks for them. */
static void give_back(uint8_t *p, size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t head = -(uintptr_t)p & (page - 1);
    const size_t whole = (size - head) & ~(page - 1);

    explicit_bzero(p, head);
    if (madvise(p + head, whole, MADV_DONTNEED))
        explicit_bzero(p + head, whole);
    explicit_bzero(p + head + whole, size - head - whole);
}

__attribute__((visibility("default"))) void free(void *p)
{
    if (!p) return;
    const size_t size = malloc_usable_size(p);

    if (size < LARGE)
        explicit_bzero(p, size);
    else
        give_back(p, size);
    if (!next_free) *(void **)&next_free = dlsym(RTLD_NEXT, "free");
    next_free(p);
}

/* A block that moves leaves its bytes behind: it is moved by hand. */
__attribute__((visibility("default"))) void *realloc(void *p, size_t size)
{
    const size_t had = malloc_usable_size(p); /* of NULL, 0 */
    void *moved;

    if (!p) return malloc(size);
    if (!size) {
        free(p);
        return NULL;
    }
    if (size <= had && size >= had / 2) return p;
    moved = malloc(size);
    if (!moved) return NULL;
    memcpy(moved, p, had < size ? had : size);
    free(p);
    return moved;
}
