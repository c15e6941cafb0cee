/* SPDX-License-Identifier: Apache-2.0 */
/* Text within a page. Nothing that is put there by these can become markup, or
 * turn around what stands beside it. Pages are well-formed XML too. */
#ifndef TOOLS_HTML_H
#define TOOLS_HTML_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Our own words, or what text_escape gave: UTF-8. */
void html_put(FILE *out, const char *text);

/** A sentence; foreign words in it are text_escape's. */
void html_format(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Foreign bytes, shown as text_escape has them, in a direction of their own. */
void html_foreign(FILE *out, const char *bytes);

/** The same of paths, addresses and commands: from left to right. */
void html_code(FILE *out, const char *bytes);

/** A path, within what goes from left to right. */
void html_path(FILE *out, const char *bytes);

/** Bytes as hexadecimal digits. */
void html_hex(FILE *out, const uint8_t *bytes, size_t n);

/** `<tag>` our own text `</tag>`. */
void html_element(FILE *out, const char *tag, const char *text);

/** A row of a table: its head, our own, and a cell that the caller fills and
 * html_row_end closes. */
void html_row(FILE *out, const char *head);
void html_row_end(FILE *out);

#endif
