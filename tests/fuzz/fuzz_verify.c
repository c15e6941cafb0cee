/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a part of a report, the first saying which: the manifests, whose names
 * must not lead out of the folder; report.json, of which acts that agree must no
 * longer do so once one of them is changed; the reply of a time-stamp authority,
 * which nobody vouches for here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "need.h"
#include "timestamp.h"
#include "verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOT "/nowhere"

static const uint8_t *manifest;
static size_t manifest_size;
static bool is_folder; /* what is opened must be in it */

/* ---- In place of the verb ------------------------------------------------ */

void verify_say(struct verify *verify, const char *check, const char *name,
                enum verify_result result)
{
    (void)check, (void)name;
    verify->n_bad += result >= VERIFY_DIFFERS;
}

int verify_hash(const char *path, size_t n_followed, uint8_t sha256[32])
{
    const char *at = path + strlen(ROOT);

    if (is_folder) {
        if (strncmp(path, ROOT "/", sizeof ROOT) != 0 ||
            n_followed != strlen(ROOT))
            abort();
        while (*at) {
            const size_t n = strcspn(++at, "/");

            if (!n || (n == 1 && *at == '.') ||
                (n == 2 && !memcmp(at, "..", 2)))
                abort();
            at += n;
        }
    }
    memset(sha256, 0, 32);
    return 0;
}

char *verify_load(const char *path, size_t n_followed, size_t most,
                  size_t *size)
{
    char *const text = need(calloc(1, manifest_size + 1));

    (void)path, (void)n_followed, (void)most;
    if (manifest_size) memcpy(text, manifest, manifest_size);
    *size = manifest_size;
    return text;
}

char *verify_path(const struct verify *verify, const char *name)
{
    char *const path = need(malloc(strlen(verify->root) + strlen(name) + 2));

    strcpy(path, verify->root);
    strcat(path, "/");
    strcat(path, name);
    return path;
}

/* ---- The parts ----------------------------------------------------------- */

static void try_manifests(const uint8_t *data, size_t size)
{
    char root[] = ROOT;
    struct verify verify = {.root = root};

    manifest = data;
    manifest_size = size;
    is_folder = true;
    verify_bag(&verify);
    /* no manifest names both all tags and all files: they differ in how names
     * begin */
    if (!verify.n_bad) abort();
    is_folder = false;
}

static size_t n_bad(const json_t *report)
{
    struct verify verify = {.n_bad = 0};

    verify_facts(&verify, report, NULL);
    return verify.n_bad;
}

static void try_json(const uint8_t *data, size_t size)
{
    json_t *const report =
        json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    struct verify verify = {.n_bad = 0};

    verify_found(&verify, report);
    if (!n_bad(report)) {
        json_t *const act = json_array_get(json_object_get(report, "acts"), 0);
        json_t *const other =
            json_sprintf("%s.", json_string_value(json_object_get(act, "who")));

        if (json_object_set_new(act, "who", other) || !n_bad(report)) abort();
    }
    json_decref(report);
}

static void try_reply(const uint8_t *data, size_t size)
{
    static const uint8_t sha256[32];
    int64_t at = 0;

    if (timestamp_check(data, size, sha256, NULL, &at) == TIMESTAMP_GOOD)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const parts[])(const uint8_t *data, size_t size) = {
        try_manifests, try_json, try_reply};

    if (size && *data < 3) parts[*data](data + 1, size - 1);
    return 0;
}
