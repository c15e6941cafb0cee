/* SPDX-License-Identifier: Apache-2.0 */
/* A report on a case: what is recorded of it, as it is put before others. It is
 * read once, and then written for people and for programs. */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "args.h"
#include "case_file.h"
#include "chain.h"
#include "findings.h"
#include "picture.h"

#define REPORT_ID 17 /* bytes of its text, the final zero included */

/** A picture of the case. */
struct report_item {
    int64_t id;
    uint8_t sha256[32];
    int64_t size;
    enum status status;
    bool is_signed; /* else it is found by its bytes alone */
    sitr_signature_info info;
    uint8_t record[32]; /* SHA-256 of the signature, which is not shown */
    int64_t added, last, times;
    char *added_by, *version, *options;
    char *name; /* or NULL */
};

/** What a person said of a finding. */
struct report_review {
    bool confirmed;
    int64_t at;
    char *who, *note; /* `note` may be NULL */
};

/** Where a found file comes from. Each text may be NULL. */
struct report_source {
    char *url, *captured, *captured_by;
    int64_t added;
};

/** When the file was gone, and there again. */
struct report_return {
    int64_t gone, back;
};

struct report_finding {
    const struct finding *finding;
    const struct report_item *item;
    uint8_t sha256[32];            /* of the found file */
    bool is_former;                /* it holds other bytes by now */
    int64_t size;                  /* -1 where it is not known */
    int64_t at;                    /* when the file was read */
    int64_t first_seen;            /* of the file */
    int64_t gone;                  /* since when it is; 0: it is there */
    struct report_return *returns; /* the first one first */
    size_t n_returns;
    struct report_review *reviews; /* the newest first */
    size_t n_reviews;
    struct report_source *sources; /* the latest capture first */
    size_t n_sources;
    sitr_blurred
        blurred; /* of the found file, if that was asked for; width 0: it
                           * was not, or the file is not there as it was */
};

struct report_act {
    struct act act; /* its texts are owned */
    uint8_t chain[CHAIN_SIZE];
    bool holds; /* it follows from the one before */
};

struct report_scan {
    int64_t started, ended; /* 0: it did not end */
    char *who, *version;
    char *paths; /* for a shell: quoted, spaces between them */
};

struct report {
    const struct settings *settings;
    char id[REPORT_ID]; /* the last value of the chain, begun */
    int64_t made;
    char *label, *opened_by;
    int64_t opened;
    struct report_item *items;
    size_t n_items;
    struct findings all;             /* the strongest first */
    struct report_finding *findings; /* confirmed, then not looked at */
    size_t n_findings, n_confirmed;
    size_t n_rejected; /* not among them */
    struct report_act *acts;
    size_t n_acts;
    bool chain_holds;
    struct report_scan *scans;
    size_t n_scans;
    int64_t n_files, n_failed; /* that were looked at, and could not be read */
};

/** Reads what is recorded of that case; false after a message. To be cleared
 * either way. */
bool report_read(struct case_file *file, const struct settings *settings,
                 const sitr_ctx *ctx, int64_t case_id, struct report *out);
void report_clear(struct report *report);

/** Reads the found files once more, as far as they are there with the same bytes,
 * for a few gray squares of each. */
void report_blur(struct report *report, const struct reader *reader);

/** Writes all of it as a page, in the language that is set. */
void report_put_html(FILE *out, const struct report *report);

/** A row of a table with a time in it. */
void report_put_time(FILE *out, const char *head, int64_t at);

/** The parts of the page that have files of their own. */
void report_put_findings(FILE *out, const struct report *report);
void report_put_custody(FILE *out, const struct report *report);
void report_put_method(FILE *out, const struct report *report);

/** Writes all of it for programs; the page's SHA-256 goes in. False where there is
 * no memory. */
bool report_put_json(FILE *out, const struct report *report,
                     const uint8_t html_sha256[32]);

/** The same in the words of CASE and UCO. */
bool report_put_jsonld(FILE *out, const struct report *report);

#endif
