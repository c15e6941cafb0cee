/* SPDX-License-Identifier: Apache-2.0 */
/* What lands in folders, or goes from them, by inotify: named once it was left alone
 * for a while. */
#ifndef TOOLS_LANDING_H
#define TOOLS_LANDING_H

#include <stdbool.h>
#include <stddef.h>

struct landing;

/** `settle` is how many seconds a file is to be left alone; it is named after a
 * minute whatever comes. NULL, with errno, where there is no inotify. */
struct landing *landing_new(unsigned settle);
void landing_free(struct landing *landing);

/** Watches the folder `root`, an absolute path in which no part is a link, and all
 * below it, also those that come; again, where it was watched before. 0, or the
 * errno of a folder that could not be: what happens in that is not seen. */
int landing_watch(struct landing *landing, const char *root);

/** Takes in what has happened; without any, waits for it up to that time. A signal
 * ends the wait. */
void landing_wait(struct landing *landing, int milliseconds);

/** Something that was made, changed, moved or removed: a file or a folder. */
struct landed {
    char *path;    /* to be freed */
    size_t n_root; /* bytes of it that are the folder that is watched */
};

/** What has settled, by the bytes of its paths: how many, in `*out`, which is to be
 * freed. What lies below a folder that is among them is not. */
size_t landing_take(struct landing *landing, struct landed **out);

/** Whether, since the last call, more happened than could be told of, or a folder
 * could not be watched that came: all is to be looked through. */
bool landing_lost(struct landing *landing);

/** Folders that are watched. */
size_t landing_folders(const struct landing *landing);

#endif
