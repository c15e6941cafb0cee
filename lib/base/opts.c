/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opts.h"

#include <string.h>

sitr_status sitr_opts_read(void *ours, size_t size, const void *given)
{
    const unsigned char *bytes = given;
    size_t given_size;

    memset(ours, 0, size);
    if (!given) return SITR_OK;
    memcpy(&given_size, given, sizeof given_size);
    if (given_size < sizeof given_size) return SITR_EINVAL;
    for (size_t i = size; i < given_size; i++)
        if (bytes[i]) return SITR_EINVAL;
    memcpy(ours, given, given_size < size ? given_size : size);
    return SITR_OK;
}
