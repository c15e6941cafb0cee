/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITR_FILE_H
#define SITR_FILE_H

#include "base/mem.h"

/** Reads a whole regular file of at most `max_bytes` of the limits. It is never
 * mapped: a file that shrinks under a mapping would end the process. `*out` is
 * freed with sitr_budget_free; NULL for an empty file, which is SITR_OK with
 * size 0. SITR_EIO for what is not a regular file: a FIFO would hang; and, unless
 * `follow`, for a symbolic link in the last place of the path. */
sitr_status sitr_file_read(sitr_budget *budget, const char *path, bool follow,
                           uint8_t **out, size_t *size);

/** A file's bytes, read as they are touched. */
typedef struct sitr_mapping {
    void *data;
    size_t size;
} sitr_mapping;

/** Maps a whole regular file, of any size that can be addressed, for what is too
 * large to be read: an index of our own, which is replaced by renaming and never
 * written to. A file that somebody else cuts short ends the process. An empty
 * file is SITR_ETRUNCATED. */
sitr_status sitr_file_map(const sitr_ctx *ctx, const char *path,
                          sitr_mapping *out);
/** An empty mapping is fine. */
void sitr_file_unmap(sitr_mapping *mapping);

/** Writes a new file beside `path`, waits until it is on the disk, and renames
 * it: what is at `path` is the old file or the new one, never a part. Readable
 * by its owner alone. */
sitr_status sitr_file_replace(const sitr_ctx *ctx, const char *path,
                              const void *data, size_t size);

#endif
