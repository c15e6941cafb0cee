/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of libsodium's that runs out: in a program linked with
 * -Wl,--wrap=sodium_malloc, of which one source includes this. */
#ifndef SITR_TEST_BLOCKS_H
#define SITR_TEST_BLOCKS_H

#include <stddef.h>

/* So many blocks can be had; all where it is negative. */
static int blocks_left = -1;

void *__real_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size)
{
    if (!blocks_left) return NULL;
    if (blocks_left > 0) blocks_left--;
    return __real_sodium_malloc(size);
}

#endif
