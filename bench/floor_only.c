/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and decodes pictures (floor.h) and does nothing else: what folder.py
 * compares `sitr hash` with, process against process.
 *
 *     bench-floor-only [-jN] FILE or FOLDER ...
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "floor.h"

typedef struct work {
    const sitr_ctx *ctx;
    char **paths;
    size_t n;
    atomic_size_t next;
    atomic_size_t n_decoded;
} work;

static void *decode_some(void *arg)
{
    work *w = arg;

    for (size_t i; (i = atomic_fetch_add(&w->next, 1)) < w->n;) {
        bench_file file = bench_read_file(w->paths[i]);
        sitr_image_info info;

        if (file.data && !sitr_probe(w->ctx, file.data, file.size, &info) &&
            floor_decode(&file, info.format, FLOOR_SCALED))
            atomic_fetch_add(&w->n_decoded, 1);
        free(file.path);
        free(file.data);
    }
    return NULL;
}

static void add_files(work *w, const char *path)
{
    size_t n;
    char **files = bench_list_files(path, &n);

    w->paths = bench_alloc(w->paths, (w->n + n) * sizeof *w->paths);
    for (size_t i = 0; i < n; i++) w->paths[w->n++] = files[i];
    free(files);
}

static void run_threads(work *w, size_t n)
{
    pthread_t *threads = bench_alloc(NULL, n * sizeof *threads);

    for (size_t i = 0; i < n; i++)
        if (pthread_create(&threads[i], NULL, decode_some, w))
            bench_die("pthread_create", "failed");
    for (size_t i = 0; i < n; i++) pthread_join(threads[i], NULL);
    free(threads);
}

int main(int argc, char **argv)
{
    size_t n_threads = 1;
    work w = {0};
    sitr_ctx *ctx;

    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "-j", 2))
            n_threads = strtoul(argv[i] + 2, NULL, 10);
        else
            add_files(&w, argv[i]);
    }
    if (n_threads < 1 || n_threads > 1024) bench_die("-j", "not a count");
    bench_check("sitr_ctx_new", sitr_ctx_new(NULL, &ctx));
    w.ctx = ctx;
    run_threads(&w, n_threads);
    printf("%zu of %zu decoded\n", (size_t)w.n_decoded, w.n);
    for (size_t i = 0; i < w.n; i++) free(w.paths[i]);
    free(w.paths);
    sitr_ctx_free(ctx);
    return 0;
}
