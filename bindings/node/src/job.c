/* SPDX-License-Identifier: Apache-2.0 */
/* One call of the library: at once, or on a thread of libuv and by a promise. */
#include "addon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A context is used by several threads at once, and each wants to know why its own
 * call failed. */
static _Thread_local char last_message[ADDON_MESSAGE];

void addon_keep_message(void *cookie, sitr_log_level level, const char *message)
{
    (void)cookie;
    (void)level;
    snprintf(last_message, sizeof last_message, "%s", message);
}

void addon_take_message(char out[ADDON_MESSAGE])
{
    memcpy(out, last_message, sizeof last_message);
    last_message[0] = 0;
}

static void run(addon_job *job)
{
    last_message[0] = 0;
    job->status = job->run(job);
    addon_take_message(job->message);
}

bool addon_begin(napi_env env, napi_value ctx, addon_kind kind, addon_job *job)
{
    addon_thing *thing = addon_unwrap(env, ctx, ADDON_CONTEXT);

    if (!thing) return false;
    job->ctx = addon_thing_retain(thing);
    job->made = addon_thing_new(kind, thing);
    if (job->made) return true;
    addon_throw(env, SITR_ENOMEM, "");
    return false;
}

napi_value addon_give_up(addon_job *job)
{
    addon_thing_release(job->made);
    addon_thing_release(job->first);
    addon_thing_release(job->second);
    for (size_t i = 0; i < job->n_many; i++) addon_thing_release(job->many[i]);
    addon_thing_release(job->ctx);
    free(job->many);
    addon_bytes_free(&job->bytes);
    addon_bytes_free(&job->without);
    free(job->path);
    free(job->hashes);
    free(job->matches);
    free(job->hits);
    *job = (addon_job){0};
    return NULL;
}

static napi_value answer(napi_env env, addon_job *job)
{
    napi_value undefined = NULL;

    if (job->status) return addon_throw(env, job->status, job->message);
    if (job->answer) return job->answer(env, job);
    napi_get_undefined(env, &undefined);
    return undefined;
}

napi_value addon_answer_made(napi_env env, addon_job *job)
{
    addon_thing *made = job->made;

    job->made = NULL;
    return addon_wrap(env, made);
}

static void execute(napi_env env, void *data)
{
    (void)env;
    run(data);
}

/* Back on the thread of the environment, which may be coming to its end: then
 * nothing here succeeds, and what the job holds goes all the same. */
static void complete(napi_env env, napi_status status, void *data)
{
    addon_job *job = data;
    napi_value value = NULL, error = NULL;
    bool thrown = false;

    if (!status) value = answer(env, job);
    if (value) {
        napi_resolve_deferred(env, job->deferred, value);
    } else if (!napi_is_exception_pending(env, &thrown) && thrown &&
               !napi_get_and_clear_last_exception(env, &error)) {
        napi_reject_deferred(env, job->deferred, error);
    }
    napi_delete_async_work(env, job->work);
    addon_give_up(job);
    free(job);
}

static napi_value go_later(napi_env env, addon_job *job)
{
    addon_job *own = malloc(sizeof *own);
    napi_value name, promise;

    if (!own) {
        addon_throw(env, SITR_ENOMEM, "");
        return addon_give_up(job);
    }
    *own = *job;
    *job = (addon_job){0};
    if (napi_create_string_utf8(env, "sitr", NAPI_AUTO_LENGTH, &name) ||
        napi_create_async_work(env, NULL, name, execute, complete, own,
                               &own->work)) {
        addon_throw(env, SITR_ENOMEM, "");
        addon_give_up(own);
        free(own);
        return NULL;
    }
    if (napi_create_promise(env, &own->deferred, &promise) ||
        napi_queue_async_work(env, own->work)) {
        addon_throw(env, SITR_ENOMEM, "");
        napi_delete_async_work(env, own->work);
        addon_give_up(own);
        free(own);
        return NULL;
    }
    return promise;
}

napi_value addon_go(napi_env env, addon_job *job, bool later)
{
    napi_value value;

    if (later) return go_later(env, job);
    run(job);
    value = answer(env, job);
    addon_give_up(job);
    return value;
}
