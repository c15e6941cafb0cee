/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITR_SANDBOX_WARM_UP_H
#define SITR_SANDBOX_WARM_UP_H

#include "sandbox/serve.h"

/** Signs a picture of each format, so that everything a decoder does only once
 * (symbols found, CPU features asked for, on some CPUs from a file) is done
 * before it is forbidden. The status of the first that could not be signed. */
sitr_status sandbox_warm_up(const sitr_ctx *ctx, sandbox_sign *sign);

#endif
