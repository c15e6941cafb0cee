/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_NEED_H
#define TOOLS_NEED_H

/** Returns `memory`, or ends the program with status 2 where it is NULL. For
 * what is small; a picture that does not fit is the status of that picture.
 * From any thread. */
void *need(void *memory);

/** What printf would print, to be freed; or the same end. */
char *need_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
