/* SPDX-License-Identifier: Apache-2.0 */
#include "verify.h"

#include <errno.h>

/* A link or a folder in the place of a file is not what was written; that a disk is
 * failing or there is no memory is no word against anybody. */
enum verify_result verify_result_of(int error)
{
    switch (error) {
    case 0:
        return VERIFY_OK;
    case ENOENT:
    case ENOTDIR:
        return VERIFY_MISSING;
    case EINVAL:
    case ELOOP:
    case EFBIG:
        return VERIFY_DAMAGED;
    default:
        return VERIFY_UNREADABLE;
    }
}
