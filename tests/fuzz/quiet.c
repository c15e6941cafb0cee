/* SPDX-License-Identifier: Apache-2.0 */
/* In place of tools/say.c: a fuzzer need not read its messages. */
#include "say.h"

void say(const char *format, ...) { (void)format; }

void say_path(const char *path, const char *format, ...)
{
    (void)path, (void)format;
}

void say_line(const char *format, ...) { (void)format; }
