/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a name: what is shown is UTF-8 that does nothing to a terminal
 * and can be turned back; JSON and base64 are what readers of our own make the
 * name of again (where it is UTF-8, in JSON).
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

static void check_harmless(const char *text)
{
    for (uint32_t c; *text;) {
        const size_t n = text_decode(text, &c);

        if (!n || c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c ||
            (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
            (c >= 0x2066 && c <= 0x2069))
            abort();
        text += n;
    }
}

static void check_escape(const char *name, size_t size)
{
    char *const shown = text_escape(name);
    char *const back = malloc(size + 1);
    size_t n = 0;

    if (!back) abort();
    check_harmless(shown);
    for (const char *s = shown; *s; s++) {
        if (n == size) abort();
        if (*s != '\\') {
            back[n++] = *s;
        } else if (s[1] == '\\') {
            back[n++] = *++s;
        } else {
            if (s[1] != 'x' || digit(s[2]) < 0 || digit(s[3]) < 0) abort();
            back[n++] = (char)(digit(s[2]) * 16 + digit(s[3]));
            s += 3;
        }
    }
    if (n != size || memcmp(back, name, n) != 0) abort();
    free(back);
    free(shown);
}

static char *printed(void (*put)(FILE *, const char *), const char *name)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);

    if (!f) abort();
    put(f, name);
    fclose(f);
    return text;
}

/* One character of a JSON string, as UTF-8; where it ends. */
static const char *from_json(const char *s, char *out, size_t *n)
{
    static const char short_ones[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    unsigned c = 0;

    if (*s != '\\') {
        out[(*n)++] = *s;
        return s + 1;
    }
    if (s[1] != 'u') {
        const char *const at = s[1] ? strchr(short_ones, s[1]) : NULL;

        if (!at) abort();
        out[(*n)++] = means[at - short_ones];
        return s + 2;
    }
    for (int i = 2; i < 6; i++) {
        if (digit(s[i]) < 0) abort();
        c = c << 4 | (unsigned)digit(s[i]);
    }
    if (c >= 0x800) {
        out[(*n)++] = (char)(0xe0 | c >> 12);
        out[(*n)++] = (char)(0x80 | (c >> 6 & 0x3f));
        out[(*n)++] = (char)(0x80 | (c & 0x3f));
    } else if (c >= 0x80) {
        out[(*n)++] = (char)(0xc0 | c >> 6);
        out[(*n)++] = (char)(0x80 | (c & 0x3f));
    } else {
        out[(*n)++] = (char)c;
    }
    return s + 6;
}

static void check_json(const char *name, size_t size)
{
    char *const text = printed(text_put_json, name);
    const size_t length = strlen(text);
    char *const back = malloc(length + 8);
    size_t n = 0;

    if (!back) abort();
    check_harmless(text);
    if (length < 2 || text[0] != '"' || text[length - 1] != '"') abort();
    text[length - 1] = '\0';
    for (const char *s = text + 1; *s;) {
        if (*s == '"') abort();
        s = from_json(s, back, &n);
    }
    if (text_is_utf8(name) && (n != size || memcmp(back, name, n) != 0))
        abort();
    free(back);
    free(text);
}

static void put_base64(FILE *f, const char *name)
{
    text_put_base64(f, name, strlen(name));
}

static void check_base64(const char *name, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    char *const text = printed(put_base64, name);
    size_t n = 0;
    uint32_t v = 0;
    int bits = 0;

    if (strlen(text) != (size + 2) / 3 * 4) abort();
    for (const char *s = text; *s && *s != '='; s++) {
        const char *const at = strchr(digits, *s);

        if (!at) abort();
        v = v << 6 | (uint32_t)(at - digits);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        if (n == size || (char)(v >> bits & 255) != name[n++]) abort();
    }
    if (n != size) abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const name = malloc(size + 1);

    if (!name) abort();
    if (size) memcpy(name, data, size);
    name[size] = '\0';
    size = strlen(name);
    check_escape(name, size);
    check_json(name, size);
    check_base64(name, size);
    if (text_width(name) < 0) abort();
    free(name);
    return 0;
}
