/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments in, errors out, and things that live in objects. */
#include "addon.h"

#include <stdlib.h>
#include <string.h>

/* ---- Errors ---------------------------------------------------------------- */

napi_value addon_error(napi_env env, sitr_status status, const char *detail)
{
    void *class_of_errors = NULL;
    napi_value argv[3], class, error;

    if (napi_get_instance_data(env, &class_of_errors) || !class_of_errors ||
        napi_get_reference_value(env, class_of_errors, &class) ||
        napi_create_int32(env, status, &argv[0]) ||
        napi_create_string_utf8(env, sitr_status_text(status), NAPI_AUTO_LENGTH,
                                &argv[1]) ||
        napi_create_string_utf8(env, detail, NAPI_AUTO_LENGTH, &argv[2]) ||
        napi_new_instance(env, class, 3, argv, &error))
        return NULL;
    return error;
}

napi_value addon_throw(napi_env env, sitr_status status, const char *detail)
{
    bool thrown = true;
    napi_value error;

    if (napi_is_exception_pending(env, &thrown) || thrown) return NULL;
    error = addon_error(env, status, detail);
    if (error)
        napi_throw(env, error);
    else if (!napi_is_exception_pending(env, &thrown) && !thrown)
        napi_throw_error(env, NULL, sitr_status_text(status));
    return NULL;
}

static bool refuse(napi_env env, const char *what)
{
    addon_throw(env, SITR_EINVAL, what);
    return false;
}

/* ---- Things that live in objects ------------------------------------------ */

/* Four random numbers of 128 bits: an object of another addon has none of them. */
static const napi_type_tag tags[ADDON_N_KINDS] = {
    [ADDON_CONTEXT] = {0x8f1d6e3a52c94b07, 0xa1c07d95be2f4638},
    [ADDON_SIGNATURE] = {0x3b70c5f8e94a4d12, 0x9d26a8f103e75bc4},
    [ADDON_BUILDER] = {0xe6249b1d70f84a5c, 0xb85c3e97d20a16ff},
    [ADDON_INDEX] = {0x5ca8f07b31de4296, 0x8243d6b9ef7c0a15},
};
static const char *const names[ADDON_N_KINDS] = {
    [ADDON_CONTEXT] = "not a context",
    [ADDON_SIGNATURE] = "not a signature, or one that was freed",
    [ADDON_BUILDER] = "not a builder, or one that was finished",
    [ADDON_INDEX] = "not an index, or one that was freed",
};

addon_thing *addon_thing_new(addon_kind kind, addon_thing *ctx)
{
    addon_thing *thing = calloc(1, sizeof *thing);

    if (!thing) return NULL;
    atomic_init(&thing->refs, 1);
    thing->kind = kind;
    if (ctx) thing->ctx = addon_thing_retain(ctx);
    return thing;
}

addon_thing *addon_thing_retain(addon_thing *thing)
{
    atomic_fetch_add(&thing->refs, 1);
    return thing;
}

void addon_thing_release(addon_thing *thing)
{
    if (!thing || atomic_fetch_sub(&thing->refs, 1) > 1) return;
    switch (thing->kind) {
    case ADDON_CONTEXT:
        sitr_ctx_free(thing->is.ctx);
        break;
    case ADDON_SIGNATURE:
        sitr_signature_free(thing->is.signature);
        break;
    case ADDON_BUILDER:
        sitr_index_builder_free(thing->is.builder);
        break;
    default:
        sitr_index_free(thing->is.index);
    }
    addon_thing_release(thing->ctx);
    free(thing);
}

void addon_thing_tell(napi_env env, addon_thing *thing, int64_t size)
{
    int64_t all;

    if (!napi_adjust_external_memory(env, size, &all)) thing->told += size;
}

static void forget(napi_env env, addon_thing *thing)
{
    int64_t all;

    if (thing->told) napi_adjust_external_memory(env, -thing->told, &all);
    thing->told = 0;
    addon_thing_release(thing);
}

static void finalize(napi_env env, void *data, void *hint)
{
    (void)hint;
    forget(env, data);
}

napi_value addon_wrap(napi_env env, addon_thing *thing)
{
    napi_value object;

    if (napi_create_object(env, &object) ||
        napi_type_tag_object(env, object, &tags[thing->kind]) ||
        napi_wrap(env, object, thing, finalize, NULL, NULL)) {
        forget(env, thing);
        return addon_throw(env, SITR_ENOMEM, "");
    }
    return object;
}

static bool is_tagged(napi_env env, napi_value value, addon_kind kind)
{
    napi_valuetype type;
    bool tagged;

    return !napi_typeof(env, value, &type) && type == napi_object &&
           !napi_check_object_type_tag(env, value, &tags[kind], &tagged) &&
           tagged;
}

addon_thing *addon_unwrap(napi_env env, napi_value value, addon_kind kind)
{
    void *thing = NULL;

    if (is_tagged(env, value, kind) && !napi_unwrap(env, value, &thing) &&
        thing)
        return thing;
    refuse(env, names[kind]);
    return NULL;
}

/* Of a signature or an index. What a thread is at work on goes when it is done. */
napi_value addon_free(napi_env env, napi_callback_info info)
{
    napi_value value;
    void *thing = NULL;
    bool later;

    if (!addon_arguments(env, info, &value, 1, &later)) return NULL;
    if ((is_tagged(env, value, ADDON_SIGNATURE) ||
         is_tagged(env, value, ADDON_INDEX)) &&
        !napi_remove_wrap(env, value, &thing))
        forget(env, thing);
    return NULL;
}

/* ---- Arguments ---------------------------------------------------------------- */

bool addon_arguments(napi_env env, napi_callback_info info, napi_value *values,
                     size_t n, bool *later)
{
    void *data;
    size_t given = n;

    if (napi_get_cb_info(env, info, &given, values, NULL, &data)) return false;
    *later = data != NULL;
    return true;
}

bool addon_get_uint32(napi_env env, napi_value value, uint32_t *out)
{
    double number;

    if (napi_get_value_double(env, value, &number) || !(number >= 0) ||
        number > UINT32_MAX || number != (uint32_t)number)
        return refuse(env, "not a number of 32 bits");
    *out = (uint32_t)number;
    return true;
}

bool addon_get_uint64(napi_env env, napi_value value, uint64_t *out)
{
    bool lossless = false;

    if (napi_get_value_bigint_uint64(env, value, out, &lossless) || !lossless)
        return refuse(env, "not a bigint of 64 bits");
    return true;
}

void addon_wipe(void *data, size_t size)
{
    if (size) memset(data, 0, size);
    /* or the compiler would see that nobody reads it */
    __asm__ __volatile__("" : : "r"(data) : "memory");
}

void addon_bytes_free(addon_bytes *bytes)
{
    if (bytes->copy) addon_wipe(bytes->copy, bytes->size);
    free(bytes->copy);
    *bytes = (addon_bytes){0};
}

bool addon_get_bytes(napi_env env, napi_value value, napi_typedarray_type type,
                     bool later, uint64_t max, addon_bytes *out)
{
    static const uint8_t nothing[8];
    napi_typedarray_type is;
    napi_value buffer;
    size_t n = 0;
    void *data = NULL;
    bool typed = false, unshared = false;

    *out = (addon_bytes){0};
    if (napi_is_typedarray(env, value, &typed) || !typed ||
        napi_get_typedarray_info(env, value, &is, &n, &data, &buffer, NULL) ||
        is != type || napi_is_arraybuffer(env, buffer, &unshared))
        return refuse(env, "neither a buffer nor a view of one");
    out->size = type == napi_biguint64_array ? 8 * n : n;
    if (out->size > max) {
        addon_throw(env, SITR_ELIMIT, "more bytes than the limits allow");
        return false;
    }
    if (!out->size || !data) { /* which a detached one has */
        out->size = 0;
        out->data = nothing;
        return true;
    }
    out->data = data;
    if (!later && unshared) return true;
    out->copy = malloc(out->size);
    if (!out->copy) {
        addon_throw(env, SITR_ENOMEM, "");
        return false;
    }
    out->data = memcpy(out->copy, data, out->size);
    return true;
}

char *addon_get_path(napi_env env, napi_value value)
{
    addon_bytes bytes;
    char *path;

    if (!addon_get_bytes(env, value, napi_uint8_array, false, 1 << 16, &bytes))
        return NULL;
    path = malloc(bytes.size + 1);
    if (!path) {
        addon_throw(env, SITR_ENOMEM, "");
    } else {
        memcpy(path, bytes.data, bytes.size);
        path[bytes.size] = 0;
        if (!bytes.size || strlen(path) != bytes.size) {
            refuse(env, "a path is not empty, and has no zero in it");
            free(path);
            path = NULL;
        }
    }
    addon_bytes_free(&bytes);
    return path;
}
