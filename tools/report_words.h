/* SPDX-License-Identifier: Apache-2.0 */
/* What a report says of a finding, in sentences: first what is a fact, and apart
 * from it what it may mean. In the language that is set. */
#ifndef TOOLS_REPORT_WORDS_H
#define TOOLS_REPORT_WORDS_H

#include "report.h"

#define REPORT_TEXT 1024 /* bytes of a sentence */

/** The kind, as a heading. */
const char *report_kind(const struct report_finding *finding);

/** What the two files have in common: their bytes, or what they look like. These
 * are never the same sentence. */
const char *report_fact(const struct report_finding *finding);

/** By which signs that is known: the distance or the details; "" where the bytes
 * are equal. */
void report_basis(const struct report_finding *finding, char text[REPORT_TEXT]);

/** How often chance alone gives that much; "" where it plays no part. */
void report_rate(const struct report_finding *finding, char text[REPORT_TEXT]);

/** How the picture was turned; "" where it was not. */
const char *report_turn(const struct report_finding *finding);

/** What it may mean in the terms of the Moroccan Penal Code. */
const char *report_meaning(const struct report_finding *finding);

/** What was done, of the acts of a case. */
const char *report_act(const char *what);

#endif
