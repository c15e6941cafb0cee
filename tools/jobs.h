/* SPDX-License-Identifier: Apache-2.0 */
/* Work done by many threads, its results taken in the order of the inputs. */
#ifndef TOOLS_JOBS_H
#define TOOLS_JOBS_H

#include <stdbool.h>
#include <stddef.h>

/** A map over items of `item_size` bytes, zero when they are handed to `next`.
 * `next`, `done`, `drop` and `tick` are called from the thread that runs the
 * map, `work` from any, for different items at the same time. */
struct jobs {
    unsigned n_threads; /* 1 .. */
    size_t item_size;
    void *user;
    /** Fills the next item: 1, 0 at the end, -1 to give up. */
    int (*next)(void *user, void *item);
    void (*work)(void *user, void *item);
    /** Takes an item that was worked on, in order; false to give up. */
    bool (*done)(void *user, void *item);
    /** Takes back an item that `done` will not see. */
    void (*drop)(void *user, void *item);
    /** Called now and then. */
    void (*tick)(void *user);
};

enum jobs_end {
    JOBS_DONE,
    JOBS_STOPPED, /* there was a signal; what had begun was finished */
    JOBS_FAILED   /* `next` or `done` gave up, or there is no thread */
};

/** Runs the map. Items in flight, and with them memory, are bounded by a small
 * multiple of n_threads. */
enum jobs_end jobs_run(const struct jobs *jobs);

#endif
