/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in a folder and below it, in an order that is always the same. */
#ifndef TOOLS_WALK_H
#define TOOLS_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct walk;

/** A walk of the folder `path`, which is not opened yet, and in whose first
 * `n_followed` bytes links are followed (open_path). `budget` is how many bytes the
 * names of one folder may take at a time, 0 for the default: where they take more,
 * the folder is read again for those that follow. */
struct walk *walk_new(const char *path, size_t n_followed, size_t budget);
void walk_free(struct walk *walk);

/** The next entry that is no folder, by names in byte order; false at the end.
 *
 * `*path` is valid until the next call. `*error` is 0, or the errno of a folder
 * that could not be read (in part); the walk goes on behind it. Symbolic links
 * are counted, not followed and not given, so no walk goes in circles. */
bool walk_next(struct walk *walk, const char **path, int *error);

uint64_t walk_links(const struct walk *walk);

#endif
