/* SPDX-License-Identifier: Apache-2.0 */
/* The context: made once, never changed, shared by threads. */
#include "base/ctx.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/opts.h"

static void *resize_malloc(void *cookie, void *ptr, size_t old_size,
                           size_t new_size)
{
    (void)cookie, (void)old_size;
    if (new_size) return realloc(ptr, new_size);
    free(ptr);
    return NULL;
}

static uint64_t or_default(uint64_t given, uint64_t value)
{
    return given ? given : value;
}

static uint32_t or_default32(uint32_t given, uint32_t value)
{
    return given ? given : value;
}

static sitr_status read_limits(const sitr_limits *given, sitr_limits *out)
{
    const sitr_status status = sitr_opts_read(out, sizeof *out, given);

    if (status) return status;
    out->struct_size = sizeof *out;
    out->max_bytes = or_default(out->max_bytes, UINT64_C(256) << 20);
    out->max_pixels = or_default(out->max_pixels, UINT64_C(1) << 28);
    out->max_pixels_whole =
        or_default(out->max_pixels_whole, UINT64_C(1) << 26);
    /* a process that decodes, its code and stacks too, stays under 512 MB */
    out->max_memory = or_default(out->max_memory, UINT64_C(464) << 20);
    out->max_side = or_default32(out->max_side, 65535);
    /* past this the sums of a row of weights would not be exact */
    if (out->max_side > 1000000) out->max_side = 1000000;
    out->max_scans = or_default32(out->max_scans, 100);
    out->max_warnings = or_default32(out->max_warnings, 100);
    return SITR_OK;
}

sitr_status sitr_ctx_new(const sitr_ctx_opts *opts, sitr_ctx **out)
{
    sitr_ctx_opts o;
    sitr_limits limits;
    sitr_hooks hooks;
    sitr_allocator allocator = {.resize = resize_malloc};
    sitr_ctx *ctx;
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    status = sitr_opts_read(&o, sizeof o, opts);
    if (status) return status;
    status = read_limits(o.limits, &limits);
    if (!status) status = sitr_opts_read(&hooks, sizeof hooks, o.hooks);
    if (status) return status;
    if (o.allocator) allocator = *o.allocator;
    if (!allocator.resize || (o.logger && !o.logger->write)) return SITR_EINVAL;

    ctx = allocator.resize(allocator.cookie, NULL, 0, sizeof *ctx);
    if (!ctx) return SITR_ENOMEM;
    *ctx = (sitr_ctx){.allocator = allocator, .limits = limits, .hooks = hooks};
    if (o.logger) ctx->logger = *o.logger;
    if (!ctx->logger.level) ctx->logger.level = SITR_LOG_WARNING;
    sitr_kernels_choose(sitr_cpu_features() & ~o.cpu_off, &ctx->kernels);
    *out = ctx;
    return SITR_OK;
}

void sitr_ctx_free(sitr_ctx *ctx)
{
    if (!ctx) return;
    const sitr_allocator allocator = ctx->allocator;
    allocator.resize(allocator.cookie, ctx, sizeof *ctx, 0);
}

void sitr_parallel(const sitr_ctx *ctx, void (*task)(void *arg, size_t i),
                   void *arg, size_t n)
{
    if (ctx->hooks.parallel && n > 1)
        ctx->hooks.parallel(ctx->hooks.cookie, task, arg, n);
    else
        for (size_t i = 0; i < n; i++) task(arg, i);
}

const char *sitr_ctx_cpu(const sitr_ctx *ctx)
{
    return ctx ? ctx->kernels.name : "";
}

void sitr_ctx_limits(const sitr_ctx *ctx, sitr_limits *out)
{
    if (out) *out = ctx ? ctx->limits : (sitr_limits){0};
}

void sitr_ctx_log(const sitr_ctx *ctx, sitr_log_level level,
                  const char *message)
{
    if (ctx && message) sitr_log(ctx, level, "%s", message);
}

void sitr_log(const sitr_ctx *ctx, sitr_log_level level, const char *format,
              ...)
{
    char line[256];
    va_list args;

    if (!ctx->logger.write || level > ctx->logger.level) return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    ctx->logger.write(ctx->logger.cookie, level, line);
}
