/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a worker.
 */
#ifndef SITR_SANDBOX_SERVE_H
#define SITR_SANDBOX_SERVE_H

#include <sitr.h>

typedef sitr_status sandbox_sign(const sitr_ctx *ctx, const void *data,
                                 size_t size, const sitr_sign_opts *opts,
                                 sitr_signature **out);

/** Reads the configuration, warms up, locks the process down, greets, and
 * answers requests by `sign` until the parent closes the socket. The exit
 * status of the process; 2 where it was not started as a worker. */
int sandbox_serve(sandbox_sign *sign);

#endif
