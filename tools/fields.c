/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of a record that say something of a picture. */
#include "fields.h"

void field_number(struct output *output, const struct picture *picture,
                  const char *name, uint32_t value)
{
    if (picture->signature)
        output_number(output, name, value);
    else
        output_null(output, name);
}

void field_flag(struct output *output, const struct picture *picture,
                const char *name, uint32_t flag)
{
    if (picture->signature)
        output_bool(output, name, picture->info.flags & flag);
    else
        output_null(output, name);
}
