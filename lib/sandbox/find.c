/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of the library is known to the dynamic linker alone; so a library
 * that was moved, or is used where it was built, finds its worker too. */
#define _GNU_SOURCE
#include "sandbox/find.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sitr-sandbox.h>

/* Where it was installed, set by the build. */
#ifndef SANDBOX_WORKER
# define SANDBOX_WORKER "/usr/lib/sitr/sitr-worker"
#endif

static bool exists(const char *path) { return !access(path, X_OK); }

/* "FOLDER/name", FOLDER being the library's; NULL without memory or folder. */
static char *beside_library(const char *name)
{
    Dl_info info;
    const char *slash;
    char *path;

    if (!dladdr((void *)(uintptr_t)sitr_sandbox_new, &info) ||
        !info.dli_fname || !(slash = strrchr(info.dli_fname, '/')))
        return NULL;
    if (asprintf(&path, "%.*s%s", (int)(slash + 1 - info.dli_fname),
                 info.dli_fname, name) < 0)
        return NULL;
    return path;
}

sitr_status sandbox_find_worker(const sitr_ctx *ctx, const char *given,
                                char **out)
{
    static const char *const names[] = {"sitr-worker", "sitr/sitr-worker"};

    *out = NULL;
    if (given) {
        *out = strdup(given);
        return *out ? SITR_OK : SITR_ENOMEM;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        *out = beside_library(names[i]);
        if (*out && exists(*out)) return SITR_OK;
        free(*out);
        *out = NULL;
    }
    if (!exists(SANDBOX_WORKER)) {
        sitr_ctx_log(
            ctx, SITR_LOG_ERROR,
            "no sitr-worker beside the library nor at " SANDBOX_WORKER);
        return SITR_ENOENT;
    }
    *out = strdup(SANDBOX_WORKER);
    return *out ? SITR_OK : SITR_ENOMEM;
}

static bool is_passed_on(const char *variable)
{
    const size_t n = strcspn(variable, "=");
    static const char san[] = "SAN_OPTIONS";
    const size_t n_san = sizeof san - 1;

    return !strncmp(variable, "LD_", 3) ||
           (n >= n_san && !strncmp(variable + n - n_san, san, n_san));
}

char **sandbox_environment(void)
{
    size_t n = 0, kept = 0;
    char **copy;
    bool good;

    while (environ && environ[n]) n++;
    copy = calloc(n + 1, sizeof *copy);
    good = copy != NULL;
    for (size_t i = 0; good && i < n; i++)
        if (is_passed_on(environ[i]))
            good = (copy[kept++] = strdup(environ[i])) != NULL;
    if (good) return copy;
    sandbox_environment_free(copy);
    return NULL;
}

void sandbox_environment_free(char **environment)
{
    for (char **v = environment; v && *v; v++) free(*v);
    free(environment);
}
