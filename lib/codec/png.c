/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PNG by libpng (ISO/IEC 15948), row by row unless interlaced.
 *
 * libpng 1.6.39 allocates what the length of an ancillary chunk says, up to
 * 1 GiB, whatever png_set_chunk_malloc_max was told: so all of them but tRNS
 * are passed over before it sees them, and its allocator has our budget.
 */
#include <setjmp.h>
#include <string.h>

#include <png.h>

#include "base/bytes.h"
#include "codec/codec.h"

/* More than this many bytes of rows for one of the file are no photo, and are
 * refused where they are also more than the pixels that the limits allow:
 * deflate packs up to 1,032 to one. */
#define MAX_PACKED 200
/* Bytes of a chunk beside its data: length, name, CRC. */
#define CHUNK_FRAME 12
/* Bytes of input that the last row may take beyond its own. */
#define SLACK (16u << 10)

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};

typedef struct decoder {
    png_structp png;
    png_infop info;
    sitr_decoding *d;
    sitr_bytes in;
    size_t chunk;   /* of `in`: where the next one begins */
    size_t in_left; /* bytes of it that may be read, once in the last row */
    uint32_t n_warnings;
    bool cut;
    bool out_of_memory;
    bool alpha;
    bool colour;              /* rows are RGB(A), else gray and alpha */
    size_t stored_row_size;   /* bytes, as in the file */
    size_t row_size;          /* bytes, after libpng's transformations */
    uint8_t *pixels;          /* one row; of an interlaced picture, all */
    uint8_t *luma;            /* one row */
    uint8_t *opacity;         /* one row */
    volatile uint32_t n_rows; /* handed to the sink */
    volatile bool begun;      /* there is a row of the picture */
} decoder;

/* ---- What libpng calls ---------------------------------------------------- */

static void on_error(png_structp png, png_const_charp message)
{
    decoder *p = png_get_error_ptr(png);

    sitr_log(p->d->budget->ctx, p->begun ? SITR_LOG_WARNING : SITR_LOG_ERROR,
             "png: %s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    decoder *p = png_get_error_ptr(png);

    (void)message;
    if (++p->n_warnings > p->d->budget->ctx->limits.max_warnings)
        png_error(png, "stopped after max_warnings");
}

static bool is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Whether libpng would drop a chunk of that name: what it takes for none, and
 * says so, is not for us to drop. */
static bool is_idle(const uint8_t *name)
{
    for (int i = 0; i < 4; i++)
        if (!is_letter(name[i])) return false;
    return name[0] >= 'a' && memcmp(name, "tRNS", 4) != 0;
}

/* Before the next chunk: those of no use, which may be millions, are passed over,
 * right to the one that libpng is to have. */
static void pass_over_chunks(decoder *p)
{
    while (sitr_bytes_left(&p->in) >= CHUNK_FRAME) {
        const uint8_t *const chunk = p->in.data + p->in.at;
        sitr_bytes b = {.data = chunk, .size = CHUNK_FRAME};

        p->chunk = p->in.at + CHUNK_FRAME + sitr_bytes_be(&b, 4);
        if (!is_idle(chunk + 4) || p->chunk > p->in.size) return;
        p->in.at = p->chunk;
    }
}

static void on_read(png_structp png, png_bytep out, size_t size)
{
    decoder *p = png_get_io_ptr(png);

    if (p->in.at == p->chunk) pass_over_chunks(p);
    if (size > p->in_left) png_error(png, "data after the last row");
    p->in_left -= size;
    const uint8_t *from = sitr_bytes_take(&p->in, size);

    if (!from) {
        p->cut = true;
        png_error(png, "the data ends early");
    }
    memcpy(out, from, size);
}

static png_voidp on_malloc(png_structp png, png_alloc_size_t size)
{
    decoder *p = png_get_mem_ptr(png);
    void *block;

    if (sitr_budget_alloc(p->d->budget, size, &block)) p->out_of_memory = true;
    return block;
}

static void on_free(png_structp png, png_voidp block)
{
    decoder *p = png_get_mem_ptr(png);

    sitr_budget_free(p->d->budget, block);
}

/* ---- Set-up --------------------------------------------------------------- */

static void configure(png_structp png)
{
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    /* a damaged picture that shows something is wanted: go on, and say so */
    png_set_crc_action(png, PNG_CRC_WARN_USE, PNG_CRC_WARN_DISCARD);
    png_set_benign_errors(png, 1);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* ours hold */
    png_set_chunk_malloc_max(png, 0); /* else dropping a long chunk is damage */
}

/* Every colour type becomes gray, gray + alpha, RGB or RGBA of 8 bits. */
static void transform(decoder *p)
{
    png_set_expand(p->png); /* palettes, 1, 2 and 4 bits, tRNS to alpha */
    png_set_scale_16(p->png);
    png_read_update_info(p->png, p->info);
    const uint8_t type = png_get_color_type(p->png, p->info);

    p->colour = type & PNG_COLOR_MASK_COLOR;
    p->alpha = type & PNG_COLOR_MASK_ALPHA;
    p->row_size = png_get_rowbytes(p->png, p->info);
}

static sitr_status take_buffers(decoder *p, bool interlaced)
{
    sitr_budget *budget = p->d->budget;
    const size_t width = p->d->info.width;
    size_t size = p->row_size;
    void *block;
    sitr_status status;

    if (interlaced && !sitr_mul(&size, size, p->d->info.height))
        return SITR_ENOMEM;
    status = sitr_budget_alloc(budget, size, &block);
    p->pixels = block;
    if (status) return status;
    status = sitr_budget_alloc(budget, width, &block);
    p->luma = block;
    if (status) return status;
    status = sitr_budget_alloc(budget, width, &block);
    p->opacity = block;
    return status;
}

/* ---- Rows ----------------------------------------------------------------- */

static void deliver(decoder *p, const uint8_t *row)
{
    const sitr_kernels *k = &p->d->budget->ctx->kernels;
    sitr_row_sink *sink = p->d->sink;
    const uint32_t n = p->d->info.width;

    if (p->colour && p->alpha) {
        k->luma_rgba(p->luma, p->opacity, row, n);
    } else if (p->colour) {
        k->luma_rgb(p->luma, row, n);
    } else if (p->alpha) {
        for (uint32_t i = 0; i < n; i++) {
            p->luma[i] = row[2 * i];
            p->opacity[i] = row[2 * i + 1];
        }
    } else {
        sink->row(sink, row, NULL);
        return;
    }
    sink->row(sink, p->luma, p->alpha ? p->opacity : NULL);
}

/* The last row takes no more input than it could be worth, and some for chunks:
 * with it, libpng inflates all the data that follows, a thousand times as much
 * as there is. */
static void expect_last_row(decoder *p)
{
    p->in_left = p->stored_row_size + p->stored_row_size / 8 + SLACK;
}

static void read_rows(decoder *p)
{
    const uint32_t height = p->d->info.height;

    for (; p->n_rows < height; p->n_rows++) {
        if (p->n_rows == height - 1) expect_last_row(p);
        png_read_row(p->png, p->pixels, NULL);
        p->begun = true;
        deliver(p, p->pixels);
    }
}

/* Each pass of an interlaced picture fills the blocks that its pixels stand
 * for ("sparkle" off), so that a cut one is coarse rather than full of holes. */
static void read_passes(decoder *p, int n_passes)
{
    const uint32_t height = p->d->info.height;

    for (int pass = 0; pass < n_passes; pass++)
        for (uint32_t y = 0; y < height; y++) {
            if (pass == n_passes - 1 && y == height - 1) expect_last_row(p);
            png_read_row(p->png, NULL, p->pixels + y * p->row_size);
            p->begun = true;
        }
}

static void deliver_all(decoder *p)
{
    for (; p->n_rows < p->d->info.height; p->n_rows++)
        deliver(p, p->pixels + p->n_rows * p->row_size);
}

/* ---- One decoding --------------------------------------------------------- */

static sitr_status status_of_error(const decoder *p)
{
    if (p->d->budget->exceeded) return SITR_ELIMIT;
    if (p->out_of_memory) return SITR_ENOMEM;
    return p->cut ? SITR_ETRUNCATED : SITR_ECORRUPT;
}

/* Of 256 Mi pixels, rows of 2 GiB may lie in 2 MB: seconds of work for nothing
 * to see. */
static sitr_status check_packing(const decoder *p, bool interlaced)
{
    const sitr_ctx *ctx = p->d->budget->ctx;
    const uint64_t size = (uint64_t)p->stored_row_size * p->d->info.height;
    const uint64_t free_of_it =
        interlaced ? ctx->limits.max_pixels_whole : ctx->limits.max_pixels;

    if (size <= free_of_it || size / MAX_PACKED <= p->d->size) return SITR_OK;
    sitr_log(ctx, SITR_LOG_ERROR,
             "png: %llu bytes of rows in a file of %zu are over %d to one",
             (unsigned long long)size, p->d->size, MAX_PACKED);
    return SITR_ELIMIT;
}

static sitr_status begin_rows(decoder *p, bool interlaced)
{
    sitr_image_info *info = &p->d->info;
    sitr_status status = sitr_check_size(p->d->budget->ctx, "png", info->width,
                                         info->height, interlaced);

    if (status) return status;
    p->stored_row_size = png_get_rowbytes(p->png, p->info);
    status = check_packing(p, interlaced);
    if (status) return status;
    transform(p);
    status = take_buffers(p, interlaced);
    if (status) return status;
    const sitr_rows_info rows = {.width = info->width,
                                 .height = info->height,
                                 .shrink = 1,
                                 .alpha = p->alpha};
    return p->d->sink->begin(p->d->sink, &rows);
}

static sitr_status run(decoder *p)
{
    volatile int n_passes = 1;
    sitr_status status;

    if (setjmp(png_jmpbuf(p->png))) {
        if (!p->begun || p->out_of_memory) return status_of_error(p);
        p->n_warnings++; /* interlaced, it may have all of its rows */
        if (n_passes > 1) deliver_all(p);
        return SITR_OK;
    }
    configure(p->png);
    png_read_info(p->png, p->info);
    p->d->info.width = png_get_image_width(p->png, p->info);
    p->d->info.height = png_get_image_height(p->png, p->info);
    n_passes = png_set_interlace_handling(p->png);
    status = begin_rows(p, n_passes > 1);
    if (status) return status;
    if (n_passes > 1) {
        read_passes(p, n_passes);
        deliver_all(p);
    } else {
        read_rows(p);
    }
    return SITR_OK;
}

static sitr_status decode(sitr_decoding *d)
{
    decoder p = {
        .d = d,
        .in = {.data = d->data, .size = d->size},
        .chunk = sizeof signature,
        .in_left = SIZE_MAX};
    sitr_status status = SITR_ENOMEM;

    p.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &p, on_error,
                                     on_warning, &p, on_malloc, on_free);
    if (p.png) {
        p.info = png_create_info_struct(p.png);
        png_set_read_fn(p.png, &p, on_read);
        if (p.info) status = run(&p);
        png_destroy_read_struct(&p.png, &p.info, NULL);
    }
    if (d->budget->exceeded && status == SITR_ENOMEM) status = SITR_ELIMIT;
    d->damaged = p.n_warnings > 0 || p.cut || p.n_rows < d->info.height;
    sitr_budget_free(d->budget, p.pixels);
    sitr_budget_free(d->budget, p.luma);
    sitr_budget_free(d->budget, p.opacity);
    return status;
}

/* ---- Header --------------------------------------------------------------- */

static bool sniff(const uint8_t *data, size_t size)
{
    return size >= sizeof signature &&
           !memcmp(data, signature, sizeof signature);
}

static sitr_status probe(const sitr_ctx *ctx, const uint8_t *data, size_t size,
                         sitr_image_info *info)
{
    sitr_bytes b = {.data = data, .size = size, .at = sizeof signature};

    (void)ctx;
    info->orientation = 1;
    info->frames = 1;
    while (sitr_bytes_left(&b) >= 8) {
        const size_t length = (size_t)sitr_bytes_be(&b, 4);
        const uint8_t *name = sitr_bytes_take(&b, 4);
        const uint8_t *body = sitr_bytes_take(&b, length);

        if (!name || !body) break;
        if (!memcmp(name, "IHDR", 4) && length >= 8 && !info->width) {
            sitr_bytes h = {.data = body, .size = length};

            info->width = (uint32_t)sitr_bytes_be(&h, 4);
            info->height = (uint32_t)sitr_bytes_be(&h, 4);
        } else if (!memcmp(name, "eXIf", 4)) {
            info->orientation = sitr_exif_orientation(body, length);
        } else if (!memcmp(name, "IEND", 4)) {
            break;
        }
        sitr_bytes_take(&b, 4); /* the CRC is libpng's to check */
    }
    if (info->width && info->height) return SITR_OK;
    return b.overrun || size < 16 ? SITR_ETRUNCATED : SITR_ECORRUPT;
}

const sitr_codec sitr_codec_png = {.name = "png",
                                   .format = SITR_FORMAT_PNG,
                                   .sniff = sniff,
                                   .probe = probe,
                                   .decode = decode};
