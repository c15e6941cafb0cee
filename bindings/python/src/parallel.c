/* SPDX-License-Identifier: Apache-2.0 */
/* Threads for building and merging indexes. They run nothing of Python, but for
 * what the log of a context does, which takes the GIL for itself. */
#include "binding.h"

#include <pthread.h>
#include <stdatomic.h>

enum { MAX_THREADS = 64 };

typedef struct job {
    void (*task)(void *arg, size_t i);
    void *arg;
    size_t n;
    atomic_size_t next;
} job;

static void *work(void *arg)
{
    job *j = arg;
    size_t i;

    while ((i = atomic_fetch_add(&j->next, 1)) < j->n) j->task(j->arg, i);
    return NULL;
}

void parallel_run(void *cookie, void (*task)(void *arg, size_t i), void *arg,
                  size_t n)
{
    const uint32_t wanted = *(const uint32_t *)cookie;
    job j = {.task = task, .arg = arg, .n = n};
    pthread_t threads[MAX_THREADS];
    size_t n_threads = 0;

    /* where no thread can be had, this one does it all */
    while (n_threads + 1 < wanted && n_threads + 1 < n &&
           n_threads < MAX_THREADS &&
           !pthread_create(&threads[n_threads], NULL, work, &j))
        n_threads++;
    work(&j);
    while (n_threads > 0) pthread_join(threads[--n_threads], NULL);
}
