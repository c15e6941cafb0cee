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

#include "samples.h"
#include "signature/signature.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static sitr_ctx *ctx;

/* ---- Pictures ------------------------------------------------------------- */

static sitr_signature *sign_file(const char *name, uint32_t flags)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts, .flags = flags};
    sitr_signature *s;

    assert_int_equal(sitr_sign_file(ctx, sample_path(name), &opts, &s),
                     SITR_OK);
    return s;
}

/* Gray pixels, in lines that follow each other. */
typedef struct gray {
    uint32_t w, h;
    uint8_t *data;
} gray;

static gray gray_new(uint32_t w, uint32_t h)
{
    const gray g = {w, h, calloc(w, h)};

    assert_non_null(g.data);
    return g;
}

static gray read_gray(const char *name)
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

/* What is at u, v of `from` comes to x, y of `to`, by the inverse of a map. */
static void draw(const gray *from, gray *to, const double back[6])
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

static sitr_signature *sign_gray(const gray *g, uint32_t flags)
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

static void invert(const double to[6], double back[6])
{
    const double det = to[0] * to[4] - to[1] * to[3];

    back[0] = to[4] / det;
    back[1] = -to[1] / det;
    back[3] = -to[3] / det;
    back[4] = to[0] / det;
    back[2] = -(back[0] * to[2] + back[1] * to[5]);
    back[5] = -(back[3] * to[2] + back[4] * to[5]);
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

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
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

/* A form: its own words, and those of whoever filled it in; with a little noise. */
static gray form(uint32_t words, uint32_t noise)
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

/* ---- Little that agrees ----------------------------------------------------- */

/* What a region looks like, in that many bits otherwise than it did; at 128 like
 * nothing there. */
static void blur_region(sitr_signature *s, uint32_t i, uint32_t n_bits)
{
    static uint32_t seed = 5;
    bool is_flipped[256] = {false};

    for (uint32_t k = 0; k < n_bits; k++) {
        uint32_t bit = next(&seed) % 256;

        while (is_flipped[bit]) bit = (bit + 1) % 256;
        is_flipped[bit] = true;
        s->regions.descriptors[i].word[bit / 64] ^= UINT64_C(1) << bit % 64;
    }
}

/* Its hash that far from what it was. */
static void move_hash(sitr_signature *s, const sitr_hash *was, uint32_t n_bits)
{
    s->hashes[0] = *was;
    for (uint32_t k = 0; k < n_bits; k++)
        s->hashes[0].word[k % 4] ^= UINT64_C(1) << (k / 4 * 7 + k) % 64;
    assert_int_equal(sitr_hash_distance(was, &s->hashes[0]), n_bits);
}

static sitr_match match_of(const sitr_signature *mine,
                           const sitr_signature *found)
{
    sitr_match m;

    assert_int_equal(sitr_match_pair(mine, found, NULL, &m), SITR_OK);
    return m;
}

/* Of two screens of one layout a small part agrees, and all of it at its place: a
 * reason to look. A copy shows more. */
static void test_little_shown(void **state)
{
    sitr_signature *const mine =
        sign_file("protected/IMG_0015.jpg", SITR_SIGN_REGIONS);
    sitr_signature *const found = sign_file(
        "protected/IMG_0015.jpg", SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    const sitr_hash hash = mine->hashes[0];
    const uint32_t n = mine->regions.n_distinctive;
    bool was_little = false, is_enough = false;

    (void)state;
    assert_true(n > 150);
    move_hash(mine, &hash, 128);
    /* one after the other, of all over the picture, looks like nothing there */
    for (uint32_t left = mine->regions.n; left-- > 12;) {
        sitr_match m;

        blur_region(mine, left * 97 % mine->regions.n, 128);
        m = match_of(mine, found);
        if (m.verdict == SITR_COPY && m.keypoints * 4 >= n) is_enough = true;
        if (m.keypoints < 16 || m.keypoints > 18) continue;
        print_message("%u of %u: %s, %g\n", m.keypoints, n,
                      sitr_verdict_name(m.verdict),
                      (double)m.false_positive_rate);
        was_little = true;
        assert_int_equal(m.verdict, SITR_REVIEW);
    }
    assert_true(is_enough);
    assert_true(was_little);
    /* so few, and the hash of a copy, if no very near one */
    move_hash(mine, &hash, 28);
    assert_int_equal(match_of(mine, found).verdict, SITR_REVIEW);
    move_hash(mine, &hash, 24);
    assert_int_equal(match_of(mine, found).verdict, SITR_COPY);
    sitr_signature_free(mine);
    sitr_signature_free(found);
}

/* What was turned freely must show more than what lies straight: of a pattern some
 * agrees anywhere. */
static void test_turned_freely(void **state)
{
    static const double to[2][6] = {{1, 0, 200, 0, 1, 200},
                                    {0.87, -0.5, 300, 0.5, 0.87, 20}};
    const gray picture = read_gray("protected/IMG_0015.jpg");
    uint32_t least[2] = {UINT32_MAX, UINT32_MAX};

    (void)state;
    for (int i = 0; i < 2; i++) {
        sitr_signature *const mine = sign_gray(&picture, SITR_SIGN_REGIONS);
        gray g = gray_new(900, 900);
        sitr_signature *found;
        double back[6];

        invert(to[i], back);
        draw(&picture, &g, back);
        found = sign_gray(&g, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
        for (uint32_t left = mine->regions.n; left--;) {
            const sitr_match m = match_of(mine, found);

            if (m.keypoints && m.keypoints < least[i]) least[i] = m.keypoints;
            blur_region(mine, left * 97 % mine->regions.n, 128);
        }
        sitr_signature_free(mine);
        sitr_signature_free(found);
        free(g.data);
    }
    print_message("straight %u, turned freely %u\n", least[0], least[1]);
    assert_in_range(least[0], 4, 8);
    assert_in_range(least[1], 10, 20);
    free(picture.data);
}

/* Of a drawing most of the little that is distinctive, and most of all. */
static void test_drawing_in_part(void **state)
{
    sitr_signature *const mine =
        sign_file("protected/IMG_0015.jpg", SITR_SIGN_REGIONS);
    sitr_signature *const found = sign_file(
        "protected/IMG_0015.jpg", SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    const sitr_hash hash = mine->hashes[0];

    (void)state;
    mine->regions.n_distinctive = 50;
    move_hash(mine, &hash, 128);
    assert_int_equal(match_of(mine, found).verdict, SITR_COPY);
    for (uint32_t i = 0; i < 39; i++) blur_region(mine, i, 128);
    assert_int_equal(match_of(mine, found).verdict, SITR_REVIEW);
    sitr_signature_free(mine);
    sitr_signature_free(found);
}

/* Another picture in the same interface: what stands on flat ground is there
 * again, what is distinctive is not, and the hashes are near. A copy with most of
 * it covered has neither. */
static void test_interface_alone(void **state)
{
    sitr_signature *const mine =
        sign_file("protected/IMG_0015.jpg", SITR_SIGN_REGIONS);
    sitr_signature *const found = sign_file(
        "protected/IMG_0015.jpg", SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    const sitr_hash hash = mine->hashes[0];

    (void)state;
    assert_true(mine->regions.n_single > 180);
    mine->regions.n_distinctive = 100;
    for (uint32_t i = 0; i < 100; i++) blur_region(mine, i, i < 92 ? 128 : 40);
    move_hash(mine, &hash, 20);
    assert_int_equal(match_of(mine, found).verdict, SITR_REVIEW);
    move_hash(mine, &hash, 60);
    assert_int_equal(match_of(mine, found).verdict, SITR_NONE);
    for (uint32_t i = 100; i < mine->regions.n; i++) blur_region(mine, i, 128);
    assert_int_equal(match_of(mine, found).verdict, SITR_REVIEW);
    move_hash(mine, &hash, 20);
    assert_int_equal(match_of(mine, found).verdict, SITR_COPY);
    sitr_signature_free(mine);
    sitr_signature_free(found);
}

/* Where nothing is distinctive all of a form may be there again, and be other
 * letters: each then looks like those that were there, and no more. */
static void test_letters_alike(void **state)
{
    const gray g = form(100, 7);
    sitr_signature *const mine = sign_gray(&g, SITR_SIGN_REGIONS);
    sitr_signature *const found =
        sign_gray(&g, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    const sitr_hash hash = mine->hashes[0];

    (void)state;
    mine->regions.n_distinctive = 0;
    move_hash(mine, &hash, 12);
    assert_int_equal(match_of(mine, found).verdict, SITR_COPY);
    for (uint32_t i = 0; i < mine->regions.n; i++) blur_region(mine, i, 34);
    assert_int_equal(match_of(mine, found).verdict, SITR_REVIEW);
    sitr_signature_free(mine);
    sitr_signature_free(found);
    free(g.data);
}

/* What is weaker than asked for is no match, and says no more than how far the
 * hashes are: it had a false positive rate of 0, as if it were the surest. */
static void test_too_weak(void **state)
{
    const sitr_match_opts strict = {.struct_size = sizeof strict,
                                    .at_least = SITR_COPY};
    sitr_signature *found = sign_file("protected/IMG_0015.jpg",
                                      SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    bool met = false;

    (void)state;
    for (uint32_t n = 4; n <= 60 && !met; n++) {
        sitr_signature *mine =
            sign_file("protected/IMG_0015.jpg", SITR_SIGN_REGIONS);
        sitr_match weak, none;

        /* of another picture, but for these */
        for (int i = 0; i < 4; i++)
            mine->hashes[0].word[i] ^= UINT64_C(0xcccccccccccccccc);
        mine->regions.n = n;
        mine->regions.n_single = mine->regions.n_distinctive = n;
        assert_int_equal(sitr_match_pair(mine, found, NULL, &weak), SITR_OK);
        if (weak.verdict == SITR_REVIEW) {
            met = true;
            assert_int_equal(sitr_match_pair(mine, found, &strict, &none),
                             SITR_OK);
            assert_int_equal(none.verdict, SITR_NONE);
            assert_int_equal(none.kind, SITR_KIND_NONE);
            assert_int_equal(none.keypoints, 0);
            assert_int_equal(none.distance, weak.distance);
            assert_true(none.false_positive_rate > weak.false_positive_rate);
        }
        sitr_signature_free(mine);
    }
    print_message("a weak match was %s\n", met ? "seen" : "not seen");
    sitr_signature_free(found);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_places),
                                       cmocka_unit_test(test_covered),
                                       cmocka_unit_test(test_framed),
                                       cmocka_unit_test(test_form),
                                       cmocka_unit_test(test_scan),
                                       cmocka_unit_test(test_montage),
                                       cmocka_unit_test(test_little_shown),
                                       cmocka_unit_test(test_turned_freely),
                                       cmocka_unit_test(test_drawing_in_part),
                                       cmocka_unit_test(test_interface_alone),
                                       cmocka_unit_test(test_letters_alike),
                                       cmocka_unit_test(test_too_weak)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
