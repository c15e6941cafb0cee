/* SPDX-License-Identifier: Apache-2.0 */
/* Status codes in words, and the version. */
#include <sitr.h>

#include "version.h" /* written by the build */

const char *sitr_status_text(sitr_status status)
{
    switch (status) {
    case SITR_OK:
        return "success";
    case SITR_EINVAL:
        return "invalid argument";
    case SITR_ENOMEM:
        return "out of memory";
    case SITR_EIO:
        return "input or output error";
    case SITR_ENOENT:
        return "no such file";
    case SITR_EACCES:
        return "permission denied";
    case SITR_EFORMAT:
        return "not an image format known here";
    case SITR_EUNSUPPORTED:
        return "not supported by this build";
    case SITR_ETRUNCATED:
        return "the data ends early";
    case SITR_ECORRUPT:
        return "the data is damaged";
    case SITR_ELIMIT:
        return "beyond the limits set";
    case SITR_EVERSION:
        return "written by a newer version";
    case SITR_ETIMEOUT:
        return "took too long";
    case SITR_EDIED:
        return "the decoder died";
    }
    return "unknown status";
}

uint32_t sitr_version_number(void) { return SITR_VERSION_NUMBER; }

const char *sitr_version(void) { return SITR_VERSION_TEXT; }
