/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_LIST_MISP_H
#define TOOLS_LIST_MISP_H

#include <jansson.h>

#include "listed.h"

/** The kind of hash that an attribute of MISP has as its value, LISTED_KINDS where
 * it has none; `*is_named`: behind a name and a bar. */
enum listed_kind list_misp_kind(const json_t *attribute, bool *is_named);

#endif
