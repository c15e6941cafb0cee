/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Says whether the second picture was made from the first, and how.
 *
 *     compare PROTECTED FOUND
 *
 * Ends with 0 for a copy, 1 for none, 2 where a picture could not be read. In the
 * common subset of C99 and C++.
 */
#include <sitr.h>

#include <stdio.h>
#include <string.h>

static sitr_status sign(const sitr_ctx *ctx, const char *path, uint32_t flags,
                        sitr_signature **out)
{
    sitr_sign_opts opts;
    sitr_status status;

    memset(&opts, 0, sizeof opts);
    opts.struct_size = sizeof opts;
    opts.flags = flags;
    status = sitr_sign_file(ctx, path, &opts, out);
    if (status != SITR_OK)
        fprintf(stderr, "%s: %s\n", path, sitr_status_text(status));
    return status;
}

int main(int argc, char **argv)
{
    sitr_ctx *ctx = NULL;
    sitr_signature *mine = NULL, *theirs = NULL;
    sitr_match m;
    int rc = 2;

    if (argc != 3) {
        fputs("usage: compare PROTECTED FOUND\n", stderr);
        return 2;
    }
    /* what is kept has regions; what is searched with has all eight turns too */
    if (sitr_ctx_new(NULL, &ctx) == SITR_OK &&
        sign(ctx, argv[1], SITR_SIGN_REGIONS, &mine) == SITR_OK &&
        sign(ctx, argv[2], SITR_SIGN_REGIONS | SITR_SIGN_QUERY, &theirs) ==
            SITR_OK &&
        sitr_match_pair(mine, theirs, NULL, &m) == SITR_OK) {
        printf("%s", sitr_verdict_name(m.verdict));
        if (m.verdict != SITR_NONE)
            printf(": %s, %s, by chance in %.0e of pairs",
                   sitr_match_kind_name(m.kind), sitr_turn_name(m.turn),
                   (double)m.false_positive_rate);
        putchar('\n');
        rc = m.verdict == SITR_COPY ? 0 : 1;
    }
    sitr_signature_free(theirs);
    sitr_signature_free(mine);
    sitr_ctx_free(ctx);
    return rc;
}
