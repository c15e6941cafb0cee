/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a worker, talking to it, and ending it.
 *
 * A worker is not told to die with its parent: that signal would come with the
 * end of the thread that started it. It ends when the socket is closed. */
#define _GNU_SOURCE
#include "sandbox/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often the clocks are looked at while a worker is busy. */
#define TICK_US 50000

/* A worker that has not greeted by then will not: links, warms up, locks. */
#define MAX_START_MS 10000

/* CPU time beyond what one picture may take before the kernel steps in: we look
 * at the clock, the limit is for when we no longer do. */
#define CPU_SLACK_MS 5000

/* Shared memory grows by this much, and is given back beyond that. */
#define GRAIN    ((size_t)64 << 10)
#define MAX_KEPT ((size_t)8 << 20)

__attribute__((format(printf, 3, 4))) static void say(
    const sandbox_process *process, sitr_log_level level, const char *format,
    ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    sitr_ctx_log(process->plan->ctx,
                 process->will_retry ? SITR_LOG_DEBUG : level, line);
}

static sitr_status status_of_errno(const sandbox_process *process,
                                   const char *what, int error)
{
    say(process, SITR_LOG_ERROR, "%s: %s", what, strerror(error));
    switch (error) {
    case ENOENT:
        return SITR_ENOENT;
    case EACCES:
    case EPERM:
        return SITR_EACCES;
    case ENOMEM:
    case EAGAIN: /* no more processes */
        return SITR_ENOMEM;
    default:
        return SITR_EIO;
    }
}

static uint64_t now_ms(clockid_t clock)
{
    struct timespec t;

    if (clock_gettime(clock, &t)) return 0;
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- Shared memory -------------------------------------------------------- */

void sandbox_process_init(const sandbox_plan *plan, sandbox_process *process)
{
    *process = (sandbox_process){.plan = plan, .shared = -1, .socket = -1};
}

/* The same descriptor where dup2 in the child cannot overwrite it. */
static int lift(int fd)
{
    int higher;

    if (fd < 0 || fd > SANDBOX_INPUT) return fd;
    higher = fcntl(fd, F_DUPFD_CLOEXEC, SANDBOX_INPUT + 1);
    close(fd);
    return higher;
}

/* What outlives the processes; nothing where it is there already. */
static sitr_status take_memory(sandbox_process *process)
{
    /* a worker that could make the memory shrink could have us killed */
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    int fd;

    if (!process->message) process->message = malloc(SANDBOX_MAX_REPLY);
    if (!process->message) return SITR_ENOMEM;
    if (process->shared >= 0) return SITR_OK;
    fd = lift(memfd_create("sitr-input", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (fd < 0 || ftruncate(fd, (off_t)process->plan->config.input_size) ||
        fcntl(fd, F_ADD_SEALS, seals)) {
        const int error = errno;

        if (fd >= 0) close(fd);
        return status_of_errno(process, "shared memory", error);
    }
    process->shared = fd;
    return SITR_OK;
}

static void unmap_input(sandbox_process *process)
{
    if (process->input) munmap(process->input, process->input_size);
    process->input = NULL;
    process->input_size = 0;
}

void sandbox_process_close(sandbox_process *process)
{
    sandbox_process_end(process);
    unmap_input(process);
    if (process->shared >= 0) close(process->shared);
    free(process->message);
    process->shared = -1;
    process->message = NULL;
}

/* Makes `size` bytes of the memory real and maps them. Where there is no memory
 * fallocate says so; a mapping alone would kill us when it is written to. */
static sitr_status grow_input(sandbox_process *process, size_t size)
{
    const size_t max = (size_t)process->plan->config.input_size;
    void *input;
    int error;

    if (size <= process->input_size) return SITR_OK;
    size = max - size > GRAIN ? (size + GRAIN - 1) / GRAIN * GRAIN : max;
    unmap_input(process);
    do error = fallocate(process->shared, 0, 0, (off_t)size) ? errno : 0;
    while (error == EINTR);
    if (error)
        return status_of_errno(process, "shared memory",
                               error == ENOSPC ? ENOMEM : error);
    input = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
                 process->shared, 0);
    if (input == MAP_FAILED)
        return status_of_errno(process, "shared memory", errno);
    process->input = input;
    process->input_size = size;
    return SITR_OK;
}

/* What was there was somebody's picture; and one that was large is no reason to
 * hold as much memory for ever. */
static void wipe_input(sandbox_process *process, size_t size)
{
    explicit_bzero(process->input, size);
    if (process->input_size <= MAX_KEPT) return;
    if (fallocate(process->shared, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  0, (off_t)process->input_size))
        return; /* wiped it is */
    unmap_input(process);
}

/* ---- Start and end -------------------------------------------------------- */

static int spawn_with(sandbox_process *process, int its_end,
                      posix_spawn_file_actions_t *files,
                      posix_spawnattr_t *attributes)
{
    static char name[] = "sitr-worker";
    char *const argv[] = {name, NULL};
    /* a process group of its own: Ctrl-C is for the parent, which ends in good
     * order and needs its workers for that */
    const short flags =
        POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    if (posix_spawnattr_setflags(attributes, flags) ||
        posix_spawnattr_setsigmask(attributes, &none) ||
        posix_spawnattr_setsigdefault(attributes, &all) ||
        posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0) ||
        posix_spawn_file_actions_addopen(files, 1, "/dev/null", O_WRONLY, 0) ||
        posix_spawn_file_actions_adddup2(files, its_end, SANDBOX_SOCKET) ||
        posix_spawn_file_actions_adddup2(files, process->shared, SANDBOX_INPUT))
        return ENOMEM;
    return posix_spawn(&process->pid, process->plan->program, files, attributes,
                       argv, process->plan->environment);
}

/* posix_spawn rather than fork: the worker starts with none of our memory, and
 * our threads and their locks are no concern of it. */
static int spawn(sandbox_process *process, int its_end)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&files);

    if (error) return error;
    error = posix_spawnattr_init(&attributes);
    if (!error) {
        error = spawn_with(process, its_end, &files, &attributes);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    if (error) process->pid = 0;
    return error;
}

sitr_status sandbox_process_start(sandbox_process *process)
{
    const sandbox_plan *const plan = process->plan;
    const struct timeval tick = {.tv_usec = TICK_US};
    const sitr_status status = take_memory(process);
    int ends[2], error;

    if (status) return status;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
        return status_of_errno(process, "socket", errno);
    ends[1] = lift(ends[1]);
    error = ends[1] < 0 ? errno : spawn(process, ends[1]);
    if (ends[1] >= 0) close(ends[1]);
    if (error) {
        close(ends[0]);
        return status_of_errno(process, plan->program, error);
    }
    process->socket = ends[0];
    process->greeted = false;
    process->n_signed = 0;
    process->cpu_limit = (uint64_t)plan->config.max_cpu_s * 1000;
    if (clock_getcpuclockid(process->pid, &process->clock) ||
        setsockopt(process->socket, SOL_SOCKET, SO_RCVTIMEO, &tick,
                   sizeof tick) ||
        send(process->socket, &plan->config, sizeof plan->config,
             MSG_NOSIGNAL) != (ssize_t)sizeof plan->config) {
        say(process, SITR_LOG_ERROR, "%s: cannot be talked to", plan->program);
        sandbox_process_end(process);
        return SITR_EIO;
    }
    return SITR_OK;
}

/* Ends the process and says how it ended, as waitpid does. */
static int end(sandbox_process *process)
{
    int how = 0;

    close(process->socket);
    process->socket = -1;
    /* it does nothing to one that is dead already */
    kill(process->pid, SIGKILL);
    while (waitpid(process->pid, &how, 0) < 0 && errno == EINTR) continue;
    process->pid = 0;
    process->greeted = false;
    return how;
}

void sandbox_process_end(sandbox_process *process)
{
    if (process->pid) end(process);
}

/* ---- Talk ----------------------------------------------------------------- */

/* A message, if it comes before the clocks run out: its size; 0 when the worker
 * is gone; -1 when it ran out of time. `max_cpu_ms` counts from `cpu_before`. */
static ssize_t receive(sandbox_process *process, void *message, size_t size,
                       uint64_t max_wall_ms, uint64_t max_cpu_ms,
                       uint64_t cpu_before)
{
    const uint64_t started = now_ms(CLOCK_MONOTONIC);
    bool late = false;

    for (;;) {
        const ssize_t n =
            recv(process->socket, message, size, late ? MSG_DONTWAIT : 0);

        if (n >= 0) return n;
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return 0;
        /* we may have been stopped ourselves: whatever has come meanwhile
         * counts */
        if (late) return -1;
        late = now_ms(CLOCK_MONOTONIC) - started >= max_wall_ms ||
               now_ms(process->clock) >= cpu_before + max_cpu_ms;
    }
}

sitr_status sandbox_process_greet(sandbox_process *process)
{
    const char *const program = process->plan->program;
    sandbox_hello *const hello = &process->hello;
    ssize_t n;

    if (process->greeted) return SITR_OK;
    n = receive(process, hello, sizeof *hello, MAX_START_MS, MAX_START_MS, 0);
    if (n <= 0 || !sandbox_hello_check(hello, (size_t)n)) {
        say(process, SITR_LOG_ERROR, "%s: does not answer", program);
        sandbox_process_end(process);
        return SITR_EIO;
    }
    if (memcmp(hello->version, process->plan->config.version,
               sizeof hello->version) != 0)
        hello->status = SITR_EVERSION;
    if (hello->status) {
        say(process, SITR_LOG_ERROR, "%s: %s", program,
            hello->status == SITR_EVERSION ? "is of another version"
            : hello->status == SITR_EUNSUPPORTED
                ? "cannot be locked down by this kernel"
                : sitr_status_text((sitr_status)hello->status));
        sandbox_process_end(process);
        return (sitr_status)hello->status;
    }
    process->greeted = true;
    return SITR_OK;
}

/* The limit that the kernel keeps is for the process as a whole; it is moved on
 * before a picture could come near it. */
static void raise_cpu_limit(sandbox_process *process, uint64_t cpu_ms)
{
    const uint64_t needed = cpu_ms + process->plan->max_cpu_ms + 1000;
    const rlim_t limit = (rlim_t)((needed + CPU_SLACK_MS + 999) / 1000); /* s */
    const struct rlimit r = {limit, RLIM_INFINITY};

    if (needed <= process->cpu_limit) return;
    if (!prlimit(process->pid, RLIMIT_CPU, &r, NULL))
        process->cpu_limit = (uint64_t)limit * 1000;
}

static sitr_status died(sandbox_process *process)
{
    const int how = end(process);

    if (WIFSIGNALED(how) && WTERMSIG(how) == SIGXCPU) {
        say(process, SITR_LOG_ERROR, "stopped by the limit of CPU time");
        return SITR_ETIMEOUT;
    }
    if (WIFSIGNALED(how))
        say(process, SITR_LOG_ERROR, "the decoder died of signal %d",
            WTERMSIG(how));
    else
        say(process, SITR_LOG_ERROR, "the decoder ended");
    return SITR_EDIED;
}

static sitr_status out_of_time(sandbox_process *process)
{
    end(process);
    say(process, SITR_LOG_ERROR,
        "stopped after max_cpu_ms %u or max_wall_ms %u",
        process->plan->max_cpu_ms, process->plan->max_wall_ms);
    return SITR_ETIMEOUT;
}

/* What is asked for: one of these. */
struct answer {
    sitr_signature **signature;
    sitr_blurred *blurred;
};

static bool read_answer(const sandbox_process *process,
                        const sandbox_request *request, size_t n,
                        sitr_status *status, sitr_log_level *level,
                        char log[SANDBOX_MAX_LOG + 1],
                        const struct answer *answer)
{
    const sandbox_plan *const plan = process->plan;

    if (request->blur)
        return sandbox_blurred_read(request, process->message, n, status, level,
                                    log, answer->blurred);
    return sandbox_reply_read(plan->ctx, &plan->config.limits, request,
                              process->message, n, status, level, log,
                              answer->signature);
}

static sitr_status ask(sandbox_process *process, const sandbox_request *request,
                       const struct answer *answer)
{
    const sandbox_plan *const plan = process->plan;
    const uint64_t cpu_before = now_ms(process->clock);
    char log[SANDBOX_MAX_LOG + 1];
    sitr_log_level level;
    sitr_status status;
    ssize_t n;

    raise_cpu_limit(process, cpu_before);
    if (send(process->socket, request, sizeof *request, MSG_NOSIGNAL) < 0)
        return died(process);
    n = receive(process, process->message, SANDBOX_MAX_REPLY, plan->max_wall_ms,
                plan->max_cpu_ms, cpu_before);
    if (n < 0) return out_of_time(process);
    if (n == 0) return died(process);
    const bool good =
        read_answer(process, request, (size_t)n, &status, &level, log, answer);

    explicit_bzero(process->message, (size_t)n);
    if (!good) {
        end(process);
        say(process, SITR_LOG_ERROR, "the decoder gave an impossible answer");
        return SITR_EDIED;
    }
    if (level) sitr_ctx_log(plan->ctx, level, log);
    process->n_signed++;
    return status;
}

static sitr_status hand_over(sandbox_process *process, const void *data,
                             sandbox_request *request,
                             const struct answer *answer)
{
    const size_t size = (size_t)request->size;
    sitr_status status = grow_input(process, size);

    if (status) return status;
    request->number = ++process->number;
    memcpy(process->input, data, size);
    status = ask(process, request, answer);
    wipe_input(process, size);
    return status;
}

sitr_status sandbox_process_sign(sandbox_process *process, const void *data,
                                 size_t size, const sitr_sign_opts *opts,
                                 sitr_signature **out)
{
    sandbox_request request = {
        .size = size, .algos = opts->algos, .flags = opts->flags};
    const struct answer answer = {.signature = out};

    *out = NULL;
    return hand_over(process, data, &request, &answer);
}

sitr_status sandbox_process_blur(sandbox_process *process, const void *data,
                                 size_t size, sitr_blurred *out)
{
    sandbox_request request = {.size = size, .blur = 1};
    const struct answer answer = {.blurred = out};

    *out = (sitr_blurred){0};
    return hand_over(process, data, &request, &answer);
}
