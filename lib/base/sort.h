/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting in place: the C library's qsort may allocate, ask the system how much
 * memory there is (which ends a sandboxed worker), and put equals in any order.
 */
#ifndef SITR_SORT_H
#define SITR_SORT_H

#include <stddef.h>

#define SITR_SORT_MAX_SIZE 512

/** As qsort, for elements of up to SITR_SORT_MAX_SIZE bytes: by heapsort
 * (Williams 1964). The order of equals is the same everywhere. */
void sitr_sort(void *items, size_t n, size_t size,
               int (*compare)(const void *, const void *));

#endif
