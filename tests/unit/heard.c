/* SPDX-License-Identifier: Apache-2.0 */
#include "heard.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "say.h"

char heard[1024];
int n_heard;

static void keep(const char *format, va_list args)
{
    vsnprintf(heard, sizeof heard, format, args);
    n_heard++;
}

void say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    keep(format, args);
    va_end(args);
}

void say_path(const char *path, const char *format, ...)
{
    va_list args;

    (void)path;
    va_start(args, format);
    keep(format, args);
    va_end(args);
}

int heard_only(const char *text)
{
    const int good = n_heard == 1 && strstr(heard, text);

    if (!good) fprintf(stderr, "%d heard, last \"%s\"\n", n_heard, heard);
    n_heard = 0;
    heard[0] = '\0';
    return good;
}
