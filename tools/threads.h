/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that see no signal: those stay with the one that starts them. */
#ifndef TOOLS_THREADS_H
#define TOOLS_THREADS_H

#include <pthread.h>
#include <stddef.h>

/** Starts `n` threads that run `run(arg)`, or as many as there are to have: how
 * many, the first of `threads`. */
size_t threads_start(pthread_t *threads, size_t n, void *(*run)(void *arg),
                     void *arg);

#endif
