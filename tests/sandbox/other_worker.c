/* SPDX-License-Identifier: Apache-2.0 */
/* A worker of another version, as there is one for a moment while an upgrade is
 * under way. */
#include <string.h>
#include <unistd.h>

#include "sandbox/protocol.h"

int main(void)
{
    const sandbox_hello hello = {.version = "0.0.0"};
    sandbox_config config;

    if (read(SANDBOX_SOCKET, &config, sizeof config) < 0) return 1;
    return write(SANDBOX_SOCKET, &hello, sizeof hello) < 0;
}
