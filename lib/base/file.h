/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITR_FILE_H
#define SITR_FILE_H

#include "base/mem.h"

/** Reads a whole regular file of at most `max_bytes` of the limits. It is never
 * mapped: a file that shrinks under a mapping would end the process. `*out` is
 * freed with sitr_budget_free; NULL for an empty file, which is SITR_OK with
 * size 0. SITR_EIO for what is not a regular file: a FIFO would hang. */
sitr_status sitr_file_read(sitr_budget *budget, const char *path, uint8_t **out,
                           size_t *size);

#endif
