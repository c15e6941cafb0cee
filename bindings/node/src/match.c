/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pairs and scans. What is found goes to JavaScript as bytes, which are made into
 * objects there: hundreds of napi_set_named_property would cost more than the match.
 */
#include "addon.h"

#include <stdlib.h>
#include <string.h>

/* A match as lib/addon.mjs reads it, in the order of this machine's bytes. */
typedef struct record {
    uint64_t id;
    uint32_t verdict, kind, turn, distance, keypoints;
    float rate, quad[4][2];
} record;
_Static_assert(sizeof(record) == 64, "which lib/addon.mjs counts on");
_Static_assert(sizeof(sitr_hit) == 16, "the same of hits");

static record record_of(const sitr_match *m)
{
    record r = {.id = m->id,
                .verdict = m->verdict,
                .kind = m->kind,
                .turn = m->turn,
                .distance = m->distance,
                .keypoints = m->keypoints,
                .rate = m->false_positive_rate};

    memcpy(r.quad, m->quad, sizeof r.quad);
    return r;
}

bool addon_get_match_opts(napi_env env, const napi_value *v, addon_job *job)
{
    uint32_t at_least;

    job->match.struct_size = sizeof job->match;
    if (!addon_get_uint32(env, v[0], &at_least) ||
        !addon_get_uint32(env, v[1], &job->match.max_distance))
        return false;
    job->match.at_least = (sitr_verdict)at_least;
    return true;
}

bool addon_get_room(napi_env env, napi_value limit, addon_job *job, size_t each)
{
    uint32_t n;
    void *room;

    if (!addon_get_uint32(env, limit, &n)) return false;
    if (n < 1 || n > 1 << 20) {
        addon_throw(env, SITR_EINVAL, "limit is 1 to 1048576");
        return false;
    }
    room = calloc(n, each);
    if (!room) {
        addon_throw(env, SITR_ENOMEM, "");
        return false;
    }
    job->capacity = n;
    if (each == sizeof(sitr_hit))
        job->hits = room;
    else
        job->matches = room;
    return true;
}

napi_value addon_found(napi_env env, addon_job *job, size_t size, void **data)
{
    napi_value array, part;

    if (napi_create_array_with_length(env, 2, &array) ||
        napi_create_double(env, (double)job->n_found, &part) ||
        napi_set_element(env, array, 1, part) ||
        napi_create_arraybuffer(env, size, data, &part) ||
        napi_set_element(env, array, 0, part))
        return addon_throw(env, SITR_ENOMEM, "");
    return array;
}

napi_value addon_answer_matches(napi_env env, addon_job *job)
{
    const size_t n =
        job->n_found < job->capacity ? (size_t)job->n_found : job->capacity;
    void *data = NULL;
    napi_value answer = addon_found(env, job, n * sizeof(record), &data);

    if (answer && data)
        for (size_t i = 0; i < n; i++)
            ((record *)data)[i] = record_of(&job->matches[i]);
    return answer;
}

/* ---- Pairs -------------------------------------------------------------------- */

static sitr_status run_pair(addon_job *job)
{
    return sitr_match_pair(job->first->is.signature, job->second->is.signature,
                           &job->match, job->matches);
}

static napi_value answer_pair(napi_env env, addon_job *job)
{
    napi_value buffer;
    void *data;

    if (napi_create_arraybuffer(env, sizeof(record), &data, &buffer))
        return addon_throw(env, SITR_ENOMEM, "");
    *(record *)data = record_of(job->matches);
    return buffer;
}

static bool get_signature(napi_env env, napi_value value, addon_thing **out)
{
    addon_thing *thing = addon_unwrap(env, value, ADDON_SIGNATURE);

    if (thing) *out = addon_thing_retain(thing);
    return thing != NULL;
}

/* protected, found, atLeast, maxDistance: an ArrayBuffer */
napi_value addon_match_pair(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_pair, .answer = answer_pair};
    napi_value v[4];
    bool later;

    if (!addon_arguments(env, info, v, 4, &later) ||
        !get_signature(env, v[0], &job.first) ||
        !get_signature(env, v[1], &job.second) ||
        !addon_get_match_opts(env, v + 2, &job))
        return addon_give_up(&job);
    job.matches = calloc(1, sizeof *job.matches);
    if (!job.matches) {
        addon_throw(env, SITR_ENOMEM, "");
        return addon_give_up(&job);
    }
    return addon_go(env, &job, later);
}

/* ---- Scans -------------------------------------------------------------------- */

static sitr_status run_scan(addon_job *job)
{
    const sitr_signature **all = calloc(job->n_many + 1, sizeof *all);
    sitr_status status;

    if (!all) return SITR_ENOMEM;
    for (size_t i = 0; i < job->n_many; i++)
        all[i] = job->many[i]->is.signature;
    status = sitr_match_scan(all, job->n_many, job->second->is.signature,
                             &job->match, job->matches, job->capacity,
                             &job->n_found);
    free(all);
    return status;
}

/* An array may have holes, getters, or be a proxy: each element is looked at once,
 * and a long one is not believed before its elements are there. */
static bool get_many(napi_env env, napi_value array, addon_job *job)
{
    enum { BLOCK = 1024 };
    uint32_t n;
    bool is_array = false;

    if (napi_is_array(env, array, &is_array) || !is_array ||
        napi_get_array_length(env, array, &n)) {
        addon_throw(env, SITR_EINVAL, "not an array of signatures");
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        napi_handle_scope scope;
        napi_value value;
        addon_thing *thing = NULL;

        if (i % BLOCK == 0) {
            void *more =
                realloc(job->many, (i + BLOCK) * sizeof(addon_thing *));

            if (!more) {
                addon_throw(env, SITR_ENOMEM, "");
                return false;
            }
            job->many = more;
        }
        if (napi_open_handle_scope(env, &scope)) return false;
        if (!napi_get_element(env, array, i, &value))
            thing = addon_unwrap(env, value, ADDON_SIGNATURE);
        if (thing) job->many[job->n_many++] = addon_thing_retain(thing);
        napi_close_handle_scope(env, scope);
        if (!thing) return false;
    }
    return true;
}

/* [protected], found, atLeast, maxDistance, limit: [an ArrayBuffer, how many] */
napi_value addon_match_scan(napi_env env, napi_callback_info info)
{
    addon_job job = {.run = run_scan, .answer = addon_answer_matches};
    napi_value v[5];
    bool later;

    if (!addon_arguments(env, info, v, 5, &later) ||
        !get_signature(env, v[1], &job.second) ||
        !addon_get_match_opts(env, v + 2, &job) ||
        !addon_get_room(env, v[4], &job, sizeof *job.matches) ||
        !get_many(env, v[0], &job))
        return addon_give_up(&job);
    return addon_go(env, &job, later);
}
