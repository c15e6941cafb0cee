/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Huffman codes against a decoder that goes bit by bit, of every 16 bits there
 * are, and what is passed over of AC coefficients against going symbol by symbol.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpeglib.h>

#include "codec/huffman.h"
#include "pictures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct code {
    uint8_t counts[17];
    uint8_t symbols[256];
} code;

/* ---- Bit by bit ----------------------------------------------------------- */

/* By ITU T.81, F.2.2.3, figure F.16: of the highest bits of `next`. Length << 8
 * | symbol, or 0 where these are no code. */
static uint32_t find(const code *c, uint32_t next)
{
    int32_t first = 0, bits = 0;
    uint32_t n = 0;

    for (uint32_t length = 1; length <= 16; length++) {
        bits = bits << 1 | (int32_t)(next >> 31);
        next <<= 1;
        if (bits - first < c->counts[length])
            return length << 8 | c->symbols[n + (uint32_t)(bits - first)];
        n += c->counts[length];
        first = (first + c->counts[length]) << 1;
    }
    return 0;
}

static void check_codes(const char *name, uint32_t number, const code *c,
                        const sitr_huffman *h)
{
    for (uint32_t next = 0; next < 1u << 16; next++) {
        const sitr_bits b = {.bits = (uint64_t)next << 48, .n = 16};
        const uint32_t found = sitr_huffman_peek(h, &b);
        const uint32_t real = find(c, next << 16);

        if (found != real)
            fail_msg("%s, %u: %04x is %04x, not %04x", name, number, next, real,
                     found);
    }
}

/* How the AC coefficients are that begin with these bits: those whose codes lie
 * within the first `most`, and no more than 63 of them. */
static uint32_t walk(const code *c, uint64_t next, uint32_t most)
{
    uint32_t length = 0, advance = 0;

    for (;;) {
        const uint32_t found = find(c, (uint32_t)(next << length >> 32));
        const uint32_t n = found >> 8, run = found >> 4 & 15, size = found & 15;

        if (!found || length + n > most) break;
        if (!size && run < 15)
            return SITR_SKIP_LAST | (advance + 1) << 5 | (length + n);
        if (advance + run + 1 > 63) break;
        advance += run + 1;
        length += n + size;
    }
    return advance ? advance << 5 | length : 0;
}

static void check_skip(const char *name, uint32_t number, const code *c,
                       const sitr_huffman *h, uint32_t n)
{
    static sitr_huffman_skip skip;
    uint32_t seed = number;

    sitr_huffman_build_skip(&skip, h, n);
    assert_int_equal(skip.bits, n);
    for (uint32_t next = 0; next < 1u << n; next++) {
        const uint64_t bits = (uint64_t)next << (64 - n);
        const uint64_t rest = (uint64_t)noise(&seed) << 28 | noise(&seed);
        const uint32_t e = skip.entry[next];

        /* what follows is nothing to it */
        if (e != walk(c, bits, n) || e != walk(c, bits | rest, n))
            fail_msg("%s, %u: %03x is %04x", name, number, next, e);
    }
}

/* The value of so many bits, by table F.1 row by row. */
static int32_t value_of(uint32_t bits, uint32_t size)
{
    const int32_t half = 1 << (size - 1);

    return (int32_t)bits < half ? (int32_t)bits - 2 * half + 1 : (int32_t)bits;
}

static void check_values(const char *name, uint32_t number, const code *c,
                         const sitr_huffman *h)
{
    static sitr_huffman_values values;

    sitr_huffman_build_values(&values, h);
    for (uint32_t next = 0; next < 1u << SITR_VALUE_BITS; next++) {
        const uint32_t bits = next << (32 - SITR_VALUE_BITS);
        const uint32_t found = find(c, bits);
        const uint32_t n = found >> 8, run = found >> 4 & 15, size = found & 15;
        const bool last = !size && run < 15;
        const bool whole = found && n + size <= SITR_VALUE_BITS;
        const uint32_t e = (uint32_t)values.entry[next];

        if ((e != 0) != whole) fail_msg("%s, %u: %03x", name, number, next);
        if (!whole) continue;
        assert_int_equal(SITR_SKIP_LENGTH(e), n + size);
        assert_int_equal(SITR_SKIP_ADVANCE(e), last ? 1 : run + 1);
        assert_int_equal(!!(e & SITR_SKIP_LAST), last);
        assert_int_equal(SITR_VALUE(values.entry[next]),
                         size ? value_of(bits << n >> (32 - size), size) : 0);
    }
}

static void check_code(const char *name, uint32_t number, const code *c)
{
    static sitr_huffman h;

    if (!sitr_huffman_build(&h, c->counts, c->symbols))
        fail_msg("%s, %u: refused", name, number);
    check_codes(name, number, c, &h);
    check_skip(name, number, c, &h, SITR_SKIP_BITS_SMALL);
    check_skip(name, number, c, &h, SITR_SKIP_BITS_MOST);
    check_values(name, number, c, &h);
}

/* ---- Codes ---------------------------------------------------------------- */

static code code_of(const JHUFF_TBL *t)
{
    code c;

    memcpy(c.counts, t->bits, sizeof c.counts);
    memcpy(c.symbols, t->huffval, sizeof c.symbols);
    return c;
}

/* Those of T.81, annex K.3, as libjpeg sets them. */
static void standard(void **state)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;

    (void)state;
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    c.in_color_space = JCS_RGB;
    c.input_components = 3;
    jpeg_set_defaults(&c);
    for (uint32_t i = 0; i < 2; i++) {
        const code dc = code_of(c.dc_huff_tbl_ptrs[i]);
        const code ac = code_of(c.ac_huff_tbl_ptrs[i]);

        check_code("DC", i, &dc);
        check_code("AC", i, &ac);
    }
    jpeg_destroy_compress(&c);
}

/* With a part of the codes of each length that are left, or with as many as
 * there can be. Symbols of few coefficients are more frequent. */
static code random_code(uint32_t number, uint32_t *seed)
{
    const bool complete = number % 3 == 0;
    uint32_t free = 2, n = 0;
    code c = {0};

    for (uint32_t length = 1; length <= 16; length++, free *= 2) {
        const uint32_t most = free - 1 < 256 - n ? free - 1 : 256 - n;
        const uint32_t some = most ? noise(seed) % (most + 1) : 0;

        /* short ones leave no room for others */
        c.counts[length] = (uint8_t)(some / (length < 7 ? 1 + number % 4 : 1));
        if (complete && length == 16) c.counts[length] = (uint8_t)most;
        if (most > 255 && !c.counts[length]) c.counts[length] = 255;
        free -= c.counts[length];
        n += c.counts[length];
    }
    for (uint32_t i = 0; i < 256; i++)
        c.symbols[i] =
            (uint8_t)(noise(seed) % 2 ? noise(seed) % 256
                                      : noise(seed) % 4 * 16 + noise(seed) % 5);
    return c;
}

static void random_codes(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (uint32_t i = 0; i < 150; i++) {
        const code c = random_code(i, &seed);

        check_code("random", i, &c);
    }
}

/* What begins with zeros, a bit each sixteen of them, to 63 coefficients, to 64
 * and to 65. */
static void to_the_last(void **state)
{
    static const uint8_t last[] = {0xe1, 0xf1, 0xd1, 0xe0, 0xf0};

    (void)state;
    for (uint32_t i = 0; i < COUNT(last); i++) {
        const code c = {.counts = {0, 1, 1, 1},
                        .symbols = {0xf0, last[i], 0x00}};

        check_code("to the last", i, &c);
    }
}

/* Lengths of codes, one by one, and whether these are a code. */
static void edges(void **state)
{
    static const struct {
        const char *name;
        bool is_code;
        uint8_t counts[17];
    } cases[] = {
        {"none", true, {0}},
        {"one of one bit", true, {0, 1}},
        {"both of one bit", false, {0, 2}},
        {"three of one bit", false, {0, 3}},
        {"two bits", true, {0, 0, 3}},
        {"two bits, ones", false, {0, 0, 4}},
        {"ones behind a short one", false, {0, 1, 2}},
        {"one of sixteen bits", true, {[16] = 1}},
        {"255 of eight", true, {[8] = 255}},
        {"254 of eight, two of nine", true, {[8] = 254, [9] = 2}},
        {"254 of eight, ones of nine", false, {[8] = 254, [9] = 4}},
        {"256 in all", true, {[9] = 128, [10] = 128}},
        {"257 in all", false, {[9] = 128, [10] = 128, [16] = 1}},
        {"a short one too many", false, {0, 1, 1, 1, 1, 1, 1, 1, 255}},
        {"as deep as can be",
         true,
         {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
        {"and ones",
         false,
         {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2}},
    };

    (void)state;
    for (uint32_t i = 0; i < COUNT(cases); i++) {
        sitr_huffman h;
        code c = {0};

        memcpy(c.counts, cases[i].counts, sizeof c.counts);
        for (uint32_t k = 0; k < 256; k++) c.symbols[k] = (uint8_t)(k * 7 + 1);
        if (sitr_huffman_build(&h, c.counts, c.symbols) != cases[i].is_code)
            fail_msg("%s", cases[i].name);
        if (cases[i].is_code) check_code(cases[i].name, i, &c);
    }
    /* all ones of each length, with nothing before them */
    for (uint32_t length = 1; length <= 8; length++) {
        sitr_huffman h;
        code c = {0};

        c.counts[length] = (uint8_t)((1u << length) - 1);
        assert_true(sitr_huffman_build(&h, c.counts, c.symbols));
        if (length == 8) break;
        c.counts[length]++;
        assert_false(sitr_huffman_build(&h, c.counts, c.symbols));
    }
}

/* ---- Bits ----------------------------------------------------------------- */

#define MAX_BYTES 40

/* The bits of the data before a marker, or before the end; 0 past them. */
static uint32_t unstuff(const bytes *b, uint8_t out[MAX_BYTES])
{
    uint32_t n = 0;

    for (size_t i = 0; i < b->size; i++) {
        if (b->data[i] == 0xff && (i + 1 == b->size || b->data[i + 1])) break;
        out[n++] = b->data[i];
        if (b->data[i] == 0xff) i++;
    }
    return n;
}

static void bits(void **state)
{
    uint32_t seed = 2;

    (void)state;
    for (uint32_t i = 0; i < 20000; i++) {
        bytes b = bytes_new(NULL, noise(&seed) % MAX_BYTES);
        const uint32_t n_ff = noise(&seed) % 4;
        uint8_t plain[MAX_BYTES + 40] = {0};
        uint32_t at = 0;

        for (size_t k = 0; k < b.size; k++)
            b.data[k] = (uint8_t)(noise(&seed) % 255);
        for (uint32_t k = 0; k < n_ff && b.size; k++) {
            const size_t place = noise(&seed) % b.size;

            b.data[place] = 0xff;
            if (place + 1 < b.size && noise(&seed) % 4) b.data[place + 1] = 0;
        }
        const uint32_t n = 8 * unstuff(&b, plain);
        sitr_bits cursor = {.p = b.data, .end = b.data + b.size};

        while (at < 8 * MAX_BYTES) {
            sitr_bits_refill(&cursor);
            assert_in_range(cursor.n, 56, 63);
            for (uint32_t k = 0; k < 2; k++) {
                const uint32_t size = 1 + noise(&seed) % 27;
                uint32_t real = 0;

                for (uint32_t m = at; m < at + size; m++)
                    real = real << 1 | (plain[m / 8] >> (7 - m % 8) & 1u);
                assert_int_equal(sitr_bits_peek(&cursor, size), real);
                sitr_bits_skip(&cursor, size);
                at += size;
                assert_int_equal(sitr_bits_overrun(&cursor), at > n);
            }
        }
        bytes_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard),    cmocka_unit_test(random_codes),
        cmocka_unit_test(to_the_last), cmocka_unit_test(edges),
        cmocka_unit_test(bits),
    };

    return cmocka_run_group_tests_name("huffman", tests, NULL, NULL);
}
