/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded, adds CLOCK_ADD seconds to time(2). */
#include <stdlib.h>
#include <time.h>

time_t time(time_t *at)
{
    struct timespec now = {0, 0};
    const char *const add = getenv("CLOCK_ADD");

    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += add ? strtol(add, NULL, 10) : 0;
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
