/* SPDX-License-Identifier: Apache-2.0 */
/* A JPEG made progressive without loss, as jpegtran does. */
#ifndef SITR_BENCH_PROGRESSIVE_H
#define SITR_BENCH_PROGRESSIVE_H

#include "bench.h"

/** Replaces the data of `file`, a JPEG, by the same coefficients in libjpeg's
 * own script of scans; without what stands in APPn. Ends the process where it
 * is not a whole JPEG. */
void bench_make_progressive(bench_file *file);

#endif
