/* SPDX-License-Identifier: Apache-2.0 */
/* A folder and those below it, depth first, without fts(3), which keeps quiet
 * about a readdir that failed: on a dying disk half a folder would be missing
 * and nobody told. A folder is read and closed before its entries are visited,
 * a batch of names at a time, so that neither depth nor width costs descriptors
 * or memory without bound. */
/* for d_type */
#define _DEFAULT_SOURCE
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch.h"
#include "need.h"
#include "open.h"

#define BUDGET     ((size_t)4 << 20)
#define MIN_BUDGET ((size_t)64 << 10)

struct folder {
    struct batch batch;
    size_t next;    /* entry of the batch */
    size_t prefix;  /* bytes of walk->path that name this folder */
    bool was_wrong; /* it was said that it cannot be read */
};

struct walk {
    char *path;
    size_t capacity;
    size_t n_followed;      /* bytes of the path in which links are */
    size_t budget;          /* of the topmost folders */
    struct folder *folders; /* the one being visited last */
    size_t depth, max_depth;
    uint64_t links;
    bool started;
};

struct walk *walk_new(const char *path, size_t n_followed, size_t budget)
{
    struct walk *const walk = need(calloc(1, sizeof *walk));

    walk->path = need(strdup(path));
    walk->n_followed = n_followed;
    walk->capacity = strlen(path) + 1;
    walk->budget = budget ? budget : BUDGET;
    return walk;
}

void walk_free(struct walk *walk)
{
    if (!walk) return;
    while (walk->depth) batch_clear(&walk->folders[--walk->depth].batch);
    free(walk->folders);
    free(walk->path);
    free(walk);
}

uint64_t walk_links(const struct walk *walk) { return walk->links; }

/* ---- Reading -------------------------------------------------------------- */

static unsigned char type_of(int fd, const struct dirent *entry)
{
    struct stat st;

    if (entry->d_type != DT_UNKNOWN) return entry->d_type;
    if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW)) return DT_REG;
    if (S_ISDIR(st.st_mode)) return DT_DIR;
    if (S_ISLNK(st.st_mode)) return DT_LNK;
    return DT_REG; /* opening it tells more */
}

/* Offers what is in the folder behind the name `after`, NULL for all. */
static int read_names(struct walk *walk, struct batch *batch, DIR *dir,
                      const char *after)
{
    const struct dirent *entry;

    while (errno = 0, (entry = readdir(dir))) {
        const char *const name = entry->d_name;

        if (!strcmp(name, ".") || !strcmp(name, "..")) continue;
        if (after && strcmp(name, after) <= 0) continue;
        const unsigned char type = type_of(dirfd(dir), entry);

        if (type != DT_LNK)
            batch_offer(batch, name, type);
        else if (!after)
            walk->links++;
    }
    return errno;
}

/* The first batch of the folder that walk->path names, or with `after` the one
 * behind that name. */
static int read_batch(struct walk *walk, struct batch *batch, const char *after)
{
    const int fd =
        open_path(walk->path, walk->n_followed, O_RDONLY | O_DIRECTORY);
    DIR *const dir = fd < 0 ? NULL : fdopendir(fd);
    int error;

    if (!dir) {
        error = errno;
        if (fd >= 0) close(fd);
        return error;
    }
    error = read_names(walk, batch, dir, after);
    closedir(dir);
    batch_sort(batch);
    return error;
}

/* Deeper folders get less, so that the sum stays small. */
static size_t budget_at(const struct walk *walk, size_t depth)
{
    const size_t shift = depth / 4 < 16 ? depth / 4 : 16;
    const size_t budget = walk->budget >> shift;
    const size_t least = walk->budget < MIN_BUDGET ? walk->budget : MIN_BUDGET;

    return budget > least ? budget : least;
}

/* Puts the folder that walk->path names on top of the pile. */
static int enter(struct walk *walk)
{
    struct folder folder = {.prefix = strlen(walk->path)};
    int error;

    batch_init(&folder.batch, budget_at(walk, walk->depth));
    error = read_batch(walk, &folder.batch, NULL);
    folder.was_wrong = error;
    if (walk->depth == walk->max_depth) {
        walk->max_depth = walk->max_depth ? 2 * walk->max_depth : 16;
        walk->folders = need(
            realloc(walk->folders, walk->max_depth * sizeof *walk->folders));
    }
    walk->folders[walk->depth++] = folder;
    return error;
}

/* Puts the next batch of a folder in the place of the one that was visited. An
 * error that was told of is not told again. */
static int read_on(struct walk *walk, struct folder *folder)
{
    char *const last = folder->batch.entries[folder->batch.n - 1].name;
    int error;

    walk->path[folder->prefix] = '\0';
    folder->batch.n--; /* the last name is needed for a moment */
    batch_empty(&folder->batch);
    folder->next = 0;
    error = read_batch(walk, &folder->batch, last);
    free(last);
    if (folder->was_wrong) return 0;
    folder->was_wrong = error;
    return error;
}

/* ---- Visiting ------------------------------------------------------------- */

/* The path of `name` in the folder that the first `prefix` bytes name: 1 at
 * least, for the empty path is no folder's. */
static void set_path(struct walk *walk, size_t prefix, const char *name)
{
    const size_t slash = walk->path[prefix - 1] != '/';
    const size_t size = prefix + slash + strlen(name) + 1;

    if (size > walk->capacity) {
        walk->capacity = 2 * size;
        walk->path = need(realloc(walk->path, walk->capacity));
    }
    if (slash) walk->path[prefix] = '/';
    strcpy(walk->path + prefix + slash, name);
}

bool walk_next(struct walk *walk, const char **path, int *error)
{
    *error = 0;
    if (!walk->started) {
        walk->started = true;
        *error = enter(walk);
        *path = walk->path;
        if (*error) return true;
    }
    while (walk->depth) {
        struct folder *const folder = &walk->folders[walk->depth - 1];
        const struct batch_entry *entry;

        if (folder->next == folder->batch.n) {
            if (!folder->batch.left_out) {
                batch_clear(&folder->batch);
                walk->depth--;
                continue;
            }
            *error = read_on(walk, folder);
            *path = walk->path;
            if (*error) return true;
            continue;
        }
        entry = &folder->batch.entries[folder->next++];
        set_path(walk, folder->prefix, entry->name);
        *path = walk->path;
        if (entry->type != DT_DIR) return true;
        *error = enter(walk);
        if (*error) return true;
    }
    return false;
}
