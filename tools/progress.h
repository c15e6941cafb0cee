/* SPDX-License-Identifier: Apache-2.0 */
/* How far a run has come, on standard error. */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "inputs.h"

enum progress_mode {
    PROGRESS_AUTO = 0, /* where standard error is a terminal */
    PROGRESS_JSON,     /* an object a line, for programs */
    PROGRESS_NEVER
};

struct progress;

/** What is done so far. */
struct progress_state {
    uint64_t done;    /* files */
    uint64_t failed;  /* of these */
    uint64_t matched; /* findings */
    bool is_matching; /* so that none is worth a word */
};

/** `phase` is a stable word for programs, `label` the same for people. While
 * files are worked on, a thread counts what there is, if it can be counted
 * twice: only then can the time left be told. */
struct progress *progress_new(enum progress_mode mode, const char *phase,
                              const char *label,
                              const struct inputs_source *source);

/** Shows what is done, if it is time to. */
void progress_show(struct progress *progress,
                   const struct progress_state *state);

/** Shows the end, for programs, and frees. */
void progress_free(struct progress *progress,
                   const struct progress_state *state);

/** Seconds of a clock that nobody sets. */
double progress_clock(void);

#endif
