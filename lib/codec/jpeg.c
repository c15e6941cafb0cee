/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JPEG by libjpeg-turbo: gray rows without touching chroma, shrunk by its
 * scaled inverse DCT (ITU T.81; a block mean at 1/8, nearly so at 1/2 and 1/4).
 *
 * libjpeg reports errors by longjmp. It stays in this file: every function that
 * can be jumped over holds nothing that would need undoing.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "base/bytes.h"
#include "codec/codec.h"
#include "codec/jpeg_luma.h"
#include "codec/scans.h"

/* Rows asked for at once: libjpeg gives one row group and no more, which is of
 * max_v_samp_factor rows. */
#define BATCH MAX_SAMP_FACTOR

/* Blocks that all scans together may visit: so many, a 64-megapixel picture's in
 * five scans in colour or sixteen in gray, and more as there is data. */
#define FREE_BLOCKS     (UINT64_C(16) << 20)
#define BLOCKS_PER_BYTE 4

typedef struct decoder {
    struct jpeg_decompress_struct cinfo;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    sitr_scans scans; /* what the source has not yet, where it begins late */
    sitr_jpeg_luma *reader; /* without libjpeg, NULL where that cannot be */
    jmp_buf failed;
    sitr_decoding *d;
    size_t size;       /* of the data that may be read */
    size_t scan_end;   /* where the last whole scan ended, 0 = none did */
    uint64_t n_blocks; /* that the scans visit, so far */
    uint32_t n_warnings;
    bool cut;          /* more bytes were asked for than there are */
    bool exhausted;    /* and the picture lacks them */
    bool stopped;      /* by a limit of ours: keep what there is */
    uint8_t *rows;     /* BATCH rows as libjpeg gives them */
    uint8_t *luma;     /* one row, where that is something else */
    uint32_t n_rows;   /* handed to the sink */
    uint64_t reserved; /* taken from the budget for libjpeg's own memory */
} decoder;

/* ---- Errors and source ---------------------------------------------------- */

static void error_exit(j_common_ptr cinfo)
{
    decoder *j = cinfo->client_data;

    longjmp(j->failed, 1);
}

static void emit_message(j_common_ptr cinfo, int level)
{
    decoder *j = cinfo->client_data;

    if (level >= 0) return;
    if (cinfo->err->msg_code == JWRN_HIT_MARKER &&
        (j->cut || j->cinfo.unread_marker == JPEG_EOI))
        j->exhausted = true;
    /* no jump: what was decoded up to here is worth having */
    if (++j->n_warnings != j->d->budget->ctx->limits.max_warnings + 1) return;
    sitr_log(j->d->budget->ctx, SITR_LOG_WARNING,
             "jpeg: stopped after max_warnings %u", j->n_warnings - 1);
    j->stopped = true;
}

static void output_message(j_common_ptr cinfo) { (void)cinfo; }

static void init_source(j_decompress_ptr cinfo) { (void)cinfo; }

static bool next_run(decoder *j)
{
    return sitr_scans_next(&j->scans, &j->source.next_input_byte,
                           &j->source.bytes_in_buffer);
}

static boolean fill_input_buffer(j_decompress_ptr cinfo)
{
    static const JOCTET end[2] = {0xff, JPEG_EOI};
    decoder *j = cinfo->client_data;

    if (next_run(j)) return TRUE;
    j->cut = true;
    cinfo->src->next_input_byte = end;
    cinfo->src->bytes_in_buffer = sizeof end;
    return TRUE;
}

static void skip_input_data(j_decompress_ptr cinfo, long n)
{
    const decoder *j = cinfo->client_data;
    struct jpeg_source_mgr *src = cinfo->src;

    if (n <= 0) return;
    while ((size_t)n > src->bytes_in_buffer) {
        n -= (long)src->bytes_in_buffer;
        fill_input_buffer(cinfo);
        if (j->cut) return;
    }
    src->next_input_byte += n;
    src->bytes_in_buffer -= (size_t)n;
}

static void open_source(decoder *j)
{
    memset(&j->cinfo, 0, sizeof j->cinfo);
    j->cinfo.err = jpeg_std_error(&j->errors);
    j->errors.error_exit = error_exit;
    j->errors.emit_message = emit_message;
    j->errors.output_message = output_message;
    j->cinfo.client_data = j;
    jpeg_create_decompress(&j->cinfo);
    j->cinfo.client_data = j;
    j->source = (struct jpeg_source_mgr){
        .next_input_byte = j->d->data,
        .bytes_in_buffer = j->size,
        .init_source = init_source,
        .fill_input_buffer = fill_input_buffer,
        .skip_input_data = skip_input_data,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = init_source,
    };
    j->cinfo.src = &j->source;
    j->scans = (sitr_scans){0};
}

/* How many bytes lie before the next one that libjpeg will read. */
static size_t position(const decoder *j)
{
    return j->cut ? j->size : (size_t)(j->source.next_input_byte - j->d->data);
}

/* ---- Set-up --------------------------------------------------------------- */

static sitr_status choose_output(decoder *j)
{
    struct jpeg_decompress_struct *c = &j->cinfo;
    const sitr_row_sink *sink = j->d->sink;

    switch (c->jpeg_color_space) {
    case JCS_GRAYSCALE:
        c->out_color_space = JCS_GRAYSCALE;
        break;
    case JCS_YCbCr:
        c->out_color_space = sink->from_colour ? JCS_RGB : JCS_GRAYSCALE;
        break;
    case JCS_RGB:
        c->out_color_space = JCS_RGB;
        break;
    case JCS_CMYK:
    case JCS_YCCK:
        c->out_color_space = JCS_CMYK;
        break;
    default:
        sitr_log(j->d->budget->ctx, SITR_LOG_ERROR,
                 "jpeg: %d components of no known colour space",
                 c->num_components);
        return SITR_EUNSUPPORTED;
    }
    c->scale_num = 1;
    c->scale_denom =
        sink->full_size ? 1 : sitr_shrink_for(c->image_width, c->image_height);
    c->dct_method = JDCT_ISLOW;
    /* smoothing makes up AC coefficients that a cut file does not have */
    c->do_block_smoothing = FALSE;
    return SITR_OK;
}

/* What libjpeg will ask of malloc: where there are several scans, all the
 * coefficients, else some rows of blocks. */
static uint64_t own_memory(const struct jpeg_decompress_struct *c, bool whole)
{
    uint64_t size = UINT64_C(1) << 16;

    for (int i = 0; i < c->num_components; i++) {
        const jpeg_component_info *comp = &c->comp_info[i];
        const uint64_t wide = comp->width_in_blocks + 8;
        const uint64_t high = whole ? comp->height_in_blocks + 8u
                                    : 2u * (unsigned)comp->v_samp_factor + 2u;

        size += wide * high * sizeof(JBLOCK);
    }
    return size;
}

static sitr_status prepare(decoder *j)
{
    struct jpeg_decompress_struct *c = &j->cinfo;
    sitr_decoding *d = j->d;
    const bool whole = jpeg_has_multiple_scans(c);
    const uint64_t own = own_memory(c, whole);
    sitr_status status;

    d->info.width = c->image_width;
    d->info.height = c->image_height;
    status = sitr_check_size(d->budget->ctx, "jpeg", c->image_width,
                             c->image_height, whole);
    if (status) return status;
    status = sitr_budget_take(d->budget, own);
    if (status) {
        sitr_log(d->budget->ctx, SITR_LOG_ERROR,
                 "jpeg: %llu bytes needed are over max_memory",
                 (unsigned long long)own);
        return status;
    }
    j->reserved = own;
    c->buffered_image = whole;
    return choose_output(j);
}

/* Of component i, once the dimensions of the output are calculated. */
static sitr_need need_of(const struct jpeg_decompress_struct *c, int i)
{
    if (c->out_color_space == JCS_GRAYSCALE && i > 0) return SITR_NEED_NONE;
    return c->comp_info[i].DCT_scaled_size == 1 ? SITR_NEED_DC : SITR_NEED_ALL;
}

/* The scans after the first, at whose data libjpeg is. */
static sitr_scans scans_to_come(const decoder *j)
{
    const struct jpeg_decompress_struct *c = &j->cinfo;
    sitr_scans s = {
        .b = {.data = j->d->data, .size = j->size, .at = position(j)},
        .progressive = c->progressive_mode,
        .max_scans = j->d->budget->ctx->limits.max_scans,
        .n_components = (uint32_t)c->num_components, /* choose_output: 1 .. 4 */
        .n_scans = 1,
    };

    for (int i = 0; i < c->num_components; i++) {
        s.component[i].id = (uint8_t)c->comp_info[i].component_id;
        s.component[i].need = need_of(c, i);
    }
    for (int i = 0; i < c->comps_in_scan; i++)
        s.component[c->cur_comp_info[i]->component_index].begun = true;
    return s;
}

/* Of the scans after the first, libjpeg is handed those that it takes. */
static void choose_scans(decoder *j)
{
    const sitr_scans s = scans_to_come(j);
    bool all = true;

    for (uint32_t i = 0; i < s.n_components; i++)
        all &= s.component[i].need == SITR_NEED_ALL;
    if (all) return;
    j->scans = s;
    if (!next_run(j)) j->source.bytes_in_buffer = 0;
}

/* A second run over a shortened file has its rows already. */
static sitr_status take_buffers(decoder *j)
{
    struct jpeg_decompress_struct *c = &j->cinfo;
    sitr_budget *budget = j->d->budget;
    size_t size;
    void *rows, *luma = NULL;
    sitr_status status;

    if (j->rows) return SITR_OK;
    if (!sitr_mul(&size, c->output_width, (size_t)c->output_components * BATCH))
        return SITR_ENOMEM;
    status = sitr_budget_alloc(budget, size, &rows);
    if (status) return status;
    j->rows = rows;
    if (c->out_color_space == JCS_GRAYSCALE) return SITR_OK;
    status = sitr_budget_alloc(budget, c->output_width, &luma);
    j->luma = luma;
    return status;
}

/* ---- Rows ----------------------------------------------------------------- */

/* Ink to light. Adobe's files store the light that the ink lets through. */
static void luma_of_cmyk(uint8_t *luma, const uint8_t *cmyk, uint32_t n,
                         bool inverted)
{
    const uint8_t flip = inverted ? 0 : 255;

    for (uint32_t i = 0; i < n; i++, cmyk += 4) {
        const uint32_t k = cmyk[3] ^ flip;
        const uint32_t v = 19595u * (cmyk[0] ^ flip) +
                           38470u * (cmyk[1] ^ flip) + 7471u * (cmyk[2] ^ flip);

        luma[i] =
            (uint8_t)(((uint64_t)v * k + 255u * 32768u) / (255u * 65536u));
    }
}

static void deliver(decoder *j, const uint8_t *row)
{
    const sitr_kernels *k = &j->d->budget->ctx->kernels;
    const uint32_t n = j->cinfo.output_width;

    switch (j->cinfo.out_color_space) {
    case JCS_RGB:
        k->luma_rgb(j->luma, row, n);
        break;
    case JCS_CMYK:
        luma_of_cmyk(j->luma, row, n, j->cinfo.saw_Adobe_marker);
        break;
    default:
        j->d->sink->row(j->d->sink, row, NULL);
        return;
    }
    j->d->sink->row(j->d->sink, j->luma, NULL);
}

/* Where the rows end that the data reached: with the row of blocks at hand. */
static uint32_t last_row(const struct jpeg_decompress_struct *c)
{
    const uint32_t group =
        (uint32_t)(c->max_v_samp_factor * c->min_DCT_scaled_size);
    const uint32_t end = (c->output_scanline + group - 1) / group * group;

    return end < c->output_height ? end : c->output_height;
}

/* Where libjpeg writes the next n rows: gray ones where they are to stay, but
 * not those that were handed over before. */
static void place_rows(decoder *j, JSAMPROW rows[BATCH], uint32_t n)
{
    const struct jpeg_decompress_struct *c = &j->cinfo;
    sitr_row_sink *sink = j->d->sink;
    const size_t stride =
        (size_t)c->output_width * (size_t)c->output_components;
    const bool direct = sink->place && c->out_color_space == JCS_GRAYSCALE;

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t y = c->output_scanline + i;

        rows[i] =
            direct && y >= j->n_rows ? sink->place(sink, y - j->n_rows) : NULL;
        if (!rows[i]) rows[i] = j->rows + i * stride;
    }
}

static void read_rows(decoder *j)
{
    struct jpeg_decompress_struct *c = &j->cinfo;
    const uint32_t batch = (uint32_t)c->max_v_samp_factor;
    JSAMPROW rows[BATCH];
    uint32_t end = c->output_height;

    while (c->output_scanline < end) {
        const bool went_on = !j->exhausted && !j->stopped;
        const uint32_t y = c->output_scanline;

        place_rows(j, rows, batch);
        const uint32_t n = jpeg_read_scanlines(c, rows, batch);

        for (uint32_t i = 0; i < n && j->n_rows < c->output_height; i++) {
            if (y + i < j->n_rows) continue;
            deliver(j, rows[i]);
            j->n_rows++;
        }
        /* do not let libjpeg make up megapixels that the file does not have */
        if (went_on && (j->exhausted || j->stopped) && !c->buffered_image)
            end = last_row(c);
    }
}

/* Whether the scan that begins may be read: there are not too many, and they
 * hold something. One in which no block has a value takes some bytes, and as
 * long as any other. */
static bool worth_a_scan(decoder *j)
{
    const struct jpeg_decompress_struct *c = &j->cinfo;
    const sitr_ctx *ctx = j->d->budget->ctx;
    const uint64_t read = position(j);
    const uint32_t n_scans = (uint32_t)c->input_scan_number + j->scans.n_passed;

    j->n_blocks += (uint64_t)c->MCUs_per_row * c->MCU_rows_in_scan *
                   (uint64_t)c->blocks_in_MCU;
    if (n_scans > ctx->limits.max_scans)
        sitr_log(ctx, SITR_LOG_WARNING, "jpeg: stopped after max_scans %u",
                 ctx->limits.max_scans);
    else if (j->n_blocks > FREE_BLOCKS + BLOCKS_PER_BYTE * read)
        sitr_log(ctx, SITR_LOG_WARNING,
                 "jpeg: stopped before scan %u: %llu blocks in %llu bytes",
                 n_scans, (unsigned long long)j->n_blocks,
                 (unsigned long long)read);
    else
        return true;
    j->stopped = true;
    return false;
}

/* Takes in the scans of a progressive or otherwise many-scanned file; the
 * number of the last one that counts. */
static int read_scans(decoder *j)
{
    struct jpeg_decompress_struct *c = &j->cinfo;

    worth_a_scan(j); /* the first is */
    while (!j->exhausted && !j->stopped) {
        const int got = jpeg_consume_input(c);

        if (got == JPEG_REACHED_EOI) break;
        if (got == JPEG_SCAN_COMPLETED && !j->cut) j->scan_end = position(j);
        if (got == JPEG_REACHED_SOS && !worth_a_scan(j))
            return c->input_scan_number - 1;
    }
    return c->input_scan_number;
}

/* Whether there is a byte of data after the header. The arithmetic decoder, to
 * which no data is all zeros, would make a picture of none, without a word. */
static bool has_data(const decoder *j)
{
    const uint8_t *p = j->source.next_input_byte;

    return !j->cut && j->source.bytes_in_buffer >= 2 &&
           (p[0] != 0xff || p[1] != JPEG_EOI);
}

/* Whether what the data reached is worth a hash: more than the first row of
 * blocks of the first scan. */
static bool shows_something(const decoder *j)
{
    const struct jpeg_decompress_struct *c = &j->cinfo;

    if (!j->exhausted) return true;
    if (c->buffered_image)
        return c->input_scan_number > 1 || c->input_iMCU_row > 1 ||
               c->total_iMCU_rows == 1;
    return c->total_iMCU_rows == 1 ||
           j->n_rows >
               (uint32_t)(c->max_v_samp_factor * c->min_DCT_scaled_size);
}

/* ---- One decoding --------------------------------------------------------- */

static sitr_status begin_rows(decoder *j)
{
    const struct jpeg_decompress_struct *c = &j->cinfo;
    const sitr_rows_info rows = {.width = c->image_width,
                                 .height = c->image_height,
                                 .shrink = c->scale_denom};
    sitr_status status = take_buffers(j);

    if (status) return status;
    return j->d->sink->begin(j->d->sink, &rows);
}

static sitr_status status_of_error(const decoder *j)
{
    char text[JMSG_LENGTH_MAX];
    const int code = j->errors.msg_code;

    j->errors.format_message((j_common_ptr)(uintptr_t)&j->cinfo, text);
    sitr_log(j->d->budget->ctx, SITR_LOG_ERROR, "jpeg: %s", text);
    switch (code) {
    case JERR_OUT_OF_MEMORY:
        return SITR_ENOMEM;
    case JERR_NO_BACKING_STORE:
    case JERR_IMAGE_TOO_BIG:
        return SITR_ELIMIT;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
        return SITR_EUNSUPPORTED;
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
    case JERR_NO_IMAGE:
        return SITR_ETRUNCATED;
    default:
        return j->cut ? SITR_ETRUNCATED : SITR_ECORRUPT;
    }
}

/* What came before an error in the data is worth having. Where libjpeg was asked
 * for what is wrong, and had no memory to say, rows had come all the same. */
static sitr_status after_error(const decoder *j)
{
    if (j->n_rows > 0 && j->errors.msg_code != JERR_OUT_OF_MEMORY)
        return SITR_OK;
    return status_of_error(j);
}

/* Hands over what can be had without libjpeg: all rows, or the first, or none. */
static sitr_status read_luma(decoder *j)
{
    const sitr_scans scans = scans_to_come(j);
    sitr_status status =
        sitr_jpeg_luma_new(j->d->budget, &j->cinfo, &scans, &j->reader);

    if (status || !j->reader) return status;
    status = begin_rows(j);
    if (!status) j->n_rows = sitr_jpeg_luma_rows(j->reader, j->d->sink);
    return status;
}

/* Runs over the first j->size bytes; `again` when the sink has begun. */
static sitr_status run(decoder *j, bool again)
{
    sitr_status status;

    if (setjmp(j->failed)) return after_error(j);
    open_source(j);
    jpeg_read_header(&j->cinfo, TRUE);
    status = prepare(j);
    if (status) return status;
    if (!has_data(j)) return SITR_ETRUNCATED;
    jpeg_calc_output_dimensions(&j->cinfo);
    if (!again) {
        status = read_luma(j);
        if (status || j->n_rows == j->cinfo.output_height) return status;
    }
    j->cinfo.mem->max_memory_to_use =
        (long)(j->reserved < LONG_MAX / 2 ? j->reserved * 2 : LONG_MAX);
    jpeg_start_decompress(&j->cinfo);
    status = again || j->reader ? SITR_OK : begin_rows(j);
    if (status) return status;
    if (j->cinfo.buffered_image) {
        choose_scans(j);
        const int last_scan = read_scans(j);

        if (!shows_something(j)) return SITR_ETRUNCATED;
        jpeg_start_output(&j->cinfo, last_scan);
    }
    read_rows(j);
    return shows_something(j) ? SITR_OK : SITR_ETRUNCATED;
}

static void close_run(decoder *j)
{
    jpeg_destroy_decompress(&j->cinfo);
    sitr_budget_give(j->d->budget, j->reserved);
    j->reserved = 0;
}

static sitr_status decode(sitr_decoding *d)
{
    decoder j = {.d = d, .size = d->size};
    sitr_status status = run(&j, false);

    close_run(&j);
    /* An error between the scans of a progressive file: what came before it is
     * a picture. Nothing was output yet, so take those scans alone. */
    if (status && j.scan_end > 2 && j.rows && j.n_rows == 0) {
        j.size = j.scan_end - 2; /* without the marker that ended the scan */
        j.cut = j.exhausted = j.stopped = false;
        j.n_warnings = 0;
        j.n_blocks = 0;
        status = run(&j, true);
        j.stopped = true;
        close_run(&j);
    }
    if (!status && j.cut)
        sitr_log(d->budget->ctx, SITR_LOG_WARNING, "jpeg: the data ends early");
    d->damaged = j.n_warnings > 0 || j.cut || j.stopped ||
                 j.n_rows < j.cinfo.output_height;
    sitr_jpeg_luma_free(d->budget, j.reader);
    sitr_budget_free(d->budget, j.rows);
    sitr_budget_free(d->budget, j.luma);
    return status;
}

/* ---- Header --------------------------------------------------------------- */

static bool sniff(const uint8_t *data, size_t size)
{
    return size >= 3 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff;
}

static bool is_frame_header(uint8_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
           marker != 0xc8 && marker != 0xcc;
}

static sitr_status probe(const sitr_ctx *ctx, const uint8_t *data, size_t size,
                         sitr_image_info *info)
{
    sitr_bytes b = {.data = data, .size = size, .at = 2};

    (void)ctx;
    info->orientation = 0;
    info->frames = 1;
    for (uint8_t marker; (marker = sitr_next_marker(&b)) != 0;) {
        if (marker == 0xd8 || marker == 0x01 ||
            (marker >= 0xd0 && marker <= 0xd7))
            continue; /* these have no length */
        if (marker == 0xd9 || marker == 0xda) break;
        const size_t length = (size_t)sitr_bytes_be(&b, 2);
        const size_t body = length < 2 ? 0 : length - 2;
        const uint8_t *p = sitr_bytes_take(&b, body);

        if (length < 2) return SITR_ECORRUPT;
        if (!p) return SITR_ETRUNCATED;
        if (marker == 0xe1 && body >= 6 && !info->orientation &&
            !memcmp(p, "Exif\0", 6))
            info->orientation = sitr_exif_orientation(p, body);
        if (is_frame_header(marker) && body >= 6 && !info->width) {
            info->height = (uint32_t)p[1] << 8 | p[2];
            info->width = (uint32_t)p[3] << 8 | p[4];
        }
    }
    if (!info->orientation) info->orientation = 1;
    if (info->width && info->height) return SITR_OK;
    return b.overrun || !sitr_bytes_left(&b) ? SITR_ETRUNCATED : SITR_ECORRUPT;
}

const sitr_codec sitr_codec_jpeg = {.name = "jpeg",
                                    .format = SITR_FORMAT_JPEG,
                                    .sniff = sniff,
                                    .probe = probe,
                                    .decode = decode};
