/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures found by their regions: crops, montages and turns at known places,
 * by pair and by scan. How sure the library is of them is not looked at here:
 * bench/ measures that. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "region_pictures.h"
#include "samples.h"
#include "signature/signature.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Places --------------------------------------------------------------- */

/* How far the corners are from where they should be, in shares of the picture's
 * longer side as it appears. */
static double miss(const sitr_match *m, const gray *mine, const double to[6])
{
    const double size =
        fmax(mine->w * hypot(to[0], to[3]), mine->h * hypot(to[1], to[4]));
    double worst = 0;

    for (int i = 0; i < 4; i++) {
        const double x = i == 1 || i == 2 ? mine->w : 0,
                     y = i >= 2 ? mine->h : 0;
        const double d =
            hypot((double)m->quad[i][0] - (to[0] * x + to[1] * y + to[2]),
                  (double)m->quad[i][1] - (to[3] * x + to[4] * y + to[5]));

        if (d > worst) worst = d;
    }
    return worst / size;
}

static void test_places(void **state)
{
    static const struct {
        const char *name;
        uint32_t w, h;
        double to[6]; /* pixels of the picture, 768 x 512, to those of w x h */
        sitr_match_kind kind;
        sitr_turn turn;
    } cases[] = {
        {"cropped", 400, 320, {1, 0, -200, 0, 1, -100}, SITR_CROPPED, 0},
        {"contained", 900, 1000, {.6, 0, 120, 0, .6, 400}, SITR_CONTAINED, 0},
        {"contained and mirrored",
         900,
         900,
         {-.7, 0, 750, 0, .7, 300},
         SITR_CONTAINED,
         SITR_MIRROR},
        {"contained and turned",
         900,
         900,
         {0, -.7, 600, .7, 0, 200},
         SITR_CONTAINED,
         SITR_ROTATE_90},
        {"cropped and enlarged",
         700,
         600,
         {1.6, 0, -300, 0, 1.6, -100},
         SITR_CROPPED,
         0},
        {"turned by 20 degrees and cropped",
         500,
         400,
         {.94, -.342, 0, .342, .94, -180},
         SITR_CROPPED,
         0},
    };
    /* a photo whose regions are many */
    const gray mine = read_gray("protected/IMG_0015.jpg");
    sitr_signature *kept = sign_gray(&mine, SITR_SIGN_REGIONS);
    /* signed to search with, it is as good a protected one */
    sitr_signature *query =
        sign_gray(&mine, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);

    (void)state;
    assert_true(mine.w == 768 && mine.h == 512);
    for (size_t i = 0; i < COUNT(cases); i++) {
        gray g = gray_new(cases[i].w, cases[i].h);
        sitr_signature *found;
        double back[6];

        invert(cases[i].to, back);
        draw(&mine, &g, back);
        found = sign_gray(&g, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
        for (int k = 0; k < 2; k++) {
            sitr_match m;

            assert_int_equal(sitr_match_pair(k ? query : kept, found, NULL, &m),
                             SITR_OK);
            print_message("%s: %s, %s, %u pairs, corners %.4f off\n",
                          cases[i].name, sitr_verdict_name(m.verdict),
                          sitr_match_kind_name(m.kind), m.keypoints,
                          miss(&m, &mine, cases[i].to));
            assert_true(m.verdict >= SITR_REVIEW);
            assert_int_equal(m.kind, cases[i].kind);
            assert_int_equal(m.turn, cases[i].turn);
            assert_true(m.keypoints >= 4);
            assert_true(m.false_positive_rate > 0 && m.false_positive_rate < 1);
            assert_true(miss(&m, &mine, cases[i].to) < 0.03);
        }
        sitr_signature_free(found);
        free(g.data);
    }
    sitr_signature_free(kept);
    sitr_signature_free(query);
    free(mine.data);
}

/* ---- What lies over it ---------------------------------------------------- */

/* A bar, or lines of some writing that lets the picture through between; or all
 * of it changed, with nothing over it. */
static void cover(gray *g, const char *what)
{
    uint32_t seed = 7;

    for (uint32_t y = 0; y < g->h; y++)
        for (uint32_t x = 0; x < g->w; x++) {
            uint8_t *const p = &g->data[y * g->w + x];

            if (!strcmp(what, "noise"))
                *p = (uint8_t)(*p * 3 / 4 + 16 + (next(&seed) >> 19));
            if (!strcmp(what, "dark")) *p = (uint8_t)(*p * *p / 400);
            if (!strcmp(what, "bar") && x * 10 > g->w * 3 &&
                x * 10 < g->w * 6 && y * 10 > g->h * 4 && y * 10 < g->h * 6)
                *p = 0;
            if (!strcmp(what, "writing") && y > g->h / 2 && y < g->h / 2 + 42 &&
                x > g->w / 10 && x < g->w * 9 / 10) {
                /* a grid of strokes, each there or not by where it is */
                const uint32_t cell = (x / 14 * 31 + y / 14 * 17) * 2654435761u;

                if (x % 14 < 10 && y % 14 < 10 && cell >> 31) *p = 235;
            }
        }
}

/* Of a map that leaves all of it in view, the only one that says "edited" is one
 * with something over a part. */
static void test_covered(void **state)
{
    static const char *const names[] = {"protected/IMG_0015.jpg",
                                        "protected/IMG_0007.jpg",
                                        "protected/door.jpg"};
    static const struct {
        const char *what;
        sitr_match_kind kind;
    } cases[] = {{"nothing", SITR_SAME_PICTURE},
                 {"noise", SITR_SAME_PICTURE},
                 {"dark", SITR_SAME_PICTURE},
                 {"bar", SITR_EDITED},
                 {"writing", SITR_EDITED}};

    (void)state;
    for (size_t n = 0; n < COUNT(names); n++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            gray g = read_gray(names[n]);
            sitr_signature *const kept = sign_gray(&g, SITR_SIGN_REGIONS);
            sitr_signature *found;
            sitr_match m;

            cover(&g, cases[i].what);
            found = sign_gray(&g, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
            assert_int_equal(sitr_match_pair(kept, found, NULL, &m), SITR_OK);
            print_message("%s, %s: %s, %u bits\n", names[n], cases[i].what,
                          sitr_match_kind_name(m.kind), m.distance);
            assert_int_equal(m.verdict, SITR_COPY);
            assert_int_equal(m.kind, cases[i].kind);
            sitr_signature_free(found);
            sitr_signature_free(kept);
            free(g.data);
        }
}

/* ---- Behind a frame -------------------------------------------------------- */

/* By hashes alone, turned in bars and borders; and with regions not where these
 * say that what is framed is another picture. */
static void test_framed(void **state)
{
    static const struct {
        uint32_t w, h;
        double to[6];
        sitr_turn turn;
    } cases[] = {
        {800, 900, {1, 0, 16, 0, 1, 200}, SITR_UPRIGHT},
        {1300, 512, {1, 0, 266, 0, 1, 0}, SITR_UPRIGHT},
        {1000, 800, {-1, 0, 884, 0, 1, 144}, SITR_MIRROR},
        {600, 900, {0, -1, 550, 1, 0, 60}, SITR_ROTATE_90},
    };
    const gray mine = read_gray("protected/IMG_0015.jpg");
    sitr_signature *const kept = sign_gray(&mine, 0);
    sitr_signature *const other =
        sign_file("protected/IMG_0007.jpg", SITR_SIGN_REGIONS);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        gray g = gray_new(cases[i].w, cases[i].h);
        sitr_signature *found;
        sitr_match m;
        double back[6];

        invert(cases[i].to, back);
        draw(&mine, &g, back);
        found = sign_gray(&g, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
        assert_int_equal(sitr_match_pair(kept, found, NULL, &m), SITR_OK);
        assert_int_equal(m.verdict, SITR_REVIEW);
        assert_int_equal(m.kind, SITR_CONTAINED);
        assert_int_equal(m.turn, cases[i].turn);
        assert_int_equal(m.keypoints, 0);
        assert_true(miss(&m, &mine, cases[i].to) < 0.01);
        /* another picture, of the same hash */
        assert_true(found->framed.box.width != 0);
        other->hashes[0] = kept->hashes[0];
        assert_int_equal(sitr_match_pair(other, found, NULL, &m), SITR_OK);
        assert_int_equal(m.verdict, SITR_NONE);
        const sitr_regions regions = other->regions;

        other->regions = (sitr_regions){0};
        assert_int_equal(sitr_match_pair(other, found, NULL, &m), SITR_OK);
        assert_int_equal(m.verdict, SITR_REVIEW);
        other->regions = regions;
        sitr_signature_free(found);
        free(g.data);
    }
    sitr_signature_free(kept);
    sitr_signature_free(other);
    free(mine.data);
}

/* ---- Scan and pair -------------------------------------------------------- */

static bool same(const sitr_match *a, const sitr_match *b)
{
    return !memcmp(a, b, sizeof *a);
}

static bool is_ordered(const sitr_match *a, const sitr_match *b)
{
    if (a->verdict != b->verdict) return a->verdict > b->verdict;
    if (a->false_positive_rate != b->false_positive_rate)
        return a->false_positive_rate < b->false_positive_rate;
    if (a->distance != b->distance) return a->distance < b->distance;
    return a->id <= b->id;
}

/* Of each protected picture a scan has first what the pair has. */
static size_t check_scan(const sitr_signature *const *mine, size_t n,
                         const sitr_signature *found,
                         const sitr_match_opts *opts)
{
    sitr_match all[100], few[3];
    uint64_t n_all, n_few;
    size_t n_pairs = 0;

    assert_int_equal(
        sitr_match_scan(mine, n, found, opts, all, COUNT(all), &n_all),
        SITR_OK);
    assert_true(n_all <= COUNT(all));
    for (size_t i = 0; i < n; i++) {
        sitr_match pair;
        size_t at = 0;

        assert_int_equal(sitr_match_pair(mine[i], found, opts, &pair), SITR_OK);
        while (at < n_all && all[at].id != i) at++;
        assert_int_equal(at < n_all, pair.verdict != SITR_NONE);
        n_pairs += pair.verdict != SITR_NONE;
        pair.id = i;
        if (at < n_all) assert_true(same(&pair, &all[at]));
    }
    for (size_t i = 1; i < n_all; i++)
        assert_true(is_ordered(&all[i - 1], &all[i]));
    assert_int_equal(sitr_match_scan(mine, n, found, opts, few, 3, &n_few),
                     SITR_OK);
    assert_int_equal(n_few, n_all);
    for (size_t i = 0; i < n_few && i < 3; i++)
        assert_true(same(&few[i], &all[i]));
    assert_true(n_all >= n_pairs);
    return (size_t)n_all;
}

/* ---- Filled in twice ------------------------------------------------------- */

/* Filled in otherwise, its hash is near and most of its regions agree: a reason to
 * look, and no copy; and nothing where copies alone are asked for, which a pair
 * had said was a review. */
static void test_form(void **state)
{
    const sitr_match_opts strict = {.struct_size = sizeof strict,
                                    .at_least = SITR_COPY};
    const gray mine = form(100, 7);
    sitr_signature *const kept = sign_gray(&mine, SITR_SIGN_REGIONS);

    (void)state;
    for (uint32_t words = 100; words < 160; words += 10) {
        const gray g = form(words, 9);
        sitr_signature *const found =
            sign_gray(&g, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
        sitr_match m;

        assert_int_equal(sitr_match_pair(kept, found, NULL, &m), SITR_OK);
        print_message("form %u: %s, %u bits, %u keypoints\n", words,
                      sitr_verdict_name(m.verdict), m.distance, m.keypoints);
        assert_true(m.distance <= 31);
        assert_int_equal(m.verdict, words == 100 ? SITR_COPY : SITR_REVIEW);
        assert_int_equal(sitr_match_pair(kept, found, &strict, &m), SITR_OK);
        assert_int_equal(m.verdict, words == 100 ? SITR_COPY : SITR_NONE);
        assert_int_equal(
            check_scan((const sitr_signature *[]){kept}, 1, found, &strict),
            words == 100);
        sitr_signature_free(found);
        free(g.data);
    }
    sitr_signature_free(kept);
    free(mine.data);
}

/* ---- Many ----------------------------------------------------------------- */

static void test_scan(void **state)
{
    static const char *const mine_names[] = {
        "protected/IMG_0007.jpg", "protected/IMG_0015.jpg",
        "protected/door.jpg",     "protected/portrait.jpg",
        "found/other 1421.jpg",   "found/other 1424.jpg"};
    static const char *const found_names[] = {
        "found/brighter.jpg", "found/contrast.jpg",    "found/cut off.jpg",
        "found/gray.jpg",     "found/other 1421.jpg",  "found/other 1432.jpg",
        "found/thumb.png",    "found/upside down.jpg", "found/phone.jpg"};
    const sitr_match_opts strict = {.struct_size = sizeof strict,
                                    .at_least = SITR_COPY};
    const sitr_signature *mine[COUNT(mine_names) + 2];
    const size_t n = COUNT(mine);
    size_t n_all = 0, n_copies = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(mine_names); i++)
        mine[i] = sign_file(mine_names[i], SITR_SIGN_REGIONS);
    /* one to search with, and one without regions */
    mine[n - 2] = sign_file(mine_names[0], SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    mine[n - 1] = sign_file(mine_names[1], 0);
    for (size_t i = 0; i < COUNT(found_names); i++)
        for (uint32_t flags = 0; flags < 4; flags++) {
            sitr_signature *found = sign_file(found_names[i], flags);
            const size_t all = check_scan(mine, n, found, NULL);
            const size_t copies = check_scan(mine, n, found, &strict);

            assert_true(copies <= all);
            n_all += all;
            n_copies += copies;
            sitr_signature_free(found);
        }
    print_message("%zu matches, %zu of them copies\n", n_all, n_copies);
    assert_true(n_copies > 20);
    for (size_t i = 0; i < n; i++)
        sitr_signature_free((sitr_signature *)(uintptr_t)mine[i]);
}

/* The same picture twice in a montage: the scan has both, at their places. */
static void test_montage(void **state)
{
    static const double to[2][6] = {{.6, 0, 20, 0, .6, 30},
                                    {.55, 0, 500, 0, .55, 380}};
    const gray mine = read_gray("protected/IMG_0015.jpg");
    gray g = gray_new(1000, 720);
    const sitr_signature *kept[2] = {
        sign_file("protected/portrait.jpg", SITR_SIGN_REGIONS),
        sign_gray(&mine, SITR_SIGN_REGIONS)};
    sitr_signature *found;
    sitr_match m[16];
    uint64_t n;
    uint32_t seen = 0;

    (void)state;
    for (int i = 0; i < 2; i++) {
        double back[6];

        invert(to[i], back);
        draw(&mine, &g, back);
    }
    found = sign_gray(&g, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    check_scan(kept, 2, found, NULL);
    assert_int_equal(sitr_match_scan(kept, 2, found, NULL, m, COUNT(m), &n),
                     SITR_OK);
    for (uint64_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < 2; k++)
            if (m[i].id == 1 && miss(&m[i], &mine, to[k]) < 0.03) {
                assert_int_equal(m[i].kind, SITR_CONTAINED);
                seen |= 1u << k;
            }
    assert_int_equal(seen, 3);
    sitr_signature_free(found);
    sitr_signature_free((sitr_signature *)(uintptr_t)kept[0]);
    sitr_signature_free((sitr_signature *)(uintptr_t)kept[1]);
    free(mine.data);
    free(g.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places), cmocka_unit_test(test_covered),
        cmocka_unit_test(test_framed), cmocka_unit_test(test_form),
        cmocka_unit_test(test_scan),   cmocka_unit_test(test_montage)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
