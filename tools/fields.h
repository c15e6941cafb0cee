/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of a record that say something of a picture; null where it could not
 * be signed. */
#ifndef TOOLS_FIELDS_H
#define TOOLS_FIELDS_H

#include "output.h"
#include "picture.h"

void field_number(struct output *output, const struct picture *picture,
                  const char *name, uint32_t value);

/** Whether `flag`, of SITR_INFO_*, is set. */
void field_flag(struct output *output, const struct picture *picture,
                const char *name, uint32_t flag);

#endif
