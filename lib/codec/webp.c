/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WebP by libwebp (RFC 9649). Lossy pictures give their own Y plane, stretched
 * from video range; lossless ones give colour. Of an animation, the first frame
 * on its canvas.
 */
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "base/bytes.h"
#include "codec/codec.h"

/* The frame to decode and where it lies on the canvas. */
typedef struct frame {
    const uint8_t *data;
    size_t size;
    uint32_t x, y;
    uint32_t width, height;
    bool alpha;
    bool lossless;
} frame;

typedef struct decoder {
    sitr_decoding *d;
    frame frame;
    bool colour;      /* decoded to RGB or RGBA, else to Y and alpha */
    uint8_t *pixels;  /* RGB, RGBA or Y */
    uint8_t *chroma;  /* U and V: of no use, but libwebp writes them */
    uint8_t *alpha;   /* of Y */
    uint8_t *luma;    /* one row of the canvas */
    uint8_t *opacity; /* one row of the canvas */
    uint32_t n_rows;  /* of the frame, that the data held */
} decoder;

/* ---- Decoding the frame --------------------------------------------------- */

static sitr_status status_of(VP8StatusCode code)
{
    switch (code) {
    case VP8_STATUS_OK:
        return SITR_OK;
    case VP8_STATUS_OUT_OF_MEMORY:
        return SITR_ENOMEM;
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
        return SITR_ETRUNCATED;
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return SITR_EUNSUPPORTED;
    default:
        return SITR_ECORRUPT;
    }
}

/* Bytes that libwebp asks of malloc by itself: a lossless picture is held as
 * ARGB beside our copy; so is alpha, which is packed as a lossless picture, and
 * as bytes as well; lossy ones need some rows. */
static uint64_t own_memory(const frame *f)
{
    const uint64_t n = (uint64_t)f->width * f->height;

    return (UINT64_C(1) << 20) + 64 * (uint64_t)f->width +
           (f->lossless ? 4 * n
            : f->alpha  ? 5 * n
                        : 0);
}

static sitr_status take(decoder *w, uint8_t **out, size_t a, size_t b)
{
    size_t size;
    void *block;
    sitr_status status;

    if (!sitr_mul(&size, a, b)) return SITR_ENOMEM;
    status = sitr_budget_alloc(w->d->budget, size, &block);
    *out = block;
    return status;
}

/* Bytes of a pixel of `pixels`. */
static size_t depth(const decoder *w)
{
    return !w->colour ? 1 : w->frame.alpha ? 4 : 3;
}

/* Bytes of U and V. */
static uint64_t chroma_size(const frame *f)
{
    return (uint64_t)((f->width + 1) / 2) * ((f->height + 1) / 2 * 2);
}

/* What the large buffers take. */
static uint64_t buffers_size(const decoder *w)
{
    const frame *f = &w->frame;
    const uint64_t n = (uint64_t)f->width * f->height;

    if (w->colour) return n * depth(w);
    return n + chroma_size(f) + (f->alpha ? n : 0);
}

static sitr_status take_buffers(decoder *w)
{
    const frame *f = &w->frame;
    sitr_status status;

    status = take(w, &w->luma, w->d->info.width, 1);
    if (!status) status = take(w, &w->opacity, w->d->info.width, 1);
    if (!status) status = take(w, &w->pixels, f->width, f->height * depth(w));
    if (!status && !w->colour)
        status = take(w, &w->chroma, chroma_size(f), 1);
    if (!status && !w->colour && f->alpha)
        status = take(w, &w->alpha, f->width, f->height);
    return status;
}

static void describe_output(decoder *w, WebPDecBuffer *out)
{
    const frame *f = &w->frame;
    const int half = (int)((f->width + 1) / 2);
    const size_t rows = f->height, half_size = (size_t)half * ((rows + 1) / 2);

    out->is_external_memory = 1;
    if (w->colour) {
        out->colorspace = f->alpha ? MODE_RGBA : MODE_RGB;
        out->u.RGBA.rgba = w->pixels;
        out->u.RGBA.stride = (int)(f->width * depth(w));
        out->u.RGBA.size = f->width * rows * depth(w);
        return;
    }
    out->colorspace = f->alpha ? MODE_YUVA : MODE_YUV;
    out->u.YUVA.y = w->pixels;
    out->u.YUVA.y_stride = (int)f->width;
    out->u.YUVA.y_size = (size_t)f->width * rows;
    out->u.YUVA.u = w->chroma;
    out->u.YUVA.v = w->chroma + half_size;
    out->u.YUVA.u_stride = out->u.YUVA.v_stride = half;
    out->u.YUVA.u_size = out->u.YUVA.v_size = half_size;
    if (!f->alpha) return;
    out->u.YUVA.a = w->alpha;
    out->u.YUVA.a_stride = (int)f->width;
    out->u.YUVA.a_size = (size_t)f->width * rows;
}

/* Decodes as far as the data goes: SITR_OK whenever a row came out. */
static sitr_status decode_frame(decoder *w)
{
    WebPDecoderConfig config;
    WebPIDecoder *idec;
    VP8StatusCode code;
    int last_row = 0;

    if (!WebPInitDecoderConfig(&config)) return SITR_EUNSUPPORTED;
    describe_output(w, &config.output);
    idec = WebPIDecode(NULL, 0, &config);
    if (!idec) return SITR_ENOMEM;
    code = WebPIUpdate(idec, w->frame.data, w->frame.size);
    if (w->colour)
        WebPIDecGetRGB(idec, &last_row, NULL, NULL, NULL);
    else
        WebPIDecGetYUVA(idec, &last_row, NULL, NULL, NULL, NULL, NULL, NULL,
                        NULL, NULL);
    WebPIDelete(idec);
    WebPFreeDecBuffer(&config.output);
    if (code == VP8_STATUS_OK) last_row = (int)w->frame.height;
    w->n_rows = last_row > 0 ? (uint32_t)last_row : 0;
    if (code == VP8_STATUS_OUT_OF_MEMORY || !w->n_rows) return status_of(code);
    return SITR_OK;
}

/* ---- Rows of the canvas --------------------------------------------------- */

static void frame_row(decoder *w, uint8_t *luma, uint32_t y)
{
    const sitr_kernels *k = &w->d->budget->ctx->kernels;
    const frame *f = &w->frame;
    uint8_t *opacity = w->opacity + f->x;
    const uint8_t *from = w->pixels + y * f->width * depth(w);

    if (w->colour && f->alpha) {
        k->luma_rgba(luma, opacity, from, f->width);
        return;
    }
    if (w->colour)
        k->luma_rgb(luma, from, f->width);
    else
        k->luma_video(luma, from, f->width);
    if (f->alpha)
        memcpy(opacity, w->alpha + (size_t)y * f->width, f->width);
    else
        memset(opacity, 255, f->width);
}

/* Without alpha the frame is all of the canvas, and a row may be written where
 * it stays. */
static void deliver_opaque(decoder *w)
{
    sitr_row_sink *sink = w->d->sink;
    const frame *f = &w->frame;

    for (uint32_t y = 0; y < f->height && y < w->n_rows; y++) {
        uint8_t *luma = sink->place ? sink->place(sink, 0) : NULL;

        if (!luma) luma = w->luma;
        frame_row(w, luma, y);
        sink->row(sink, luma, NULL);
    }
}

static void deliver(decoder *w)
{
    sitr_row_sink *sink = w->d->sink;
    const frame *f = &w->frame;

    for (uint32_t y = 0; y < w->d->info.height; y++) {
        const bool inside = y >= f->y && y - f->y < f->height;

        if (inside && y - f->y >= w->n_rows) return; /* cut off here */
        memset(w->opacity, 0, w->d->info.width);
        if (inside) frame_row(w, w->luma + f->x, y - f->y);
        sink->row(sink, w->luma, w->opacity);
    }
}

/* ---- The container -------------------------------------------------------- */

/* At the first chunk; what follows the RIFF's end is nothing to libwebp either. */
static sitr_bytes open_riff(const uint8_t *data, size_t size)
{
    sitr_bytes b = {.data = data, .size = size, .at = 4};

    const uint64_t riff = sitr_bytes_le(&b, 4) + 8;
    if (riff < size) b.size = (size_t)riff;
    b.at = b.size < 12 ? b.size : 12;
    return b;
}

/* The next chunk, as much as there is of it. */
static bool next_chunk(sitr_bytes *b, const uint8_t **name,
                       const uint8_t **body, size_t *have)
{
    if (sitr_bytes_left(b) < 8) return false;
    *name = sitr_bytes_take(b, 4);
    const uint32_t length = (uint32_t)sitr_bytes_le(b, 4);
    const size_t left = sitr_bytes_left(b);

    *have = length < left ? length : left; /* cut: still read */
    *body = sitr_bytes_take(b, *have);
    if (length % 2 && sitr_bytes_left(b)) b->at++;
    return true;
}

/* How many bytes libwebpdemux is shown: all up to the end of the first frame, for
 * it lists every chunk that follows, and these may be millions. `memory` is what
 * it will ask of malloc: a node for each chunk, however small, and for each
 * frame, as far as the RIFF header says; no more are looked at than would be too
 * many. */
static size_t first_frame_end(const sitr_decoding *d, uint64_t *memory)
{
    sitr_bytes b = open_riff(d->data, d->size);
    const uint8_t *name, *body;
    bool ends = false;
    size_t have;

    *memory = 0;
    while (!ends && *memory <= d->budget->left &&
           next_chunk(&b, &name, &body, &have)) {
        const bool animation = !memcmp(name, "ANMF", 4);

        *memory += animation ? 96 : 32;
        ends =
            animation || !memcmp(name, "VP8 ", 4) || !memcmp(name, "VP8L", 4);
    }
    return ends ? b.at : d->size;
}

/* Finds the first frame; `features` then describes that frame. */
static sitr_status find_frame(const sitr_decoding *d, size_t end, frame *f)
{
    const WebPData bytes = {d->data, end};
    WebPBitstreamFeatures features;
    WebPDemuxState state;
    WebPDemuxer *demux = WebPDemuxPartial(&bytes, &state);
    WebPIterator first = {0};

    if (!demux)
        return state == WEBP_DEMUX_PARSE_ERROR ? SITR_ECORRUPT
                                               : SITR_ETRUNCATED;
    const bool found = WebPDemuxGetFrame(demux, 1, &first);

    if (found)
        *f = (frame){.data = first.fragment.bytes,
                     .size = first.fragment.size,
                     .x = (uint32_t)first.x_offset,
                     .y = (uint32_t)first.y_offset,
                     .width = (uint32_t)first.width,
                     .height = (uint32_t)first.height};
    WebPDemuxReleaseIterator(&first);
    WebPDemuxDelete(demux);
    if (!found) return SITR_ETRUNCATED;
    const VP8StatusCode code = WebPGetFeatures(f->data, f->size, &features);

    if (code != VP8_STATUS_OK) return status_of(code);
    /* the bitstream and the container must agree, or buffers would not fit */
    if ((uint32_t)features.width != f->width ||
        (uint32_t)features.height != f->height ||
        f->x + f->width > d->info.width || f->y + f->height > d->info.height)
        return SITR_ECORRUPT;
    f->alpha = features.has_alpha;
    f->lossless = features.format == 2;
    return SITR_OK;
}

/* ---- One decoding --------------------------------------------------------- */

/* From the budget, for what libwebp will ask of malloc. */
static sitr_status take_own(sitr_decoding *d, uint64_t size)
{
    const sitr_status status = sitr_budget_take(d->budget, size);

    if (status)
        sitr_log(d->budget->ctx, SITR_LOG_ERROR,
                 "webp: %llu bytes needed are over max_memory",
                 (unsigned long long)size);
    return status;
}

static sitr_status run(decoder *w)
{
    sitr_decoding *d = w->d;
    const frame *f = &w->frame;
    const bool alpha =
        f->alpha || f->width < d->info.width || f->height < d->info.height;
    const sitr_rows_info rows = {.width = d->info.width,
                                 .height = d->info.height,
                                 .shrink = 1,
                                 .alpha = alpha};
    /* in sum first: zeroing 300 MB only to find that no more may be had is dear */
    sitr_status status = take_own(d, buffers_size(w));

    if (status) return status;
    sitr_budget_give(d->budget, buffers_size(w));
    status = take_buffers(w);
    if (!status) status = d->sink->begin(d->sink, &rows);
    if (!status) status = decode_frame(w);
    if (status) return status;
    if (alpha)
        deliver(w);
    else
        deliver_opaque(w);
    d->damaged = w->n_rows < f->height;
    return SITR_OK;
}

static sitr_status decode(sitr_decoding *d)
{
    decoder w = {.d = d};
    uint64_t own;
    sitr_status status;

    status = sitr_check_size(d->budget->ctx, "webp", d->info.width,
                             d->info.height, true);
    if (status) return status;
    const size_t end = first_frame_end(d, &own);
    status = take_own(d, own);
    if (status) return status;
    status = find_frame(d, end, &w.frame);
    sitr_budget_give(d->budget, own);
    if (status) return status;
    w.colour = w.frame.lossless || d->sink->from_colour;
    own = own_memory(&w.frame);
    status = take_own(d, own);
    if (status) return status;
    status = run(&w);
    sitr_budget_give(d->budget, own);
    sitr_budget_free(d->budget, w.luma);
    sitr_budget_free(d->budget, w.opacity);
    sitr_budget_free(d->budget, w.pixels);
    sitr_budget_free(d->budget, w.chroma);
    sitr_budget_free(d->budget, w.alpha);
    return status;
}

/* ---- Header --------------------------------------------------------------- */

static bool sniff(const uint8_t *data, size_t size)
{
    return size >= 12 && !memcmp(data, "RIFF", 4) &&
           !memcmp(data + 8, "WEBP", 4);
}

/* The canvas from VP8X, or the picture from its bitstream header. */
static void read_size(const uint8_t *name, const uint8_t *body, size_t length,
                      sitr_image_info *info)
{
    sitr_bytes b = {.data = body, .size = length};

    if (info->width) return;
    if (!memcmp(name, "VP8X", 4) && length >= 10) {
        b.at = 4;
        info->width = (uint32_t)sitr_bytes_le(&b, 3) + 1;
        info->height = (uint32_t)sitr_bytes_le(&b, 3) + 1;
    } else if (!memcmp(name, "VP8 ", 4) && length >= 10) {
        b.at = 6;
        info->width = (uint32_t)sitr_bytes_le(&b, 2) & 0x3fff;
        info->height = (uint32_t)sitr_bytes_le(&b, 2) & 0x3fff;
    } else if (!memcmp(name, "VP8L", 4) && length >= 5) {
        b.at = 1;
        const uint32_t bits = (uint32_t)sitr_bytes_le(&b, 4);

        info->width = (bits & 0x3fff) + 1;
        info->height = (bits >> 14 & 0x3fff) + 1;
    }
}

static sitr_status probe(const sitr_ctx *ctx, const uint8_t *data, size_t size,
                         sitr_image_info *info)
{
    sitr_bytes b = open_riff(data, size);
    const uint8_t *name, *body;
    uint32_t n_frames = 0;
    size_t have;

    (void)ctx;
    info->orientation = 1;
    while (next_chunk(&b, &name, &body, &have)) {
        read_size(name, body, have, info);
        if (!memcmp(name, "ANMF", 4))
            n_frames++;
        else if (!memcmp(name, "EXIF", 4))
            info->orientation = sitr_exif_orientation(body, have);
    }
    info->frames = n_frames ? n_frames : 1;
    if (info->width && info->height) return SITR_OK;
    b.at = 4; /* of the RIFF header: how much there should be */
    return sitr_bytes_le(&b, 4) + 8 > size ? SITR_ETRUNCATED : SITR_ECORRUPT;
}

const sitr_codec sitr_codec_webp = {.name = "webp",
                                    .format = SITR_FORMAT_WEBP,
                                    .sniff = sniff,
                                    .probe = probe,
                                    .decode = decode};
