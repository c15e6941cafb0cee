/* SPDX-License-Identifier: Apache-2.0 */
/* Names of files are bytes that somebody hostile chose: how they are shown. */
#ifndef TOOLS_TEXT_H
#define TOOLS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** The first character of `text` and its length in bytes, 1 .. 4; 0 where the
 * bytes are not well-formed UTF-8 (surrogates and overlong forms are not). */
size_t text_decode(const char *text, uint32_t *character);

bool text_is_utf8(const char *text);

/** `bytes` for people: control and bidirectional characters, line and
 * paragraph separators and invalid UTF-8 as \xHH a byte, the backslash
 * doubled, all else as it is. The caller frees it. */
char *text_escape(const char *bytes);

/** `bytes` as a JSON string with its quotes. Invalid bytes become U+FFFD; what
 * text_escape would hide is written \uHHHH, so that a terminal is safe. */
void text_put_json(FILE *file, const char *bytes);

/** RFC 4648, padded. */
void text_put_base64(FILE *file, const void *bytes, size_t n);

/** `text`, then spaces up to `width` columns of a terminal. */
void text_put_padded(FILE *file, const char *text, int width);

/** The columns `text` takes on a terminal. */
int text_width(const char *text);

#endif
