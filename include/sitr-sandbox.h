/* SPDX-License-Identifier: Apache-2.0 */
/** @file
 * libsitr-sandbox signs pictures in processes that can do nothing else.
 *
 *     sitr_sandbox *sandbox = NULL;
 *     sitr_signature *theirs = NULL;
 *
 *     if (sitr_ctx_new(NULL, &ctx) == SITR_OK &&
 *         sitr_sandbox_new(ctx, NULL, &sandbox) == SITR_OK &&
 *         sitr_sandbox_sign(sandbox, data, size, NULL, &theirs) == SITR_OK)
 *         ...
 *     sitr_signature_free(theirs);
 *     sitr_sandbox_free(sandbox);
 *     sitr_ctx_free(ctx);
 *
 * A decoder that a picture takes over, kills or keeps busy for ever is one in a
 * worker: a program of its own (sitr-worker) that is started once, decodes one
 * picture after another, and has no file system, no network, no way to start or
 * signal a process, and limits on memory and time. What comes back is a status
 * and the bytes of a signature, and is validated whole; pixels never leave the
 * worker, but for the few gray squares of sitr_sandbox_blur. Linux only: seccomp
 * always, Landlock where the kernel has it.
 *
 * What sitr.h says of ownership, errors and the growth of structs holds here.
 */
#ifndef SITR_SANDBOX_H
#define SITR_SANDBOX_H

#include <sitr.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The workers, and who may use them when. Any number of threads share one. It
 * may not be used, nor freed, in a process forked from the one that made it. */
typedef struct sitr_sandbox sitr_sandbox;

/** Where the workers come from, and what each may cost. */
typedef struct sitr_sandbox_opts {
    size_t struct_size; /**< sizeof (sitr_sandbox_opts) */
    /** The program sitr-worker of this very version. NULL: beside the library,
     * in the folder sitr/ beside it, or where it was installed. */
    const char *worker;
    uint64_t max_address_space; /**< bytes of a worker; 0 = 768 MiB */
    uint32_t n_workers;         /**< at most, up to 1024; 0 = the CPUs online */
    uint32_t max_cpu_ms;        /**< CPU time for a picture; 0 = 5000 */
    uint32_t max_wall_ms;       /**< time by the clock for it; 0 = 10000 */
    uint32_t reserved;          /**< 0 */
} sitr_sandbox_opts;

/** Starts the first worker, so that what cannot work is known now; the others
 * start when they are needed. `ctx` gives the limits that hold for each
 * picture, the memory for signatures, and the log, to which what a worker says
 * is passed on; it must outlive the sandbox. `opts` may be NULL.
 *
 * Fails with SITR_ENOENT where there is no sitr-worker, SITR_EVERSION where it
 * is of another version, SITR_EUNSUPPORTED where the kernel cannot lock it
 * down, SITR_ENOMEM and SITR_EIO; the log says more. */
SITR_CHECKED sitr_status sitr_sandbox_new(const sitr_ctx *ctx,
                                          const sitr_sandbox_opts *opts,
                                          sitr_sandbox **out);

/** Ends the workers. No other call may be under way. */
SITR_API void sitr_sandbox_free(sitr_sandbox *sandbox);

/** What sitr_sign does, in a worker. Waits for one to be free; from any thread.
 *
 * A picture that ends its worker, or that takes longer than it may, is tried
 * once more while no other picture is worked on, and only then given up with
 * SITR_EDIED or SITR_ETIMEOUT: no other picture is lost by it. Fails otherwise
 * as sitr_sign does, and with SITR_EIO where no worker can be started. The
 * bytes are copied for the worker and wiped when it has answered. */
SITR_CHECKED sitr_status sitr_sandbox_sign(sitr_sandbox *sandbox,
                                           const void *data, size_t size,
                                           const sitr_sign_opts *opts,
                                           sitr_signature **out);

/** What sitr_blur does, in a worker, as sitr_sandbox_sign does it. */
SITR_CHECKED sitr_status sitr_sandbox_blur(sitr_sandbox *sandbox,
                                           const void *data, size_t size,
                                           sitr_blurred *out);

/** What holds a worker. */
enum {
    SITR_SANDBOX_SECCOMP = 1u << 0,  /**< any system call but a few ends it */
    SITR_SANDBOX_LANDLOCK = 1u << 1, /**< and files and sockets are out of reach
                                      * for the kernel's own reasons too */
    /** Built with a sanitizer: more system calls are let through and the
     * address space has no limit, for it needs both. */
    SITR_SANDBOX_SANITIZER = 1u << 2
};

/** What is in force, and what has happened so far. */
typedef struct sitr_sandbox_info {
    uint32_t flags;             /**< of SITR_SANDBOX_*: what is in force */
    uint32_t landlock_abi;      /**< of the kernel; 0 = none */
    uint64_t max_address_space; /**< bytes; SITR_UNLIMITED under a sanitizer */
    uint32_t n_workers;         /**< that may run at the same time */
    uint32_t max_cpu_ms;        /**< CPU time for a picture */
    uint32_t max_wall_ms;       /**< time by the clock for it */
    uint32_t reserved0;         /**< 0 */
    uint64_t n_started;   /**< workers so far; more than n_workers where some */
    uint64_t n_died;      /**< died under a picture, */
    uint64_t n_timed_out; /**< ran out of time, or were worn out */
    uint64_t reserved[4]; /**< 0 */
} sitr_sandbox_info;

/** What is in force, and what has happened so far. From any thread. */
SITR_API void sitr_sandbox_describe(sitr_sandbox *sandbox,
                                    sitr_sandbox_info *out);

#ifdef __cplusplus
}
#endif

#endif /* SITR_SANDBOX_H */
