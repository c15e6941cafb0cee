/* SPDX-License-Identifier: Apache-2.0 */
/* Values of JSON documents. Where there is no memory for one, the program ends, as by
 * need(). */
#ifndef TOOLS_VALUE_H
#define TOOLS_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/** Both take the value. */
void value_set(json_t *object, const char *name, json_t *value);
void value_add(json_t *list, json_t *value);

/** With U+FFFD in place of what is not UTF-8; null of NULL. */
json_t *value_text(const char *text);

/** As in 2026-11-26T13:40:05Z; null where it is none, or 0. */
json_t *value_time(int64_t seconds);

/** At most 32 bytes. */
json_t *value_hex(const uint8_t *bytes, size_t n);

/** As near as the format of printf has it. */
json_t *value_real(const char *format, double value);

#endif
