/* SPDX-License-Identifier: Apache-2.0 */
/* The one-call fronts: what is asked for never changes what else comes out, nor
 * do threads or the kernels in use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "samples.h"
#include "signature/signature.h"

static const char *const files[] = {
    "protected/portrait.jpg",      /* its orientation is upright */
    "found/phone.jpg",             /* a quarter turn in its Exif */
    "found/ré-envoyé/tournée.jpg", /* progressive */
    "found/thumb.png",
    "found/forwarded.webp",
    "found/cut off.jpg",
};
#define N_FILES (sizeof files / sizeof *files)

static sitr_signature *sign(const sitr_ctx *ctx, const char *file,
                            uint32_t algos, uint32_t flags)
{
    const sitr_sign_opts opts = {
        .struct_size = sizeof opts, .algos = algos, .flags = flags};
    const char *const path = sample_path(file);
    sitr_signature *s;
    const sitr_status status = sitr_sign_file(ctx, path, &opts, &s);

    if (status) fail_msg("%s: %s", path, sitr_status_text(status));
    return s;
}

/* Every set of algorithms and flags gives the hashes that the largest gives. */
static void test_every_set(void **state)
{
    sitr_ctx *ctx;

    (void)state;
    assert_int_equal(sitr_ctx_new(NULL, &ctx), SITR_OK);
    for (size_t i = 0; i < N_FILES; i++) {
        for (uint32_t stored = 0; stored < 2; stored++) {
            const uint32_t as = stored ? SITR_SIGN_AS_STORED : 0;
            sitr_signature *all =
                sign(ctx, files[i], 0x1e, SITR_SIGN_QUERY | as);

            assert_int_equal(all->n_hashes, 11);
            for (uint32_t set = 0; set < 64; set++) {
                const uint32_t query = set & 32 ? SITR_SIGN_QUERY : 0;
                sitr_signature *s;

                if (set & 1) continue; /* there is no algorithm 0 */
                s = sign(ctx, files[i], set & 0x1e, query | as);
                for (uint32_t k = 0; k < s->n_hashes; k++) {
                    const sitr_hash *h = &s->hashes[k];
                    const sitr_hash *same = sitr_signature_find(
                        all, (sitr_algo)h->algo, (sitr_turn)h->turn);

                    assert_non_null(same);
                    assert_memory_equal(h, same, sizeof *h);
                }
                assert_memory_equal(&s->info, &all->info, sizeof s->info);
                sitr_signature_free(s);
            }
            sitr_signature_free(all);
        }
    }
    sitr_ctx_free(ctx);
}

/* The same bytes with every subset of this CPU's features. */
static void test_every_kernel(void **state)
{
    uint8_t first[N_FILES][1024], now[1024];
    size_t size[N_FILES];

    (void)state;
    for (uint32_t off = 0; off < 8; off++) {
        const sitr_ctx_opts opts = {.struct_size = sizeof opts, .cpu_off = off};
        sitr_ctx *ctx;

        assert_int_equal(sitr_ctx_new(&opts, &ctx), SITR_OK);
        for (size_t i = 0; i < N_FILES; i++) {
            sitr_signature *s = sign(ctx, files[i], 0x1e, SITR_SIGN_QUERY);

            if (!off)
                size[i] = sitr_signature_encode(s, first[i], sizeof first[i]);
            assert_int_equal(sitr_signature_encode(s, now, sizeof now),
                             size[i]);
            assert_memory_equal(now, first[i], size[i]);
            sitr_signature_free(s);
        }
        sitr_ctx_free(ctx);
    }
}

typedef struct job {
    const sitr_ctx *ctx;
    uint8_t bytes[N_FILES][512];
} job;

static void *run_job(void *arg)
{
    job *j = arg;

    memset(j->bytes, 0, sizeof j->bytes);
    for (size_t i = 0; i < N_FILES; i++) {
        sitr_signature *s = sign(j->ctx, files[i], 0x1e, SITR_SIGN_QUERY);

        sitr_signature_encode(s, j->bytes[i], sizeof j->bytes[i]);
        sitr_signature_free(s);
    }
    return NULL;
}

/* One context, many threads: one answer. */
static void test_threads(void **state)
{
    enum { N = 8 };
    static job jobs[N];
    pthread_t threads[N];
    sitr_ctx *ctx;

    (void)state;
    assert_int_equal(sitr_ctx_new(NULL, &ctx), SITR_OK);
    for (int i = 0; i < N; i++) {
        jobs[i].ctx = ctx;
        assert_int_equal(pthread_create(&threads[i], NULL, run_job, &jobs[i]),
                         0);
    }
    for (int i = 0; i < N; i++) pthread_join(threads[i], NULL);
    for (int i = 1; i < N; i++)
        assert_memory_equal(jobs[i].bytes, jobs[0].bytes, sizeof jobs[0].bytes);
    sitr_ctx_free(ctx);
}

/* What each front makes of its options, and what the picture says of itself. */
static void test_facts(void **state)
{
    sitr_signature_info info;
    sitr_signature *s;
    sitr_ctx *ctx;
    sitr_sign_opts bad = {.struct_size = sizeof bad, .algos = 1};
    const uint8_t gray[64] = {0};
    sitr_pixels pixels = {.data = gray,
                          .stride = 8,
                          .width = 8,
                          .height = 8,
                          .layout = SITR_GRAY8};

    (void)state;
    assert_int_equal(sitr_ctx_new(NULL, &ctx), SITR_OK);
    s = sign(ctx, "found/phone.jpg", 0, 0);
    sitr_signature_describe(s, &info);
    assert_int_equal(info.width, 512); /* upright */
    assert_int_equal(info.height, 768);
    assert_int_equal(info.format, SITR_FORMAT_JPEG);
    assert_int_equal(info.flags, 0);
    assert_int_equal(s->n_hashes, 1);
    sitr_signature_free(s);
    s = sign(ctx, "found/phone.jpg", 0, SITR_SIGN_AS_STORED);
    sitr_signature_describe(s, &info);
    assert_int_equal(info.width, 768);
    sitr_signature_free(s);
    s = sign(ctx, "found/cut off.jpg", 0, 0);
    sitr_signature_describe(s, &info);
    assert_int_equal(info.flags, SITR_INFO_DAMAGED);
    sitr_signature_free(s);

    assert_int_equal(sitr_sign_pixels(ctx, &pixels, &bad, &s), SITR_EINVAL);
    bad.algos = 0, bad.flags = 16;
    assert_int_equal(sitr_sign_pixels(ctx, &pixels, &bad, &s), SITR_EINVAL);
    assert_int_equal(sitr_sign_pixels(ctx, &pixels, NULL, &s), SITR_OK);
    sitr_signature_describe(s, &info);
    assert_int_equal(info.flags, SITR_INFO_TOO_PLAIN);
    sitr_signature_free(s);
    pixels.stride = 7;
    assert_int_equal(sitr_sign_pixels(ctx, &pixels, NULL, &s), SITR_EINVAL);
    pixels.stride = 8, pixels.height = 0;
    assert_int_equal(sitr_sign_pixels(ctx, &pixels, NULL, &s), SITR_EINVAL);
    pixels.height = 8, pixels.layout = (sitr_layout)2;
    assert_int_equal(sitr_sign_pixels(ctx, &pixels, NULL, &s), SITR_EINVAL);
    sitr_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_set), cmocka_unit_test(test_every_kernel),
        cmocka_unit_test(test_threads), cmocka_unit_test(test_facts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
