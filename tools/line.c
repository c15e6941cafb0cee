/* SPDX-License-Identifier: Apache-2.0 */
#include "line.h"

#include <stdbool.h>
#include <stdio.h>

static bool on_line;

void line_shown(void) { on_line = true; }

void line_clear(void)
{
    if (!on_line) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    on_line = false;
}
