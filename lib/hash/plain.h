/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITR_PLAIN_H
#define SITR_PLAIN_H

#include <stdbool.h>
#include <stdint.h>

/** Whether a picture is too plain to be told apart by its PDQ hash, from its
 * 64 x 64 samples (SITR_SAMPLE_BITS of fraction), its 256 coefficients and
 * their median. How the bounds were found: bench/README.md, "Plain pictures". */
bool sitr_too_plain(const int32_t *samples, const int64_t *low, int64_t median);

#endif
