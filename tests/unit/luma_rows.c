/* SPDX-License-Identifier: Apache-2.0 */
#include "luma_rows.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "base/ctx.h"
#include "codec/jpeg_luma.h"
#include "passed_over.h"

/* ---- A sink --------------------------------------------------------------- */

static uint8_t *row_at(const kept_rows *k, uint32_t y)
{
    return k->rows + (size_t)y * k->width;
}

static sitr_status begin(sitr_row_sink *sink, const sitr_rows_info *info)
{
    kept_rows *k = (kept_rows *)sink;

    if (k->begun) abort();
    k->begun = true;
    k->width = (info->width - 1) / info->shrink + 1;
    k->height = (info->height - 1) / info->shrink + 1;
    k->rows = bytes_new(NULL, (size_t)k->width * k->height).data;
    return SITR_OK;
}

static bool has_place(const kept_rows *k, uint32_t y)
{
    return y < k->height && y % 3 != 2;
}

static uint8_t *place(sitr_row_sink *sink, uint32_t ahead)
{
    const kept_rows *k = (kept_rows *)sink;

    if (!k->begun || ahead >= k->height + MAX_SAMP_FACTOR) abort();
    return has_place(k, k->n + ahead) ? row_at(k, k->n + ahead) : NULL;
}

static void take_row(sitr_row_sink *sink, const uint8_t *luma,
                     const uint8_t *alpha)
{
    kept_rows *k = (kept_rows *)sink;
    const bool inside =
        luma >= k->rows && luma < k->rows + (size_t)k->width * k->height;

    if (!k->begun || alpha || k->n == k->height) abort();
    if (inside && luma != row_at(k, k->n)) abort();
    if (inside && !(sink->place && has_place(k, k->n))) abort();
    if (!inside) memcpy(row_at(k, k->n), luma, k->width);
    k->n++;
}

void kept_rows_init(kept_rows *k, bool places)
{
    *k = (kept_rows){.sink = {.begin = begin,
                              .row = take_row,
                              .place = places ? place : NULL}};
}

void kept_rows_free(kept_rows *k) { free(k->rows); }

/* ---- libjpeg -------------------------------------------------------------- */

typedef struct decoder {
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    jmp_buf failed;
    libjpeg_rows out;
} decoder;

static void meet_trouble(decoder *j)
{
    if (!j->out.n_warnings && !j->out.error) j->out.n_sound = j->out.n;
}

static void on_error(j_common_ptr c)
{
    decoder *j = c->client_data;

    meet_trouble(j);
    j->out.error = c->err->msg_code;
    longjmp(j->failed, 1);
}

static void on_message(j_common_ptr c, int level)
{
    decoder *j = c->client_data;

    if (level >= 0) return;
    meet_trouble(j);
    j->out.n_warnings++;
}

static void do_nothing(j_decompress_ptr c) { (void)c; }

/* That the data ends early is no warning by itself: with libjpeg's own source
 * it is, where bits are asked for before they are needed. */
static boolean put_end(j_decompress_ptr c)
{
    static const JOCTET end[2] = {0xff, JPEG_EOI};

    c->src->next_input_byte = end;
    c->src->bytes_in_buffer = sizeof end;
    return TRUE;
}

static void skip(j_decompress_ptr c, long n)
{
    if (n <= 0) return;
    if ((size_t)n > c->src->bytes_in_buffer) {
        put_end(c);
        return;
    }
    c->src->next_input_byte += n;
    c->src->bytes_in_buffer -= (size_t)n;
}

static void open_decoder(decoder *j, const bytes *b)
{
    j->c.err = jpeg_std_error(&j->errors);
    j->errors.error_exit = on_error;
    j->errors.emit_message = on_message;
    j->c.client_data = j;
    jpeg_create_decompress(&j->c);
    j->source =
        (struct jpeg_source_mgr){.next_input_byte = b->data,
                                 .bytes_in_buffer = b->size,
                                 .init_source = do_nothing,
                                 .fill_input_buffer = put_end,
                                 .skip_input_data = skip,
                                 .resync_to_restart = jpeg_resync_to_restart,
                                 .term_source = do_nothing};
    j->c.src = &j->source;
}

/* What is wrong in there is libjpeg's to say in any case. */
static bool read_header(decoder *j, unsigned shrink, uint32_t max_pixels)
{
    struct jpeg_decompress_struct *c = &j->c;

    jpeg_read_header(c, TRUE);
    if (max_pixels && (uint64_t)c->image_width * c->image_height > max_pixels)
        return false;
    if (c->jpeg_color_space == JCS_YCbCr) c->out_color_space = JCS_GRAYSCALE;
    c->scale_num = 1;
    c->scale_denom = shrink;
    c->dct_method = JDCT_ISLOW;
    c->do_block_smoothing = FALSE;
    c->buffered_image = jpeg_has_multiple_scans(c);
    jpeg_calc_output_dimensions(c);
    j->out.has_header = true;
    j->out.width = c->output_width * (uint32_t)c->output_components;
    j->out.height = c->output_height;
    j->out.group = (uint32_t)(c->max_v_samp_factor * c->min_DCT_scaled_size);
    j->out.n_warnings = 0;
    return true;
}

static void read_all(decoder *j, unsigned shrink, uint32_t max_pixels)
{
    struct jpeg_decompress_struct *c = &j->c;

    if (!read_header(j, shrink, max_pixels)) return;
    j->out.rows = bytes_new(NULL, (size_t)j->out.width * j->out.height);
    jpeg_start_decompress(c);
    if (c->buffered_image) {
        while (jpeg_consume_input(c) != JPEG_REACHED_EOI) {
        }
        jpeg_start_output(c, c->input_scan_number);
    }
    while (j->out.n < j->out.height) {
        JSAMPROW row = j->out.rows.data + (size_t)j->out.n * j->out.width;

        j->out.n += jpeg_read_scanlines(c, &row, 1);
    }
    if (!j->out.n_warnings) j->out.n_sound = j->out.n;
}

libjpeg_rows libjpeg_rows_of(const bytes *b, unsigned shrink,
                             uint32_t max_pixels)
{
    decoder j = {0};

    open_decoder(&j, b);
    if (!setjmp(j.failed)) read_all(&j, shrink, max_pixels);
    jpeg_destroy_decompress(&j.c);
    return j.out;
}

/* ---- The other ------------------------------------------------------------ */

static void read_luma(decoder *j, const bytes *b, const luma_how *how,
                      kept_rows *kept, luma_rows *out)
{
    struct jpeg_decompress_struct *c = &j->c;
    const sitr_rows_info info = {.width = c->image_width,
                                 .height = c->image_height,
                                 .shrink = how->shrink};
    sitr_scans scans = scans_to_come(c, b);
    sitr_budget budget;
    sitr_jpeg_luma *dc;
    tally t;

    tally_init(&t);
    sitr_ctx *ctx = ctx_with(&t, NULL);

    if (how->max_scans) scans.max_scans = how->max_scans;
    if (how->portable) sitr_kernels_choose(0, &ctx->kernels);
    ctx->kernels.fast_inverse_dct = true;
    const size_t n_blocks = t.n_blocks;

    if (how->fail_at) t.fail_at = t.n_calls + how->fail_at;
    sitr_budget_init(&budget, ctx);
    const uint64_t left = budget.left;

    out->status = sitr_jpeg_luma_new(&budget, c, &scans, &dc);
    if (out->status && dc) out->broken = "a decoder in spite of a failure";
    out->taken = dc != NULL;
    if (dc) {
        begin(&kept->sink, &info);
        out->n = sitr_jpeg_luma_rows(dc, &kept->sink);
        if (out->n != kept->n) out->broken = "rows not counted";
    }
    sitr_jpeg_luma_free(&budget, dc);
    if (t.n_blocks != n_blocks || budget.left != left)
        out->broken = "memory left behind";
    sitr_ctx_free(ctx);
}

/* Whether the header was all there, and libjpeg found no fault with it. */
static bool run_luma(decoder *j, const bytes *b, const luma_how *how,
                     kept_rows *kept, luma_rows *out)
{
    if (setjmp(j->failed)) return false;
    if (!read_header(j, how->shrink, how->max_pixels)) return false;
    /* where it was cut, libjpeg is in an EOI of its own */
    if ((uintptr_t)j->c.src->next_input_byte - (uintptr_t)b->data > b->size)
        return false;
    out->has_header = true;
    out->progressive = j->c.progressive_mode;
    out->height = j->c.output_height;
    read_luma(j, b, how, kept, out);
    return true;
}

/* ---- Both ----------------------------------------------------------------- */

static bool differ(const kept_rows *kept, const bytes *rows, uint32_t n)
{
    const size_t size = (size_t)n * kept->width;

    return n && (rows->size < size || memcmp(kept->rows, rows->data, size));
}

/* Of a picture that libjpeg fails at, though all rows were had. */
static const char *check_rest(const bytes *b, unsigned shrink,
                              const kept_rows *kept)
{
    outcome o = passed_over_decode(b, (jpeg_how){shrink, false, true, 0});
    const char *broken = NULL;

    if (!o.error && differ(kept, &o.pixels, kept->n))
        broken = "other samples than of what is not passed over";
    outcome_free(&o);
    return broken;
}

static const char *check(const luma_rows *r, const bytes *b, unsigned shrink,
                         const kept_rows *kept, const libjpeg_rows *l)
{
    if (!r->taken) return NULL;
    if (l->width != kept->width || l->height != kept->height)
        return "another size";
    if (r->progressive) {
        if (r->n && r->n < r->height) return "some rows of a progressive one";
        if (r->n && l->error) return check_rest(b, shrink, kept);
    } else if (r->n > l->n_sound &&
               (r->n == r->height || r->n >= l->n_sound + l->group))
        return l->error ? "an error not met" : "a warning not met";
    return differ(kept, &l->rows, r->n) ? "other samples" : NULL;
}

luma_rows luma_rows_compare(const bytes *b, luma_how how)
{
    /* in a block of its size, so that a sanitizer sees a byte too far */
    bytes copy = bytes_new(b->data, b->size);
    luma_rows out = {0};
    decoder j = {0};
    kept_rows kept;

    if (!how.shrink) how.shrink = 8;
    kept_rows_init(&kept, how.places);
    open_decoder(&j, &copy);
    if (run_luma(&j, &copy, &how, &kept, &out)) {
        libjpeg_rows l = libjpeg_rows_of(&copy, how.shrink, how.max_pixels);

        out.error = l.error;
        out.n_warnings = l.n_warnings;
        out.n_sound = l.n_sound;
        if (!out.broken) out.broken = check(&out, &copy, how.shrink, &kept, &l);
        bytes_free(&l.rows);
    }
    jpeg_destroy_decompress(&j.c);
    kept_rows_free(&kept);
    bytes_free(&copy);
    return out;
}
