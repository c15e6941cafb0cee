/* SPDX-License-Identifier: Apache-2.0 */
/* Threads for long calls of the library. */
#ifndef TOOLS_PARALLEL_H
#define TOOLS_PARALLEL_H

#include <sitr.h>

/** Runs tasks on `n_threads`, the caller's among them; on as many as can be had,
 * where that is fewer. Signals stay with the caller's. */
sitr_hooks parallel_hooks(unsigned n_threads);

#endif
