/* SPDX-License-Identifier: Apache-2.0 */
/* for mkdtemp */
#define _GNU_SOURCE
#include "bag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "durable.h"
#include "i18n.h"
#include "need.h"
#include "open.h"
#include "say.h"

#define FOLDER (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
#define CREATE (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

static bool failed(const char *path, int error)
{
    say_path(path, _("cannot be written: %s"), strerror(error));
    return false;
}

/* `*text` and more. */
static void append(char **text, char *more)
{
    char *const whole = need_format("%s%s", *text ? *text : "", more);

    free(*text);
    free(more);
    *text = whole;
}

/* A line of a manifest. */
static char *line_of(const char *folder, const char *name, const void *data,
                     size_t size)
{
    uint8_t sha256[32];
    char hex[65];

    crypto_hash_sha256(sha256, data, size);
    sodium_bin2hex(hex, sizeof hex, sha256, sizeof sha256);
    return need_format("%s  %s%s\n", hex, folder, name);
}

/* ---- Files --------------------------------------------------------------- */

static int write_file(const char *at, const char *name, const void *data,
                      size_t size)
{
    char *const path = need_format("%s/%s", at, name);
    const int fd = open(path, CREATE, 0600);
    int error = errno;

    if (fd >= 0) error = durable_close(fd, durable_write(fd, data, size));
    free(path);
    return error;
}

bool bag_begin(struct bag *bag, const char *path)
{
    char *const beside = durable_beside(path);
    struct stat st;
    char *data;
    int error;

    *bag = (struct bag){.beside = NULL};
    error = lstat(path, &st) ? 0 : EEXIST;
    if (!error && !mkdtemp(beside)) error = errno; /* mode 0700 */
    if (error) {
        free(beside);
        return failed(path, error);
    }
    bag->beside = beside;
    data = need_format("%s/data", beside);
    if (mkdir(data, 0700)) error = errno;
    free(data);
    return !error || failed(path, error);
}

static void count(struct bag *bag, const char *name, const void *data,
                  size_t size)
{
    append(&bag->manifest, line_of("data/", name, data, size));
    bag->n_files++;
    bag->n_bytes += size;
}

bool bag_add(struct bag *bag, const char *path, const char *name,
             const void *data, size_t size)
{
    char *const at = need_format("%s/data", bag->beside);
    const int error = write_file(at, name, data, size);

    free(at);
    if (error) return failed(path, error);
    count(bag, name, data, size);
    return true;
}

bool bag_take(struct bag *bag, const char *path, const char *name)
{
    char *const at = need_format("%s/data/%s", bag->beside, name);
    const int fd = open_path(at, strlen(bag->beside), O_RDONLY);
    struct stat st;
    uint8_t *data = NULL;
    bool good = fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode);

    if (good) {
        data = need(malloc((size_t)st.st_size + 1));
        good = open_read(fd, data, (size_t)st.st_size) == st.st_size &&
               !fchmod(fd, 0600) && !fsync(fd);
    }
    if (good)
        count(bag, name, data, (size_t)st.st_size);
    else
        failed(path, errno);
    if (fd >= 0) close(fd);
    free(data);
    free(at);
    return good;
}

/* ---- The end ------------------------------------------------------------- */

static char *facts(const struct bag *bag, const char *identifier,
                   const char *agent)
{
    const time_t now = time(NULL);
    char date[16] = "";
    struct tm parts;

    if (gmtime_r(&now, &parts)) strftime(date, sizeof date, "%F", &parts);
    return need_format("Bag-Software-Agent: %s\nBagging-Date: %s\n"
                       "External-Identifier: %s\nPayload-Oxum: %llu.%zu\n",
                       agent, date, identifier,
                       (unsigned long long)bag->n_bytes, bag->n_files);
}

static int write_tags(struct bag *bag, const char *identifier,
                      const char *agent, uint8_t sha256[32])
{
    char *const info = facts(bag, identifier, agent);
    const struct {
        const char *name, *text;
    } tags[] = {
        {"bagit.txt",
         "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"},
        {"bag-info.txt", info},
        {"manifest-sha256.txt", bag->manifest},
    };
    char *list = NULL;
    int error = 0;

    for (size_t i = 0; !error && i < sizeof tags / sizeof *tags; i++) {
        const size_t size = strlen(tags[i].text);

        error = write_file(bag->beside, tags[i].name, tags[i].text, size);
        append(&list, line_of("", tags[i].name, tags[i].text, size));
    }
    if (!error) {
        crypto_hash_sha256(sha256, (const uint8_t *)list, strlen(list));
        error = write_file(bag->beside, BAG_TAG_MANIFEST, list, strlen(list));
    }
    free(info);
    free(list);
    return error;
}

static int sync_folders(const struct bag *bag)
{
    char *const data = need_format("%s/data", bag->beside);
    const char *const folders[] = {data, bag->beside};
    int error = 0;

    for (size_t i = 0; !error && i < 2; i++) {
        const int fd = open(folders[i], FOLDER);

        error = fd < 0 ? errno : durable_sync_folder(fd);
        if (fd >= 0) close(fd);
    }
    free(data);
    return error;
}

bool bag_end(struct bag *bag, const char *path, const char *identifier,
             const char *agent, uint8_t sha256[32])
{
    bool renamed = false;
    char *const target = need(strdup(path));
    int error = write_tags(bag, identifier, agent, sha256);

    /* where a slash at the end stays, a folder cannot be renamed to it */
    for (size_t n = strlen(target); n > 1 && target[n - 1] == '/';)
        target[--n] = '\0';
    if (!error) error = sync_folders(bag);
    if (!error) error = durable_publish(bag->beside, target, &renamed);
    free(target);
    if (renamed) {
        free(bag->beside);
        bag->beside = NULL;
    }
    return !error || failed(path, error);
}

void bag_drop(struct bag *bag)
{
    if (bag->beside) durable_remove(bag->beside);
    free(bag->beside);
    free(bag->manifest);
    *bag = (struct bag){.beside = NULL};
}
