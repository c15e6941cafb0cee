/* SPDX-License-Identifier: Apache-2.0 */
/* The scale space in the compiler's AVX-512. */
#include "kernel/scale_space_loops.h"

SITR_SCALE_SPACE(avx512)
