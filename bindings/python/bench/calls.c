/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C side of calls.py: the same calls on the same picture, as a caller in C makes
 * them.
 *
 *     bench-python-calls PICTURE NAME SECONDS
 *
 * Prints the median of nanoseconds that the call of that name takes, of CPU time: what
 * else the machine does is no part of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sitr.h>

enum { MOST = 1000, SIDE = 64, SAMPLES = 1000 };

static struct {
    sitr_ctx *ctx;
    const char *path;
    unsigned char *data;
    size_t size;
    sitr_signature *signature;
    sitr_index *index;
    sitr_hash hashes[MOST];
    uint16_t distances[MOST];
    unsigned char pixels[SIDE * SIDE * 3];
} all;

static void need(int ok)
{
    if (ok) return;
    fputs("bench-python-calls: a call failed\n", stderr);
    exit(1);
}

static void distances(size_t n)
{
    for (size_t i = 0; i < n; i++)
        all.distances[i] =
            (uint16_t)sitr_hash_distance(&all.hashes[MOST - 1], &all.hashes[i]);
}

static void distances_1(void) { distances(1); }
static void distances_100(void) { distances(100); }
static void distances_1000(void) { distances(1000); }

static void sign_bytes(void)
{
    sitr_signature *out;

    need(!sitr_sign(all.ctx, all.data, all.size, NULL, &out));
    sitr_signature_free(out);
}

static void sign_path(void)
{
    sitr_signature *out;

    need(!sitr_sign_file(all.ctx, all.path, NULL, &out));
    sitr_signature_free(out);
}

static void sign_pixels(void)
{
    const sitr_pixels pixels = {.data = all.pixels,
                                .stride = sizeof(all.pixels) / SIDE,
                                .width = SIDE,
                                .height = SIDE,
                                .layout = SITR_RGB8};
    sitr_signature *out;

    need(!sitr_sign_pixels(all.ctx, &pixels, NULL, &out));
    sitr_signature_free(out);
}

static void match_pair(void)
{
    sitr_match out;

    need(!sitr_match_pair(all.signature, all.signature, NULL, &out));
}

static void search(void)
{
    sitr_hit hits[256];
    uint64_t n;

    need(!sitr_index_search(all.index, all.hashes, 1, 31, hits, 256, &n));
}

static double clock_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double cpu(void) { return clock_ns(CLOCK_PROCESS_CPUTIME_ID); }

static int rising(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Of batches that take some 500 microseconds: the clock has no part in them. */
static void measure(void (*call)(void), double seconds)
{
    static double sample[SAMPLES];
    const double begin = clock_ns(CLOCK_MONOTONIC);
    size_t n = 0, batch = 1;

    for (double took = 0; took < 5e5; batch *= took < 5e5 ? 2 : 1) {
        const double from = cpu();

        for (size_t i = 0; i < batch; i++) call();
        took = cpu() - from;
    }
    while (n < SAMPLES &&
           (!n || clock_ns(CLOCK_MONOTONIC) - begin < seconds * 1e9)) {
        const double from = cpu();

        for (size_t i = 0; i < batch; i++) call();
        sample[n++] = (cpu() - from) / (double)batch;
    }
    qsort(sample, n, sizeof *sample, rising);
    printf("%.1f\n", sample[n / 2]);
}

static const struct {
    const char *name;
    void (*call)(void);
} calls[] = {
    {"distances-1", distances_1},       {"distances-100", distances_100},
    {"distances-1000", distances_1000}, {"sign-bytes", sign_bytes},
    {"sign-path", sign_path},           {"sign-pixels", sign_pixels},
    {"match-pair", match_pair},         {"search", search}};

static void read_picture(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = 0;

    need(file && !fseek(file, 0, SEEK_END) && (size = ftell(file)) > 0);
    rewind(file);
    all.path = path;
    all.size = (size_t)size;
    all.data = malloc(all.size);
    need(all.data && fread(all.data, 1, all.size, file) == all.size);
    fclose(file);
}

int main(int argc, char **argv)
{
    sitr_index_builder *builder;
    uint64_t ids[MOST];
    uint64_t state = 1;

    if (argc != 4) {
        fputs("usage: bench-python-calls PICTURE NAME SECONDS\n", stderr);
        return 2;
    }
    read_picture(argv[1]);
    for (size_t i = 0; i < MOST; i++) {
        ids[i] = i;
        all.hashes[i] =
            (sitr_hash){.algo = SITR_PDQ, .bits = 256, .quality = 100};
        for (int j = 0; j < 4; j++)
            all.hashes[i].word[j] = state =
                state * 6364136223846793005u + 1442695040888963407u;
    }
    for (size_t i = 0; i < sizeof all.pixels; i++)
        all.pixels[i] = (unsigned char)(i * i / 50);
    need(!sitr_ctx_new(NULL, &all.ctx));
    need(!sitr_sign(all.ctx, all.data, all.size, NULL, &all.signature));
    need(!sitr_index_builder_new(all.ctx, &builder));
    need(!sitr_index_builder_add_hashes(builder, ids, all.hashes, MOST));
    need(!sitr_index_builder_finish(builder, &all.index));

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (!strcmp(calls[i].name, argv[2]))
            measure(calls[i].call, strtod(argv[3], NULL));
    sitr_index_free(all.index);
    sitr_signature_free(all.signature);
    sitr_ctx_free(all.ctx);
    free(all.data);
    return 0;
}
