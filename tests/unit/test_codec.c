/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoders and the plane builder, against a twin: the pixels that were encoded
 * (lossless formats) or a full decode by the codec library, averaged by a
 * double loop.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <dirent.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/decode.h>
#include <zlib.h>

#include "base/bytes.h"
#include "codec/codec.h"
#include "pictures.h"
#include "plane/plane.h"
#include "samples.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALL_ALGOS    (1u << SITR_PDQ | 1u << SITR_PHASH | 1u << SITR_DHASH | \
                      1u << SITR_AHASH)

/* ---- Decoding ------------------------------------------------------------- */

/* A plane and what else a decoding says. */
typedef struct decoded {
    sitr_status status;
    sitr_plane plane;
    sitr_image_info info;
    bool damaged, on_black;
} decoded;

typedef struct how {
    bool full_size, from_colour;
} how;

static sitr_budget budget;

static decoded decode_how(const sitr_ctx *ctx, const bytes *b, how h)
{
    sitr_plane_builder builder;
    decoded out = {0};

    sitr_budget_init(&budget, ctx);
    sitr_plane_builder_init(&builder, &budget);
    builder.sink.full_size = h.full_size;
    builder.sink.from_colour = h.from_colour;
    sitr_decoding d = {.budget = &budget,
                       .data = b->data,
                       .size = b->size,
                       .sink = &builder.sink};

    out.status = sitr_decode(&d);
    out.info = d.info;
    out.damaged = d.damaged;
    if (!out.status)
        sitr_plane_builder_finish(&builder, &out.plane, &out.on_black);
    sitr_plane_builder_free(&builder);
    return out;
}

static decoded decode(const sitr_ctx *ctx, const bytes *b)
{
    return decode_how(ctx, b, (how){false, false});
}

static void decoded_free(decoded *d) { sitr_plane_free(&budget, &d->plane); }

typedef struct signed_as {
    sitr_status status;
    sitr_signature_info info;
    sitr_hash hash[5]; /* by sitr_algo */
} signed_as;

static signed_as keep(sitr_status status, sitr_signature *s)
{
    signed_as out = {.status = status};

    if (status) assert_null(s);
    sitr_signature_describe(s, &out.info);
    for (int a = SITR_PDQ; a <= SITR_AHASH; a++)
        sitr_signature_hash(s, (sitr_algo)a, SITR_UPRIGHT, &out.hash[a]);
    sitr_signature_free(s);
    return out;
}

static signed_as sign(const sitr_ctx *ctx, const bytes *b)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .algos = ALL_ALGOS};
    sitr_signature *s;
    const sitr_status status = sitr_sign(ctx, b->data, b->size, &opts, &s);

    return keep(status, s);
}

static signed_as sign_raster(const sitr_ctx *ctx, const raster *r)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .algos = ALL_ALGOS};
    const sitr_pixels pixels = raster_pixels(r);
    sitr_signature *s;
    const sitr_status status = sitr_sign_pixels(ctx, &pixels, &opts, &s);

    return keep(status, s);
}

/* The largest distance of any of the hashes. */
static uint32_t farthest(const signed_as *a, const signed_as *b)
{
    uint32_t most = 0;

    for (int i = SITR_PDQ; i <= SITR_AHASH; i++) {
        const uint32_t d = sitr_hash_distance(&a->hash[i], &b->hash[i]);

        if (d > most) most = d;
    }
    return most;
}

/* ---- The twin ------------------------------------------------------------- */

static double block_mean(const raster *luma, uint32_t shrink, uint32_t bx,
                         uint32_t by)
{
    double sum = 0, n = 0;

    for (uint32_t y = by * shrink; y < (by + 1) * shrink; y++)
        for (uint32_t x = bx * shrink; x < (bx + 1) * shrink; x++) {
            if (x >= luma->width || y >= luma->height) continue;
            sum += luma->data[(size_t)y * luma->width + x];
            n++;
        }
    return sum / n;
}

/* Compares all rows of blocks before `rows`. Blocks may be `most` off, those at
 * the right and lower edge `edge`, and all of them `mean` on average. */
typedef struct slack {
    double most, edge, mean;
} slack;

static const slack none = {0, 0, 0};

static void check_rows(const char *name, const sitr_plane *p,
                       const raster *luma, slack may, uint32_t rows)
{
    const uint32_t s = sitr_shrink_for(luma->width, luma->height);
    double total = 0, worst = 0;

    assert_int_equal(p->shrink, s);
    assert_int_equal(p->width, luma->width);
    assert_int_equal(p->height, luma->height);
    assert_int_equal(p->cols, (luma->width + s - 1) / s);
    assert_int_equal(p->rows, (luma->height + s - 1) / s);
    assert_int_equal(p->lead_x | p->lead_y, 0);
    for (uint32_t y = 0; y < rows; y++)
        for (uint32_t x = 0; x < p->cols; x++) {
            const int got = p->data[y * p->stride + x];
            const double mean = block_mean(luma, s, x, y);
            const double off = fabs(got - floor(mean + 0.5));
            const bool at_edge = x == p->cols - 1 || y == p->rows - 1;

            total += off;
            if (off > worst) worst = off;
            if (off > (at_edge ? may.edge : may.most))
                fail_msg("%s: block %u, %u is %d, not %.2f", name, x, y, got,
                         mean);
        }
    if (total > may.mean * p->cols * rows)
        fail_msg("%s: %.3f off on average", name, total / p->cols / rows);
    if (getenv("SITR_TEST_VERBOSE"))
        print_message("%s: 1/%u, off %.0f at most, %.4f on average\n", name, s,
                      worst, total / p->cols / rows);
}

static void check_plane(const char *name, const sitr_plane *p,
                        const raster *luma, slack may)
{
    check_rows(name, p, luma, may, p->rows);
    for (uint32_t y = 0; y < p->rows; y++)
        for (size_t x = p->cols; x < p->stride; x++)
            assert_int_equal(p->data[y * p->stride + x], 0);
}

/* The luma as seen on white of a raster with 1, 3 or 4 channels. */
static raster luma_on(const raster *r, uint32_t background)
{
    raster out = raster_blank(r->width, r->height, 1);

    for (size_t i = 0; i < (size_t)r->width * r->height; i++) {
        const uint8_t *p = r->data + i * r->channels;
        const double v = r->channels == 1 ? p[0] : luma_of(p);
        const double a = r->channels == 4 ? p[3] : 255;

        out.data[i] =
            (uint8_t)floor((v * a + background * (255 - a)) / 255 + 0.5);
    }
    return out;
}

/* ---- JPEG ----------------------------------------------------------------- */

/* A full decode by libjpeg, turned to luma here. */
static raster jpeg_twin(const bytes *b, bool from_colour)
{
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr errors;
    raster out;
    uint8_t *row;

    c.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&c);
    jpeg_mem_src(&c, b->data, b->size);
    jpeg_read_header(&c, TRUE);
    if (c.jpeg_color_space == JCS_YCbCr && !from_colour)
        c.out_color_space = JCS_GRAYSCALE;
    c.dct_method = JDCT_ISLOW;
    c.do_block_smoothing = FALSE;
    jpeg_start_decompress(&c);
    out = raster_blank(c.output_width, c.output_height, 1);
    row = malloc((size_t)c.output_width * 4);
    for (uint32_t y = 0; y < out.height; y++) {
        uint8_t *to = out.data + (size_t)y * out.width;

        jpeg_read_scanlines(&c, &row, 1);
        for (uint32_t x = 0; x < out.width; x++) {
            const uint8_t *p = row + (size_t)x * (size_t)c.output_components;
            double shade;

            if (c.output_components == 1) {
                shade = p[0];
            } else if (c.output_components == 3) {
                shade = luma_of(p);
            } else {
                double light[4];

                for (int i = 0; i < 4; i++)
                    light[i] = (c.saw_Adobe_marker ? p[i] : 255 - p[i]) / 255.0;
                shade = 255 * light[3] *
                        (19595 * light[0] + 38470 * light[1] + 7471 * light[2]) /
                        65536;
            }
            to[x] = (uint8_t)floor(shade + 0.5);
        }
    }
    jpeg_finish_decompress(&c);
    jpeg_destroy_decompress(&c);
    free(row);
    return out;
}

/* By libjpeg's scaled IDCT. At 1/8 it is the mean of a block, rounded once
 * where the twin's pixels were rounded and clipped one by one. At 1/2 and 1/4
 * it leaves out frequencies that average to nearly nothing. An edge block holds
 * what the encoder made up beyond the edge. */
static slack slack_of(uint32_t width, uint32_t height)
{
    switch (sitr_shrink_for(width, height)) {
    case 1: return (slack){0, 0, 0};
    case 2: return (slack){2, 2, 0.25};
    case 4: return (slack){2, 2, 0.25};
    default: return (slack){2, 2, 0.25};
    }
}

#define YCC(h, v) \
 { \
  {h, v}, {1, 1}, {1, 1}, {h, v} \
 }

static const struct {
    const char *name;
    uint32_t width, height, channels;
    jpeg_opts opts;
} jpegs[] = {
    {"4:4:4", 95, 77, 3, {.sampling = YCC(1, 1)}},
    {"4:2:2", 95, 77, 3, {.sampling = YCC(2, 1)}},
    {"4:2:0", 95, 77, 3, {.sampling = YCC(2, 2)}},
    {"4:4:0", 95, 77, 3, {.sampling = YCC(1, 2)}},
    {"4:1:1", 95, 77, 3, {.sampling = YCC(4, 1)}},
    {"4:1:0", 95, 77, 3, {.sampling = YCC(4, 2)}},
    {"luma sampled less across", 95, 77, 3,
     {.sampling = {{1, 1}, {2, 1}, {2, 1}}}},
    {"luma sampled less", 95, 77, 3, {.sampling = {{1, 1}, {2, 2}, {2, 2}}}},
    {"gray", 95, 77, 1, {0}},
    {"gray, sampling 2 x 2", 95, 77, 1, {.sampling = {{2, 2}}}},
    {"RGB", 95, 77, 3, {.kind = JPEG_RGB}},
    {"CMYK, Adobe", 95, 77, 4, {0}},
    {"CMYK", 95, 77, 4, {.no_adobe_marker = true}},
    {"YCCK", 95, 77, 4, {.kind = JPEG_YCCK, .sampling = YCC(2, 2)}},
    {"restart", 95, 77, 3, {.sampling = YCC(2, 2), .restart = 2}},
    {"progressive", 95, 77, 3, {.sampling = YCC(2, 2), .progressive = true}},
    {"progressive, restart", 95, 77, 3, {.progressive = true, .restart = 3}},
    {"progressive gray", 95, 77, 1, {.progressive = true}},
    {"progressive CMYK", 95, 77, 4, {.progressive = true}},
    {"scan by scan", 95, 77, 3, {.sampling = YCC(2, 2), .one_by_one = true}},
    {"worst quality", 95, 77, 3, {.quality = 1}},
    {"1 x 1", 1, 1, 3, {.sampling = YCC(2, 2)}},
    {"1 x 1 gray", 1, 1, 1, {0}},
    {"1 x 1 progressive", 1, 1, 3, {.progressive = true}},
    {"1 wide", 1, 301, 3, {.sampling = YCC(2, 2)}},
    {"1 high", 301, 1, 3, {.sampling = YCC(2, 2)}},
    {"1 high CMYK", 301, 1, 4, {0}},
    {"4 x 4", 4, 4, 3, {0}},
    {"8 x 8", 8, 8, 3, {0}},
    {"9 x 17", 9, 17, 3, {.sampling = YCC(2, 2)}},
    {"1/2", 640, 656, 3, {.sampling = YCC(2, 2)}},
    {"1/2, odd", 701, 643, 3, {.sampling = YCC(2, 2)}},
    {"1/2, odd, 4:2:2", 650, 701, 3, {.sampling = YCC(2, 1)}},
    {"1/2, luma sampled less", 701, 643, 3,
     {.sampling = {{1, 1}, {2, 2}, {2, 2}}}},
    {"1/2, progressive", 701, 643, 3, {.progressive = true}},
    {"1/2, CMYK", 643, 701, 4, {0}},
    {"1/2, RGB", 643, 701, 3, {.kind = JPEG_RGB}},
    {"1/4, odd", 1279, 1291, 3, {.sampling = YCC(2, 2)}},
    {"1/4, gray", 1283, 1282, 1, {0}},
    {"1/8, odd", 2561, 2565, 3, {.sampling = YCC(2, 2)}},
    {"1/8, gray, progressive", 2555, 2567, 1, {.progressive = true}},
};

static void check_jpeg(const sitr_ctx *ctx, const char *name, const bytes *b,
                       how h)
{
    decoded d = decode_how(ctx, b, h);

    if (d.status || d.damaged)
        fail_msg("%s: %s, damaged %d", name, sitr_status_text(d.status),
                 d.damaged);
    raster luma = jpeg_twin(b, h.from_colour);

    assert_int_equal(d.info.format, SITR_FORMAT_JPEG);
    assert_int_equal(d.info.frames, 1);
    assert_int_equal(d.info.orientation, 1);
    check_plane(name, &d.plane, &luma,
                h.full_size ? none : slack_of(luma.width, luma.height));
    raster_free(&luma);
    decoded_free(&d);
}

static void jpeg_planes(void **state)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(jpegs); i++) {
        raster r = raster_new(jpegs[i].width, jpegs[i].height,
                              jpegs[i].channels, 0);
        bytes b = jpeg_of(&r, &jpegs[i].opts);

        check_jpeg(ctx, jpegs[i].name, &b, (how){false, false});
        if (jpegs[i].width < 1000) {
            /* as ImageHash's hashes ask for it: to the bit */
            check_jpeg(ctx, jpegs[i].name, &b, (how){true, false});
            check_jpeg(ctx, jpegs[i].name, &b, (how){true, true});
        }
        bytes_free(&b);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

static bool same_rows(const sitr_plane *a, const sitr_plane *b, uint32_t from,
                      uint32_t to)
{
    for (uint32_t y = from; y < to; y++)
        if (memcmp(a->data + y * a->stride, b->data + y * b->stride, a->cols))
            return false;
    return true;
}

static bool rows_are(const sitr_plane *p, uint32_t from, uint8_t shade)
{
    for (uint32_t y = from; y < p->rows; y++)
        for (uint32_t x = 0; x < p->cols; x++)
            if (p->data[y * p->stride + x] != shade) return false;
    return true;
}

/* Damage that leaves the picture as it was. */
static void jpeg_ends(void **state)
{
    static const uint8_t garbage[] = {0xff, 0xd8, 0, 1, 0xff, 0xda, 7, 0xff};
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (int progressive = 0; progressive < 2; progressive++) {
        const jpeg_opts opts = {.sampling = YCC(2, 2),
                                .progressive = progressive};
        raster r = raster_new(200, 150, 3, 20);
        bytes whole = jpeg_of(&r, &opts);
        bytes longer = bytes_new(whole.data, whole.size);
        bytes no_eoi = bytes_new(whole.data, whole.size - 2);
        decoded a = decode(ctx, &whole), b, c;

        bytes_append(&longer, garbage, sizeof garbage);
        b = decode(ctx, &longer);
        c = decode(ctx, &no_eoi);
        assert_int_equal(a.status | b.status | c.status, 0);
        assert_false(a.damaged || b.damaged);
        assert_true(same_rows(&a.plane, &b.plane, 0, a.plane.rows));
        assert_true(same_rows(&a.plane, &c.plane, 0, a.plane.rows));
        decoded_free(&a);
        decoded_free(&b);
        decoded_free(&c);
        bytes_free(&whole);
        bytes_free(&longer);
        bytes_free(&no_eoi);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

/* Of `b`, cut at each quarter: how near the hash stays, and that the upper
 * rows are those of the whole where `from_top`. */
static void check_cuts(const sitr_ctx *ctx, const char *name, const bytes *b,
                       bool from_top)
{
    decoded whole = decode(ctx, b);

    assert_int_equal(whole.status, SITR_OK);
    for (uint32_t quarter = 1; quarter <= 3; quarter++) {
        const bytes cut = {b->data, b->size * quarter / 4};
        const uint32_t rows = whole.plane.rows;
        const uint32_t safe = rows * quarter / 4 > rows / 8
                                  ? rows * quarter / 4 - rows / 8
                                  : 0;
        decoded d = decode(ctx, &cut);
        const signed_as s = sign(ctx, &cut);

        if (d.status || !d.damaged)
            fail_msg("%s, %u / 4: %s, damaged %d", name, quarter,
                     sitr_status_text(d.status), d.damaged);
        assert_int_equal(s.status, SITR_OK);
        assert_true(s.info.flags & SITR_INFO_DAMAGED);
        if (from_top) {
            if (!same_rows(&whole.plane, &d.plane, 0, safe))
                fail_msg("%s, %u / 4: the upper rows differ", name, quarter);
            assert_false(same_rows(&whole.plane, &d.plane, rows - 2, rows));
        } else {
            assert_false(rows_are(&d.plane, 0, SITR_MISSING_LUMA));
        }
        decoded_free(&d);
    }
    decoded_free(&whole);
}

static void jpeg_cut(void **state)
{
    static const struct {
        const char *name;
        uint32_t width, height, channels;
        jpeg_opts opts;
        bool from_top;
    } cases[] = {
        {"baseline", 300, 310, 3, {.sampling = YCC(2, 2)}, true},
        {"restart", 300, 310, 3, {.restart = 5}, true},
        {"RGB", 300, 310, 3, {.kind = JPEG_RGB}, true},
        {"YCCK", 300, 310, 4, {.kind = JPEG_YCCK}, true},
        {"baseline, 1/2", 700, 710, 3, {.sampling = YCC(2, 2)}, true},
        {"progressive", 300, 310, 3, {.progressive = true}, false},
        {"progressive, 1/2", 700, 710, 3, {.progressive = true}, false},
        {"scan by scan", 300, 310, 3, {.one_by_one = true}, false},
    };
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        raster r = raster_new(cases[i].width, cases[i].height,
                              cases[i].channels, 30);
        bytes b = jpeg_of(&r, &cases[i].opts);

        check_cuts(ctx, cases[i].name, &b, cases[i].from_top);
        bytes_free(&b);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

/* What a cut baseline file lacks is SITR_MISSING_LUMA, not libjpeg's guess. */
static void jpeg_cut_is_gray_below(void **state)
{
    const jpeg_opts opts = {.sampling = YCC(2, 2)};
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    raster r = raster_new(300, 310, 3, 30);
    bytes b = jpeg_of(&r, &opts);
    const bytes half = {b.data, b.size / 2};
    decoded d = decode(ctx, &half);

    (void)state;
    assert_int_equal(d.status, SITR_OK);
    assert_true(rows_are(&d.plane, d.plane.rows * 2 / 3, SITR_MISSING_LUMA));
    decoded_free(&d);
    bytes_free(&b);
    raster_free(&r);
    sitr_ctx_free(ctx);
}

/* One row of blocks is all there is, or the first of two: what is left of it is
 * a picture where it is all. */
static void jpeg_one_row_of_blocks(void **state)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (int i = 0; i < 4; i++) {
        const jpeg_opts opts = {.progressive = i & 1};
        raster r = raster_new(400, i & 2 ? 16 : 8, 1, 30);
        bytes whole = jpeg_of(&r, &opts);
        const bytes b = {whole.data, jpeg_data_at(&whole) + 20};
        decoded d = decode(ctx, &b);

        if (d.status != (i & 2 ? SITR_ETRUNCATED : SITR_OK))
            fail_msg("case %d: %s", i, sitr_status_text(d.status));
        if (!d.status) {
            assert_true(d.damaged);
            decoded_free(&d);
        }
        bytes_free(&whole);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

/* A header and no data was once a gray picture, which matched others of its
 * kind; libjpeg makes up the rows whether the file is cut or has an EOI where
 * the data should be. */
static void jpeg_header_only(void **state)
{
    static const uint8_t eoi[2] = {0xff, 0xd9};
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (int i = 0; i < 8; i++) {
        const jpeg_opts opts = {.progressive = i % 2,
                                .sampling = YCC(2, 2),
                                .restart = i & 4 ? 4 : 0};
        raster r = raster_new(200, 150, 3, 20);
        bytes whole = jpeg_of(&r, &opts);
        bytes b = bytes_new(whole.data, jpeg_data_at(&whole));
        decoded d;

        if (i & 2) bytes_append(&b, eoi, sizeof eoi);
        d = decode(ctx, &b);
        if (d.status != SITR_ETRUNCATED)
            fail_msg("case %d: %s", i, sitr_status_text(d.status));
        assert_int_equal(sign(ctx, &b).status, SITR_ETRUNCATED);
        bytes_free(&b);
        bytes_free(&whole);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

/* The same of an arithmetic-coded one: no warning ever came, and so it was a
 * gray picture. */
static void jpeg_arithmetic(void **state)
{
    static const uint8_t header[] = {
        0xff, 0xd8, 0xff, 0xdb, 0,    67,   0,    1,   1, 1, 1, 1, 1, 1,
        1,    1,    1,    1,    1,    1,    1,    1,   1, 1, 1, 1, 1, 1,
        1,    1,    1,    1,    1,    1,    1,    1,   1, 1, 1, 1, 1, 1,
        1,    1,    1,    1,    1,    1,    1,    1,   1, 1, 1, 1, 1, 1,
        1,    1,    1,    1,    1,    1,    1,    1,   1, 1, 1, 1, 1, 1,
        1,    0xff, 0xc9, 0,    11,   8,    2,    0,   2, 0, 1, 1, 0x11, 0,
        0xff, 0xda, 0,    8,    1,    1,    0,    0,   63, 0};
    static const uint8_t data[] = {0x12, 0x34, 0x56, 0xff, 0xd9};
    static const uint8_t end[] = {0xff, 0xd9};
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    bytes cut = bytes_new(header, sizeof header);
    bytes empty = bytes_new(header, sizeof header);
    bytes full = bytes_new(header, sizeof header);

    (void)state;
    bytes_append(&empty, end, sizeof end);
    bytes_append(&full, data, sizeof data);
    assert_int_equal(sign(ctx, &cut).status, SITR_ETRUNCATED);
    assert_int_equal(sign(ctx, &empty).status, SITR_ETRUNCATED);
    const sitr_status status = sign(ctx, &full).status;

    /* as libjpeg was built */
    assert_true(status == SITR_OK || status == SITR_EUNSUPPORTED);
    bytes_free(&cut);
    bytes_free(&empty);
    bytes_free(&full);
    sitr_ctx_free(ctx);
}

/* A scan in which no block has a value: an end-of-band run of 2^14 blocks for
 * each 18 bits. */
static void append_empty_scan(bytes *b, uint32_t n_blocks, uint8_t band)
{
    const uint8_t sos[10] = {0xff, 0xda, 0, 8, 1, 1, 0, band, band, 0};
    /* four times the code 0 and fourteen zeros: 65536 blocks */
    const uint8_t runs[9] = {0};

    bytes_append(b, sos, sizeof sos);
    for (uint32_t i = 0; i < n_blocks; i += 65536)
        bytes_append(b, runs, sizeof runs);
}

/* Each scan costs as much as any other, also one of some bytes: of a large
 * picture, a hundred such took a second, and more in colour. At full size, that
 * is; a plane at 1/8 passes over them. */
static void jpeg_empty_scans(void **state)
{
    /* the code 0000 is a run of 2^14 blocks and fourteen bits' worth more */
    static const uint8_t dht[22] = {0xff, 0xc4, 0, 20, 0x10, 0, 0, 0, 1};
    const jpeg_opts opts = {.progressive = true};
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (int large = 0; large < 2; large++) {
        const uint32_t side = large ? 4096 : 2048;
        raster r = raster_blank(side, side, 1);
        bytes b = jpeg_of(&r, &opts);
        uint8_t table[22];
        decoded d;

        memcpy(table, dht, sizeof table);
        table[21] = 0xe0;
        b.size -= 2; /* EOI */
        bytes_append(&b, table, sizeof table);
        for (int i = 0; i < 80; i++)
            append_empty_scan(&b, side / 8 * (side / 8), (uint8_t)(1 + i % 63));
        bytes_append(&b, "\xff\xd9", 2);
        d = decode_how(ctx, &b, (how){.full_size = true});
        assert_int_equal(d.status, SITR_OK);
        /* 64 Ki blocks x 86 are few, 256 Ki x 86 too many */
        assert_int_equal(d.damaged, large);
        decoded_free(&d);
        if (large) {
            d = decode(ctx, &b);
            assert_int_equal(d.status, SITR_OK);
            assert_int_equal(d.damaged, 0);
            decoded_free(&d);
        }
        bytes_free(&b);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

static void jpeg_max_scans(void **state)
{
    const jpeg_opts opts = {.progressive = true}; /* ten scans */
    raster r = raster_new(300, 310, 3, 20);
    bytes b = jpeg_of(&r, &opts);

    (void)state;
    for (uint32_t max = 1; max <= 12; max++) {
        const sitr_limits limits = {.struct_size = sizeof limits,
                                    .max_scans = max};
        sitr_ctx *ctx = ctx_with(NULL, &limits);
        const signed_as s = sign(ctx, &b);

        assert_int_equal(s.status, SITR_OK);
        assert_int_equal(s.info.flags, max < 10 ? SITR_INFO_DAMAGED : 0);
        sitr_ctx_free(ctx);
    }
    bytes_free(&b);
    raster_free(&r);
}

/* ---- PNG ------------------------------------------------------------------ */

static const int channels_of[7] = {1, 0, 3, 1, 2, 0, 4};

static uint32_t sample(const uint8_t *row, size_t i, int depth)
{
    if (depth == 16) return (uint32_t)row[2 * i] << 8 | row[2 * i + 1];
    const size_t bit = i * (size_t)depth;

    return row[bit / 8] >> (8 - depth - (int)(bit % 8)) & ((1u << depth) - 1);
}

static uint8_t to_8_bits(uint32_t v, int depth)
{
    if (depth == 16) return (uint8_t)((v * 255 + 32895) >> 16);
    return (uint8_t)(v * 255 / ((1u << depth) - 1));
}

/* One pixel of a PNG's row as luma and alpha. */
static void png_pixel(const png_opts *o, const uint8_t *row, uint32_t x,
                      uint8_t out[2])
{
    const int n = channels_of[o->type];
    const bool has_alpha = o->type & PNG_COLOR_MASK_ALPHA;
    const int n_colours = has_alpha ? n - 1 : n;
    uint32_t v[4] = {0};
    uint8_t shade[3];
    bool is_key = o->key;

    for (int i = 0; i < n; i++)
        v[i] = sample(row, (size_t)x * (size_t)n + (size_t)i, o->depth);
    out[1] = has_alpha ? to_8_bits(v[n - 1], o->depth) : 255;
    if (o->type == PNG_COLOR_TYPE_PALETTE) {
        out[0] = luma_of(o->palette[v[0]]);
        if ((int)v[0] < o->n_alpha) out[1] = o->palette_alpha[v[0]];
        return;
    }
    for (int i = 0; i < n_colours; i++) {
        shade[i] = to_8_bits(v[i], o->depth);
        if (v[i] != o->key_value[i]) is_key = false;
    }
    out[0] = n_colours == 1 ? shade[0] : luma_of(shade);
    if (is_key) out[1] = 0;
}

static void fill_palette(png_opts *o, uint32_t *seed)
{
    o->n_palette = 1 << o->depth;
    for (int i = 0; i < o->n_palette; i++)
        for (int c = 0; c < 3; c++) o->palette[i][c] = (uint8_t)noise(seed);
}

/* Random samples of that form, the key in a tenth of the pixels. */
static uint8_t *png_rows(const png_opts *o, uint32_t width, uint32_t height,
                         size_t *stride, uint32_t *seed)
{
    const size_t per_pixel = (size_t)(channels_of[o->type] * o->depth);
    uint8_t *rows;

    *stride = (width * per_pixel + 7) / 8;
    rows = malloc(*stride * height);
    for (size_t i = 0; i < *stride * height; i++)
        rows[i] = (uint8_t)noise(seed);
    if (!o->key || o->depth < 8) return rows;
    for (uint32_t i = 0; i < width * height; i += 1 + noise(seed) % 20) {
        uint8_t *p = rows + i / width * *stride + i % width * (per_pixel / 8);

        for (int c = 0; c < channels_of[o->type]; c++) {
            if (o->depth == 16) *p++ = (uint8_t)(o->key_value[c] >> 8);
            *p++ = (uint8_t)o->key_value[c];
        }
        if (noise(seed) % 2) p[-1] ^= 1; /* nearly, but not the key */
    }
    return rows;
}

static const struct {
    const char *name;
    int type, depth;
    bool transparent; /* by tRNS */
} pngs[] = {
    {"gray 1", PNG_COLOR_TYPE_GRAY, 1, false},
    {"gray 2", PNG_COLOR_TYPE_GRAY, 2, false},
    {"gray 4", PNG_COLOR_TYPE_GRAY, 4, false},
    {"gray 8", PNG_COLOR_TYPE_GRAY, 8, false},
    {"gray 16", PNG_COLOR_TYPE_GRAY, 16, false},
    {"gray 1, tRNS", PNG_COLOR_TYPE_GRAY, 1, true},
    {"gray 2, tRNS", PNG_COLOR_TYPE_GRAY, 2, true},
    {"gray 4, tRNS", PNG_COLOR_TYPE_GRAY, 4, true},
    {"gray 8, tRNS", PNG_COLOR_TYPE_GRAY, 8, true},
    {"gray 16, tRNS", PNG_COLOR_TYPE_GRAY, 16, true},
    {"RGB 8", PNG_COLOR_TYPE_RGB, 8, false},
    {"RGB 16", PNG_COLOR_TYPE_RGB, 16, false},
    {"RGB 8, tRNS", PNG_COLOR_TYPE_RGB, 8, true},
    {"RGB 16, tRNS", PNG_COLOR_TYPE_RGB, 16, true},
    {"palette 1", PNG_COLOR_TYPE_PALETTE, 1, false},
    {"palette 2", PNG_COLOR_TYPE_PALETTE, 2, false},
    {"palette 4", PNG_COLOR_TYPE_PALETTE, 4, false},
    {"palette 8", PNG_COLOR_TYPE_PALETTE, 8, false},
    {"palette 1, tRNS", PNG_COLOR_TYPE_PALETTE, 1, true},
    {"palette 4, tRNS", PNG_COLOR_TYPE_PALETTE, 4, true},
    {"palette 8, tRNS", PNG_COLOR_TYPE_PALETTE, 8, true},
    {"gray and alpha 8", PNG_COLOR_TYPE_GRAY_ALPHA, 8, false},
    {"gray and alpha 16", PNG_COLOR_TYPE_GRAY_ALPHA, 16, false},
    {"RGBA 8", PNG_COLOR_TYPE_RGBA, 8, false},
    {"RGBA 16", PNG_COLOR_TYPE_RGBA, 16, false},
};

static png_opts png_case(size_t i, bool interlaced, uint32_t *seed)
{
    png_opts o = {.type = pngs[i].type,
                  .depth = pngs[i].depth,
                  .interlaced = interlaced};

    if (o.type == PNG_COLOR_TYPE_PALETTE) fill_palette(&o, seed);
    if (pngs[i].transparent && o.type == PNG_COLOR_TYPE_PALETTE) {
        o.n_alpha = o.n_palette - 1;
        for (int k = 0; k < o.n_alpha; k++)
            o.palette_alpha[k] = (uint8_t)noise(seed);
    } else if (pngs[i].transparent) {
        o.key = true;
        for (int k = 0; k < 3; k++)
            o.key_value[k] = (uint16_t)(noise(seed) & ((1u << o.depth) - 1));
    }
    return o;
}

static void check_png(const sitr_ctx *ctx, const char *name, const png_opts *o,
                      uint32_t width, uint32_t height, uint32_t *seed)
{
    size_t stride;
    uint8_t *rows = png_rows(o, width, height, &stride, seed);
    bytes b = png_of_rows(width, height, rows, stride, o);
    raster twin = raster_blank(width, height, 1);
    decoded d = decode(ctx, &b);

    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++) {
            const double background = d.on_black ? 0 : 255;
            uint8_t p[2];

            png_pixel(o, rows + y * stride, x, p);
            twin.data[(size_t)y * width + x] = (uint8_t)floor(
                (p[0] * p[1] + background * (255 - p[1])) / 255 + 0.5);
        }
    /* of the few pixels of the smallest, all may be white or transparent */
    if (d.status || d.damaged || (d.on_black && width * height > 6 &&
                                  o->depth > 1))
        fail_msg("%s: %s, damaged %d", name, sitr_status_text(d.status),
                 d.damaged);
    assert_int_equal(d.info.format, SITR_FORMAT_PNG);
    assert_int_equal(d.info.frames, 1);
    check_plane(name, &d.plane, &twin, none);
    decoded_free(&d);
    raster_free(&twin);
    bytes_free(&b);
    free(rows);
}

static void png_planes(void **state)
{
    static const uint32_t sizes[][2] = {{37, 29},   {1, 1},     {3, 2},
                                        {1, 40},    {40, 1},    {8, 8},
                                        {701, 643}, {1279, 1277}};
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    uint32_t seed = 5;

    (void)state;
    for (size_t i = 0; i < COUNT(pngs); i++)
        for (size_t k = 0; k < COUNT(sizes); k++)
            for (int interlaced = 0; interlaced < 2; interlaced++) {
                const png_opts o = png_case(i, interlaced, &seed);

                if (sizes[k][0] > 1000 && (o.depth != 8 || interlaced))
                    continue;
                check_png(ctx, pngs[i].name, &o, sizes[k][0], sizes[k][1],
                          &seed);
            }
    sitr_ctx_free(ctx);
}

/* Every value of 16 bits becomes the nearest of 8. */
static void png_16_bits(void **state)
{
    const png_opts o = {.type = PNG_COLOR_TYPE_GRAY, .depth = 16};
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    uint8_t *rows = malloc(131072);
    bytes b;
    decoded d;

    (void)state;
    for (uint32_t v = 0; v < 65536; v++) {
        rows[2 * v] = (uint8_t)(v >> 8);
        rows[2 * v + 1] = (uint8_t)v;
    }
    b = png_of_rows(256, 256, rows, 512, &o);
    d = decode(ctx, &b);
    assert_int_equal(d.status, SITR_OK);
    for (uint32_t v = 0; v < 65536; v++) {
        const uint8_t got = d.plane.data[v / 256 * d.plane.stride + v % 256];

        assert_int_equal(got, (v * 255 + 32895) >> 16);
        assert_int_equal(got, (uint8_t)floor(v / 257.0 + 0.5));
    }
    decoded_free(&d);
    bytes_free(&b);
    free(rows);
    sitr_ctx_free(ctx);
}

/* The first chunk of that name: where its length stands. */
static size_t chunk_at(const bytes *png, const char *name)
{
    size_t at = 8;

    while (memcmp(png->data + at + 4, name, 4)) {
        const uint8_t *p = png->data + at;

        at += 12 + ((size_t)p[0] << 24 | (size_t)p[1] << 16 |
                    (size_t)p[2] << 8 | p[3]);
        assert_true(at + 8 <= png->size);
    }
    return at;
}

static void png_cut(void **state)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (int i = 0; i < 4; i++) {
        const png_opts o = {.interlaced = i % 2};
        /* libpng reads 4 KiB at a time, and loses what is less */
        raster r = raster_new(250, 260, i < 2 ? 3 : 1, 120);
        bytes b = png_of(&r, &o);
        const bytes header = {b.data, chunk_at(&b, "IDAT") + 9};

        check_cuts(ctx, i % 2 ? "interlaced" : "png", &b, i % 2 == 0);
        assert_int_equal(sign(ctx, &header).status, SITR_ETRUNCATED);
        bytes_free(&b);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

/* An interlaced picture whose data was wrong came out as sound: all of its rows
 * were handed over, and only missing rows and warnings were counted. */
static void png_damaged(void **state)
{
    static const struct {
        const char *name;
        bool interlaced;
        int at; /* in the first IDAT's data; -1: its CRC */
    } cases[] = {
        {"CRC", false, -1},
        {"CRC, interlaced", true, -1},
        {"data", false, 3000},
        {"data, interlaced", true, 3000},
    };
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    raster r = raster_new(120, 110, 3, 60);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const png_opts o = {.interlaced = cases[i].interlaced};
        bytes b = png_of(&r, &o);
        const signed_as whole = sign(ctx, &b);
        const size_t idat = chunk_at(&b, "IDAT");
        const size_t length = (size_t)b.data[idat + 2] << 8 | b.data[idat + 3];
        const size_t at = cases[i].at < 0 ? length : (size_t)cases[i].at;
        signed_as s;

        b.data[idat + 8 + at] ^= 0x55;
        s = sign(ctx, &b);
        if (s.status || !(s.info.flags & SITR_INFO_DAMAGED))
            fail_msg("%s: %s, flags %u", cases[i].name,
                     sitr_status_text(s.status), s.info.flags);
        assert_int_equal(whole.info.flags, 0);
        if (cases[i].at < 0) assert_int_equal(farthest(&whole, &s), 0);
        bytes_free(&b);
    }
    raster_free(&r);
    sitr_ctx_free(ctx);
}

/* A chunk said to hold 1 GiB made libpng 1.6.39 allocate and clear as much,
 * whatever its limits. */
static void png_huge_chunk(void **state)
{
    static const char *const names[] = {"zTXt", "tEXt", "iTXt", "iCCP",
                                        "sPLT", "pCAL", "sCAL", "eXIf",
                                        "tIME", "hIST", "tRNS", "PLTE",
                                        "abcd", "ABCD"};
    raster r = raster_new(20, 20, 3, 0);
    bytes whole = png_of(&r, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        static const uint8_t length[4] = {0x3f, 0xff, 0xff, 0xff};
        bytes b = bytes_new(whole.data, 33); /* signature and IHDR */
        const clock_t begun = clock();
        tally t;
        sitr_ctx *ctx;

        bytes_append(&b, length, 4);
        bytes_append(&b, names[i], 4);
        bytes_append(&b, whole.data + whole.size - 16, 16);
        assert_int_equal(b.size, 57);
        tally_init(&t);
        ctx = ctx_with(&t, NULL);
        assert_int_not_equal(sign(ctx, &b).status, SITR_OK);
        sitr_ctx_free(ctx);
        if (t.peak > 300000) fail_msg("%s: %zu bytes", names[i], t.peak);
        assert_true(clock() - begun < CLOCKS_PER_SEC / 4);
        assert_int_equal(t.alive, 0);
        bytes_free(&b);
    }
    bytes_free(&whole);
    raster_free(&r);
}

/* ---- WebP ----------------------------------------------------------------- */

/* Luma of the Y plane, as seen through `alpha` (RGBA; NULL: opaque). */
static raster webp_twin(const bytes *b)
{
    int w, h, stride, uv_stride;
    uint8_t *u, *v;
    uint8_t *y = WebPDecodeYUV(b->data, b->size, &w, &h, &u, &v, &stride,
                               &uv_stride);
    uint8_t *rgba = WebPDecodeRGBA(b->data, b->size, &w, &h);
    raster out = raster_blank((uint32_t)w, (uint32_t)h, 1);

    assert_non_null(y);
    assert_non_null(rgba);
    for (int i = 0; i < w * h; i++) {
        const double shade = (y[i / w * stride + i % w] - 16) * 255 / 219.0;
        const double luma = floor(fmax(0, fmin(255, shade)) + 0.5);
        const double a = rgba[4 * i + 3];

        out.data[i] = (uint8_t)floor((luma * a + 255 * (255 - a)) / 255 + 0.5);
    }
    WebPFree(y);
    WebPFree(rgba);
    return out;
}

static raster webp_colour_twin(const bytes *b)
{
    int w, h;
    uint8_t *rgba = WebPDecodeRGBA(b->data, b->size, &w, &h);
    const raster r = {(uint32_t)w, (uint32_t)h, 4, rgba};
    const raster out = luma_on(&r, 255);

    WebPFree(rgba);
    return out;
}

static void webp_planes(void **state)
{
    static const struct {
        const char *name;
        uint32_t width, height, channels;
        float quality;
    } cases[] = {
        {"lossy", 95, 77, 3, 80},
        {"lossy, 1 x 1", 1, 1, 3, 80},
        {"lossy, odd", 33, 1, 3, 10},
        {"lossy, 1/2", 701, 643, 3, 80},
        {"lossy, 1/4", 1290, 1301, 3, 50},
        {"lossy, alpha", 95, 77, 4, 80},
        {"lossy, alpha, 1/2", 643, 701, 4, 80},
        {"lossless", 95, 77, 3, -1},
        {"lossless, 1 x 1", 1, 1, 3, -1},
        {"lossless, alpha", 95, 77, 4, -1},
        {"lossless, 1/2", 701, 643, 3, -1},
        {"lossless, alpha, 1/2", 643, 701, 4, -1},
    };
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        raster r = raster_new(cases[i].width, cases[i].height,
                              cases[i].channels, 9);
        bytes b = webp_of(&r, cases[i].quality);
        raster twin =
            cases[i].quality < 0 ? luma_on(&r, 255) : webp_twin(&b);
        raster colour = webp_colour_twin(&b);
        decoded d = decode(ctx, &b);
        decoded c = decode_how(ctx, &b, (how){true, true});

        assert_int_equal(d.status | c.status, SITR_OK);
        assert_false(d.damaged || d.on_black || c.damaged);
        assert_int_equal(d.info.format, SITR_FORMAT_WEBP);
        assert_int_equal(d.info.frames, 1);
        check_plane(cases[i].name, &d.plane, &twin, none);
        check_plane(cases[i].name, &c.plane, &colour, none);
        decoded_free(&d);
        decoded_free(&c);
        raster_free(&twin);
        raster_free(&colour);
        bytes_free(&b);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

/* The first frame where it lies on its canvas, white around it. */
static void webp_animated(void **state)
{
    static const struct {
        const char *name;
        uint32_t channels;
        float quality;
    } cases[] = {{"lossless", 3, -1},
                 {"lossless, alpha", 4, -1},
                 {"lossy", 3, 80},
                 {"lossy, alpha", 4, 80}};
    const uint32_t at_x = 20, at_y = 8;
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        raster r = raster_new(60, 50, cases[i].channels, 9);
        bytes frame = webp_of(&r, cases[i].quality);
        bytes b = webp_animation(&frame, 90, 70, (int)at_x, (int)at_y, 3);
        raster inner = webp_twin(&frame), twin = raster_blank(90, 70, 1);
        decoded d = decode(ctx, &b);
        const signed_as s = sign(ctx, &b);

        if (cases[i].quality < 0) {
            raster_free(&inner);
            inner = luma_on(&r, 255);
        }
        memset(twin.data, 255, 90 * 70);
        for (uint32_t y = 0; y < 50; y++)
            memcpy(twin.data + (y + at_y) * 90 + at_x, inner.data + y * 60,
                   60);
        assert_int_equal(d.status, SITR_OK);
        assert_false(d.damaged);
        assert_int_equal(d.info.frames, 3);
        check_plane(cases[i].name, &d.plane, &twin, none);
        assert_int_equal(s.info.frames, 3);
        assert_int_equal(s.info.width, 90);
        assert_int_equal(s.info.height, 70);
        decoded_free(&d);
        raster_free(&inner);
        raster_free(&twin);
        bytes_free(&b);
        bytes_free(&frame);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

static void webp_cut(void **state)
{
    static const struct {
        const char *name;
        uint32_t channels;
        float quality;
    } cases[] = {{"lossy", 3, 90}, {"lossless", 3, -1}};
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        raster r = raster_new(300, 310, cases[i].channels, 60);
        bytes b = webp_of(&r, cases[i].quality);
        const bytes header = {b.data, 40};

        check_cuts(ctx, cases[i].name, &b, true);
        assert_int_equal(sign(ctx, &header).status, SITR_ETRUNCATED);
        bytes_free(&b);
        raster_free(&r);
    }
    sitr_ctx_free(ctx);
}

/* ---- Orientation ---------------------------------------------------------- */

/* What is stored turned is signed as if it had been turned back: to the bit
 * where nothing is lost and nothing shrunk, within `most` bits elsewhere, as
 * blocks of s x s pixels then begin at another edge. */
static void check_turned(const sitr_ctx *ctx, const char *name, const bytes *b,
                         const raster *stored, uint32_t orientation,
                         uint32_t most)
{
    raster upright = raster_upright(stored, orientation);
    const signed_as theirs = sign_raster(ctx, &upright);
    const signed_as ours = sign(ctx, b);
    sitr_image_info info;

    assert_int_equal(sitr_probe(ctx, b->data, b->size, &info), SITR_OK);
    assert_int_equal(info.orientation, orientation);
    assert_int_equal(info.width, stored->width);
    assert_int_equal(info.height, stored->height);
    assert_int_equal(ours.status, SITR_OK);
    assert_int_equal(ours.info.width, upright.width);
    assert_int_equal(ours.info.height, upright.height);
    assert_int_equal(ours.info.flags, 0);
    if (farthest(&ours, &theirs) > most)
        fail_msg("%s, orientation %u: %u bits", name, orientation,
                 farthest(&ours, &theirs));
    raster_free(&upright);
}

static void orientations(void **state)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (uint32_t o = 1; o <= 8; o++) {
        const png_opts before = {.orientation = o};
        const png_opts after = {
            .orientation = o, .exif_last = true, .interlaced = true};
        const jpeg_opts jpeg = {.orientation = o, .sampling = YCC(2, 2)};
        raster r = raster_new(131, 97, 3, 0), big = raster_new(703, 651, 3, 0);
        bytes b = png_of(&r, &before), c = png_of(&r, &after);
        bytes shrunk = png_of(&big, &before);
        bytes plain = webp_of(&r, -1), d = webp_with_exif(&plain, o);
        bytes e = jpeg_of(&r, &jpeg), f = jpeg_of(&big, &jpeg);
        raster gray = jpeg_twin(&e, false), big_gray = jpeg_twin(&f, false);

        check_turned(ctx, "png", &b, &r, o, 0);
        check_turned(ctx, "png, eXIf last", &c, &r, o, 0);
        check_turned(ctx, "png, 1/2", &shrunk, &big, o, 6);
        check_turned(ctx, "webp", &d, &r, o, 0);
        check_turned(ctx, "jpeg", &e, &gray, o, 6);
        check_turned(ctx, "jpeg, 1/2", &f, &big_gray, o, 6);
        bytes_free(&b);
        bytes_free(&c);
        bytes_free(&d);
        bytes_free(&e);
        bytes_free(&f);
        bytes_free(&plain);
        bytes_free(&shrunk);
        raster_free(&gray);
        raster_free(&big_gray);
        raster_free(&r);
        raster_free(&big);
    }
    sitr_ctx_free(ctx);
}

static void orientation_tag(void **state)
{
    (void)state;
    for (uint32_t o = 0; o <= 10; o++)
        for (int big = 0; big < 2; big++) {
            bytes b = exif_of(o, big);
            const uint32_t seen = o >= 1 && o <= 8 ? o : 1;

            assert_int_equal(sitr_exif_orientation(b.data, b.size), seen);
            /* cut anywhere within the tag: none */
            for (size_t n = 0; n < 22; n++) {
                bytes cut = bytes_new(b.data, n);

                assert_int_equal(sitr_exif_orientation(cut.data, n), 1);
                bytes_free(&cut);
            }
            for (size_t at = 0; at < b.size; at++)
                for (uint32_t v = 0; v < 256; v++) {
                    const uint8_t was = b.data[at];

                    b.data[at] = (uint8_t)v;
                    const uint32_t got =
                        sitr_exif_orientation(b.data, b.size);

                    assert_true(got >= 1 && got <= 8);
                    b.data[at] = was;
                }
            bytes_free(&b);
        }
}

/* ---- Alpha ---------------------------------------------------------------- */

static void half_transparent(void **state)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    raster r = raster_new(256, 256, 4, 0);
    raster twin;

    (void)state;
    /* every luma through every alpha */
    for (uint32_t i = 0; i < 65536; i++) {
        memset(r.data + 4 * i, (int)(i % 256), 3);
        r.data[4 * i + 3] = (uint8_t)(i / 256);
    }
    twin = luma_on(&r, 255);
    for (int interlaced = 0; interlaced < 2; interlaced++) {
        const png_opts o = {.interlaced = interlaced};
        bytes b = png_of(&r, &o);
        decoded d = decode(ctx, &b);

        assert_int_equal(d.status, SITR_OK);
        check_plane("alpha", &d.plane, &twin, none);
        decoded_free(&d);
        bytes_free(&b);
    }
    raster_free(&twin);
    raster_free(&r);
    sitr_ctx_free(ctx);
}

/* White on transparent is nothing on white, so it is signed as on black. */
static void on_black(void **state)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    raster r = raster_new(120, 100, 4, 0), gray;
    signed_as expected;

    (void)state;
    for (size_t i = 0; i < 12000; i++) memset(r.data + 4 * i, 255, 3);
    gray = luma_on(&r, 0);
    expected = sign_raster(ctx, &gray);
    for (int i = 0; i < 3; i++) {
        bytes b = i == 0   ? png_of(&r, NULL)
                  : i == 1 ? webp_of(&r, -1)
                           : webp_of(&r, 90);
        const signed_as s = i < 3 ? sign(ctx, &b) : sign_raster(ctx, &r);

        assert_int_equal(s.status, SITR_OK);
        assert_int_equal(s.info.flags, SITR_INFO_ON_BLACK);
        if (i < 2) assert_int_equal(farthest(&s, &expected), 0);
        bytes_free(&b);
    }
    const signed_as s = sign_raster(ctx, &r);

    assert_int_equal(s.info.flags, SITR_INFO_ON_BLACK);
    assert_int_equal(farthest(&s, &expected), 0);
    raster_free(&gray);
    raster_free(&r);
    sitr_ctx_free(ctx);
}

/* Nothing to see on either: signed as on white. */
static void all_transparent(void **state)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    raster r = raster_new(120, 100, 4, 0);
    bytes b;

    (void)state;
    for (size_t i = 0; i < 12000; i++) r.data[4 * i + 3] = 0;
    b = png_of(&r, NULL);
    assert_int_equal(sign(ctx, &b).info.flags, SITR_INFO_TOO_PLAIN);
    bytes_free(&b);
    raster_free(&r);
    sitr_ctx_free(ctx);
}

/* ---- Limits --------------------------------------------------------------- */

#define N_KINDS 6

static const char *const kind_names[N_KINDS] = {
    "jpeg", "progressive jpeg", "png", "interlaced png", "webp", "lossless webp"};
/* held whole, so that max_pixels_whole counts */
static const bool kind_whole[N_KINDS] = {false, true, false, true, true, true};

static bytes of_kind(const raster *r, int kind)
{
    switch (kind) {
    case 0: return jpeg_of(r, &(jpeg_opts){.sampling = YCC(2, 2)});
    case 1: return jpeg_of(r, &(jpeg_opts){.progressive = true});
    case 2: return png_of(r, NULL);
    case 3: return png_of(r, &(png_opts){.interlaced = true});
    case 4: return webp_of(r, 80);
    default: return webp_of(r, -1);
    }
}

static sitr_status sign_within(const bytes *b, sitr_limits limits,
                               size_t *peak)
{
    tally t;
    sitr_ctx *ctx;
    sitr_status status;

    limits.struct_size = sizeof limits;
    tally_init(&t);
    ctx = ctx_with(&t, &limits);
    status = sign(ctx, b).status;
    sitr_ctx_free(ctx);
    assert_int_equal(t.alive, 0);
    *peak = t.peak;
    return status;
}

/* At the limit it is signed; one past it, refused before memory is asked for. */
static void limits_hold(void **state)
{
    raster r = raster_new(800, 700, 3, 5);

    (void)state;
    for (int kind = 0; kind < N_KINDS; kind++) {
        bytes b = of_kind(&r, kind);
        const sitr_limits at[] = {{.max_bytes = b.size},
                                  {.max_pixels = 800 * 700},
                                  {.max_side = 800},
                                  {.max_pixels_whole = 800 * 700}};
        const sitr_limits past[] = {{.max_bytes = b.size - 1},
                                    {.max_pixels = 800 * 700 - 1},
                                    {.max_side = 799},
                                    {.max_pixels_whole = 800 * 700 - 1}};

        for (size_t i = 0; i < COUNT(at); i++) {
            const sitr_status status = i == 3 && !kind_whole[kind]
                                           ? SITR_OK
                                           : SITR_ELIMIT;
            size_t peak;

            assert_int_equal(sign_within(&b, at[i], &peak), SITR_OK);
            if (sign_within(&b, past[i], &peak) != status)
                fail_msg("%s: limit %zu does not hold", kind_names[kind], i);
            if (status && peak > 64 << 10)
                fail_msg("%s: %zu bytes, then refused", kind_names[kind],
                         peak);
        }
        bytes_free(&b);
    }
    raster_free(&r);
}

/* Whatever max_memory is, less than it was asked of the allocator, and the
 * status says that it was this; from some amount on, all goes well. */
static void memory_limit(void **state)
{
    const sitr_limits no_limit = {.max_memory = SITR_UNLIMITED};
    raster r = raster_new(400, 350, 3, 5);

    (void)state;
    for (int kind = 0; kind < N_KINDS; kind++) {
        bytes b = of_kind(&r, kind);
        bool signed_once = false;
        size_t peak;

        assert_int_equal(sign_within(&b, no_limit, &peak), SITR_OK);
        for (uint64_t max = 1000; max < UINT64_C(1) << 24; max += max / 16) {
            const sitr_limits limits = {.max_memory = max};
            const sitr_status status = sign_within(&b, limits, &peak);

            if (status != SITR_OK && (status != SITR_ELIMIT || signed_once))
                fail_msg("%s: max_memory %llu: %s", kind_names[kind],
                         (unsigned long long)max, sitr_status_text(status));
            if (!status) signed_once = true;
            /* the context and the signature are not of the call's budget */
            assert_true(peak < max + 4096);
        }
        assert_true(signed_once);
        bytes_free(&b);
    }
    raster_free(&r);
}

/* Headers that promise much, with nothing behind them. */
static void bombs(void **state)
{
    raster r = raster_new(64, 64, 3, 0);

    (void)state;
    for (int kind = 0; kind < N_KINDS; kind++) {
        bytes b = of_kind(&r, kind);
        const clock_t begun = clock();
        size_t at = 0, peak;
        sitr_status status;

        if (kind < 2) { /* SOF: 65500 x 65500 */
            for (at = 2; (b.data[at + 1] & 0xfd) != 0xc0;)
                at += 2 + ((size_t)b.data[at + 2] << 8 | b.data[at + 3]);
            for (int i = 0; i < 2; i++) {
                b.data[at + 5 + 2 * (size_t)i] = 0xff;
                b.data[at + 6 + 2 * (size_t)i] = 0xdc;
            }
        } else if (kind < 4) { /* IHDR: 65535 x 4096, CRC left wrong */
            b.data[18] = b.data[19] = 0xff;
            b.data[22] = 0x10, b.data[23] = 0;
        } else if (kind == 4) { /* 16383 x 16383 */
            b.data[26] = b.data[28] = 0xff;
            b.data[27] = b.data[29] = 0x3f;
        } else {
            memset(b.data + 21, 0xff, 3);
            b.data[24] |= 0x0f;
        }
        status = sign_within(&b, (sitr_limits){0}, &peak);
        if (kind != 2 && status != SITR_ELIMIT)
            fail_msg("%s: %s", kind_names[kind], sitr_status_text(status));
        assert_true(peak < 64 << 20);
        assert_true(clock() - begun < 2 * CLOCKS_PER_SEC);
        bytes_free(&b);
    }
    raster_free(&r);
}

/* What libwebp takes by itself was not all counted: 5 bytes a pixel for alpha,
 * a node for each chunk, and a lossless picture was held as RGBA, so that 64 Mi
 * pixels did not fit. */
static void webp_memory(void **state)
{
    const uint64_t n = 1000 * 900, some = 1300 << 10;
    const struct {
        uint32_t channels;
        float quality;
        uint64_t fits, too_little;
    } cases[] = {
        {3, -1, 7 * n + n / 4 + some, 7 * n},
        {4, -1, 8 * n + n / 2 + some, 8 * n},
        /* the second time in colour, for the ImageHash-compatible hashes */
        {3, 50, 3 * n + n / 4 + some, 3 * n},
        {4, 50, 9 * n + n / 2 + some, 9 * n},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        raster r = raster_new(1000, 900, cases[i].channels, 0);
        bytes b = webp_of(&r, cases[i].quality);
        const sitr_limits fits = {.max_memory = cases[i].fits + b.size};
        const sitr_limits too_little = {.max_memory = cases[i].too_little};
        size_t peak;

        if (sign_within(&b, fits, &peak) != SITR_OK ||
            sign_within(&b, too_little, &peak) != SITR_ELIMIT)
            fail_msg("case %zu", i);
        bytes_free(&b);
        raster_free(&r);
    }
}

/* The bytes given count as those read from a file do. */
static void memory_of_the_input(void **state)
{
    raster r = raster_new(64, 64, 3, 0);
    bytes b = png_of(&r, NULL);
    uint8_t *more = calloc(1, 8 << 20);
    size_t peak;

    (void)state;
    bytes_append(&b, more, 8 << 20);
    const sitr_limits fits = {.max_memory = b.size + (1 << 20)};
    const sitr_limits too_little = {.max_memory = b.size - 1};

    assert_int_equal(sign_within(&b, fits, &peak), SITR_OK);
    assert_int_equal(sign_within(&b, too_little, &peak), SITR_ELIMIT);
    free(more);
    bytes_free(&b);
    raster_free(&r);
}

/* libwebpdemux keeps a node of each chunk, but is shown none after the picture. */
static void webp_many_chunks(void **state)
{
    const uint32_t n = 200000;
    const size_t before = 12 + 18; /* behind VP8X */
    const sitr_limits limits = {.max_memory = 7 << 20};
    raster r = raster_new(64, 64, 3, 0);
    bytes plain = webp_of(&r, -1);
    bytes b = webp_with_exif(&plain, 1);
    uint8_t *empty = calloc(n, 8);
    size_t peak;

    (void)state;
    assert_int_equal(sign_within(&b, limits, &peak), SITR_OK);
    for (uint32_t i = 0; i < n; i++) memcpy(empty + (size_t)i * 8, "abcd", 4);
    bytes_append(&b, empty, (size_t)n * 8);
    /* nobody reads what lies past the end that the header names */
    assert_int_equal(sign_within(&b, limits, &peak), SITR_OK);
    sitr_put_le(b.data + 4, b.size - 8, 4);
    assert_int_equal(sign_within(&b, limits, &peak), SITR_OK);
    memmove(b.data + before + (size_t)n * 8, b.data + before,
            b.size - before - (size_t)n * 8);
    memcpy(b.data + before, empty, (size_t)n * 8);
    assert_int_equal(sign_within(&b, limits, &peak), SITR_ELIMIT);
    assert_int_equal(sign_within(&b, (sitr_limits){0}, &peak), SITR_OK);
    free(empty);
    bytes_free(&b);
    bytes_free(&plain);
    raster_free(&r);
}

/* With the last row, libpng inflated all that followed it: seconds of work for
 * some hundred kilobytes. What the picture shows is kept, but for that row. */
static void png_after_the_last_row(void **state)
{
    for (int interlaced = 0; interlaced < 2; interlaced++) {
        const png_opts o = {.interlaced = interlaced};
        sitr_ctx *ctx = ctx_with(NULL, NULL);
        raster tall = raster_new(64, 9000, 1, 255);
        bytes b = png_of(&tall, &o), same;
        raster low = {64, 64, 1, tall.data};
        decoded long_one, short_one;

        (void)state;
        b.data[22] = 0, b.data[23] = 64; /* of 9000 rows; the CRC is wrong now */
        same = png_of(&low, &o);
        long_one = decode(ctx, &b);
        short_one = decode(ctx, &same);
        assert_int_equal(long_one.status | short_one.status, SITR_OK);
        assert_true(long_one.damaged && !short_one.damaged);
        if (!interlaced)
            assert_true(same_rows(&long_one.plane, &short_one.plane, 0, 63));
        decoded_free(&long_one);
        decoded_free(&short_one);
        bytes_free(&b);
        bytes_free(&same);
        raster_free(&tall);
        sitr_ctx_free(ctx);
    }
}

/* Rows far larger than the file, and more of them than the limits allow pixels.
 * As much of noise, which does not pack, goes through. */
static void png_packed(void **state)
{
    const sitr_limits limits = {.max_pixels = 512 * 512,
                                .max_pixels_whole = 512 * 512};

    (void)state;
    for (int i = 0; i < 8; i++) {
        const bool flat = i & 1, interlaced = i & 2, gray = i & 4;
        const uint32_t channels = gray ? 1 : 3;
        const png_opts o = {.interlaced = interlaced};
        raster r = flat ? raster_blank(512, 512, channels)
                        : raster_new(512, 512, channels, 255);
        bytes b = png_of(&r, &o);
        size_t peak;
        const sitr_status status = sign_within(&b, limits, &peak);

        if (status != (flat && !gray ? SITR_ELIMIT : SITR_OK))
            fail_msg("case %d: %s", i, sitr_status_text(status));
        bytes_free(&b);
        raster_free(&r);
    }
}

/* libpng says that a chunk over 8 MB is damaged, though it is only dropped. */
static void png_long_chunk(void **state)
{
    const size_t length = 9 << 20;
    const uint8_t head[8] = {0, 0x90, 0, 0, 'a', 'b', 'C', 'd'};
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    raster r = raster_new(64, 64, 3, 0);
    bytes plain = png_of(&r, NULL);
    bytes b = bytes_new(plain.data, 33); /* signature and IHDR */
    uint8_t *body = calloc(1, length);
    uint8_t crc[4];
    decoded d;

    (void)state;
    bytes_append(&b, head, sizeof head);
    bytes_append(&b, body, length);
    const uint32_t sum =
        (uint32_t)crc32(crc32(0, head + 4, 4), body, (uInt)length);
    for (int i = 0; i < 4; i++) crc[i] = (uint8_t)(sum >> (24 - 8 * i));
    bytes_append(&b, crc, sizeof crc);
    bytes_append(&b, plain.data + 33, plain.size - 33);
    d = decode(ctx, &b);
    assert_int_equal(d.status, SITR_OK);
    assert_false(d.damaged);
    decoded_free(&d);
    free(body);
    bytes_free(&b);
    bytes_free(&plain);
    raster_free(&r);
    sitr_ctx_free(ctx);
}

/* Takes the data out of `n` restart intervals, from number `first` on. */
static void empty_intervals(bytes *b, uint32_t first, uint32_t n)
{
    const size_t data = jpeg_data_at(b);
    uint32_t interval = 0;
    size_t to = data;

    for (size_t at = data; at < b->size; at++) {
        const bool marker = b->data[at] == 0xff && b->data[at + 1] != 0;
        const bool out = interval >= first && interval < first + n;

        if (marker || !out) b->data[to++] = b->data[at];
        if (!marker) continue;
        b->data[to++] = b->data[++at];
        interval++;
    }
    b->size = to;
}

/* How many warnings libjpeg has for it, left to itself. */
static uint32_t count_warnings(const bytes *b)
{
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr errors;
    uint8_t row[300];
    JSAMPROW rows = row;
    uint32_t n;

    c.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&c);
    jpeg_mem_src(&c, b->data, b->size);
    jpeg_read_header(&c, TRUE);
    errors.trace_level = -1;
    jpeg_start_decompress(&c);
    assert_true(c.output_width * (uint32_t)c.output_components <= sizeof row);
    while (c.output_scanline < c.output_height)
        jpeg_read_scanlines(&c, &rows, 1);
    n = (uint32_t)errors.num_warnings;
    jpeg_destroy_decompress(&c);
    return n;
}

/* As many warnings as allowed do not stop the decoder; one more does. */
static void warnings_at_the_limit(void **state)
{
    const jpeg_opts opts = {.restart = 12}; /* a row of blocks */
    raster r = raster_new(96, 310, 1, 30);
    bytes whole = jpeg_of(&r, &opts);
    bytes b = bytes_new(whole.data, whole.size);
    sitr_ctx *ctx = ctx_with(NULL, NULL), *strict[2];
    decoded all = decode(ctx, &whole);

    (void)state;
    empty_intervals(&b, 10, 4);
    const uint32_t n = count_warnings(&b);

    assert_true(n >= 4 && n < 10);
    for (uint32_t i = 0; i < 2; i++) {
        const sitr_limits limits = {.struct_size = sizeof limits,
                                    .max_warnings = n - 1 + i};

        strict[i] = ctx_with(NULL, &limits);
        decoded d = decode(strict[i], &b);

        assert_int_equal(d.status, SITR_OK);
        assert_true(d.damaged);
        assert_true(same_rows(&d.plane, &all.plane, 0, 80));
        if (i == 1)
            assert_true(same_rows(&d.plane, &all.plane, 200, 310));
        else
            assert_true(rows_are(&d.plane, 200, SITR_MISSING_LUMA));
        decoded_free(&d);
    }
    decoded_free(&all);
    sitr_ctx_free(strict[0]);
    sitr_ctx_free(strict[1]);
    bytes_free(&whole);
    bytes_free(&b);
    raster_free(&r);
    sitr_ctx_free(ctx);
}

static void warning_limit(void **state)
{
    const jpeg_opts opts = {.restart = 1};
    raster r = raster_new(300, 310, 3, 30);
    bytes b = jpeg_of(&r, &opts);
    uint32_t seed = 1;

    (void)state;
    for (size_t at = b.size / 3; at < b.size - 2; at += 40)
        b.data[at] = (uint8_t)noise(&seed);
    for (uint32_t max = 1; max <= 1000; max *= 10) {
        const sitr_limits limits = {.struct_size = sizeof limits,
                                    .max_warnings = max};
        sitr_ctx *ctx = ctx_with(NULL, &limits);
        const signed_as s = sign(ctx, &b);

        assert_int_equal(s.status, SITR_OK);
        assert_true(s.info.flags & SITR_INFO_DAMAGED);
        sitr_ctx_free(ctx);
    }
    bytes_free(&b);
    raster_free(&r);
}

/* IDAT chunks with nothing in them, and a wrong CRC. */
static void png_warning_limit(void **state)
{
    static const uint8_t chunk[] = "\0\0\0\0IDATbad"; /* its CRC, "bad\0" */
    raster r = raster_new(60, 70, 3, 30);
    bytes plain = png_of(&r, NULL);
    bytes b = bytes_new(plain.data, 33); /* the signature and IHDR */

    (void)state;
    for (int i = 0; i < 5; i++) bytes_append(&b, chunk, sizeof chunk);
    bytes_append(&b, plain.data + 33, plain.size - 33);
    for (uint32_t max = 4; max <= 5; max++) {
        const sitr_limits limits = {.struct_size = sizeof limits,
                                    .max_warnings = max};
        sitr_ctx *ctx = ctx_with(NULL, &limits);
        const signed_as s = sign(ctx, &b);

        assert_int_equal(s.status, max == 4 ? SITR_ECORRUPT : SITR_OK);
        if (!s.status) assert_true(s.info.flags & SITR_INFO_DAMAGED);
        sitr_ctx_free(ctx);
    }
    bytes_free(&plain);
    bytes_free(&b);
    raster_free(&r);
}

/* Chunks that the picture does not need are passed over, whatever their CRC:
 * after IHDR, between data, at the end. */
static void png_idle_chunks(void **state)
{
    static const uint8_t idle[] = "\0\0\0\5tEXtworldbad";
    static const uint8_t empty[] = "\0\0\0\0IDAT\x35\xaf\x06\x1e";
    raster r = raster_new(60, 70, 3, 30);
    bytes plain = png_of(&r, NULL);
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    const signed_as as_it_was = sign(ctx, &plain);
    const size_t places[] = {33, plain.size - 12};

    (void)state;
    assert_int_equal(as_it_was.status, SITR_OK);
    for (size_t i = 0; i < COUNT(places); i++) {
        bytes b = bytes_new(plain.data, places[i]);

        for (int n = 0; n < 1000; n++) bytes_append(&b, idle, sizeof idle);
        bytes_append(&b, empty, i ? 0 : sizeof empty - 1);
        bytes_append(&b, idle, sizeof idle);
        bytes_append(&b, plain.data + places[i], plain.size - places[i]);
        const signed_as s = sign(ctx, &b);

        assert_int_equal(s.status, SITR_OK);
        assert_false(s.info.flags & SITR_INFO_DAMAGED);
        assert_memory_equal(s.hash, as_it_was.hash, sizeof s.hash);
        b.size = places[i] + 10; /* in the first of them */
        assert_int_equal(sign(ctx, &b).status,
                         i ? SITR_OK : SITR_ETRUNCATED);
        bytes_free(&b);
    }
    sitr_ctx_free(ctx);
    bytes_free(&plain);
    raster_free(&r);
}

/* ---- Garbage -------------------------------------------------------------- */

/* Signs it where a byte past its end would be seen; whatever comes of it is one
 * of the header's answers, and nothing stays behind. */
static sitr_status try_garbage(const sitr_ctx *ctx, const tally *t,
                               const uint8_t *data, size_t size)
{
    const size_t at_rest = t->alive;
    uint8_t *exact = malloc(size ? size : 1);
    const bytes b = {exact, size};
    signed_as s;
    sitr_image_info info;

    if (size) memcpy(exact, data, size);
    s = sign(ctx, &b);
    if (s.status != SITR_OK && s.status != SITR_EFORMAT &&
        s.status != SITR_EUNSUPPORTED && s.status != SITR_ETRUNCATED &&
        s.status != SITR_ECORRUPT && s.status != SITR_ELIMIT)
        fail_msg("%d", s.status);
    const sitr_status probed = sitr_probe(ctx, exact, size, &info);

    if (!s.status) assert_int_equal(probed, SITR_OK);
    if (probed) assert_int_equal(info.width | info.height, 0);
    if (t->alive != at_rest) fail_msg("%zu bytes stay", t->alive - at_rest);
    free(exact);
    return s.status;
}

#define N_SMALL 10

static bytes small_file(int i)
{
    raster r = raster_new(24, 18, i == 6 || i == 7 ? 4 : 3, 0);
    bytes b, c;

    switch (i) {
    case 7: c = webp_of(&r, 60); break;
    case 8:
        b = webp_of(&r, -1);
        c = webp_animation(&b, 40, 30, 4, 2, 2);
        bytes_free(&b);
        break;
    case 9:
        b = webp_of(&r, 40);
        c = webp_with_exif(&b, 6);
        bytes_free(&b);
        break;
    case 6: c = png_of(&r, &(png_opts){.orientation = 6}); break;
    default: c = of_kind(&r, i); break;
    }
    raster_free(&r);
    return c;
}

static sitr_ctx *garbage_ctx(tally *t)
{
    const sitr_limits limits = {.struct_size = sizeof limits,
                                .max_pixels = 1 << 18,
                                .max_pixels_whole = 1 << 18};

    tally_init(t);
    return ctx_with(t, &limits);
}

static void prefixes(void **state)
{
    tally t;
    sitr_ctx *ctx = garbage_ctx(&t);

    (void)state;
    for (int i = 0; i < N_SMALL; i++) {
        bytes b = small_file(i);
        sitr_status status = SITR_OK;

        for (size_t n = 0; n <= b.size; n++)
            status = try_garbage(ctx, &t, b.data, n);
        assert_int_equal(status, SITR_OK);
        bytes_free(&b);
    }
    sitr_ctx_free(ctx);
    assert_int_equal(t.alive, 0);
}

static void mutations(void **state)
{
    tally t;
    sitr_ctx *ctx = garbage_ctx(&t);
    uint32_t seed = 20240607;

    (void)state;
    for (int i = 0; i < N_SMALL; i++) {
        bytes b = small_file(i);

        for (size_t at = 0; at < b.size; at++) {
            const uint8_t was = b.data[at];

            for (int k = 0; k < 4; k++) {
                b.data[at] = k < 3 ? (uint8_t)noise(&seed) : was ^ 0xff;
                try_garbage(ctx, &t, b.data, b.size);
            }
            b.data[at] = was;
        }
        bytes_free(&b);
    }
    sitr_ctx_free(ctx);
}

static void not_pictures(void **state)
{
    static const struct {
        const char *data;
        size_t size;
        sitr_status status;
    } cases[] = {
        {"", 0, SITR_EFORMAT},
        {"GIF89a", 6, SITR_EFORMAT},
        {"\xff\xd8", 2, SITR_EFORMAT},
        {"\xff\xd8\xff", 3, SITR_ETRUNCATED},
        {"\xff\xd8\xff\xd9", 4, SITR_ETRUNCATED},
        {"\x89PNG\r\n\x1a\n", 8, SITR_ETRUNCATED},
        {"RIFF\144\0\0\0WEBP", 12, SITR_ETRUNCATED},
        {"RIFF\144\0\0\0WEBPVP8 \100\0\0\0\1", 21, SITR_ETRUNCATED},
        {"RIFF\4\0\0\0WEBP", 12, SITR_ECORRUPT},
        {"RIFF\0\0\0\0WAVE", 12, SITR_EFORMAT},
    };
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const bytes b = {(uint8_t *)(uintptr_t)cases[i].data, cases[i].size};
        const sitr_status status = sign(ctx, &b).status;

        if (status != cases[i].status)
            fail_msg("case %zu: %s", i, sitr_status_text(status));
    }
    sitr_ctx_free(ctx);
}

/* ---- Files ---------------------------------------------------------------- */

static void files_of_the_project(void **state)
{
    static const struct {
        const char *name;
        sitr_status status;
        uint32_t flags;
    } cases[] = {
        {"found/brighter.jpg", SITR_OK, 0},
        {"found/cut off.jpg", SITR_OK, SITR_INFO_DAMAGED},
        {"found/forwarded.webp", SITR_OK, 0},
        {"found/gray.jpg", SITR_OK, 0},
        {"found/phone.jpg", SITR_OK, 0},
        {"found/thumb.png", SITR_OK, 0},
        {"found/notes.txt", SITR_EFORMAT, 0},
        {"found/no such file", SITR_ENOENT, 0},
        {"found", SITR_EIO, 0},
    };
    tally t;
    sitr_ctx *ctx;

    (void)state;
    tally_init(&t);
    ctx = ctx_with(&t, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char path[4096];
        sitr_signature *s;
        signed_as got;

        snprintf(path, sizeof path, "%s", sample_path(cases[i].name));
        const sitr_status status = sitr_sign_file(ctx, path, NULL, &s);

        got = keep(status, s);
        if (got.status != cases[i].status || got.info.flags != cases[i].flags)
            fail_msg("%s: %s, flags %u", path, sitr_status_text(got.status),
                     got.info.flags);
    }
    sitr_ctx_free(ctx);
    assert_int_equal(t.alive, 0);
}

/* libspng's files of 57 bytes, where they are at hand. */
static void crashers(void **state)
{
    char folder[3000], path[4096];
    DIR *dir;
    tally t;
    sitr_ctx *ctx;
    int n = 0;

    (void)state;
    snprintf(folder, sizeof folder, "%s",
             sample_path("../../../shared/data/malformed/libspng/tests/crashers"));
    dir = opendir(folder);
    if (!dir) {
        print_message("skipped: no libspng crashers here\n");
        skip();
        return;
    }
    tally_init(&t);
    ctx = ctx_with(&t, NULL);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        const clock_t begun = clock();
        sitr_signature *s = NULL;

        if (strncmp(e->d_name, "huge_", 5) != 0) continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        assert_int_not_equal(sitr_sign_file(ctx, path, NULL, &s), SITR_OK);
        assert_true(clock() - begun < CLOCKS_PER_SEC / 4);
        n++;
    }
    closedir(dir);
    sitr_ctx_free(ctx);
    assert_true(n > 5);
    assert_true(t.peak < 1 << 20);
    assert_int_equal(t.alive, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jpeg_planes),
        cmocka_unit_test(jpeg_ends),
        cmocka_unit_test(jpeg_cut),
        cmocka_unit_test(jpeg_cut_is_gray_below),
        cmocka_unit_test(jpeg_one_row_of_blocks),
        cmocka_unit_test(jpeg_header_only),
        cmocka_unit_test(jpeg_arithmetic),
        cmocka_unit_test(jpeg_empty_scans),
        cmocka_unit_test(jpeg_max_scans),
        cmocka_unit_test(png_planes),
        cmocka_unit_test(png_16_bits),
        cmocka_unit_test(png_cut),
        cmocka_unit_test(png_damaged),
        cmocka_unit_test(png_huge_chunk),
        cmocka_unit_test(webp_planes),
        cmocka_unit_test(webp_animated),
        cmocka_unit_test(webp_cut),
        cmocka_unit_test(orientations),
        cmocka_unit_test(orientation_tag),
        cmocka_unit_test(half_transparent),
        cmocka_unit_test(on_black),
        cmocka_unit_test(all_transparent),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(memory_limit),
        cmocka_unit_test(bombs),
        cmocka_unit_test(webp_memory),
        cmocka_unit_test(memory_of_the_input),
        cmocka_unit_test(webp_many_chunks),
        cmocka_unit_test(png_after_the_last_row),
        cmocka_unit_test(png_packed),
        cmocka_unit_test(png_long_chunk),
        cmocka_unit_test(warnings_at_the_limit),
        cmocka_unit_test(warning_limit),
        cmocka_unit_test(png_warning_limit),
        cmocka_unit_test(png_idle_chunks),
        cmocka_unit_test(prefixes),
        cmocka_unit_test(mutations),
        cmocka_unit_test(not_pictures),
        cmocka_unit_test(files_of_the_project),
        cmocka_unit_test(crashers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
