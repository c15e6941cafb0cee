/* SPDX-License-Identifier: Apache-2.0 */
/* In place of tools/say.c: the last message, and how many there were. */
#ifndef HEARD_H
#define HEARD_H

extern char heard[1024];
extern int n_heard;

/* Whether there was one message since the last call, and `text` in it. */
int heard_only(const char *text);

#endif
