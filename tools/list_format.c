/* SPDX-License-Identifier: Apache-2.0 */
#include "list_format.h"

#include <string.h>

#define BIT(kind) (1u << (kind))
#define BYTES     (BIT(LISTED_MD5) | BIT(LISTED_SHA1) | BIT(LISTED_SHA256))

static const struct {
    const char *name;
    enum list_format family;
    unsigned kinds;
    enum list_form form;
} formats[LIST_FORMATS] = {
    [LIST_NONE] = {"", LIST_NONE, 0},
    [LIST_TX] = {"tx", LIST_TX, BIT(LISTED_PDQ) | BYTES},
    [LIST_TX_CSV] = {"tx-csv", LIST_TX, BIT(LISTED_PDQ) | BYTES,
                     LIST_FORM_TABLE},
    [LIST_PHOTO_HASHER] = {"photo-hasher", LIST_PHOTO_HASHER,
                           BIT(LISTED_PDQ) | BIT(LISTED_PHASH)},
    [LIST_STOPNCII] = {"stopncii", LIST_STOPNCII,
                       BIT(LISTED_PDQ) | BIT(LISTED_MD5) | BIT(LISTED_OTHER),
                       LIST_FORM_JSON},
    [LIST_NCMEC] = {"ncmec", LIST_NCMEC,
                    BIT(LISTED_PDQ) | BIT(LISTED_MD5) | BIT(LISTED_SHA1),
                    LIST_FORM_XML},
    [LIST_MISP] = {"misp", LIST_MISP,
                   BIT(LISTED_PDQ) | BYTES | BIT(LISTED_PHASH), LIST_FORM_JSON},
    [LIST_VICS_1_3] = {"vics-1.3", LIST_VICS_1_3,
                       BIT(LISTED_MD5) | BIT(LISTED_SHA1), LIST_FORM_JSON},
    [LIST_VICS_2_0] = {"vics-2.0", LIST_VICS_1_3,
                       BIT(LISTED_MD5) | BIT(LISTED_SHA1), LIST_FORM_JSON},
    [LIST_VPDQ] = {"vpdq", LIST_VPDQ, BIT(LISTED_PDQ)},
    [LIST_VPDQ_PYTHON] = {"vpdq-python", LIST_VPDQ, BIT(LISTED_PDQ)},
    [LIST_VPDQ_JSON] = {"vpdq-json", LIST_VPDQ, BIT(LISTED_PDQ),
                        LIST_FORM_JSON},
    [LIST_VPDQ_OBJECT] = {"vpdq-object", LIST_VPDQ, BIT(LISTED_PDQ),
                          LIST_FORM_JSON},
    [LIST_IMAGEHASH] = {"imagehash", LIST_IMAGEHASH, BIT(LISTED_PHASH)},
    [LIST_MD5] = {"md5", LIST_MD5, BIT(LISTED_MD5)},
    [LIST_SHA1] = {"sha1", LIST_SHA1, BIT(LISTED_SHA1)},
    [LIST_SHA256] = {"sha256", LIST_SHA256, BIT(LISTED_SHA256)},
};

const char *list_format_name(enum list_format format)
{
    return formats[format].name;
}

enum list_format list_format_named(const char *name)
{
    for (int i = LIST_NONE + 1; i < LIST_FORMATS; i++)
        if (!strcmp(formats[i].name, name)) return (enum list_format)i;
    return LIST_NONE;
}

enum list_format list_format_family(enum list_format format)
{
    return formats[format].family;
}

enum list_form list_format_form(enum list_format format)
{
    return formats[format].form;
}

bool list_format_holds(enum list_format format, enum listed_kind kind)
{
    return formats[format].kinds & BIT(kind);
}
