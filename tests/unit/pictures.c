/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures by libjpeg, libpng and libwebp, which the tests trust as encoders.
 * Their errors end the program: the defaults of libjpeg and libpng do so. */
#include "pictures.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>
#include <webp/mux.h>

#define CHECK(what) \
 do { \
  if (!(what)) { \
   fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what); \
   abort(); \
  } \
 } while (0)

static void *get(size_t size)
{
    void *block = calloc(1, size ? size : 1);

    CHECK(block);
    return block;
}

/* ---- Pixels --------------------------------------------------------------- */

uint32_t noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Along one side: four waves a channel. */
#define N_WAVES 4
static double *waves(uint32_t side, uint32_t channels, double first)
{
    double *w = get((size_t)side * channels * N_WAVES * sizeof *w), *p = w;

    for (uint32_t i = 0; i < side; i++)
        for (uint32_t c = 0; c < channels; c++)
            for (int k = 0; k < N_WAVES; k++)
                *p++ = sin((first + 5.5 * k) * (i + 0.5) / side + k + 0.7 * c);
    return w;
}

raster raster_new(uint32_t width, uint32_t height, uint32_t channels,
                  uint8_t grain)
{
    const raster r = {width, height, channels,
                      get((size_t)width * height * channels)};
    double *across = waves(width, channels, 7), *down = waves(height, channels, 9);
    uint32_t seed = width * 31 + height;
    uint8_t *p = r.data;

    for (uint32_t y = 0; y < height; y++)
        for (uint32_t i = 0; i < width * channels; i++) {
            const uint32_t c = i % channels;
            const double *a = across + (size_t)i * N_WAVES;
            const double *d = down + ((size_t)y * channels + c) * N_WAVES;
            double shade = grain ? noise(&seed) % grain : 0;

            for (int k = 0; k < N_WAVES; k++)
                shade += a[k] * d[N_WAVES - 1 - k] * (c == 3 ? 90 : 55);
            shade += 128;
            *p++ = (uint8_t)(shade < 0 ? 0 : shade > 255 ? 255 : shade);
        }
    free(across);
    free(down);
    return r;
}

raster raster_blank(uint32_t width, uint32_t height, uint32_t channels)
{
    return (raster){width, height, channels,
                    get((size_t)width * height * channels)};
}

void raster_free(raster *r)
{
    free(r->data);
    r->data = NULL;
}

/* The place in the stored picture of what is seen at x, y (Exif 2.32). */
static size_t stored_at(const raster *s, uint32_t orientation, uint32_t x,
                        uint32_t y)
{
    const uint32_t right = s->width - 1, bottom = s->height - 1;
    uint32_t col = x, row = y;

    switch (orientation) {
    case 2: col = right - x; break;
    case 3: col = right - x, row = bottom - y; break;
    case 4: row = bottom - y; break;
    case 5: col = y, row = x; break;
    case 6: col = y, row = bottom - x; break;
    case 7: col = right - y, row = bottom - x; break;
    case 8: col = right - y, row = x; break;
    default: break;
    }
    return ((size_t)row * s->width + col) * s->channels;
}

raster raster_upright(const raster *stored, uint32_t orientation)
{
    const bool swap = orientation >= 5;
    const raster r = {
        swap ? stored->height : stored->width,
        swap ? stored->width : stored->height, stored->channels,
        get((size_t)stored->width * stored->height * stored->channels)};
    uint8_t *p = r.data;

    for (uint32_t y = 0; y < r.height; y++)
        for (uint32_t x = 0; x < r.width; x++, p += r.channels)
            memcpy(p, stored->data + stored_at(stored, orientation, x, y),
                   r.channels);
    return r;
}

sitr_pixels raster_pixels(const raster *r)
{
    return (sitr_pixels){.data = r->data,
                         .stride = (size_t)r->width * r->channels,
                         .width = r->width,
                         .height = r->height,
                         .layout = (sitr_layout)r->channels};
}

uint8_t luma_of(const uint8_t *rgb)
{
    return (uint8_t)((19595u * rgb[0] + 38470u * rgb[1] + 7471u * rgb[2] +
                      32768u) >>
                     16);
}

/* ---- Bytes ---------------------------------------------------------------- */

bytes bytes_new(const void *data, size_t size)
{
    const bytes b = {get(size), size};

    if (data && size) memcpy(b.data, data, size);
    return b;
}

void bytes_append(bytes *b, const void *data, size_t size)
{
    b->data = realloc(b->data, b->size + size + 1);
    CHECK(b->data);
    memcpy(b->data + b->size, data, size);
    b->size += size;
}

void bytes_free(bytes *b)
{
    free(b->data);
    *b = (bytes){NULL, 0};
}

bytes exif_of(uint32_t orientation, bool big)
{
    const uint8_t o = (uint8_t)orientation;
    const uint8_t mm[26] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0,
                            3,   0,   0, 0,  1, 0, o, 0, 0, 0, 0, 0,    0};
    const uint8_t ii[26] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3,
                            0,   1,   0,  0, 0, o, 0, 0, 0, 0, 0,    0, 0};

    return bytes_new(big ? mm : ii, 26);
}

/* ---- JPEG ----------------------------------------------------------------- */

static void set_kind(struct jpeg_compress_struct *c, const raster *r,
                     const jpeg_opts *o)
{
    c->in_color_space = r->channels == 1   ? JCS_GRAYSCALE
                        : r->channels == 3 ? JCS_RGB
                                           : JCS_CMYK;
    jpeg_set_defaults(c);
    if (o->kind == JPEG_RGB) jpeg_set_colorspace(c, JCS_RGB);
    if (o->kind == JPEG_YCCK) jpeg_set_colorspace(c, JCS_YCCK);
    if (o->kind == JPEG_RGB) c->write_Adobe_marker = TRUE;
    if (o->no_adobe_marker) c->write_Adobe_marker = FALSE;
}

static void set_scans(struct jpeg_compress_struct *c, const jpeg_opts *o,
                      jpeg_scan_info scans[JPEG_MAX_SCANS])
{
    for (int i = 0; i < c->num_components; i++) {
        const uint8_t *s = o->sampling[i];

        c->comp_info[i].h_samp_factor = s[0] ? s[0] : 1;
        c->comp_info[i].v_samp_factor = s[1] ? s[1] : 1;
        scans[i] = (jpeg_scan_info){.comps_in_scan = 1,
                                    .component_index = {i},
                                    .Se = 63};
    }
    if (o->progressive) jpeg_simple_progression(c);
    if (o->one_by_one) {
        c->scan_info = scans;
        c->num_scans = c->num_components;
    }
    if (o->script) {
        c->scan_info = scans;
        c->num_scans = o->n_script;
    }
    for (int i = 0; o->script && i < o->n_script; i++) {
        const jpeg_scan *s = &o->script[i];

        scans[i] = (jpeg_scan_info){.comps_in_scan = s->n_components,
                                    .Ss = s->first,
                                    .Se = s->last,
                                    .Ah = s->high,
                                    .Al = s->low};
        for (int k = 0; k < s->n_components; k++)
            scans[i].component_index[k] = s->component[k];
    }
    c->arith_code = o->arithmetic;
}

bytes jpeg_of(const raster *r, const jpeg_opts *opts)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    jpeg_scan_info scans[JPEG_MAX_SCANS];
    unsigned char *data = NULL;
    unsigned long size = 0;
    bytes out;

    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &data, &size);
    c.image_width = r->width;
    c.image_height = r->height;
    c.input_components = (int)r->channels;
    set_kind(&c, r, opts);
    jpeg_set_quality(&c, opts->quality ? opts->quality : 90, TRUE);
    set_scans(&c, opts, scans);
    c.restart_interval = opts->restart;
    c.dct_method = JDCT_ISLOW;
    jpeg_start_compress(&c, TRUE);
    if (opts->orientation) {
        bytes tiff = exif_of(opts->orientation, opts->orientation % 2);
        bytes app1 = bytes_new("Exif\0", 6);

        bytes_append(&app1, tiff.data, tiff.size);
        jpeg_write_marker(&c, JPEG_APP0 + 1, app1.data, (unsigned)app1.size);
        bytes_free(&tiff);
        bytes_free(&app1);
    }
    while (c.next_scanline < c.image_height) {
        JSAMPROW row =
            r->data + (size_t)c.next_scanline * r->width * r->channels;

        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    out = bytes_new(data, size);
    free(data);
    return out;
}

size_t jpeg_data_at(const bytes *jpeg)
{
    size_t at = 2;

    for (;;) {
        CHECK(at + 4 <= jpeg->size && jpeg->data[at] == 0xff);
        const size_t length =
            (size_t)jpeg->data[at + 2] << 8 | jpeg->data[at + 3];
        const bool is_sos = jpeg->data[at + 1] == 0xda;

        at += 2 + length;
        if (is_sos) return at;
    }
}

/* ---- PNG ------------------------------------------------------------------ */

static void append_png(png_structp png, png_bytep data, size_t size)
{
    bytes_append(png_get_io_ptr(png), data, size);
}

static void flush_png(png_structp png) { (void)png; }

static void set_transparency(png_structp png, png_infop info,
                             const png_opts *o)
{
    png_color_16 key = {.gray = o->key_value[0],
                        .red = o->key_value[0],
                        .green = o->key_value[1],
                        .blue = o->key_value[2]};

    if (o->n_alpha)
        png_set_tRNS(png, info, o->palette_alpha, o->n_alpha, NULL);
    else if (o->key)
        png_set_tRNS(png, info, NULL, 0, &key);
}

static void write_exif(png_structp png, const png_opts *o)
{
    bytes exif = exif_of(o->orientation, !(o->orientation % 2));

    png_write_chunk(png, (png_const_bytep) "eXIf", exif.data, exif.size);
    bytes_free(&exif);
}

bytes png_of_rows(uint32_t width, uint32_t height, const uint8_t *rows,
                  size_t stride, const png_opts *o)
{
    bytes out = {NULL, 0};
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    png_color palette[256];

    CHECK(info);
    png_set_write_fn(png, &out, append_png, flush_png);
    png_set_IHDR(png, info, width, height, o->depth, o->type,
                 o->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    for (int i = 0; i < o->n_palette; i++)
        palette[i] = (png_color){o->palette[i][0], o->palette[i][1],
                                 o->palette[i][2]};
    if (o->n_palette) png_set_PLTE(png, info, palette, o->n_palette);
    set_transparency(png, info, o);
    png_write_info(png, info);
    if (o->orientation && !o->exif_last) write_exif(png, o);
    for (int pass = png_set_interlace_handling(png); pass > 0; pass--)
        for (uint32_t y = 0; y < height; y++)
            png_write_row(png, rows + y * stride);
    if (o->orientation && o->exif_last) write_exif(png, o);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    return out;
}

bytes png_of(const raster *r, const png_opts *opts)
{
    png_opts o = {0};

    if (opts) o = *opts;
    o.depth = 8;
    o.type = r->channels == 1   ? PNG_COLOR_TYPE_GRAY
             : r->channels == 3 ? PNG_COLOR_TYPE_RGB
                                : PNG_COLOR_TYPE_RGBA;
    return png_of_rows(r->width, r->height, r->data,
                       (size_t)r->width * r->channels, &o);
}

/* ---- WebP ----------------------------------------------------------------- */

bytes webp_of(const raster *r, float quality)
{
    const int w = (int)r->width, h = (int)r->height;
    const int stride = w * (int)r->channels;
    uint8_t *data = NULL;
    size_t size;
    bytes out;

    CHECK(r->channels == 3 || r->channels == 4);
    if (r->channels == 3)
        size = quality < 0
                   ? WebPEncodeLosslessRGB(r->data, w, h, stride, &data)
                   : WebPEncodeRGB(r->data, w, h, stride, quality, &data);
    else
        size = quality < 0
                   ? WebPEncodeLosslessRGBA(r->data, w, h, stride, &data)
                   : WebPEncodeRGBA(r->data, w, h, stride, quality, &data);
    CHECK(size);
    out = bytes_new(data, size);
    WebPFree(data);
    return out;
}

static bytes assembled(WebPMux *mux)
{
    WebPData data;
    bytes out;

    CHECK(WebPMuxAssemble(mux, &data) == WEBP_MUX_OK);
    out = bytes_new(data.bytes, data.size);
    WebPDataClear(&data);
    WebPMuxDelete(mux);
    return out;
}

bytes webp_with_exif(const bytes *webp, uint32_t orientation)
{
    const WebPData image = {webp->data, webp->size};
    bytes exif = exif_of(orientation, orientation % 2);
    const WebPData tiff = {exif.data, exif.size};
    WebPMux *mux = WebPMuxCreate(&image, 1);
    bytes out;

    CHECK(mux);
    CHECK(WebPMuxSetChunk(mux, "EXIF", &tiff, 1) == WEBP_MUX_OK);
    out = assembled(mux);
    bytes_free(&exif);
    return out;
}

bytes webp_animation(const bytes *frame, uint32_t canvas_width,
                     uint32_t canvas_height, int x, int y, int n)
{
    const WebPMuxAnimParams params = {.bgcolor = 0xff0000ff};
    const WebPMuxFrameInfo info = {
        .bitstream = {frame->data, frame->size},
        .x_offset = x,
        .y_offset = y,
        .duration = 100,
        .id = WEBP_CHUNK_ANMF,
        .dispose_method = WEBP_MUX_DISPOSE_NONE,
        .blend_method = WEBP_MUX_BLEND,
    };
    WebPMux *mux = WebPMuxNew();

    CHECK(mux);
    for (int i = 0; i < n; i++)
        CHECK(WebPMuxPushFrame(mux, &info, 1) == WEBP_MUX_OK);
    CHECK(WebPMuxSetAnimationParams(mux, &params) == WEBP_MUX_OK);
    CHECK(WebPMuxSetCanvasSize(mux, (int)canvas_width, (int)canvas_height) ==
          WEBP_MUX_OK);
    return assembled(mux);
}

const char *const picture_kinds[N_PICTURE_KINDS] = {
    "jpeg",
    "progressive jpeg",
    "YCCK",
    "png",
    "interlaced png",
    "png with alpha, turned",
    "webp",
    "webp with alpha",
    "lossless webp with alpha",
};

bytes picture_of_kind(const raster *rgb, const raster *rgba, int kind)
{
    switch (kind) {
    case 0: return jpeg_of(rgb, &(jpeg_opts){.sampling = {{2, 2}}});
    case 1: return jpeg_of(rgb, &(jpeg_opts){.progressive = true});
    case 2: return jpeg_of(rgba, &(jpeg_opts){.kind = JPEG_YCCK});
    case 3: return png_of(rgb, NULL);
    case 4: return png_of(rgb, &(png_opts){.interlaced = true});
    case 5: return png_of(rgba, &(png_opts){.orientation = 6});
    case 6: return webp_of(rgb, 80);
    case 7: return webp_of(rgba, 80);
    default: return webp_of(rgba, -1);
    }
}

/* ---- Memory --------------------------------------------------------------- */

static bool refuse(tally *t)
{
    t->n_calls++;
    if (!t->fail_at || t->n_calls < t->fail_at) return false;
    if (t->n_calls > t->fail_at && !t->for_ever) return false;
    t->failed = true;
    return true;
}

static void *resize(void *cookie, void *ptr, size_t old_size, size_t new_size)
{
    tally *t = cookie;
    void *block;

    CHECK(!ptr == !old_size && old_size <= t->alive);
    if (!new_size) {
        if (ptr) t->n_blocks--;
        t->alive -= old_size;
        free(ptr);
        return NULL;
    }
    if (refuse(t)) return NULL;
    block = realloc(ptr, new_size);
    CHECK(block);
    if (!ptr) t->n_blocks++;
    t->alive += new_size - old_size;
    if (t->alive > t->peak) t->peak = t->alive;
    if (new_size > t->largest) t->largest = new_size;
    return block;
}

void tally_init(tally *t)
{
    *t = (tally){.allocator = {.resize = resize, .cookie = t}};
}

sitr_ctx *ctx_with(tally *t, const sitr_limits *limits)
{
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .allocator = t ? &t->allocator : NULL,
                                .limits = limits};
    sitr_ctx *ctx;

    CHECK(sitr_ctx_new(&opts, &ctx) == SITR_OK);
    return ctx;
}
