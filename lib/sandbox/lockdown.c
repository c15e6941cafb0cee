/* SPDX-License-Identifier: Apache-2.0 */
/* Limits, then Landlock, then seccomp: each takes away what the one before it
 * needed. */
#define _GNU_SOURCE
#include "sandbox/lockdown.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

#include <sitr-sandbox.h>

/* ---- Limits --------------------------------------------------------------- */

static bool limit(int what, uint64_t soft, uint64_t hard)
{
    const struct rlimit r = {(rlim_t)soft, (rlim_t)hard};

    return !setrlimit((__rlimit_resource_t)what, &r);
}

static bool set_limits(const sandbox_config *config)
{
    /* the parent raises the soft limit of CPU time as the worker lives on */
    return limit(RLIMIT_CPU, config->max_cpu_s, RLIM_INFINITY) &&
           (SANDBOX_SANITIZED || limit(RLIMIT_AS, config->max_address_space,
                                       config->max_address_space)) &&
           limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_FSIZE, 0, 0) &&
           limit(RLIMIT_NPROC, 0, 0) && !prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) &&
           !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* ---- Landlock ------------------------------------------------------------- */

/* As in <linux/landlock.h> of newer kernels than the one we may be compiled
 * against (Documentation/userspace-api/landlock.rst): all that a ruleset can
 * handle, by ABI. */
struct ruleset {
    uint64_t fs;     /* ABI 1: 13 rights, 2: 14, 3: 15, 5: 16 */
    uint64_t net;    /* ABI 4: bind and connect TCP */
    uint64_t scoped; /* ABI 6: abstract sockets, signals */
};

static struct ruleset everything(uint32_t abi, size_t *size)
{
    const unsigned n_fs = abi < 2 ? 13 : abi < 3 ? 14 : abi < 5 ? 15 : 16;
    const struct ruleset all = {
        .fs = (UINT64_C(1) << n_fs) - 1,
        .net = abi < 4 ? 0 : 3,
        .scoped = abi < 6 ? 0 : 3,
    };

    *size = abi < 4   ? sizeof all.fs
            : abi < 6 ? sizeof all.fs + sizeof all.net
                      : sizeof all;
    return all;
}

/* Denies all that can be denied: a ruleset without rules. The ABI; 0 = none. */
static uint32_t use_landlock(void)
{
    const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
                             LANDLOCK_CREATE_RULESET_VERSION);
    size_t size;
    int fd;

    if (abi < 1) return 0;
    const struct ruleset all = everything((uint32_t)abi, &size);

    fd = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
    if (fd < 0) return 0;
    const bool good = !syscall(SYS_landlock_restrict_self, fd, 0);

    close(fd);
    return good ? (uint32_t)abi : 0;
}

/* ---- seccomp -------------------------------------------------------------- */

static bool allow(scmp_filter_ctx filter, int call)
{
    return !seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
}

/* A call of which one argument must be `value`, as far as `mask` looks. */
static bool allow_if(scmp_filter_ctx filter, int call, unsigned argument,
                     uint64_t mask, uint64_t value)
{
    return !seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, call, 1,
        SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value));
}

/* Ten calls; mmap2 and sigreturn are what 32-bit machines call two of them. */
static bool allow_decoding(scmp_filter_ctx filter)
{
    static const int calls[] = {
        SCMP_SYS(munmap),       SCMP_SYS(mremap),    SCMP_SYS(brk),
        SCMP_SYS(madvise),      SCMP_SYS(futex),     SCMP_SYS(exit_group),
        SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn),
    };

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (!allow(filter, calls[i])) return false;
    /* memory yes, code no; and nobody to talk to but the parent */
    return allow_if(filter, SCMP_SYS(mmap), 2, PROT_EXEC, 0) &&
           allow_if(filter, SCMP_SYS(mmap2), 2, PROT_EXEC, 0) &&
           allow_if(filter, SCMP_SYS(read), 0, UINT32_MAX, SANDBOX_SOCKET) &&
           allow_if(filter, SCMP_SYS(write), 0, UINT32_MAX, SANDBOX_SOCKET);
}

/* What a sanitizer calls while all is well, and to say what is not. */
static bool allow_sanitizer(scmp_filter_ctx filter)
{
    static const int calls[] = {
        SCMP_SYS(mprotect),       SCMP_SYS(sigaltstack),
        SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
        SCMP_SYS(getpid),         SCMP_SYS(gettid),
        SCMP_SYS(sched_yield),    SCMP_SYS(clock_gettime),
        SCMP_SYS(getrusage),      SCMP_SYS(write),
    };

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (!allow(filter, calls[i])) return false;
    return true;
}

static bool use_seccomp(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool good = filter != NULL;

    if (good)
        good = !seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
                                 SCMP_ACT_KILL_PROCESS) &&
               (!SANDBOX_SANITIZED || allow_sanitizer(filter)) &&
               allow_decoding(filter) && !seccomp_load(filter);
    if (filter) seccomp_release(filter);
    return good;
}

void sandbox_lock_down(const sandbox_config *config, sandbox_hello *hello)
{
    errno = 0;
    hello->status = SITR_EUNSUPPORTED;
    hello->flags = SANDBOX_SANITIZED ? SITR_SANDBOX_SANITIZER : 0;
    if (!set_limits(config)) return;
    hello->landlock_abi = use_landlock();
    if (hello->landlock_abi) hello->flags |= SITR_SANDBOX_LANDLOCK;
    /* not before: a ruleset is a descriptor */
    if (!limit(RLIMIT_NOFILE, 0, 0) || !use_seccomp()) {
        /* the address space may be too small for the libraries alone */
        if (errno == ENOMEM) hello->status = SITR_ENOMEM;
        return;
    }
    hello->flags |= SITR_SANDBOX_SECCOMP;
    hello->status = SITR_OK;
}
