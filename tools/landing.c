/* SPDX-License-Identifier: Apache-2.0 */
/* What lands in folders. inotify(7) watches folders one by one, by their inodes: so
 * each has a watch, put on before the folder is looked into, that nothing made
 * meanwhile is missed. What it tells is a hint and no more: who takes a path looks
 * at what is there by then. */
/* for tdestroy and twalk_r */
#define _GNU_SOURCE
#include "landing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "need.h"
#include "open.h"
#include "progress.h"
#include "scan_path.h"

#define MOST_S     60 /* that something may keep changing before it is named */
#define MAX_LANDED 100000 /* that wait to settle */

/* Metadata too: what could not be read may be by now. */
#define EVENTS                                                           \
 (IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM |   \
  IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | \
  IN_EXCL_UNLINK)

struct folder {
    int watch;
    char *path;
    size_t n_root;
};

struct pending {
    char *path; /* first: what they are ordered by */
    size_t n_root;
    double since, due;
};

struct landing {
    int fd;
    unsigned settle;
    struct folder *folders; /* by their watches, which rise as they are made */
    size_t n_folders, max_folders;
    void *pending; /* a tree of tsearch(3) */
    size_t n_pending;
    bool lost;
};

struct landing *landing_new(unsigned settle)
{
    const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    struct landing *landing;

    if (fd < 0) return NULL;
    landing = need(calloc(1, sizeof *landing));
    landing->fd = fd;
    landing->settle = settle;
    return landing;
}

static void free_pending(void *arg)
{
    struct pending *const pending = arg;

    free(pending->path);
    free(pending);
}

void landing_free(struct landing *landing)
{
    if (!landing) return;
    tdestroy(landing->pending, free_pending);
    for (size_t i = 0; i < landing->n_folders; i++)
        free(landing->folders[i].path);
    free(landing->folders);
    close(landing->fd);
    free(landing);
}

size_t landing_folders(const struct landing *landing)
{
    return landing->n_folders;
}

bool landing_lost(struct landing *landing)
{
    const bool lost = landing->lost;

    landing->lost = false;
    return lost;
}

/* ---- What waits to settle ------------------------------------------------ */

static int compare(const void *a, const void *b)
{
    const struct pending *const x = a, *const y = b;

    return strcmp(x->path, y->path);
}

/* Takes the path. */
static void put_pending(struct landing *landing, char *path, size_t n_root)
{
    const double now = progress_clock();
    struct pending key = {.path = path, .n_root = n_root, .since = now};
    struct pending **const at = need(tsearch(&key, &landing->pending, compare));
    struct pending *pending = *at;

    if (pending == &key) {
        pending = need(malloc(sizeof *pending));
        *pending = key;
        *at = pending;
        landing->n_pending++;
    } else {
        free(path);
    }
    pending->due = now + landing->settle;
    if (pending->due > pending->since + MOST_S)
        pending->due = pending->since + MOST_S;
    if (landing->n_pending <= MAX_LANDED) return;
    tdestroy(landing->pending, free_pending);
    landing->pending = NULL;
    landing->n_pending = 0;
    landing->lost = true;
}

struct settled {
    double now;
    double first; /* when the next of them is due */
    struct landed *items;
    size_t n, capacity;
};

static void look(const void *node, VISIT visit, void *arg)
{
    const struct pending *const pending = *(struct pending *const *)node;
    struct settled *const settled = arg;

    if (visit != postorder && visit != leaf) return;
    if (pending->due > settled->now) {
        if (pending->due < settled->first) settled->first = pending->due;
        return;
    }
    if (settled->n == settled->capacity) {
        settled->capacity = 2 * settled->capacity + 16;
        settled->items = need(
            realloc(settled->items, settled->capacity * sizeof(struct landed)));
    }
    settled->items[settled->n++] =
        (struct landed){pending->path, pending->n_root};
}

static int compare_landed(const void *a, const void *b)
{
    const struct landed *const x = a, *const y = b;

    return strcmp(x->path, y->path);
}

/* Whether a folder around it is among them. */
static bool is_below(const struct settled *settled, const struct landed *landed)
{
    char *const path = need(strdup(landed->path));
    const struct landed around = {.path = path};
    char *slash;
    bool below = false;

    while (!below && (slash = strrchr(path, '/')) &&
           (size_t)(slash - path) > landed->n_root) {
        *slash = '\0';
        below = bsearch(&around, settled->items, settled->n,
                        sizeof *settled->items, compare_landed);
    }
    free(path);
    return below;
}

/* Takes them from the tree; their paths go on. */
static void take_out(struct landing *landing, const struct settled *settled)
{
    for (size_t i = 0; i < settled->n; i++) {
        const struct pending key = {.path = settled->items[i].path};
        struct pending *const pending =
            *(struct pending **)tfind(&key, &landing->pending, compare);

        tdelete(&key, &landing->pending, compare);
        landing->n_pending--;
        free(pending);
    }
}

size_t landing_take(struct landing *landing, struct landed **out)
{
    struct settled settled = {.now = progress_clock(), .first = INFINITY};
    bool *below;
    size_t n = 0;

    twalk_r(landing->pending, look, &settled);
    take_out(landing, &settled);
    below = need(calloc(settled.n + 1, sizeof *below));
    for (size_t i = 0; i < settled.n; i++)
        below[i] = is_below(&settled, &settled.items[i]);
    for (size_t i = 0; i < settled.n; i++)
        if (below[i])
            free(settled.items[i].path);
        else
            settled.items[n++] = settled.items[i];
    free(below);
    *out = settled.items;
    return n;
}

/* ---- Folders ------------------------------------------------------------- */

/* The place of that watch, or where it would be. */
static size_t place_of(const struct landing *landing, int watch)
{
    size_t low = 0, high = landing->n_folders;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (landing->folders[middle].watch < watch)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct folder *find_folder(struct landing *landing, int watch)
{
    const size_t i = place_of(landing, watch);

    return i < landing->n_folders && landing->folders[i].watch == watch
               ? &landing->folders[i]
               : NULL;
}

/* A folder that was moved has the watch it had, and another path. */
static void put_folder(struct landing *landing, int watch, const char *path,
                       size_t n_root)
{
    struct folder *folder = find_folder(landing, watch);

    if (!folder) {
        const size_t i = place_of(landing, watch);

        if (landing->n_folders == landing->max_folders) {
            landing->max_folders = 2 * landing->max_folders + 16;
            landing->folders =
                need(realloc(landing->folders,
                             landing->max_folders * sizeof *landing->folders));
        }
        folder = &landing->folders[i];
        memmove(folder + 1, folder, (landing->n_folders - i) * sizeof *folder);
        landing->n_folders++;
    } else {
        free(folder->path);
    }
    *folder = (struct folder){watch, need(strdup(path)), n_root};
}

static void drop_folder(struct landing *landing, struct folder *folder)
{
    const size_t i = (size_t)(folder - landing->folders);

    free(folder->path);
    memmove(folder, folder + 1, (landing->n_folders - i - 1) * sizeof *folder);
    landing->n_folders--;
}

/* What was moved away is watched no more; if it was moved to another folder here,
 * that is told of next. */
static void forget_below(struct landing *landing, const char *path)
{
    for (size_t i = landing->n_folders; i-- > 0;) {
        struct folder *const folder = &landing->folders[i];

        if (!scan_path_within(folder->path, path)) continue;
        inotify_rm_watch(landing->fd, folder->watch);
        drop_folder(landing, folder);
    }
}

/* Folders that are still to be watched. */
struct paths {
    char **items;
    size_t n, capacity;
};

static void push(struct paths *paths, char *path)
{
    if (paths->n == paths->capacity) {
        paths->capacity = 2 * paths->capacity + 16;
        paths->items =
            need(realloc(paths->items, paths->capacity * sizeof *paths->items));
    }
    paths->items[paths->n++] = path;
}

static bool is_folder(int fd, const struct dirent *entry)
{
    struct stat st;

    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
        return false;
    if (entry->d_type != DT_UNKNOWN) return entry->d_type == DT_DIR;
    return !fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
           S_ISDIR(st.st_mode);
}

static int push_folders(struct paths *paths, const char *path, size_t n_root)
{
    const int fd = open_path(path, n_root, O_RDONLY | O_DIRECTORY);
    DIR *const dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    int error;

    if (!dir) {
        error = errno;
        if (fd >= 0) close(fd);
        return error;
    }
    while (errno = 0, (entry = readdir(dir)))
        if (is_folder(dirfd(dir), entry))
            push(paths, scan_path_join(path, entry->d_name));
    error = errno;
    closedir(dir);
    return error;
}

/* Gone meanwhile, or in the place of it something else: told of by another event. */
static bool is_gone(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

static int watch_below(struct landing *landing, const char *path, size_t n_root)
{
    struct paths paths = {NULL, 0, 0};
    int first = 0;

    push(&paths, need(strdup(path)));
    while (paths.n) {
        char *const at = paths.items[--paths.n];
        const int watch =
            inotify_add_watch(landing->fd, at, EVENTS | IN_DONT_FOLLOW);
        int error = watch < 0 ? errno : 0;

        if (!error) {
            put_folder(landing, watch, at, n_root);
            error = push_folders(&paths, at, n_root);
        }
        if (error && !first && !(is_gone(error) && strlen(at) > n_root))
            first = error;
        free(at);
    }
    free(paths.items);
    return first;
}

int landing_watch(struct landing *landing, const char *root)
{
    return watch_below(landing, root, strlen(root));
}

/* ---- What happened ------------------------------------------------------- */

static void take_of_folder(struct landing *landing, const char *path,
                           size_t n_root, uint32_t what)
{
    if (what & IN_MOVED_FROM) forget_below(landing, path);
    if (what & (IN_CREATE | IN_MOVED_TO | IN_ATTRIB) &&
        watch_below(landing, path, n_root))
        landing->lost = true;
}

static void take(struct landing *landing, const struct inotify_event *event)
{
    struct folder *const folder = find_folder(landing, event->wd);
    size_t n_root;
    char *path;

    if (event->mask & IN_Q_OVERFLOW) landing->lost = true;
    if (!folder) return; /* of what is not watched any more */
    if (event->mask & (IN_IGNORED | IN_UNMOUNT | IN_MOVE_SELF)) {
        /* below the topmost, the folder around it tells of that */
        if (strlen(folder->path) == folder->n_root) landing->lost = true;
        if (event->mask & IN_IGNORED) drop_folder(landing, folder);
        return;
    }
    if (!event->len) return;
    n_root = folder->n_root;
    path = scan_path_join(folder->path, event->name);
    if (event->mask & IN_ISDIR)
        take_of_folder(landing, path, n_root, event->mask);
    put_pending(landing, path, n_root);
}

static void take_all(struct landing *landing)
{
    _Alignas(struct inotify_event) char room[65536];
    ssize_t n;

    while ((n = read(landing->fd, room, sizeof room)) > 0)
        for (const char *at = room; at < room + n;) {
            const struct inotify_event *const event =
                (const struct inotify_event *)(const void *)at;

            take(landing, event);
            at += sizeof *event + event->len;
        }
}

/* No longer than until something has settled. */
static int shorter(const struct landing *landing, int milliseconds)
{
    const double now = progress_clock();
    struct settled settled = {.now = -INFINITY,
                              .first = now + milliseconds / 1000.0};

    twalk_r(landing->pending, look, &settled);
    return settled.first > now ? (int)(1000 * (settled.first - now)) + 1 : 0;
}

void landing_wait(struct landing *landing, int milliseconds)
{
    struct pollfd wait = {.fd = landing->fd, .events = POLLIN};

    if (milliseconds) poll(&wait, 1, shorter(landing, milliseconds));
    take_all(landing);
}
