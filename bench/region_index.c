/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index of many pictures: how fast it is built and asked, how large it is,
 * what it misses of what a comparison with every picture finds, and which
 * strangers it takes for copies.
 *
 *     bench-region-index [--pictures=N] [--queries=N] [--strangers=N]
 *                        [--first=N] [--photos=FOLDER] [--folder=FOLDER]
 *                        [--signed=FILE]
 *
 * Makes N pictures of photos (makings.c), and signs them to keep; of 10,000, of
 * 30,000 and so on up to N it builds an index, saves it in FOLDER (/tmp), maps it,
 * and asks it for altered copies of pictures among the first N, which are in
 * all. Files are gone when it ends, but for that of `--signed`: it holds the N
 * signatures, and is written where it is not there, so that another run need not
 * make them again. `--first` says how large the smallest index is.
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "makings.h"

#define MAX_SIZES 8
#define THREADS   2
#define MOST      4096 /* matches of one query that are looked at */

/* ---- Signing -------------------------------------------------------------- */

/* Signatures as bytes: a tenth of what they take as handles is saved. */
typedef struct blob {
    uint8_t *data;
    size_t size;
} blob;

typedef enum sort { PROTECTED, COPIES, STRANGERS } sort;

typedef struct job {
    const sitr_ctx *ctx;
    const photos *photos;
    sort sort;
    size_t n, n_sources; /* copies are of pictures below n_sources */
    size_t next;
    pthread_mutex_t lock;
    blob *out;
} job;

/* Which picture query `i` is a copy of; any, but the same each time. */
static uint64_t source_of(size_t i, size_t n_sources)
{
    return i * UINT64_C(7919) % n_sources;
}

static gray make(const job *j, size_t i)
{
    gray from, to;

    if (j->sort == PROTECTED) return picture_make(j->photos, i, false);
    from = picture_make(j->photos,
                        j->sort == COPIES ? source_of(i, j->n_sources) : i,
                        j->sort == STRANGERS);
    to = picture_alter(j->photos, &from, i % n_alterations, i);
    free(from.data);
    return to;
}

static blob sign(const job *j, size_t i)
{
    const gray g = make(j, i);
    const sitr_pixels pixels = {g.data, g.w, g.w, g.h, SITR_GRAY8};
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .flags = SITR_SIGN_REGIONS |
                                          (j->sort ? SITR_SIGN_QUERY : 0)};
    sitr_signature *s;
    blob b;

    bench_check("sign", sitr_sign_pixels(j->ctx, &pixels, &opts, &s));
    b.size = sitr_signature_encode(s, NULL, 0);
    b.data = bench_alloc(NULL, b.size);
    sitr_signature_encode(s, b.data, b.size);
    sitr_signature_free(s);
    free(g.data);
    return b;
}

static void *work(void *arg)
{
    job *const j = arg;

    for (;;) {
        size_t i;

        pthread_mutex_lock(&j->lock);
        i = j->next++;
        pthread_mutex_unlock(&j->lock);
        if (i >= j->n) return NULL;
        j->out[i] = sign(j, i);
        if ((i + 1) % 10000 == 0) fprintf(stderr, "%zu signed\n", i + 1);
    }
}

static blob *sign_all(const sitr_ctx *ctx, const photos *p, sort of, size_t n,
                      size_t n_sources)
{
    job j = {.ctx = ctx,
             .photos = p,
             .sort = of,
             .n = n,
             .n_sources = n_sources,
             .lock = PTHREAD_MUTEX_INITIALIZER,
             .out = bench_alloc(NULL, n * sizeof *j.out)};
    pthread_t threads[THREADS];

    for (int t = 0; t < THREADS; t++)
        if (pthread_create(&threads[t], NULL, work, &j))
            bench_die("threads", "none to be had");
    for (int t = 0; t < THREADS; t++) pthread_join(threads[t], NULL);
    return j.out;
}

static blob *read_all(FILE *f, size_t n, const char *path)
{
    blob *const all = bench_alloc(NULL, n * sizeof *all);

    for (size_t i = 0; i < n; i++) {
        uint8_t head[8];

        /* its size is in its seventh and eighth byte */
        if (fread(head, 1, 8, f) != 8) bench_die(path, "holds too few");
        all[i].size = head[6] | (size_t)head[7] << 8;
        if (all[i].size < 8) bench_die(path, "holds something else");
        all[i].data = bench_alloc(NULL, all[i].size);
        memcpy(all[i].data, head, 8);
        if (fread(all[i].data + 8, 1, all[i].size - 8, f) != all[i].size - 8)
            bench_die(path, "holds too few");
    }
    return all;
}

static bool write_all(FILE *f, const blob *all, size_t n)
{
    bool ok = true;

    for (size_t i = 0; i < n && ok; i++)
        ok = fwrite(all[i].data, 1, all[i].size, f) == all[i].size;
    return ok;
}

/* Those of an earlier run, or of this one for a later. */
static blob *sign_or_read(const sitr_ctx *ctx, const photos *p, size_t n,
                          const char *path)
{
    FILE *f = path ? fopen(path, "rb") : NULL;
    blob *all;
    bool ok;

    if (f) {
        all = read_all(f, n, path);
        fclose(f);
        return all;
    }
    all = sign_all(ctx, p, PROTECTED, n, 0);
    if (!path) return all;
    f = fopen(path, "wb");
    ok = f && write_all(f, all, n);
    if (f && fclose(f)) ok = false;
    if (!ok) bench_die(path, "cannot be written");
    return all;
}

static sitr_signature *open_blob(const sitr_ctx *ctx, const blob *b)
{
    sitr_signature *s;

    bench_check("signature", sitr_signature_decode(ctx, b->data, b->size, &s));
    return s;
}

/* ---- Figures -------------------------------------------------------------- */

typedef struct figures {
    size_t n;
    double built; /* pictures a second */
    double bytes; /* a picture */
    double median, p90, most;
} figures;

/* From the signatures to a file. Only what the library does is timed. */
static void build(const sitr_ctx *ctx, const blob *mine, const char *path,
                  figures *f)
{
    sitr_index_builder *b;
    sitr_index *index;
    double us = 0, from;
    struct stat st;

    bench_check("builder", sitr_index_builder_new(ctx, &b));
    for (size_t i = 0; i < f->n; i++) {
        sitr_signature *const s = open_blob(ctx, &mine[i]);

        from = bench_now_us();
        bench_check("add", sitr_index_builder_add(b, i, s));
        us += bench_now_us() - from;
        sitr_signature_free(s);
    }
    from = bench_now_us();
    bench_check("build", sitr_index_builder_finish(b, &index));
    us += bench_now_us() - from;
    f->built = (double)f->n / us * 1e6;
    from = bench_now_us();
    bench_check("save", sitr_index_save(index, path));
    printf("%zu pictures: built in %.2f s, %.0f a second; saved in %.2f s",
           f->n, us / 1e6, f->built, (bench_now_us() - from) / 1e6);
    sitr_index_free(index);
    if (stat(path, &st)) bench_die(path, "is gone");
    f->bytes = (double)st.st_size / (double)f->n;
    printf(", %.3f GB, %.0f bytes a picture\n", (double)st.st_size / 1e9,
           f->bytes);
}

typedef struct count {
    size_t asked, exhaustive, index;
} count;

/* Whether a picture is among the matches. */
static bool is_among(uint64_t id, const sitr_match *m, uint64_t n)
{
    for (uint64_t i = 0; i < n && i < MOST; i++)
        if (m[i].id == id) return true;
    return false;
}

static void ask_for_copies(const sitr_ctx *ctx, const sitr_index *index,
                           const blob *mine, const blob *queries, size_t n,
                           size_t n_sources, figures *f)
{
    count *const counts = bench_alloc(NULL, n_alterations * sizeof *counts);
    double *const times = bench_alloc(NULL, n * sizeof *times);
    double *const usual = bench_alloc(NULL, n * sizeof *usual);
    size_t n_usual = 0;
    sitr_match *const m = bench_alloc(NULL, MOST * sizeof *m);
    count all = {0};
    double regions = 0, found = 0;

    memset(counts, 0, n_alterations * sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        const uint64_t id = source_of(i, n_sources);
        sitr_signature *const source = open_blob(ctx, &mine[id]);
        sitr_signature *const query = open_blob(ctx, &queries[i]);
        count *const c = &counts[i % n_alterations];
        sitr_signature_info info;
        sitr_match pair;
        uint64_t n_matches;
        double from;

        sitr_signature_describe(query, &info);
        regions += info.keypoints;
        from = bench_now_us();
        bench_check("ask",
                    sitr_match_index(index, query, NULL, m, MOST, &n_matches));
        times[i] = (bench_now_us() - from) / 1e3;
        if (info.keypoints >= 500 && info.keypoints <= 700)
            usual[n_usual++] = times[i];
        bench_check("pair", sitr_match_pair(source, query, NULL, &pair));
        found += (double)n_matches;
        c->asked++;
        c->exhaustive += pair.verdict != SITR_NONE;
        c->index += pair.verdict != SITR_NONE && is_among(id, m, n_matches);
        sitr_signature_free(source);
        sitr_signature_free(query);
    }
    f->median = bench_median(times, n); /* and sorts them */
    f->p90 = times[n * 9 / 10];
    f->most = times[n - 1];
    for (size_t k = 0; k < n_alterations; k++) {
        all.asked += counts[k].asked;
        all.exhaustive += counts[k].exhaustive;
        all.index += counts[k].index;
        if (counts[k].index != counts[k].exhaustive)
            printf("    %s: of %zu pair finds %zu, index %zu\n",
                   alteration_name(k), counts[k].asked, counts[k].exhaustive,
                   counts[k].index);
    }
    printf("    %zu queries of %.0f regions: median %.1f ms, p90 %.1f, most "
           "%.1f; %.1f matches each\n",
           n, regions / (double)n, f->median, f->p90, f->most,
           found / (double)n);
    if (n_usual) {
        const double median = bench_median(usual, n_usual);

        printf("    %zu of 500 to 700 regions: median %.1f ms, p90 %.1f, most "
               "%.1f\n",
               n_usual, median, usual[n_usual * 9 / 10], usual[n_usual - 1]);
    }
    printf("    pair finds %.2f %%, index %.2f %%: %.2f points lost\n",
           100.0 * (double)all.exhaustive / (double)all.asked,
           100.0 * (double)all.index / (double)all.asked,
           100.0 * (double)(all.exhaustive - all.index) / (double)all.asked);
    free(counts);
    free(times);
    free(usual);
    free(m);
}

/* None of the index is in these: whatever is found is wrong. */
static void ask_for_strangers(const sitr_ctx *ctx, const sitr_index *index,
                              const blob *queries, size_t n)
{
    sitr_match *const m = bench_alloc(NULL, MOST * sizeof *m);
    size_t n_review = 0, n_copy = 0;

    for (size_t i = 0; i < n; i++) {
        sitr_signature *const query = open_blob(ctx, &queries[i]);
        uint64_t n_matches;

        bench_check("ask",
                    sitr_match_index(index, query, NULL, m, MOST, &n_matches));
        for (uint64_t k = 0; k < n_matches && k < MOST; k++) {
            const bool copy = m[k].verdict == SITR_COPY;

            n_review += !copy;
            n_copy += copy;
            if (copy || n_review <= 10)
                printf("    %s: stranger %zu (%s) and picture %llu, distance "
                       "%u, %u keypoints, rate %.1e\n",
                       sitr_verdict_name(m[k].verdict), i,
                       alteration_name(i % n_alterations),
                       (unsigned long long)m[k].id, m[k].distance,
                       m[k].keypoints, (double)m[k].false_positive_rate);
        }
        sitr_signature_free(query);
    }
    printf("    strangers: %zu copy, %zu review of %.1e pairs\n", n_copy,
           n_review, (double)n * (double)sitr_index_count(index));
    free(m);
}

/* The time of a query as a + b n^c between the last two sizes. */
static void print_fit(const figures *f, size_t n)
{
    if (n < 2) return;
    const figures *const a = &f[n - 2], *const b = &f[n - 1];
    const double c =
        log(b->median / a->median) / log((double)b->n / (double)a->n);

    printf("median of a query ~ n^%.2f between the last two; at 1,000,000: "
           "%.0f ms, %.1f GB\n",
           c, b->median * pow(1e6 / (double)b->n, c), b->bytes / 1e3);
}

int main(int argc, char **argv)
{
    size_t n = 100000, n_queries = 480, n_strangers = 1000, first = 10000;
    const char *photo_folder = "../shared/data/photos", *folder = "/tmp";
    const char *kept = NULL;
    figures f[MAX_SIZES] = {0};
    size_t n_sizes = 0;
    char path[4096];
    sitr_ctx *ctx;

    for (int i = 1; i < argc; i++) {
        if (bench_number_option(argv[i], "--pictures", &n) ||
            bench_number_option(argv[i], "--queries", &n_queries) ||
            bench_number_option(argv[i], "--strangers", &n_strangers) ||
            bench_number_option(argv[i], "--first", &first))
            continue;
        if (!strncmp(argv[i], "--photos=", 9))
            photo_folder = argv[i] + 9;
        else if (!strncmp(argv[i], "--folder=", 9))
            folder = argv[i] + 9;
        else if (!strncmp(argv[i], "--signed=", 9))
            kept = argv[i] + 9;
        else
            bench_die(argv[i], "no such option");
    }
    if (first > n) first = n;
    bench_keep_memory();
    bench_check("context", sitr_ctx_new(NULL, &ctx));
    photos p = photos_read(photo_folder);

    if (p.n < 20)
        bench_die(photo_folder, "has no 20 JPEGs to make pictures of");
    bench_print_machine(ctx);
    printf("# pictures made of %zu photos\n", p.n);
    blob *const mine = sign_or_read(ctx, &p, n, kept);
    blob *const copies = sign_all(ctx, &p, COPIES, n_queries, first);
    blob *const strangers = sign_all(ctx, &p, STRANGERS, n_strangers, 0);

    snprintf(path, sizeof path, "%s/region-index-%ld", folder, (long)getpid());
    for (size_t size = first; n_sizes < MAX_SIZES;) {
        sitr_index *index;
        double from;

        f[n_sizes].n = size;
        build(ctx, mine, path, &f[n_sizes]);
        from = bench_now_us();
        bench_check("load", sitr_index_load(ctx, path, &index));
        printf("    loaded in %.1f ms\n", (bench_now_us() - from) / 1e3);
        ask_for_copies(ctx, index, mine, copies, n_queries, first,
                       &f[n_sizes++]);
        ask_for_strangers(ctx, index, strangers, n_strangers);
        sitr_index_free(index);
        unlink(path);
        fflush(stdout);
        if (size == n) break;
        /* 1, 3, 10, 30 .. times the first */
        size = n_sizes % 2 ? size * 3 : size / 3 * 10;
        if (size > n) size = n;
    }
    print_fit(f, n_sizes);
    for (size_t i = 0; i < n; i++) free(mine[i].data);
    for (size_t i = 0; i < n_queries; i++) free(copies[i].data);
    for (size_t i = 0; i < n_strangers; i++) free(strangers[i].data);
    free(mine);
    free(copies);
    free(strangers);
    photos_free(&p);
    sitr_ctx_free(ctx);
    return 0;
}
