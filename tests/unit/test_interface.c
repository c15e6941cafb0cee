/* SPDX-License-Identifier: Apache-2.0 */
/* Screens of one interface are no copies, however much they have in common: two
 * of them, with other photos and other words, used to match by their bars and
 * buttons (0.43 of such pairs). What is a copy is found all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samples.h"
#include "signature/signature.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A screen, and on it a photo at most this large. */
#define COLS  720
#define ROWS  1280
#define SHOWN 620

static sitr_ctx *ctx;
static sitr_budget budget;

static uint32_t state_of_words;

static uint32_t below(uint32_t n)
{
    state_of_words = state_of_words * 1664525 + 1013904223;
    return (state_of_words >> 8) % n;
}

typedef struct screen {
    uint8_t *shade;
    uint8_t ink;
} screen;

static void fill(const screen *s, uint32_t x, uint32_t y, uint32_t w,
                 uint32_t h, uint8_t shade)
{
    for (uint32_t v = y; v < y + h && v < ROWS; v++)
        for (uint32_t u = x; u < x + w && u < COLS; u++)
            s->shade[v * COLS + u] = shade;
}

/* A letter of strokes, one of 26. */
static void letter(const screen *s, uint32_t which, uint32_t x, uint32_t y,
                   uint32_t size)
{
    const uint32_t pen = size / 8 + 1;

    for (uint32_t k = 0; k < 5; k++) {
        const uint32_t bits = which * 2654435761u >> (k * 5 + 3);
        const uint32_t u = x + (bits & 3) * size / 6;
        const uint32_t v = y + (bits >> 2 & 3) * size / 5;

        fill(s, u, v, bits & 16 ? size / 2 : pen, bits & 16 ? pen : size / 2,
             s->ink);
    }
}

static void words(const screen *s, uint32_t x, uint32_t y, uint32_t n,
                  uint32_t size)
{
    for (uint32_t i = 0; i < n; i++)
        if (below(6)) letter(s, below(26), x + i * size * 3 / 4, y, size);
}

/* The interface is one; photo and words are those of `number`. */
static uint8_t *screen_new(const char *photo, uint32_t number, bool dark)
{
    screen s = {.shade = malloc(COLS * ROWS), .ink = dark ? 230 : 25};
    sitr_plane p = sample_plane(&budget, photo);
    const uint32_t longer = p.cols > p.rows ? p.cols : p.rows;

    assert_non_null(s.shade);
    fill(&s, 0, 0, COLS, ROWS, dark ? 18 : 236);
    fill(&s, 0, 0, COLS, 150, dark ? 35 : 90);
    fill(&s, 0, 1120, COLS, 160, dark ? 35 : 250);
    state_of_words = 1;
    words(&s, 30, 20, 8, 24);
    for (uint32_t i = 0; i < 6; i++) {
        fill(&s, 30 + i * 115, 1150, 60, 60, dark ? 90 : 180);
        letter(&s, i + 7, 40 + i * 115, 1160, 40);
        words(&s, 20 + i * 115, 1225, 5, 20);
    }
    state_of_words = number * 77 + 5;
    words(&s, 110, 70, 12, 40);
    for (uint32_t i = 0; i < 9; i++) {
        const uint32_t y = 180 + (i < 3 ? i : i + 5) * 64;

        if (i < 6) words(&s, 40, y, 8 + below(14), 30);
    }
    for (uint32_t y = 0; y < p.rows * SHOWN / longer; y++)
        for (uint32_t x = 0; x < p.cols * SHOWN / longer; x++)
            s.shade[(390 + y) * COLS + 50 + x] =
                p.data[y * longer / SHOWN * p.stride + x * longer / SHOWN];
    sitr_plane_free(&budget, &p);
    return s.shade;
}

static sitr_signature *sign(const uint8_t *shade, uint32_t flags)
{
    const sitr_pixels pixels = {.data = shade,
                                .stride = COLS,
                                .width = COLS,
                                .height = ROWS,
                                .layout = SITR_GRAY8};
    const sitr_sign_opts opts = {.struct_size = sizeof opts, .flags = flags};
    sitr_signature *s;

    assert_int_equal(sitr_sign_pixels(ctx, &pixels, &opts, &s), SITR_OK);
    return s;
}

/* Somewhat darker, and with some grain. */
static void send_on(uint8_t *shade)
{
    for (uint32_t i = 0; i < COLS * ROWS; i++)
        shade[i] = (uint8_t)(shade[i] * 9 / 10 + below(4));
}

static void test_screens(void **state)
{
    static const char *const photos[] = {
        "protected/IMG_0007.jpg", "protected/IMG_0015.jpg",
        "protected/door.jpg",     "protected/portrait.jpg",
        "found/other 1421.jpg",   "found/other 1424.jpg"};
    enum { N = COUNT(photos) };

    (void)state;
    for (int dark = 0; dark < 2; dark++) {
        sitr_signature *kept[N], *found[N];

        for (uint32_t i = 0; i < N; i++) {
            uint8_t *shade = screen_new(photos[i], i, dark);

            kept[i] = sign(shade, SITR_SIGN_REGIONS);
            free(shade);
            shade = screen_new(photos[i], i + N, dark);
            send_on(shade);
            found[i] = sign(shade, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
            free(shade);
            assert_true(kept[i]->regions.n_distinctive < kept[i]->regions.n);
        }
        for (uint32_t i = 0; i < N; i++)
            for (uint32_t k = 0; k < N; k++) {
                sitr_match m;

                assert_int_equal(sitr_match_pair(kept[i], found[k], NULL, &m),
                                 SITR_OK);
                if (i == k ? !m.verdict : m.verdict)
                    fail_msg("%s, %s: %s, %u keypoints, %u bits", photos[i],
                             photos[k], sitr_verdict_name(m.verdict),
                             m.keypoints, m.distance);
            }
        for (uint32_t i = 0; i < N; i++) {
            sitr_signature_free(kept[i]);
            sitr_signature_free(found[i]);
        }
    }
}

static int set_up(void **state)
{
    (void)state;
    if (sitr_ctx_new(NULL, &ctx)) return 1;
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_screens)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
