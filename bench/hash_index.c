/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index of bare hashes: how fast it is built, saved, mapped and asked, beside
 * a scan and the bandwidth of the memory.
 *
 *     bench-hash-index [--hashes=N] [--queries=N] [--radius=N] [--clusters=N]
 *                      [--near=N] [--folder=FOLDER] [--codes=FILE]
 *                      [--asked=FILE] [--threads=N]
 *
 * Hashes are uniform, with --clusters in so many heaps: each is a centre with up
 * to 40 bits changed, and each centre has a part in common with others. Of
 * --codes, 32 bytes each, they are read instead. Queries are uniform, too, or of
 * --asked; one in ten (--near) is a hash with up to 31 bits changed. One thread,
 * or with --threads so many, for building and for a last row, where each has a
 * share of the queries; every row but the first lines is a median, by the clock, and beside it the least
 * of the time that the CPU was this process's, which says more where the machine
 * does other things too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define CAPACITY 65536
#define TURNS    8
#define AT_ONCE  10000

typedef struct code {
    uint64_t word[4];
} code;

typedef struct set {
    size_t n;
    code *codes;
} set;

static uint64_t state = 1;

/* splitmix64 */
static uint64_t any(void)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void change(uint64_t word[4], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const size_t bit = any() % 256;

        word[bit / 64] ^= UINT64_C(1) << bit % 64;
    }
}

static code any_code(void)
{
    code c;

    for (size_t k = 0; k < 4; k++) c.word[k] = any();
    return c;
}

static set make(size_t n, size_t clusters)
{
    set s = {.n = n, .codes = bench_alloc(NULL, n * sizeof *s.codes)};
    code *const centres = bench_alloc(NULL, (clusters + 1) * sizeof *centres);

    for (size_t i = 0; i < clusters; i++) {
        centres[i] = any_code();
        /* a quarter of all share a quarter */
        if (i % 4 == 0) centres[i].word[0] = centres[0].word[0];
    }
    for (size_t i = 0; i < n; i++) {
        s.codes[i] = clusters ? centres[any() % clusters] : any_code();
        if (clusters) change(s.codes[i].word, any() % 41);
    }
    free(centres);
    return s;
}

static set read_codes(const char *path, size_t most)
{
    bench_file f = bench_read_file(path);
    set s = {.n = f.size / sizeof *s.codes, .codes = (void *)f.data};

    if (!f.data || !s.n) bench_die(path, "holds no hashes");
    if (s.n > most) s.n = most;
    return s;
}

static void put_hashes(const code *codes, size_t n, sitr_hash *out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (sitr_hash){.algo = SITR_PDQ, .bits = 256, .quality = 100};
        memcpy(out[i].word, codes[i].word, sizeof out[i].word);
    }
}

static double gigabytes_used(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_maxrss / 1e6;
}

/* ---- Built, saved, mapped ------------------------------------------------- */

static sitr_index *build(const sitr_ctx *ctx, const set *s)
{
    sitr_index_builder *b;
    sitr_index *index;
    sitr_hash *const hashes = bench_alloc(NULL, AT_ONCE * sizeof *hashes);
    uint64_t *const ids = bench_alloc(NULL, AT_ONCE * sizeof *ids);
    size_t n = 0;
    const double t0 = bench_now_us();

    bench_check("builder", sitr_index_builder_new(ctx, &b));
    for (size_t i = 0; i < s->n; i++) {
        ids[n] = i;
        put_hashes(&s->codes[i], 1, &hashes[n++]);
        if (n < AT_ONCE && i + 1 < s->n) continue;
        bench_check("add", sitr_index_builder_add_hashes(b, ids, hashes, n));
        n = 0;
    }
    free(ids);
    free(hashes);
    const double added = bench_now_us();
    bench_check("finish", sitr_index_builder_finish(b, &index));
    printf(
        "built in %.2f s, %.2f of them arranging; at most %.2f GB in use, with "
        "the %.2f GB given\n",
        (bench_now_us() - t0) / 1e6, (bench_now_us() - added) / 1e6,
        gigabytes_used(), (double)s->n * 32 / 1e9);
    return index;
}

static sitr_index *save_and_map(const sitr_ctx *ctx, sitr_index *index,
                                const char *path)
{
    struct stat st;
    double t0 = bench_now_us();

    bench_check("save", sitr_index_save(index, path));
    if (stat(path, &st)) bench_die(path, "is not there");
    printf("saved in %.2f s: %.3f GB\n", (bench_now_us() - t0) / 1e6,
           (double)st.st_size / 1e9);
    sitr_index_free(index);
    t0 = bench_now_us();
    bench_check("load", sitr_index_load(ctx, path, &index));
    printf("mapped in %.1f ms\n", (bench_now_us() - t0) / 1e3);
    t0 = bench_now_us();
    bench_check("check", sitr_index_check(index));
    printf("checked whole in %.2f s\n", (bench_now_us() - t0) / 1e6);
    return index;
}

/* ---- Asked ---------------------------------------------------------------- */

typedef struct job {
    const sitr_index *index;
    const sitr_hash *queries;
    size_t n, at_once;
    uint32_t radius;
    uint64_t n_hits;
    double cpu_us; /* the least of all runs; 0: none yet */
    sitr_hit hits[CAPACITY];
} job;

static double cpu_now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void keep_least(double *least, double us)
{
    if (!*least || us < *least) *least = us;
}

static void ask(void *arg)
{
    job *const j = arg;
    const double t0 = cpu_now_us();

    j->n_hits = 0;
    for (size_t i = 0; i < j->n; i += j->at_once) {
        const size_t n = j->n - i < j->at_once ? j->n - i : j->at_once;
        uint64_t n_hits;

        bench_check("search",
                    sitr_index_search(j->index, j->queries + i, n, j->radius,
                                      j->hits, CAPACITY, &n_hits));
        j->n_hits += n_hits;
    }
    keep_least(&j->cpu_us, cpu_now_us() - t0);
}

/* What reading the codes takes, added up with as little as can be. */
typedef struct memory {
    const set *s;
    uint64_t sum;
    double cpu_us;
} memory;

static void read_memory(void *arg)
{
    memory *const m = arg;
    const uint64_t *const w = m->s->codes[0].word;
    const size_t n = m->s->n * 4;
    uint64_t sum[8] = {0};
    const double t0 = cpu_now_us();

    for (size_t i = 0; i + 8 <= n; i += 8) {
        __builtin_prefetch(w + i + 256); /* as the scan does */
        for (size_t k = 0; k < 8; k++) sum[k] ^= w[i + k];
    }
    for (size_t k = 0; k < 8; k++) m->sum ^= sum[k];
    keep_least(&m->cpu_us, cpu_now_us() - t0);
}

#define RUNS 5

static void print_rate(const char *what, const bench_task *t, const job *j,
                       double each)
{
    const double n = 1e6 * (double)j->n / each;

    printf("%-16s %9.1f a second (%.1f .. %.1f), of CPU time %9.1f; %.3f "
           "hits\n",
           what, n / t->us, n / t->most, n / t->least, n / j->cpu_us,
           (double)j->n_hits * each / (double)j->n);
}

static void measure(const sitr_index *index, const set *s,
                    const sitr_hash *queries, size_t n, uint32_t radius)
{
    static job one, turns, batch, wide, wide_batch;
    memory m = {.s = s};
    const job j = {.index = index,
                   .queries = queries,
                   .n = n,
                   .at_once = 1,
                   .radius = radius};

    one = turns = batch = wide = wide_batch = j;
    turns.at_once = TURNS;
    batch.at_once = AT_ONCE;
    /* so wide that all are looked at */
    wide.radius = wide_batch.radius = 96;
    wide.n = n < 4 ? n : 4;
    wide_batch.n = wide_batch.at_once = n < 64 ? n : 64;
    bench_task tasks[] = {
        {.run = ask, .arg = &one, .repeat = 1},
        {.run = ask, .arg = &turns, .repeat = 1},
        {.run = ask, .arg = &batch, .repeat = 1},
        {.run = ask, .arg = &wide, .repeat = 1},
        {.run = ask, .arg = &wide_batch, .repeat = 1},
        {.run = read_memory, .arg = &m, .repeat = 1},
    };
    enum { ONE, EIGHT, BATCH, WIDE, WIDE_BATCH, MEMORY, N };

    bench_interleave(tasks, N, RUNS);
    print_rate("one at a time", &tasks[ONE], &one, 1);
    print_rate("in eight turns", &tasks[EIGHT], &turns, TURNS);
    print_rate("all at once", &tasks[BATCH], &batch, 1);
    print_rate("scan", &tasks[WIDE], &wide, 1);
    print_rate("scan of 64", &tasks[WIDE_BATCH], &wide_batch, 1);
    const double gb = (double)s->n * 32e-3;

    printf("a scan reads %.2f GB/s, a loop that adds up %.2f: %.0f %%; of CPU "
           "time %.2f, %.2f: %.0f %%\n",
           gb * (double)wide.n / tasks[WIDE].us, gb / tasks[MEMORY].us,
           100 * (double)wide.n /
               bench_ratio(&tasks[WIDE], &tasks[MEMORY], RUNS),
           gb * (double)wide.n / wide.cpu_us, gb / m.cpu_us,
           100 * (double)wide.n * m.cpu_us / wide.cpu_us);
    bench_free_tasks(tasks, N);
}

/* A share of the queries, asked one at a time, is a task. */
#define SHARE 256

typedef struct shares {
    const job *all;
    sitr_hooks hooks;
} shares;

static void ask_share(void *arg, size_t i)
{
    const job *const all = arg;
    sitr_hit hits[64];

    for (size_t k = i * SHARE; k < all->n && k < (i + 1) * SHARE; k++) {
        uint64_t n_hits;

        bench_check("search",
                    sitr_index_search(all->index, &all->queries[k], 1,
                                      all->radius, hits, 64, &n_hits));
    }
}

static void ask_on_threads(void *arg)
{
    shares *const s = arg;
    job all = *s->all;

    s->hooks.parallel(s->hooks.cookie, ask_share, &all,
                      (all.n + SHARE - 1) / SHARE);
}

static void measure_threads(const sitr_index *index, const sitr_hash *queries,
                            size_t n, uint32_t radius, size_t n_threads)
{
    static job all;
    size_t many = n_threads, one = 1;
    shares on_one = {&all, bench_hooks(&one)},
           on_many = {&all, bench_hooks(&many)};
    bench_task tasks[] = {
        {.run = ask_on_threads, .arg = &on_one, .repeat = 1},
        {.run = ask_on_threads, .arg = &on_many, .repeat = 1},
    };

    all = (job){.index = index, .queries = queries, .n = n, .radius = radius};
    bench_interleave(tasks, 2, RUNS);
    printf("one at a time on each of %zu threads %9.1f a second, on one %9.1f: "
           "%.2f x\n",
           n_threads, 1e6 * (double)n / tasks[1].us,
           1e6 * (double)n / tasks[0].us,
           bench_ratio(&tasks[0], &tasks[1], RUNS));
    bench_free_tasks(tasks, 2);
}

/* ---- Arguments ------------------------------------------------------------ */

int main(int argc, char **argv)
{
    size_t n = 1000000, n_queries = 10000, radius = 31, clusters = 0, near = 10;
    size_t n_threads = 1;
    const sitr_hooks hooks = bench_hooks(&n_threads);
    const sitr_ctx_opts opts = {.struct_size = sizeof opts, .hooks = &hooks};
    const char *folder = "/tmp", *codes = NULL, *asked = NULL;
    char path[4096];
    sitr_ctx *ctx;

    for (int i = 1; i < argc; i++) {
        if (bench_number_option(argv[i], "--hashes", &n) ||
            bench_number_option(argv[i], "--queries", &n_queries) ||
            bench_number_option(argv[i], "--radius", &radius) ||
            bench_number_option(argv[i], "--clusters", &clusters) ||
            bench_number_option(argv[i], "--near", &near) ||
            bench_number_option(argv[i], "--threads", &n_threads))
            continue;
        if (!strncmp(argv[i], "--folder=", 9))
            folder = argv[i] + 9;
        else if (!strncmp(argv[i], "--codes=", 8))
            codes = argv[i] + 8;
        else if (!strncmp(argv[i], "--asked=", 8))
            asked = argv[i] + 8;
        else
            bench_die(argv[i], "is no option");
    }
    bench_check("context", sitr_ctx_new(&opts, &ctx));
    bench_print_machine(ctx);
    set s = codes ? read_codes(codes, n) : make(n, clusters);
    set q = asked ? read_codes(asked, n_queries) : make(n_queries, 0);

    for (size_t i = 0; i < q.n && !asked; i += near) {
        q.codes[i] = s.codes[any() % s.n];
        change(q.codes[i].word, any() % 32);
    }
    printf("%zu hashes%s, radius %zu, %zu queries\n", s.n,
           codes      ? ""
           : clusters ? " in heaps"
                      : ", uniform",
           radius, q.n);
    snprintf(path, sizeof path, "%s/bench-hash-index.%ld", folder,
             (long)getpid());
    sitr_index *const index = save_and_map(ctx, build(ctx, &s), path);
    sitr_hash *const queries = bench_alloc(NULL, q.n * sizeof *queries);

    put_hashes(q.codes, q.n, queries);

    measure(index, &s, queries, q.n, (uint32_t)radius);
    if (n_threads > 1)
        measure_threads(index, queries, q.n, (uint32_t)radius, n_threads);
    unlink(path);
    free(queries);
    free(s.codes);
    free(q.codes);
    sitr_index_free(index);
    sitr_ctx_free(ctx);
    return 0;
}
