/* SPDX-License-Identifier: Apache-2.0 */
/* A new thread has the signal mask of the one that made it. */
#include "threads.h"

#include <signal.h>

size_t threads_start(pthread_t *threads, size_t n, void *(*run)(void *arg),
                     void *arg)
{
    size_t n_started = 0;
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (n_started < n &&
           !pthread_create(&threads[n_started], NULL, run, arg))
        n_started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return n_started;
}
