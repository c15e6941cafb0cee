/* SPDX-License-Identifier: Apache-2.0 */
/* The manifests of a BagIt folder. It comes from anywhere: no name in it leads out of
 * it. */
#include "verify.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "bag.h"
#include "need.h"

#define MANIFEST     "manifest-sha256.txt"
#define MANIFEST_MAX ((size_t)256 << 10) /* a report has three files */

/* Names that a manifest has, to be looked for in it. */
struct names {
    char **items;
    size_t n;
};

static bool has(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (!strcmp(names->items[i], name)) return true;
    return false;
}

static void add_name(struct names *names, const char *name)
{
    names->items = need(realloc(names->items, (names->n + 1) * sizeof(char *)));
    names->items[names->n++] = need(strdup(name));
}

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->n; i++) free(names->items[i]);
    free(names->items);
}

/* Below the folder, part by part. */
static bool is_inside(const char *name)
{
    for (;;) {
        const size_t n = strcspn(name, "/");

        if (!n || (n == 1 && name[0] == '.') ||
            (n == 2 && name[0] == '.' && name[1] == '.'))
            return false;
        if (!name[n]) return true;
        name += n + 1;
    }
}

static void check_file(struct verify *verify, const char *name,
                       const uint8_t wanted[32])
{
    char *const path = verify_path(verify, name);
    uint8_t sha256[32];
    const int error = verify_hash(path, strlen(verify->root), sha256);
    enum verify_result result = verify_result_of(error);

    if (!error && memcmp(sha256, wanted, sizeof sha256) != 0)
        result = VERIFY_DIFFERS;
    errno = error;
    verify_say(verify, "file", name, result);
    free(path);
}

/* "<64 digits>  name"; false where it is none. */
static bool check_line(struct verify *verify, char *line, const char *prefix,
                       struct names *names)
{
    uint8_t sha256[32];
    size_t n = 0;
    const char *name;

    if (strlen(line) < 66 || strspn(line, "0123456789abcdef") != 64 ||
        sodium_hex2bin(sha256, sizeof sha256, line, 64, NULL, &n, NULL) ||
        n != sizeof sha256)
        return false;
    name = line + 64 + strspn(line + 64, " \t*");
    if (!is_inside(name) || strncmp(name, prefix, strlen(prefix)) != 0 ||
        has(names, name))
        return false;
    add_name(names, name);
    check_file(verify, name, sha256);
    return true;
}

/* All of its lines, the names of which begin with `prefix`. */
static void check_manifest(struct verify *verify, const char *manifest,
                           const char *prefix, struct names *names)
{
    char *const path = verify_path(verify, manifest);
    size_t size = 0;
    char *const text =
        verify_load(path, strlen(verify->root), MANIFEST_MAX, &size);
    char *next = text, *line;
    const int error = text ? 0 : errno;
    bool good = text && strlen(text) == size && size;

    while (good && (line = strsep(&next, "\n")))
        if (*line) good = check_line(verify, line, prefix, names);
    errno = error;
    if (!good)
        verify_say(verify, "manifest", manifest,
                   error ? verify_result_of(error) : VERIFY_DAMAGED);
    free(text);
    free(path);
}

/* What lies in the folder, and no manifest knows. */
static void check_extra(struct verify *verify, const struct names *names)
{
    char *const path = verify_path(verify, "data");
    DIR *const folder = opendir(path);
    const struct dirent *entry;

    while (errno = folder ? 0 : errno, folder && (entry = readdir(folder))) {
        char *name;

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        name = need_format("data/%s", entry->d_name);
        if (!has(names, name)) verify_say(verify, "file", name, VERIFY_EXTRA);
        free(name);
    }
    /* what is missing is told of by name */
    if (errno && errno != ENOENT)
        verify_say(verify, "file", "data", verify_result_of(errno));
    if (folder) closedir(folder);
    free(path);
}

void verify_bag(struct verify *verify)
{
    static const char *const tags[] = {"bagit.txt", "bag-info.txt", MANIFEST};
    static const char *const files[] = {"data/report.html", "data/report.json"};
    struct names listed_tags = {.n = 0}, listed_files = {.n = 0};

    check_manifest(verify, BAG_TAG_MANIFEST, "", &listed_tags);
    check_manifest(verify, MANIFEST, "data/", &listed_files);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (!has(&listed_tags, tags[i]))
            verify_say(verify, "manifest", tags[i], VERIFY_EXTRA);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!has(&listed_files, files[i]))
            verify_say(verify, "file", files[i], VERIFY_MISSING);
    check_extra(verify, &listed_files);
    free_names(&listed_tags);
    free_names(&listed_files);
}
