/* SPDX-License-Identifier: Apache-2.0 */
/* The scale space in plain C. */
#include "kernel/scale_space_loops.h"

SITR_SCALE_SPACE(c)
