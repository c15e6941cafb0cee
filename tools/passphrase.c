/* SPDX-License-Identifier: Apache-2.0 */
/* A pass phrase, from the terminal or from a file. It is in locked memory from
 * the first byte on, and the terminal shows again what is typed whatever
 * happens meanwhile. */
/* for ppoll */
#define _GNU_SOURCE
#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "i18n.h"
#include "say.h"
#include "stop.h"

/* Letters drawn by lot, so many, are 56 bits: out of reach at half a second a
 * guess. Whether they were drawn nobody can tell. */
#define LEAST_CHARACTERS 12

#define FILE_MOST 65536 /* bytes, of which the first line counts */

/* Makes a pass phrase of what stands before the end of the first line. */
static bool take_line(struct sealed_bytes *passphrase, const uint8_t *text,
                      size_t size)
{
    const uint8_t *const end = size ? memchr(text, '\n', size) : NULL;
    size_t n = end ? (size_t)(end - text) : size;
    const char *problem = NULL;

    if (end && n && text[n - 1] == '\r') n--;
    if (!n)
        problem = _("the pass phrase is empty");
    else if (n > SEALED_PASSPHRASE_MAX)
        problem = _("the pass phrase is too long");
    else if (memchr(text, '\0', n))
        problem = _("the pass phrase is not text");
    else if (!sealed_bytes_new(passphrase, n))
        problem = sealed_problem(SEALED_ENOMEM);
    else
        memcpy(passphrase->data, text, n);
    if (problem) say("%s", problem);
    return !problem;
}

static bool is_long_enough(const struct sealed_bytes *passphrase)
{
    size_t n = 0;

    /* in UTF-8, all bytes but those that go on with a character */
    for (size_t i = 0; i < passphrase->size; i++)
        n += (passphrase->data[i] & 0xc0) != 0x80;
    if (n >= LEAST_CHARACTERS) return true;
    say(ngettext("a pass phrase for sealing has at least %d character; best "
                 "are five or six words drawn by lot",
                 "a pass phrase for sealing has at least %d characters; best "
                 "are five or six words drawn by lot",
                 LEAST_CHARACTERS),
        LEAST_CHARACTERS);
    return false;
}

static bool from_file(const char *path, struct sealed_bytes *passphrase)
{
    struct sealed_bytes text;
    const bool good = sealed_load(path, FILE_MOST, true, &text) &&
                      take_line(passphrase, text.data, text.size);

    sealed_bytes_free(&text);
    return good;
}

/* ---- The terminal -------------------------------------------------------- */

struct terminal {
    int fd;
    struct termios shown; /* as it was */
    sigset_t mask;        /* as it was */
};

/* Opens the terminal, which shows nothing from here on, not even where a signal
 * ends or stops the process: they wait. */
static bool hide(struct terminal *terminal)
{
    static const int waiting[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    struct termios hidden;
    sigset_t mask;

    terminal->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal->fd < 0 || tcgetattr(terminal->fd, &terminal->shown)) {
        say(_("there is no terminal to ask for the pass phrase at; name a file "
              "that holds it"));
        if (terminal->fd >= 0) close(terminal->fd);
        return false;
    }
    sigemptyset(&mask);
    for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++)
        sigaddset(&mask, waiting[i]);
    pthread_sigmask(SIG_BLOCK, &mask, &terminal->mask);
    hidden = terminal->shown;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    hidden.c_lflag |= ICANON | ISIG;
    /* what was typed before the question is no answer to it */
    if (!tcsetattr(terminal->fd, TCSAFLUSH, &hidden)) return true;
    say("%s", strerror(errno));
    pthread_sigmask(SIG_SETMASK, &terminal->mask, NULL);
    close(terminal->fd);
    return false;
}

static void show(const struct terminal *terminal)
{
    /* nor is the rest of a line that was too long meant for the shell */
    tcsetattr(terminal->fd, TCSAFLUSH, &terminal->shown);
    pthread_sigmask(SIG_SETMASK, &terminal->mask, NULL);
    close(terminal->fd);
}

/* Waits for a line, or for Ctrl-C. */
static bool wait_for_line(const struct terminal *terminal)
{
    struct pollfd line = {.fd = terminal->fd, .events = POLLIN};
    sigset_t mask = terminal->mask;
    int got;

    /* these would leave the terminal as it is now */
    sigaddset(&mask, SIGHUP);
    sigaddset(&mask, SIGQUIT);
    sigaddset(&mask, SIGTSTP);
    do got = ppoll(&line, 1, NULL, &mask);
    while (got < 0 && errno == EINTR && !stop_requested());
    return got > 0 && !stop_requested();
}

/* One question, and the line that answers it. */
static bool ask(const struct terminal *terminal, const char *question,
                struct sealed_bytes *passphrase)
{
    struct sealed_bytes line;
    ssize_t got = -1;
    bool good = false;

    if (!sealed_bytes_new(&line, SEALED_PASSPHRASE_MAX + 2)) {
        say("%s", sealed_problem(SEALED_ENOMEM));
        return false;
    }
    /* a terminal that cannot be written to cannot be read from */
    if (write(terminal->fd, question, strlen(question)) > 0 &&
        wait_for_line(terminal))
        got = read(terminal->fd, line.data, line.size);
    if (write(terminal->fd, "\n", 1) > 0 && got > 0)
        good = take_line(passphrase, line.data, (size_t)got);
    else
        say(_("no pass phrase was given"));
    sealed_bytes_free(&line);
    return good;
}

static bool is_same(const struct sealed_bytes *a, const struct sealed_bytes *b)
{
    return a->size == b->size && !sodium_memcmp(a->data, b->data, a->size);
}

/* The question put again to one who cannot see what was typed. */
static bool ask_again(const struct terminal *terminal,
                      const struct sealed_bytes *passphrase)
{
    struct sealed_bytes again = {.data = NULL};
    bool good = ask(terminal, _("The same pass phrase again: "), &again);

    if (good && !is_same(passphrase, &again)) {
        say(_("the two pass phrases are not the same"));
        good = false;
    }
    sealed_bytes_free(&again);
    return good;
}

static bool from_terminal(bool sealing, struct sealed_bytes *passphrase)
{
    struct terminal terminal;
    bool good;

    if (!hide(&terminal)) return false;
    good = ask(&terminal, _("Pass phrase: "), passphrase) &&
           (!sealing ||
            (is_long_enough(passphrase) && ask_again(&terminal, passphrase)));
    show(&terminal);
    return good;
}

bool sealed_ask_passphrase(const char *path, bool sealing,
                           struct sealed_bytes *passphrase)
{
    bool good;

    *passphrase = (struct sealed_bytes){.data = NULL};
    if (path)
        good = from_file(path, passphrase) &&
               (!sealing || is_long_enough(passphrase));
    else
        good = from_terminal(sealing, passphrase);
    if (!good) sealed_bytes_free(passphrase);
    return good;
}
