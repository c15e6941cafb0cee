/* SPDX-License-Identifier: Apache-2.0 */
/* Block sums, the first half of a box average. */
#include "kernel/kernels.h"

void sitr_area_add_c(uint16_t *sums, const uint8_t *row, size_t n,
                     uint32_t shrink)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t sum = sums[i];

        for (uint32_t k = 0; k < shrink; k++) sum += row[i * shrink + k];
        sums[i] = (uint16_t)sum;
    }
}
