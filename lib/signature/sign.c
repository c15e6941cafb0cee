/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one-call fronts: a picture, from wherever it comes, to what is kept of
 * it. Pixels live no longer than the call.
 */
#include "base/file.h"
#include "base/opts.h"
#include "codec/codec.h"
#include "plane/blur.h"
#include "signature/signature.h"

/* A picture not yet looked at: encoded bytes or somebody's pixels. */
typedef struct source {
    const void *data; /* NULL: pixels */
    size_t size;
    const sitr_pixels *pixels;
} source;

/* What is known of it once it was read. */
typedef struct seen {
    sitr_image_info info;
    bool damaged;
    bool on_black;
    sitr_turn turn; /* that makes it upright */
} seen;

/* ---- Rows ----------------------------------------------------------------- */

static sitr_status check_pixels(const sitr_ctx *ctx, const sitr_pixels *p)
{
    if (!p || !p->data || !p->width || !p->height ||
        (p->layout != SITR_GRAY8 && p->layout != SITR_RGB8 &&
         p->layout != SITR_RGBA8) ||
        p->stride / p->layout < p->width)
        return SITR_EINVAL;
    return sitr_check_size(ctx, "pixels", p->width, p->height, false);
}

static void feed_row(const sitr_kernels *k, const sitr_pixels *p,
                     const uint8_t *row, uint8_t *luma, uint8_t *alpha,
                     sitr_row_sink *sink)
{
    switch (p->layout) {
    case SITR_GRAY8:
        sink->row(sink, row, NULL);
        break;
    case SITR_RGB8:
        k->luma_rgb(luma, row, p->width);
        sink->row(sink, luma, NULL);
        break;
    case SITR_RGBA8:
        k->luma_rgba(luma, alpha, row, p->width);
        sink->row(sink, luma, alpha);
        break;
    }
}

static sitr_status feed_pixels(sitr_budget *budget, const sitr_pixels *p,
                               sitr_row_sink *sink)
{
    const sitr_rows_info rows = {.width = p->width,
                                 .height = p->height,
                                 .shrink = 1,
                                 .alpha = p->layout == SITR_RGBA8};
    void *luma, *alpha;
    sitr_status status = sitr_budget_alloc(budget, p->width, &luma);

    if (status) return status;
    status = sitr_budget_alloc(budget, p->width, &alpha);
    if (!status) status = sink->begin(sink, &rows);
    for (uint32_t y = 0; y < p->height && !status; y++)
        feed_row(&budget->ctx->kernels, p, p->data + y * p->stride, luma, alpha,
                 sink);
    sitr_budget_free(budget, luma);
    sitr_budget_free(budget, alpha);
    return status;
}

static sitr_status feed(sitr_budget *budget, const source *src,
                        sitr_row_sink *sink, seen *out)
{
    sitr_decoding d = {
        .budget = budget, .data = src->data, .size = src->size, .sink = sink};
    sitr_status status;

    if (src->pixels) {
        out->info.width = src->pixels->width;
        out->info.height = src->pixels->height;
        out->info.orientation = out->info.frames = 1;
        return feed_pixels(budget, src->pixels, sink);
    }
    status = sitr_decode(&d);
    out->info = d.info;
    out->damaged = d.damaged;
    return status;
}

/* ---- Hashes --------------------------------------------------------------- */

/* The upright plane, and what there is to know on the way to it. */
static sitr_status see(sitr_budget *budget, const source *src, uint32_t flags,
                       seen *out, sitr_plane *plane)
{
    sitr_plane_builder builder;
    sitr_status status;

    *plane = (sitr_plane){0};
    sitr_plane_builder_init(&builder, budget);
    status = feed(budget, src, &builder.sink, out);
    if (!status) sitr_plane_builder_finish(&builder, plane, &out->on_black);
    sitr_plane_builder_free(&builder);
    if (status) return status;
    if (!(flags & SITR_SIGN_AS_STORED))
        out->turn = sitr_turn_of_orientation(out->info.orientation);
    status = sitr_plane_turn(budget, plane, out->turn);
    if (status) sitr_plane_free(budget, plane);
    return status;
}

/* The ImageHash-compatible ones need every pixel, so the picture is read again:
 * PDQ does not pay for them when they are not asked for. */
static sitr_status imagehashes(sitr_budget *budget, const source *src,
                               const seen *known, sitr_turn turn,
                               uint32_t algos, sitr_hash out[SITR_N_ALGOS + 1])
{
    sitr_imagehash *hasher;
    sitr_row_sink *sink;
    seen again = {0};
    sitr_status status = sitr_imagehash_new(
        budget, algos, turn, known->on_black ? 0 : 255, &hasher, &sink);

    if (status) return status;
    status = feed(budget, src, sink, &again);
    if (!status) sitr_imagehash_finish(hasher, out);
    sitr_imagehash_free(hasher);
    return status;
}

static sitr_status find_regions(sitr_budget *budget, const sitr_plane *plane,
                                uint32_t flags, sitr_signature *s)
{
    const bool as_query = flags & SITR_SIGN_QUERY;
    const sitr_status status = sitr_regions_find(
        budget, plane,
        as_query ? SITR_MAX_QUERY_REGIONS : SITR_MAX_STORED_REGIONS, as_query,
        &s->regions);

    s->info.keypoints = s->regions.n;
    if (s->regions.n_single < SITR_FEW_REGIONS)
        s->info.flags |= SITR_INFO_FEW_REGIONS;
    return status;
}

/* Bars and borders have their part in the hash of the whole: what they frame is
 * hashed too. */
static sitr_status hash_framed(sitr_budget *budget, const sitr_plane *plane,
                               sitr_framed *out)
{
    sitr_plane within;
    sitr_box box;
    sitr_pdq pdq;
    sitr_status status;

    if (!sitr_frame_find(plane, &box)) return SITR_OK;
    status = sitr_frame_cut(budget, plane, &box, &within);
    if (status) return status;
    status = sitr_pdq_hash(budget, &within, (1u << SITR_N_TURNS) - 1, &pdq);
    sitr_plane_free(budget, &within);
    if (status || pdq.too_plain) return status;
    out->box = box;
    out->quality = pdq.quality;
    for (int t = 0; t < SITR_N_TURNS; t++) out->pdq[t] = pdq.turn[t];
    return SITR_OK;
}

static sitr_status hash_all(sitr_budget *budget, const source *src,
                            const sitr_sign_opts *opts, sitr_signature *s)
{
    const uint32_t turns =
        opts->flags & SITR_SIGN_QUERY ? (1u << SITR_N_TURNS) - 1 : 1;
    const uint32_t others = opts->algos & ~(1u << SITR_PDQ);
    sitr_hash hashes[SITR_N_ALGOS + 1] = {0};
    seen known = {0};
    sitr_plane plane;
    sitr_pdq pdq;
    sitr_status status = see(budget, src, opts->flags, &known, &plane);

    if (status) return status;
    s->info.width = plane.width;
    s->info.height = plane.height;
    status = sitr_pdq_hash(budget, &plane, turns, &pdq);
    if (!status && opts->flags & SITR_SIGN_QUERY)
        status = hash_framed(budget, &plane, &s->framed);
    if (!status && opts->flags & SITR_SIGN_REGIONS)
        status = find_regions(budget, &plane, opts->flags, s);
    sitr_plane_free(budget, &plane);
    if (!status && others)
        status = imagehashes(budget, src, &known, known.turn, others, hashes);
    if (status) return status;

    s->info.format = known.info.format;
    s->info.frames = known.info.frames;
    s->info.quality = pdq.quality;
    s->info.flags |= (known.damaged ? SITR_INFO_DAMAGED : 0) |
                     (pdq.too_plain ? SITR_INFO_TOO_PLAIN : 0) |
                     (known.on_black ? SITR_INFO_ON_BLACK : 0);
    for (uint32_t t = 0; t < SITR_N_TURNS; t++)
        if (turns & 1u << t) sitr_signature_add(s, &pdq.turn[t]);
    for (uint32_t a = SITR_PHASH; a <= SITR_N_ALGOS; a++) {
        if (!(others & 1u << a)) continue;
        hashes[a].quality = (uint8_t)pdq.quality;
        hashes[a].turn = SITR_UPRIGHT;
        sitr_signature_add(s, &hashes[a]);
    }
    return SITR_OK;
}

/* ---- Fronts --------------------------------------------------------------- */

static sitr_status read_opts(const sitr_sign_opts *given, sitr_sign_opts *out)
{
    const uint32_t known_algos = (2u << SITR_N_ALGOS) - 2;
    const sitr_status status = sitr_opts_read(out, sizeof *out, given);

    if (status) return status;
    if (out->algos & ~known_algos ||
        out->flags & ~(uint32_t)(SITR_SIGN_REGIONS | SITR_SIGN_QUERY |
                                 SITR_SIGN_AS_STORED | SITR_SIGN_NO_FOLLOW))
        return SITR_EINVAL;
    return SITR_OK;
}

static sitr_status sign(sitr_budget *budget, const source *src,
                        const sitr_sign_opts *opts, sitr_signature **out)
{
    sitr_sign_opts o;
    sitr_status status = read_opts(opts, &o);

    if (status) return status;
    status = sitr_signature_new(budget->ctx, out);
    if (status) return status;
    status = hash_all(budget, src, &o, *out);
    if (status) {
        sitr_signature_free(*out);
        *out = NULL;
    }
    return status;
}

/* As if it had been read from a file: the same picture, the same answer. */
static sitr_status begin(sitr_budget *budget, const sitr_ctx *ctx, size_t size)
{
    sitr_budget_init(budget, ctx);
    const sitr_status status = sitr_budget_take(budget, size);

    if (status)
        sitr_log(ctx, SITR_LOG_ERROR, "%zu bytes are over max_memory %llu",
                 size, (unsigned long long)ctx->limits.max_memory);
    return status;
}

sitr_status sitr_sign(const sitr_ctx *ctx, const void *data, size_t size,
                      const sitr_sign_opts *opts, sitr_signature **out)
{
    sitr_budget budget;
    const source src = {.data = size ? data : "", .size = size};

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx || (!data && size)) return SITR_EINVAL;
    const sitr_status status = begin(&budget, ctx, size);

    return status ? status : sign(&budget, &src, opts, out);
}

sitr_status sitr_blur(const sitr_ctx *ctx, const void *data, size_t size,
                      sitr_blurred *out)
{
    const source src = {.data = size ? data : "", .size = size};
    sitr_budget budget;
    seen known = {0};
    sitr_plane plane;
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = (sitr_blurred){0};
    if (!ctx || (!data && size)) return SITR_EINVAL;
    status = begin(&budget, ctx, size);
    if (!status) status = see(&budget, &src, 0, &known, &plane);
    if (status) return status;
    sitr_plane_blur(&plane, out);
    sitr_plane_free(&budget, &plane);
    return SITR_OK;
}

sitr_status sitr_sign_file(const sitr_ctx *ctx, const char *path,
                           const sitr_sign_opts *opts, sitr_signature **out)
{
    sitr_sign_opts o;
    sitr_budget budget;
    uint8_t *data;
    size_t size;
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx || !path) return SITR_EINVAL;
    status = read_opts(opts, &o);
    if (status) return status;
    sitr_budget_init(&budget, ctx);
    status = sitr_file_read(&budget, path, !(o.flags & SITR_SIGN_NO_FOLLOW),
                            &data, &size);
    if (status) return status;
    const source src = {.data = data ? data : (const uint8_t *)"",
                        .size = size};

    status = sign(&budget, &src, opts, out);
    sitr_budget_free(&budget, data);
    return status;
}

sitr_status sitr_sign_pixels(const sitr_ctx *ctx, const sitr_pixels *pixels,
                             const sitr_sign_opts *opts, sitr_signature **out)
{
    sitr_budget budget;
    const source src = {.pixels = pixels};
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx) return SITR_EINVAL;
    status = check_pixels(ctx, pixels);
    if (status) return status;
    sitr_budget_init(&budget, ctx);
    return sign(&budget, &src, opts, out);
}

sitr_status sitr_hash_pixels(const sitr_ctx *ctx, const sitr_pixels *pixels,
                             sitr_algo algo, sitr_turn turn, sitr_hash *out)
{
    const source src = {.pixels = pixels};
    sitr_hash hashes[SITR_N_ALGOS + 1] = {0};
    sitr_budget budget;
    seen known = {0};
    sitr_plane plane;
    sitr_pdq pdq;
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = (sitr_hash){0};
    if (!ctx || algo < SITR_PDQ || algo > SITR_N_ALGOS ||
        (unsigned)turn >= SITR_N_TURNS)
        return SITR_EINVAL;
    status = check_pixels(ctx, pixels);
    if (status) return status;
    sitr_budget_init(&budget, ctx);
    status = see(&budget, &src, 0, &known, &plane);
    if (status) return status;
    status = sitr_pdq_hash(&budget, &plane, 1u << turn, &pdq);
    sitr_plane_free(&budget, &plane);
    hashes[SITR_PDQ] = pdq.turn[turn];
    if (!status && algo != SITR_PDQ)
        status = imagehashes(&budget, &src, &known, turn, 1u << algo, hashes);
    if (status) return status;
    *out = hashes[algo];
    out->quality = (uint8_t)pdq.quality;
    out->turn = (uint8_t)turn;
    return SITR_OK;
}
