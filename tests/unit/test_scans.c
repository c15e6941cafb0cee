/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passing over scans: what libjpeg makes of the bytes that sitr_scans_next
 * leaves is what it makes of all, to the bit, at each scale, of any order of
 * scans, of cut and of damaged files. Then the same of sitr_decode, whose
 * planes are those of libjpeg's full decoding without block smoothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "codec/scans.h"
#include "passed_over.h"
#include "pictures.h"
#include "plane/plane.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define YCC(h, v)          \
 {                         \
  {h, v}, {1, 1}, { 1, 1 } \
 }

/* ---- Against libjpeg ------------------------------------------------------ */

/* Whether all bytes and those left make the same, without more warnings. An
 * error in what is passed over is not met, perhaps another one. Returns how many
 * scans that were. */
static uint32_t check_same(const char *name, size_t number, const bytes *b,
                           unsigned shrink, bool colour)
{
    outcome all = passed_over_decode(b, (jpeg_how){shrink, colour, false});
    outcome left = passed_over_decode(b, (jpeg_how){shrink, colour, true});
    const uint32_t n_passed = left.n_passed;

    if (all.error) {
        outcome_free(&all);
        outcome_free(&left);
        return n_passed;
    }
    if (left.error)
        fail_msg("%s, %zu, 1/%u: error %d", name, number, shrink, left.error);
    if (left.n_warnings > all.n_warnings)
        fail_msg("%s, %zu, 1/%u: %ld warnings, were %ld", name, number, shrink,
                 left.n_warnings, all.n_warnings);
    assert_int_equal(all.pixels.size, left.pixels.size);
    if (memcmp(all.pixels.data, left.pixels.data, all.pixels.size))
        fail_msg("%s, %zu, 1/%u: other pixels", name, number, shrink);
    outcome_free(&all);
    outcome_free(&left);
    return n_passed;
}

/* Whether an error is the same. */
static void check_error(const char *name, size_t number, const bytes *b)
{
    outcome all = passed_over_decode(b, (jpeg_how){8, false, false});
    outcome left = passed_over_decode(b, (jpeg_how){8, false, true});

    if (left.error != all.error)
        fail_msg("%s, %zu: error %d, was %d", name, number, left.error,
                 all.error);
    outcome_free(&all);
    outcome_free(&left);
}

static uint32_t check_scales(const char *name, size_t number, const bytes *b)
{
    uint32_t n_passed = 0;

    for (unsigned shrink = 1; shrink <= 8; shrink *= 2) {
        n_passed = check_same(name, number, b, shrink, false);
        check_same(name, number, b, shrink, true);
    }
    return n_passed;
}

/* ---- Scripts -------------------------------------------------------------- */

/* What encoders write, and what is allowed. */
static const struct {
    const char *name;
    uint32_t n_passed; /* at 1/8 */
    uint32_t n_chroma; /* at 1/2 and 1/4 */
    int n_scans;
    jpeg_scan scans[10];
} scripts[] = {
    {"libjpeg's",
     8,
     4,
     10,
     {{3, {0, 1, 2}, 0, 0, 0, 1},
      {1, {0}, 1, 5, 0, 2},
      {1, {2}, 1, 63, 0, 1},
      {1, {1}, 1, 63, 0, 1},
      {1, {0}, 6, 63, 0, 2},
      {1, {0}, 1, 63, 2, 1},
      {3, {0, 1, 2}, 0, 0, 1, 0},
      {1, {2}, 1, 63, 1, 0},
      {1, {1}, 1, 63, 1, 0},
      {1, {0}, 1, 63, 1, 0}}},
    {"DC apart",
     5,
     4,
     6,
     {{1, {0}, 0, 0, 0, 0},
      {1, {1}, 0, 0, 0, 0},
      {1, {2}, 0, 0, 0, 0},
      {1, {0}, 1, 63, 0, 0},
      {1, {1}, 1, 63, 0, 0},
      {1, {2}, 1, 63, 0, 0}}},
    {"chroma at once",
     4,
     2,
     5,
     {{1, {0}, 0, 0, 0, 0},
      {2, {1, 2}, 0, 0, 0, 0},
      {1, {0}, 1, 8, 0, 0},
      {1, {0}, 9, 63, 0, 0},
      {1, {1}, 1, 63, 0, 0}}},
    {"DC apart, refined at once",
     1,
     0,
     5,
     {{1, {2}, 0, 0, 0, 2},
      {1, {1}, 0, 0, 0, 2},
      {1, {0}, 0, 0, 0, 2},
      {1, {0}, 1, 63, 0, 0},
      {3, {0, 1, 2}, 0, 0, 2, 1}}},
    {"DC of luma last",
     1,
     1,
     4,
     {{1, {1}, 0, 0, 0, 0},
      {1, {1}, 1, 63, 0, 0},
      {2, {0, 2}, 0, 0, 0, 1},
      {2, {0, 2}, 0, 0, 1, 0}}},
    {"sequential",
     2,
     2,
     3,
     {{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}}},
    {"sequential, luma last",
     1,
     1,
     3,
     {{1, {2}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {0}, 0, 63, 0, 0}}},
    {"sequential, two at once",
     1,
     1,
     2,
     {{2, {0, 2}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}}},
};

static const struct {
    const char *name;
    uint32_t channels;
    bool known; /* what of the scripts above is passed over */
    jpeg_opts opts;
} forms[] = {
    {"4:4:4", 3, true, {0}},
    {"4:2:0", 3, true, {.sampling = YCC(2, 2)}},
    {"4:2:2", 3, true, {.sampling = YCC(2, 1)}},
    {"luma sampled less", 3, false, {.sampling = {{1, 1}, {2, 2}, {1, 1}}}},
    {"restarts", 3, true, {.sampling = YCC(2, 2), .restart = 2}},
    {"arithmetic", 3, true, {.sampling = YCC(2, 2), .arithmetic = true}},
    {"arithmetic, restarts", 3, true, {.arithmetic = true, .restart = 3}},
    {"RGB", 3, false, {.kind = JPEG_RGB}},
    {"YCCK", 4, false, {.kind = JPEG_YCCK, .sampling = YCC(2, 2)}},
    {"CMYK", 4, false, {0}},
    {"gray", 1, false, {0}},
    {"gray, arithmetic", 1, false, {.arithmetic = true}},
};

static bytes encode(uint32_t width, uint32_t height, size_t form,
                    const jpeg_scan *scans, int n_scans)
{
    raster r = raster_new(width, height, forms[form].channels, 60);
    jpeg_opts opts = forms[form].opts;

    opts.script = scans;
    opts.n_script = n_scans;
    const bytes b = jpeg_of(&r, &opts);

    raster_free(&r);
    return b;
}

static void known_scripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(scripts); i++)
        for (size_t k = 0; k < COUNT(forms); k++) {
            const char *name = scripts[i].name;

            if (forms[k].channels != 3) continue;
            bytes b = encode(67, 53, k, scripts[i].scans, scripts[i].n_scans);
            for (unsigned shrink = 1; shrink <= 8; shrink *= 2) {
                const uint32_t n = check_same(name, k, &b, shrink, false);

                check_same(name, k, &b, shrink, true);
                if (forms[k].known)
                    assert_int_equal(n, shrink == 8 ? scripts[i].n_passed
                                                    : scripts[i].n_chroma);
            }
            bytes_free(&b);
        }
}

/* What is known of each coefficient: the bits that are missing, -1 = all. */
typedef struct progress {
    int low[4][64];
} progress;

/* Adds that scan, first of its coefficients or refining them, where they are
 * all as far; what they lack after a first scan is `low`. */
static bool add_scan(progress *p, jpeg_scan *s, uint8_t low)
{
    const int known = p->low[s->component[0]][s->first];

    for (int i = 0; i < s->n_components; i++)
        for (int k = s->first; k <= s->last; k++)
            if (p->low[s->component[i]][k] != known) return false;
    if (!known || (s->first && p->low[s->component[0]][0] < 0)) return false;
    s->high = known < 0 ? 0 : (uint8_t)known;
    s->low = known < 0 ? low : (uint8_t)(known - 1);
    for (int i = 0; i < s->n_components; i++)
        for (int k = s->first; k <= s->last; k++)
            p->low[s->component[i]][k] = s->low;
    return true;
}

static jpeg_scan random_scan(uint32_t n_components, uint32_t *seed)
{
    jpeg_scan s = {0};
    const uint32_t set = 1 + noise(seed) % ((1u << n_components) - 1);

    if (noise(seed) % 3 == 0) {
        for (uint8_t i = 0; i < n_components; i++)
            if (set >> i & 1) s.component[s.n_components++] = i;
        return s;
    }
    s.n_components = 1;
    s.component[0] = (uint8_t)(noise(seed) % n_components);
    s.first = (uint8_t)(1 + noise(seed) % (noise(seed) % 2 ? 63 : 6));
    s.last = noise(seed) % 2
                 ? (uint8_t)(s.first + noise(seed) % (64u - s.first))
                 : s.first;
    return s;
}

/* Every component has DC, as libjpeg wants it. */
static int random_script(uint32_t n_components, uint32_t *seed,
                         jpeg_scan scans[JPEG_MAX_SCANS])
{
    const uint32_t n_tries = 5 + noise(seed) % 100;
    progress p;
    int n = 0;

    memset(&p, 0xff, sizeof p);
    for (uint32_t i = 0; i < n_tries && n < JPEG_MAX_SCANS - 4; i++) {
        scans[n] = random_scan(n_components, seed);
        n += add_scan(&p, &scans[n], (uint8_t)(noise(seed) % 3));
    }
    for (uint8_t i = 0; i < n_components; i++) {
        scans[n] = (jpeg_scan){.n_components = 1, .component = {i}};
        if (p.low[i][0] < 0) n += add_scan(&p, &scans[n], 0);
    }
    return n;
}

static void random_scripts(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (size_t i = 0; i < 40 * COUNT(forms); i++) {
        const size_t form = i % COUNT(forms);
        jpeg_scan scans[JPEG_MAX_SCANS];
        const int n = random_script(forms[form].channels, &seed, scans);
        bytes b = encode(16 + noise(&seed) % 40, 16 + noise(&seed) % 40, form,
                         scans, n);

        check_scales(forms[form].name, i, &b);
        bytes_free(&b);
    }
}

/* ---- Damage --------------------------------------------------------------- */

/* A file of each form by a script that has everything, or by a random one. */
static bytes some_file(size_t i, uint32_t *seed)
{
    const size_t form = i % COUNT(forms);
    const size_t script = i / COUNT(forms) % (2 * COUNT(scripts));
    jpeg_scan scans[JPEG_MAX_SCANS];

    if (script < COUNT(scripts) && forms[form].channels == 3)
        return encode(37, 41, form, scripts[script].scans,
                      scripts[script].n_scans);
    return encode(37, 41, form, scans,
                  random_script(forms[form].channels, seed, scans));
}

/* At every byte of some, where libjpeg gives up in a header or makes up what is
 * missing. */
static void cut(void **state)
{
    uint32_t seed = 2;

    (void)state;
    for (size_t form = 0; form < COUNT(forms); form++) {
        bytes b = some_file(form, &seed);

        for (size_t size = 3; size < b.size; size += 1 + form % 4 * 3) {
            bytes some = bytes_new(b.data, size);

            check_same(forms[form].name, size, &some, 8, false);
            if (size % 3 == 0)
                check_same(forms[form].name, size, &some, 2, false);
            bytes_free(&some);
        }
        bytes_free(&b);
    }
}

/* Bytes put in the place of others, half of them such as make markers. Not in
 * the frame's header, lest it be a picture of gigapixels. */
static void damage(bytes *b, uint32_t *seed)
{
    static const uint8_t likely[] = {0xff, 0xd0, 0xd7, 0xd9, 0xda, 0xc4,
                                     0xc2, 0xdb, 0xdd, 0xfe, 0xe1, 0x01,
                                     0xd8, 0xdc, 0x00, 0xf0, 0x02, 0x08};

    const size_t first = jpeg_data_at(b) - 8;

    for (uint32_t n = 1 + noise(seed) % 4; n > 0; n--) {
        const size_t at = first + noise(seed) % (b->size - first);

        if (noise(seed) % 2)
            b->data[at] = likely[noise(seed) % COUNT(likely)];
        else
            b->data[at] = (uint8_t)noise(seed);
        if (noise(seed) % 2) b->data[at - 1] = 0xff;
    }
}

static void damaged(void **state)
{
    uint32_t seed = 3;

    (void)state;
    for (size_t i = 0; i < 2 * COUNT(scripts) * COUNT(forms); i++) {
        bytes b = some_file(i, &seed);

        for (int k = 0; k < 20; k++) {
            bytes other = bytes_new(b.data, b.size);

            damage(&other, &seed);
            check_same(forms[i % COUNT(forms)].name, i, &other, 8, false);
            check_same(forms[i % COUNT(forms)].name, i, &other,
                       1u << noise(&seed) % 3, false);
            bytes_free(&other);
        }
        bytes_free(&b);
    }
}

#define MAX_PARTS 128

/* Where each scan begins with what stands before it, from the first on; the end
 * last. Returns how many scans there are. */
static size_t find_parts(const bytes *b, size_t at[MAX_PARTS + 1])
{
    sitr_bytes c = {.data = b->data, .size = b->size, .at = jpeg_data_at(b)};
    size_t n = 1;
    bool in_data = true;

    at[0] = c.at;
    for (uint8_t marker; (marker = sitr_next_marker(&c)) != 0xd9;) {
        assert_true(marker && n < MAX_PARTS);
        if (marker >= 0xd0 && marker <= 0xd7) continue;
        if (in_data) at[n++] = c.at - 2;
        in_data = marker == 0xda;
        c.at += (size_t)b->data[c.at] << 8 | b->data[c.at + 1];
    }
    at[n] = b->size - 2;
    return n;
}

/* The marker SOS of a part. */
static uint8_t *header_of(const bytes *b, size_t part)
{
    uint8_t *p = b->data + part;

    while (p[1] != 0xda) p += 2 + (p[2] << 8 | p[3]);
    return p;
}

/* Every value of every byte of a scan's header but the tables it names: what
 * libjpeg refuses there is not passed over, so that it still does. */
static void headers(void **state)
{
    static const struct {
        size_t form, script;
    } cases[] = {{0, 0}, {5, 0}, {1, 1}, {0, 2}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bytes b = encode(16, 16, cases[i].form, scripts[cases[i].script].scans,
                         scripts[cases[i].script].n_scans);
        size_t at[MAX_PARTS + 1];

        find_parts(&b, at);
        for (size_t k = 4096; k < 4 * 4096; k++) {
            bytes other = bytes_new(b.data, b.size);
            uint8_t *sos = header_of(&other, at[k / 4096]);
            const size_t place = 3 + k / 256 % 16, n = sos[4];

            if (place < 8 + 2 * n &&
                (place < 6 || place % 2 || place >= 5 + 2 * n)) {
                sos[place] = (uint8_t)k;
                check_same(scripts[cases[i].script].name, k, &other, 8, false);
                check_error(scripts[cases[i].script].name, k, &other);
            }
            bytes_free(&other);
        }
        bytes_free(&b);
    }
}

/* Components of one id are told apart by libjpeg's own rules, and are left to
 * these. */
static void ids_met_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(scripts); i++) {
        bytes b = encode(37, 41, 0, scripts[i].scans, scripts[i].n_scans);
        size_t at[MAX_PARTS + 1];
        const size_t n = find_parts(&b, at);
        uint8_t *p = b.data;

        while (p[0] != 0xff || (p[1] != 0xc0 && p[1] != 0xc2)) p++;
        p[13] = p[10];
        at[0] = 2;
        for (size_t k = 0; k < n; k++) {
            p = header_of(&b, at[k]);
            for (int c = 0; c < p[4]; c++)
                if (p[5 + 2 * c] == 2) p[5 + 2 * c] = 1;
        }
        check_scales(scripts[i].name, i, &b);
        bytes_free(&b);
    }
}

/* Scans left out, twice there and in any order, and tables changed in between:
 * which no encoder does, so that no coefficient is as it should be. */
static void shuffled(void **state)
{
    uint8_t dqt[69] = {0xff, 0xdb, 0, 67};
    uint32_t seed = 4;

    (void)state;
    for (size_t i = 0; i < 4 * COUNT(scripts) * COUNT(forms); i++) {
        bytes b = some_file(i, &seed);
        size_t at[MAX_PARTS + 1];
        const size_t n = find_parts(&b, at);
        bytes other = bytes_new(b.data, at[1]);

        for (size_t k = 0; k < 2 * n; k++) {
            const size_t part = noise(&seed) % n;

            if (noise(&seed) % 3 == 0) {
                dqt[4] = noise(&seed) % 2;
                for (int q = 0; q < 64; q++)
                    dqt[5 + q] = (uint8_t)(1 + noise(&seed) % 99);
                bytes_append(&other, dqt, sizeof dqt);
            }
            if (part)
                bytes_append(&other, b.data + at[part],
                             at[part + 1] - at[part]);
        }
        bytes_append(&other, "\xff\xd9", 2);
        check_scales(forms[i % COUNT(forms)].name, i, &other);
        bytes_free(&other);
        bytes_free(&b);
    }
}

/* ---- Through the library -------------------------------------------------- */

typedef struct signed_as {
    sitr_status status;
    bool damaged;
    bytes plane;
} signed_as;

static signed_as plane_of(const sitr_ctx *ctx, const bytes *b)
{
    sitr_budget budget;
    sitr_plane_builder builder;
    sitr_plane plane;
    signed_as out = {0};
    bool on_black;

    sitr_budget_init(&budget, ctx);
    sitr_plane_builder_init(&builder, &budget);
    sitr_decoding d = {.budget = &budget,
                       .data = b->data,
                       .size = b->size,
                       .sink = &builder.sink};

    out.status = sitr_decode(&d);
    out.damaged = d.damaged;
    if (!out.status) {
        sitr_plane_builder_finish(&builder, &plane, &on_black);
        for (uint32_t y = 0; y < plane.rows; y++)
            bytes_append(&out.plane, plane.data + y * plane.stride, plane.cols);
        sitr_plane_free(&budget, &plane);
    }
    sitr_plane_builder_free(&builder);
    return out;
}

static void check_plane(const char *name, const signed_as *a,
                        const bytes *pixels)
{
    if (a->status) fail_msg("%s: %s", name, sitr_status_text(a->status));
    assert_int_equal(a->plane.size, pixels->size);
    if (memcmp(a->plane.data, pixels->data, pixels->size))
        fail_msg("%s: other samples", name);
}

/* The plane of the whole is that of libjpeg's decoding of all of `same`. */
static void check_whole(const char *name, const sitr_ctx *ctx, const bytes *b,
                        const bytes *same, unsigned shrink, bool damaged)
{
    outcome o = passed_over_decode(same, (jpeg_how){shrink, false, false});
    signed_as s = plane_of(ctx, b);

    assert_int_equal(o.error, 0);
    check_plane(name, &s, &o.pixels);
    if (s.damaged != damaged) fail_msg("%s: damaged %d", name, s.damaged);
    bytes_free(&s.plane);
    outcome_free(&o);
}

static void planes(void **state)
{
    static const struct {
        uint32_t width, height;
        unsigned shrink;
        size_t form, script;
    } cases[] = {
        {67, 53, 1, 1, 0},     {640, 651, 2, 0, 0},   {651, 640, 2, 4, 1},
        {701, 643, 2, 3, 3},   {1277, 1285, 4, 1, 2}, {1291, 1283, 4, 5, 0},
        {2553, 2561, 8, 1, 0}, {2555, 2567, 8, 5, 4}, {2565, 2554, 8, 4, 1},
        {2561, 2553, 8, 2, 5},
    };
    sitr_ctx *ctx = ctx_with(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bytes b = encode(cases[i].width, cases[i].height, cases[i].form,
                         scripts[cases[i].script].scans,
                         scripts[cases[i].script].n_scans);

        check_whole(scripts[cases[i].script].name, ctx, &b, &b, cases[i].shrink,
                    false);
        bytes_free(&b);
    }
    sitr_ctx_free(ctx);
}

#define GRAY 10 /* of the forms */

/* A picture that becomes a plane at 1/8: DC, one scan of AC, more DC. */
static bytes gray_file(void)
{
    static const jpeg_scan scans[] = {
        {1, {0}, 0, 0, 0, 1}, {1, {0}, 1, 63, 0, 0}, {1, {0}, 0, 0, 1, 0}};

    return encode(2553, 2553, GRAY, scans, COUNT(scans));
}

/* Damage to what is passed over is nothing to the plane; that the data ends in
 * there is still said. */
static void damage_passed_over(void **state)
{
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    bytes b = gray_file();
    size_t at[MAX_PARTS + 1];

    (void)state;
    assert_int_equal(find_parts(&b, at), 3);
    bytes cut = bytes_new(b.data, (at[1] + at[2]) / 2);
    bytes first = bytes_new(b.data, at[1]);
    bytes bad = bytes_new(b.data, b.size);
    bytes unknown = bytes_new(b.data, at[2]);

    bytes_append(&first, "\xff\xd9", 2);
    check_whole("cut in AC", ctx, &cut, &first, 8, true);
    for (size_t i = (at[1] + at[2]) / 2; i < at[2]; i++)
        bad.data[i] = (uint8_t)(bad.data[i] % 0x7f);
    check_whole("damaged AC", ctx, &bad, &b, 8, false);
    /* of what libjpeg gives up at, what came before is signed */
    bytes_append(&unknown, "\xff\xf0", 2);
    bytes_append(&unknown, b.data + at[2], b.size - at[2]);
    check_whole("unknown marker", ctx, &unknown, &first, 8, true);
    bytes_free(&b);
    bytes_free(&bad);
    bytes_free(&cut);
    bytes_free(&first);
    bytes_free(&unknown);
    sitr_ctx_free(ctx);
}

/* Thousands of scans of AC, then one of DC or none: up to max_scans all count. */
static void thousands(void **state)
{
    enum { N = 5000 };
    static const uint32_t max_scans[] = {0, N + 1, N + 2, 100000};
    bytes b = gray_file(), many, first;
    size_t at[MAX_PARTS + 1];

    (void)state;
    find_parts(&b, at);
    many = bytes_new(b.data, at[1]);
    first = bytes_new(b.data, at[1]);
    bytes_append(&first, "\xff\xd9", 2);
    bytes_append(&many, b.data + at[1], at[2] - at[1]);
    for (int i = 1; i < N; i++) {
        const uint8_t sos[] = {0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0, 0};

        bytes_append(&many, sos, sizeof sos);
    }
    bytes no_more = bytes_new(many.data, many.size);

    bytes_append(&no_more, "\xff\xd9", 2);
    bytes_append(&many, b.data + at[2], b.size - at[2]);
    for (size_t i = 0; i < COUNT(max_scans); i++) {
        const sitr_limits limits = {.struct_size = sizeof limits,
                                    .max_scans = max_scans[i]};
        const bool all = max_scans[i] >= N + 2;
        tally t;

        tally_init(&t);
        sitr_ctx *ctx = ctx_with(&t, &limits);

        check_whole("thousands", ctx, &many, all ? &b : &first, 8, !all);
        check_whole("and no more", ctx, &no_more, &first, 8,
                    max_scans[i] < N + 1);
        sitr_ctx_free(ctx);
        assert_int_equal(t.alive, 0);
        assert_true(t.peak < 1 << 20);
    }
    bytes_free(&b);
    bytes_free(&many);
    bytes_free(&no_more);
    bytes_free(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_scripts),
        cmocka_unit_test(random_scripts),
        cmocka_unit_test(cut),
        cmocka_unit_test(damaged),
        cmocka_unit_test(headers),
        cmocka_unit_test(ids_met_twice),
        cmocka_unit_test(shuffled),
        cmocka_unit_test(planes),
        cmocka_unit_test(damage_passed_over),
        cmocka_unit_test(thousands),
    };

    return cmocka_run_group_tests_name("scans", tests, NULL, NULL);
}
