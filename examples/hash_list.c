/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares pictures with a list of PDQ hashes, one in hex on a line, as such lists
 * are exchanged; says which line is how near.
 *
 *     hash_list LIST PICTURE...
 *
 * A list says nothing of how much there was to see in a picture, and 31 bits is the
 * radius that is customary: a hit is for a person to look at.
 */
#include <sitr.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RADIUS = 31, N_HITS = 100, N_TURNS = 8 };

/* Lines that hold no hash are told, and do not end it. */
static sitr_status add_lines(FILE *list, sitr_index_builder *builder)
{
    char line[256], text[SITR_HASH_MAX_TEXT];
    sitr_status status = SITR_OK;

    for (uint64_t number = 1; !status && fgets(line, sizeof line, list);
         number++) {
        const size_t length = strcspn(line, "\r\n");
        sitr_hash hash;

        snprintf(text, sizeof text, "pdq:%.*s", length < 80 ? (int)length : 80,
                 line);
        if (sitr_hash_parse(text, strlen(text), &hash) != SITR_OK)
            fprintf(stderr, "line %llu: no hash\n", (unsigned long long)number);
        else
            status = sitr_index_builder_add_hashes(builder, &number, &hash, 1);
    }
    return status;
}

static sitr_status look(const sitr_ctx *ctx, const sitr_index *index,
                        const char *path)
{
    const sitr_sign_opts query = {.struct_size = sizeof query,
                                  .flags = SITR_SIGN_QUERY};
    sitr_signature *s = NULL;
    sitr_hash turns[N_TURNS];
    sitr_hit hits[N_HITS];
    uint64_t n_hits = 0;
    sitr_status status = sitr_sign_file(ctx, path, &query, &s);

    if (status) {
        fprintf(stderr, "%s: %s\n", path, sitr_status_text(status));
        return SITR_OK; /* the next picture may be readable */
    }
    for (int i = 0; i < N_TURNS; i++)
        sitr_signature_hash(s, SITR_PDQ, (sitr_turn)i, &turns[i]);
    status =
        sitr_index_search(index, turns, N_TURNS, RADIUS, hits, N_HITS, &n_hits);
    for (uint64_t i = 0; !status && i < n_hits && i < N_HITS; i++)
        printf("%s: line %llu, %u bits%s\n", path,
               (unsigned long long)hits[i].id, hits[i].distance,
               hits[i].query == SITR_UPRIGHT ? "" : ", turned");
    sitr_signature_free(s);
    return status;
}

int main(int argc, char **argv)
{
    sitr_ctx *ctx = NULL;
    sitr_index_builder *builder = NULL;
    sitr_index *index = NULL;
    FILE *list = argc > 2 ? fopen(argv[1], "r") : NULL;
    sitr_status status;

    if (!list) {
        fputs("usage: hash_list LIST PICTURE...\n", stderr);
        return 2;
    }
    status = sitr_ctx_new(NULL, &ctx);
    if (!status) status = sitr_index_builder_new(ctx, &builder);
    if (!status) status = add_lines(list, builder);
    fclose(list);
    if (status)
        sitr_index_builder_free(builder);
    else
        status = sitr_index_builder_finish(builder, &index);
    for (int i = 2; !status && i < argc; i++)
        status = look(ctx, index, argv[i]);
    if (status) fprintf(stderr, "hash_list: %s\n", sitr_status_text(status));
    sitr_index_free(index);
    sitr_ctx_free(ctx);
    return status ? 2 : 0;
}
