/* SPDX-License-Identifier: Apache-2.0 */
/* for open_memstream */
#define _GNU_SOURCE
#include "quote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "need.h"

static void put(FILE *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "%+,-./:=@_";

    if (*word && !word[strspn(word, plain)]) {
        fputs(word, out);
        return;
    }
    putc('\'', out);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", out);
        else
            putc(*word, out);
    putc('\'', out);
}

char *quote_word(const char *word)
{
    char *text = NULL;
    size_t size;
    FILE *const out = need(open_memstream(&text, &size));

    put(out, word);
    if (fclose(out)) need(NULL);
    return text;
}

char *quote_words(const char *bytes, size_t size)
{
    /* a zero byte more: the last word ends too */
    char *const copy = need(calloc(1, size + 1));
    char *text = NULL;
    size_t n_text;
    FILE *const out = need(open_memstream(&text, &n_text));

    if (size) memcpy(copy, bytes, size);
    for (size_t i = strlen(copy) + 1; i < size; i += strlen(copy + i) + 1) {
        if (ftell(out) > 0) putc(' ', out);
        put(out, copy + i);
    }
    if (fclose(out)) need(NULL);
    free(copy);
    return text;
}
