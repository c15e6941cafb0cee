/* SPDX-License-Identifier: Apache-2.0 */
/* The example of the header, in the common subset of C99 and C++. */
#include <sitr.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    sitr_ctx *ctx = NULL;
    sitr_signature *mine = NULL, *theirs = NULL;
    sitr_sign_opts query;
    sitr_match m;
    int rc = 1;

    memset(&query, 0, sizeof query);
    query.struct_size = sizeof query;
    query.flags = SITR_SIGN_QUERY;
    if (argc == 3 && sitr_version_number() == SITR_VERSION_NUMBER &&
        sitr_ctx_new(NULL, &ctx) == SITR_OK &&
        sitr_sign_file(ctx, argv[1], NULL, &mine) == SITR_OK &&
        sitr_sign_file(ctx, argv[2], &query, &theirs) == SITR_OK &&
        sitr_match_pair(mine, theirs, NULL, &m) == SITR_OK &&
        m.verdict == SITR_COPY) {
        puts("a copy");
        rc = 0;
    }
    sitr_signature_free(theirs);
    sitr_signature_free(mine);
    sitr_ctx_free(ctx);
    return rc;
}
