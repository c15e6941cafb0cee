/* SPDX-License-Identifier: Apache-2.0 */
/* How far a run has come: a line that is written over, or JSON lines. */
#include "progress.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "i18n.h"
#include "line.h"
#include "need.h"
#include "stop.h"
#include "threads.h"

/* The rate is that of the last half minute: what was read before goes fast, and says
 * nothing of what is to come. */
#define SAMPLES  16
#define SAMPLE_S 2.0

struct sample {
    double at;
    uint64_t done;
};

struct progress {
    enum progress_mode mode;
    const char *phase, *label;
    double shown;                   /* seconds */
    struct sample samples[SAMPLES]; /* a ring */
    size_t n_samples;
    struct inputs_source source;
    pthread_t counter;
    bool counting;
    atomic_bool counted, cancel;
    atomic_ullong total;
};

double progress_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void *count(void *arg)
{
    struct progress *const progress = arg;
    struct inputs *const inputs = inputs_open(&progress->source);
    struct input input;
    int got = 1;

    while (!progress->cancel && (got = inputs_next(inputs, &input)) > 0) {
        free(input.path);
        progress->total++;
    }
    inputs_close(inputs);
    /* after a signal, what was counted is not all there is */
    progress->counted = got == 0 && !stop_requested();
    return NULL;
}

static void start_counting(struct progress *progress)
{
    /* lists are read once, and complained about once */
    if (inputs_have_list(&progress->source)) return;
    progress->counting =
        threads_start(&progress->counter, 1, count, progress) == 1;
}

struct progress *progress_new(enum progress_mode mode, const char *phase,
                              const char *label,
                              const struct inputs_source *source)
{
    struct progress *const progress = need(calloc(1, sizeof *progress));

    if (mode == PROGRESS_AUTO && !isatty(STDERR_FILENO)) mode = PROGRESS_NEVER;
    progress->mode = mode;
    progress->phase = phase;
    progress->label = label;
    progress->source = *source;
    progress->shown = progress_clock();
    progress->samples[progress->n_samples++].at = progress->shown;
    if (mode != PROGRESS_NEVER) start_counting(progress);
    return progress;
}

/* Seconds to go; negative where that is not known. */
static double time_left(const struct progress *progress, uint64_t done,
                        double rate)
{
    const uint64_t total = progress->total;

    if (!progress->counted || rate <= 0) return -1;
    return total > done ? (double)(total - done) / rate : 0;
}

static void show_json(const struct progress *progress,
                      const struct progress_state *state, double rate, bool end)
{
    const double left = time_left(progress, state->done, rate);

    fprintf(stderr,
            "{\"phase\":\"%s\",\"done\":%llu,\"total\":", progress->phase,
            (unsigned long long)state->done);
    if (progress->counted)
        fprintf(stderr, "%llu", (unsigned long long)progress->total);
    else
        fputs("null", stderr);
    fprintf(stderr, ",\"rate\":%.1f,\"seconds_left\":", rate);
    if (left >= 0)
        fprintf(stderr, "%.0f", left);
    else
        fputs("null", stderr);
    fprintf(stderr, ",\"failed\":%llu", (unsigned long long)state->failed);
    if (state->is_matching)
        fprintf(stderr, ",\"matches\":%llu",
                (unsigned long long)state->matched);
    fprintf(stderr, ",\"end\":%s}\n", end ? "true" : "false");
}

static void show_line(const struct progress *progress,
                      const struct progress_state *state, double rate)
{
    const double left = time_left(progress, state->done, rate);

    line_clear();
    if (left >= 0) {
        const unsigned long s = (unsigned long)left;

        /* TRANSLATORS: what is done, files done, of how many, files a second,
         * hours:minutes:seconds */
        fprintf(stderr,
                _("%s: %llu of %llu, %.1f a second, %lu:%02lu:%02lu left"),
                progress->label, (unsigned long long)state->done,
                (unsigned long long)progress->total, rate, s / 3600,
                s / 60 % 60, s % 60);
    } else {
        fprintf(stderr, _("%s: %llu, %.1f a second"), progress->label,
                (unsigned long long)state->done, rate);
    }
    if (state->is_matching)
        fprintf(stderr, _(", matches: %llu"),
                (unsigned long long)state->matched);
    if (state->failed)
        fprintf(stderr, _(", failed: %llu"), (unsigned long long)state->failed);
    fflush(stderr);
    line_shown();
}

static double rate_of(struct progress *progress, uint64_t done, double now)
{
    const size_t n = progress->n_samples;
    const struct sample last = progress->samples[(n - 1) % SAMPLES];
    const struct sample first =
        progress->samples[n < SAMPLES ? 0 : n % SAMPLES];
    const double elapsed = now - first.at;

    if (now - last.at >= SAMPLE_S)
        progress->samples[progress->n_samples++ % SAMPLES] =
            (struct sample){now, done};
    return elapsed > 0 ? (double)(done - first.done) / elapsed : 0;
}

void progress_show(struct progress *progress,
                   const struct progress_state *state)
{
    const double every = progress->mode == PROGRESS_JSON ? 1 : 0.2;
    double now;

    if (progress->mode == PROGRESS_NEVER) return;
    now = progress_clock();
    if (now - progress->shown < every) return;
    progress->shown = now;
    if (progress->mode == PROGRESS_JSON)
        show_json(progress, state, rate_of(progress, state->done, now), false);
    else
        show_line(progress, state, rate_of(progress, state->done, now));
}

void progress_free(struct progress *progress,
                   const struct progress_state *state)
{
    if (!progress) return;
    progress->cancel = true;
    if (progress->counting) pthread_join(progress->counter, NULL);
    line_clear();
    if (progress->mode == PROGRESS_JSON)
        show_json(progress, state,
                  rate_of(progress, state->done, progress_clock()), true);
    free(progress);
}
