/* SPDX-License-Identifier: Apache-2.0 */
#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "cases.h"
#include "need.h"
#include "text.h"

void value_set(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, value)) need(NULL);
}

void value_add(json_t *list, json_t *value)
{
    if (json_array_append_new(list, value)) need(NULL);
}

json_t *value_text(const char *text)
{
    char *copy, *to;
    json_t *value;

    if (!text) return json_null();
    copy = need(malloc(3 * strlen(text) + 1));
    for (to = copy; *text;) {
        uint32_t c;
        const size_t n = text_decode(text, &c);

        memcpy(to, n ? text : "\xef\xbf\xbd", n ? n : 3);
        to += n ? n : 3;
        text += n ? n : 1;
    }
    *to = '\0';
    value = json_string(copy);
    free(copy);
    return value;
}

json_t *value_time(int64_t seconds)
{
    char text[CASES_TIME];

    cases_time(seconds, text);
    return seconds && *text ? json_string(text) : json_null();
}

json_t *value_hex(const uint8_t *bytes, size_t n)
{
    char text[65];

    return json_string(sodium_bin2hex(text, sizeof text, bytes, n));
}

json_t *value_real(const char *format, double value)
{
    char text[64];

    snprintf(text, sizeof text, format, value);
    return json_real(strtod(text, NULL));
}
