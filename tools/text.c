/* SPDX-License-Identifier: Apache-2.0 */
/* Names of files, shown so that they cannot lie about themselves: a newline in
 * a name makes no second line, U+202E turns nothing around, ESC commands no
 * terminal. */
/* for wcwidth */
#define _XOPEN_SOURCE 700
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "need.h"

size_t text_decode(const char *text, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *const s = (const unsigned char *)text;
    uint32_t c;
    size_t n;

    if (s[0] < 0x80) {
        *character = s[0];
        return 1;
    }
    if (s[0] >= 0xc2 && s[0] <= 0xdf) {
        n = 2;
        c = s[0] & 0x1fu;
    } else if ((s[0] & 0xf0) == 0xe0) {
        n = 3;
        c = s[0] & 0x0fu;
    } else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
        n = 4;
        c = s[0] & 0x07u;
    } else {
        return 0;
    }
    /* the final zero is no continuation byte: this cannot run past it */
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) return 0;
        c = c << 6 | (s[i] & 0x3fu);
    }
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return 0;
    *character = c;
    return n;
}

bool text_is_utf8(const char *text)
{
    uint32_t c;

    while (*text) {
        const size_t n = text_decode(text, &c);

        if (!n) return false;
        text += n;
    }
    return true;
}

/* Characters that act on a terminal or on their neighbours rather than show. */
static bool acts(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e ||
           c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

char *text_escape(const char *bytes)
{
    char *const text = need(malloc(4 * strlen(bytes) + 1));
    char *to = text;

    while (*bytes) {
        uint32_t c = 0;
        size_t n = text_decode(bytes, &c);
        const bool escape = !n || acts(c);

        if (!n) n = 1;
        for (; n; n--, bytes++) {
            if (escape)
                to += sprintf(to, "\\x%02x", (unsigned char)*bytes);
            else
                *to++ = *bytes;
        }
        if (c == '\\') *to++ = '\\';
    }
    *to = '\0';
    return text;
}

static void put_json_character(FILE *file, uint32_t c, const char *bytes,
                               size_t n)
{
    switch (c) {
    case '"':
        fputs("\\\"", file);
        return;
    case '\\':
        fputs("\\\\", file);
        return;
    case '\n':
        fputs("\\n", file);
        return;
    case '\r':
        fputs("\\r", file);
        return;
    case '\t':
        fputs("\\t", file);
        return;
    }
    if (acts(c))
        fprintf(file, "\\u%04x", (unsigned)c);
    else
        fwrite(bytes, 1, n, file);
}

void text_put_json(FILE *file, const char *bytes)
{
    putc('"', file);
    while (*bytes) {
        uint32_t c;
        const size_t n = text_decode(bytes, &c);

        if (n)
            put_json_character(file, c, bytes, n);
        else
            fputs("\xef\xbf\xbd", file);
        bytes += n ? n : 1;
    }
    putc('"', file);
}

void text_put_base64(FILE *file, const void *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *s = bytes;

    while (n) {
        const size_t k = n < 3 ? n : 3;
        const uint32_t v = (uint32_t)s[0] << 16 |
                           (k > 1 ? (uint32_t)s[1] << 8 : 0) |
                           (k > 2 ? (uint32_t)s[2] : 0);

        putc(digits[v >> 18], file);
        putc(digits[v >> 12 & 63], file);
        putc(k > 1 ? digits[v >> 6 & 63] : '=', file);
        putc(k > 2 ? digits[v & 63] : '=', file);
        s += k;
        n -= k;
    }
}

int text_width(const char *text)
{
    int width = 0;
    uint32_t c;

    while (*text) {
        const size_t n = text_decode(text, &c);
        const int columns = n ? wcwidth((wchar_t)c) : 1;

        width += columns < 0 ? 1 : columns;
        text += n ? n : 1;
    }
    return width;
}

void text_put_padded(FILE *file, const char *text, int width)
{
    const int columns = text_width(text);

    fputs(text, file);
    for (int i = columns; i < width; i++) putc(' ', file);
}
