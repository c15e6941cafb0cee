/* SPDX-License-Identifier: Apache-2.0 */
#include "region_pictures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"

sitr_ctx *ctx;

sitr_signature *sign_file(const char *name, uint32_t flags)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts, .flags = flags};
    sitr_signature *s;

    assert_int_equal(sitr_sign_file(ctx, sample_path(name), &opts, &s),
                     SITR_OK);
    return s;
}

gray gray_new(uint32_t w, uint32_t h)
{
    const gray g = {w, h, calloc(w, h)};

    assert_non_null(g.data);
    return g;
}

gray read_gray(const char *name)
{
    sitr_budget budget;
    sitr_plane p;
    gray g;

    sitr_budget_init(&budget, ctx);
    p = sample_plane(&budget, name);
    g = gray_new(p.cols, p.rows);
    for (uint32_t y = 0; y < g.h; y++)
        memcpy(g.data + y * g.w, p.data + y * p.stride, g.w);
    sitr_plane_free(&budget, &p);
    return g;
}

void draw(const gray *from, gray *to, const double back[6])
{
    for (uint32_t y = 0; y < to->h; y++)
        for (uint32_t x = 0; x < to->w; x++) {
            const double px = x + 0.5, py = y + 0.5;
            double sum = 0;
            int n = 0;

            /* the mean of 3 x 3 */
            for (int k = 0; k < 9; k++) {
                const double qx = px + (k % 3 - 1) / 3.0,
                             qy = py + ((double)(k / 3) - 1) / 3.0;
                const double u = back[0] * qx + back[1] * qy + back[2];
                const double v = back[3] * qx + back[4] * qy + back[5];

                if (u < 0 || v < 0 || u >= from->w || v >= from->h) continue;
                sum += from->data[(uint32_t)v * from->w + (uint32_t)u];
                n++;
            }
            if (n) to->data[y * to->w + x] = (uint8_t)(sum / n + 0.5);
        }
}

sitr_signature *sign_gray(const gray *g, uint32_t flags)
{
    const sitr_pixels pixels = {.data = g->data,
                                .stride = g->w,
                                .width = g->w,
                                .height = g->h,
                                .layout = SITR_GRAY8};
    const sitr_sign_opts opts = {.struct_size = sizeof opts, .flags = flags};
    sitr_signature *s;

    assert_int_equal(sitr_sign_pixels(ctx, &pixels, &opts, &s), SITR_OK);
    return s;
}

void invert(const double to[6], double back[6])
{
    const double det = to[0] * to[4] - to[1] * to[3];

    back[0] = to[4] / det;
    back[1] = -to[1] / det;
    back[3] = -to[3] / det;
    back[4] = to[0] / det;
    back[2] = -(back[0] * to[2] + back[1] * to[5]);
    back[5] = -(back[3] * to[2] + back[4] * to[5]);
}

uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* ---- A form ---------------------------------------------------------------- */

/* Letters of an alphabet of 26, each five by seven dots. */
static void write_words(gray *g, uint32_t x, uint32_t y, uint32_t dot,
                        uint32_t n, uint32_t seed)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t letter = next(&seed) % 26 + 77;

        for (uint32_t v = 0; v < 7 * dot; v++)
            for (uint32_t u = 0; u < 5 * dot; u++) {
                uint32_t of_dot = letter * 35 + v / dot * 5 + u / dot;

                if (next(&of_dot) >> 4 & 1)
                    g->data[(y + v) * g->w + x + 6 * dot * i + u] = 30;
            }
    }
}

gray form(uint32_t words, uint32_t noise)
{
    gray g = gray_new(800, 560);

    for (uint32_t i = 0; i < g.w * g.h; i++) g.data[i] = 235;
    write_words(&g, 40, 30, 6, 14, 1);
    for (uint32_t i = 0; i < 4; i++) {
        write_words(&g, 60, 120 + 90 * i, 3, 12, 2 + i);
        write_words(&g, 60, 150 + 90 * i, 5, 6, (words + i) * 2654435761u);
    }
    for (uint32_t i = 0; i < 30; i++)
        for (uint32_t y = 490; y < 540; y++)
            memset(g.data + y * g.w + 60 + 22 * i, 40, 5 + i * 7 % 4 * 3);
    for (uint32_t i = 0; i < g.w * g.h; i++)
        g.data[i] = (uint8_t)(g.data[i] + next(&noise) % 2);
    return g;
}

int set_up(void **state)
{
    (void)state;
    return sitr_ctx_new(NULL, &ctx) != SITR_OK;
}

int tear_down(void **state)
{
    (void)state;
    sitr_ctx_free(ctx);
    return 0;
}
