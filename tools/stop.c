/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C asks the run to end early and in good order. */
#include "stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

/* handlers have no other way to tell; lock-free, so theirs to write */
static atomic_int requested;

static void on_signal(int number)
{
    (void)number;
    atomic_store(&requested, 1);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

void stop_listen(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    /* without SA_RESTART: waiting for a list on a pipe ends too */
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

bool stop_requested(void) { return atomic_load(&requested); }
