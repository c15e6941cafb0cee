/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as Exif: 1 .. 8 comes out, and the same whether it stands alone or
 * in a JPEG, a PNG or a WebP.
 */
#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t file[70000];
static size_t at;

static void put(const void *data, size_t n)
{
    memcpy(file + at, data, n);
    at += n;
}

static void put_number(size_t value, size_t n, int big)
{
    for (size_t i = 0; i < n; i++)
        file[at++] = (uint8_t)(value >> 8 * (big ? n - 1 - i : i));
}

static void in_jpeg(const uint8_t *exif, size_t size)
{
    /* one component, 8 x 8 */
    static const uint8_t frame[] = {0xff, 0xc0, 0, 11, 8, 0,    8,   0,
                                    8,    1,    1, 17, 0, 0xff, 0xd9};

    at = 0;
    put("\xff\xd8\xff\xe1", 4);
    put_number(2 + 6 + size, 2, 1);
    put("Exif\0", 6);
    put(exif, size);
    put(frame, sizeof frame);
}

static void in_png(const uint8_t *exif, size_t size)
{
    at = 0;
    put("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\0\0\0\0\0\0\0\0",
        33);
    put_number(size, 4, 1);
    put("eXIf", 4);
    put(exif, size);
    put_number(0, 4, 1);
}

static void in_webp(const uint8_t *exif, size_t size)
{
    at = 0;
    put("RIFF\xff\xff\0\0WEBPVP8X\x0a\0\0\0\x08\0\0\0\x07\0\0\x07\0\0", 30);
    put("EXIF", 4);
    put_number(size, 4, 0);
    put(exif, size);
}

static void check(const sitr_ctx *ctx, uint32_t orientation)
{
    uint8_t *const exact = malloc(at);
    sitr_image_info info;

    if (!exact) abort();
    memcpy(exact, file, at);
    if (sitr_probe(ctx, exact, at, &info) || info.width != 8 ||
        info.orientation != orientation)
        abort();
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sitr_ctx *ctx;

    if (!ctx && sitr_ctx_new(NULL, &ctx)) abort();
    if (size > 65000) return 0;
    const uint32_t orientation = sitr_exif_orientation(data, size);

    if (orientation < 1 || orientation > 8) abort();
    in_png(data, size);
    check(ctx, orientation);
    in_webp(data, size);
    check(ctx, orientation);
    /* a JPEG puts "Exif" in front: what has its own would have it twice */
    if (size >= 6 && !memcmp(data, "Exif\0", 6)) return 0;
    in_jpeg(data, size);
    check(ctx, orientation);
    return 0;
}
