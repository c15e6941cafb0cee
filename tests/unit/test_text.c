/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of files as the command shows them: every character of Unicode and
 * every byte that is none, against what Unicode and RFC 8259 and 4648 say.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <locale.h>

#include "text.h"

/* An encoder of our own, RFC 3629, of surrogates and beyond too. */
static size_t encode(uint32_t c, char out[8])
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    memset(out, 0, 8);
    if (n == 1) {
        out[0] = (char)c;
        return 1;
    }
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((0xf00 >> n & 0xff) | c);
    return n;
}

static char *json_of(const char *bytes)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    assert_non_null(f);
    text_put_json(f, bytes);
    fclose(f);
    return text;
}

/* Controls, and what turns the direction of writing (Unicode 15, UAX #9) or
 * begins a line. */
static bool is_hidden(uint32_t c)
{
    static const uint32_t others[] = {0x061c, 0x200e, 0x200f, 0x2028, 0x2029,
                                      0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
                                      0x2066, 0x2067, 0x2068, 0x2069};

    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (c == others[i]) return true;
    return false;
}

static void every_character(void **state)
{
    (void)state;
    for (uint32_t c = 1; c < 0x120000; c++) {
        char utf8[8], hex[17] = "";
        const size_t n = encode(c, utf8);
        const bool real = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        uint32_t got = 0;
        char *escaped, *json;

        assert_int_equal(text_decode(utf8, &got), real ? n : 0);
        if (real) assert_int_equal(got, c);
        assert_int_equal(text_is_utf8(utf8), real);
        if (c > 0x3000 && c % 7 && real) continue; /* the rest is alike */
        for (size_t i = 0; i < n; i++)
            sprintf(hex + 4 * i, "\\x%02x", (unsigned char)utf8[i]);
        escaped = text_escape(utf8);
        json = json_of(utf8);
        if (!real || is_hidden(c)) {
            assert_string_equal(escaped, hex);
            assert_null(strstr(json, utf8));
        } else if (c == '\\') {
            assert_string_equal(escaped, "\\\\");
            assert_string_equal(json, "\"\\\\\"");
        } else {
            assert_string_equal(escaped, utf8);
        }
        assert_true(text_is_utf8(json));
        free(escaped);
        free(json);
    }
}

/* Overlong forms, lone and missing continuation bytes, bytes that never are. */
static void what_is_no_utf8(void **state)
{
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\xaf",
                                      "\xc1\xbf",
                                      "\xe0\x80\xaf",
                                      "\xe0\x9f\xbf",
                                      "\xf0\x80\x80\xaf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xc3",
                                      "\xe2\x82",
                                      "\xf0\x9f\x98",
                                      "\xc3(",
                                      "\xe2(\xa1",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xfe",
                                      "\xff",
                                      "\xf8\x88\x80\x80\x80"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t c;
        char *json = json_of(bad[i]);

        assert_int_equal(text_decode(bad[i], &c), 0);
        assert_false(text_is_utf8(bad[i]));
        assert_true(text_is_utf8(json));
        assert_non_null(strstr(json, "\xef\xbf\xbd"));
        free(json);
    }
}

static void json_escapes(void **state)
{
    char *json = json_of("a\"b\\c\nd\re\tf\x01g\x7f\xe2\x80\xae.");

    (void)state;
    assert_string_equal(json,
                        "\"a\\\"b\\\\c\\nd\\re\\tf\\u0001g\\u007f\\u202e.\"");
    free(json);
}

/* RFC 4648, section 10. */
static void base64(void **state)
{
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"},
                                           {"\xff\xfe\xfd", "//79"}};

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        text_put_base64(f, pairs[i][0], strlen(pairs[i][0]));
        fclose(f);
        assert_string_equal(text, pairs[i][1]);
        free(text);
    }
}

static void columns(void **state)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    (void)state;
    assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("\xe2\x82\xac\xe6\xbc\xa2"), 3); /* euro, han */
    assert_int_equal(text_width("e\xcc\x81"), 1); /* a combining accent */
    assert_int_equal(text_width("\xff\x01"), 2);  /* no character, a control */
    text_put_padded(f, "\xc3\xa9", 3);
    text_put_padded(f, "long", 2);
    fclose(f);
    assert_string_equal(text, "\xc3\xa9  long");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character), cmocka_unit_test(what_is_no_utf8),
        cmocka_unit_test(json_escapes),    cmocka_unit_test(base64),
        cmocka_unit_test(columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
