/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a picture: signed under small limits, written, read back and
 * written again, and signed once more with plain C kernels. All four agree.
 */
#include <stdlib.h>
#include <string.h>

#include <sitr.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_ENCODED 32768

static sitr_ctx *new_ctx(uint64_t cpu_off)
{
    const sitr_limits limits = {.struct_size = sizeof limits,
                                .max_pixels = 1 << 20,
                                .max_pixels_whole = 1 << 20,
                                .max_memory = 64 << 20};
    const sitr_ctx_opts opts = {
        .struct_size = sizeof opts, .limits = &limits, .cpu_off = cpu_off};
    sitr_ctx *ctx;

    if (sitr_ctx_new(&opts, &ctx)) abort();
    return ctx;
}

/* The encoded signature's size; 0 where there is none. */
static size_t sign(const sitr_ctx *ctx, const uint8_t *data, size_t size,
                   uint32_t flags, uint8_t out[MAX_ENCODED],
                   sitr_status *status)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .algos = 1u << SITR_PDQ | 1u << SITR_PHASH |
                                          1u << SITR_DHASH | 1u << SITR_AHASH,
                                 .flags = flags};
    sitr_signature *s;
    size_t n;

    *status = sitr_sign(ctx, data, size, &opts, &s);
    if (*status) {
        if (s || *status == SITR_EINVAL || *status == SITR_EIO) abort();
        return 0;
    }
    n = sitr_signature_encode(s, out, MAX_ENCODED);
    if (n > MAX_ENCODED) abort();
    sitr_signature_free(s);
    return n;
}

static void check_reread(const sitr_ctx *ctx, const uint8_t *data, size_t size)
{
    static uint8_t again[MAX_ENCODED];
    sitr_signature *s;

    if (sitr_signature_decode(ctx, data, size, &s)) abort();
    if (sitr_signature_encode(s, again, sizeof again) != size ||
        memcmp(again, data, size))
        abort();
    sitr_signature_free(s);
}

static void check_probe(const sitr_ctx *ctx, const uint8_t *data, size_t size,
                        sitr_status status)
{
    sitr_image_info info;
    const sitr_status probed = sitr_probe(ctx, data, size, &info);

    if (!status && probed) abort();
    if (!probed && (!info.width || !info.height || !info.frames ||
                    info.orientation < 1 || info.orientation > 8))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sitr_ctx *fast, *plain;
    static uint8_t a[MAX_ENCODED], b[MAX_ENCODED];
    /* to search with, or to keep */
    const uint32_t flags = SITR_SIGN_REGIONS | (size % 2 ? SITR_SIGN_QUERY : 0);
    sitr_status status, plain_status;

    if (!fast) {
        fast = new_ctx(0);
        plain = new_ctx(~UINT64_C(0));
    }
    const size_t n = sign(fast, data, size, flags, a, &status);

    if (sign(plain, data, size, flags, b, &plain_status) != n ||
        status != plain_status || memcmp(a, b, n))
        abort();
    check_probe(fast, data, size, status);
    if (n) check_reread(fast, a, n);
    return 0;
}
