/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Luma read without libjpeg: the rows are libjpeg's, at all scales, of all forms
 * that encoders write, and where something is wrong there are none that libjpeg
 * would warn of. Each check also holds that the pictures which are to be read
 * this way are, lest all be left to libjpeg and nothing compared.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ctx.h"
#include "codec/codec.h"
#include "codec/scans.h"
#include "luma_rows.h"
#include "pictures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define YCC(h, v)          \
 {                         \
  {h, v}, {1, 1}, { 1, 1 } \
 }

/* With places and without, by all kernels; what came of it. */
static luma_rows check_at(const char *name, size_t number, const bytes *b,
                          luma_how how)
{
    luma_rows r[2];

    for (int i = 0; i < 2; i++) {
        how.places = i == 0;
        how.portable = i == 1;
        r[i] = luma_rows_compare(b, how);
        if (r[i].broken)
            fail_msg("%s, %zu, 1/%u: %s", name, number, how.shrink,
                     r[i].broken);
    }
    assert_int_equal(r[0].n, r[1].n);
    assert_int_equal(r[0].status, r[1].status);
    return r[1];
}

/* At all scales; what came at 1/8. */
static luma_rows check(const char *name, size_t number, const bytes *b,
                       luma_how how)
{
    for (how.shrink = 1; how.shrink < 8; how.shrink *= 2)
        check_at(name, number, b, how);
    return check_at(name, number, b, how);
}

/* A progressive picture is read at 1/8 alone. */
static void check_read(const char *name, size_t number, const bytes *b,
                       bool read)
{
    for (unsigned shrink = 1; shrink <= 8; shrink *= 2) {
        const luma_rows r =
            check_at(name, number, b, (luma_how){.shrink = shrink});
        const bool all = read && (shrink == 8 || !r.progressive);

        assert_true(r.has_header);
        assert_int_equal(r.error, 0);
        assert_int_equal(r.n_warnings, 0);
        if (r.taken != all || r.n != (all ? r.height : 0))
            fail_msg("%s, %zu, 1/%u: %u rows of %u", name, number, shrink, r.n,
                     r.height);
    }
}

/* ---- What encoders write -------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t channels;
    bool read;
    jpeg_opts opts;
} forms[] = {
    {"gray", 1, true, {0}},
    {"gray, 2x2", 1, true, {.sampling = {{2, 2}}}},
    {"gray, 1x3", 1, true, {.sampling = {{1, 3}}}},
    {"4:4:4", 3, true, {0}},
    {"4:2:0", 3, true, {.sampling = YCC(2, 2)}},
    {"4:2:2", 3, true, {.sampling = YCC(2, 1)}},
    {"4:4:0", 3, true, {.sampling = YCC(1, 2)}},
    {"4:1:1", 3, true, {.sampling = YCC(4, 1)}},
    {"4:1:0", 3, true, {.sampling = YCC(4, 2)}},
    {"3x1", 3, true, {.sampling = YCC(3, 1)}},
    {"each another", 3, true, {.sampling = {{2, 2}, {2, 1}, {1, 2}}}},
    {"4:2:2 of blocks 2x2, 1x2",
     3,
     true,
     {.sampling = {{2, 2}, {1, 2}, {1, 2}}}},
    {"luma sampled less", 3, false, {.sampling = {{1, 1}, {2, 2}, {1, 1}}}},
    {"luma sampled less across",
     3,
     false,
     {.sampling = {{1, 2}, {2, 1}, {1, 1}}}},
    {"RGB", 3, false, {.kind = JPEG_RGB}},
    {"CMYK", 4, false, {0}},
    {"YCCK", 4, false, {.kind = JPEG_YCCK, .sampling = YCC(2, 2)}},
    {"arithmetic", 3, false, {.arithmetic = true}},
    {"gray, arithmetic", 1, false, {.arithmetic = true}},
    {"one by one", 3, false, {.one_by_one = true}},
    {"one by one, 4:2:0",
     3,
     false,
     {.sampling = YCC(2, 2), .one_by_one = true}},
    {"progressive", 3, true, {.sampling = YCC(2, 2), .progressive = true}},
    {"gray, progressive", 1, true, {.progressive = true}},
    {"progressive, arithmetic",
     3,
     false,
     {.progressive = true, .arithmetic = true}},
};

/* Luma of blocks first_h wide in an MCU; of a scan of gray alone one. */
static uint32_t mcus_in_row(size_t form, uint32_t width)
{
    const uint32_t h = forms[form].opts.sampling[0][0];
    const uint32_t wide = forms[form].channels == 1 || !h ? 8 : 8 * h;

    return (width + wide - 1) / wide;
}

static void check_form(size_t form, uint32_t width, uint32_t height,
                       uint8_t grain)
{
    const uint32_t restarts[] = {0, 1, 2, 7, mcus_in_row(form, width) + 1};
    static const int qualities[] = {1, 30, 90, 100};
    raster r = raster_new(width, height, forms[form].channels, grain);

    for (size_t q = 0; q < COUNT(qualities); q++)
        for (size_t i = 0; i < COUNT(restarts); i++) {
            jpeg_opts opts = forms[form].opts;

            if (i && q % 2 == grain % 2) continue;
            opts.quality = qualities[q];
            opts.restart = restarts[i];
            bytes b = jpeg_of(&r, &opts);

            check_read(forms[form].name, restarts[i], &b, forms[form].read);
            bytes_free(&b);
        }
    raster_free(&r);
}

static void known_forms(void **state)
{
    static const uint32_t sizes[][2] = {{1, 1},     {7, 9},   {8, 8},
                                        {16, 16},   {17, 33}, {67, 53},
                                        {250, 130}, {1, 300}, {300, 1}};

    (void)state;
    for (size_t form = 0; form < COUNT(forms); form++)
        for (size_t i = 0; i < COUNT(sizes); i++) {
            check_form(form, sizes[i][0], sizes[i][1], 0);
            check_form(form, sizes[i][0], sizes[i][1], 61);
        }
}

/* ---- Scans ---------------------------------------------------------------- */

/* AC of luma, and of chroma: nothing to us, and in the way. */
#define AC(low) \
 {1, {0}, 1, 5, 0, low}, { 1, {0}, 6, 63, 0, low }
#define AC_CHROMA \
 {1, {2}, 1, 63, 0, 1}, { 1, {1}, 1, 63, 0, 1 }

static const struct {
    const char *name;
    bool read;
    int n_scans;
    jpeg_scan scans[16];
} scripts[] = {
    {"DC at once", true, 3, {{3, {0, 1, 2}, 0, 0, 0, 0}, AC(0)}},
    {"DC at once and no more", true, 1, {{3, {0, 1, 2}, 0, 0, 0, 0}}},
    {"refined at once",
     true,
     6,
     {{3, {0, 1, 2}, 0, 0, 0, 1},
      AC(2),
      AC_CHROMA,
      {3, {0, 1, 2}, 0, 0, 1, 0}}},
    {"refined at once, three times",
     true,
     8,
     {{3, {0, 1, 2}, 0, 0, 0, 3},
      {3, {0, 1, 2}, 0, 0, 3, 2},
      AC(0),
      {3, {0, 1, 2}, 0, 0, 2, 1},
      AC_CHROMA,
      {3, {0, 1, 2}, 0, 0, 1, 0}}},
    {"refined apart",
     true,
     8,
     {{3, {0, 1, 2}, 0, 0, 0, 1},
      {1, {1}, 0, 0, 1, 0},
      AC(1),
      {1, {0}, 0, 0, 1, 0},
      AC_CHROMA,
      {1, {2}, 0, 0, 1, 0}}},
    {"never refined", true, 3, {{3, {0, 1, 2}, 0, 0, 0, 2}, AC(0)}},
    {"not to the last bit",
     true,
     4,
     {{3, {0, 1, 2}, 0, 0, 0, 5}, {1, {0}, 0, 0, 5, 4}, AC(0)}},
    {"from the tenth bit",
     true,
     11,
     {{1, {0}, 0, 0, 0, 10},
      {1, {0}, 0, 0, 10, 9},
      {1, {0}, 0, 0, 9, 8},
      {1, {0}, 0, 0, 8, 7},
      {1, {0}, 0, 0, 7, 6},
      {1, {0}, 0, 0, 6, 5},
      {1, {0}, 0, 0, 5, 4},
      {1, {0}, 0, 0, 4, 3},
      {1, {0}, 0, 0, 3, 2},
      {1, {0}, 0, 0, 2, 1},
      {2, {1, 2}, 0, 0, 0, 0}}},
    {"apart",
     true,
     5,
     {{1, {0}, 0, 0, 0, 0}, {1, {1}, 0, 0, 0, 0}, {1, {2}, 0, 0, 0, 0}, AC(0)}},
    {"apart, refined at once",
     true,
     6,
     {{1, {0}, 0, 0, 0, 2},
      {1, {2}, 0, 0, 0, 2},
      {1, {1}, 0, 0, 0, 2},
      AC(0),
      {3, {0, 1, 2}, 0, 0, 2, 1}}},
    {"luma and one of chroma",
     true,
     6,
     {{2, {0, 2}, 0, 0, 0, 1},
      AC(1),
      {1, {1}, 0, 0, 0, 1},
      {2, {0, 1}, 0, 0, 1, 0},
      {1, {2}, 0, 0, 1, 0}}},
    {"chroma refined alone",
     true,
     5,
     {{3, {0, 1, 2}, 0, 0, 0, 1},
      {2, {1, 2}, 0, 0, 1, 0},
      {1, {0}, 0, 0, 1, 0},
      AC(0)}},
    {"chroma first",
     false,
     4,
     {{2, {1, 2}, 0, 0, 0, 0}, {1, {0}, 0, 0, 0, 0}, AC(0)}},
    {"chroma and its AC first",
     false,
     4,
     {{1, {1}, 0, 0, 0, 0},
      {1, {1}, 1, 63, 0, 0},
      {2, {0, 2}, 0, 0, 0, 1},
      {2, {0, 2}, 0, 0, 1, 0}}},
    {"sequential, one by one",
     false,
     3,
     {{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}}},
    {"sequential, two at once",
     false,
     2,
     {{2, {0, 2}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}}},
};

static bytes scripted(uint32_t width, uint32_t height, const jpeg_opts *form,
                      size_t script, uint32_t restart)
{
    raster r = raster_new(width, height, 3, 60);
    jpeg_opts opts = *form;

    opts.script = scripts[script].scans;
    opts.n_script = scripts[script].n_scans;
    opts.restart = restart;
    const bytes b = jpeg_of(&r, &opts);

    raster_free(&r);
    return b;
}

static void known_scripts(void **state)
{
    static const jpeg_opts samplings[] = {{0},
                                          {.sampling = YCC(2, 2)},
                                          {.sampling = YCC(2, 1)},
                                          {.sampling = YCC(1, 2)},
                                          {.sampling = YCC(4, 1)}};
    static const uint32_t restarts[] = {0, 1, 2, 7};
    static const uint32_t sizes[][2] = {{5, 3}, {67, 53}, {33, 120}};

    (void)state;
    for (size_t i = 0; i < COUNT(scripts); i++)
        for (size_t k = 0; k < COUNT(samplings) * COUNT(restarts); k++)
            for (size_t s = 0; s < COUNT(sizes); s++) {
                bytes b = scripted(sizes[s][0], sizes[s][1],
                                   &samplings[k / COUNT(restarts)], i,
                                   restarts[k % COUNT(restarts)]);

                check_read(scripts[i].name, k, &b, scripts[i].read);
                bytes_free(&b);
            }
}

/* Of a file: where the marker stands that ends the data of the scan whose
 * header ends before `at`. */
static size_t end_of_scan(const bytes *b, size_t at)
{
    sitr_bytes c = {.data = b->data, .size = b->size, .at = at};
    uint8_t marker;

    do marker = sitr_next_marker(&c);
    while (marker >= 0xd0 && marker <= 0xd7);
    assert_true(marker);
    return c.at - 2;
}

static bytes with(const bytes *b, size_t at, const void *data, size_t size)
{
    bytes out = bytes_new(b->data, at);

    bytes_append(&out, data, size);
    bytes_append(&out, b->data + at, b->size - at);
    return out;
}

/* What is put between the first scan and what follows, and whether that leaves
 * the picture one for us. Script 2, "refined at once". */
static void between_scans(void **state)
{
    static const struct {
        const char *name;
        bool read, warned;
        const char *data;
        size_t size;
    } cases[] = {
        {"nothing", true, false, "", 0},
        {"a comment", true, false, "\xff\xfe\0\3x", 5},
        {"an application's", true, false, "\xff\xe5\0\2", 4},
        {"fill bytes", false, false, "\xff", 1},
        {"more fill bytes", false, false, "\xff\xff\xff", 3},
        {"a stray byte", false, true, "x", 1},
        {"a stray byte after a comment", true, true, "\xff\xfe\0\2x", 5},
        {"a stray restart", true, false, "\xff\xd0", 2},
        {"an interval of none", false, true, "\xff\xdd\0\4\0\0", 6},
        {"another interval", false, true, "\xff\xdd\0\4\0\1", 6},
        {"arithmetic conditioning", false, false, "\xff\xcc\0\4\x10\5", 6},
        {"luma's quantization", true, false,
         "\xff\xdb\0\x43\0"
         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
         69},
        {"a second header", false, true,
         "\xff\xc2\0\x11\x08\0\x35\0\x43\3\1\x22\0\2\x11\1\3\x11\1", 19},
        {"the end", true, false, "\xff\xd9", 2},
        {"another beginning", false, true, "\xff\xd8", 2},
        {"a scan from the last to the first", false, true,
         "\xff\xda\0\x08\1\1\0\5\4\0", 10},
        {"a scan of two bits", false, true, "\xff\xda\0\x08\1\1\0\1\5\x31", 10},
        {"a scan of the 14th bit", false, true, "\xff\xda\0\x08\1\1\0\1\5\x0e",
         10},
        {"a scan of nothing", false, true, "\xff\xda\0\x08\1\4\0\1\5\0", 10},
        {"what nobody knows", false, true, "\xff\xf0\0\2", 4},
    };
    static const jpeg_opts form = {.sampling = YCC(2, 2)};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (uint32_t restart = 0; restart <= 2; restart += 2) {
            bytes b = scripted(67, 53, &form, 2, restart);
            bytes other = with(&b, end_of_scan(&b, jpeg_data_at(&b)),
                               cases[i].data, cases[i].size);
            const luma_rows r =
                check(cases[i].name, restart, &other, (luma_how){0});

            if (!r.taken || r.n != (cases[i].read ? r.height : 0))
                fail_msg("%s, %u: %u rows", cases[i].name, restart, r.n);
            if (!cases[i].warned && (r.error || r.n_warnings))
                fail_msg("%s, %u: libjpeg's %ld, %d", cases[i].name, restart,
                         r.n_warnings, r.error);
            bytes_free(&b);
            bytes_free(&other);
        }
}

/* A progressive picture without its end is left, and one of more scans than
 * may be looked at. */
static void ends(void **state)
{
    static const jpeg_opts form = {.sampling = YCC(2, 2)};
    const uint32_t n_scans = (uint32_t)scripts[2].n_scans;
    bytes b = scripted(67, 53, &form, 2, 0);
    bytes cut = bytes_new(b.data, b.size - 2);

    (void)state;
    assert_int_equal(check("no end", 0, &cut, (luma_how){0}).n, 0);
    for (uint32_t max = 1; max < n_scans + 3; max++) {
        const luma_rows r = check("max", max, &b, (luma_how){.max_scans = max});

        assert_int_equal(r.n, max < n_scans ? 0 : r.height);
    }
    bytes_free(&b);
    bytes_free(&cut);
}

/* Scans in any order, left out and there twice: refined before they are there,
 * or from a bit that is not known. */
static void shuffled(void **state)
{
    uint32_t seed = 4, n_read = 0, n_left = 0;

    (void)state;
    for (size_t i = 0; i < 60 * COUNT(scripts); i++) {
        const jpeg_opts form = {.sampling = YCC(1 + i % 2, 1 + i / 2 % 2)};
        bytes b = scripted(37, 41, &form, i % COUNT(scripts), i / 4 % 2 * 3);
        size_t at[20], n = 0;

        at[n] = end_of_scan(&b, jpeg_data_at(&b));
        while (b.data[at[n] + 1] != 0xd9) {
            size_t end = at[n];

            while (b.data[end + 1] != 0xda)
                end += 2 + ((size_t)b.data[end + 2] << 8 | b.data[end + 3]);
            at[++n] = end_of_scan(&b, end + 2);
        }
        bytes other = bytes_new(b.data, at[0]);

        for (size_t k = noise(&seed) % 6; n && k > 0; k--) {
            const size_t part = noise(&seed) % n;

            bytes_append(&other, b.data + at[part], at[part + 1] - at[part]);
        }
        bytes_append(&other, "\xff\xd9", 2);
        const luma_rows r =
            check(scripts[i % COUNT(scripts)].name, i, &other, (luma_how){0});

        n_read += r.n > 0;
        n_left += r.taken && !r.n;
        bytes_free(&other);
        bytes_free(&b);
    }
    print_message("shuffled: %u read, %u left\n", n_read, n_left);
    assert_true(n_read > 100 && n_left > 10);
}

/* ---- Damage --------------------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t channels;
    jpeg_opts opts;
} small[] = {
    {"gray, restarts", 1, {.quality = 70, .restart = 2}},
    {"gray, 1x3", 1, {.quality = 80, .sampling = {{1, 3}}}},
    {"4:2:0", 3, {.quality = 50, .sampling = YCC(2, 2)}},
    {"4:4:4, restarts", 3, {.quality = 30, .restart = 3}},
    {"progressive",
     3,
     {.quality = 50, .sampling = YCC(2, 2), .progressive = true}},
    {"gray, progressive, restarts",
     1,
     {.quality = 60, .progressive = true, .restart = 2}},
};

typedef struct counts {
    uint32_t n_all, n_some, n_none; /* of the pictures whose header was read */
} counts;

static void count(counts *c, const luma_rows *r)
{
    if (!r->has_header) return;
    if (r->n == r->height)
        c->n_all++;
    else if (r->n)
        c->n_some++;
    else
        c->n_none++;
}

static bytes small_file(size_t i)
{
    raster r = raster_new(26, 37, small[i].channels, 40);
    const bytes b = jpeg_of(&r, &small[i].opts);

    raster_free(&r);
    return b;
}

static void say(const char *what, size_t i, const counts *c)
{
    print_message("%s, %s: %u read, %u in part, %u left\n", small[i].name, what,
                  c->n_all, c->n_some, c->n_none);
    if (!small[i].opts.progressive) assert_true(c->n_some > 0);
    assert_true(c->n_all > 0 && c->n_none > 0);
}

static void cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(small); i++) {
        bytes b = small_file(i);
        counts c = {0};

        for (size_t size = 1; size <= b.size; size++) {
            const bytes some = {b.data, size};
            const luma_rows r =
                check(small[i].name, size, &some, (luma_how){0});

            count(&c, &r);
        }
        say("cut", i, &c);
        bytes_free(&b);
    }
}

/* Pictures of another size than they were may be of gigapixels. */
#define MAX_PIXELS 10000u

static void check_damaged(size_t i, size_t at, const bytes *b, counts *c)
{
    const luma_how how = {.places = at % 2, .max_pixels = MAX_PIXELS};
    const luma_rows r = luma_rows_compare(b, how);

    if (r.broken) fail_msg("%s, byte %zu: %s", small[i].name, at, r.broken);
    count(c, &r);
}

/* Each byte: of each bit the other, and such as make markers. */
static void damaged(void **state)
{
    static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xd0, 0xd1,
                                     0xd7, 0xd9, 0xda, 0xfe, 0xff};

    (void)state;
    for (size_t i = 0; i < COUNT(small); i++) {
        bytes b = small_file(i);
        counts c = {0};

        for (size_t at = 2; at < b.size; at++) {
            const uint8_t was = b.data[at];

            for (int bit = 0; bit < 8; bit++) {
                b.data[at] = was ^ (uint8_t)(1 << bit);
                check_damaged(i, at, &b, &c);
            }
            for (size_t k = 0; k < COUNT(values); k++) {
                b.data[at] = values[k];
                check_damaged(i, at, &b, &c);
            }
            b.data[at] = was;
        }
        say("damaged", i, &c);
        bytes_free(&b);
    }
}

/* Several at once, and bytes put in or taken out. */
static void much_damaged(void **state)
{
    uint32_t seed = 5;

    (void)state;
    for (size_t i = 0; i < COUNT(small); i++) {
        bytes b = small_file(i);
        const size_t first = jpeg_data_at(&b) - 14;
        counts c = {0};

        for (uint32_t n = 0; n < 3000; n++) {
            bytes other = bytes_new(b.data, b.size);

            for (uint32_t k = noise(&seed) % 3; k > 0; k--) {
                const size_t at = first + noise(&seed) % (b.size - first);

                other.data[at] = (uint8_t)noise(&seed);
                if (noise(&seed) % 3 == 0) other.data[at - 1] = 0xff;
            }
            const size_t at = first + noise(&seed) % (b.size - first);
            const uint8_t some[3] = {(uint8_t)noise(&seed), 0xff,
                                     (uint8_t)(0xd0 + noise(&seed) % 10)};
            bytes longer =
                with(&other, at, some + noise(&seed) % 3, noise(&seed) % 2);

            check_damaged(i, at, &longer, &c);
            bytes_free(&longer);
            bytes_free(&other);
        }
        say("much damaged", i, &c);
        bytes_free(&b);
    }
}

/* ---- By hand -------------------------------------------------------------- */

/* Codes that are read at sight: a DC difference of so many bits is that number
 * in 5 bits, an AC symbol itself, in 8 bits. So no code of DC is 11111 but 16
 * to 30 are none either, and 0xff is none of AC. */
typedef enum op { END, DC, AC, BITS, FLUSH, RAW } op;
typedef struct item {
    op op;
    int32_t value;  /* the difference, the symbol, bits, a byte */
    uint32_t n, ac; /* how many bits; the value of the symbol */
} item;

#define D(difference)  \
 {                     \
  DC, difference, 0, 0 \
 }
#define A(symbol)  \
 {                 \
  AC, symbol, 0, 0 \
 }
#define AV(symbol, v) \
 {                    \
  AC, symbol, 0, v    \
 }
#define B(n, bits) \
 {                 \
  BITS, bits, n, 0 \
 }
#define R(byte)   \
 {                \
  RAW, byte, 0, 0 \
 }
#define FILL     \
 {               \
  FLUSH, 0, 0, 0 \
 }
#define EOB          A(0)
#define ZRL          A(0xf0)
#define FOUR(...)    __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__
#define SIXTEEN(...) FOUR(FOUR_(__VA_ARGS__))
#define FOUR_(...)   __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__
#define SIXTY_THREE(...)                                                   \
 SIXTEEN(__VA_ARGS__), SIXTEEN(__VA_ARGS__), SIXTEEN(__VA_ARGS__),         \
     FOUR(__VA_ARGS__), FOUR(__VA_ARGS__), FOUR(__VA_ARGS__), __VA_ARGS__, \
     __VA_ARGS__, __VA_ARGS__
#define EOI_     FILL, R(0xff), R(0xd9)
#define PLAIN(x) D(x), EOB
#define ROW      PLAIN(5), PLAIN(6)

/* Of 2 x 2 blocks. */
typedef struct plan {
    uint8_t sof;          /* 0 = 0xc0 */
    bool colour;          /* three components, else one */
    bool wide_table;      /* of quantization: 16 bits */
    uint16_t quant;       /* 0 = 8, so that DC is a step of gray */
    uint8_t last;         /* of the scan's header; 0 = 63, or 0 of 0xc2 */
    uint8_t low;          /* the bit it ends with */
    uint8_t restart;      /* 0 = none, and not said */
    uint8_t dc_symbol;    /* a symbol more of DC, never used */
    uint8_t ac_counts;    /* of 8 bits; 0 = 255 */
    uint8_t n_tables;     /* DC and AC: 0 = both; 1 = DC alone */
    uint8_t table;        /* of DC and AC, 0 .. 3 */
    uint8_t side;         /* pixels; 0 = 16 */
    uint8_t chroma_quant; /* the number of chroma's table, which is not there */
} plan;

typedef struct writer {
    bytes b;
    uint64_t bits;
    uint32_t n;
} writer;

static void put_byte(writer *w, uint32_t byte)
{
    const uint8_t one = (uint8_t)byte;

    bytes_append(&w->b, &one, 1);
}

static void put_bits(writer *w, uint32_t value, uint32_t n)
{
    w->bits = w->bits << n | value;
    w->n += n;
    for (; w->n >= 8; w->n -= 8) {
        const uint8_t byte = (uint8_t)(w->bits >> (w->n - 8));

        put_byte(w, byte);
        if (byte == 0xff) put_byte(w, 0);
    }
}

static void put_item(writer *w, const item *i)
{
    uint32_t size = 0;

    switch (i->op) {
    case DC:
        while (abs(i->value) >> size) size++;
        put_bits(w, size, 5);
        put_bits(
            w, (uint32_t)(i->value < 0 ? i->value + (1 << size) - 1 : i->value),
            size);
        break;
    case AC:
        put_bits(w, (uint32_t)i->value, 8);
        put_bits(w, i->ac, (uint32_t)i->value & 15);
        break;
    case BITS:
        put_bits(w, (uint32_t)i->value, i->n);
        break;
    case FLUSH:
        if (w->n) put_bits(w, (1u << (8 - w->n)) - 1, 8 - w->n);
        break;
    default:
        put_byte(w, (uint32_t)i->value);
        break;
    }
}

static void put_quantization(writer *w, const plan *p)
{
    const uint16_t quant = p->quant ? p->quant : 8;
    const uint8_t head[] = {0xff, 0xdb, 0, p->wide_table ? 131 : 67,
                            p->wide_table ? 0x10 : 0};

    bytes_append(&w->b, head, sizeof head);
    for (int i = 0; i < 64; i++) {
        if (p->wide_table) put_byte(w, quant >> 8);
        put_byte(w, quant);
    }
}

static void put_frame(writer *w, const plan *p)
{
    const uint8_t n = p->colour ? 3 : 1, side = p->side ? p->side : 16;
    const uint8_t head[] = {0xff, p->sof ? p->sof : 0xc0,
                            0,    (uint8_t)(8 + 3 * n),
                            8,    0,
                            side, 0,
                            side, n};

    bytes_append(&w->b, head, sizeof head);
    for (uint8_t i = 1; i <= n; i++) {
        const uint8_t component[] = {i, 0x11, i > 1 ? p->chroma_quant : 0};

        bytes_append(&w->b, component, sizeof component);
    }
}

static void put_tables(writer *w, const plan *p)
{
    const uint8_t n_dc = p->dc_symbol ? 17 : 16;
    const uint8_t n_ac = p->ac_counts ? p->ac_counts : 255;
    const uint8_t dc[] = {0xff, 0xc4, 0, (uint8_t)(19 + n_dc), p->table};
    const uint8_t ac[] = {0xff, 0xc4, (uint8_t)((19 + n_ac) >> 8),
                          (uint8_t)(19 + n_ac), 0x10 | p->table};

    bytes_append(&w->b, dc, sizeof dc);
    for (int i = 1; i <= 16; i++) put_byte(w, i == 5 ? n_dc : 0);
    for (uint8_t i = 0; i < n_dc; i++) put_byte(w, i < 16 ? i : p->dc_symbol);
    if (p->n_tables == 1) return;
    bytes_append(&w->b, ac, sizeof ac);
    for (int i = 1; i <= 16; i++) put_byte(w, i == 8 ? n_ac : 0);
    for (uint8_t i = 0; i < n_ac; i++) put_byte(w, i);
}

static void put_scan_header(writer *w, const plan *p)
{
    const uint8_t n = p->colour ? 3 : 1;
    const uint8_t head[] = {0xff, 0xda, 0, (uint8_t)(6 + 2 * n), n};
    const uint8_t last = p->last ? p->last : p->sof == 0xc2 ? 0 : 63;
    const uint8_t end[] = {0, last, p->low};

    bytes_append(&w->b, head, sizeof head);
    for (uint8_t i = 1; i <= n; i++) {
        put_byte(w, i);
        put_byte(w, p->table * 0x11u);
    }
    bytes_append(&w->b, end, sizeof end);
}

static bytes by_hand(const plan *p, const item *items)
{
    const uint8_t dri[] = {0xff, 0xdd, 0, 4, 0, p->restart};
    writer w = {0};

    bytes_append(&w.b, "\xff\xd8", 2);
    put_quantization(&w, p);
    put_frame(&w, p);
    put_tables(&w, p);
    if (p->restart) bytes_append(&w.b, dri, sizeof dri);
    put_scan_header(&w, p);
    for (; items->op != END; items++) put_item(&w, items);
    return w.b;
}

/* How many rows of two are read, and whether libjpeg has an error or a warning
 * before it has both. */
static const struct {
    const char *name;
    uint32_t n;
    bool wrong;
    plan plan;
    item items[80];
} oddities[] = {
    {"plain", 2, false, {0}, {ROW, ROW, EOI_}},
    {"extended", 2, false, {.sof = 0xc1, .table = 3}, {ROW, ROW, EOI_}},
    {"baseline, table 3", 2, false, {.table = 3}, {ROW, ROW, EOI_}},
    {"no end", 1, false, {0}, {ROW, ROW, FILL}},
    {"bits of zero at the end", 1, false, {0}, {ROW, ROW, B(7, 0), EOI_}},
    {"half a marker at the end", 1, false, {0}, {ROW, ROW, FILL, R(0xff)}},
    {"a restart at the end",
     2,
     false,
     {.restart = 2},
     {ROW, FILL, R(0xff), R(0xd0), ROW, FILL, R(0xff), R(0xd1), EOI_}},
    {"bytes before the end", 1, false, {0}, {ROW, ROW, FILL, R(1), R(2), EOI_}},
    {"no data", 0, true, {0}, {EOI_}},
    {"nothing", 0, true, {0}, {{END, 0, 0, 0}}},
    {"one row", 1, true, {0}, {ROW, EOI_}},
    {"one row, no end", 1, true, {0}, {ROW, FILL}},
    {"half a row more", 1, true, {0}, {ROW, PLAIN(1), EOI_}},
    {"a code cut", 1, true, {0}, {ROW, D(0), EOB, D(0), B(3, 0), FILL}},

    /* 8 bits each, so that they make the byte 0xff */
    {"stuffed",
     2,
     false,
     {0},
     {D(5), AV(8, 0xff), EOB, PLAIN(4), D(5), AV(8, 0xff), EOB, PLAIN(4),
      EOI_}},
    {"stuffed, many",
     2,
     false,
     {0},
     {D(5), FOUR(AV(8, 0xff)), FOUR(AV(0x1f, 0x7fff)), EOB, PLAIN(4), D(5),
      SIXTEEN(AV(8, 0xff)), EOB, PLAIN(4), EOI_}},
    {"0xff, 0xff, 0 in the data",
     1,
     false,
     {0},
     {ROW, D(5), A(0), D(5), B(8, 8), R(0xff), R(0xff), R(0), EOB, EOI_}},
    {"stuffed behind the end",
     1,
     false,
     {0},
     {ROW, ROW, FILL, R(0xff), R(0), EOI_}},

    {"restarts",
     2,
     false,
     {.restart = 2},
     {ROW, FILL, R(0xff), R(0xd0), ROW, EOI_}},
    {"restarts, each",
     2,
     false,
     {.restart = 1},
     {PLAIN(5), FILL, R(0xff), R(0xd0), PLAIN(5), FILL, R(0xff), R(0xd1),
      PLAIN(5), FILL, R(0xff), R(0xd2), PLAIN(5), EOI_}},
    {"restarts after a byte's last bit",
     2,
     false,
     {.restart = 2},
     {D(5), EOB, D(5), EOB, FILL, R(0xff), R(0xd0), ROW, EOI_}},
    {"restart with zeros before it",
     2,
     false,
     {.restart = 2},
     {PLAIN(5), PLAIN(0), B(3, 0), R(0xff), R(0xd0), ROW, EOI_}},
    {"restart in a row",
     1,
     false,
     {.restart = 3},
     {ROW, PLAIN(5), FILL, R(0x55), R(0xff), R(0xd0), PLAIN(5), EOI_}},
    {"fill bytes before a restart",
     1,
     false,
     {.restart = 2},
     {ROW, FILL, R(0xff), R(0xff), R(0xff), R(0xd0), ROW, EOI_}},
    {"a byte before a restart",
     1,
     false,
     {.restart = 2},
     {ROW, FILL, R(0x55), R(0xff), R(0xd0), ROW, EOI_}},
    {"the next restart",
     1,
     true,
     {.restart = 2},
     {ROW, FILL, R(0xff), R(0xd1), ROW, EOI_}},
    {"the restart before",
     1,
     true,
     {.restart = 2},
     {ROW, FILL, R(0xff), R(0xd7), ROW, EOI_}},
    {"no restart", 1, true, {.restart = 2}, {ROW, ROW, EOI_}},
    {"no restart, and the end", 1, true, {.restart = 2}, {ROW, EOI_}},
    {"a restart too early",
     0,
     true,
     {.restart = 2},
     {PLAIN(5), FILL, R(0xff), R(0xd0), ROW, EOI_}},
    {"a restart not announced",
     1,
     true,
     {0},
     {ROW, FILL, R(0xff), R(0xd0), ROW, EOI_}},

    {"64 coefficients",
     2,
     false,
     {0},
     {ROW, D(5), SIXTY_THREE(A(1)), PLAIN(-3), EOI_}},
    {"64 coefficients, then zeros",
     1,
     false,
     {0},
     {ROW, D(5), SIXTY_THREE(A(1)), EOB, PLAIN(-3), B(7, 0x7f), B(5, 31),
      EOI_}},
    {"zeros, then a coefficient",
     2,
     false,
     {0},
     {ROW, D(5), ZRL, ZRL, ZRL, A(0xe1), PLAIN(-3), EOI_}},
    {"zeros, then the end",
     2,
     false,
     {0},
     {ROW, D(5), ZRL, ZRL, ZRL, EOB, PLAIN(-3), EOI_}},
    {"zeros to beyond the 64th",
     1,
     false,
     {0},
     {ROW, D(5), ZRL, ZRL, ZRL, ZRL, PLAIN(-3), EOI_}},
    {"a coefficient beyond the 64th",
     1,
     false,
     {0},
     {ROW, D(5), FOUR(AV(0xf1, 1)), PLAIN(-3), EOI_}},
    {"one just beyond",
     1,
     false,
     {0},
     {ROW, D(5), ZRL, ZRL, ZRL, A(0xf1), PLAIN(-3), EOI_}},
    {"far beyond",
     1,
     false,
     {0},
     {ROW, D(5), SIXTEEN(A(0x31)), PLAIN(-3), EOI_}},
    {"an end of several blocks",
     2,
     false,
     {0},
     {ROW, D(5), A(0x20), PLAIN(3), EOI_}},
    {"15 bits",
     2,
     false,
     {0},
     {D(0), SIXTEEN(AV(15, 0x2aaa)), EOB, PLAIN(1), ROW, EOI_}},
    {"no code of AC",
     1,
     true,
     {0},
     {ROW, D(5), B(8, 0xff), FOUR(B(8, 0xff)), FOUR(B(8, 0xff)), EOI_}},
    {"no code of DC", 1, true, {0}, {ROW, B(5, 31), FOUR(B(8, 0xff)), EOI_}},

    {"white and black",
     2,
     false,
     {0},
     {D(511), EOB, D(-1023), EOB, D(1023), EOB, D(-1023), EOB, EOI_}},
    {"too white", 1, false, {0}, {ROW, D(501), EOB, PLAIN(0), EOI_}},
    {"too black", 1, false, {0}, {ROW, D(-524), EOB, PLAIN(0), EOI_}},
    {"beyond 16 bits",
     1,
     false,
     {0},
     {ROW, D(32767), EOB, D(32767), EOB, EOI_}},
    {"to 16 bits of chroma",
     2,
     false,
     {.colour = true},
     {PLAIN(1), PLAIN(32767), PLAIN(-32767), PLAIN(1), PLAIN(0), PLAIN(-1),
      PLAIN(1), FOUR(PLAIN(0)), PLAIN(1), EOI_}},
    {"beyond 16 bits of chroma",
     2,
     false,
     {.colour = true},
     {PLAIN(1), PLAIN(32767), PLAIN(-32767), PLAIN(1), PLAIN(0), PLAIN(-1),
      PLAIN(1), PLAIN(1), PLAIN(0), PLAIN(1), PLAIN(0), PLAIN(0), EOI_}},
    {"quantized by 0", 2, false, {.wide_table = true}, {ROW, ROW, EOI_}},
    {"quantized by 255",
     2,
     false,
     {.quant = 255},
     {PLAIN(1), PLAIN(-1), PLAIN(2), PLAIN(-15), EOI_}},
    {"quantized by 256",
     2,
     false,
     {.quant = 256, .wide_table = true},
     {PLAIN(1), PLAIN(-2), PLAIN(5), PLAIN(-15), EOI_}},
    {"quantized by 32767",
     2,
     false,
     {.quant = 32767, .wide_table = true},
     {PLAIN(0), PLAIN(0), PLAIN(0), PLAIN(0), EOI_}},
    {"quantized by 32767, too white",
     1,
     false,
     {.quant = 32767, .wide_table = true},
     {PLAIN(0), PLAIN(0), PLAIN(1), PLAIN(0), EOI_}},
    {"quantized by 32768",
     0,
     false,
     {.quant = 32768, .wide_table = true},
     {PLAIN(0), PLAIN(0), PLAIN(0), PLAIN(0), EOI_}},
    {"quantized by 65535",
     0,
     false,
     {.quant = 65535, .wide_table = true},
     {ROW, ROW, EOI_}},

    {"a difference of 16 bits, unused",
     0,
     true,
     {.dc_symbol = 16},
     {ROW, ROW, EOI_}},
    {"a difference of 255 bits, unused",
     0,
     true,
     {.dc_symbol = 255},
     {ROW, ROW, EOI_}},
    {"a symbol twice", 2, false, {.dc_symbol = 15}, {ROW, ROW, EOI_}},
    {"no table of AC", 0, true, {.n_tables = 1}, {ROW, ROW, EOI_}},
    {"few codes of AC", 2, false, {.ac_counts = 1}, {ROW, ROW, EOI_}},
    {"no quantization of chroma",
     0,
     true,
     {.colour = true, .chroma_quant = 1},
     {ROW, ROW, ROW, ROW, ROW, ROW, EOI_}},
    {"colour",
     2,
     false,
     {.colour = true},
     {ROW, ROW, ROW, ROW, ROW, ROW, EOI_}},
    {"62 coefficients", 0, true, {.last = 62}, {ROW, ROW, EOI_}},
    {"a bit less", 0, true, {.low = 1}, {ROW, ROW, EOI_}},

    {"progressive", 2, false, {.sof = 0xc2}, {D(5), D(6), D(7), D(8), EOI_}},
    {"progressive, to the third bit",
     2,
     false,
     {.sof = 0xc2, .low = 3},
     {D(5), D(6), D(7), D(-8), EOI_}},
    {"progressive, no end",
     0,
     false,
     {.sof = 0xc2},
     {D(5), D(6), D(7), D(8), FILL}},
    {"progressive, a byte before the end",
     0,
     false,
     {.sof = 0xc2},
     {D(5), D(6), D(7), D(8), FILL, R(0x55), EOI_}},
    {"progressive, fill bytes before the end",
     0,
     false,
     {.sof = 0xc2},
     {D(5), D(6), D(7), D(8), FILL, R(0xff), EOI_}},
    {"progressive, too white",
     0,
     false,
     {.sof = 0xc2},
     {D(5), D(6), D(512), D(-500), EOI_}},
    {"progressive, beyond 16 bits",
     0,
     false,
     {.sof = 0xc2, .low = 13},
     {D(0), D(0), D(3), D(1), EOI_}},
    {"progressive, one row", 0, true, {.sof = 0xc2}, {D(5), D(6), EOI_}},
    {"progressive, no code",
     0,
     true,
     {.sof = 0xc2},
     {D(5), D(6), D(5), B(5, 31), FOUR(B(8, 0xff)), EOI_}},
    {"progressive, of 16 bits",
     0,
     true,
     {.sof = 0xc2, .dc_symbol = 16},
     {D(5), D(6), D(7), D(8), EOI_}},
    {"progressive, no quantization of chroma",
     0,
     true,
     {.sof = 0xc2, .colour = true, .chroma_quant = 1},
     {FOUR(D(1)), FOUR(D(1)), FOUR(D(1)), EOI_}},
    /* in it lies a bit, if it were one that refines */
    {"progressive, one block, twice",
     0,
     false,
     {.sof = 0xc2, .side = 8},
     {D(5), FILL, R(0xff), R(0xda), R(0), R(8), R(1), R(1), FOUR(R(0)), D(-1),
      EOI_}},
    {"progressive, restarts",
     2,
     false,
     {.sof = 0xc2, .restart = 3},
     {D(5), D(6), D(7), FILL, R(0xff), R(0xd0), D(8), EOI_}},
    {"progressive, the next restart",
     0,
     true,
     {.sof = 0xc2, .restart = 3},
     {D(5), D(6), D(7), FILL, R(0xff), R(0xd1), D(8), EOI_}},
};

static void known_oddities(void **state)
{
    uint32_t n_other = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(oddities); i++) {
        bytes b = by_hand(&oddities[i].plan, oddities[i].items);
        const luma_rows r = check(oddities[i].name, i, &b, (luma_how){0});
        const bool wrong = r.error || r.n_warnings;

        assert_true(r.has_header);
        if (r.n != oddities[i].n || wrong != oddities[i].wrong) {
            print_error("%s: %u rows; libjpeg's %ld, %d\n", oddities[i].name,
                        r.n, r.n_warnings, r.error);
            n_other++;
        }
        bytes_free(&b);
    }
    assert_int_equal(n_other, 0);
}

/* Counts of codes by their lengths, put in the place of 16 of 5 bits, or of 255
 * of 8; and whether libjpeg takes them for a code. */
static void tables(void **state)
{
    static const struct {
        const char *name;
        bool of_ac, taken;
        uint8_t counts[17];
    } cases[] = {
        {"DC as it is", false, true, {[5] = 16}},
        {"DC, ones alone", false, false, {[4] = 16}},
        {"DC, overfull", false, false, {[3] = 16}},
        {"DC, overfull early", false, false, {[1] = 1, [2] = 3, [5] = 12}},
        {"DC, no room left",
         false,
         false,
         {[1] = 1, [2] = 1, [3] = 2, [9] = 12}},
        {"DC, deep", false, true, {[16] = 16}},
        {"DC, full",
         false,
         true,
         {[1] = 1, [2] = 1, [3] = 1, [4] = 1, [9] = 12}},
        {"AC as it is", true, true, {[8] = 255}},
        {"AC, overfull", true, false, {[7] = 255}},
        {"AC, ones alone", true, false, {[1] = 2, [8] = 253}},
        {"AC, deep", true, true, {[16] = 255}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        static const plan p = {0};
        static const item items[] = {ROW, ROW, EOI_, {END, 0, 0, 0}};
        bytes b = by_hand(&p, items);
        uint8_t *at = b.data + 2;

        while (at[1] != 0xc4 || (at[4] >> 4 == 1) != cases[i].of_ac)
            at += 2 + ((uint32_t)at[2] << 8 | at[3]);
        memcpy(at + 5, cases[i].counts + 1, 16);
        const luma_rows r = check(cases[i].name, i, &b, (luma_how){0});

        if (!r.has_header || r.taken != cases[i].taken)
            fail_msg("%s: %d", cases[i].name, r.taken);
        if (r.taken == (r.error != 0))
            fail_msg("%s: libjpeg's %d", cases[i].name, r.error);
        bytes_free(&b);
    }
}

/* ---- Memory --------------------------------------------------------------- */

/* Each request in its turn gets none. */
static void without_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(small); i++) {
        bytes b = small_file(i);
        size_t fail_at = 1;

        for (;; fail_at++) {
            const luma_rows r = check(small[i].name, fail_at, &b,
                                      (luma_how){.fail_at = fail_at});

            if (!r.status) {
                assert_int_equal(r.n, r.height);
                break;
            }
            assert_int_equal(r.status, SITR_ENOMEM);
            assert_false(r.taken);
        }
        assert_int_equal(fail_at, small[i].opts.progressive ? 4 : 3);
        bytes_free(&b);
    }
}

/* ---- Through the library -------------------------------------------------- */

/* Rows as libjpeg alone has them, each once, and whether the picture is said to
 * be damaged. Where it ends early, those that are made up need not come. */
static void check_whole(const char *name, size_t number, const bytes *b,
                        unsigned shrink, bool damaged)
{
    libjpeg_rows l = libjpeg_rows_of(b, shrink, 0);

    for (int places = 0; places < 2; places++) {
        sitr_ctx *ctx = ctx_with(NULL, NULL);
        kept_rows kept;
        sitr_budget budget;

        sitr_budget_init(&budget, ctx);
        kept_rows_init(&kept, places);
        sitr_decoding d = {.budget = &budget,
                           .data = b->data,
                           .size = b->size,
                           .sink = &kept.sink};
        const sitr_status status = sitr_decode(&d);

        if (status)
            fail_msg("%s, %zu: %s", name, number, sitr_status_text(status));
        if (d.damaged != damaged)
            fail_msg("%s, %zu: damaged %d", name, number, d.damaged);
        assert_int_equal(kept.width, l.width);
        assert_int_equal(kept.height, l.height);
        assert_true(kept.n == kept.height || damaged);
        assert_true(kept.n >= l.n_sound);
        if (memcmp(kept.rows, l.rows.data, (size_t)kept.n * kept.width))
            fail_msg("%s, %zu: other samples", name, number);
        kept_rows_free(&kept);
        sitr_ctx_free(ctx);
    }
    bytes_free(&l.rows);
}

/* A picture that becomes a plane at that scale. */
static bytes large_file(size_t i, unsigned shrink)
{
    static const jpeg_opts opts[] = {
        {.quality = 60, .sampling = YCC(2, 2)},
        {.quality = 60, .sampling = YCC(2, 2), .restart = 50},
        {.quality = 60, .restart = 7},
        {.quality = 60, .sampling = YCC(2, 2), .progressive = true},
        /* libjpeg decodes three rows of blocks at once, we go one by one */
        {.quality = 60, .sampling = {{1, 3}}},
    };
    raster r = raster_new(325 * shrink, 338 * shrink, i == 4 ? 1 : 3, 30);
    const bytes b = jpeg_of(&r, &opts[i]);

    raster_free(&r);
    return b;
}

static bool warned(const bytes *b, unsigned shrink)
{
    libjpeg_rows l = libjpeg_rows_of(b, shrink, 0);

    bytes_free(&l.rows);
    assert_int_equal(l.error, 0);
    return l.n_warnings > 0;
}

/* Rows that were handed over before the fault come no second time. */
static void check_large(size_t i, unsigned shrink)
{
    static const uint32_t places[] = {20, 100, 400, 500, 900, 990, 999};
    bytes b = large_file(i, shrink);
    const size_t first = jpeg_data_at(&b), size = b.size - first;
    uint32_t n_warned = 0;

    check_whole("whole", i, &b, shrink, false);
    for (size_t k = 0; k < COUNT(places); k++) {
        const size_t at = first + size * places[k] / 1000;
        const bytes cut = {b.data, at};
        const uint8_t was[2] = {b.data[at], b.data[at + 1]};

        /* of less than a row of blocks there is nothing to see */
        if (places[k] >= 100)
            check_whole("cut", 10 * places[k] + i, &cut, shrink, true);
        if (i == 3) continue;
        /* a marker, which must not end up in a scan's header */
        b.data[at] = 0xff;
        b.data[at + 1] = 0xd5;
        check_whole("marker", 10 * places[k] + i, &b, shrink,
                    warned(&b, shrink));
        b.data[at] = was[0] ^ 0x10;
        b.data[at + 1] = was[1];
        const bool bad = warned(&b, shrink);

        n_warned += bad;
        check_whole("damaged", 10 * places[k] + i, &b, shrink, bad);
        b.data[at] = was[0];
    }
    print_message("large %zu, 1/%u: %u warned of\n", i, shrink, n_warned);
    bytes_free(&b);
}

static void large(void **state)
{
    (void)state;
    for (unsigned shrink = 1; shrink <= 8; shrink *= 2)
        for (size_t i = 0; i < 5; i++) check_large(i, shrink);
}

/* How data ends, and whether a file that ends so is cut off: the same of the CPUs
 * that read it without libjpeg and of those that leave it to libjpeg. */
static void endings(void **state)
{
    static const struct {
        const char *name;
        bool damaged;
        size_t size, n_zeros; /* of the data, and behind them */
        const char *data;
    } cases[] = {
        {"the end", false, 2, 0, "\xff\xd9"},
        {"the end, and more", false, 3, 100, "\xff\xd9x"},
        {"fill bytes", false, 4, 0, "\xff\xff\xff\xd9"},
        {"another marker", false, 2, 0, "\xff\xd0"},
        {"nothing", true, 0, 0, ""},
        {"half of it", true, 1, 0, "\xff"},
        /* how far libjpeg looks ahead hangs on the last bits */
        {"a byte", true, 1, 0, "a"},
        {"three bytes, and the end", false, 5, 0, "abc\xff\xd9"},
        {"many bytes", false, 0, 5000, ""},
    };
    raster r = raster_new(400, 403, 3, 30);
    const jpeg_opts opts = {.quality = 60, .sampling = YCC(2, 2)};
    bytes whole = jpeg_of(&r, &opts);

    (void)state;
    raster_free(&r);
    for (size_t i = 0; i < COUNT(cases); i++) {
        bytes b = bytes_new(whole.data, whole.size - 2);

        bytes_append(&b, cases[i].data, cases[i].size);
        bytes zeros = bytes_new(NULL, cases[i].n_zeros);

        bytes_append(&b, zeros.data, zeros.size);
        libjpeg_rows l = libjpeg_rows_of(&b, 1, 0);

        for (int fast = 0; fast < 2; fast++) {
            sitr_ctx *ctx = ctx_with(NULL, NULL);
            kept_rows kept;
            sitr_budget budget;

            ctx->kernels.fast_inverse_dct = fast;
            sitr_budget_init(&budget, ctx);
            kept_rows_init(&kept, true);
            sitr_decoding d = {.budget = &budget,
                               .data = b.data,
                               .size = b.size,
                               .sink = &kept.sink};

            assert_int_equal(sitr_decode(&d), SITR_OK);
            if (d.damaged != cases[i].damaged)
                fail_msg("%s, fast %d: damaged %d", cases[i].name, fast,
                         d.damaged);
            assert_int_equal(kept.n, kept.height);
            assert_memory_equal(kept.rows, l.rows.data,
                                (size_t)kept.n * kept.width);
            kept_rows_free(&kept);
            sitr_ctx_free(ctx);
        }
        bytes_free(&l.rows);
        bytes_free(&zeros);
        bytes_free(&b);
    }
    bytes_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_forms),    cmocka_unit_test(known_scripts),
        cmocka_unit_test(between_scans),  cmocka_unit_test(ends),
        cmocka_unit_test(shuffled),       cmocka_unit_test(cut),
        cmocka_unit_test(damaged),        cmocka_unit_test(much_damaged),
        cmocka_unit_test(known_oddities), cmocka_unit_test(tables),
        cmocka_unit_test(without_memory), cmocka_unit_test(large),
        cmocka_unit_test(endings),
    };

    return cmocka_run_group_tests_name("jpeg_luma", tests, NULL, NULL);
}
