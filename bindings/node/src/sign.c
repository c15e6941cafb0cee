/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts and signatures. */
#include "addon.h"

#include <stdlib.h>
#include <string.h>

/* ---- Contexts -------------------------------------------------------------- */

/* maxBytes, maxPixels, maxPixelsWhole, maxMemory as bigints, maxSide, maxScans,
 * maxWarnings as numbers; 0 is the library's default */
napi_value addon_context(napi_env env, napi_callback_info info)
{
    const sitr_logger logger = {.write = addon_keep_message};
    sitr_limits limits = {.struct_size = sizeof limits};
    const sitr_ctx_opts opts = {
        .struct_size = sizeof opts, .logger = &logger, .limits = &limits};
    napi_value values[7];
    addon_thing *thing;
    sitr_status status;
    bool later;

    if (!addon_arguments(env, info, values, 7, &later) ||
        !addon_get_uint64(env, values[0], &limits.max_bytes) ||
        !addon_get_uint64(env, values[1], &limits.max_pixels) ||
        !addon_get_uint64(env, values[2], &limits.max_pixels_whole) ||
        !addon_get_uint64(env, values[3], &limits.max_memory) ||
        !addon_get_uint32(env, values[4], &limits.max_side) ||
        !addon_get_uint32(env, values[5], &limits.max_scans) ||
        !addon_get_uint32(env, values[6], &limits.max_warnings))
        return NULL;
    thing = addon_thing_new(ADDON_CONTEXT, NULL);
    if (!thing) return addon_throw(env, SITR_ENOMEM, "");
    status = sitr_ctx_new(&opts, &thing->is.ctx);
    if (status) {
        addon_thing_release(thing);
        return addon_throw(env, status, "");
    }
    return addon_wrap(env, thing);
}

uint64_t addon_max_bytes(const addon_thing *ctx)
{
    sitr_limits limits;

    sitr_ctx_limits(ctx->is.ctx, &limits);
    return limits.max_bytes < limits.max_memory ? limits.max_bytes
                                                : limits.max_memory;
}

/* ---- Signing --------------------------------------------------------------- */

static bool get_sign_opts(napi_env env, napi_value algos, napi_value flags,
                          sitr_sign_opts *opts)
{
    opts->struct_size = sizeof *opts;
    return addon_get_uint32(env, algos, &opts->algos) &&
           addon_get_uint32(env, flags, &opts->flags);
}

static napi_value answer_signature(napi_env env, addon_job *job)
{
    /* in memory it is some half more, as measured */
    const size_t size = sitr_signature_encode(job->made->is.signature, NULL, 0);

    addon_thing_tell(env, job->made,
                     (int64_t)(size + size / 2 + sizeof(addon_thing)));
    return addon_answer_made(env, job);
}

static sitr_status run_sign(addon_job *job)
{
    return sitr_sign(job->ctx->is.ctx, job->bytes.data, job->bytes.size,
                     &job->sign, &job->made->is.signature);
}

/* context, bytes, algos, flags */
napi_value addon_sign(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_sign, .answer = answer_signature};
    napi_value v[4];
    bool later;

    if (!addon_arguments(env, info, v, 4, &later) ||
        !addon_begin(env, v[0], ADDON_SIGNATURE, &job) ||
        !get_sign_opts(env, v[2], v[3], &job.sign) ||
        !addon_get_bytes(env, v[1], napi_uint8_array, later,
                         addon_max_bytes(job.ctx), &job.bytes))
        return addon_give_up(&job);
    return addon_go(env, &job, later);
}

static sitr_status run_sign_file(addon_job *job)
{
    return sitr_sign_file(job->ctx->is.ctx, job->path, &job->sign,
                          &job->made->is.signature);
}

static napi_value sign_path(napi_env env, napi_callback_info info,
                            uint32_t flags)
{
    addon_job job = {.run = run_sign_file, .answer = answer_signature};
    napi_value v[4];
    bool later;

    if (!addon_arguments(env, info, v, 4, &later) ||
        !addon_begin(env, v[0], ADDON_SIGNATURE, &job) ||
        !get_sign_opts(env, v[2], v[3], &job.sign) ||
        !(job.path = addon_get_path(env, v[1])))
        return addon_give_up(&job);
    job.sign.flags |= flags;
    return addon_go(env, &job, later);
}

/* context, the bytes of a path, algos, flags */
napi_value addon_sign_file(napi_env env, napi_callback_info info)
{
    return sign_path(env, info, 0);
}

/* The same, but no link is followed. */
napi_value addon_sign_found(napi_env env, napi_callback_info info)
{
    return sign_path(env, info, SITR_SIGN_NO_FOLLOW);
}

static sitr_status run_sign_pixels(addon_job *job)
{
    job->pixels.data = job->bytes.data;
    return sitr_sign_pixels(job->ctx->is.ctx, &job->pixels, &job->sign,
                            &job->made->is.signature);
}

/* The rows have to be there before the library believes the sides. */
static bool get_pixels(napi_env env, const napi_value *v, bool later,
                       addon_job *job)
{
    sitr_pixels *p = &job->pixels;
    uint32_t layout, stride;
    uint64_t needed;
    sitr_limits limits;

    if (!addon_get_uint32(env, v[1], &p->width) ||
        !addon_get_uint32(env, v[2], &p->height) ||
        !addon_get_uint32(env, v[3], &layout) ||
        !addon_get_uint32(env, v[4], &stride))
        return false;
    sitr_ctx_limits(job->ctx->is.ctx, &limits);
    if (!p->width || !p->height ||
        (layout != SITR_GRAY8 && layout != SITR_RGB8 && layout != SITR_RGBA8) ||
        stride < (uint64_t)p->width * layout) {
        addon_throw(env, SITR_EINVAL, "no such rows");
        return false;
    }
    if (p->width > limits.max_side || p->height > limits.max_side ||
        (uint64_t)p->width * p->height > limits.max_pixels) {
        addon_throw(env, SITR_ELIMIT, "more pixels than the limits allow");
        return false;
    }
    p->layout = (sitr_layout)layout;
    p->stride = stride;
    needed = (uint64_t)stride * (p->height - 1) + (uint64_t)p->width * layout;
    if (!addon_get_bytes(env, v[0], napi_uint8_array, later, UINT64_MAX,
                         &job->bytes))
        return false;
    if (job->bytes.size >= needed) return true;
    addon_throw(env, SITR_EINVAL, "fewer bytes than the sides say");
    return false;
}

/* context, bytes, width, height, layout, stride, algos, flags */
napi_value addon_sign_pixels(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_sign_pixels, .answer = answer_signature};
    napi_value v[8];
    bool later;

    if (!addon_arguments(env, info, v, 8, &later) ||
        !addon_begin(env, v[0], ADDON_SIGNATURE, &job) ||
        !get_sign_opts(env, v[6], v[7], &job.sign) ||
        !get_pixels(env, v + 1, later, &job))
        return addon_give_up(&job);
    return addon_go(env, &job, later);
}

static sitr_status run_decode(addon_job *job)
{
    return sitr_signature_decode(job->ctx->is.ctx, job->bytes.data,
                                 job->bytes.size, &job->made->is.signature);
}

/* context, bytes */
napi_value addon_decode(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_decode, .answer = answer_signature};
    napi_value v[2];
    bool later;

    if (!addon_arguments(env, info, v, 2, &later) ||
        !addon_begin(env, v[0], ADDON_SIGNATURE, &job) ||
        !addon_get_bytes(env, v[1], napi_uint8_array, later,
                         addon_max_bytes(job.ctx), &job.bytes))
        return addon_give_up(&job);
    return addon_go(env, &job, later);
}

/* ---- What there is to know -------------------------------------------------- */

/* An array of numbers; NULL, with an exception. */
static napi_value numbers(napi_env env, const uint32_t *values, uint32_t n)
{
    napi_value array, number;

    if (napi_create_array_with_length(env, n, &array)) return NULL;
    for (uint32_t i = 0; i < n; i++)
        if (napi_create_uint32(env, values[i], &number) ||
            napi_set_element(env, array, i, number))
            return NULL;
    return array;
}

/* context, bytes: width, height, format, orientation, frames */
napi_value addon_probe(napi_env env, napi_callback_info info)
{
    char message[ADDON_MESSAGE];
    sitr_image_info is;
    addon_bytes bytes;
    addon_thing *ctx;
    sitr_status status;
    napi_value v[2];
    bool later;

    if (!addon_arguments(env, info, v, 2, &later) ||
        !(ctx = addon_unwrap(env, v[0], ADDON_CONTEXT)) ||
        !addon_get_bytes(env, v[1], napi_uint8_array, false,
                         addon_max_bytes(ctx), &bytes))
        return NULL;
    addon_take_message(message); /* of a call before */
    status = sitr_probe(ctx->is.ctx, bytes.data, bytes.size, &is);
    addon_bytes_free(&bytes);
    addon_take_message(message);
    if (status) return addon_throw(env, status, message);
    return numbers(env,
                   (const uint32_t[]){is.width, is.height, is.format,
                                      is.orientation, is.frames},
                   5);
}

/* signature: width, height, format, frames, quality, flags, keypoints */
napi_value addon_describe(napi_env env, napi_callback_info info)
{
    sitr_signature_info is;
    addon_thing *thing;
    napi_value value;
    bool later;

    if (!addon_arguments(env, info, &value, 1, &later) ||
        !(thing = addon_unwrap(env, value, ADDON_SIGNATURE)))
        return NULL;
    sitr_signature_describe(thing->is.signature, &is);
    return numbers(env,
                   (const uint32_t[]){is.width, is.height, is.format, is.frames,
                                      is.quality, is.flags, is.keypoints},
                   7);
}

/* signature, algorithm, turn: [text, quality], or undefined */
napi_value addon_hash(napi_env env, napi_callback_info info)
{
    char text[SITR_HASH_MAX_TEXT];
    uint32_t algo, turn;
    addon_thing *thing;
    sitr_hash hash;
    napi_value v[3], array, part;
    bool later;

    if (!addon_arguments(env, info, v, 3, &later) ||
        !(thing = addon_unwrap(env, v[0], ADDON_SIGNATURE)) ||
        !addon_get_uint32(env, v[1], &algo) ||
        !addon_get_uint32(env, v[2], &turn))
        return NULL;
    if (!sitr_algo_name((sitr_algo)algo) || turn > SITR_MIRROR_270 ||
        !sitr_signature_hash(thing->is.signature, (sitr_algo)algo,
                             (sitr_turn)turn, &hash))
        return NULL;
    sitr_hash_format(&hash, text);
    if (napi_create_array_with_length(env, 2, &array) ||
        napi_create_string_latin1(env, text, NAPI_AUTO_LENGTH, &part) ||
        napi_set_element(env, array, 0, part) ||
        napi_create_uint32(env, hash.quality, &part) ||
        napi_set_element(env, array, 1, part))
        return NULL;
    return array;
}

/* signature: an ArrayBuffer */
napi_value addon_encode(napi_env env, napi_callback_info info)
{
    addon_thing *thing;
    napi_value value, buffer;
    size_t size;
    void *data;
    bool later;

    if (!addon_arguments(env, info, &value, 1, &later) ||
        !(thing = addon_unwrap(env, value, ADDON_SIGNATURE)))
        return NULL;
    size = sitr_signature_encode(thing->is.signature, NULL, 0);
    if (napi_create_arraybuffer(env, size, &data, &buffer)) return NULL;
    sitr_signature_encode(thing->is.signature, data, size);
    return buffer;
}
