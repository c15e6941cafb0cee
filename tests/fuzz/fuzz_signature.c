/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a signature: what is taken is what encode would have written,
 * and can be matched. The CRC is set right first, or nothing would get past.
 * Read once more while memory fails as the input says: SITR_ENOMEM or the same,
 * and nothing stays behind. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sitr.h>

#include "fuzz_alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* CRC-32C, bit by bit (RFC 3720, appendix B.4). */
static uint32_t crc32c(const uint8_t *data, size_t size)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int k = 0; k < 8; k++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
    }
    return ~crc;
}

static void check_match(const sitr_signature *s)
{
    sitr_match pair, scan;
    uint64_t n = 0;

    if (sitr_match_pair(s, s, NULL, &pair)) abort();
    /* in several places, by its regions */
    if (sitr_match_scan(&s, 1, s, NULL, &scan, 1, &n) || n > 8) abort();
    if (!n != !pair.verdict || (n && memcmp(&pair, &scan, sizeof pair)))
        abort();
    for (int i = 0; i < 8; i++)
        if (!isfinite(pair.quad[i / 2][i % 2])) abort();
}

static void check_poor(const uint8_t *data, size_t size, sitr_status expected)
{
    fuzz_alloc alloc;
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .allocator = &alloc.allocator};
    sitr_ctx *ctx;
    sitr_signature *s;
    sitr_status status;

    fuzz_alloc_init(&alloc, data, size);
    status = sitr_ctx_new(&opts, &ctx);
    if (status) {
        if (ctx || !alloc.failed || alloc.alive) abort();
        return;
    }
    alloc.failed = false;
    status = sitr_signature_decode(ctx, data, size, &s);
    if (status == SITR_ENOMEM ? !alloc.failed : status != expected) abort();
    if (!status != !!s) abort();
    if (s && sitr_signature_encode(s, NULL, 0) != size) abort();
    sitr_signature_free(s);
    sitr_ctx_free(ctx);
    if (alloc.alive) abort();
}

static void check(const sitr_ctx *ctx, const uint8_t *data, size_t size)
{
    sitr_signature *s;
    const sitr_status status = sitr_signature_decode(ctx, data, size, &s);
    uint8_t *again;

    check_poor(data, size, status);
    if (status) {
        if (s || status == SITR_EINVAL || status == SITR_ENOMEM) abort();
        return;
    }
    if (sitr_signature_encode(s, NULL, 0) != size) abort();
    again = malloc(size);
    if (!again || sitr_signature_encode(s, again, size - 1) != size ||
        sitr_signature_encode(s, again, size) != size ||
        memcmp(again, data, size))
        abort();
    free(again);
    check_match(s);
    sitr_signature_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sitr_ctx *ctx;
    uint8_t *right;

    if (!ctx && sitr_ctx_new(NULL, &ctx)) abort();
    check(ctx, data, size);
    if (size < 8 || size > 0xffff) return 0;
    right = malloc(size);
    if (!right) abort();
    memcpy(right, data, size);
    right[6] = (uint8_t)size;
    right[7] = (uint8_t)(size >> 8);
    const uint32_t crc = crc32c(right, size - 4);

    for (int i = 0; i < 4; i++)
        right[size - 4 + (size_t)i] = (uint8_t)(crc >> 8 * i);
    check(ctx, right, size);
    free(right);
    return 0;
}
