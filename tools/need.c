/* SPDX-License-Identifier: Apache-2.0 */
/* Small memory, without which there is no going on. */
/* for vasprintf */
#define _GNU_SOURCE
#include "need.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void *need(void *memory)
{
    static const char message[] = "sitr: out of memory\n";

    if (memory) return memory;
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(2);
    _exit(2);
}

char *need_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0) text = NULL;
    va_end(args);
    return need(text);
}
