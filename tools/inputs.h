/* SPDX-License-Identifier: Apache-2.0 */
/* The files a command line means, one after the other. */
#ifndef TOOLS_INPUTS_H
#define TOOLS_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shard.h"

/** What the command line says: paths, `-` among them for standard input, and a
 * list in a file. Borrowed. */
struct inputs_source {
    char *const *paths;
    size_t n_paths;
    const char *files_from; /* NULL, a file, or "-" */
    bool null;              /* the lists end names with a zero byte */
    size_t n_followed;      /* of paths that were met in a folder: its bytes, in
                             * which links are followed; 0: they were named */
    struct shard shard;     /* of all these files, those to give */
};

struct input {
    char *path;        /* owned */
    bool walked;       /* met in a folder */
    size_t n_followed; /* bytes of the path in which links are followed: all of
                        * one that was named, else the folder that was */
    int error;         /* errno of a path that cannot be reached; 0 */
    uint64_t place;    /* among all files of the source, of any shard; from 0 */
};

struct inputs;

/** Opens nothing yet; `source` is copied, what it points to is not. */
struct inputs *inputs_open(const struct inputs_source *source);
void inputs_close(struct inputs *inputs);

/** The next file: paths in the order given, then the list, folders with all
 * that lies below them. 1, or 0 at the end; -1, after a message, where a list
 * cannot be read further. The caller frees `out->path`. */
int inputs_next(struct inputs *inputs, struct input *out);

/** Symbolic links met in folders, and left alone; the first shard has them all. */
uint64_t inputs_links(const struct inputs *inputs);

/** Whether a list is read, which can be done only once. */
bool inputs_have_list(const struct inputs_source *source);

#endif
