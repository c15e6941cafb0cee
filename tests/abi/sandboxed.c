/* SPDX-License-Identifier: Apache-2.0 */
/* The example of sitr-sandbox.h, in the common subset of C99 and C++. */
#include <sitr-sandbox.h>

#include <stdio.h>

static char data[1 << 20];

int main(int argc, char **argv)
{
    sitr_ctx *ctx = NULL;
    sitr_sandbox *sandbox = NULL;
    sitr_signature *theirs = NULL;
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    const size_t size = file ? fread(data, 1, sizeof data, file) : 0;
    int rc = 1;

    if (file) fclose(file);
    if (sitr_ctx_new(NULL, &ctx) == SITR_OK &&
        sitr_sandbox_new(ctx, NULL, &sandbox) == SITR_OK &&
        sitr_sandbox_sign(sandbox, data, size, NULL, &theirs) == SITR_OK) {
        puts("signed");
        rc = 0;
    }
    sitr_signature_free(theirs);
    sitr_sandbox_free(sandbox);
    sitr_ctx_free(ctx);
    return rc;
}
