/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes pictures of every kind into a folder, for compare.py: all samplings,
 * scans, colour types, depths and turns, at sizes that are shrunk by 1, 2, 4
 * and 8 and do not divide evenly.
 *
 * usage: make_pictures FOLDER [--wide]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "../unit/pictures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *folder;
static bool wide;       /* with grain as well */
static bool every_kind; /* at every size but the largest */

static void save(bytes b, const char *kind, uint32_t w, uint32_t h,
                 const char *suffix)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s-%ux%u.%s", folder, kind, w, h, suffix);
    file = fopen(path, "wbx");
    if (!file || fwrite(b.data, 1, b.size, file) != b.size || fclose(file)) {
        perror(path);
        exit(1);
    }
    bytes_free(&b);
}

static const struct {
    uint32_t width, height;
    bool every_kind;
} sizes[] = {
    {1, 1, true},     {2, 3, false},       {8, 8, false},
    {17, 33, false},  {95, 77, true},      {301, 1, false},
    {1, 301, false},  {321, 319, false},   {640, 480, false},
    {643, 701, true}, {1283, 1291, false}, {2561, 2555, false},
};

static bool wanted(size_t i, bool kind_matters)
{
    return sizes[i].every_kind || !kind_matters || every_kind;
}

/* ---- JPEG ----------------------------------------------------------------- */

#define YCC(h, v)                  \
 {                                 \
  {h, v}, {1, 1}, {1, 1}, { h, v } \
 }

static const struct {
    const char *name;
    uint32_t channels;
    bool all_sizes;
    jpeg_opts opts;
} jpegs[] = {
    {"420", 3, true, {.sampling = YCC(2, 2)}},
    {"gray", 1, true, {0}},
    {"progressive", 3, true, {.sampling = YCC(2, 2), .progressive = true}},
    {"444", 3, false, {.sampling = YCC(1, 1)}},
    {"422", 3, false, {.sampling = YCC(2, 1)}},
    {"440", 3, false, {.sampling = YCC(1, 2)}},
    {"411", 3, false, {.sampling = YCC(4, 1)}},
    {"410", 3, false, {.sampling = YCC(4, 2)}},
    {"less-luma", 3, false, {.sampling = {{1, 1}, {2, 2}, {2, 2}}}},
    {"less-luma-across", 3, false, {.sampling = {{1, 1}, {2, 1}, {2, 1}}}},
    {"gray-22", 1, false, {.sampling = {{2, 2}}}},
    {"rgb", 3, false, {.kind = JPEG_RGB}},
    {"rgb-progressive", 3, false, {.kind = JPEG_RGB, .progressive = true}},
    {"cmyk", 4, false, {0}},
    {"cmyk-plain", 4, false, {.no_adobe_marker = true}},
    {"cmyk-progressive", 4, false, {.progressive = true}},
    {"ycck", 4, false, {.kind = JPEG_YCCK, .sampling = YCC(2, 2)}},
    {"restart", 3, false, {.sampling = YCC(2, 2), .restart = 2}},
    {"restart-1", 1, false, {.restart = 1}},
    {"progressive-restart", 3, false, {.progressive = true, .restart = 3}},
    {"gray-progressive", 1, false, {.progressive = true}},
    {"scan-by-scan", 3, false, {.sampling = YCC(2, 2), .one_by_one = true}},
    {"quality-1", 3, false, {.quality = 1, .sampling = YCC(2, 2)}},
    {"quality-30", 3, false, {.quality = 30, .sampling = YCC(2, 2)}},
    {"quality-100", 3, false, {.quality = 100}},
};

static void make_jpegs(size_t i)
{
    const uint32_t w = sizes[i].width, h = sizes[i].height;

    for (size_t k = 0; k < COUNT(jpegs); k++) {
        if (!wanted(i, !jpegs[k].all_sizes)) continue;
        for (uint8_t grain = 0; grain <= (wide ? 60 : 0); grain += 60) {
            char name[64];
            raster r = raster_new(w, h, jpegs[k].channels, grain);

            snprintf(name, sizeof name, "%s%s", jpegs[k].name,
                     grain ? "-grain" : "");
            save(jpeg_of(&r, &jpegs[k].opts), name, w, h, "jpg");
            raster_free(&r);
        }
    }
}

/* ---- PNG ------------------------------------------------------------------ */

static const struct {
    const char *name;
    int type, depth;
} pngs[] = {
    {"gray-1", PNG_COLOR_TYPE_GRAY, 1},
    {"gray-2", PNG_COLOR_TYPE_GRAY, 2},
    {"gray-4", PNG_COLOR_TYPE_GRAY, 4},
    {"gray-8", PNG_COLOR_TYPE_GRAY, 8},
    {"gray-16", PNG_COLOR_TYPE_GRAY, 16},
    {"rgb-8", PNG_COLOR_TYPE_RGB, 8},
    {"rgb-16", PNG_COLOR_TYPE_RGB, 16},
    {"palette-1", PNG_COLOR_TYPE_PALETTE, 1},
    {"palette-2", PNG_COLOR_TYPE_PALETTE, 2},
    {"palette-4", PNG_COLOR_TYPE_PALETTE, 4},
    {"palette-8", PNG_COLOR_TYPE_PALETTE, 8},
    {"gray-alpha-8", PNG_COLOR_TYPE_GRAY_ALPHA, 8},
    {"gray-alpha-16", PNG_COLOR_TYPE_GRAY_ALPHA, 16},
    {"rgba-8", PNG_COLOR_TYPE_RGBA, 8},
    {"rgba-16", PNG_COLOR_TYPE_RGBA, 16},
};

static size_t pixel_bits(const png_opts *o)
{
    static const size_t channels[7] = {1, 0, 3, 1, 2, 0, 4};

    return channels[o->type] * (size_t)o->depth;
}

/* tRNS of whatever kind the type has. */
static void make_transparent(png_opts *o, uint32_t *seed)
{
    o->key = o->type != PNG_COLOR_TYPE_PALETTE;
    for (int c = 0; c < 3; c++)
        o->key_value[c] = (uint16_t)(noise(seed) & ((1u << o->depth) - 1));
    if (o->key) return;
    o->n_alpha = o->n_palette - o->n_palette / 8;
    for (int c = 0; c < o->n_alpha; c++)
        o->palette_alpha[c] = (uint8_t)noise(seed);
}

/* Noise, with the transparent colour strewn in. */
static uint8_t *png_noise(const png_opts *o, size_t stride, uint32_t h,
                          uint32_t *seed)
{
    const size_t bytes_per_pixel = pixel_bits(o) / 8;
    uint8_t *rows = malloc(stride * h);

    if (!rows) exit(1);
    for (size_t k = 0; k < stride * h; k++) rows[k] = (uint8_t)noise(seed);
    if (!o->key || o->depth < 8) return rows;
    for (size_t k = 0; k + bytes_per_pixel <= stride * h;
         k += bytes_per_pixel * (1 + noise(seed) % 9)) {
        for (size_t c = 0; c < bytes_per_pixel; c++)
            rows[k + c] = (uint8_t)(o->depth == 8 ? o->key_value[c]
                                                  : o->key_value[c / 2] >>
                                                        (c % 2 ? 0 : 8));
        /* nearly the key: the low byte of 16 bits counts too */
        if (noise(seed) % 2) rows[k + bytes_per_pixel - 1] ^= 1;
    }
    return rows;
}

static void make_png(size_t i, size_t k, bool interlaced, bool transparent)
{
    const uint32_t w = sizes[i].width, h = sizes[i].height;
    uint32_t seed = (uint32_t)(i * 100 + k);
    png_opts o = {
        .type = pngs[k].type, .depth = pngs[k].depth, .interlaced = interlaced};
    const size_t stride = (w * pixel_bits(&o) + 7) / 8;
    char name[64];

    if (transparent && o.type & PNG_COLOR_MASK_ALPHA) return;
    if (o.type == PNG_COLOR_TYPE_PALETTE) o.n_palette = 1 << o.depth;
    for (int c = 0; c < o.n_palette * 3; c++)
        o.palette[c / 3][c % 3] = (uint8_t)noise(&seed);
    if (transparent) make_transparent(&o, &seed);
    uint8_t *rows = png_noise(&o, stride, h, &seed);

    snprintf(name, sizeof name, "%s%s%s", pngs[k].name,
             transparent ? "-trns" : "", interlaced ? "-interlaced" : "");
    save(png_of_rows(w, h, rows, stride, &o), name, w, h, "png");
    free(rows);
}

static void make_pngs(size_t i)
{
    for (size_t k = 0; k < COUNT(pngs); k++)
        for (int form = 0; form < 4; form++)
            if (wanted(i, strcmp(pngs[k].name, "rgb-8") || form))
                make_png(i, k, form & 1, form & 2);
}

/* ---- WebP ----------------------------------------------------------------- */

static void make_webps(size_t i)
{
    const uint32_t w = sizes[i].width, h = sizes[i].height;
    raster rgb = raster_new(w, h, 3, 0), rgba = raster_new(w, h, 4, 0);

    save(webp_of(&rgb, 80), "lossy", w, h, "webp");
    if (wanted(i, true)) {
        bytes frame = webp_of(&rgba, 60);

        save(webp_of(&rgb, -1), "lossless", w, h, "webp");
        save(webp_of(&rgba, -1), "lossless-alpha", w, h, "webp");
        save(webp_of(&rgb, 5), "lossy-5", w, h, "webp");
        save(webp_of(&rgba, 80), "lossy-alpha", w, h, "webp");
        save(webp_animation(&frame, w + 9, h + 13, 4, 6, 3), "animated", w + 9,
             h + 13, "webp");
        bytes_free(&frame);
    }
    raster_free(&rgb);
    raster_free(&rgba);
}

/* ---- Turns ---------------------------------------------------------------- */

static void make_turned(uint32_t orientation, uint32_t w, uint32_t h)
{
    const jpeg_opts jpeg = {.sampling = YCC(2, 2), .orientation = orientation};
    const png_opts png = {.orientation = orientation};
    raster r = raster_new(w, h, 3, 0);
    bytes webp = webp_of(&r, -1);
    char name[32];

    snprintf(name, sizeof name, "exif-%u", orientation);
    save(jpeg_of(&r, &jpeg), name, w, h, "jpg");
    save(png_of(&r, &png), name, w, h, "png");
    save(webp_with_exif(&webp, orientation), name, w, h, "webp");
    bytes_free(&webp);
    raster_free(&r);
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    folder = argv[1];
    wide = argc > 2 && !strcmp(argv[2], "--wide");

    for (size_t i = 0; i < COUNT(sizes); i++) {
        every_kind = wide && sizes[i].width < 1000; /* larger ones are slow */
        make_jpegs(i);
        if (sizes[i].width > 2000 && !wide) continue;
        make_pngs(i);
        make_webps(i);
    }
    for (uint32_t o = 1; o <= 8; o++) {
        make_turned(o, 53, 39);
        make_turned(o, 647, 701);
    }
    return 0;
}
