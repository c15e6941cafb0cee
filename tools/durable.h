/* SPDX-License-Identifier: Apache-2.0 */
/* What is written is on the disk before it gets its name, and never takes the
 * place of something else. */
#ifndef TOOLS_DURABLE_H
#define TOOLS_DURABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The bytes of the path before its last name; slashes at its end belong to that
 * name. */
size_t durable_folder_length(const char *path);

/** The folder that the path lies in; to be freed. */
char *durable_folder(const char *path);

/** A name beside `path` for mkdtemp or mkostemp; to be freed. */
char *durable_beside(const char *path);

/* What follows returns 0 or an errno. */

/** Writes all of it. */
int durable_write(int fd, const uint8_t *data, size_t size);

/** Waits until what was written is on the disk, and closes; where there was an
 * `error` before, only closes, and returns that. */
int durable_close(int fd, int error);

int durable_sync_folder(int fd);

/** Gives what is called `beside` the name `path`, which nothing has, and waits
 * until that is on the disk. It was renamed where `*renamed` is true, whatever
 * is returned. */
int durable_publish(const char *beside, const char *path, bool *renamed);

/** Removes a folder that was made beside, with all that is in it, as far as that can
 * be done; no link is followed. */
void durable_remove(const char *folder);

/** Makes a file that only its owner can read, whole or not at all: EEXIST where
 * `path` is there already. */
int durable_create(const char *path, const uint8_t *data, size_t size);

#endif
