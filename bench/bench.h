/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timing that holds on a machine that does other things too: tasks take turns
 * (A B C A B C ...), so that whatever slows one slows all, and what is reported
 * are medians, and medians of the ratios within a round.
 */
#ifndef SITR_BENCH_H
#define SITR_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sitr.h>

/** Microseconds of a clock that only goes forward. */
double bench_now_us(void);

/** The middle value; of an even number the mean of the two in the middle. Sorts
 * `v`. 0 of none. */
double bench_median(double *v, size_t n);

/** Something to time. `repeat` calls make one measurement; 0 = found out, so
 * that a measurement lasts some milliseconds. */
typedef struct bench_task {
    void (*run)(void *arg);
    void *arg;
    size_t repeat;
    double us;    /* out: median microseconds of one call */
    double least; /* out: of one call */
    double most;
    double *runs; /* out: `n_runs` of them; bench_free_tasks frees */
} bench_task;

/** Runs all tasks in turn, once to warm up and then `n_runs` times; every other
 * time backwards, so that no task always follows the same one. */
void bench_interleave(bench_task *tasks, size_t n, size_t n_runs);

/** The median over rounds of `a`'s time over that of `b`. */
double bench_ratio(const bench_task *a, const bench_task *b, size_t n_runs);

void bench_free_tasks(bench_task *tasks, size_t n);

/** A whole file. `data` NULL, with a line on stderr, where it cannot be read;
 * free(data). */
typedef struct bench_file {
    char *path;
    uint8_t *data;
    size_t size;
} bench_file;

bench_file bench_read_file(const char *path);

/** The regular files that `path` names: itself or, for a folder, those in it
 * and in its folders, sorted. Free each, then the array. */
char **bench_list_files(const char *path, size_t *n);

/** `--name=N` as a number; false where `arg` is another option. Anything but a
 * number from 1 to 1e9 ends the program. */
bool bench_number_option(const char *arg, const char *name, size_t *out);

/** malloc and realloc, or the end of the program. */
void *bench_alloc(void *old, size_t size);

/** Ends the program with a line on stderr. */
_Noreturn void bench_die(const char *what, const char *why);

/** Ends it where `status` is an error. */
void bench_check(const char *what, sitr_status status);

/** Threads for the library, `*n_threads` at a time, which must stay there. */
sitr_hooks bench_hooks(size_t *n_threads);

/** Keeps freed memory in the process, where the allocator can be told to. Else
 * what a task pays for fresh pages depends on what the one before it freed. */
void bench_keep_memory(void);

/** The CPU's name and the kernels the library chose, for the head of a report.
 */
void bench_print_machine(const sitr_ctx *ctx);

#endif
