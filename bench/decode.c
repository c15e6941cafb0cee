/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far signing a file is from decoding it.
 *
 *     bench-decode [--runs=N] [--json] [--each] [--progressive]
 *         [FILE or FOLDER ...]
 *
 * For each picture, in turn and from memory: sitr_sign (PDQ and quality), the
 * least decoding that could serve (floor.h), and for JPEG the full decodings
 * that others do. Of each argument and format: the median, least and greatest
 * over its pictures of sign / floor, and median microseconds. --progressive
 * makes every JPEG progressive first, without loss.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench.h"
#include "floor.h"
#include "progressive.h"

enum { SIGN, FLOOR, GRAY, COLOUR, N_TASKS };
enum { JPEG, PROGRESSIVE, PNG, WEBP, N_KINDS };

static const char *const kind_name[N_KINDS] = {"jpeg", "jpeg progressive",
                                               "png", "webp"};

typedef struct config {
    sitr_ctx *ctx;
    size_t runs;
    bool json, each, progressive;
} config;

/* ---- One picture ---------------------------------------------------------- */

typedef struct job {
    const sitr_ctx *ctx;
    const bench_file *file;
    sitr_format format;
    floor_mode mode;
} job;

typedef struct result {
    double us[N_TASKS];
    double ratio[N_TASKS]; /* of sign to each */
} result;

static void run_sign(void *arg)
{
    const job *j = arg;
    sitr_signature *s;

    bench_check(j->file->path,
                sitr_sign(j->ctx, j->file->data, j->file->size, NULL, &s));
    sitr_signature_free(s);
}

static void run_floor(void *arg)
{
    const job *j = arg;

    if (!floor_decode(j->file, j->format, j->mode))
        bench_die(j->file->path, "the floor's decoder failed");
}

static result measure(const config *c, const bench_file *file, int kind)
{
    const size_t n = kind <= PROGRESSIVE ? N_TASKS : GRAY;
    job jobs[N_TASKS];
    bench_task tasks[N_TASKS];
    result out = {0};

    for (size_t i = 0; i < n; i++) {
        jobs[i] = (job){.ctx = c->ctx,
                        .file = file,
                        .format = kind <= PROGRESSIVE ? SITR_FORMAT_JPEG
                                  : kind == PNG       ? SITR_FORMAT_PNG
                                                      : SITR_FORMAT_WEBP,
                        .mode = i == COLOUR ? FLOOR_COLOUR
                                : i == GRAY ? FLOOR_GRAY
                                            : FLOOR_SCALED};
        tasks[i] = (bench_task){
            .run = i == SIGN ? run_sign : run_floor,
            .arg = &jobs[i],
            .repeat = 1,
        };
    }
    bench_interleave(tasks, n, c->runs);
    for (size_t i = 0; i < n; i++) {
        out.us[i] = tasks[i].us;
        out.ratio[i] = bench_ratio(&tasks[SIGN], &tasks[i], c->runs);
    }
    bench_free_tasks(tasks, n);
    return out;
}

/* The kind of a picture that is whole; -1 of anything else. */
static int kind_of(const config *c, const bench_file *file)
{
    sitr_signature_info info;
    sitr_signature *s;

    if (sitr_sign(c->ctx, file->data, file->size, NULL, &s)) return -1;
    sitr_signature_describe(s, &info);
    sitr_signature_free(s);
    if (info.flags & SITR_INFO_DAMAGED || info.frames != 1) return -1;
    switch (info.format) {
    case SITR_FORMAT_JPEG:
        return floor_is_progressive(file) ? PROGRESSIVE : JPEG;
    case SITR_FORMAT_PNG:
        return PNG;
    case SITR_FORMAT_WEBP:
        return WEBP;
    case SITR_FORMAT_UNKNOWN:
        break;
    }
    return -1;
}

/* ---- A group of pictures -------------------------------------------------- */

typedef struct group {
    result *results;
    size_t n;
} group;

static double median_of(const group *g, const double *first, double *least,
                        double *most)
{
    double *v = bench_alloc(NULL, g->n * sizeof *v);
    const size_t offset = (size_t)((const char *)first - (char *)g->results);

    for (size_t i = 0; i < g->n; i++)
        memcpy(&v[i], (char *)&g->results[i] + offset, sizeof *v);
    const double median = bench_median(v, g->n);

    *least = v[0];
    *most = v[g->n - 1];
    free(v);
    return median;
}

static void print_json_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;

        if (c < 0x20)
            printf("\\u%04x", c);
        else
            printf(c == '"' || c == '\\' ? "\\%c" : "%c", c);
    }
    putchar('"');
}

static void print_group(const config *c, const char *path, int kind,
                        const group *g)
{
    double us[N_TASKS], ratio[N_TASKS], least[N_TASKS], most[N_TASKS], a, b;

    for (size_t i = 0; i < N_TASKS; i++) {
        us[i] = median_of(g, &g->results[0].us[i], &a, &b);
        ratio[i] = median_of(g, &g->results[0].ratio[i], &least[i], &most[i]);
    }
    if (c->json) {
        printf("{\"path\":");
        print_json_text(path);
        printf(",\"kind\":\"%s\",\"pictures\":%zu,"
               "\"sign_us\":%.1f,\"floor_us\":%.1f,\"ratio\":%.4f,"
               "\"ratio_min\":%.4f,\"ratio_max\":%.4f,\"gray_us\":%.1f,"
               "\"rgb_us\":%.1f}\n",
               kind_name[kind], g->n, us[SIGN], us[FLOOR], ratio[FLOOR],
               least[FLOOR], most[FLOOR], us[GRAY], us[COLOUR]);
        return;
    }
    printf("%-17s %5zu  %9.0f %9.0f   %.3f (%.3f .. %.3f)", kind_name[kind],
           g->n, us[SIGN], us[FLOOR], ratio[FLOOR], least[FLOOR], most[FLOOR]);
    if (kind <= PROGRESSIVE)
        printf("   %9.0f %9.0f   %.2f  %.2f", us[GRAY], us[COLOUR], ratio[GRAY],
               ratio[COLOUR]);
    printf("\n");
}

static void measure_file(const config *c, const char *path, group *groups)
{
    bench_file file = bench_read_file(path);
    int kind = file.data ? kind_of(c, &file) : -1;

    if (c->progressive && kind == JPEG) {
        bench_make_progressive(&file);
        kind = PROGRESSIVE;
    }
    if (kind >= 0) {
        group *g = &groups[kind];

        g->results = bench_alloc(g->results, (g->n + 1) * sizeof *g->results);
        g->results[g->n] = measure(c, &file, kind);
        if (c->each) {
            const group one = {.results = &g->results[g->n], .n = 1};

            if (!c->json) printf("%s\n", path);
            print_group(c, path, kind, &one);
        }
        g->n++;
    } else {
        fprintf(stderr, "bench: %s: left out (no whole still picture)\n", path);
    }
    free(file.path);
    free(file.data);
}

static void measure_argument(const config *c, const char *path)
{
    group groups[N_KINDS] = {{0}};
    size_t n;
    char **files = bench_list_files(path, &n);

    if (!c->json) {
        printf("\n%s\n", path);
        printf("%-17s %5s  %9s %9s   %-24s   %9s %9s   %s\n", "", "n",
               "sign us", "floor us", "sign/floor (min .. max)", "gray us",
               "rgb us", "sign/gray, /rgb");
    }
    for (size_t i = 0; i < n; i++) {
        measure_file(c, files[i], groups);
        free(files[i]);
    }
    free(files);
    for (int k = 0; k < N_KINDS; k++) {
        if (groups[k].n) print_group(c, path, k, &groups[k]);
        free(groups[k].results);
    }
    fflush(stdout);
}

/* ---- Arguments ------------------------------------------------------------ */

/* Seen from the root of the repository. */
static const char *const photos[] = {"../shared/data/photos/large",
                                     "../shared/data/photos/standard"};
static const char *const fallback = "tests/data";

static void measure_defaults(const config *c)
{
    bool any = false;
    struct stat st;

    for (size_t i = 0; i < sizeof photos / sizeof *photos; i++) {
        if (!stat(photos[i], &st)) {
            measure_argument(c, photos[i]);
            any = true;
        } else {
            fprintf(stderr, "bench: %s: not there, skipped\n", photos[i]);
        }
    }
    if (!any) measure_argument(c, fallback);
}

int main(int argc, char **argv)
{
    config c = {.runs = 11};
    size_t n_paths = 0;

    for (int i = 1; i < argc; i++) {
        if (bench_number_option(argv[i], "--runs", &c.runs)) continue;
        if (!strcmp(argv[i], "--json"))
            c.json = true;
        else if (!strcmp(argv[i], "--each"))
            c.each = true;
        else if (!strcmp(argv[i], "--progressive"))
            c.progressive = true;
        else if (argv[i][0] == '-')
            bench_die(argv[i], "no such option");
        else
            argv[n_paths++] = argv[i];
    }
    bench_keep_memory();
    bench_check("sitr_ctx_new", sitr_ctx_new(NULL, &c.ctx));
    if (!c.json) bench_print_machine(c.ctx);
    for (size_t i = 0; i < n_paths; i++) measure_argument(&c, argv[i]);
    if (!n_paths) measure_defaults(&c);
    sitr_ctx_free(c.ctx);
    return 0;
}
