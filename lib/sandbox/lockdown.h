/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker takes from itself before it sees its first foreign byte.
 */
#ifndef SITR_SANDBOX_LOCKDOWN_H
#define SITR_SANDBOX_LOCKDOWN_H

#include "sandbox/protocol.h"

/* Sanitizers map terabytes and make system calls of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
# define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
# if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
     __has_feature(thread_sanitizer)
#  define SANDBOX_SANITIZED 1
# endif
#endif
#ifndef SANDBOX_SANITIZED
# define SANDBOX_SANITIZED 0
#endif

/** Limits of memory and time, no core file, no privileges, no file, no network,
 * no process, and of the system calls only those that decoding needs. For good,
 * and for this process as a whole, which has one thread. Fills `hello` with
 * what is in force; its status is SITR_EUNSUPPORTED where the kernel lacks what
 * we do not go without. */
void sandbox_lock_down(const sandbox_config *config, sandbox_hello *hello);

#endif
