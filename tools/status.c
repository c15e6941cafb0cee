/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a file, in words. */
#include "status.h"

#include <errno.h>

#include "i18n.h"

static const struct {
    const char *word;
    const char *text;
} words[STATUS_COUNT] = {
    [STATUS_OK] = {"ok", N_("read whole")},
    [STATUS_DAMAGED] = {"damaged", N_("damaged, read in part")},
    [STATUS_NOT_IMAGE] = {"not-image", N_("not a picture")},
    [STATUS_UNSUPPORTED] = {"unsupported", N_("a format not supported here")},
    [STATUS_CORRUPT] = {"corrupt", N_("too damaged to read")},
    [STATUS_TOO_LARGE] = {"too-large", N_("over the limits set")},
    [STATUS_TIMEOUT] = {"timeout", N_("took too long to decode")},
    [STATUS_NO_MEMORY] = {"no-memory", N_("out of memory")},
    [STATUS_DECODER_DIED] = {"decoder-died", N_("the decoder died of it")},
    [STATUS_IO_ERROR] = {"io-error", N_("cannot be read")},
    [STATUS_NO_ACCESS] = {"no-access", N_("no permission to read")},
};

const char *status_word(enum status status) { return words[status].word; }

const char *status_text(enum status status) { return _(words[status].text); }

enum status status_of_sitr(sitr_status status)
{
    switch (status) {
    case SITR_OK:
        return STATUS_OK;
    case SITR_EFORMAT:
        return STATUS_NOT_IMAGE;
    case SITR_EUNSUPPORTED:
        return STATUS_UNSUPPORTED;
    case SITR_ECORRUPT:
    case SITR_ETRUNCATED:
        return STATUS_CORRUPT;
    case SITR_ELIMIT:
        return STATUS_TOO_LARGE;
    case SITR_ETIMEOUT:
        return STATUS_TIMEOUT;
    case SITR_ENOMEM:
        return STATUS_NO_MEMORY;
    case SITR_EDIED:
        return STATUS_DECODER_DIED;
    case SITR_EACCES:
        return STATUS_NO_ACCESS;
    default:
        return STATUS_IO_ERROR;
    }
}

enum status status_of_errno(int error)
{
    switch (error) {
    case 0:
        return STATUS_OK;
    case EACCES:
    case EPERM:
        return STATUS_NO_ACCESS;
    case ENOMEM:
        return STATUS_NO_MEMORY;
    default:
        return STATUS_IO_ERROR;
    }
}

bool status_is_failure(enum status status) { return status > STATUS_NOT_IMAGE; }
