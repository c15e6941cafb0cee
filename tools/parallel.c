/* SPDX-License-Identifier: Apache-2.0 */
/* Each thread takes the next task that nobody has. */
#include "parallel.h"

#include <stdatomic.h>
#include <stdint.h>

#include "threads.h"

/* Tables, of which there are 28, are the most that is worth a thread each. */
#define MAX_THREADS 32

struct crew {
    void (*task)(void *arg, size_t i);
    void *arg;
    size_t n;
    atomic_size_t next;
};

static void *work(void *arg)
{
    struct crew *const crew = arg;

    for (size_t i; (i = atomic_fetch_add(&crew->next, 1)) < crew->n;)
        crew->task(crew->arg, i);
    return NULL;
}

static void parallel(void *cookie, void (*task)(void *arg, size_t i), void *arg,
                     size_t n)
{
    const size_t others = (size_t)(uintptr_t)cookie;
    struct crew crew = {.task = task, .arg = arg, .n = n};
    pthread_t threads[MAX_THREADS];
    size_t n_started =
        threads_start(threads, others < n ? others : n, work, &crew);

    work(&crew);
    while (n_started) pthread_join(threads[--n_started], NULL);
}

sitr_hooks parallel_hooks(unsigned n_threads)
{
    const unsigned most = n_threads < MAX_THREADS ? n_threads : MAX_THREADS;

    /* the caller's is one of them */
    return (sitr_hooks){.struct_size = sizeof(sitr_hooks),
                        .parallel = parallel,
                        .cookie = (void *)(uintptr_t)(most ? most - 1 : 0)};
}
