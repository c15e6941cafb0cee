/* SPDX-License-Identifier: Apache-2.0 */
/* A command that is run when there is something to tell. Nothing of what is told is
 * on its command line, where a hostile file name would be a command of its own. */
#include "hook.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "i18n.h"
#include "progress.h"
#include "say.h"

#define MOST_S  300
#define GRACE_S 5

extern char **environ;

/* Ctrl-C is ours, and not a reason to leave a message half sent: the command has a
 * group of its own, by which it can be ended with all that it started. */
static int spawn(struct hook *hook, int input)
{
    char *const arguments[] = {(char *)(uintptr_t) "sh",
                               (char *)(uintptr_t) "-c",
                               (char *)(uintptr_t)hook->command, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t ours;
    int error = posix_spawn_file_actions_init(&files);

    if (error) return error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&files);
        return error;
    }
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &ours);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    error = posix_spawn(&hook->pid, "/bin/sh", &files, &attributes, arguments,
                        environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

void hook_start(struct hook *hook, int input)
{
    int error;

    lseek(input, 0, SEEK_SET);
    hook->started = progress_clock();
    hook->was_told_to_end = false;
    error = spawn(hook, input);
    if (!error) return;
    hook->pid = 0;
    say(_("the command of --run cannot be started: %s"), strerror(error));
}

static void say_end(int status)
{
    if (WIFSIGNALED(status))
        say(_("the command of --run was ended by signal %d"), WTERMSIG(status));
    else if (WEXITSTATUS(status))
        say(_("the command of --run failed, with status %d"),
            WEXITSTATUS(status));
}

/* All that it started, asked first. */
static void end(struct hook *hook)
{
    const double ran = progress_clock() - hook->started;

    if (ran > MOST_S + GRACE_S) {
        kill(-hook->pid, SIGKILL);
    } else if (ran > MOST_S && !hook->was_told_to_end) {
        hook->was_told_to_end = true;
        kill(-hook->pid, SIGTERM);
    }
}

bool hook_runs(struct hook *hook)
{
    int status;
    pid_t got;

    if (!hook->pid) return false;
    got = waitpid(hook->pid, &status, WNOHANG);
    if (!got || (got < 0 && errno == EINTR)) {
        end(hook);
        return true;
    }
    hook->pid = 0;
    if (got > 0) say_end(status);
    return false;
}

void hook_finish(struct hook *hook)
{
    const struct timespec while_it_runs = {.tv_nsec = 50000000};

    while (hook_runs(hook)) nanosleep(&while_it_runs, NULL);
}
