/* SPDX-License-Identifier: Apache-2.0 */
/* Signs in the workers of libsitr-sandbox, one of them. */
#include "signer.h"

#include <stdlib.h>

#include <sitr-sandbox.h>

static sitr_ctx *ctx;
static sitr_sandbox *sandbox;

static const char *name_of(sitr_status status)
{
    switch (status) {
    case SITR_OK:
        return "ok";
    case SITR_ENOMEM:
        return "out-of-memory";
    case SITR_EFORMAT:
        return "format";
    case SITR_EUNSUPPORTED:
        return "unsupported";
    case SITR_ETRUNCATED:
        return "truncated";
    case SITR_ECORRUPT:
        return "corrupt";
    case SITR_ELIMIT:
        return "limit";
    case SITR_ETIMEOUT:
        return "timeout";
    case SITR_EDIED:
        return "decoder-died";
    default:
        return NULL;
    }
}

void signer_start(void)
{
    /* one after the other: the CPU time of a file is that of the worker */
    const sitr_sandbox_opts opts = {
        .struct_size = sizeof opts,
        .worker = getenv("SITR_WORKER"),
        .n_workers = 1,
    };

    if (sitr_ctx_new(NULL, &ctx) || sitr_sandbox_new(ctx, &opts, &sandbox))
        abort();
}

verdict signer_sign(const uint8_t *data, size_t size)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .flags = SITR_SIGN_QUERY};
    sitr_signature_info info = {0};
    sitr_signature *s;
    const sitr_status status =
        sitr_sandbox_sign(sandbox, data, size, &opts, &s);
    const char *name = name_of(status);

    if (!status) sitr_signature_describe(s, &info);
    sitr_signature_free(s);
    if (info.flags & SITR_INFO_DAMAGED) name = "damaged";
    return (verdict){status, name != NULL, name ? name : "undefined"};
}

void signer_stop(void)
{
    sitr_sandbox_free(sandbox);
    sitr_ctx_free(ctx);
}
