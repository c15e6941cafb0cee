/* SPDX-License-Identifier: Apache-2.0 */
/* A command that is run when there is something to tell. */
#ifndef TOOLS_HOOK_H
#define TOOLS_HOOK_H

#include <stdbool.h>
#include <sys/types.h>

struct hook {
    const char *command; /* for sh(1); NULL: none */
    pid_t pid;           /* while it runs */
    double started;
    bool was_told_to_end;
};

/** Starts it, with the file of that descriptor as its standard input, from the
 * beginning, and its output on our standard error. Says so where it cannot be. */
void hook_start(struct hook *hook, int input);

/** Whether it runs. Says how it ended, unless well; ends one that takes more than
 * five minutes. */
bool hook_runs(struct hook *hook);

/** Waits until it has ended. */
void hook_finish(struct hook *hook);

#endif
