/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a path in a record of CSV: a reader of RFC 4180 of our own makes
 * the path of it again, or its base64, and no field begins like a formula. In
 * JSON the record is one line, with the base64 where the path is not UTF-8.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *record(const char *path, enum output_format format)
{
    struct output output = {.format = format};
    FILE *const before = stdout;
    char *text = NULL;
    size_t size;

    stdout = open_memstream(&text, &size);
    if (!stdout) abort();
    output_begin(&output);
    output_path(&output, "path", path);
    output_path_b64(&output, "path_b64", path);
    output_word(&output, "status", "ok");
    output_end(&output);
    fclose(stdout);
    stdout = before;
    if (strlen(text) != size) abort();
    return text;
}

/* The next field into `out`; what stands behind it. */
static const char *read_field(const char *s, char *out)
{
    size_t n = 0;

    if (*s != '"') {
        while (*s && *s != ',' && *s != '\n') out[n++] = *s++;
    } else {
        for (s++; *s != '"' || s[1] == '"'; s++) {
            if (!*s) abort();
            if (*s == '"') s++;
            out[n++] = *s;
        }
        s++;
    }
    out[n] = '\0';
    return s;
}

/* Behind the literal `text`, or the end of the test. */
static const char *skip(const char *s, const char *text)
{
    if (strncmp(s, text, strlen(text)) != 0) abort();
    return s + strlen(text);
}

/* Behind a string, the quotes included. */
static const char *skip_string(const char *s)
{
    s = skip(s, "\"");
    for (; *s != '"'; s++) {
        if ((unsigned char)*s < 0x20) abort();
        if (*s == '\\' && !*++s) abort();
    }
    return s + 1;
}

static void check_json(const char *path)
{
    char *const text = record(path, OUTPUT_JSON);
    const char *s = skip_string(skip(text, "{\"path\":"));

    if (!text_is_utf8(path)) {
        const char *const b64 = skip(s, ",\"path_b64\":");

        s = skip_string(b64);
        if ((size_t)(s - b64) != 2 + (strlen(path) + 2) / 3 * 4) abort();
    }
    if (strcmp(s, ",\"status\":\"ok\"}\n") != 0) abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const path = malloc(size + 1);
    char *text, *field, *b64;

    if (!path) abort();
    if (size) memcpy(path, data, size);
    path[size] = '\0';
    text = record(path, OUTPUT_CSV);
    check_json(path);
    field = malloc(strlen(text) + 1);
    b64 = malloc(strlen(text) + 1);
    if (!field || !b64) abort();
    const char *s = read_field(text, field);

    if (*s != ',' || !text_is_utf8(text)) abort();
    if (*field && strchr("=+-@\t\r\n", *field)) abort();
    s = read_field(s + 1, b64);
    if (strcmp(s, ",ok\n") != 0) abort();
    /* unchanged, or exact elsewhere */
    if (!*b64 && strcmp(field, path) != 0) abort();
    if (*b64 && strlen(b64) != (strlen(path) + 2) / 3 * 4) abort();
    free(b64);
    free(field);
    free(text);
    free(path);
    return 0;
}
