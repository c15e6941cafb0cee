/* SPDX-License-Identifier: Apache-2.0 */
/* for vasprintf */
#define _GNU_SOURCE
#include "html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "need.h"
#include "text.h"

static void put_character(FILE *out, uint32_t c, const char *bytes, size_t n)
{
    switch (c) {
    case '&':
        fputs("&amp;", out);
        return;
    case '<':
        fputs("&lt;", out);
        return;
    case '>':
        fputs("&gt;", out);
        return;
    case '"':
        fputs("&quot;", out);
        return;
    case '\'':
        fputs("&#39;", out);
        return;
    case 0xfffe: /* are no characters, in XML either */
    case 0xffff:
        fputs("\xef\xbf\xbd", out);
        return;
    }
    fwrite(bytes, 1, n, out);
}

void html_put(FILE *out, const char *text)
{
    while (*text) {
        uint32_t c;
        const size_t n = text_decode(text, &c);

        if (n)
            put_character(out, c, text, n);
        else
            fputs("\xef\xbf\xbd", out);
        text += n ? n : 1;
    }
}

void html_format(FILE *out, const char *format, ...)
{
    va_list args;
    char *text = NULL;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0) need(NULL);
    va_end(args);
    html_put(out, text);
    free(text);
}

static void put_escaped(FILE *out, const char *bytes)
{
    char *const text = text_escape(bytes);

    html_put(out, text);
    free(text);
}

void html_foreign(FILE *out, const char *bytes)
{
    fputs("<bdi>", out);
    put_escaped(out, bytes);
    fputs("</bdi>", out);
}

/* Names between slashes are isolated: two Arabic ones would change places. */
static void put_path(FILE *out, const char *bytes)
{
    char *const text = text_escape(bytes);
    char *next = text, *name;

    while ((name = strsep(&next, "/"))) {
        if (*name) fputs("<bdi dir=\"ltr\">", out);
        html_put(out, name);
        if (*name) fputs("</bdi>", out);
        if (next) putc('/', out);
    }
    free(text);
}

static bool is_ascii(const char *bytes)
{
    while (*bytes > 0) bytes++;
    return !*bytes;
}

void html_path(FILE *out, const char *bytes)
{
    if (is_ascii(bytes))
        put_escaped(out, bytes);
    else
        put_path(out, bytes);
}

void html_code(FILE *out, const char *bytes)
{
    fputs("<bdi dir=\"ltr\" class=\"code\">", out);
    html_path(out, bytes);
    fputs("</bdi>", out);
}

void html_hex(FILE *out, const uint8_t *bytes, size_t n)
{
    fputs("<bdi dir=\"ltr\" class=\"code\">", out);
    for (size_t i = 0; i < n; i++) fprintf(out, "%02x", bytes[i]);
    fputs("</bdi>", out);
}

void html_element(FILE *out, const char *tag, const char *text)
{
    fprintf(out, "<%s>", tag);
    html_put(out, text);
    fprintf(out, "</%s>\n", tag);
}

void html_row(FILE *out, const char *head)
{
    fputs("<tr><th scope=\"row\">", out);
    html_put(out, head);
    fputs("</th><td>", out);
}

void html_row_end(FILE *out) { fputs("</td></tr>\n", out); }
