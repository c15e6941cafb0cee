/* SPDX-License-Identifier: Apache-2.0 */
/* An index is the same to the bit however the caller's hook runs its tasks. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "index/index.h"
#include "samples.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define N_THREADS    8
/* More than one task of each kind. */
#define N_HASHES   (SITR_HASH_TABLES_FROM + 600000)
#define N_PICTURES 2500

/* ---- Hooks ---------------------------------------------------------------- */

typedef struct crew {
    void (*task)(void *arg, size_t i);
    void *arg;
    size_t n;
    atomic_size_t next, n_calls, n_done;
} crew;

static void backwards(void *cookie, void (*task)(void *arg, size_t i),
                      void *arg, size_t n)
{
    crew *const c = cookie;

    for (size_t i = n; i-- > 0;) task(arg, i);
    c->n_calls++;
    c->n_done += n;
}

static void *work(void *arg)
{
    crew *const c = arg;

    for (size_t i; (i = c->next++) < c->n; c->n_done++) c->task(c->arg, i);
    return NULL;
}

static void on_threads(void *cookie, void (*task)(void *arg, size_t i),
                       void *arg, size_t n)
{
    crew *const c = cookie;
    pthread_t threads[N_THREADS];

    c->task = task;
    c->arg = arg;
    c->n = n;
    c->next = 0;
    c->n_calls++;
    for (int i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, c), 0);
    for (int i = 0; i < N_THREADS; i++) pthread_join(threads[i], NULL);
}

/* ---- Memory --------------------------------------------------------------- */

/* Never zero, so that what is not written shows; none from request `left` on. */
typedef struct purse {
    atomic_uint left;
} purse;

static void *resize(void *cookie, void *ptr, size_t old_size, size_t new_size)
{
    purse *const p = cookie;
    uint8_t *data;

    if (!new_size) {
        free(ptr);
        return NULL;
    }
    for (unsigned left = p->left;;) {
        if (!left) return NULL;
        if (atomic_compare_exchange_weak(&p->left, &left, left - 1)) break;
    }
    data = realloc(ptr, new_size);
    if (data && new_size > old_size)
        memset(data + old_size, 0xa5, new_size - old_size);
    return data;
}

static sitr_ctx *ctx_with(purse *p, crew *c,
                          void (*parallel)(void *, void (*)(void *, size_t),
                                           void *, size_t))
{
    const sitr_allocator allocator = {resize, p};
    const sitr_hooks hooks = {
        .struct_size = sizeof hooks, .parallel = parallel, .cookie = c};
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .allocator = &allocator,
                                .hooks = c ? &hooks : NULL};
    sitr_ctx *ctx;

    assert_int_equal(sitr_ctx_new(&opts, &ctx), SITR_OK);
    return ctx;
}

/* ---- Indexes -------------------------------------------------------------- */

static sitr_hash hash_of(uint64_t i)
{
    sitr_hash h = {
        .algo = SITR_PDQ, .bits = 256, .quality = (uint8_t)(i % 101)};

    for (uint64_t k = 0; k < 4; k++)
        h.word[k] = (4 * i + k + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return h;
}

/* With regions, and a hash that is filed nowhere. */
static sitr_signature *samples[4];

static int sign_samples(void **state)
{
    static const sitr_hash other = {
        .algo = SITR_DHASH, .bits = 64, .quality = 100};
    static const char *const names[] = {"protected/door.jpg",
                                        "found/phone.jpg"};
    static const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                        .flags = SITR_SIGN_REGIONS};
    static sitr_ctx *ctx;
    sitr_hash first = hash_of(1);

    if (sitr_ctx_new(NULL, &ctx)) return 1;
    *state = ctx;
    first.quality = 100;
    for (int i = 0; i < 2; i++)
        if (sitr_sign_file(ctx, sample_path(names[i]), &opts, &samples[i]))
            return 1;
    return sitr_sign_hash(ctx, &first, &samples[2]) ||
           sitr_sign_hash(ctx, &other, &samples[3]);
}

static int drop_samples(void **state)
{
    for (size_t i = 0; i < COUNT(samples); i++) sitr_signature_free(samples[i]);
    sitr_ctx_free(*state);
    return 0;
}

static void add_pictures(sitr_index_builder *b)
{
    for (uint64_t i = 0; i < N_PICTURES; i++)
        assert_int_equal(
            sitr_index_builder_add(b, i, samples[i < 20 ? i % 4 : 2 + i % 2]),
            SITR_OK);
}

static void add_hashes(sitr_index_builder *b, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        const sitr_hash h = hash_of(i);

        assert_int_equal(sitr_index_builder_add_hashes(b, &i, &h, 1), SITR_OK);
    }
}

static sitr_index_builder *builder(const sitr_ctx *ctx, uint64_t n_hashes)
{
    sitr_index_builder *b;

    assert_int_equal(sitr_index_builder_new(ctx, &b), SITR_OK);
    add_pictures(b);
    add_hashes(b, n_hashes);
    return b;
}

static void assert_equal_bytes(const sitr_index *a, const sitr_index *b)
{
    assert_int_equal(a->at.size, b->at.size);
    assert_memory_equal(a->data, b->data, a->at.size);
}

static void test_same_bytes(void **state)
{
    crew crews[2] = {0};
    purse p = {UINT32_MAX};
    sitr_ctx *ctx[3] = {ctx_with(&p, NULL, NULL),
                        ctx_with(&p, &crews[0], backwards),
                        ctx_with(&p, &crews[1], on_threads)};
    sitr_index *index[3], *merged;

    (void)state;
    for (int k = 0; k < 3; k++)
        assert_int_equal(
            sitr_index_builder_finish(builder(ctx[k], N_HASHES), &index[k]),
            SITR_OK);
    assert_int_equal(sitr_index_check(index[0]), SITR_OK);
    for (int k = 1; k < 3; k++) {
        assert_equal_bytes(index[0], index[k]);
        assert_true(crews[k - 1].n_calls > 0);
        assert_true(crews[k - 1].n_done > SITR_N_TABLES + SITR_HASH_PARTS);
        crews[k - 1].n_calls = 0;
        assert_int_equal(sitr_index_merge(ctx[k],
                                          (const sitr_index *const *)index, 1,
                                          NULL, NULL, 0, &merged),
                         SITR_OK);
        assert_true(crews[k - 1].n_calls > 0);
        assert_equal_bytes(index[0], merged);
        sitr_index_free(merged);
    }
    for (int k = 0; k < 3; k++) {
        sitr_index_free(index[k]);
        sitr_ctx_free(ctx[k]);
    }
}

/* Memory that fails in whichever task is next. */
static void test_no_memory(void **state)
{
    crew c = {0};
    purse p = {UINT32_MAX};
    sitr_ctx *const ctx = ctx_with(&p, &c, on_threads);
    unsigned n_failed = 0;
    sitr_status status;

    (void)state;
    do {
        sitr_index_builder *const b = builder(ctx, SITR_HASH_TABLES_FROM);
        sitr_index *index;

        p.left = n_failed;
        status = sitr_index_builder_finish(b, &index);
        assert_true(status == SITR_ENOMEM ? !index : !status && index);
        sitr_index_free(index);
        p.left = UINT32_MAX;
        n_failed += status != SITR_OK;
    } while (status);
    /* the index, its bytes, a room for each table */
    assert_int_equal(n_failed, 2 + SITR_N_TABLES + SITR_HASH_PARTS);
    sitr_ctx_free(ctx);
}

/* A newer caller's hooks that this library does not know are refused. */
static void test_size(void **state)
{
    struct {
        sitr_hooks hooks;
        uint64_t more;
    } newer = {.hooks = {.struct_size = sizeof newer}};
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .hooks = &newer.hooks};
    sitr_ctx *ctx;

    (void)state;
    assert_int_equal(sitr_ctx_new(&opts, &ctx), SITR_OK);
    sitr_ctx_free(ctx);
    newer.more = 1;
    assert_int_equal(sitr_ctx_new(&opts, &ctx), SITR_EINVAL);
    assert_null(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_size),
    };

    return cmocka_run_group_tests(tests, sign_samples, drop_samples);
}
