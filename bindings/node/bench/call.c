/* SPDX-License-Identifier: Apache-2.0 */
/* What bench.mjs compares with: the same calls from C, microseconds of processor
 * time each.
 *     bench-node-calls MINE FOUND */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <sitr.h>

typedef struct calls {
    sitr_ctx *ctx;
    sitr_signature *a, *b, *region_a, *region_b;
    sitr_hash hash_a, hash_b;
    uint8_t *picture;
    size_t size;
} calls;

static uint8_t gray[64 * 64];
static volatile uint32_t sum; /* or the compiler would leave the distance out */

static void must(sitr_status status)
{
    if (!status) return;
    fprintf(stderr, "%s\n", sitr_status_text(status));
    exit(1);
}

static void sign(calls *c)
{
    sitr_signature *s;

    must(sitr_sign(c->ctx, c->picture, c->size, NULL, &s));
    sitr_signature_free(s);
}

static void sign_tiny(calls *c)
{
    const sitr_pixels pixels = {gray, 64, 64, 64, SITR_GRAY8};
    sitr_signature *s;

    must(sitr_sign_pixels(c->ctx, &pixels, NULL, &s));
    sitr_signature_free(s);
}

static void match(calls *c)
{
    sitr_match m;

    must(sitr_match_pair(c->a, c->b, NULL, &m));
}

static void match_regions(calls *c)
{
    sitr_match m;

    must(sitr_match_pair(c->region_a, c->region_b, NULL, &m));
}

static void measure_distance(calls *c)
{
    sum += sitr_hash_distance(&c->hash_a, &c->hash_b);
}

static void print(calls *c, const char *name, void (*call)(calls *), long times)
{
    struct timespec from, to;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (long i = 0; i < times; i++) call(c);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    printf("%s\t%f\n", name,
           ((double)(to.tv_sec - from.tv_sec) * 1e6 +
            (double)(to.tv_nsec - from.tv_nsec) / 1e3) /
               (double)times);
}

static void read_picture(calls *c, const char *path)
{
    FILE *file = fopen(path, "rb");

    c->picture = malloc(1 << 20);
    if (!file || !c->picture) exit(1);
    c->size = fread(c->picture, 1, 1 << 20, file);
    fclose(file);
}

int main(int argc, char **argv)
{
    const sitr_sign_opts regions = {.struct_size = sizeof regions,
                                    .flags = SITR_SIGN_REGIONS};
    calls c = {0};

    if (argc != 3) return 2;
    for (size_t i = 0; i < sizeof gray; i++) gray[i] = 7;
    must(sitr_ctx_new(NULL, &c.ctx));
    must(sitr_sign_file(c.ctx, argv[1], NULL, &c.a));
    must(sitr_sign_file(c.ctx, argv[2], NULL, &c.b));
    must(sitr_sign_file(c.ctx, argv[1], &regions, &c.region_a));
    must(sitr_sign_file(c.ctx, argv[2], &regions, &c.region_b));
    if (!sitr_signature_hash(c.a, SITR_PDQ, SITR_UPRIGHT, &c.hash_a) ||
        !sitr_signature_hash(c.b, SITR_PDQ, SITR_UPRIGHT, &c.hash_b))
        return 1;
    read_picture(&c, argv[1]);
    print(&c, "sign", sign, 40);
    print(&c, "sign 64x64", sign_tiny, 3000);
    print(&c, "match", match, 20000);
    print(&c, "match regions", match_regions, 60);
    print(&c, "distance", measure_distance, 1000000);
    free(c.picture);
    sitr_signature_free(c.region_b);
    sitr_signature_free(c.region_a);
    sitr_signature_free(c.b);
    sitr_signature_free(c.a);
    sitr_ctx_free(c.ctx);
    return 0;
}
