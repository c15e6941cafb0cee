/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of cases: pseudonyms, for whoever sees one must not learn a name. */
#ifndef TOOLS_LABEL_H
#define TOOLS_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#define LABEL_MAX       100 /* bytes */
#define LABEL_SUGGESTED 16

/** Whether it can be one: UTF-8 that shows as it is, 1 .. LABEL_MAX bytes. */
bool label_is_valid(const char *label);

/** Whether it looks like a person's name, address or telephone number. */
bool label_looks_real(const char *label);

/** A new one, "2026-k7wd": the year and what nobody can guess. */
void label_suggest(char label[LABEL_SUGGESTED]);

#endif
