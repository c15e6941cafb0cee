/* SPDX-License-Identifier: Apache-2.0 */
/* What speaks for a pair of pictures being one: by their bytes, or by what
 * they look like. Two different findings, and worded as such. */
#ifndef TOOLS_EVIDENCE_H
#define TOOLS_EVIDENCE_H

#include <stdbool.h>

#include <sitr.h>

#include "args.h"
#include "output.h"

struct evidence {
    sitr_match match;
    bool same_file; /* the SHA-256 of both are equal */
};

/** That they are the same bytes, whatever was seen of them. */
void evidence_same_file(struct evidence *evidence);

/** The kind's stable word: "same-file" or the library's. */
const char *evidence_kind(const struct evidence *evidence);

/** The fields verdict .. quad of a record; NULL only names them. */
void evidence_put(struct output *output, const struct evidence *evidence);
void evidence_absent(struct output *output);

/** A word and a sentence for people, in their language. */
const char *verdict_text(sitr_verdict verdict);
const char *verdict_sentence(const struct evidence *evidence);

/** How far two pictures could be looked into. */
enum depth {
    DEPTH_LISTS,       /* there were but hashes of others to look for */
    DEPTH_HASHES,      /* asked not to look for parts */
    DEPTH_FEW_REGIONS, /* one was too plain for that */
    DEPTH_REGIONS
};

/** What not to conclude where nothing matched. */
const char *no_match_sentence(enum depth depth);
const char *kind_text(const struct evidence *evidence);
const char *kind_sentence(const struct evidence *evidence);
const char *turn_sentence(sitr_turn turn);

/** "1e-9", or "-" where chance plays no part. */
void rate_format(const struct evidence *evidence, char text[16]);

/** `verdict` in words on standard output, in colour where that is wanted,
 * filled up to `width` columns. */
void verdict_print(sitr_verdict verdict, bool color, int width);

/** Whether standard output is to have colour. */
bool color_wanted(enum color_mode mode);

#endif
