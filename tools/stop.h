/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C asks the run to end early and in good order. */
#ifndef TOOLS_STOP_H
#define TOOLS_STOP_H

#include <stdbool.h>

/** From here on the first SIGINT or SIGTERM is a request, the second ends the
 * program at once; a closed pipe is an error of writing, not a signal. */
void stop_listen(void);

/** Whether there was a request. From any thread. */
bool stop_requested(void);

#endif
