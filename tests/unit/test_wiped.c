/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing of a picture stays in memory once it was signed: neither in the
 * blocks that the library frees, as it frees them, nor anywhere in the memory
 * of the worker that decoded it, decoders' own blocks and stack included.
 *
 * Rows of small pictures were: glibc's M_PERTURB, by which a worker once
 * overwrote what decoders free, does not reach blocks of up to a kilobyte while
 * they wait in a thread's own cache; and the dynamic linker left vector
 * registers on the stack.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <sitr-sandbox.h>

#include "codec/codec.h"
#include "pictures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SIDE         100 /* a row is small enough for the cache */

/* ---- The pictures --------------------------------------------------------- */

/* Noise: eight bytes of it are nowhere by chance. */
static raster noise_of(uint32_t channels)
{
    raster r = raster_blank(SIDE, SIDE, channels);
    uint32_t state = 1;

    for (size_t i = 0; i < (size_t)SIDE * SIDE * channels; i++)
        r.data[i] = (uint8_t)(noise(&state) >> 8);
    return r;
}

typedef bytes (*maker)(void);

static bytes jpeg(uint32_t channels, bool progressive)
{
    raster r = noise_of(channels);
    const jpeg_opts opts = {.quality = 98, .progressive = progressive};
    const bytes b = jpeg_of(&r, &opts);

    raster_free(&r);
    return b;
}

static bytes png(uint32_t channels, bool interlaced)
{
    static const int types[] = {0, 0, 0, 2, 6}; /* gray, RGB, RGBA */
    raster r = noise_of(channels);
    const png_opts opts = {
        .type = types[channels], .depth = 8, .interlaced = interlaced};
    const bytes b = png_of(&r, &opts);

    raster_free(&r);
    return b;
}

static bytes webp(uint32_t channels, float quality)
{
    raster r = noise_of(channels);
    const bytes b = webp_of(&r, quality);

    raster_free(&r);
    return b;
}

static bytes jpeg_gray(void) { return jpeg(1, false); }
static bytes jpeg_colour(void) { return jpeg(3, false); }
static bytes jpeg_progressive(void) { return jpeg(3, true); }
static bytes png_gray(void) { return png(1, false); }
static bytes png_rgba(void) { return png(4, false); }
static bytes png_interlaced(void) { return png(3, true); }
static bytes webp_lossy(void) { return webp(3, 98); }
static bytes webp_alpha(void) { return webp(4, 98); }
static bytes webp_lossless(void) { return webp(3, -1); }

static bytes jpeg_cut(void)
{
    bytes b = jpeg(3, false);

    b.size = b.size * 2 / 3;
    return b;
}

static const struct {
    const char *name;
    maker make;
} pictures[] = {
    {"gray JPEG", jpeg_gray},
    {"colour JPEG", jpeg_colour},
    {"progressive", jpeg_progressive},
    {"cut JPEG", jpeg_cut},
    {"gray PNG", png_gray},
    {"RGBA PNG", png_rgba},
    {"interlaced", png_interlaced},
    {"lossy WebP", webp_lossy},
    {"WebP, alpha", webp_alpha},
    {"lossless WebP", webp_lossless},
};

/* ---- What is looked for --------------------------------------------------- */

/* All runs of eight bytes of the file, past what all files have in common, and
 * of its rows of luma. */
typedef struct needles {
    sitr_row_sink sink;
    uint64_t *words;
    size_t n, capacity;
    uint8_t seen[1 << 17]; /* a bit for each hash of a word that is there */
} needles;

static uint32_t hash_of(uint64_t word)
{
    return (uint32_t)(word * UINT64_C(0x9e3779b97f4a7c15) >> 44);
}

static void add(needles *s, const uint8_t *p, size_t size)
{
    for (size_t i = 0; i + 8 <= size; i++) {
        uint64_t word;

        if (s->n == s->capacity) {
            s->capacity = s->capacity ? 2 * s->capacity : 1 << 16;
            s->words = realloc(s->words, s->capacity * sizeof *s->words);
            assert_non_null(s->words);
        }
        memcpy(&word, p + i, sizeof word);
        /* a white or black end of the scale is no noise */
        if (word % 255 == 0 || p[i] == p[i + 1] || p[i + 2] == p[i + 3])
            continue;
        s->words[s->n++] = word;
        s->seen[hash_of(word) / 8] |= (uint8_t)(1u << hash_of(word) % 8);
    }
}

static sitr_status begin(sitr_row_sink *sink, const sitr_rows_info *info)
{
    (void)sink;
    assert_int_equal(info->shrink, 1);
    return SITR_OK;
}

static void take_row(sitr_row_sink *sink, const uint8_t *luma,
                     const uint8_t *alpha)
{
    add((needles *)sink, luma, SIDE);
    if (alpha) add((needles *)sink, alpha, SIDE);
}

static int compare(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static needles *needles_of(const sitr_ctx *ctx, const bytes *picture)
{
    needles *s = calloc(1, sizeof *s);
    const size_t head = 1024;
    sitr_budget budget;

    assert_non_null(s);
    s->sink =
        (sitr_row_sink){.full_size = true, .begin = begin, .row = take_row};
    sitr_budget_init(&budget, ctx);
    for (int colour = 0; colour < 2; colour++) {
        sitr_decoding d = {.budget = &budget,
                           .data = picture->data,
                           .size = picture->size,
                           .sink = &s->sink};

        s->sink.from_colour = colour;
        assert_int_equal(sitr_decode(&d), SITR_OK);
    }
    assert_true(picture->size > 2 * head);
    add(s, picture->data + head, picture->size - head - 64);
    qsort(s->words, s->n, sizeof *s->words, compare);
    return s;
}

static void needles_free(needles *s)
{
    free(s->words);
    free(s);
}

static size_t count(const needles *s, const uint8_t *p, size_t size)
{
    size_t n = 0;

    for (size_t i = 0; i + 8 <= size; i++) {
        uint64_t word;

        memcpy(&word, p + i, sizeof word);
        if (s->seen[hash_of(word) / 8] & 1u << hash_of(word) % 8 &&
            bsearch(&word, s->words, s->n, sizeof word, compare))
            n++;
    }
    return n;
}

/* ---- Blocks of the library ------------------------------------------------ */

typedef struct watch {
    sitr_allocator allocator;
    size_t n_freed;
    size_t n_dirty;
} watch;

static void *resize(void *cookie, void *ptr, size_t old_size, size_t new_size)
{
    watch *w = cookie;
    const uint8_t *p = ptr;

    if (new_size) return realloc(ptr, new_size);
    w->n_freed++;
    for (size_t i = 0; i < old_size; i++)
        if (p[i]) {
            w->n_dirty++;
            break;
        }
    free(ptr);
    return NULL;
}

static const uint32_t all_algos = 30;

static void sign_both(const sitr_ctx *ctx, const bytes *b)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .algos = all_algos,
                                 .flags = SITR_SIGN_QUERY};
    uint8_t encoded[1024];
    sitr_signature *s, *again;
    size_t size;

    assert_int_equal(sitr_sign(ctx, b->data, b->size, &opts, &s), SITR_OK);
    size = sitr_signature_encode(s, encoded, sizeof encoded);
    assert_int_equal(sitr_signature_decode(ctx, encoded, size, &again),
                     SITR_OK);
    encoded[size - 1] ^= 1;
    sitr_signature_free(again);
    assert_int_equal(sitr_signature_decode(ctx, encoded, size, &again),
                     SITR_ECORRUPT);
    sitr_signature_free(s);
}

static void blocks_are_wiped(void **state)
{
    watch w = {.allocator = {.resize = resize, .cookie = &w}};
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .allocator = &w.allocator};
    raster r = noise_of(3);
    const sitr_pixels pixels = raster_pixels(&r);
    sitr_ctx *ctx;

    (void)state;
    assert_int_equal(sitr_ctx_new(&opts, &ctx), SITR_OK);
    for (size_t i = 0; i < COUNT(pictures); i++) {
        bytes b = pictures[i].make();

        sign_both(ctx, &b);
        bytes_free(&b);
    }
    for (int turn = 0; turn < 8; turn++)
        for (int algo = SITR_PDQ; algo <= SITR_AHASH; algo++) {
            sitr_signature *s;
            sitr_hash hash;

            assert_int_equal(sitr_hash_pixels(ctx, &pixels, (sitr_algo)algo,
                                              (sitr_turn)turn, &hash),
                             SITR_OK);
            hash.turn = 0;
            assert_int_equal(sitr_sign_hash(ctx, &hash, &s), SITR_OK);
            sitr_signature_free(s);
        }
    assert_true(w.n_freed > 100);
    assert_int_equal(w.n_dirty, 0);
    /* the context itself: addresses and limits, nothing of a picture */
    sitr_ctx_free(ctx);
    assert_int_equal(w.n_dirty, 1);
    raster_free(&r);
}

/* ---- Workers -------------------------------------------------------------- */

/* The only child there is. */
static int child(void)
{
    char path[64];
    int pid = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    f = fopen(path, "r");
    if (!f) return 0;
    if (fscanf(f, "%d", &pid) != 1) pid = 0;
    fclose(f);
    return pid;
}

/* How many of the needles are in the memory of that process, if it may write
 * there: code and data of libraries are the same for all. -1: not ours to
 * read. */
static long remains(int pid, const needles *s)
{
    char line[512], path[64];
    long n = 0;
    FILE *maps;
    int mem;

    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    mem = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    maps = fopen(path, "r");
    if (mem < 0 || !maps) {
        if (mem >= 0) close(mem);
        if (maps) fclose(maps);
        return -1;
    }
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char rights[5];
        uint8_t *copy;
        ssize_t got;

        if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) != 3) continue;
        if (rights[0] != 'r' || (rights[1] != 'w' && rights[3] != 's'))
            continue;
        copy = malloc(to - from);
        assert_non_null(copy);
        got = pread(mem, copy, to - from, (off_t)from);
        if (got > 0) n += (long)count(s, copy, (size_t)got);
        free(copy);
    }
    fclose(maps);
    close(mem);
    return n;
}

static void workers_keep_nothing(void **state)
{
    const sitr_sandbox_opts opts = {.struct_size = sizeof opts,
                                    .worker = getenv("SITR_WORKER"),
                                    .n_workers = 1};
    const sitr_sign_opts sign_opts = {.struct_size = sizeof sign_opts,
                                      .algos = all_algos,
                                      .flags = SITR_SIGN_QUERY};
    sitr_sandbox_info info;
    sitr_sandbox *sandbox;
    sitr_ctx *ctx;
    long n_bad = 0;

    (void)state;
    assert_int_equal(sitr_ctx_new(NULL, &ctx), SITR_OK);
    assert_int_equal(sitr_sandbox_new(ctx, &opts, &sandbox), SITR_OK);
    sitr_sandbox_describe(sandbox, &info);
    if (info.flags & SITR_SANDBOX_SANITIZER) {
        sitr_sandbox_free(sandbox);
        sitr_ctx_free(ctx);
        print_message("a sanitizer keeps freed blocks on purpose: skipped\n");
        skip();
    }
    for (size_t i = 0; i < COUNT(pictures); i++) {
        bytes b = pictures[i].make();
        needles *s = needles_of(ctx, &b);
        sitr_signature *signature;
        long n;

        assert_int_equal(
            sitr_sandbox_sign(sandbox, b.data, b.size, &sign_opts, &signature),
            SITR_OK);
        n = remains(child(), s);
        /* the test's own memory has it all, so it can be found */
        assert_true(remains((int)getpid(), s) > 1000);
        if (n) printf("%s: %ld remain\n", pictures[i].name, n);
        if (n > 0) n_bad++;
        sitr_signature_free(signature);
        needles_free(s);
        bytes_free(&b);
        if (n < 0) {
            sitr_sandbox_free(sandbox);
            sitr_ctx_free(ctx);
            print_message("a worker's memory is not ours to read: skipped\n");
            skip();
        }
    }
    sitr_sandbox_free(sandbox);
    sitr_ctx_free(ctx);
    assert_int_equal(n_bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(blocks_are_wiped),
                                       cmocka_unit_test(workers_keep_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
