/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What it costs to sign a picture in a worker rather than here.
 *
 *     bench-sandbox [--runs=N] [FILE or FOLDER ...]
 *
 * Each file is signed from memory by sitr_sign and by sitr_sandbox_sign in
 * turn. Printed for the files of each argument, by size: median microseconds of
 * both, and the median, least and greatest over the files of what the worker
 * adds, in microseconds and as a ratio. First, the fixed cost: bytes that are
 * no picture; and what it takes to start a worker.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sitr-sandbox.h>

#include "bench.h"

enum { HERE, THERE, N_TASKS };
enum { SMALL, LARGE, N_SIZES };

#define LARGE_PIXELS 400000

static const char *const size_name[N_SIZES] = {"under 0.4 megapixels",
                                               "0.4 megapixels and more"};

typedef struct job {
    const sitr_ctx *ctx;
    sitr_sandbox *sandbox;
    const void *data;
    size_t size;
} job;

static void sign_here(void *arg)
{
    const job *j = arg;
    sitr_signature *s;

    if (sitr_sign(j->ctx, j->data, j->size, NULL, &s) == SITR_EINVAL)
        bench_die("sitr_sign", "refused");
    sitr_signature_free(s);
}

static void sign_there(void *arg)
{
    const job *j = arg;
    sitr_signature *s;
    const sitr_status status =
        sitr_sandbox_sign(j->sandbox, j->data, j->size, NULL, &s);

    if (status == SITR_EIO || status == SITR_EDIED || status == SITR_ETIMEOUT)
        bench_die("sitr_sandbox_sign", sitr_status_text(status));
    sitr_signature_free(s);
}

/* ---- Pictures --------------------------------------------------------------- */

typedef struct group {
    double *here, *there, *added, *ratio; /* of each file */
    size_t n;
} group;

static void add(double **values, size_t n, double value)
{
    *values = bench_alloc(*values, (n + 1) * sizeof **values);
    (*values)[n] = value;
}

static void measure(job *j, size_t runs, size_t repeat, group *g)
{
    bench_task tasks[N_TASKS] = {
        {.run = sign_here, .arg = j, .repeat = repeat},
        {.run = sign_there, .arg = j, .repeat = repeat},
    };

    bench_interleave(tasks, N_TASKS, runs);
    add(&g->here, g->n, tasks[HERE].us);
    add(&g->there, g->n, tasks[THERE].us);
    add(&g->added, g->n, tasks[THERE].us - tasks[HERE].us);
    add(&g->ratio, g->n, bench_ratio(&tasks[THERE], &tasks[HERE], runs));
    g->n++;
    bench_free_tasks(tasks, N_TASKS);
}

static void print_group(const char *name, group *g)
{
    if (!g->n) return;
    const double added = bench_median(g->added, g->n);
    const double ratio = bench_median(g->ratio, g->n);

    printf("  %-24s %5zu %9.1f %9.1f   %+8.1f (%+.1f .. %+.1f)   "
           "%.3f (%.3f .. %.3f)\n",
           name, g->n, bench_median(g->here, g->n),
           bench_median(g->there, g->n), added, g->added[0], g->added[g->n - 1],
           ratio, g->ratio[0], g->ratio[g->n - 1]);
    free(g->here);
    free(g->there);
    free(g->added);
    free(g->ratio);
}

/* -1 where it is no picture. */
static int size_of(const job *j)
{
    sitr_image_info info;

    if (sitr_probe(j->ctx, j->data, j->size, &info)) return -1;
    return (uint64_t)info.width * info.height >= LARGE_PIXELS ? LARGE : SMALL;
}

static void measure_argument(job *j, const char *path, size_t runs)
{
    group groups[N_SIZES] = {{0}};
    size_t n;
    char **files = bench_list_files(path, &n);

    printf("%s\n", path);
    for (size_t i = 0; i < n; i++) {
        bench_file file = bench_read_file(files[i]);
        int size;

        j->data = file.data;
        j->size = file.size;
        size = file.data ? size_of(j) : -1;
        if (size >= 0) measure(j, runs, 1, &groups[size]);
        free(file.path);
        free(file.data);
        free(files[i]);
    }
    free(files);
    for (int s = 0; s < N_SIZES; s++) print_group(size_name[s], &groups[s]);
    fflush(stdout);
}

/* ---- What is fixed ---------------------------------------------------------- */

static void measure_fixed(job *j, size_t runs)
{
    static const char words[] = "no picture";
    group g = {0};

    j->data = words;
    j->size = sizeof words;
    measure(j, runs, 2000, &g);
    print_group("no picture", &g);
}

static void measure_start(const job *j, size_t runs)
{
    const sitr_sandbox_opts opts = {.struct_size = sizeof opts, .n_workers = 1};
    double *us = bench_alloc(NULL, runs * sizeof *us);

    for (size_t i = 0; i < runs; i++) {
        const double begun = bench_now_us();
        sitr_sandbox *s;

        bench_check("sitr_sandbox_new", sitr_sandbox_new(j->ctx, &opts, &s));
        us[i] = bench_now_us() - begun;
        sitr_sandbox_free(s);
    }
    printf("  start of a worker until it is ready: %.1f ms",
           bench_median(us, runs) / 1000);
    printf(" (%.1f .. %.1f)\n", us[0] / 1000, us[runs - 1] / 1000);
    free(us);
}

/* Seen from the root of the repository. */
static const char *const photos[] = {"../shared/data/photos/standard",
                                     "../shared/data/photos/large"};

int main(int argc, char **argv)
{
    const sitr_sandbox_opts opts = {.struct_size = sizeof opts, .n_workers = 1};
    size_t runs = 11, n_paths = 0;
    sitr_ctx *ctx;
    job j = {0};
    struct stat st;

    for (int i = 1; i < argc; i++) {
        if (bench_number_option(argv[i], "--runs", &runs)) continue;
        if (argv[i][0] == '-') bench_die(argv[i], "no such option");
        argv[n_paths++] = argv[i];
    }
    bench_keep_memory();
    bench_check("sitr_ctx_new", sitr_ctx_new(NULL, &ctx));
    j.ctx = ctx;
    bench_check("sitr_sandbox_new", sitr_sandbox_new(j.ctx, &opts, &j.sandbox));
    bench_print_machine(j.ctx);
    printf("  %-24s %5s %9s %9s   %-26s   %s\n", "", "n", "here us", "there us",
           "added us", "there/here");
    measure_fixed(&j, runs);
    measure_start(&j, runs);
    for (size_t i = 0; i < n_paths; i++) measure_argument(&j, argv[i], runs);
    for (size_t i = 0; !n_paths && i < sizeof photos / sizeof *photos; i++) {
        if (!stat(photos[i], &st))
            measure_argument(&j, photos[i], runs);
        else
            fprintf(stderr, "bench: %s: not there, skipped\n", photos[i]);
    }
    sitr_sandbox_free(j.sandbox);
    sitr_ctx_free(ctx);
    return 0;
}
