/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker as a picture would have it that has taken the decoder over: all of
 * the real one but sitr_sign, in whose place stands whatever the picture says.
 * "!open" opens a file, and so on; everything else is signed as it should be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/futex.h>

#include "sandbox/protocol.h"
#include "sandbox/serve.h"

/* pictures from outside: the warm-up has five of its own */
static int n_served = -5;

/* ---- What a sandbox is there to prevent ----------------------------------- */

static void do_open(void) { open("/etc/passwd", O_RDONLY); }
static void do_create(void) { open("escaped", O_WRONLY | O_CREAT, 0600); }
static void do_socket(void) { socket(AF_INET, SOCK_STREAM, 0); }
static void do_unix_socket(void) { socket(AF_UNIX, SOCK_STREAM, 0); }
static void do_execve(void) { execl("/bin/true", "true", (char *)NULL); }
static void do_fork(void) { syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static void do_ptrace(void) { ptrace(PTRACE_TRACEME, 0, 0, 0); }
static void do_kill(void) { kill(getppid(), 0); }
static void do_raw_kill(void) { syscall(SYS_kill, 1, 0); }
static void do_dup(void)
{
    if (dup(SANDBOX_SOCKET) < 0) return; /* what comes of it shows elsewhere */
}
static void do_stat(void) { access("/etc", F_OK); }
static void do_unlink(void) { unlink("escaped"); }
static void do_ioctl(void) { syscall(SYS_ioctl, SANDBOX_SOCKET, 0x5401, 0); }
static void do_prlimit(void)
{
    const struct rlimit r = {RLIM_INFINITY, RLIM_INFINITY};

    syscall(SYS_prlimit64, 0, RLIMIT_CPU, &r, NULL);
}
static void do_vm_read(void)
{
    syscall(SYS_process_vm_readv, 1, 0, 0, 0, 0, 0);
}
static void do_sendmsg(void) { syscall(SYS_sendmsg, SANDBOX_SOCKET, NULL, 0); }
static void do_truncate(void)
{
    if (ftruncate(SANDBOX_INPUT, 0)) errno = 0;
}
static void do_read_other(void)
{
    char c;

    if (read(0, &c, 1)) errno = 0;
}
static void do_write_other(void)
{
    if (write(SANDBOX_INPUT, "x", 1)) errno = 0;
}
static void do_code(void)
{
    mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* ---- Ends, and no end ------------------------------------------------------ */

static volatile uintptr_t nowhere = 16;
static void do_segv(void) { *(volatile int *)nowhere = 1; }
static void do_trap(void) { __builtin_trap(); }
static void do_exit(void) { syscall(SYS_exit_group, 0); }

static void spin(unsigned ms)
{
    /* the clock would be a system call where there is no vDSO */
    const struct timespec none = {0, 0};
    struct timespec t = none;
    uint64_t start = 0, now = 0;

    do {
        for (volatile unsigned i = 0; i < 100000; i++) continue;
        if (!ms) continue;
        clock_gettime(CLOCK_MONOTONIC, &t);
        now = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
        if (!start) start = now;
    } while (!ms || now - start < ms);
}
static void do_spin(void) { spin(0); }
static void do_work(void) { spin(300); }
static void do_block(void)
{
    static int word;

    for (;;) syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}
static void do_worn(void)
{
    if (n_served > 1) do_exit();
}

/* ---- Lies ------------------------------------------------------------------ */

static void do_garbage(void)
{
    static const char words[] = "who are you to ask";

    if (write(SANDBOX_SOCKET, words, sizeof words) < 0) abort();
}
static void do_empty(void)
{
    if (write(SANDBOX_SOCKET, "", 0) < 0) abort();
}
static void do_huge(void)
{
    static char much[SANDBOX_MAX_REPLY + 1000];

    if (write(SANDBOX_SOCKET, much, sizeof much) < 0) abort();
}
/* An answer to another question. */
static void do_other(void)
{
    const sandbox_reply reply = {.number = 0, .status = SITR_EFORMAT};

    if (write(SANDBOX_SOCKET, &reply, sizeof reply) < 0) abort();
}

static const struct {
    const char *word;
    void (*act)(void);
} acts[] = {
    {"!open", do_open},
    {"!create", do_create},
    {"!socket", do_socket},
    {"!unix-socket", do_unix_socket},
    {"!execve", do_execve},
    {"!fork", do_fork},
    {"!ptrace", do_ptrace},
    {"!kill", do_kill},
    {"!raw-kill", do_raw_kill},
    {"!dup", do_dup},
    {"!stat", do_stat},
    {"!unlink", do_unlink},
    {"!ioctl", do_ioctl},
    {"!prlimit", do_prlimit},
    {"!vm-read", do_vm_read},
    {"!sendmsg", do_sendmsg},
    {"!truncate", do_truncate},
    {"!read-other", do_read_other},
    {"!write-other", do_write_other},
    {"!code", do_code},
    {"!segv", do_segv},
    {"!trap", do_trap},
    {"!exit", do_exit},
    {"!spin", do_spin},
    {"!work", do_work},
    {"!block", do_block},
    {"!worn", do_worn},
    {"!garbage", do_garbage},
    {"!empty", do_empty},
    {"!huge", do_huge},
    {"!other", do_other},
};

/* ---- Questions, answered by a status --------------------------------------- */

extern char **environ;

/* SITR_OK where nothing of the parent's environment got through. */
static sitr_status look_at_environment(void)
{
    for (char **v = environ; *v; v++)
        if (strncmp(*v, "LD_", 3) != 0 && !strstr(*v, "SAN_OPTIONS="))
            return SITR_ECORRUPT;
    return SITR_EFORMAT;
}

/* "!take N": SITR_EFORMAT where N MiB could be had and used. */
static sitr_status take(const char *number)
{
    const size_t size = (size_t)strtoul(number, NULL, 10) << 20;
    /* clang leaves out memory that nobody looks at */
    char *volatile const p = malloc(size);

    if (!p) return SITR_ENOMEM;
    memset(p, 1, size);
    free(p);
    return SITR_EFORMAT;
}

static sitr_status bad_sign(const sitr_ctx *ctx, const void *data, size_t size,
                            const sitr_sign_opts *opts, sitr_signature **out)
{
    char word[64] = "";

    n_served++;
    memcpy(word, data, size < sizeof word ? size : sizeof word - 1);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (!strcmp(word, acts[i].word)) acts[i].act();
    if (!strcmp(word, "!environment")) return look_at_environment();
    if (!strncmp(word, "!take ", 6)) return take(word + 6);
    return sitr_sign(ctx, data, size, opts, out);
}

int main(void) { return sandbox_serve(bad_sign); }
