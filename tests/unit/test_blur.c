/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Squares are the means of what they cover, by a twin that adds areas in floating
 * point; upright; in a worker the same; and what a worker answers is looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include <sitr-sandbox.h>

#include "pictures.h"
#include "sandbox/protocol.h"

static sitr_ctx *ctx;

static int set_up(void **state)
{
    (void)state;
    return sitr_ctx_new(NULL, &ctx) != SITR_OK;
}

static int tear_down(void **state)
{
    (void)state;
    sitr_ctx_free(ctx);
    return 0;
}

/* ---- Against the twin ---------------------------------------------------- */

static double overlap(double a, double b, double c, double d)
{
    const double begin = a > c ? a : c, end = b < d ? b : d;

    return end > begin ? end - begin : 0;
}

static double mean_of(const raster *r, unsigned x, unsigned y, unsigned w,
                      unsigned h)
{
    const double step_x = (double)r->width / w, step_y = (double)r->height / h;
    double sum = 0;

    for (uint32_t j = 0; j < r->height; j++)
        for (uint32_t i = 0; i < r->width; i++)
            sum += r->data[j * r->width + i] *
                   overlap(x * step_x, (x + 1) * step_x, i, i + 1) *
                   overlap(y * step_y, (y + 1) * step_y, j, j + 1);
    return sum / (step_x * step_y);
}

static void check(const sitr_blurred *b, const raster *r)
{
    const uint32_t longer = r->width > r->height ? r->width : r->height;
    const double width = round(16.0 * r->width / longer);
    const double height = round(16.0 * r->height / longer);

    assert_int_equal(b->width, width < 1 ? 1 : width);
    assert_int_equal(b->height, height < 1 ? 1 : height);
    for (unsigned y = 0; y < b->height; y++)
        for (unsigned x = 0; x < b->width; x++) {
            const double want = mean_of(r, x, y, b->width, b->height);

            assert_true(fabs(b->luma[y * b->width + x] - want) <= 0.5 + 1e-9);
        }
    for (size_t i = (size_t)b->width * b->height; i < sizeof b->luma; i++)
        assert_int_equal(b->luma[i], 0);
}

static void means(void **state)
{
    static const uint32_t sides[][2] = {{16, 16}, {1, 1},    {5, 3},
                                        {64, 48}, {37, 90},  {2, 300},
                                        {300, 1}, {161, 160}};

    (void)state;
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        raster r = raster_new(sides[i][0], sides[i][1], 1, 60);
        bytes b = png_of(&r, NULL);
        sitr_blurred blurred;

        assert_int_equal(sitr_blur(ctx, b.data, b.size, &blurred), SITR_OK);
        check(&blurred, &r);
        bytes_free(&b);
        raster_free(&r);
    }
}

static void upright(void **state)
{
    raster stored = raster_new(90, 40, 1, 20);

    (void)state;
    for (uint32_t orientation = 1; orientation <= 8; orientation++) {
        const png_opts opts = {
            .type = 0, .depth = 8, .orientation = orientation};
        raster r = raster_upright(&stored, orientation);
        bytes b = png_of(&stored, &opts);
        sitr_blurred blurred;

        assert_int_equal(sitr_blur(ctx, b.data, b.size, &blurred), SITR_OK);
        check(&blurred, &r);
        bytes_free(&b);
        raster_free(&r);
    }
    raster_free(&stored);
}

static void no_pictures(void **state)
{
    sitr_blurred blurred;

    (void)state;
    assert_int_equal(sitr_blur(ctx, "text", 4, &blurred), SITR_EFORMAT);
    assert_int_equal(blurred.width, 0);
    assert_int_equal(sitr_blur(ctx, NULL, 0, &blurred), SITR_EFORMAT);
    assert_int_equal(sitr_blur(ctx, NULL, 1, &blurred), SITR_EINVAL);
    assert_int_equal(sitr_blur(NULL, "x", 1, &blurred), SITR_EINVAL);
    assert_int_equal(sitr_blur(ctx, "x", 1, NULL), SITR_EINVAL);
}

/* ---- In a worker --------------------------------------------------------- */

static void in_a_worker(void **state)
{
    const sitr_sandbox_opts opts = {.struct_size = sizeof opts,
                                    .worker = getenv("SITR_WORKER"),
                                    .n_workers = 1};
    raster rgb = raster_new(200, 120, 3, 9), rgba = raster_new(200, 120, 4, 9);
    sitr_sandbox *sandbox;
    sitr_blurred here, there;

    (void)state;
    assert_int_equal(sitr_sandbox_new(ctx, &opts, &sandbox), SITR_OK);
    for (int kind = 0; kind < N_PICTURE_KINDS; kind++) {
        bytes b = picture_of_kind(&rgb, &rgba, kind);
        sitr_signature *signature;

        assert_int_equal(sitr_blur(ctx, b.data, b.size, &here), SITR_OK);
        assert_int_equal(sitr_sandbox_blur(sandbox, b.data, b.size, &there),
                         SITR_OK);
        assert_memory_equal(&here, &there, sizeof here);
        /* and it signs as before */
        assert_int_equal(
            sitr_sandbox_sign(sandbox, b.data, b.size, NULL, &signature),
            SITR_OK);
        sitr_signature_free(signature);
        bytes_free(&b);
    }
    assert_int_equal(sitr_sandbox_blur(sandbox, "text", 4, &there),
                     SITR_EFORMAT);
    assert_int_equal(there.width, 0);
    assert_int_equal(sitr_sandbox_blur(sandbox, NULL, 0, &there), SITR_EFORMAT);
    assert_int_equal(sitr_sandbox_blur(sandbox, NULL, 1, &there), SITR_EINVAL);
    assert_int_equal(sitr_sandbox_blur(NULL, "x", 1, &there), SITR_EINVAL);
    assert_int_equal(sitr_sandbox_blur(sandbox, "x", 1, NULL), SITR_EINVAL);
    sitr_sandbox_free(sandbox);
    raster_free(&rgb);
    raster_free(&rgba);
}

static bool believed(const sitr_blurred *blurred, size_t size)
{
    const sandbox_request request = {.number = 3, .blur = 1};
    const sandbox_reply head = {.number = 3, .signature_size = (uint32_t)size};
    _Alignas(sandbox_reply) uint8_t message[sizeof head + sizeof *blurred + 8];
    char log[SANDBOX_MAX_LOG + 1];
    sitr_log_level level;
    sitr_status status;
    sitr_blurred out;
    bool good;

    memset(message, 0, sizeof message);
    memcpy(message, &head, sizeof head);
    memcpy(message + sizeof head, blurred, sizeof *blurred);
    good = sandbox_blurred_read(&request, message, sizeof head + size, &status,
                                &level, log, &out);
    if (good)
        assert_memory_equal(&out, blurred, sizeof out);
    else
        assert_int_equal(out.width, 0);
    return good;
}

static void answers_are_checked(void **state)
{
    const sitr_blurred good = {.width = 16, .height = 9, .luma = {200, 7}};
    sitr_blurred bad = good;

    (void)state;
    assert_true(believed(&good, sizeof good));
    for (size_t n = 0; n <= sizeof good + 8; n++)
        assert_int_equal(believed(&good, n), n == sizeof good);
    for (unsigned w = 0; w < 256; w++)
        for (unsigned h = 0; h < 256; h++) {
            bad.width = (uint8_t)w;
            bad.height = (uint8_t)h;
            assert_int_equal(believed(&bad, sizeof bad),
                             (w == 16 && h && h <= 16) ||
                                 (h == 16 && w && w <= 16));
        }
    bad = good;
    bad.luma[16 * 9] = 1; /* more than the squares */
    assert_false(believed(&bad, sizeof bad));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means),
        cmocka_unit_test(upright),
        cmocka_unit_test(no_pictures),
        cmocka_unit_test(in_a_worker),
        cmocka_unit_test(answers_are_checked),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
