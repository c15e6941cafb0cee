/* SPDX-License-Identifier: Apache-2.0 */
/* Indexes, and what they are put together in. */
#include "addon.h"

#include <stdlib.h>

/* ---- Builders ------------------------------------------------------------------- */

/* A builder takes its memory in runs of many pictures, of which the first is most of a
 * megabyte: said at once, or a program that begins many would fill up between
 * collections. */
enum { FIRST_RUN = 700 * 1000 };

/* context */
napi_value addon_builder(napi_env env, napi_callback_info info)
{
    addon_thing *ctx, *thing;
    sitr_status status;
    napi_value value;
    bool later;

    if (!addon_arguments(env, info, &value, 1, &later) ||
        !(ctx = addon_unwrap(env, value, ADDON_CONTEXT)))
        return NULL;
    thing = addon_thing_new(ADDON_BUILDER, ctx);
    if (!thing) return addon_throw(env, SITR_ENOMEM, "");
    status = sitr_index_builder_new(ctx->is.ctx, &thing->is.builder);
    if (status) {
        addon_thing_release(thing);
        return addon_throw(env, status, "");
    }
    addon_thing_tell(env, thing, FIRST_RUN);
    return addon_wrap(env, thing);
}

/* builder, id, signature */
napi_value addon_builder_add(napi_env env, napi_callback_info info)
{
    addon_thing *builder, *signature;
    sitr_status status;
    napi_value v[3];
    uint64_t id;
    bool later;

    if (!addon_arguments(env, info, v, 3, &later) ||
        !(builder = addon_unwrap(env, v[0], ADDON_BUILDER)) ||
        !addon_get_uint64(env, v[1], &id) ||
        !(signature = addon_unwrap(env, v[2], ADDON_SIGNATURE)))
        return NULL;
    status = sitr_index_builder_add(builder->is.builder, id,
                                    signature->is.signature);
    if (status) return addon_throw(env, status, "");
    addon_thing_tell(env, builder, signature->told);
    return NULL;
}

/* PDQ hashes as other programs have them, the highest bit first. To be freed;
 * NULL, with an exception. */
enum { PDQ_SIZE = 32 };
static sitr_hash *hashes_of(napi_env env, const addon_bytes *bytes)
{
    const size_t n = bytes->size / PDQ_SIZE;
    const uint8_t *at = bytes->data;
    sitr_hash *hashes = calloc(n + 1, sizeof *hashes);

    if (!hashes) {
        addon_throw(env, SITR_ENOMEM, "");
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        /* 100, as of hashes that are read from text: lists hold what was good enough */
        hashes[i] = (sitr_hash){.algo = SITR_PDQ, .bits = 256, .quality = 100};
        for (int word = 3; word >= 0; word--)
            for (int k = 0; k < 8; k++)
                hashes[i].word[word] = hashes[i].word[word] << 8 | *at++;
    }
    return hashes;
}

static bool get_hashes(napi_env env, napi_value value, addon_job *job)
{
    bool got = addon_get_bytes(env, value, napi_uint8_array, false,
                               SIZE_MAX / 4, &job->bytes);

    if (!got) return false;
    if (job->bytes.size % PDQ_SIZE) {
        addon_throw(env, SITR_EINVAL, "hashes are of 32 bytes each");
        return false;
    }
    job->n_hashes = job->bytes.size / PDQ_SIZE;
    job->hashes = hashes_of(env, &job->bytes);
    addon_bytes_free(
        &job->bytes); /* a borrowed one does not outlive this call */
    return job->hashes != NULL;
}

/* builder, ids, hashes */
napi_value addon_builder_add_hashes(napi_env env, napi_callback_info info)
{
    addon_job job = {0};
    addon_thing *builder;
    napi_value v[3];
    bool later;

    if (!addon_arguments(env, info, v, 3, &later) ||
        !(builder = addon_unwrap(env, v[0], ADDON_BUILDER)) ||
        !get_hashes(env, v[2], &job) ||
        !addon_get_bytes(env, v[1], napi_biguint64_array, false, SIZE_MAX,
                         &job.without))
        return addon_give_up(&job);
    if (job.without.size / sizeof(uint64_t) != job.n_hashes) {
        addon_throw(env, SITR_EINVAL, "not as many ids as hashes");
        return addon_give_up(&job);
    }
    job.status = sitr_index_builder_add_hashes(
        builder->is.builder, (const uint64_t *)(const void *)job.without.data,
        job.hashes, job.n_hashes);
    if (job.status)
        addon_throw(env, job.status, "");
    else
        addon_thing_tell(
            env, builder,
            (int64_t)(job.n_hashes * (PDQ_SIZE + sizeof(uint64_t))));
    return addon_give_up(&job);
}

static napi_value answer_index(napi_env env, addon_job *job)
{
    size_t size = 0;

    /* of one that was loaded, it is the file's */
    if (job->first) sitr_index_bytes(job->made->is.index, &size);
    addon_thing_tell(env, job->made, (int64_t)size);
    return addon_answer_made(env, job);
}

static sitr_status run_finish(addon_job *job)
{
    sitr_index_builder *builder = job->first->is.builder;

    job->first->is.builder = NULL; /* it goes, whatever comes of it */
    return sitr_index_builder_finish(builder, &job->made->is.index);
}

/* builder */
napi_value addon_builder_finish(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_finish, .answer = answer_index};
    addon_thing *builder;
    int64_t all;
    void *taken;
    napi_value value;
    bool later;

    if (!addon_arguments(env, info, &value, 1, &later) ||
        !(builder = addon_unwrap(env, value, ADDON_BUILDER)))
        return NULL;
    job.made = addon_thing_new(ADDON_INDEX, builder->ctx);
    if (!job.made) return addon_throw(env, SITR_ENOMEM, "");
    /* from its object to the job: nobody adds to it meanwhile */
    if (napi_remove_wrap(env, value, &taken)) {
        addon_throw(env, SITR_EINVAL, "not a builder");
        return addon_give_up(&job);
    }
    job.first = taken;
    napi_adjust_external_memory(env, -job.first->told, &all);
    job.first->told = 0;
    return addon_go(env, &job, later);
}

/* ---- Indexes ---------------------------------------------------------------------- */

static sitr_status run_load(addon_job *job)
{
    return sitr_index_load(job->ctx->is.ctx, job->path, &job->made->is.index);
}

/* context, the bytes of a path */
napi_value addon_index_load(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_load, .answer = answer_index};
    napi_value v[2];
    bool later;

    if (!addon_arguments(env, info, v, 2, &later) ||
        !addon_begin(env, v[0], ADDON_INDEX, &job) ||
        !(job.path = addon_get_path(env, v[1])))
        return addon_give_up(&job);
    return addon_go(env, &job, later);
}

static bool get_index(napi_env env, napi_value value, addon_job *job)
{
    addon_thing *thing = addon_unwrap(env, value, ADDON_INDEX);

    if (thing) job->first = addon_thing_retain(thing);
    return thing != NULL;
}

static sitr_status run_save(addon_job *job)
{
    return sitr_index_save(job->first->is.index, job->path);
}

/* index, the bytes of a path */
napi_value addon_index_save(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_save};
    napi_value v[2];
    bool later;

    if (!addon_arguments(env, info, v, 2, &later) ||
        !get_index(env, v[0], &job) || !(job.path = addon_get_path(env, v[1])))
        return addon_give_up(&job);
    return addon_go(env, &job, later);
}

static sitr_status run_check(addon_job *job)
{
    return sitr_index_check(job->first->is.index);
}

/* index */
napi_value addon_index_check(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_check};
    napi_value value;
    bool later;

    if (!addon_arguments(env, info, &value, 1, &later) ||
        !get_index(env, value, &job))
        return addon_give_up(&job);
    return addon_go(env, &job, later);
}

/* index: a number, exact up to 2^53 */
napi_value addon_index_count(napi_env env, napi_callback_info info)
{
    addon_thing *thing;
    napi_value value, number = NULL;
    bool later;

    if (!addon_arguments(env, info, &value, 1, &later) ||
        !(thing = addon_unwrap(env, value, ADDON_INDEX)))
        return NULL;
    napi_create_double(env, (double)sitr_index_count(thing->is.index), &number);
    return number;
}

static sitr_status run_match(addon_job *job)
{
    job->match.without = (const uint64_t *)(const void *)job->without.data;
    job->match.n_without = job->without.size / sizeof(uint64_t);
    return sitr_match_index(job->first->is.index, job->second->is.signature,
                            &job->match, job->matches, job->capacity,
                            &job->n_found);
}

/* index, found, atLeast, maxDistance, limit, without: [an ArrayBuffer, how many] */
napi_value addon_index_match(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_match, .answer = addon_answer_matches};
    addon_thing *found;
    napi_value v[6];
    bool later;

    if (!addon_arguments(env, info, v, 6, &later) ||
        !get_index(env, v[0], &job) ||
        !(found = addon_unwrap(env, v[1], ADDON_SIGNATURE)))
        return addon_give_up(&job);
    job.second = addon_thing_retain(found);
    if (!addon_get_match_opts(env, v + 2, &job) ||
        !addon_get_room(env, v[4], &job, sizeof *job.matches) ||
        !addon_get_bytes(env, v[5], napi_biguint64_array, later, SIZE_MAX,
                         &job.without))
        return addon_give_up(&job);
    return addon_go(env, &job, later);
}

static sitr_status run_search(addon_job *job)
{
    return sitr_index_search(job->first->is.index, job->hashes, job->n_hashes,
                             job->radius, job->hits, job->capacity,
                             &job->n_found);
}

static napi_value answer_hits(napi_env env, addon_job *job)
{
    const size_t n =
        job->n_found < job->capacity ? (size_t)job->n_found : job->capacity;
    void *data = NULL;
    napi_value answer = addon_found(env, job, n * sizeof *job->hits, &data);

    if (answer && data)
        for (size_t i = 0; i < n; i++) ((sitr_hit *)data)[i] = job->hits[i];
    return answer;
}

/* index, hashes, radius, limit: [an ArrayBuffer, how many] */
napi_value addon_index_search(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_search, .answer = answer_hits};
    napi_value v[4];
    bool later;

    if (!addon_arguments(env, info, v, 4, &later) ||
        !get_index(env, v[0], &job) || !get_hashes(env, v[1], &job) ||
        !addon_get_uint32(env, v[2], &job.radius) ||
        !addon_get_room(env, v[3], &job, sizeof *job.hits))
        return addon_give_up(&job);
    return addon_go(env, &job, later);
}
