/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One format, FORMAT of the build: the bytes behind its first ones, so that the
 * engine need not find these. Signed with all algorithms under small limits;
 * probed; and signed once more while memory fails as the input says. All three
 * agree, or the third says that memory failed and leaves nothing behind.
 */
#include <stdlib.h>
#include <string.h>

#include <sitr.h>

#include "fuzz_alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define JPEG 1
#define PNG  2
#define WEBP 3

#define MAX_ENCODED 1024

static const sitr_limits limits = {.struct_size = sizeof limits,
                                   .max_pixels = 1 << 20,
                                   .max_pixels_whole = 1 << 20,
                                   .max_memory = 64 << 20};

static void put_magic(uint8_t *data, size_t size)
{
#if FORMAT == JPEG
    static const uint8_t magic[] = {0xff, 0xd8, 0xff};
#elif FORMAT == PNG
    static const uint8_t magic[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
#else
    static const uint8_t magic[] = {'R', 'I', 'F', 'F'};

    if (size >= 12) memcpy(data + 8, "WEBP", 4);
#endif
    memcpy(data, magic, size < sizeof magic ? size : sizeof magic);
}

static sitr_ctx *new_ctx(const sitr_allocator *allocator)
{
    const sitr_ctx_opts opts = {
        .struct_size = sizeof opts, .limits = &limits, .allocator = allocator};
    sitr_ctx *ctx;

    return sitr_ctx_new(&opts, &ctx) ? NULL : ctx;
}

/* The encoded signature's size; 0 where there is none. */
static size_t sign(const sitr_ctx *ctx, const uint8_t *data, size_t size,
                   uint8_t out[MAX_ENCODED], sitr_status *status)
{
    const sitr_sign_opts opts = {
        .struct_size = sizeof opts, .algos = 30, .flags = SITR_SIGN_QUERY};
    sitr_signature *s;
    size_t n = 0;

    *status = sitr_sign(ctx, data, size, &opts, &s);
    if (*status) {
        if (s) abort();
        return 0;
    }
    n = sitr_signature_encode(s, out, MAX_ENCODED);
    if (n > MAX_ENCODED) abort();
    sitr_signature_free(s);
    return n;
}

static void check_status(sitr_status status)
{
    switch (status) {
    case SITR_OK:
    case SITR_EFORMAT:
    case SITR_EUNSUPPORTED:
    case SITR_ETRUNCATED:
    case SITR_ECORRUPT:
    case SITR_ELIMIT:
        return;
    default:
        abort();
    }
}

static void check_poor(const uint8_t *data, size_t size, sitr_status expected,
                       const uint8_t *encoded, size_t n)
{
    uint8_t got[MAX_ENCODED];
    fuzz_alloc alloc;
    sitr_ctx *ctx;
    sitr_status status;
    size_t n_got;

    fuzz_alloc_init(&alloc, data, size);
    ctx = new_ctx(&alloc.allocator);
    if (!ctx) {
        if (!alloc.failed || alloc.alive) abort();
        return;
    }
    alloc.failed = false;
    n_got = sign(ctx, data, size, got, &status);
    if (status == SITR_ENOMEM) {
        if (!alloc.failed) abort();
    } else if (status != expected || n_got != n || memcmp(got, encoded, n)) {
        abort();
    }
    sitr_ctx_free(ctx);
    if (alloc.alive) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sitr_ctx *ctx;
    uint8_t encoded[MAX_ENCODED];
    uint8_t *copy;
    sitr_image_info info;
    sitr_status status;

    if (!ctx && !(ctx = new_ctx(NULL))) abort();
    copy = malloc(size ? size : 1);
    if (!copy) abort();
    if (size) memcpy(copy, data, size);
    put_magic(copy, size);
    const size_t n = sign(ctx, copy, size, encoded, &status);

    check_status(status);
    const sitr_status probed = sitr_probe(ctx, copy, size, &info);

    if (!status && (probed || info.format != FORMAT)) abort();
    check_poor(copy, size, status, encoded, n);
    free(copy);
    return 0;
}
