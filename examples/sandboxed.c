/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs pictures from strangers: where an image library dies of one, or never ends,
 * a worker does, and this program goes on.
 *
 *     sandboxed PICTURE...
 *
 * Ends with 1 where one could not be signed. Links with libsitr-sandbox; in the
 * common subset of C99 and C++.
 */
#include <sitr-sandbox.h>

#include <stdio.h>
#include <stdlib.h>

/* The bytes of a file, at most what the limits of the context would let pass. */
static unsigned char *read_file(const char *path, uint64_t max, size_t *size)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = NULL;
    long end = -1;

    *size = 0;
    if (!file) return NULL;
    if (fseek(file, 0, SEEK_END) == 0) end = ftell(file);
    if (end >= 0 && (uint64_t)end <= max && fseek(file, 0, SEEK_SET) == 0)
        bytes = (unsigned char *)malloc((size_t)end + 1);
    if (bytes) *size = fread(bytes, 1, (size_t)end, file);
    fclose(file);
    return bytes;
}

static int sign(const sitr_ctx *ctx, sitr_sandbox *sandbox, const char *path)
{
    sitr_limits limits;
    sitr_signature *theirs = NULL;
    sitr_signature_info info;
    sitr_status status;
    size_t size;
    unsigned char *bytes;

    sitr_ctx_limits(ctx, &limits);
    bytes = read_file(path, limits.max_bytes, &size);
    if (!bytes) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return 1;
    }
    status = sitr_sandbox_sign(sandbox, bytes, size, NULL, &theirs);
    free(bytes);
    if (status != SITR_OK) {
        fprintf(stderr, "%s: %s\n", path, sitr_status_text(status));
        return 1;
    }
    sitr_signature_describe(theirs, &info);
    printf("%s: %u x %u, quality %u\n", path, info.width, info.height,
           info.quality);
    sitr_signature_free(theirs);
    return 0;
}

int main(int argc, char **argv)
{
    sitr_ctx *ctx = NULL;
    sitr_sandbox *sandbox = NULL;
    int rc = 1, i;

    if (sitr_ctx_new(NULL, &ctx) == SITR_OK &&
        sitr_sandbox_new(ctx, NULL, &sandbox) == SITR_OK) {
        rc = 0;
        for (i = 1; i < argc; i++) rc |= sign(ctx, sandbox, argv[i]);
    } else
        fputs("sandboxed: no worker can be started\n", stderr);
    sitr_sandbox_free(sandbox);
    sitr_ctx_free(ctx);
    return rc;
}
