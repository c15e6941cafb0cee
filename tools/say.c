/* SPDX-License-Identifier: Apache-2.0 */
/* Messages on standard error. */
#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "i18n.h"
#include "line.h"
#include "need.h"
#include "text.h"

/* The message as a string of its own, so that whole sentences can be
 * translated: in Arabic the parts may want isolating from each other. */
static char *vprint(const char *format, va_list args)
{
    va_list again;
    int size;
    char *text;

    va_copy(again, args);
    size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    text = need(malloc(size < 0 ? 1 : (size_t)size + 1));
    text[0] = '\0';
    if (size > 0) vsnprintf(text, (size_t)size + 1, format, args);
    return text;
}

void say(const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = vprint(format, args);
    va_end(args);
    line_clear();
    fprintf(stderr, "sitr: %s\n", text);
    free(text);
}

void say_path(const char *path, const char *format, ...)
{
    char *const name = text_escape(path);
    va_list args;
    char *text;

    va_start(args, format);
    text = vprint(format, args);
    va_end(args);
    line_clear();
    /* TRANSLATORS: path and message; right-to-left languages isolate the path
     * with U+2068 and U+2069 */
    fprintf(stderr, _("sitr: %s: %s\n"), name, text);
    free(text);
    free(name);
}

void say_line(const char *format, ...)
{
    va_list args;

    line_clear();
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}
