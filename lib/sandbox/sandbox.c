/* SPDX-License-Identifier: Apache-2.0 */
/* The workers of a sandbox, and whose turn it is. */
#define _GNU_SOURCE
#include <sitr-sandbox.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/opts.h"
#include "sandbox/find.h"
#include "sandbox/process.h"

/* Then a worker makes room for a fresh one: what a decoder leaks or scatters
 * over its memory does not add up. */
#define MAX_SIGNED 10000

#define MAX_WORKERS 1024

struct sitr_sandbox {
    sandbox_plan plan;
    sandbox_process *processes; /* n_workers of them */
    uint32_t n_workers;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    /* Those that nobody holds. The last used is on top and taken first, so that
     * no more are ever started than are needed at once. */
    sandbox_process **idle;
    uint32_t n_idle;
    uint32_t n_wait_alone; /* threads that want all of them idle */
    bool alone;            /* one of these has its way */
    sitr_sandbox_info info;
};

/* ---- Set-up --------------------------------------------------------------- */

static uint32_t or_default(uint32_t given, uint32_t value)
{
    return given ? given : value;
}

static uint32_t n_cpus(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > MAX_WORKERS ? MAX_WORKERS : (uint32_t)n;
}

static uint64_t whole_pages(uint64_t size)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

    return (size + page - 1) / page * page;
}

static void make_plan(sitr_sandbox *s, const sitr_ctx *ctx,
                      const sitr_sandbox_opts *opts)
{
    sandbox_config *const config = &s->plan.config;

    s->plan.ctx = ctx;
    s->plan.max_cpu_ms = or_default(opts->max_cpu_ms, 5000);
    s->plan.max_wall_ms = or_default(opts->max_wall_ms, 10000);
    strncpy(config->version, sitr_version(), sizeof config->version - 1);
    sitr_ctx_limits(ctx, &config->limits);
    config->max_address_space =
        opts->max_address_space ? opts->max_address_space : UINT64_C(768) << 20;
    /* it must fit into the worker */
    config->input_size =
        whole_pages(config->limits.max_bytes < config->max_address_space
                        ? config->limits.max_bytes
                        : config->max_address_space);
    config->max_cpu_s = s->plan.max_cpu_ms / 1000 + 10;
}

static sitr_status take_memory(sitr_sandbox *s, uint32_t n_workers,
                               const char *worker)
{
    s->processes = calloc(n_workers, sizeof *s->processes);
    s->idle = calloc(n_workers, sizeof *s->idle);
    if (!s->processes || !s->idle) return SITR_ENOMEM;
    s->n_workers = n_workers;
    for (uint32_t i = n_workers; i-- > 0;) {
        sandbox_process_init(&s->plan, &s->processes[i]);
        s->idle[s->n_idle++] = &s->processes[i];
    }
    s->plan.environment = sandbox_environment();
    if (!s->plan.environment) return SITR_ENOMEM;
    return sandbox_find_worker(s->plan.ctx, worker, &s->plan.program);
}

static sitr_status start(sitr_sandbox *s, sandbox_process *process)
{
    const sitr_status status = sandbox_process_start(process);

    if (status) return status;
    pthread_mutex_lock(&s->lock);
    s->info.n_started++;
    pthread_mutex_unlock(&s->lock);
    return SITR_OK;
}

/* A process that can be given work, whatever it was before. */
static sitr_status make_ready(sitr_sandbox *s, sandbox_process *process)
{
    const sitr_status status = process->pid ? SITR_OK : start(s, process);

    return status ? status : sandbox_process_greet(process);
}

static sitr_status start_first(sitr_sandbox *s)
{
    const sandbox_process *const first = s->idle[s->n_idle - 1];
    const sitr_status status = make_ready(s, s->idle[s->n_idle - 1]);
    const sandbox_hello *const hello = &first->hello;

    if (status) return status;
    s->info.flags = hello->flags;
    s->info.landlock_abi = hello->landlock_abi;
    s->info.max_address_space = hello->flags & SITR_SANDBOX_SANITIZER
                                    ? SITR_UNLIMITED
                                    : s->plan.config.max_address_space;
    s->info.n_workers = s->n_workers;
    s->info.max_cpu_ms = s->plan.max_cpu_ms;
    s->info.max_wall_ms = s->plan.max_wall_ms;
    return SITR_OK;
}

sitr_status sitr_sandbox_new(const sitr_ctx *ctx, const sitr_sandbox_opts *opts,
                             sitr_sandbox **out)
{
    sitr_sandbox_opts o;
    sitr_sandbox *s;
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx) return SITR_EINVAL;
    status = sitr_opts_read(&o, sizeof o, opts);
    if (status) return status;
    if (o.n_workers > MAX_WORKERS || o.max_address_space > SIZE_MAX / 2)
        return SITR_EINVAL;
    s = calloc(1, sizeof *s);
    if (!s) return SITR_ENOMEM;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    make_plan(s, ctx, &o);
    status = take_memory(s, or_default(o.n_workers, n_cpus()), o.worker);
    if (!status) status = start_first(s);
    if (status) {
        sitr_sandbox_free(s);
        return status;
    }
    *out = s;
    return SITR_OK;
}

void sitr_sandbox_free(sitr_sandbox *sandbox)
{
    if (!sandbox) return;
    for (uint32_t i = 0; i < sandbox->n_workers; i++)
        sandbox_process_close(&sandbox->processes[i]);
    sandbox_environment_free(sandbox->plan.environment);
    free(sandbox->plan.program);
    free(sandbox->processes);
    free(sandbox->idle);
    pthread_cond_destroy(&sandbox->changed);
    pthread_mutex_destroy(&sandbox->lock);
    free(sandbox);
}

void sitr_sandbox_describe(sitr_sandbox *sandbox, sitr_sandbox_info *out)
{
    if (!out) return;
    *out = (sitr_sandbox_info){0};
    if (!sandbox) return;
    pthread_mutex_lock(&sandbox->lock);
    *out = sandbox->info;
    pthread_mutex_unlock(&sandbox->lock);
}

/* ---- Turns ---------------------------------------------------------------- */

/* A process that nobody else holds; with `alone`, while nobody else holds any.
 */
static sandbox_process *acquire(sitr_sandbox *s, bool alone)
{
    sandbox_process *process;

    pthread_mutex_lock(&s->lock);
    s->n_wait_alone += alone;
    while (s->alone ||
           (alone ? s->n_idle < s->n_workers : s->n_wait_alone || !s->n_idle))
        pthread_cond_wait(&s->changed, &s->lock);
    process = s->idle[--s->n_idle];
    s->n_wait_alone -= alone;
    s->alone = alone;
    pthread_mutex_unlock(&s->lock);
    return process;
}

static void release(sitr_sandbox *s, sandbox_process *process)
{
    pthread_mutex_lock(&s->lock);
    if (process->pid) {
        s->idle[s->n_idle++] = process;
    } else { /* it could not be started: those that could come first */
        memmove(s->idle + 1, s->idle, s->n_idle++ * sizeof *s->idle);
        s->idle[0] = process;
    }
    if (s->alone || s->n_wait_alone)
        pthread_cond_broadcast(&s->changed);
    else
        pthread_cond_signal(&s->changed);
    s->alone = false;
    pthread_mutex_unlock(&s->lock);
}

/* ---- Signing -------------------------------------------------------------- */

static void count(sitr_sandbox *s, sitr_status status)
{
    if (status != SITR_EDIED && status != SITR_ETIMEOUT) return;
    pthread_mutex_lock(&s->lock);
    if (status == SITR_EDIED)
        s->info.n_died++;
    else
        s->info.n_timed_out++;
    pthread_mutex_unlock(&s->lock);
}

/* What is asked of a worker: to sign, or to blur. */
struct task {
    const void *data;
    size_t size;
    const sitr_sign_opts *opts;
    sitr_signature **signature;
    sitr_blurred *blurred; /* NULL: to sign */
};

static sitr_status run(sandbox_process *process, const struct task *task)
{
    return task->blurred ? sandbox_process_blur(process, task->data, task->size,
                                                task->blurred)
                         : sandbox_process_sign(process, task->data, task->size,
                                                task->opts, task->signature);
}

static sitr_status try(sitr_sandbox *s, bool alone, const struct task *task)
{
    sandbox_process *const process = acquire(s, alone);
    sitr_status status;

    process->will_retry = !alone;
    /* the second try owes nothing to what came before it */
    if (alone && process->n_signed) sandbox_process_end(process);
    status = make_ready(s, process);
    if (!status) {
        status = run(process, task);
        count(s, status);
        if (process->n_signed >= MAX_SIGNED) sandbox_process_end(process);
        /* for whoever comes next; nothing waits for it here, and if it fails
         * they will try again */
        if (!process->pid) start(s, process);
    } else if (status != SITR_ENOMEM) {
        status = SITR_EIO;
    }
    release(s, process);
    return status;
}

/* Memory may be short because of what the worker did before, or others do. */
static bool is_worth_a_second_try(sitr_status status)
{
    return status == SITR_EDIED || status == SITR_ETIMEOUT ||
           status == SITR_ENOMEM || status == SITR_EIO;
}

static sitr_status try_twice(sitr_sandbox *s, const struct task *task)
{
    const sitr_status status = try(s, false, task);

    return is_worth_a_second_try(status) ? try(s, true, task) : status;
}

static bool is_known(const sitr_sign_opts *opts)
{
    const uint32_t algos =
        1u << SITR_PDQ | 1u << SITR_PHASH | 1u << SITR_DHASH | 1u << SITR_AHASH;

    return !(opts->algos & ~algos) &&
           !(opts->flags & ~(uint32_t)(SITR_SIGN_REGIONS | SITR_SIGN_QUERY |
                                       SITR_SIGN_AS_STORED |
                                       SITR_SIGN_NO_FOLLOW));
}

static sitr_status check_size(const sitr_sandbox *s, size_t size)
{
    const uint64_t max = s->plan.config.limits.max_bytes;

    if (!size) return SITR_EFORMAT;
    if (size <= max && size <= s->plan.config.input_size) return SITR_OK;
    sitr_ctx_log(s->plan.ctx, SITR_LOG_ERROR,
                 size > max ? "more bytes than max_bytes"
                            : "more bytes than max_address_space");
    return SITR_ELIMIT;
}

sitr_status sitr_sandbox_sign(sitr_sandbox *sandbox, const void *data,
                              size_t size, const sitr_sign_opts *opts,
                              sitr_signature **out)
{
    sitr_sign_opts o;
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!sandbox || (!data && size)) return SITR_EINVAL;
    status = sitr_opts_read(&o, sizeof o, opts);
    if (status) return status;
    if (!is_known(&o)) return SITR_EINVAL;
    status = check_size(sandbox, size);
    if (status) return status;
    return try_twice(
        sandbox, &(struct task){
                     .data = data, .size = size, .opts = &o, .signature = out});
}

sitr_status sitr_sandbox_blur(sitr_sandbox *sandbox, const void *data,
                              size_t size, sitr_blurred *out)
{
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = (sitr_blurred){0};
    if (!sandbox || (!data && size)) return SITR_EINVAL;
    status = check_size(sandbox, size);
    if (status) return status;
    return try_twice(
        sandbox, &(struct task){.data = data, .size = size, .blurred = out});
}
