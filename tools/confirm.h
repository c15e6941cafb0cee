/* SPDX-License-Identifier: Apache-2.0 */
/* What cannot be undone is asked about first. */
#ifndef TOOLS_CONFIRM_H
#define TOOLS_CONFIRM_H

#include <stdbool.h>

/** Asks on the terminal, which is read past any redirection, for a word that nobody
 * types by mistake. False, after a message, where there is no terminal or another
 * answer. `question` ends where the answer begins. */
bool confirm(const char *question, const char *word);

#endif
