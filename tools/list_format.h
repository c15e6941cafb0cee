/* SPDX-License-Identifier: Apache-2.0 */
/* The formats in which the field hands lists of hashes around. */
#ifndef TOOLS_LIST_FORMAT_H
#define TOOLS_LIST_FORMAT_H

#include <stdbool.h>

#include "listed.h"

enum list_format {
    LIST_NONE = 0,
    LIST_TX,           /* "pdq f8f8...", or the digits alone */
    LIST_TX_CSV,       /* signal_type,signal_str,collab,category,tags */
    LIST_PHOTO_HASHER, /* hash,quality,filename and its kin */
    LIST_STOPNCII,     /* hashRecords of the partner API */
    LIST_NCMEC,        /* queryResult, version 2 */
    LIST_MISP,         /* an event, or several */
    LIST_VICS_1_3,     /* Project VIC: value[{MediaID ..}] */
    LIST_VICS_2_0,     /* value[{CaseID .., Media[..]}] */
    LIST_VPDQ,         /* frame,quality,hash,timestamp */
    LIST_VPDQ_PYTHON,  /* frame,hash,quality,timestamp */
    LIST_VPDQ_JSON,    /* ["hash,quality,timestamp", ..] */
    LIST_VPDQ_OBJECT,  /* {"frame": {"quality", "hash", "timestamp"}} */
    LIST_IMAGEHASH,    /* 16 digits a line */
    LIST_MD5,          /* digits a line, and nothing else */
    LIST_SHA1,
    LIST_SHA256,
    LIST_FORMATS
};

/** Their names, in that order. */
#define LIST_FORMAT_CHOICES                                           \
 "tx tx-csv photo-hasher stopncii ncmec misp vics-1.3 vics-2.0 vpdq " \
 "vpdq-python vpdq-json vpdq-object imagehash md5 sha1 sha256"

const char *list_format_name(enum list_format format);
/** LIST_NONE where there is none of that name. */
enum list_format list_format_named(const char *name);

enum list_form {
    LIST_FORM_LINES = 0,
    LIST_FORM_TABLE,
    LIST_FORM_OBJECTS, /* a line each: no format's own, but read of one */
    LIST_FORM_JSON,
    LIST_FORM_XML
};

/** What a file of it is made of. */
enum list_form list_format_form(enum list_format format);

/** Formats of one family have one way to say what they list. */
enum list_format list_format_family(enum list_format format);

/** Whether hashes of that kind have a place in it. */
bool list_format_holds(enum list_format format, enum listed_kind kind);

#endif
