/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints what the library says of the pictures of the tests, as JSON: their hashes
 * and signatures, and how they match. vectors.json holds the frozen answer, which
 * every binding must give too; README.md beside it has the layout.
 *
 *     print_vectors DATA PATH... [--protected PATH... --found PATH...]
 *
 * Paths are seen from DATA, and are printed as given. Uses the public header alone.
 */
#include <inttypes.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sitr.h>

enum {
    ALL =
        1u << SITR_PDQ | 1u << SITR_PHASH | 1u << SITR_DHASH | 1u << SITR_AHASH
};

static void die(const char *what)
{
    fprintf(stderr, "print_vectors: %s\n", what);
    exit(1);
}

static sitr_status sign(const sitr_ctx *ctx, const char *data, const char *path,
                        uint32_t algos, uint32_t flags, sitr_signature **out)
{
    const sitr_sign_opts opts = {
        .struct_size = sizeof opts, .algos = algos, .flags = flags};
    char full[4096];

    if (snprintf(full, sizeof full, "%s/%s", data, path) >= (int)sizeof full)
        die("a path is too long");
    return sitr_sign_file(ctx, full, &opts, out);
}

/* The digits alone. */
static void print_hash(const sitr_signature *s, sitr_algo algo, sitr_turn turn)
{
    char text[SITR_HASH_MAX_TEXT];
    sitr_hash hash;

    if (!sitr_signature_hash(s, algo, turn, &hash)) die("a hash is missing");
    sitr_hash_format(&hash, text);
    printf("\"%s\"", strrchr(text, ':') + 1);
}

static void print_signature(const sitr_ctx *ctx, const char *data,
                            const char *path, uint32_t algos, uint32_t flags)
{
    unsigned char sum[SHA256_DIGEST_LENGTH];
    sitr_signature *s = NULL;

    if (sign(ctx, data, path, algos, flags, &s)) die("what was signed is not");

    const size_t size = sitr_signature_encode(s, NULL, 0);
    unsigned char *bytes = malloc(size);

    if (!bytes || sitr_signature_encode(s, bytes, size) != size)
        die("encoding");
    SHA256(bytes, size, sum);
    printf("{\"algos\": %u, \"flags\": %u, \"size\": %zu, \"sha256\": \"",
           algos, flags, size);
    for (size_t i = 0; i < sizeof sum; i++) printf("%02x", sum[i]);
    printf("\"}");
    free(bytes);
    sitr_signature_free(s);
}

static void print_picture(const sitr_ctx *ctx, const char *data,
                          const char *path)
{
    static const struct {
        uint32_t algos, flags;
    } variants[] = {{0, 0},
                    {ALL, 0},
                    {0, SITR_SIGN_AS_STORED},
                    {0, SITR_SIGN_REGIONS},
                    {ALL, SITR_SIGN_REGIONS | SITR_SIGN_QUERY}};
    sitr_signature_info info;
    sitr_signature *s = NULL;
    const sitr_status status =
        sign(ctx, data, path, ALL, SITR_SIGN_REGIONS | SITR_SIGN_QUERY, &s);

    printf("{\"path\": \"%s\", \"status\": \"%s\"", path,
           sitr_status_text(status));
    if (status) {
        printf("}");
        return;
    }
    sitr_signature_describe(s, &info);
    printf(
        ",\n   \"width\": %u, \"height\": %u, \"format\": %u, \"frames\": %u,"
        " \"quality\": %u, \"flags\": %u, \"keypoints\": %u,\n   \"hashes\": {",
        info.width, info.height, (unsigned)info.format, info.frames,
        info.quality, info.flags, info.keypoints);
    for (int algo = SITR_PDQ; algo <= SITR_AHASH; algo++) {
        printf("%s\"%s\": ", algo > SITR_PDQ ? ", " : "",
               sitr_algo_name((sitr_algo)algo));
        print_hash(s, (sitr_algo)algo, SITR_UPRIGHT);
    }
    printf("},\n   \"turns\": [");
    for (int turn = SITR_UPRIGHT; turn <= SITR_MIRROR_270; turn++) {
        printf("%s", turn > SITR_UPRIGHT ? ",\n     " : "");
        print_hash(s, SITR_PDQ, (sitr_turn)turn);
    }
    printf("],\n   \"signatures\": [");
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        printf("%s", i ? ",\n     " : "");
        print_signature(ctx, data, path, variants[i].algos, variants[i].flags);
    }
    printf("]}");
    sitr_signature_free(s);
}

static void print_match(const char *protected_path, const char *found_path,
                        int regions, const sitr_match *m)
{
    printf("{\"protected\": \"%s\", \"found\": \"%s\", \"regions\": %s,\n"
           "   \"verdict\": \"%s\", \"distance\": %u",
           protected_path, found_path, regions ? "true" : "false",
           sitr_verdict_name(m->verdict), m->distance);
    if (m->verdict) {
        printf(", \"kind\": \"%s\", \"turn\": \"%s\", \"keypoints\": %u,\n"
               "   \"false_positive_rate\": %.9g, \"quad\": [",
               sitr_match_kind_name(m->kind), sitr_turn_name(m->turn),
               m->keypoints, (double)m->false_positive_rate);
        for (int i = 0; i < 4; i++)
            printf("%s[%.9g, %.9g]", i ? ", " : "", (double)m->quad[i][0],
                   (double)m->quad[i][1]);
        printf("]");
    }
    printf("}");
}

/* Every pair of the two lists, by hash alone and with regions. */
static void print_matches(const sitr_ctx *ctx, const char *data,
                          char *const *mine, char *const *found)
{
    const char *between = "";

    for (int regions = 0; regions <= 1; regions++) {
        const uint32_t flags = regions ? SITR_SIGN_REGIONS : 0;

        for (char *const *f = found; *f; f++) {
            sitr_signature *theirs = NULL;

            if (sign(ctx, data, *f, 0, flags | SITR_SIGN_QUERY, &theirs))
                continue;
            for (char *const *p = mine; *p && strcmp(*p, "--found") != 0; p++) {
                sitr_signature *ours = NULL;
                sitr_match m;

                if (sign(ctx, data, *p, 0, flags, &ours) ||
                    sitr_match_pair(ours, theirs, NULL, &m))
                    die("a pair cannot be compared");
                printf("%s\n  ", between);
                print_match(*p, *f, regions, &m);
                between = ",";
                sitr_signature_free(ours);
            }
            sitr_signature_free(theirs);
        }
    }
}

int main(int argc, char **argv)
{
    char *const *mine = NULL, *const *found = NULL;
    sitr_ctx *ctx = NULL;

    if (argc < 3)
        die("print_vectors DATA PATH... [--protected PATH... --found PATH...]");
    if (sitr_ctx_new(NULL, &ctx)) die("no context");
    printf("{\"schema\": 1,\n \"pictures\": [");
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--protected") == 0) mine = argv + i + 1;
        if (strcmp(argv[i], "--found") == 0) found = argv + i + 1;
        if (mine || found) continue;
        printf("%s\n  ", i > 2 ? "," : "");
        print_picture(ctx, argv[1], argv[i]);
    }
    printf("],\n \"matches\": [");
    if (mine && found) print_matches(ctx, argv[1], mine, found);
    printf("]}\n");
    sitr_ctx_free(ctx);
    return 0;
}
