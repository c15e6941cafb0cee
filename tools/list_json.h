/* SPDX-License-Identifier: Apache-2.0 */
/* Records of lists in JSON, a function for each format. */
#ifndef TOOLS_LIST_JSON_H
#define TOOLS_LIST_JSON_H

#include <jansson.h>

#include "list_format.h"

/** How JSON is written so that the same is the same text. */
#define LIST_JSON_DUMP (JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(15))

/** Makes a record of `value`, which stood at `path`; why it is none, or NULL. It
 * may be changed. `*skip`: it is one that lists no hash, as it may. */
const char *list_json_record(enum list_format format, const char *path,
                             json_t *value, struct listed *out, bool *skip);

/** Whether the text of a JSON string is a frame as pytx writes it. */
bool list_json_is_frame(const char *text);

/** Takes what is left of a record, to be carried along; why not, or NULL. */
const char *list_json_carry(json_t *value, char **more);

#endif
