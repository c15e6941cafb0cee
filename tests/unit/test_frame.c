/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes drawn into frames of many sorts, found again to a sample. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ctx.h"
#include "plane/frame.h"

static sitr_ctx *ctx;
static sitr_budget budget;

static uint32_t rnd(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 16;
}

/* All of one shade, but for what a codec does to it. */
static sitr_plane plane_of(uint32_t width, uint32_t height, uint32_t shrink,
                           uint8_t shade, uint32_t noise)
{
    uint32_t state = 5;
    sitr_plane p;

    assert_int_equal(sitr_plane_new(&budget, width, height, shrink, &p),
                     SITR_OK);
    for (uint32_t y = 0; y < p.rows; y++)
        for (uint32_t x = 0; x < p.cols; x++)
            p.data[y * p.stride + x] =
                (uint8_t)(shade + rnd(&state) % (noise + 1));
    return p;
}

/* Anything but flat; in samples. */
static void fill(sitr_plane *p, uint32_t x, uint32_t y, uint32_t cols,
                 uint32_t rows)
{
    uint32_t state = x + 977 * y;

    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t k = 0; k < cols; k++)
            p->data[(y + i) * p->stride + x + k] = (uint8_t)rnd(&state);
}

static void check_box(const sitr_plane *p, uint32_t x, uint32_t y,
                      uint32_t width, uint32_t height)
{
    sitr_box box;

    assert_true(sitr_frame_find(p, &box));
    assert_int_equal(box.x, x);
    assert_int_equal(box.y, y);
    assert_int_equal(box.width, width);
    assert_int_equal(box.height, height);
}

/* Borders on any of the sides, dark and light, clean and noisy; and what is cut
 * out is what was drawn. */
static void test_borders(void **state)
{
    static const uint32_t borders[][4] = {/* left, top, right, bottom */
                                          {0, 40, 0, 40},   {60, 0, 60, 0},
                                          {30, 30, 30, 30}, {0, 0, 0, 80},
                                          {90, 0, 0, 0},    {17, 5, 3, 71}};
    static const uint8_t shades[] = {0, 128, 248};

    (void)state;
    for (size_t i = 0; i < sizeof borders / sizeof *borders; i++)
        for (size_t s = 0; s < 3; s++)
            for (uint32_t noise = 0; noise <= 6; noise += 6) {
                const uint32_t *b = borders[i];
                const uint32_t cols = 320 - b[0] - b[2];
                const uint32_t rows = 240 - b[1] - b[3];
                const sitr_box box = {b[0], b[1], cols, rows};
                sitr_plane p = plane_of(320, 240, 1, shades[s], noise), cut;

                fill(&p, b[0], b[1], cols, rows);
                check_box(&p, b[0], b[1], cols, rows);
                assert_int_equal(sitr_frame_cut(&budget, &p, &box, &cut),
                                 SITR_OK);
                assert_true(cut.cols == cols && cut.rows == rows);
                for (uint32_t y = 0; y < rows; y++)
                    assert_memory_equal(cut.data + y * cut.stride,
                                        p.data + (b[1] + y) * p.stride + b[0],
                                        cols);
                sitr_plane_free(&budget, &cut);
                sitr_plane_free(&budget, &p);
            }
}

/* A screen: a line of writing above, buttons below, the picture between them and
 * something beside it. */
static void test_interface(void **state)
{
    sitr_plane p = plane_of(300, 600, 1, 20, 2);

    (void)state;
    fill(&p, 10, 8, 60, 12);
    fill(&p, 200, 8, 80, 12);
    fill(&p, 0, 150, 280, 210);
    fill(&p, 40, 560, 200, 24);
    fill(&p, 285, 200, 10, 100);
    check_box(&p, 0, 150, 280, 210);
    sitr_plane_free(&budget, &p);
}

/* In pixels, whatever the plane was shrunk by; blocks before the picture's first
 * pixel are not counted. */
static void test_shrunk(void **state)
{
    sitr_plane p = plane_of(1597, 1203, 8, 255, 0), cut;
    sitr_box box;

    (void)state;
    fill(&p, 20, 30, 150, 100);
    check_box(&p, 160, 240, 1200, 800);
    p.lead_x = 3;
    p.lead_y = 5;
    check_box(&p, 157, 235, 1200, 800);
    assert_true(sitr_frame_find(&p, &box));
    assert_int_equal(sitr_frame_cut(&budget, &p, &box, &cut), SITR_OK);
    assert_true(cut.cols == 150 && cut.rows == 100 && cut.shrink == 8);
    assert_memory_equal(cut.data, p.data + 30 * p.stride + 20, 150);
    sitr_plane_free(&budget, &cut);
    p.lead_x = p.lead_y = 0;
    /* up to the last column and row, which are blocks in part */
    fill(&p, 20, 30, p.cols - 20, p.rows - 30);
    check_box(&p, 160, 240, 1437, 963);
    sitr_plane_free(&budget, &p);
}

static void test_none(void **state)
{
    sitr_plane p = plane_of(320, 240, 1, 90, 0);
    sitr_box box;

    (void)state;
    assert_false(sitr_frame_find(&p, &box)); /* nothing in it */
    fill(&p, 100, 100, 47, 100);
    assert_false(sitr_frame_find(&p, &box)); /* too little */
    fill(&p, 0, 0, 320, 240);
    assert_false(sitr_frame_find(&p, &box)); /* no frame */
    memset(p.data, 90, 5 * p.stride);
    assert_false(sitr_frame_find(&p, &box)); /* hardly one */
    memset(p.data, 90, 20 * p.stride);
    check_box(&p, 0, 20, 320, 220);
    sitr_plane_free(&budget, &p);
    p = plane_of(1, 1, 1, 0, 0);
    assert_false(sitr_frame_find(&p, &box));
    sitr_plane_free(&budget, &p);
}

static int set_up(void **state)
{
    (void)state;
    if (sitr_ctx_new(NULL, &ctx) != SITR_OK) return 1;
    sitr_budget_init(&budget, ctx);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sitr_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_borders), cmocka_unit_test(test_interface),
        cmocka_unit_test(test_shrunk), cmocka_unit_test(test_none)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
