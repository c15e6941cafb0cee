/* SPDX-License-Identifier: Apache-2.0 */
/* Messages on standard error: one line each, never a hash in it. From the main
 * thread only, for they make room on a line that shows progress. */
#ifndef TOOLS_SAY_H
#define TOOLS_SAY_H

#include <stddef.h>

#ifdef __GNUC__
# define SAY_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
# define SAY_PRINTF(at, first)
#endif

/** "sitr: " and the message. */
void say(const char *format, ...) SAY_PRINTF(1, 2);

/** "sitr: path: " and the message, the path escaped. */
void say_path(const char *path, const char *format, ...) SAY_PRINTF(2, 3);

/** A line of a summary, without "sitr: " in front. */
void say_line(const char *format, ...) SAY_PRINTF(1, 2);

#endif
