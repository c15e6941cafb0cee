/* SPDX-License-Identifier: Apache-2.0 */
/* Clock, medians, turns, files. */
#include "bench.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* gcc 12 loses track of an array that grows, and of what it holds */
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#pragma GCC diagnostic ignored "-Wanalyzer-double-free"

#ifdef __GLIBC__
# include <malloc.h>
#endif

/* One measurement lasts at least this long. */
#define LEAST_US 2000.0

/* ---- Time ----------------------------------------------------------------- */

double bench_now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

double bench_median(double *v, size_t n)
{
    if (!n) return 0;
    qsort(v, n, sizeof *v, compare);
    return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static double time_once(const bench_task *t)
{
    const double from = bench_now_us();

    for (size_t i = 0; i < t->repeat; i++) t->run(t->arg);
    return (bench_now_us() - from) / (double)t->repeat;
}

/* Doubles the repeats until a measurement is long enough. */
static void warm_up(bench_task *t)
{
    if (t->repeat) {
        time_once(t);
        return;
    }
    for (t->repeat = 1; time_once(t) * (double)t->repeat < LEAST_US;)
        t->repeat *= 2;
}

void bench_interleave(bench_task *tasks, size_t n, size_t n_runs)
{
    double *sorted = bench_alloc(NULL, n_runs * sizeof *sorted);

    if (!n_runs) bench_die("runs", "none asked for");

    for (size_t i = 0; i < n; i++) {
        tasks[i].runs = bench_alloc(NULL, n_runs * sizeof *sorted);
        warm_up(&tasks[i]);
    }
    for (size_t r = 0; r < n_runs; r++) {
        for (size_t k = 0; k < n; k++) {
            const size_t i = r % 2 ? n - 1 - k : k;

            tasks[i].runs[r] = time_once(&tasks[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(sorted, tasks[i].runs, n_runs * sizeof *sorted);
        tasks[i].us = bench_median(sorted, n_runs);
        tasks[i].least = sorted[0];
        tasks[i].most = sorted[n_runs - 1];
    }
    free(sorted);
}

double bench_ratio(const bench_task *a, const bench_task *b, size_t n_runs)
{
    double *ratios = bench_alloc(NULL, n_runs * sizeof *ratios);

    for (size_t r = 0; r < n_runs; r++) ratios[r] = a->runs[r] / b->runs[r];
    const double ratio = bench_median(ratios, n_runs);

    free(ratios);
    return ratio;
}

void bench_free_tasks(bench_task *tasks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(tasks[i].runs);
        tasks[i].runs = NULL;
    }
}

/* ---- Files ---------------------------------------------------------------- */

bench_file bench_read_file(const char *path)
{
    bench_file file = {.path = strdup(path)};
    FILE *f = fopen(path, "rb");
    struct stat st;

    if (f && !fstat(fileno(f), &st) && st.st_size > 0) {
        file.size = (size_t)st.st_size;
        file.data = bench_alloc(NULL, file.size);
        if (fread(file.data, 1, file.size, f) != file.size) {
            free(file.data);
            file.data = NULL;
        }
    }
    if (f) fclose(f);
    if (!file.data) fprintf(stderr, "bench: %s: cannot be read\n", path);
    return file;
}

typedef struct list {
    char **paths;
    size_t n, capacity;
} list;

static void add(list *l, char *path)
{
    if (l->n == l->capacity) {
        l->capacity = l->capacity ? 2 * l->capacity : 64;
        l->paths = bench_alloc(l->paths, l->capacity * sizeof *l->paths);
    }
    l->paths[l->n++] = path;
}

static void walk(list *l, const char *path)
{
    struct stat st;
    DIR *folder;

    if (stat(path, &st)) return;
    if (S_ISREG(st.st_mode)) {
        add(l, strdup(path));
        return;
    }
    folder = S_ISDIR(st.st_mode) ? opendir(path) : NULL;
    if (!folder) return;
    for (struct dirent *e; (e = readdir(folder));) {
        const size_t size = strlen(path) + strlen(e->d_name) + 2;
        char *inner;

        if (e->d_name[0] == '.') continue;
        inner = bench_alloc(NULL, size);
        snprintf(inner, size, "%s/%s", path, e->d_name);
        walk(l, inner);
        free(inner);
    }
    closedir(folder);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **bench_list_files(const char *path, size_t *n)
{
    list l = {0};

    walk(&l, path);
    if (l.n) qsort(l.paths, l.n, sizeof *l.paths, compare_paths);
    *n = l.n;
    return l.paths;
}

/* ---- Odds and ends -------------------------------------------------------- */

bool bench_number_option(const char *arg, const char *name, size_t *out)
{
    const size_t length = strlen(name);
    char *end;

    if (strncmp(arg, name, length) || arg[length] != '=') return false;
    const long n = strtol(arg + length + 1, &end, 10);

    if (*end || n < 1 || n > 1000000000) bench_die(arg, "not a count");
    *out = (size_t)n;
    return true;
}

void *bench_alloc(void *old, size_t size)
{
    void *block = realloc(old, size ? size : 1);

    if (!block) bench_die("memory", "there is none left");
    return block;
}

void bench_die(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(2);
}

void bench_check(const char *what, sitr_status status)
{
    if (status) bench_die(what, sitr_status_text(status));
}

#ifdef __GLIBC__
typedef struct crew {
    void (*task)(void *arg, size_t i);
    void *arg;
    size_t n;
    atomic_size_t next;
} crew;

static void *work(void *arg)
{
    crew *const c = arg;

    for (size_t i; (i = c->next++) < c->n;) c->task(c->arg, i);
    return NULL;
}

static void parallel(void *cookie, void (*task)(void *arg, size_t i), void *arg,
                     size_t n)
{
    const size_t n_threads = *(const size_t *)cookie;
    pthread_t *const threads = bench_alloc(NULL, n_threads * sizeof *threads);
    crew c = {.task = task, .arg = arg, .n = n};

    for (size_t i = 1; i < n_threads; i++)
        if (pthread_create(&threads[i], NULL, work, &c))
            bench_die("a thread", "cannot be had");
    work(&c);
    for (size_t i = 1; i < n_threads; i++) pthread_join(threads[i], NULL);
    free(threads);
}

sitr_hooks bench_hooks(size_t *n_threads)
{
    return (sitr_hooks){.struct_size = sizeof(sitr_hooks),
                        .parallel = parallel,
                        .cookie = n_threads};
}

void bench_keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
}
#else
void bench_keep_memory(void) {}
#endif

void bench_print_machine(const sitr_ctx *ctx)
{
    char line[256] = "", *name = NULL;
    FILE *f = fopen("/proc/cpuinfo", "r");

    while (f && !name && fgets(line, sizeof line, f))
        if (!strncmp(line, "model name", 10)) name = strchr(line, ':');
    if (f) fclose(f);
    if (name) name[strcspn(name, "\n")] = 0;
    printf("# sitr %s, kernels %s, CPU%s\n", sitr_version(), sitr_ctx_cpu(ctx),
           name ? name : ": name unknown");
}
