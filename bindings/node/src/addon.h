/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The addon: sitr.h for lib/addon.mjs, which is the only one that calls it. It holds
 * no state but that of its environment (a program, or one of its worker threads) and,
 * for the length of a call, the last message of the thread. Whatever it is given it
 * checks again: a wrong argument is an exception, never a crash.
 *
 *     values.c   arguments in, errors out, things that live in objects
 *     job.c      one call of the library, here or on a thread of libuv
 *     sign.c     contexts and signatures
 *     match.c    pairs and scans
 *     index.c    indexes
 *     file.c     files of a folder that is not ours
 *     module.c   what there is, by name
 */
#ifndef SITR_NODE_ADDON_H
#define SITR_NODE_ADDON_H

#define NAPI_VERSION 8

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <node_api.h>
#include <sitr.h>

#define ADDON_MESSAGE 256

/* ---- Things that live in objects ------------------------------------------ */

typedef enum addon_kind {
    ADDON_CONTEXT,
    ADDON_SIGNATURE,
    ADDON_BUILDER,
    ADDON_INDEX,
    ADDON_N_KINDS
} addon_kind;

/* Counted, because JavaScript may forget an object while a thread is at work on
 * what is in it, and a context before what was made with it. */
typedef struct addon_thing addon_thing;
struct addon_thing {
    atomic_size_t refs;
    addon_kind kind;
    union {
        sitr_ctx *ctx;
        sitr_signature *signature;
        sitr_index_builder *builder;
        sitr_index *index;
    } is;
    addon_thing *ctx; /* that it was made with; NULL of a context */
    int64_t told;     /* bytes that the garbage collector was told of */
};

/* One reference, the caller's; NULL where there is no memory. `ctx` is retained. */
addon_thing *addon_thing_new(addon_kind kind, addon_thing *ctx);
addon_thing *addon_thing_retain(addon_thing *thing);
void addon_thing_release(addon_thing *thing); /* NULL is fine */

/* Tells the garbage collector of `size` bytes more that hang on the object. */
void addon_thing_tell(napi_env env, addon_thing *thing, int64_t size);

/* An object with the thing in it, whose reference it takes, also on failure: NULL
 * then, with an exception. */
napi_value addon_wrap(napi_env env, addon_thing *thing);
/* Borrowed; NULL, with an exception, for any other value. */
addon_thing *addon_unwrap(napi_env env, napi_value value, addon_kind kind);

/* ---- Errors ---------------------------------------------------------------- */

/* A SitrError; NULL, with an exception, where that cannot be. */
napi_value addon_error(napi_env env, sitr_status status, const char *detail);
/* Throws it, unless something was thrown already. Returns NULL. */
napi_value addon_throw(napi_env env, sitr_status status, const char *detail);

/* ---- Arguments: false, or NULL, with an exception ------------------------- */

/* Fills `values`, undefined where there are fewer; `later` whether the function is
 * to answer by a promise. */
bool addon_arguments(napi_env env, napi_callback_info info, napi_value *values,
                     size_t n, bool *later);
bool addon_get_uint32(napi_env env, napi_value value, uint32_t *out);
/* A bigint that fits. */
bool addon_get_uint64(napi_env env, napi_value value, uint64_t *out);

/* Bytes of a typed array: borrowed from it, or a copy. */
typedef struct addon_bytes {
    const uint8_t *data; /* never NULL once got */
    size_t size;
    uint8_t *copy; /* NULL where borrowed */
} addon_bytes;

/* Of the `type` wanted. A copy where `later`, or where other threads may write to
 * it. Beyond `max` it is SITR_ELIMIT, before anything is copied. */
bool addon_get_bytes(napi_env env, napi_value value, napi_typedarray_type type,
                     bool later, uint64_t max, addon_bytes *out);
/* Wipes a copy: it may be of a picture. */
void addon_bytes_free(addon_bytes *bytes);
void addon_wipe(void *data, size_t size);

/* The bytes of a path, without zeros in them, and a zero behind them; to be freed. */
char *addon_get_path(napi_env env, napi_value value);

/* ---- Calls ------------------------------------------------------------------- */

typedef struct addon_job addon_job;
struct addon_job {
    /* what is to be done, on any thread, and what is made of it for JavaScript */
    sitr_status (*run)(addon_job *job);
    napi_value (*answer)(napi_env env, addon_job *job);

    /* what it is done with, each as the call needs it: things retained, the rest its
     * own */
    addon_thing *ctx, *first, *second;
    addon_thing **many;
    size_t n_many;
    addon_bytes bytes;
    char *path;
    sitr_sign_opts sign;
    sitr_pixels pixels;
    sitr_match_opts match;
    addon_bytes without;
    sitr_hash *hashes;
    size_t n_hashes;
    uint32_t radius;

    /* what comes of it */
    addon_thing *made;
    sitr_match *matches;
    sitr_hit *hits;
    size_t capacity;
    uint64_t n_found;
    sitr_status status;
    char message[ADDON_MESSAGE];

    napi_async_work work;
    napi_deferred deferred;
};

/* Room for what a job makes with a context: asked for before it starts, so that it
 * can only fail as the library does. */
bool addon_begin(napi_env env, napi_value ctx, addon_kind kind, addon_job *job);
/* Does it at once, or returns a promise; either way `job` is emptied. */
napi_value addon_go(napi_env env, addon_job *job, bool later);
/* Gives up what a job holds. Returns NULL, for who has thrown. */
napi_value addon_give_up(addon_job *job);

/* The logger of every context keeps the last message of its thread. */
void addon_keep_message(void *cookie, sitr_log_level level,
                        const char *message);
/* That since the last time, which it forgets. */
void addon_take_message(char out[ADDON_MESSAGE]);

/* The answer of jobs whose result is `made`. */
napi_value addon_answer_made(napi_env env, addon_job *job);

/* ---- What the files have for module.c ------------------------------------- */

/* Bytes of a context's limits. */
uint64_t addon_max_bytes(const addon_thing *ctx);

napi_value addon_context(napi_env env, napi_callback_info info);
napi_value addon_sign(napi_env env, napi_callback_info info);
napi_value addon_sign_file(napi_env env, napi_callback_info info);
napi_value addon_sign_found(napi_env env, napi_callback_info info);
napi_value addon_sign_pixels(napi_env env, napi_callback_info info);
napi_value addon_decode(napi_env env, napi_callback_info info);
napi_value addon_probe(napi_env env, napi_callback_info info);
napi_value addon_describe(napi_env env, napi_callback_info info);
napi_value addon_hash(napi_env env, napi_callback_info info);
napi_value addon_encode(napi_env env, napi_callback_info info);
napi_value addon_free(napi_env env, napi_callback_info info);

napi_value addon_match_pair(napi_env env, napi_callback_info info);
napi_value addon_match_scan(napi_env env, napi_callback_info info);
/* atLeast, maxDistance and, where `limit` is a number, room for so many */
bool addon_get_match_opts(napi_env env, const napi_value *values,
                          addon_job *job);
bool addon_get_room(napi_env env, napi_value limit, addon_job *job,
                    size_t each);
napi_value addon_answer_matches(napi_env env, addon_job *job);
/* [an ArrayBuffer of `size` bytes, job->n_found] */
napi_value addon_found(napi_env env, addon_job *job, size_t size, void **data);

napi_value addon_builder(napi_env env, napi_callback_info info);
napi_value addon_builder_add(napi_env env, napi_callback_info info);
napi_value addon_builder_add_hashes(napi_env env, napi_callback_info info);
napi_value addon_builder_finish(napi_env env, napi_callback_info info);
napi_value addon_index_load(napi_env env, napi_callback_info info);
napi_value addon_index_save(napi_env env, napi_callback_info info);
napi_value addon_index_check(napi_env env, napi_callback_info info);
napi_value addon_index_count(napi_env env, napi_callback_info info);
napi_value addon_index_match(napi_env env, napi_callback_info info);
napi_value addon_index_search(napi_env env, napi_callback_info info);

#endif
