/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz target without an engine: runs it over the files, and all files in the
 * folders, that are given. Exits 1 where one of them could not be read or there
 * was none to run.
 *
 * usage: fuzz_sign_files [--try] PATH...
 * With --try, a PATH that does not exist is passed over: exit 77 where that
 * leaves none.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long n_run, n_failed;

static void complain(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    n_failed++;
}

/* In a block of its size, so that a sanitizer sees a byte too far. */
static void run_file(const char *path, size_t size)
{
    uint8_t *data = malloc(size ? size : 1);
    FILE *file = fopen(path, "rb");

    if (!data || !file || fread(data, 1, size, file) != size) {
        complain(path);
    } else {
        LLVMFuzzerTestOneInput(data, size);
        n_run++;
    }
    if (file) fclose(file);
    free(data);
}

static void run_path(const char *path);

static void run_folder(const char *path)
{
    DIR *dir = opendir(path);

    if (!dir) {
        complain(path);
        return;
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        char *inner;

        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        inner = malloc(strlen(path) + strlen(e->d_name) + 2);
        if (!inner) abort();
        sprintf(inner, "%s/%s", path, e->d_name);
        run_path(inner);
        free(inner);
    }
    closedir(dir);
}

static void run_path(const char *path)
{
    struct stat st;

    if (stat(path, &st))
        complain(path);
    else if (S_ISDIR(st.st_mode))
        run_folder(path);
    else if (S_ISREG(st.st_mode))
        run_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
    const int try = argc > 1 && !strcmp(argv[1], "--try");
    struct stat st;

    for (int i = 1 + try; i < argc; i++)
        if (!try || !stat(argv[i], &st)) run_path(argv[i]);
    printf("%lu files, %lu not read\n", n_run, n_failed);
    if (n_failed) return 1;
    if (!n_run) return try ? 77 : 1;
    return 0;
}
