/* SPDX-License-Identifier: Apache-2.0 */
/* Where the files of a scan lie. */
#include "scan_path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "need.h"

static void add(char ***list, size_t *n, const char *path)
{
    *list = need(realloc(*list, (*n + 1) * sizeof **list));
    (*list)[(*n)++] = need(strdup(path));
}

char *scan_path_join(const char *folder, const char *name)
{
    const size_t n = strlen(folder);
    const char *const slash = n && folder[n - 1] == '/' ? "" : "/";

    return need_format("%s%s%s", folder, slash, name);
}

bool scan_path_within(const char *path, const char *folder)
{
    const size_t n = strlen(folder);

    if (!strcmp(folder, "/")) return true;
    return !strncmp(path, folder, n) && (!path[n] || path[n] == '/');
}

/* What cannot be resolved, for its length or because it is not there: from here,
 * as it was spelt. */
static char *absolute_as_spelt(const char *path)
{
    char *const here = *path == '/' ? NULL : getcwd(NULL, 0);
    char *const whole = here ? scan_path_join(here, path) : need(strdup(path));

    free(here);
    return whole;
}

static char *resolve(const char *path)
{
    char *const real = realpath(path, NULL);

    return real ? real : absolute_as_spelt(path);
}

/* A file that is not there, in a folder that is. */
static char *resolve_missing(const char *path)
{
    const char *const slash = strrchr(path, '/');
    char *folder, *real, *whole;

    if (!slash || slash == path) return resolve(path);
    folder = need(strndup(path, (size_t)(slash - path)));
    real = resolve(folder);
    whole = scan_path_join(real, slash + 1);
    free(folder);
    free(real);
    return whole;
}

static bool is_root(const struct scan_paths *paths, const char *folder)
{
    for (size_t i = 0; i < paths->n_roots; i++)
        if (!strcmp(paths->roots[i], folder)) return true;
    return false;
}

static void set_root(struct scan_paths *paths, const char *given)
{
    if (paths->given && !strcmp(paths->given, given)) return;
    free(paths->given);
    free(paths->real);
    paths->given = need(strdup(given));
    paths->real = resolve(given);
    if (!is_root(paths, paths->real))
        add(&paths->roots, &paths->n_roots, paths->real);
}

void scan_paths_init(struct scan_paths *paths,
                     const struct inputs_source *source)
{
    struct stat st;

    *paths = (struct scan_paths){.n_roots = 0};
    for (size_t i = 0; i < source->n_paths; i++)
        if (strcmp(source->paths[i], "-") != 0 &&
            !stat(source->paths[i], &st) && S_ISDIR(st.st_mode))
            set_root(paths, source->paths[i]);
}

void scan_paths_clear(struct scan_paths *paths)
{
    for (size_t i = 0; i < paths->n_roots; i++) free(paths->roots[i]);
    for (size_t i = 0; i < paths->n_unreached; i++) free(paths->unreached[i]);
    free(paths->roots);
    free(paths->unreached);
    free(paths->given);
    free(paths->real);
}

char *scan_path(struct scan_paths *paths, const struct input *input)
{
    char *root, *path;
    const char *rest;

    if (!input->walked)
        return input->error ? resolve_missing(input->path)
                            : resolve(input->path);
    root = need(strndup(input->path, input->n_followed));
    set_root(paths, root);
    free(root);
    rest = input->path + input->n_followed;
    rest += strspn(rest, "/");
    path =
        *rest ? scan_path_join(paths->real, rest) : need(strdup(paths->real));
    return path;
}

void scan_path_unreached(struct scan_paths *paths, const char *path)
{
    add(&paths->unreached, &paths->n_unreached, path);
}

bool scan_path_covered(const struct scan_paths *paths, const char *folder)
{
    for (size_t i = 0; i < paths->n_unreached; i++)
        if (scan_path_within(folder, paths->unreached[i])) return false;
    for (size_t i = 0; i < paths->n_roots; i++)
        if (scan_path_within(folder, paths->roots[i])) return true;
    return false;
}
