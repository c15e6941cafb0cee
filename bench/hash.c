/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stages after decoding, for each instruction set this CPU has.
 *
 *     bench-hash [--runs=N] [--json] [--most=N]
 *
 * Hashes of a gray picture of 512 x 384, and sitr_match_scan of a query with
 * eight turns against 1e3, 1e4 ... signatures, up to --most (1e6: some 600 MB).
 * The floor of a scan is one reading of as many bytes as the hashes have, by
 * memchr for a byte that is not there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define WIDTH    512
#define HEIGHT   384
#define N_LEVELS 3
#define ALL_CPU  (SITR_CPU_AVX2 | SITR_CPU_AVX512 | SITR_CPU_NEON)

/* A context for each instruction set, portable first. */
typedef struct levels {
    sitr_ctx *ctx[N_LEVELS];
    size_t n;
} levels;

static levels open_levels(void)
{
    static const uint64_t off[N_LEVELS] = {ALL_CPU, SITR_CPU_AVX512, 0};
    levels l = {0};

    for (size_t i = 0; i < N_LEVELS; i++) {
        const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                    .cpu_off = off[i]};
        sitr_ctx *ctx;

        bench_check("sitr_ctx_new", sitr_ctx_new(&opts, &ctx));
        if (l.n && !strcmp(sitr_ctx_cpu(ctx), sitr_ctx_cpu(l.ctx[l.n - 1])))
            sitr_ctx_free(ctx);
        else
            l.ctx[l.n++] = ctx;
    }
    return l;
}

/* ---- Made-up input -------------------------------------------------------- */

/* splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Squares of five sizes, each half as strong as the one above: about as much at
 * each frequency as in a photo. */
static uint8_t *make_picture(void)
{
    uint8_t *data = bench_alloc(NULL, WIDTH * HEIGHT);
    uint64_t state = 1;
    uint8_t cell[5][64 * 64];

    for (size_t i = 0; i < sizeof cell; i++)
        ((uint8_t *)cell)[i] = (uint8_t)next_random(&state);
    for (unsigned y = 0; y < HEIGHT; y++) {
        for (unsigned x = 0; x < WIDTH; x++) {
            unsigned v = 0;

            for (unsigned o = 0; o < 5; o++) {
                const unsigned side = 128u >> o; /* 128 .. 8 */

                v += cell[o][y / side * 64 + x / side] >> (o + 1);
            }
            data[y * WIDTH + x] = (uint8_t)v;
        }
    }
    return data;
}

/* ---- Hashes --------------------------------------------------------------- */

typedef struct job {
    const sitr_ctx *ctx;
    const sitr_pixels *pixels;
    sitr_algo algo; /* 0: a signature */
    uint32_t flags; /* of the signature */
} job;

static void run_job(void *arg)
{
    const job *j = arg;
    const sitr_sign_opts opts = {.struct_size = sizeof opts, .flags = j->flags};
    sitr_signature *s;
    sitr_hash hash;

    if (j->algo) {
        bench_check(
            "sitr_hash_pixels",
            sitr_hash_pixels(j->ctx, j->pixels, j->algo, SITR_UPRIGHT, &hash));
        return;
    }
    bench_check("sitr_sign_pixels",
                sitr_sign_pixels(j->ctx, j->pixels, &opts, &s));
    sitr_signature_free(s);
}

static const struct {
    const char *name;
    sitr_algo algo;
    uint32_t flags;
} stages[] = {
    {"sign, PDQ", 0, 0},           {"sign, PDQ, 8 turns", 0, SITR_SIGN_QUERY},
    {"hash pdq", SITR_PDQ, 0},     {"hash phash", SITR_PHASH, 0},
    {"hash dhash", SITR_DHASH, 0}, {"hash ahash", SITR_AHASH, 0},
};

static void print_stage(const levels *l, const char *name,
                        const bench_task *tasks, size_t runs, bool json)
{
    if (json)
        printf("{\"stage\":\"%s\"", name);
    else
        printf("%-22s", name);
    for (size_t k = 0; k < l->n; k++) {
        const char *cpu = sitr_ctx_cpu(l->ctx[k]);
        const double ratio = bench_ratio(&tasks[k], &tasks[0], runs);

        if (json)
            printf(",\"%s_us\":%.2f,\"%s_ratio\":%.4f", cpu, tasks[k].us, cpu,
                   ratio);
        else
            printf("  %9.1f us x %.2f", tasks[k].us, ratio);
    }
    printf(json ? "}\n" : "\n");
}

static void measure_hashes(const levels *l, size_t runs, bool json)
{
    uint8_t *data = make_picture();
    const sitr_pixels pixels = {.data = data,
                                .stride = WIDTH,
                                .width = WIDTH,
                                .height = HEIGHT,
                                .layout = SITR_GRAY8};

    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        bench_task tasks[N_LEVELS];
        job jobs[N_LEVELS];

        for (size_t k = 0; k < l->n; k++) {
            jobs[k] =
                (job){l->ctx[k], &pixels, stages[i].algo, stages[i].flags};
            tasks[k] = (bench_task){.run = run_job, .arg = &jobs[k]};
        }
        bench_interleave(tasks, l->n, runs);
        print_stage(l, stages[i].name, tasks, runs, json);
        bench_free_tasks(tasks, l->n);
    }
    free(data);
}

/* ---- Scan ----------------------------------------------------------------- */

typedef struct scan {
    sitr_signature **protected_images;
    const sitr_signature *query;
    const uint8_t *bytes; /* as many as n hashes have; the floor reads them */
    size_t n;
    size_t sum; /* keeps the floor from being thought away */
} scan;

static void run_scan(void *arg)
{
    const scan *s = arg;
    sitr_match matches[16];
    uint64_t n;

    bench_check(
        "sitr_match_scan",
        sitr_match_scan((const sitr_signature *const *)s->protected_images,
                        s->n, s->query, NULL, matches, 16, &n));
}

static void run_read(void *arg)
{
    scan *s = arg;

    s->sum += memchr(s->bytes, 0, 32 * s->n) != NULL;
}

static sitr_signature *random_signature(const sitr_ctx *ctx, uint64_t *state)
{
    sitr_hash hash = {.algo = SITR_PDQ, .bits = 256, .quality = 100};
    sitr_signature *s;

    for (size_t i = 0; i < 4; i++) hash.word[i] = next_random(state);
    bench_check("sitr_sign_hash", sitr_sign_hash(ctx, &hash, &s));
    return s;
}

static void print_scan(const levels *l, const bench_task *tasks, size_t n,
                       size_t runs, bool json)
{
    const bench_task *read = &tasks[l->n];
    const double bytes = 32.0 * (double)n;

    if (json)
        printf("{\"stage\":\"scan\",\"n\":%zu,\"read_us\":%.2f", n, read->us);
    else
        printf("scan of %-8zu read %8.1f us %5.1f GB/s;", n, read->us,
               bytes / read->us / 1e3);
    for (size_t k = 0; k < l->n; k++) {
        const char *cpu = sitr_ctx_cpu(l->ctx[k]);
        const double ratio = bench_ratio(&tasks[k], &tasks[0], runs);
        const double above = bench_ratio(&tasks[k], read, runs);

        if (json)
            printf(",\"%s_us\":%.2f,\"%s_ratio\":%.4f,\"%s_floor\":%.2f", cpu,
                   tasks[k].us, cpu, ratio, cpu, above);
        else
            printf("  %s %.1f us x %.2f, %.2f GB/s, %.1f reads", cpu,
                   tasks[k].us, ratio, bytes / tasks[k].us / 1e3, above);
    }
    printf(json ? "}\n" : "\n");
    fflush(stdout);
}

static void measure_scan(const levels *l, const sitr_signature *const *queries,
                         scan base, size_t runs, bool json)
{
    bench_task tasks[N_LEVELS + 1];
    scan scans[N_LEVELS + 1];

    for (size_t k = 0; k <= l->n; k++) {
        scans[k] = base;
        if (k < l->n) scans[k].query = queries[k];
        tasks[k] = (bench_task){.run = k < l->n ? run_scan : run_read,
                                .arg = &scans[k]};
    }
    bench_interleave(tasks, l->n + 1, runs);
    print_scan(l, tasks, base.n, runs, json);
    bench_free_tasks(tasks, l->n + 1);
}

static void measure_scans(const levels *l, size_t most, size_t runs, bool json)
{
    const sitr_sign_opts turns = {.struct_size = sizeof turns,
                                  .flags = SITR_SIGN_QUERY};
    uint8_t *picture = make_picture();
    const sitr_pixels pixels = {picture, WIDTH, WIDTH, HEIGHT, SITR_GRAY8};
    sitr_signature *queries[N_LEVELS];
    sitr_signature **all = bench_alloc(NULL, most * sizeof *all);
    uint8_t *bytes = bench_alloc(NULL, 32 * most);
    uint64_t state = 2;

    for (size_t k = 0; k < l->n; k++)
        bench_check("query",
                    sitr_sign_pixels(l->ctx[k], &pixels, &turns, &queries[k]));
    memset(bytes, 1, 32 * most);
    for (size_t i = 0; i < most; i++)
        all[i] = random_signature(l->ctx[0], &state);
    for (size_t n = 1000; n <= most; n *= 10)
        measure_scan(l, (const sitr_signature *const *)queries,
                     (scan){.protected_images = all, .bytes = bytes, .n = n},
                     runs, json);
    for (size_t i = 0; i < most; i++) sitr_signature_free(all[i]);
    for (size_t k = 0; k < l->n; k++) sitr_signature_free(queries[k]);
    free(all);
    free(bytes);
    free(picture);
}

int main(int argc, char **argv)
{
    size_t runs = 31, most = 1000000;
    bool json = false;

    for (int i = 1; i < argc; i++) {
        if (bench_number_option(argv[i], "--runs", &runs) ||
            bench_number_option(argv[i], "--most", &most))
            continue;
        if (strcmp(argv[i], "--json")) bench_die(argv[i], "no such option");
        json = true;
    }
    bench_keep_memory();
    levels l = open_levels();

    if (!json) {
        bench_print_machine(l.ctx[l.n - 1]);
        printf("# columns:");
        for (size_t k = 0; k < l.n; k++) printf(" %s", sitr_ctx_cpu(l.ctx[k]));
        printf("; x = time over portable's\n");
    }
    measure_hashes(&l, runs, json);
    measure_scans(&l, most, runs, json);
    for (size_t k = 0; k < l.n; k++) sitr_ctx_free(l.ctx[k]);
    return 0;
}
