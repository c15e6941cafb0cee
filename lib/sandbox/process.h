/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One worker, as its parent sees it: a process that may die at any time, the
 * socket to it, and the memory shared with it, which outlives it.
 */
#ifndef SITR_SANDBOX_PROCESS_H
#define SITR_SANDBOX_PROCESS_H

#include <sys/types.h>
#include <time.h>

#include "sandbox/protocol.h"

/** What all workers of a sandbox have in common. */
typedef struct sandbox_plan {
    const sitr_ctx *ctx;
    char *program;      /* path */
    char **environment; /* ends with NULL */
    sandbox_config config;
    uint32_t max_cpu_ms, max_wall_ms;
} sandbox_plan;

typedef struct sandbox_process {
    const sandbox_plan *plan;
    int shared;         /* the shared memory; -1 = none */
    uint8_t *input;     /* the part of it that is there and mapped, */
    size_t input_size;  /* in bytes */
    uint8_t *message;   /* SANDBOX_MAX_REPLY bytes */
    pid_t pid;          /* 0 = no process */
    int socket;         /* -1 = none */
    clockid_t clock;    /* of the CPU time of pid */
    uint64_t cpu_limit; /* ms, in force */
    uint64_t number;    /* of the last request */
    uint64_t n_signed;  /* by this process */
    bool greeted;
    bool will_retry;     /* its failures are not the last word: no errors yet */
    sandbox_hello hello; /* what it said */
} sandbox_process;

/** No process, and nothing to give back yet. */
void sandbox_process_init(const sandbox_plan *plan, sandbox_process *process);
/** Ends the process, if there is one, and gives all back. */
void sandbox_process_close(sandbox_process *process);

/** Starts the process, which warms up while nobody waits for it. */
sitr_status sandbox_process_start(sandbox_process *process);
/** Ends it at once; nothing where there is none. */
void sandbox_process_end(sandbox_process *process);

/** Waits until the process is ready; SITR_OK at once where it is. Ended where
 * it will never be. */
sitr_status sandbox_process_greet(sandbox_process *process);

/** Has a picture signed by a process that is ready, and sends to the log what
 * it says about it. `size` is 1 .. config.input_size. After SITR_EDIED and
 * SITR_ETIMEOUT the process has been ended. */
sitr_status sandbox_process_sign(sandbox_process *process, const void *data,
                                 size_t size, const sitr_sign_opts *opts,
                                 sitr_signature **out);

/** The same, blurred. */
sitr_status sandbox_process_blur(sandbox_process *process, const void *data,
                                 size_t size, sitr_blurred *out);

#endif
