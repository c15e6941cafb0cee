/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sixteen threads over one context and one set of signatures, each doing all
 * there is to do, get what one thread gets. Worth most under ThreadSanitizer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "pictures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define N_THREADS    16
#define N_ROUNDS     3
#define N_PICTURES   N_PICTURE_KINDS
#define MAX_ENCODED  1024

/* Shared, and never changed once the threads run. */
struct shared {
    sitr_ctx *ctx;
    bytes pictures[N_PICTURES];
    raster raster;
    sitr_signature *signatures[N_PICTURES];
    uint8_t encoded[N_PICTURES][MAX_ENCODED];
    size_t size[N_PICTURES];
    sitr_match matches[N_PICTURES][N_PICTURES];
};

static const sitr_sign_opts query = {
    .struct_size = sizeof query,
    .algos = 1u << SITR_PHASH | 1u << SITR_DHASH | 1u << SITR_AHASH,
    .flags = SITR_SIGN_QUERY};

static bool same_bytes(const struct shared *s, int i,
                       const sitr_signature *signature)
{
    uint8_t encoded[MAX_ENCODED];

    return sitr_signature_encode(signature, encoded, sizeof encoded) ==
               s->size[i] &&
           !memcmp(encoded, s->encoded[i], s->size[i]);
}

static const char *sign_and_read_back(const struct shared *s, int i)
{
    sitr_signature *signature, *again;
    const char *complaint = NULL;

    if (sitr_sign(s->ctx, s->pictures[i].data, s->pictures[i].size, &query,
                  &signature))
        return "sitr_sign failed";
    if (!same_bytes(s, i, signature)) complaint = "signed differently";
    sitr_signature_free(signature);
    if (sitr_signature_decode(s->ctx, s->encoded[i], s->size[i], &again))
        return "sitr_signature_decode failed";
    if (!same_bytes(s, i, again)) complaint = "read back differently";
    sitr_signature_free(again);
    return complaint;
}

static const char *hash_pixels(const struct shared *s)
{
    const sitr_pixels pixels = raster_pixels(&s->raster);
    sitr_hash hash, first;
    sitr_signature *signature;

    if (sitr_sign_pixels(s->ctx, &pixels, NULL, &signature))
        return "sitr_sign_pixels failed";
    sitr_signature_hash(signature, SITR_PDQ, SITR_UPRIGHT, &first);
    sitr_signature_free(signature);
    if (sitr_hash_pixels(s->ctx, &pixels, SITR_PDQ, SITR_UPRIGHT, &hash) ||
        memcmp(&hash, &first, sizeof hash) != 0)
        return "pixels hashed differently";
    return NULL;
}

static const char *match_all(const struct shared *s, int i)
{
    sitr_match m[N_PICTURES];
    uint64_t n;

    for (int k = 0; k < N_PICTURES; k++) {
        if (sitr_match_pair(s->signatures[k], s->signatures[i], NULL, m) ||
            memcmp(m, &s->matches[k][i], sizeof *m) != 0)
            return "matched differently";
    }
    if (sitr_match_scan((const sitr_signature *const *)s->signatures,
                        N_PICTURES, s->signatures[i], NULL, m, N_PICTURES,
                        &n) ||
        n < 1)
        return "not found in a scan";
    return NULL;
}

static const char *do_all(const struct shared *s)
{
    for (int round = 0; round < N_ROUNDS; round++)
        for (int i = 0; i < N_PICTURES; i++) {
            const char *complaint = sign_and_read_back(s, i);

            if (!complaint) complaint = hash_pixels(s);
            if (!complaint) complaint = match_all(s, i);
            if (complaint) return complaint;
        }
    return NULL;
}

static void *run(void *arg) { return (void *)(uintptr_t)do_all(arg); }

static void set_up(struct shared *s)
{
    raster rgb = raster_new(400, 350, 3, 9), rgba = raster_new(90, 80, 4, 9);

    s->ctx = ctx_with(NULL, NULL);
    s->raster = raster_new(120, 100, 4, 5);
    for (int i = 0; i < N_PICTURES; i++) {
        s->pictures[i] = picture_of_kind(&rgb, &rgba, i);
        assert_int_equal(sitr_sign(s->ctx, s->pictures[i].data,
                                   s->pictures[i].size, &query,
                                   &s->signatures[i]),
                         SITR_OK);
        s->size[i] =
            sitr_signature_encode(s->signatures[i], s->encoded[i], MAX_ENCODED);
        assert_true(s->size[i] <= MAX_ENCODED);
    }
    for (int i = 0; i < N_PICTURES; i++)
        for (int k = 0; k < N_PICTURES; k++)
            assert_int_equal(sitr_match_pair(s->signatures[k], s->signatures[i],
                                             NULL, &s->matches[k][i]),
                             SITR_OK);
    raster_free(&rgb);
    raster_free(&rgba);
}

static void sixteen_threads(void **state)
{
    static struct shared s;
    pthread_t threads[N_THREADS];

    (void)state;
    set_up(&s);
    for (size_t i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run, &s), 0);
    for (size_t i = 0; i < N_THREADS; i++) {
        void *complaint;

        pthread_join(threads[i], &complaint);
        if (complaint) fail_msg("%s", (const char *)complaint);
    }
    for (int i = 0; i < N_PICTURES; i++) {
        sitr_signature_free(s.signatures[i]);
        bytes_free(&s.pictures[i]);
    }
    raster_free(&s.raster);
    sitr_ctx_free(s.ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sixteen_threads)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
