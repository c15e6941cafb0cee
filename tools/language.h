/* SPDX-License-Identifier: Apache-2.0 */
/* The language of a document, which is that of who will read it, and not of who
 * has it made. */
#ifndef TOOLS_LANGUAGE_H
#define TOOLS_LANGUAGE_H

#include <stdbool.h>
#include <stdint.h>

#define LANGUAGE_CHOICES "ar fr en"

struct language {
    char *locale, *list; /* what was set before; the second may be NULL */
};

/** From here on gettext() speaks `code`, one of LANGUAGE_CHOICES, whatever the
 * locale is, and in UTF-8. False, after a message, where there is no translation;
 * then, too, language_leave is to be called. */
bool language_enter(struct language *language, const char *code);

/** Back to what it was. */
void language_leave(struct language *language);

/* In the language that is set, "" where it is no time or there is none. */

#define LANGUAGE_TEXT 160 /* bytes */

/** "26 November 2026, 13:40:05 UTC". */
void language_time(int64_t seconds, char text[LANGUAGE_TEXT]);

/** "1,234,567". */
void language_number(uint64_t number, char text[LANGUAGE_TEXT]);

/** "1,234,567 bytes". */
void language_size(uint64_t size, char text[LANGUAGE_TEXT]);

#endif
