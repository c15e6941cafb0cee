/* SPDX-License-Identifier: Apache-2.0 */
/* The programs are told to ask nobody for anything: the page needs nothing, and who
 * has a report made should not be told of by a browser. */
#include "report_pdf.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "durable.h"
#include "i18n.h"
#include "need.h"
#include "say.h"
#include "stop.h"

#define WAIT_S 120

extern char **environ;

/* ---- Which --------------------------------------------------------------- */

static const char *const programs[] = {"weasyprint", "chromium",
                                       "chromium-browser", "google-chrome"};

static bool is_there(const char *name)
{
    const char *const path = getenv("PATH");
    char *const folders = need(strdup(path ? path : ""));
    char *next = folders, *folder;
    bool there = false;

    while (!there && (folder = strsep(&next, ":"))) {
        char *const file = need_format("%s/%s", folder, name);

        there = *folder == '/' && !access(file, X_OK);
        free(file);
    }
    free(folders);
    return there;
}

static const char *program(void)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (is_there(programs[i])) return programs[i];
    return NULL;
}

bool report_pdf_can(void)
{
    if (program()) return true;
    say(_("no PDF can be made: neither weasyprint nor Chromium is installed"));
    return false;
}

/* ---- Running it ---------------------------------------------------------- */

/* Its id; 0 where it did not start. Nothing of what it says is ours to show. */
static pid_t start(const char *const argv[])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    pid_t id = 0;

    posix_spawn_file_actions_init(&actions);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    posix_spawnattr_init(&attributes);
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    if (posix_spawnp(&id, argv[0], &actions, &attributes,
                     (char *const *)(uintptr_t)argv, environ))
        id = 0;
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return id;
}

/* Whether it ended well, and in time. */
static bool finish(pid_t id)
{
    const struct timespec pause = {.tv_nsec = 50000000};
    int status = 0;

    for (int i = 0; i < WAIT_S * 20 && !stop_requested(); i++) {
        if (waitpid(id, &status, WNOHANG) == id)
            return WIFEXITED(status) && !WEXITSTATUS(status);
        nanosleep(&pause, NULL);
    }
    kill(id, SIGKILL);
    waitpid(id, &status, 0);
    return false;
}

bool report_pdf_make(const char *html, const char *pdf, const char *scratch)
{
    const char *const name = program();
    char *const whole = realpath(html, NULL);
    char *const address = need_format("file://%s", whole ? whole : html);
    char *const out = need_format("--print-to-pdf=%s", pdf);
    char *const profile = need_format("--user-data-dir=%s", scratch);
    /* it refuses to be root with its sandbox, which is there for pages of others */
    const char *const chromium[] = {name,
                                    "--headless",
                                    "--disable-gpu",
                                    "--disable-quic",
                                    "--no-first-run",
                                    "--disable-background-networking",
                                    "--disable-sync",
                                    "--disable-component-update",
                                    "--disable-extensions",
                                    "--host-resolver-rules=MAP * ~NOTFOUND",
                                    "--no-pdf-header-footer",
                                    profile,
                                    out,
                                    geteuid() ? address : "--no-sandbox",
                                    geteuid() ? NULL : address,
                                    NULL};
    const char *const weasyprint[] = {name, "--quiet", html, pdf, NULL};
    struct stat st;
    pid_t id = 0;
    bool good;

    if (name) id = start(name == programs[0] ? weasyprint : chromium);
    good = id && finish(id) && !stat(pdf, &st) && st.st_size > 0;
    if (!good) say(_("%s made no PDF"), name ? name : "weasyprint");
    durable_remove(scratch);
    free(whole);
    free(address);
    free(out);
    free(profile);
    return good;
}
