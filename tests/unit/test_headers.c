/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers put together by hand, the odd ones above all: what the three readers
 * of ours make of each, and of signatures whose hashes are in the wrong order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crc32c.h"
#include "base/mem.h"
#include "pictures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct row {
    const char *what;
    const char *bytes;
    size_t size;
    sitr_status status;
    uint32_t width, height, orientation;
} row;

#define BYTES(text) text, sizeof(text) - 1

/* SOF0 of 16 x 32 with one component; Exif with orientation 6 or 3. */
#define SOI     "\xff\xd8"
#define SOF     "\xff\xc0\0\x0b\x08\0\x20\0\x10\1\1\x11\0"
#define SOF2    "\xff\xc2\0\x0b\x08\0\x40\0\x40\1\1\x11\0"
#define TIFF(n) "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0" n "\0\0\0\0\0\0\0"
#define EXIF(n)   \
 "\xff\xe1\0\x22" \
 "Exif\0\0" TIFF(n)

static const row jpegs[] = {
    {"plain", BYTES(SOI SOF), SITR_OK, 16, 32, 1},
    {"turned", BYTES(SOI EXIF("\6") SOF), SITR_OK, 16, 32, 6},
    {"two Exif: the first counts", BYTES(SOI EXIF("\6") EXIF("\3") SOF),
     SITR_OK, 16, 32, 6},
    {"Exif behind the frame", BYTES(SOI SOF EXIF("\3")), SITR_OK, 16, 32, 3},
    {"APP1 too short for Exif", BYTES(SOI "\xff\xe1\0\4Ex" SOF), SITR_OK, 16,
     32, 1},
    {"APP1 of something else", BYTES(SOI "\xff\xe1\0\x0ahttp://x" SOF), SITR_OK,
     16, 32, 1},
    {"two frames: the first counts", BYTES(SOI SOF SOF2), SITR_OK, 16, 32, 1},
    {"markers without a length",
     BYTES(SOI "\xff\xd8\xff\x01\xff\xd0\xff\xd7" SOF), SITR_OK, 16, 32, 1},
    {"fill bytes", BYTES(SOI "\xff\xff\xff" SOF), SITR_OK, 16, 32, 1},
    {"bytes that belong to nobody", BYTES(SOI "\xff\xe0\0\2xyz\xff\0" SOF),
     SITR_OK, 16, 32, 1},
    {"tables, and markers that are no frame",
     BYTES(SOI
           "\xff\xc4\0\2\xff\xc8\0\x0b\x08\1\1\1\1\1\1\1\1\xff\xcc\0\2" SOF),
     SITR_OK, 16, 32, 1},
    {"the scan ends the header", BYTES(SOI "\xff\xda\0\2" SOF), SITR_ECORRUPT,
     0, 0, 0},
    {"no height", BYTES(SOI "\xff\xc0\0\x0b\x08\0\0\0\x10\1\1\x11\0\xff\xd9\0"),
     SITR_ECORRUPT, 0, 0, 0},
    {"no width", BYTES(SOI "\xff\xc0\0\x0b\x08\0\x10\0\0\1\1\x11\0\xff\xd9\0"),
     SITR_ECORRUPT, 0, 0, 0},
    {"a frame too short", BYTES(SOI "\xff\xc0\0\4\x08\0\xff\xd9\0"),
     SITR_ECORRUPT, 0, 0, 0},
    {"a length of one", BYTES(SOI "\xff\xe0\0\1"), SITR_ECORRUPT, 0, 0, 0},
    {"a length past the end", BYTES(SOI "\xff\xe0\1\1x"), SITR_ETRUNCATED, 0, 0,
     0},
    {"fill bytes to the end", BYTES(SOI "\xff\xff\xff\xff"), SITR_ETRUNCATED, 0,
     0, 0},
    {"nothing", BYTES(SOI "\xff"), SITR_ETRUNCATED, 0, 0, 0},
};

#define PNG   "\x89PNG\r\n\x1a\n"
#define IHDR  "\0\0\0\x0dIHDR\0\0\0\x10\0\0\0\x20\x08\0\0\0\0crc_"
#define IHDR2 "\0\0\0\x0dIHDR\0\0\0\x40\0\0\0\x40\x08\0\0\0\0crc_"
#define PNGX(n) \
 "\0\0\0\x1a"   \
 "eXIf" TIFF(n) "crc_"

static const row pngs[] = {
    {"plain", BYTES(PNG IHDR), SITR_OK, 16, 32, 1},
    {"turned", BYTES(PNG IHDR PNGX("\6")), SITR_OK, 16, 32, 6},
    {"two headers: the first counts", BYTES(PNG IHDR IHDR2), SITR_OK, 16, 32,
     1},
    {"nothing counts behind IEND",
     BYTES(PNG IHDR "\0\0\0\0IENDcrc_" PNGX("\6")), SITR_OK, 16, 32, 1},
    {"a header too short",
     BYTES(PNG "\0\0\0\4IHDR\0\0\0\x10"
               "crc_"),
     SITR_ECORRUPT, 0, 0, 0},
    {"no width", BYTES(PNG "\0\0\0\x0dIHDR\0\0\0\0\0\0\0\x20\x08\0\0\0\0crc_"),
     SITR_ECORRUPT, 0, 0, 0},
    {"no height", BYTES(PNG "\0\0\0\x0dIHDR\0\0\0\x20\0\0\0\0\x08\0\0\0\0crc_"),
     SITR_ECORRUPT, 0, 0, 0},
    {"a chunk past the end", BYTES(PNG "\x3f\xff\xff\xffzTXt"), SITR_ETRUNCATED,
     0, 0, 0},
    {"nothing", BYTES(PNG), SITR_ETRUNCATED, 0, 0, 0},
};

#define RIFF(n) "RIFF" n "\0\0\0WEBP"

static const row webps[] = {
    {"canvas", BYTES(RIFF("\x16") "VP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x1f\0\0"),
     SITR_OK, 16, 32, 1},
    {"the canvas before the picture",
     BYTES(RIFF("\x30") "VP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x1f\0\0"
                        "VP8L\5\0\0\0\x2f\xff\xff\xff\0\0"),
     SITR_OK, 16, 32, 1},
    {"lossless", BYTES(RIFF("\x12") "VP8L\5\0\0\0\x2f\x0f\xc0\7\0\0"), SITR_OK,
     16, 32, 1},
    {"lossy", BYTES(RIFF("\x16") "VP8 \x0a\0\0\0\0\0\0\x9d\1\x2a\x10\0\x20\0"),
     SITR_OK, 16, 32, 1},
    {"lossy without width",
     BYTES(RIFF("\x16") "VP8 \x0a\0\0\0\0\0\0\x9d\1\x2a\0\0\x20\0"),
     SITR_ECORRUPT, 0, 0, 0},
    {"lossy without height",
     BYTES(RIFF("\x16") "VP8 \x0a\0\0\0\0\0\0\x9d\1\x2a\x10\0\0\0"),
     SITR_ECORRUPT, 0, 0, 0},
    {"too short for any", BYTES(RIFF("\x0e") "VP8L\2\0\0\0\x2f\0"),
     SITR_ECORRUPT, 0, 0, 0},
    {"nothing", BYTES(RIFF("\xf0")), SITR_ETRUNCATED, 0, 0, 0},
};

static void check(const row *rows, size_t n, sitr_format format)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    for (size_t i = 0; i < n; i++) {
        const row *r = &rows[i];
        bytes b = bytes_new(r->bytes, r->size);
        sitr_image_info info;
        sitr_signature *s;
        const sitr_status status = sitr_probe(ctx, b.data, b.size, &info);

        if (status != r->status || info.width != r->width ||
            info.height != r->height || info.orientation != r->orientation ||
            info.format != (status ? SITR_FORMAT_UNKNOWN : format))
            fail_msg("%s: %s, %u x %u, %u", r->what, sitr_status_text(status),
                     info.width, info.height, info.orientation);
        /* none of them has a picture in it */
        assert_int_not_equal(sitr_sign(ctx, b.data, b.size, NULL, &s), SITR_OK);
        assert_null(s);
        bytes_free(&b);
    }
    sitr_ctx_free(ctx);
}

static void jpeg_headers(void **state)
{
    (void)state;
    check(jpegs, COUNT(jpegs), SITR_FORMAT_JPEG);
}

static void png_headers(void **state)
{
    (void)state;
    check(pngs, COUNT(pngs), SITR_FORMAT_PNG);
}

static void webp_headers(void **state)
{
    (void)state;
    check(webps, COUNT(webps), SITR_FORMAT_WEBP);
}

/* A frame of an animation whose bitstream says another size: it is the one that
 * counts, and the buffers fit it. */
static void frames_that_lie(void **state)
{
    static const size_t fields[] = {6, 9}; /* width - 1, height - 1 of ANMF */
    raster r = raster_new(64, 48, 3, 9);
    bytes frame = webp_of(&r, 60);
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(fields); i++) {
        bytes b = webp_animation(&frame, 100, 90, 4, 6, 2);
        sitr_signature *s;
        size_t at = 12;

        while (memcmp(b.data + at, "ANMF", 4) != 0) at++;
        assert_int_equal(sitr_sign(ctx, b.data, b.size, NULL, &s), SITR_OK);
        sitr_signature_free(s);
        b.data[at + 8 + fields[i]] -= 3;
        assert_int_equal(sitr_sign(ctx, b.data, b.size, NULL, &s), SITR_OK);
        sitr_signature_free(s);
        bytes_free(&b);
    }
    sitr_ctx_free(ctx);
    bytes_free(&frame);
    raster_free(&r);
}

/* ---- Signatures --------------------------------------------------------------- */

typedef struct kind {
    uint8_t algo, turn;
} kind;

static sitr_status decode(const sitr_ctx *ctx, const kind *kinds, size_t n,
                          uint32_t width, uint32_t height)
{
    uint8_t buf[1024] = "SITRS\1";
    size_t at = 28;
    sitr_signature *s;
    sitr_status status;

    for (size_t i = 0; i < 4; i++) {
        buf[8 + i] = (uint8_t)(width >> 8 * i);
        buf[12 + i] = (uint8_t)(height >> 8 * i);
    }
    buf[16] = 1;
    buf[24] = 1;
    buf[25] = 80;
    buf[26] = (uint8_t)n;
    for (size_t i = 0; i < n; i++) {
        buf[at] = kinds[i].algo;
        buf[at + 1] = kinds[i].turn;
        buf[at + 2] = 80;
        at += 4 + (kinds[i].algo == SITR_PDQ ? 32u : 8u);
    }
    buf[6] = (uint8_t)(at + 4);
    buf[7] = (uint8_t)((at + 4) >> 8);
    const uint32_t crc = sitr_crc32c(buf, at);

    for (size_t i = 0; i < 4; i++) buf[at + i] = (uint8_t)(crc >> 8 * i);
    status = sitr_signature_decode(ctx, buf, at + 4, &s);
    assert_true(!status == !!s);
    sitr_signature_free(s);
    return status;
}

static void order_of_hashes(void **state)
{
    static const struct {
        kind kinds[3];
        size_t n;
        sitr_status status;
    } cases[] = {
        {{{1, 0}}, 1, SITR_OK},
        {{{1, 0}, {1, 1}, {2, 0}}, 3, SITR_OK},
        {{{1, 0}, {1, 5}, {4, 0}}, 3, SITR_OK},
        {{{2, 0}}, 1, SITR_OK},
        {{{1, 1}}, 1, SITR_ECORRUPT},                 /* upright comes first */
        {{{1, 0}, {1, 2}, {1, 1}}, 3, SITR_ECORRUPT}, /* turns fall */
        {{{1, 0}, {1, 1}, {1, 1}}, 3, SITR_ECORRUPT}, /* twice */
        {{{2, 0}, {1, 0}}, 2, SITR_ECORRUPT},         /* algorithms fall */
        {{{2, 0}, {2, 0}}, 2, SITR_ECORRUPT},
        {{{1, 0}, {2, 1}}, 2, SITR_ECORRUPT}, /* a turn of another than PDQ */
        {{{1, 0}, {1, 8}}, 2, SITR_ECORRUPT},
        {{{0, 0}}, 1, SITR_ECORRUPT},
        {{{5, 0}}, 1, SITR_ECORRUPT},
    };
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (decode(ctx, cases[i].kinds, cases[i].n, 9, 9) != cases[i].status)
            fail_msg("case %zu", i);
    assert_int_equal(decode(ctx, cases[0].kinds, 1, 0, 0), SITR_OK);
    assert_int_equal(decode(ctx, cases[0].kinds, 1, 9, 0), SITR_ECORRUPT);
    assert_int_equal(decode(ctx, cases[0].kinds, 1, 0, 9), SITR_ECORRUPT);
    sitr_ctx_free(ctx);
}

static void memory_beyond_all(void **state)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    sitr_budget budget;
    void *block = &budget;

    (void)state;
    sitr_budget_init(&budget, ctx);
    assert_null(sitr_alloc(ctx, SIZE_MAX));
    assert_int_equal(sitr_budget_alloc(&budget, SIZE_MAX, &block), SITR_ENOMEM);
    assert_null(block);
    assert_int_equal(sitr_budget_alloc(&budget, SIZE_MAX / 2, &block),
                     SITR_ELIMIT);
    assert_true(budget.exceeded);
    sitr_free(ctx, NULL);
    sitr_budget_free(&budget, NULL);
    sitr_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jpeg_headers),    cmocka_unit_test(png_headers),
        cmocka_unit_test(webp_headers),    cmocka_unit_test(frames_that_lie),
        cmocka_unit_test(order_of_hashes), cmocka_unit_test(memory_beyond_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
