/* SPDX-License-Identifier: Apache-2.0 */
#include "floor.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>

/* Rows asked of libjpeg at once, as the library does. */
#define BATCH 8

/* ---- JPEG ----------------------------------------------------------------- */

typedef struct jpeg {
    struct jpeg_decompress_struct cinfo;
    struct jpeg_error_mgr errors;
    jmp_buf failed;
} jpeg;

static void on_jpeg_error(j_common_ptr cinfo)
{
    longjmp(((jpeg *)cinfo->client_data)->failed, 1);
}

static void on_jpeg_message(j_common_ptr cinfo) { (void)cinfo; }

static void open_jpeg(jpeg *j, const bench_file *file)
{
    j->cinfo.err = jpeg_std_error(&j->errors);
    j->errors.error_exit = on_jpeg_error;
    j->errors.output_message = on_jpeg_message;
    jpeg_create_decompress(&j->cinfo);
    j->cinfo.client_data = j;
    jpeg_mem_src(&j->cinfo, file->data, file->size);
    jpeg_read_header(&j->cinfo, TRUE);
}

/* The largest of 1, 2, 4, 8 that leaves 320 on the short side. */
static unsigned scale_for(unsigned width, unsigned height)
{
    const unsigned side = width < height ? width : height;
    unsigned s = 8;

    while (s > 1 && (side + s - 1) / s < 320) s /= 2;
    return s;
}

static void read_jpeg(jpeg *j, floor_mode mode)
{
    struct jpeg_decompress_struct *c = &j->cinfo;
    const bool gray = c->jpeg_color_space == JCS_YCbCr ||
                      c->jpeg_color_space == JCS_GRAYSCALE;
    JSAMPARRAY rows;

    if (gray)
        c->out_color_space = mode == FLOOR_COLOUR ? JCS_RGB : JCS_GRAYSCALE;
    c->scale_num = 1;
    c->scale_denom =
        mode == FLOOR_SCALED ? scale_for(c->image_width, c->image_height) : 1;
    c->dct_method = JDCT_ISLOW;
    c->do_block_smoothing = FALSE;
    jpeg_start_decompress(c);
    rows = c->mem->alloc_sarray(
        (j_common_ptr)c, JPOOL_IMAGE,
        c->output_width * (JDIMENSION)c->output_components, BATCH);
    while (c->output_scanline < c->output_height)
        jpeg_read_scanlines(c, rows, BATCH);
    jpeg_finish_decompress(c);
}

static bool decode_jpeg(const bench_file *file, floor_mode mode)
{
    jpeg j = {0};
    const bool failed = setjmp(j.failed);

    if (!failed) {
        open_jpeg(&j, file);
        read_jpeg(&j, mode);
    }
    jpeg_destroy_decompress(&j.cinfo);
    return !failed;
}

bool floor_is_progressive(const bench_file *file)
{
    jpeg j = {0};
    const bool failed = setjmp(j.failed);

    if (!failed) open_jpeg(&j, file);
    const bool progressive = !failed && j.cinfo.progressive_mode;

    jpeg_destroy_decompress(&j.cinfo);
    return progressive;
}

/* ---- PNG ------------------------------------------------------------------ */

typedef struct reader {
    const bench_file *file;
    size_t at;
} reader;

static void on_png_read(png_structp png, png_bytep out, size_t size)
{
    reader *r = png_get_io_ptr(png);

    if (size > r->file->size - r->at) png_error(png, "the data ends early");
    memcpy(out, r->file->data + r->at, size);
    r->at += size;
}

static void on_png_error(png_structp png, png_const_charp message)
{
    (void)message;
    png_longjmp(png, 1);
}

static void on_png_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* One row again and again or, of an interlaced picture, all of them. */
static void read_png(png_structp png, png_infop info, uint8_t *volatile *pixels)
{
    size_t size, height, step;
    int passes;

    png_read_info(png, info);
    passes = png_set_interlace_handling(png);
    png_set_expand(png);
    png_set_scale_16(png);
    png_read_update_info(png, info);
    size = png_get_rowbytes(png, info);
    height = png_get_image_height(png, info);
    step = passes > 1 ? size : 0;
    *pixels = bench_alloc(NULL, passes > 1 ? size * height : size);
    for (int pass = 0; pass < passes; pass++)
        for (size_t y = 0; y < height; y++)
            png_read_row(png, *pixels + y * step, NULL);
}

static bool decode_png(const bench_file *file)
{
    uint8_t *volatile kept = NULL;
    reader r = {.file = file};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL,
                                             on_png_error, on_png_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    volatile bool ok = false;

    if (!info) bench_die("libpng", "no memory");
    if (!setjmp(png_jmpbuf(png))) {
        png_set_read_fn(png, &r, on_png_read);
        read_png(png, info, &kept);
        ok = true;
    }
    png_destroy_read_struct(&png, &info, NULL);
    free(kept);
    return ok;
}

/* ---- WebP ----------------------------------------------------------------- */

static bool decode_webp(const bench_file *file)
{
    WebPDecoderConfig config;

    if (!WebPInitDecoderConfig(&config)) return false;
    if (WebPGetFeatures(file->data, file->size, &config.input)) return false;
    config.output.colorspace =
        config.input.format == 2
            ? MODE_RGBA
            : (config.input.has_alpha ? MODE_YUVA : MODE_YUV);
    const bool ok =
        WebPDecode(file->data, file->size, &config) == VP8_STATUS_OK;

    WebPFreeDecBuffer(&config.output);
    return ok;
}

bool floor_decode(const bench_file *file, sitr_format format, floor_mode mode)
{
    switch (format) {
    case SITR_FORMAT_JPEG:
        return decode_jpeg(file, mode);
    case SITR_FORMAT_PNG:
        return decode_png(file);
    case SITR_FORMAT_WEBP:
        return decode_webp(file);
    case SITR_FORMAT_UNKNOWN:
        break;
    }
    return false;
}
