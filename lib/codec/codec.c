/* SPDX-License-Identifier: Apache-2.0 */
/* Which format it is, and whether it is within the limits. */
#include "codec/codec.h"

static const sitr_codec *const codecs[] = {
    &sitr_codec_jpeg,
    &sitr_codec_png,
    &sitr_codec_webp,
};

static const sitr_codec *find(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++)
        if (codecs[i]->sniff(data, size)) return codecs[i];
    return NULL;
}

static sitr_status probe(const sitr_ctx *ctx, const sitr_codec *codec,
                         const uint8_t *data, size_t size,
                         sitr_image_info *info)
{
    const sitr_status status = codec->probe(ctx, data, size, info);

    if (status) {
        *info = (sitr_image_info){0};
        return status;
    }
    info->format = codec->format;
    return SITR_OK;
}

sitr_status sitr_probe(const sitr_ctx *ctx, const void *data, size_t size,
                       sitr_image_info *out)
{
    if (!ctx || !out || (!data && size)) return SITR_EINVAL;
    *out = (sitr_image_info){0};
    const sitr_codec *codec = find(data, size);

    return codec ? probe(ctx, codec, data, size, out) : SITR_EFORMAT;
}

sitr_status sitr_decode(sitr_decoding *d)
{
    const sitr_ctx *ctx = d->budget->ctx;
    const sitr_codec *codec = find(d->data, d->size);
    sitr_status status;

    if (d->size > ctx->limits.max_bytes) {
        sitr_log(ctx, SITR_LOG_ERROR, "%zu bytes are over max_bytes %llu",
                 d->size, (unsigned long long)ctx->limits.max_bytes);
        return SITR_ELIMIT;
    }
    if (!codec) return SITR_EFORMAT;
    status = probe(ctx, codec, d->data, d->size, &d->info);
    if (status) return status;
    /* how much is held whole, only the codec knows */
    status =
        sitr_check_size(ctx, codec->name, d->info.width, d->info.height, false);
    return status ? status : codec->decode(d);
}

sitr_status sitr_check_size(const sitr_ctx *ctx, const char *format,
                            uint32_t width, uint32_t height, bool whole)
{
    const uint64_t max_pixels =
        whole ? ctx->limits.max_pixels_whole : ctx->limits.max_pixels;

    if (width > ctx->limits.max_side || height > ctx->limits.max_side) {
        sitr_log(ctx, SITR_LOG_ERROR, "%s: %u x %u is over max_side %u", format,
                 width, height, ctx->limits.max_side);
        return SITR_ELIMIT;
    }
    if ((uint64_t)width * height > max_pixels) {
        sitr_log(ctx, SITR_LOG_ERROR, "%s: %u x %u is over max_pixels%s %llu",
                 format, width, height, whole ? "_whole" : "",
                 (unsigned long long)max_pixels);
        return SITR_ELIMIT;
    }
    return SITR_OK;
}
