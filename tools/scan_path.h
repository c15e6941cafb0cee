/* SPDX-License-Identifier: Apache-2.0 */
/* Where the files of a scan lie: by absolute paths, which mean the same in three
 * months, from another folder. */
#ifndef TOOLS_SCAN_PATH_H
#define TOOLS_SCAN_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "inputs.h"

/** The path of `name` in `folder`, to be freed. */
char *scan_path_join(const char *folder, const char *name);

/** Whether the path is that of the folder, or of something below it. */
bool scan_path_within(const char *path, const char *folder);

struct scan_paths {
    char **roots; /* folders that were named, absolute */
    size_t n_roots;
    char **unreached; /* what could not be looked into, absolute */
    size_t n_unreached;
    char *given, *real; /* the folder that was resolved last */
};

/** Takes the folders among the paths, though they may be empty by now. */
void scan_paths_init(struct scan_paths *paths,
                     const struct inputs_source *source);
void scan_paths_clear(struct scan_paths *paths);

/** The absolute path of a file, to be freed: links are resolved in the part that
 * was named, where they are followed. */
char *scan_path(struct scan_paths *paths, const struct input *input);

/** What lies at or below this path may still be there. */
void scan_path_unreached(struct scan_paths *paths, const char *path);

/** Whether all of that folder was looked at: what was not met in it is gone. */
bool scan_path_covered(const struct scan_paths *paths, const char *folder);

#endif
