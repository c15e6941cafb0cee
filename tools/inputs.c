/* SPDX-License-Identifier: Apache-2.0 */
/* The files a command line means: named, listed or met in folders. Links that
 * were named or listed are followed, links met in folders are not. */
/* for O_PATH */
#define _GNU_SOURCE
#include "inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "i18n.h"
#include "need.h"
#include "open.h"
#include "say.h"
#include "stop.h"
#include "walk.h"

#define MAX_NAME 65536 /* bytes of a name in a list; the kernel takes 4096 */

struct inputs {
    struct inputs_source source;
    size_t next_path;
    FILE *list; /* being read; NULL */
    struct walk *walk;
    size_t n_walked; /* bytes of the folder that is walked */
    uint64_t links;
    uint64_t n_given; /* of all shards */
    bool files_from_done;
};

bool inputs_have_list(const struct inputs_source *source)
{
    if (source->files_from) return true;
    for (size_t i = 0; i < source->n_paths; i++)
        if (!strcmp(source->paths[i], "-")) return true;
    return false;
}

struct inputs *inputs_open(const struct inputs_source *source)
{
    struct inputs *const inputs = need(calloc(1, sizeof *inputs));

    inputs->source = *source;
    return inputs;
}

/* gcc 12 takes standard input, which is not ours to close, for a leak */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas" /* clang knows none of these */
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Wanalyzer-file-leak"
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
static void close_list(struct inputs *inputs)
{
    if (inputs->list && inputs->list != stdin) fclose(inputs->list);
    inputs->list = NULL;
}
#pragma GCC diagnostic pop

static void close_walk(struct inputs *inputs)
{
    if (inputs->walk) inputs->links += walk_links(inputs->walk);
    walk_free(inputs->walk);
    inputs->walk = NULL;
}

void inputs_close(struct inputs *inputs)
{
    close_list(inputs);
    close_walk(inputs);
    free(inputs);
}

uint64_t inputs_links(const struct inputs *inputs)
{
    if (!shard_is_first(&inputs->source.shard)) return 0;
    return inputs->links + (inputs->walk ? walk_links(inputs->walk) : 0);
}

/* What a shell's <(command) is called. Through /proc a process that keeps its
 * memory private may not even open its own descriptors. */
static FILE *open_stream(const char *path)
{
    static const char folder[] = "/dev/fd/";
    const size_t n = sizeof folder - 1;
    char *end;
    long fd;
    int copy;

    if (strncmp(path, folder, n) || path[n] < '0' || path[n] > '9')
        return fopen(path, "re");
    fd = strtol(path + n, &end, 10);
    if (*end || fd > INT_MAX) return fopen(path, "re");
    copy = dup((int)fd);
    return copy < 0 ? NULL : fdopen(copy, "r");
}

static bool open_list(struct inputs *inputs, const char *path)
{
    const bool is_stdin = !strcmp(path, "-") || !strcmp(path, "/dev/stdin");

    inputs->list = is_stdin ? stdin : open_stream(path);
    if (!inputs->list) say_path(path, "%s", strerror(errno));
    return inputs->list;
}

/* The next name of the list, in `name`; 1, 0 at the end, -1 on failure. */
static int read_name(struct inputs *inputs, char name[MAX_NAME])
{
    const int end = inputs->source.null ? '\0' : '\n';
    size_t n = 0;
    int c;

    while ((c = getc(inputs->list)) != EOF && (c != end || !n)) {
        if (c == end) continue; /* an empty line */
        /* a zero byte in a list of lines: somebody forgot -0 */
        if (!c || n == MAX_NAME - 1) {
            say(c ? _("a name in the list is too long")
                  : _("a zero byte in the list; is -0 missing?"));
            return -1;
        }
        name[n++] = (char)c;
    }
    if (c == EOF && ferror(inputs->list)) {
        if (stop_requested()) return 0;
        say(_("cannot read the list: %s"), strerror(errno));
        return -1;
    }
    name[n] = '\0';
    return n > 0;
}

/* The path that was named or listed next. */
static int next_named(struct inputs *inputs, char name[MAX_NAME],
                      const char **path)
{
    struct inputs_source *const source = &inputs->source;

    for (;;) {
        if (inputs->list) {
            const int got = read_name(inputs, name);

            if (got) {
                *path = name;
                return got;
            }
            close_list(inputs);
        } else if (inputs->next_path < source->n_paths) {
            *path = source->paths[inputs->next_path++];
            if (strcmp(*path, "-")) return 1;
            inputs->list = stdin;
        } else if (source->files_from && !inputs->files_from_done) {
            inputs->files_from_done = true;
            if (!open_list(inputs, source->files_from)) return -1;
        } else {
            return 0;
        }
    }
}

static int give(struct input *out, const char *path, bool walked,
                size_t n_followed, int error)
{
    out->path = need(strdup(path));
    out->walked = walked;
    out->n_followed = n_followed;
    out->error = error;
    return 1;
}

/* stat(2), of paths longer than PATH_MAX too, and without following links behind
 * `n_followed` bytes; errno. */
static int look_at(const char *path, size_t n_followed, struct stat *st)
{
    int fd, error;

    if (!path[n_followed]) {
        if (!stat(path, st)) return 0;
        if (errno != ENAMETOOLONG) return errno;
    }
    fd = open_path(path, n_followed, O_PATH);
    if (fd < 0) return errno;
    error = fstat(fd, st) ? errno : 0;
    close(fd);
    return error;
}

/* The next file, of whichever shard. */
static int next_of_all(struct inputs *inputs, struct input *out)
{
    char name[MAX_NAME];

    for (;;) {
        const size_t met = inputs->source.n_followed;
        const char *path;
        struct stat st = {.st_mode = 0};
        size_t n_followed;
        int error;

        if (inputs->walk) {
            if (walk_next(inputs->walk, &path, &error))
                return give(out, path, true, inputs->n_walked, error);
            close_walk(inputs);
        }
        error = next_named(inputs, name, &path);
        if (error <= 0) return error;
        n_followed = met ? met : strlen(path);
        error = look_at(path, n_followed, &st);
        if (met && (error == ELOOP || (!error && S_ISLNK(st.st_mode)))) {
            inputs->links++;
            continue;
        }
        if (error || !S_ISDIR(st.st_mode))
            return give(out, path, met, n_followed, error);
        inputs->walk = walk_new(path, n_followed, 0);
        inputs->n_walked = n_followed;
    }
}

int inputs_next(struct inputs *inputs, struct input *out)
{
    /* those of a small shard may lie far apart */
    while (!stop_requested()) {
        const int got = next_of_all(inputs, out);

        if (got <= 0) return got;
        out->place = inputs->n_given++;
        if (shard_has(&inputs->source.shard, out->path)) return 1;
        free(out->path);
    }
    return 0;
}
