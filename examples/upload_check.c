/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service does that must not publish certain pictures again.
 *
 *     upload_check keep INDEX PICTURE...     makes an index of them
 *     upload_check ask INDEX PICTURE...      compares uploads with it
 *
 * "ask" ends with 1 where there was a match. The pictures that are kept are known;
 * uploads are not, so a service signs them in a sandbox: sandboxed.c has that.
 */
#include <sitr.h>

#include <stdio.h>
#include <string.h>

enum { N_MATCHES = 10 };

static sitr_signature *sign(const sitr_ctx *ctx, const char *path,
                            uint32_t flags)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts, .flags = flags};
    sitr_signature *s = NULL;
    const sitr_status status = sitr_sign_file(ctx, path, &opts, &s);

    if (status) fprintf(stderr, "%s: %s\n", path, sitr_status_text(status));
    return s;
}

/* The place on the command line is the id: a service would have a number of its
 * own. What cannot be read, or is too plain to be told apart, is said and left out. */
static sitr_status keep(const sitr_ctx *ctx, const char *path, char **pictures,
                        int n)
{
    sitr_index_builder *builder = NULL;
    sitr_index *index = NULL;
    sitr_status status = sitr_index_builder_new(ctx, &builder);

    for (int i = 0; !status && i < n; i++) {
        sitr_signature *s = sign(ctx, pictures[i], SITR_SIGN_REGIONS);
        sitr_signature_info info;

        if (!s) continue;
        sitr_signature_describe(s, &info);
        if (info.flags & SITR_INFO_TOO_PLAIN)
            printf("%s: too plain to be matched safely\n", pictures[i]);
        else
            status = sitr_index_builder_add(builder, (uint64_t)i, s);
        sitr_signature_free(s);
    }
    if (status) {
        sitr_index_builder_free(builder);
        return status;
    }
    status = sitr_index_builder_finish(builder, &index);
    if (!status) {
        printf("kept: %llu\n", (unsigned long long)sitr_index_count(index));
        status = sitr_index_save(index, path);
    }
    sitr_index_free(index);
    return status;
}

static sitr_status ask(const sitr_ctx *ctx, const char *path, char **pictures,
                       int n, int *found)
{
    sitr_index *index = NULL;
    sitr_status status = sitr_index_load(ctx, path, &index);

    for (int i = 0; !status && i < n; i++) {
        sitr_match matches[N_MATCHES];
        uint64_t n_matches;
        sitr_signature *s =
            sign(ctx, pictures[i], SITR_SIGN_REGIONS | SITR_SIGN_QUERY);

        if (!s) continue;
        status =
            sitr_match_index(index, s, NULL, matches, N_MATCHES, &n_matches);
        for (uint64_t j = 0; !status && j < n_matches && j < N_MATCHES; j++) {
            printf("%s: %s of %llu, %s\n", pictures[i],
                   sitr_verdict_name(matches[j].verdict),
                   (unsigned long long)matches[j].id,
                   sitr_match_kind_name(matches[j].kind));
            *found = 1;
        }
        sitr_signature_free(s);
    }
    sitr_index_free(index);
    return status;
}

int main(int argc, char **argv)
{
    sitr_ctx *ctx = NULL;
    int found = 0;
    sitr_status status;

    if (argc < 4 ||
        (strcmp(argv[1], "keep") != 0 && strcmp(argv[1], "ask") != 0)) {
        fputs("usage: upload_check keep|ask INDEX PICTURE...\n", stderr);
        return 2;
    }
    status = sitr_ctx_new(NULL, &ctx);
    if (!status && strcmp(argv[1], "keep") == 0)
        status = keep(ctx, argv[2], argv + 3, argc - 3);
    else if (!status)
        status = ask(ctx, argv[2], argv + 3, argc - 3, &found);
    if (status) fprintf(stderr, "%s: %s\n", argv[2], sitr_status_text(status));
    sitr_ctx_free(ctx);
    return status ? 2 : found;
}
