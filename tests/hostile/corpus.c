/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs every file of folders in other processes, as the command does, and says
 * what each cost: a line a file,
 *
 *     PATH  STATUS  WALL_MS  CPU_MS  PEAK_KB
 *
 * (tabs between them; PEAK_KB is the most that any process had held so far),
 * and a summary on standard error. The CPU time is that of the processes that
 * decode: on a machine that does other things too, the wall clock measures
 * those. CPUs that share a core or a cache slow each other by half as well, and
 * for minutes: so what took long is signed again after all the others, twice, and
 * the least counts.
 *
 * usage: corpus [--check] PATH...
 * With --check, exits 1 where a status is not one of those defined, the 99th
 * percentile (of 3,000 files or more) is over 100 ms of CPU, a file took over
 * 2 s of CPU or 10 s by the wall, a process held over 512 MB, or this one grew.
 * Under AddressSanitizer times may be five times as long, and memory, most of
 * which is the sanitizer's, is not judged.
 */
#include <dirent.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "signer.h"

#ifdef __SANITIZE_ADDRESS__
# define SANITIZED 1
#else
# define SANITIZED 0
#endif
#define SLOWER        (SANITIZED ? 5 : 1)
#define MAX_P99_MS    (100 * SLOWER)
#define MAX_MS        (2000 * SLOWER)
#define MAX_WALL_MS   (10000 * SLOWER)
#define MIN_FOR_P99   3000
#define MAX_WORKER_KB 500000 /* 512 MB */
#define WARM_UP       500    /* files, after which this process is to be flat */
#define MAX_GROWTH_KB 4096
#define N_STATUS      16
#define LONG_MS       50 /* of CPU: signed again */
#define ROUNDS        3

typedef struct file {
    char *path;
    const char *status;
    double wall_ms, cpu_ms;
    long peak_kb;
} file;

static file *files;
static size_t n_files, room;

static void die(const char *what)
{
    perror(what);
    exit(2);
}

/* ---- Which files ---------------------------------------------------------- */

static void add(const char *path);

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_folder(const char *path)
{
    struct dirent **names;
    const int n = scandir(path, &names, NULL, by_name);

    if (n < 0) die(path);
    for (int i = 0; i < n; i++) {
        char inner[4096];

        snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        if (strcmp(names[i]->d_name, ".") && strcmp(names[i]->d_name, ".."))
            add(inner);
        free(names[i]);
    }
    free(names);
}

static void add(const char *path)
{
    struct stat st;

    if (stat(path, &st)) die(path);
    if (S_ISDIR(st.st_mode)) {
        add_folder(path);
        return;
    }
    if (n_files == room) {
        room = room ? 2 * room : 1024;
        files = realloc(files, room * sizeof *files);
        if (!files) die("realloc");
    }
    files[n_files++] = (file){.path = strdup(path)};
}

/* ---- Measures ------------------------------------------------------------- */

static double wall_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A line of /proc/PID/status, in kB; 0 where there is none. */
static long status_kb(const char *pid, const char *line)
{
    char path[64], text[256];
    long kb = 0;

    snprintf(path, sizeof path, "/proc/%s/status", pid);
    FILE *in = fopen(path, "r");

    while (in && fgets(text, sizeof text, in))
        if (!strncmp(text, line, strlen(line)))
            kb = strtol(text + strlen(line), NULL, 10);
    if (in) fclose(in);
    return kb;
}

/* The processes that this one started and that live: their CPU time in ms is
 * added up, `*peak_kb` raised to the most that one of them has held. */
static double watch_children(long *peak_kb)
{
    static char list[4096];
    double ms = 0;
    FILE *in = fopen("/proc/thread-self/children", "r");
    const size_t n = in ? fread(list, 1, sizeof list - 1, in) : 0;

    if (in) fclose(in);
    list[n] = 0;
    for (char *pid = strtok(list, " "); pid; pid = strtok(NULL, " ")) {
        const long kb = status_kb(pid, "VmHWM:");
        clockid_t clock;
        struct timespec t;

        if (kb > *peak_kb) *peak_kb = kb;
        if (!clock_getcpuclockid((pid_t)strtol(pid, NULL, 10), &clock) &&
            !clock_gettime(clock, &t))
            ms += (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
    }
    return ms;
}

/* Of all children, the dead ones too: what a child had used goes from the first
 * sum to the second when it is waited for. */
static double children_ms(long *peak_kb)
{
    struct rusage dead;
    const double alive = watch_children(peak_kb);

    getrusage(RUSAGE_CHILDREN, &dead);
    if (dead.ru_maxrss > *peak_kb) *peak_kb = dead.ru_maxrss;
    return alive + (double)(dead.ru_utime.tv_sec + dead.ru_stime.tv_sec) * 1e3 +
           (double)(dead.ru_utime.tv_usec + dead.ru_stime.tv_usec) / 1e3;
}

static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *in = fopen(path, "rb");
    struct stat st;

    if (!in || fstat(fileno(in), &st)) die(path);
    uint8_t *data = malloc((size_t)st.st_size + 1);

    if (!data) die(path);
    *size = fread(data, 1, (size_t)st.st_size, in);
    if (*size != (size_t)st.st_size) die(path);
    fclose(in);
    return data;
}

/* ---- The run -------------------------------------------------------------- */

static int by_cpu(const void *a, const void *b)
{
    const double x = ((const file *)a)->cpu_ms, y = ((const file *)b)->cpu_ms;

    return (x > y) - (x < y);
}

static int by_wall(const void *a, const void *b)
{
    const double x = ((const file *)a)->wall_ms, y = ((const file *)b)->wall_ms;

    return (x > y) - (x < y);
}

static const file *percentile(size_t hundredths)
{
    return &files[(n_files - 1) * hundredths / 100];
}

static bool over(const char *what, double is, double may_be)
{
    if (is <= may_be) return false;
    fprintf(stderr, "FAILED: %s %.1f is over %.1f\n", what, is, may_be);
    return true;
}

static bool sum_up(long peak_kb, long warm_kb, bool defined)
{
    const long own_kb = status_kb("self", "VmRSS:");
    bool failed = !defined;

    qsort(files, n_files, sizeof *files, by_wall);
    const double max_wall = percentile(100)->wall_ms;

    fprintf(stderr, "wall ms: p50 %.2f, p99 %.1f, max %.1f (%s)\n",
            percentile(50)->wall_ms, percentile(99)->wall_ms, max_wall,
            percentile(100)->path);
    qsort(files, n_files, sizeof *files, by_cpu);
    const double p99 = percentile(99)->cpu_ms, max = percentile(100)->cpu_ms;

    fprintf(stderr, "CPU ms: p50 %.2f, p99 %.1f, max %.1f (%s)\n",
            percentile(50)->cpu_ms, p99, max, percentile(100)->path);
    fprintf(stderr, "most memory of a worker: %ld kB; this process: %ld kB\n",
            peak_kb, own_kb);
    if (!defined) fprintf(stderr, "FAILED: a status that is not defined\n");
    if (n_files >= MIN_FOR_P99)
        failed |= over("p99 ms of CPU", p99, MAX_P99_MS);
    failed |= over("most ms of CPU", max, MAX_MS);
    failed |= over("most ms by the wall", max_wall, MAX_WALL_MS);
    if (SANITIZED) return failed;
    failed |= over("kB of a worker", (double)peak_kb, MAX_WORKER_KB);
    if (warm_kb)
        failed |= over("growth in kB of this process",
                       (double)(own_kb - warm_kb), MAX_GROWTH_KB);
    return failed;
}

/* `before` is what all children have used up to now, and is kept up. */
static verdict sign(file *f, double *before, long *peak_kb)
{
    size_t size;
    uint8_t *data = read_file(f->path, &size);
    const double start = wall_ms();
    const verdict v = signer_sign(data, size);
    const double wall = wall_ms() - start;
    const double after = children_ms(peak_kb), cpu = after - *before;

    free(data);
    if (!f->status || wall < f->wall_ms) f->wall_ms = wall;
    if (!f->status || cpu < f->cpu_ms) f->cpu_ms = cpu;
    if (!f->status) f->peak_kb = *peak_kb;
    f->status = v.name;
    *before = after;
    return v;
}

int main(int argc, char **argv)
{
    const bool check = argc > 1 && !strcmp(argv[1], "--check");
    size_t n_of[N_STATUS] = {0};
    bool defined = true;
    long peak_kb = 0, warm_kb = 0;

    /* what was read goes back to the kernel at once, and is not counted */
    mallopt(M_MMAP_THRESHOLD, 1 << 17);
    for (int i = 1 + check; i < argc; i++) add(argv[i]);
    if (!n_files) return 2;
    signer_start();
    double before = children_ms(&peak_kb);

    for (size_t i = 0; i < n_files; i++) {
        const verdict v = sign(&files[i], &before, &peak_kb);

        defined &= v.defined;
        if (-v.status >= 0 && -v.status < N_STATUS) n_of[-v.status]++;
        if (i + 1 == WARM_UP) warm_kb = status_kb("self", "VmRSS:");
    }
    for (int round = 1; round < ROUNDS; round++)
        for (size_t i = 0; i < n_files; i++)
            if (files[i].cpu_ms > LONG_MS) sign(&files[i], &before, &peak_kb);
    for (size_t i = 0; i < n_files; i++)
        printf("%s\t%s\t%.2f\t%.2f\t%ld\n", files[i].path, files[i].status,
               files[i].wall_ms, files[i].cpu_ms, files[i].peak_kb);
    fprintf(stderr, "%zu files\n", n_files);
    for (int i = 0; i < N_STATUS; i++)
        if (n_of[i])
            fprintf(stderr, "%7zu %s\n", n_of[i],
                    sitr_status_text((sitr_status)-i));
    const bool failed = sum_up(peak_kb, warm_kb, defined);

    signer_stop();
    return check && failed;
}
