/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logarithms without libm, whose last bits differ from one to the next.
 */
#ifndef SITR_LOG2_H
#define SITR_LOG2_H

#include <stdint.h>

/** log2 of 1 and more, in 1 / 1024, off by less than 2. */
uint32_t sitr_log2(uint32_t v);

#endif
