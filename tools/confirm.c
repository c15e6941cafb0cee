/* SPDX-License-Identifier: Apache-2.0 */
#include "confirm.h"

#include <stdio.h>
#include <string.h>

#include "i18n.h"
#include "say.h"

bool confirm(const char *question, const char *word)
{
    FILE *const terminal = fopen("/dev/tty", "r+e");
    char answer[256] = "";

    if (!terminal) {
        say(_("not confirmed: there is no terminal to ask on; --yes confirms"));
        return false;
    }
    fputs(question, terminal);
    fflush(terminal);
    if (!fgets(answer, sizeof answer, terminal)) *answer = '\0';
    fclose(terminal);
    answer[strcspn(answer, "\r\n")] = '\0';
    if (!strcmp(answer, word)) return true;
    say(_("not confirmed: nothing was done"));
    return false;
}
