/* SPDX-License-Identifier: Apache-2.0 */
/* An ordered parallel map: a ring of items, filled at one end by the thread
 * that runs it, worked on by the others in order, emptied at the other end in
 * the same order. So a slow item delays what follows, but never changes it. */
#include "jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "i18n.h"
#include "need.h"
#include "say.h"
#include "stop.h"
#include "threads.h"

#define ITEMS_PER_THREAD 16
#define TICK_NS          200000000

struct ring {
    const struct jobs *jobs;
    char *items;
    bool *finished; /* for each place of the ring */
    size_t n;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t filled, finished_one;
    uint64_t put, taken, emptied; /* items, since the beginning */
    bool closed;                  /* nothing more will be put */
};

static void *item_at(const struct ring *ring, uint64_t i)
{
    return ring->items + i % ring->n * ring->jobs->item_size;
}

static void *work(void *arg)
{
    struct ring *const ring = arg;

    pthread_mutex_lock(&ring->lock);
    for (;;) {
        uint64_t i;

        while (ring->taken == ring->put && !ring->closed)
            pthread_cond_wait(&ring->filled, &ring->lock);
        if (ring->taken == ring->put || stop_requested()) break;
        i = ring->taken++;
        pthread_mutex_unlock(&ring->lock);
        ring->jobs->work(ring->jobs->user, item_at(ring, i));
        pthread_mutex_lock(&ring->lock);
        ring->finished[i % ring->n] = true;
        pthread_cond_signal(&ring->finished_one);
    }
    pthread_mutex_unlock(&ring->lock);
    return NULL;
}

static void put(struct ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->finished[ring->put % ring->n] = false;
    ring->put++;
    pthread_cond_signal(&ring->filled);
    pthread_mutex_unlock(&ring->lock);
}

static void wait_a_tick(struct ring *ring)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += TICK_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&ring->finished_one, &ring->lock, &until);
}

enum head { HEAD_NONE, HEAD_FINISHED, HEAD_NEVER, HEAD_BUSY };

/* What can be said about the oldest item, after waiting a tick if asked to. */
static enum head look_at_head(struct ring *ring, bool wait)
{
    enum head head = HEAD_BUSY;

    pthread_mutex_lock(&ring->lock);
    for (;;) {
        if (ring->emptied == ring->put)
            head = HEAD_NONE;
        else if (ring->finished[ring->emptied % ring->n])
            head = HEAD_FINISHED;
        else if (stop_requested() && ring->emptied == ring->taken)
            head = HEAD_NEVER;
        if (head != HEAD_BUSY || !wait) break;
        wait_a_tick(ring);
        wait = false;
    }
    pthread_mutex_unlock(&ring->lock);
    return head;
}

/* The life of the thread that runs the map. */
static enum jobs_end feed_and_drain(struct ring *ring)
{
    const struct jobs *const jobs = ring->jobs;
    bool ended = false;

    for (;;) {
        const bool full = ring->put - ring->emptied == ring->n;
        const bool feed = !ended && !full && !stop_requested();
        void *const head = item_at(ring, ring->emptied);

        jobs->tick(jobs->user);
        switch (look_at_head(ring, !feed)) {
        case HEAD_FINISHED: {
            const bool go_on = jobs->done(jobs->user, head);

            ring->emptied++;
            if (!go_on) return JOBS_FAILED;
            continue;
        }
        case HEAD_NEVER:
            return JOBS_STOPPED;
        case HEAD_NONE:
            if (ended) return stop_requested() ? JOBS_STOPPED : JOBS_DONE;
            if (!feed && stop_requested()) return JOBS_STOPPED;
            break;
        case HEAD_BUSY:
            break;
        }
        if (feed) {
            void *const item = item_at(ring, ring->put);
            int got;

            memset(item, 0, jobs->item_size);
            got = jobs->next(jobs->user, item);
            if (got < 0) return JOBS_FAILED;
            if (got)
                put(ring);
            else
                ended = true;
        }
    }
}

static void close_ring(struct ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->closed = true;
    /* what nobody has begun, nobody will */
    while (ring->put > ring->taken)
        ring->jobs->drop(ring->jobs->user, item_at(ring, --ring->put));
    pthread_cond_broadcast(&ring->filled);
    pthread_mutex_unlock(&ring->lock);
}

enum jobs_end jobs_run(const struct jobs *jobs)
{
    struct ring ring = {
        .jobs = jobs,
        .n = (size_t)jobs->n_threads * ITEMS_PER_THREAD,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .filled = PTHREAD_COND_INITIALIZER,
        .finished_one = PTHREAD_COND_INITIALIZER,
    };
    pthread_t *const threads = need(calloc(jobs->n_threads, sizeof *threads));
    enum jobs_end end = JOBS_FAILED;
    size_t n_threads;

    ring.items = need(calloc(ring.n, jobs->item_size));
    ring.finished = need(calloc(ring.n, sizeof *ring.finished));
    n_threads = threads_start(threads, jobs->n_threads, work, &ring);
    if (n_threads)
        end = feed_and_drain(&ring);
    else
        say(_("cannot start a thread"));

    close_ring(&ring);
    while (n_threads) pthread_join(threads[--n_threads], NULL);
    for (; ring.emptied < ring.put; ring.emptied++)
        jobs->drop(jobs->user, item_at(&ring, ring.emptied));
    free(ring.finished);
    free(ring.items);
    free(threads);
    return end;
}
