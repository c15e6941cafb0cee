/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The context as the library sees it, and the log.
 */
#ifndef SITR_CTX_H
#define SITR_CTX_H

#include <sitr.h>

#include "kernel/kernels.h"

struct sitr_ctx {
    sitr_allocator allocator;
    sitr_logger logger;
    sitr_limits limits; /* no zeros: the defaults are filled in */
    sitr_hooks hooks;
    sitr_kernels kernels;
};

/** Sends one line to the context's logger, if it wants that level. */
__attribute__((format(printf, 3, 4))) void sitr_log(const sitr_ctx *ctx,
                                                    sitr_log_level level,
                                                    const char *format, ...);

/** Runs task(arg, i) for every i < n, as the caller's hook does. */
void sitr_parallel(const sitr_ctx *ctx, void (*task)(void *arg, size_t i),
                   void *arg, size_t n);

#endif
