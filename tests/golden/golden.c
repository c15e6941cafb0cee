/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the hashes and regions of pictures made of integers, a line each: what
 * must come out the same, to the bit, of every compiler, optimisation,
 * instruction set and CPU. vectors.tsv holds the frozen answer; a line that
 * changes there is a changed algorithm and needs a new number. Of regions there
 * is their number and the CRC-32C of all of them.
 *
 * Uses no codec, so that it can be built for a CPU whose libraries are not at
 * hand: layers kernel, base, plane, hash and region alone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "hash/hash.h"
#include "region/region.h"

static uint32_t state;

static uint32_t rnd(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

/* Smooth shades between the points of a coarse random grid, and some grain. */
static void fill(uint8_t *p, uint32_t w, uint32_t h, uint32_t channels,
                 uint32_t grid, uint32_t grain)
{
    uint8_t points[33 * 33];

    for (uint32_t c = 0; c < channels; c++) {
        for (uint32_t i = 0; i < sizeof points; i++) points[i] = (uint8_t)rnd();
        for (uint32_t y = 0; y < h; y++) {
            for (uint32_t x = 0; x < w; x++) {
                const uint32_t fx = (uint32_t)((uint64_t)x * grid * 256 / w);
                const uint32_t fy = (uint32_t)((uint64_t)y * grid * 256 / h);
                const uint8_t *g = points + fy / 256 * 33 + fx / 256;
                const uint32_t ax = fx % 256, ay = fy % 256;
                const uint32_t v =
                    ((g[0] * (256 - ax) + g[1] * ax) * (256 - ay) +
                     (g[33] * (256 - ax) + g[34] * ax) * ay) >>
                    16;
                const uint32_t n = grain ? rnd() % grain : 0;

                p[((size_t)y * w + x) * channels + c] =
                    (uint8_t)(v + n > 255 ? 255 : v + n);
            }
        }
    }
}

static const struct {
    uint32_t w, h, channels, grid, grain;
} pictures[] = {
    {64, 64, 1, 12, 0},      {64, 64, 1, 1, 0},      {5, 5, 1, 4, 0},
    {4, 90, 1, 4, 0},        {100, 37, 3, 9, 30},    {512, 384, 1, 16, 20},
    {321, 640, 3, 20, 10},   {640, 641, 4, 24, 0},   {639, 640, 1, 32, 60},
    {1281, 1283, 3, 30, 40}, {2560, 2561, 1, 32, 9}, {2571, 3001, 1, 18, 90},
    {1, 1, 1, 1, 0},         {3000, 20, 3, 32, 5},   {8000, 330, 1, 32, 80},
};

static int fail(const char *what)
{
    fprintf(stderr, "golden: %s\n", what);
    return 1;
}

static void feed(const sitr_ctx *ctx, size_t i, const uint8_t *p,
                 sitr_row_sink *sink)
{
    const uint32_t w = pictures[i].w, channels = pictures[i].channels;
    uint8_t *luma = malloc(w), *alpha = malloc(w);

    for (uint32_t y = 0; luma && alpha && y < pictures[i].h; y++) {
        const uint8_t *row = p + (size_t)y * w * channels;

        if (channels == 1) {
            sink->row(sink, row, NULL);
        } else if (channels == 3) {
            ctx->kernels.luma_rgb(luma, row, w);
            sink->row(sink, luma, NULL);
        } else {
            ctx->kernels.luma_rgba(luma, alpha, row, w);
            sink->row(sink, luma, alpha);
        }
    }
    free(luma);
    free(alpha);
}

static void print(size_t i, const char *algo, int turn, const sitr_hash *hash,
                  uint32_t quality, int plain)
{
    printf("%" PRIu32 "x%" PRIu32 "x%" PRIu32 "\t%s\t%d\t", pictures[i].w,
           pictures[i].h, pictures[i].channels, algo, turn);
    for (int k = hash->bits / 64; k-- > 0;)
        printf("%016" PRIx64, hash->word[k]);
    printf("\t%" PRIu32 "\t%d\n", quality, plain);
}

/* As in an encoded signature. */
static uint32_t crc_of(const sitr_regions *r)
{
    static uint8_t bytes[4 + SITR_MAX_QUERY_REGIONS * 38];
    uint8_t *p = bytes + 4;

    sitr_put_le(bytes, r->n_single, 2);
    sitr_put_le(bytes + 2, r->n_distinctive, 2);
    for (uint32_t i = 0; i < r->n; i++, p += 38) {
        sitr_put_le(p, r->points[i].x, 2);
        sitr_put_le(p + 2, r->points[i].y, 2);
        p[4] = r->points[i].scale;
        p[5] = r->points[i].angle;
        for (size_t v = 0; v < 4; v++)
            sitr_put_le(p + 6 + 8 * v, r->descriptors[i].word[v], 8);
    }
    return sitr_crc32c(bytes, (size_t)(p - bytes));
}

/* To keep, and to search with. */
static int regions(sitr_budget *budget, size_t i, const sitr_plane *plane)
{
    for (int query = 0; query < 2; query++) {
        sitr_regions r;

        if (sitr_regions_find(budget, plane,
                              query ? SITR_MAX_QUERY_REGIONS
                                    : SITR_MAX_STORED_REGIONS,
                              query, &r))
            return fail("regions");
        printf("%" PRIu32 "x%" PRIu32 "x%" PRIu32 "\tregions\t%d\t%08" PRIx32
               "\t%" PRIu32 "\t0\n",
               pictures[i].w, pictures[i].h, pictures[i].channels, query,
               crc_of(&r), r.n);
        sitr_regions_free(budget->ctx, &r);
    }
    return 0;
}

static int pdq(const sitr_ctx *ctx, size_t i, const uint8_t *p,
               const sitr_rows_info *info)
{
    sitr_plane_builder builder;
    sitr_budget budget;
    sitr_plane plane;
    sitr_pdq out;
    bool on_black;
    int rc;

    sitr_budget_init(&budget, ctx);
    sitr_plane_builder_init(&builder, &budget);
    if (builder.sink.begin(&builder.sink, info)) return fail("begin");
    feed(ctx, i, p, &builder.sink);
    sitr_plane_builder_finish(&builder, &plane, &on_black);
    sitr_plane_builder_free(&builder);
    if (sitr_pdq_hash(&budget, &plane, 255, &out)) return fail("pdq");
    for (int t = 0; t < 8; t++)
        print(i, "pdq", t, &out.turn[t], out.quality, out.too_plain);
    rc = regions(&budget, i, &plane);
    sitr_plane_free(&budget, &plane);
    return rc;
}

static int imagehash(const sitr_ctx *ctx, size_t i, const uint8_t *p,
                     const sitr_rows_info *info)
{
    for (int t = 0; t < 8; t += 3) {
        sitr_hash out[SITR_N_ALGOS + 1] = {0};
        sitr_imagehash *hasher;
        sitr_row_sink *sink;
        sitr_budget budget;

        sitr_budget_init(&budget, ctx);
        if (sitr_imagehash_new(
                &budget, 1u << SITR_PHASH | 1u << SITR_DHASH | 1u << SITR_AHASH,
                (sitr_turn)t, 255, &hasher, &sink))
            return fail("imagehash");
        if (sink->begin(sink, info)) return fail("begin");
        feed(ctx, i, p, sink);
        sitr_imagehash_finish(hasher, out);
        sitr_imagehash_free(hasher);
        print(i, "phash", t, &out[SITR_PHASH], 0, 0);
        print(i, "dhash", t, &out[SITR_DHASH], 0, 0);
        print(i, "ahash", t, &out[SITR_AHASH], 0, 0);
    }
    return 0;
}

/* The argument is a bit set of SITR_CPU_* to do without. */
int main(int argc, char **argv)
{
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .cpu_off =
                                    argc > 1 ? strtoull(argv[1], NULL, 0) : 0};
    sitr_ctx *ctx;
    int rc = 0;

    if (sitr_ctx_new(&opts, &ctx)) return fail("context");
    fprintf(stderr, "kernels: %s\n", sitr_ctx_cpu(ctx));
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures && !rc; i++) {
        const uint32_t w = pictures[i].w, h = pictures[i].h;
        const sitr_rows_info info = {.width = w,
                                     .height = h,
                                     .shrink = 1,
                                     .alpha = pictures[i].channels == 4};
        uint8_t *p = malloc((size_t)w * h * pictures[i].channels);

        if (!p) return fail("memory");
        state = (uint32_t)i * 2654435761u + 12345;
        fill(p, w, h, pictures[i].channels, pictures[i].grid,
             pictures[i].grain);
        rc = pdq(ctx, i, p, &info) || imagehash(ctx, i, p, &info);
        free(p);
    }
    sitr_ctx_free(ctx);
    return rc;
}
