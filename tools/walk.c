/* SPDX-License-Identifier: Apache-2.0 */
/* A folder and those below it, depth first, without fts(3), which keeps quiet
 * about a readdir that failed: on a dying disk half a folder would be missing
 * and nobody told. A folder is read whole and closed before its entries are
 * visited, so depth costs memory, not descriptors; PATH_MAX bounds it. */
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

#include "need.h"

struct entry {
    char *name;
    unsigned char type; /* DT_* */
};

struct folder {
    struct entry *entries;
    size_t n, capacity;
    size_t next;   /* entry */
    size_t prefix; /* bytes of walk->path that name this folder */
};

struct walk {
    char *path;
    size_t capacity;
    struct folder *folders; /* the one being visited last */
    size_t depth, max_depth;
    uint64_t links;
    bool started;
};

struct walk *walk_new(const char *path)
{
    struct walk *const walk = need(calloc(1, sizeof *walk));

    walk->path = need(strdup(path));
    walk->capacity = strlen(path) + 1;
    return walk;
}

static void folder_clear(struct folder *folder)
{
    for (size_t i = 0; i < folder->n; i++) free(folder->entries[i].name);
    free(folder->entries);
}

void walk_free(struct walk *walk)
{
    if (!walk) return;
    while (walk->depth) folder_clear(&walk->folders[--walk->depth]);
    free(walk->folders);
    free(walk->path);
    free(walk);
}

uint64_t walk_links(const struct walk *walk) { return walk->links; }

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name,
                  ((const struct entry *)b)->name);
}

static unsigned char type_of(int fd, const struct dirent *entry)
{
    struct stat st;

    if (entry->d_type != DT_UNKNOWN) return entry->d_type;
    if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW)) return DT_REG;
    if (S_ISDIR(st.st_mode)) return DT_DIR;
    if (S_ISLNK(st.st_mode)) return DT_LNK;
    return DT_REG; /* opening it tells more */
}

static void folder_add(struct folder *folder, const char *name,
                       unsigned char type)
{
    if (folder->n == folder->capacity) {
        folder->capacity = folder->capacity ? 2 * folder->capacity : 16;
        folder->entries = need(realloc(
            folder->entries, folder->capacity * sizeof *folder->entries));
    }
    folder->entries[folder->n].name = need(strdup(name));
    folder->entries[folder->n].type = type;
    folder->n++;
}

static int folder_read(struct walk *walk, struct folder *folder, DIR *dir)
{
    const struct dirent *entry;

    while (errno = 0, (entry = readdir(dir))) {
        const unsigned char type = type_of(dirfd(dir), entry);

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (type == DT_LNK)
            walk->links++;
        else
            folder_add(folder, entry->d_name, type);
    }
    return errno;
}

/* Reads the folder walk->path names and puts it on top of the pile. */
static int enter(struct walk *walk)
{
    /* only the folder that was named may be reached through a link */
    const int nofollow = walk->depth ? O_NOFOLLOW : 0;
    const int fd =
        open(walk->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | nofollow);
    DIR *const dir = fd < 0 ? NULL : fdopendir(fd);
    struct folder folder = {.prefix = strlen(walk->path)};
    int error;

    if (!dir) {
        error = errno;
        if (fd >= 0) close(fd);
        return error;
    }
    error = folder_read(walk, &folder, dir);
    closedir(dir);
    if (folder.n)
        qsort(folder.entries, folder.n, sizeof *folder.entries, compare_names);
    if (walk->depth == walk->max_depth) {
        walk->max_depth = walk->max_depth ? 2 * walk->max_depth : 16;
        walk->folders = need(
            realloc(walk->folders, walk->max_depth * sizeof *walk->folders));
    }
    walk->folders[walk->depth++] = folder;
    return error;
}

static void set_path(struct walk *walk, size_t prefix, const char *name)
{
    const size_t slash = prefix && walk->path[prefix - 1] != '/';
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
        const struct entry *entry;

        if (folder->next == folder->n) {
            folder_clear(folder);
            walk->depth--;
            continue;
        }
        entry = &folder->entries[folder->next++];
        set_path(walk, folder->prefix, entry->name);
        *path = walk->path;
        if (entry->type != DT_DIR) return true;
        *error = enter(walk);
        if (*error) return true;
    }
    return false;
}
