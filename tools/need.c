/* SPDX-License-Identifier: Apache-2.0 */
/* Small memory, without which there is no going on. */
#include "need.h"

#include <unistd.h>

void *need(void *memory)
{
    static const char message[] = "sitr: out of memory\n";

    if (memory) return memory;
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(2);
    _exit(2);
}
