/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys, sealed files and pass phrases on the disk and at a terminal: what others
 * can read is refused, what is there already stays, what fails leaves nothing
 * behind, and a terminal shows again what is typed.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "blocks.h"
#include "heard.h"
#include "sealed.h"
#include "stop.h"

/* Calls that fail in their turn: none where it is negative; linked with --wrap. */
static int syncs_left = -1;
static int sync_error, rename_error;

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    if (syncs_left-- == 0) {
        errno = sync_error;
        return -1;
    }
    return __real_fsync(fd);
}

int __real_renameat2(int, const char *, int, const char *, unsigned);
int __wrap_renameat2(int, const char *, int, const char *, unsigned);
int __wrap_renameat2(int at, const char *from, int to_at, const char *to,
                     unsigned flags)
{
    if (rename_error) {
        errno = rename_error;
        return -1;
    }
    return __real_renameat2(at, from, to_at, to, flags);
}

static char folder[] = "/tmp/sealed-XXXXXX";

static int enter_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/sealed-XXXXXX");
    if (!mkdtemp(folder) || chdir(folder)) return -1;
    n_heard = 0;
    return 0;
}

static int leave_folder(void **state)
{
    (void)state;
    /* all that is in it was named by a test, and removed by it */
    return chdir("/") || rmdir(folder);
}

static void write_file(const char *path, const char *text, size_t size,
                       mode_t mode)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, size), size);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

/* ---- Files --------------------------------------------------------------- */

static void a_file(void **state)
{
    uint8_t bytes[] = "some bytes";
    struct sealed_bytes file = {bytes, 10, false}, again;
    struct stat st;

    (void)state;
    assert_true(sealed_save("new", &file));
    assert_int_equal(stat("new", &st), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0600);
    assert_true(sealed_load("new", 10, true, &again));
    assert_int_equal(again.size, 10);
    assert_memory_equal(again.data, "some bytes", 10);
    sealed_bytes_free(&again);
    assert_int_equal(n_heard, 0);

    assert_false(sealed_load("new", 9, false, &again));
    assert_true(heard_only("larger"));
    assert_null(again.data);

    /* what is there stays, also a link to nothing */
    file.size = 4;
    assert_false(sealed_save("new", &file));
    assert_true(heard_only("is there already"));
    assert_int_equal(stat("new", &st), 0);
    assert_int_equal(st.st_size, 10);
    assert_int_equal(symlink("nothing", "link"), 0);
    assert_false(sealed_save("link", &file));
    assert_true(heard_only("is there already"));
    unlink("link");
    unlink("new");

    assert_false(sealed_save("nowhere/new", &file));
    assert_true(heard_only("No such file"));
    assert_false(sealed_save("new/", &file));
    assert_true(heard_only("cannot be written"));
    assert_false(sealed_save("", &file));
    assert_true(heard_only("cannot be written"));
}

static void a_full_disk(void **state)
{
    struct sealed_bytes file;
    struct rlimit before, little = {1000, 1000};

    (void)state;
    assert_true(sealed_bytes_new(&file, 5000));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    little.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &little);
    assert_false(sealed_save("new", &file));
    setrlimit(RLIMIT_FSIZE, &before);
    assert_true(heard_only("cannot be written: File too large"));
    sealed_bytes_free(&file);
    /* leave_folder finds nothing in its way */
}

/* Of the file, then of its folder: what is not known to be on the disk is not
 * there at all. */
static void a_failing_disk(void **state)
{
    uint8_t bytes[] = "some bytes";
    const struct sealed_bytes file = {bytes, 10, false};

    (void)state;
    sync_error = EIO;
    for (int i = 0; i < 2; i++) {
        syncs_left = i;
        assert_false(sealed_save("new", &file));
        assert_true(heard_only("cannot be written: Input/output error"));
        assert_int_equal(access("new", F_OK), -1);
    }
    /* a file system whose folders cannot be waited for */
    sync_error = EINVAL;
    syncs_left = 1;
    assert_true(sealed_save("new", &file));
    syncs_left = -1;
    unlink("new");
}

/* On a file system that cannot rename to what nothing has in one step. */
static void an_old_file_system(void **state)
{
    uint8_t bytes[] = "some bytes";
    const struct sealed_bytes file = {bytes, 10, false};
    struct stat st;

    (void)state;
    for (int i = 0; i < 2; i++) {
        rename_error = i ? EINVAL : ENOSYS;
        assert_true(sealed_save("new", &file));
        assert_int_equal(stat("new", &st), 0);
        assert_int_equal(st.st_size, 10);
        assert_false(sealed_save("new", &file));
        assert_true(heard_only("is there already"));
        unlink("new");
        assert_false(sealed_save("new/", &file));
        assert_true(heard_only("cannot be written"));
    }
    rename_error = 0;
}

static void no_memory(void **state)
{
    char line[SEALED_LINE_SIZE];
    struct sealed_bytes bytes;

    (void)state;
    for (int i = 0; i < 2; i++) {
        blocks_left = i;
        assert_false(sealed_key_create("key", line));
        assert_true(heard_only("not enough memory"));
        assert_int_equal(access("key", F_OK), -1);
    }
    blocks_left = -1;
    assert_true(sealed_key_create("key", line));
    for (int i = 0; i < 2; i++) {
        blocks_left = i;
        assert_false(sealed_key_load("key", &bytes));
        assert_true(heard_only(i ? "not enough memory" : "Cannot allocate"));
        assert_null(bytes.data);
        blocks_left = i;
        assert_false(sealed_ask_passphrase("key", false, &bytes));
        assert_true(heard_only(i ? "not enough memory" : "Cannot allocate"));
        assert_null(bytes.data);
    }
    blocks_left = -1;
    unlink("key");
}

static void what_cannot_be_read(void **state)
{
    struct sealed_bytes file;

    (void)state;
    assert_false(sealed_load("nothing", 10, false, &file));
    assert_true(heard_only("cannot be read: No such file"));
    assert_false(sealed_load(".", 10, false, &file));
    assert_true(heard_only("not a regular file"));
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_false(sealed_load("pipe", 10, false, &file));
    assert_true(heard_only("not a regular file"));
    unlink("pipe");
    for (mode_t bit = 1; bit < 0100; bit <<= 1) {
        write_file("open", "text", 4, 0600 | bit);
        assert_false(sealed_load("open", 10, true, &file));
        assert_true(heard_only("other users"));
        assert_true(sealed_load("open", 10, false, &file));
        sealed_bytes_free(&file);
    }
    unlink("open");
}

/* ---- Keys ---------------------------------------------------------------- */

static void a_key_pair(void **state)
{
    char line[SEALED_LINE_SIZE], again[SEALED_LINE_SIZE];
    uint8_t key[SEALED_KEY_SIZE];
    struct sealed_bytes secret;
    struct stat st;

    (void)state;
    assert_true(sealed_key_create("key", line));
    assert_int_equal(stat("key", &st), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0600);
    assert_int_equal(st.st_size, SEALED_LINE_SIZE);
    assert_int_equal(strlen(line), SEALED_LINE_SIZE - 1);
    assert_int_equal(strncmp(line, "sitr-public-key:", 16), 0);
    assert_true(sealed_key_load("key", &secret));
    sealed_public_print(&secret, again);
    assert_string_equal(line, again);
    assert_true(sealed_public_parse(line, strlen(line), key));
    assert_int_equal(n_heard, 0);

    const struct sealed_lock lock = {.recipients =
                                         (const uint8_t(*)[SEALED_KEY_SIZE])key,
                                     .n_recipients = 1};
    const struct sealed_facts facts = {.expires = 10, .purpose = "p"};
    struct sealed_opened opened;
    struct sealed_bytes file;

    assert_int_equal(
        sealed_seal(&facts, &lock, (const uint8_t *)"content", 7, &file),
        SEALED_OK);
    assert_int_equal(sealed_open(file.data, file.size, 7, SEALED_BY_KEY,
                                 &secret, 5, &opened),
                     SEALED_OK);
    assert_memory_equal(opened.content.data, "content", 7);
    sealed_opened_clear(&opened);
    sealed_bytes_free(&file);
    sealed_bytes_free(&secret);

    assert_false(sealed_key_create("key", line));
    assert_true(heard_only("is there already"));
    assert_int_equal(chmod("key", 0640), 0);
    assert_false(sealed_key_load("key", &secret));
    assert_true(heard_only("other users"));
    unlink("key");
    write_file("key", line, strlen(line), 0600);
    assert_false(sealed_key_load("key", &secret));
    assert_true(heard_only("public key"));
    assert_null(secret.data);
    unlink("key");
}

/* Keys of 1, 1, 1 ...; the sum by b2sum -l 128, its first four bytes. */
#define GOOD "sitr-public-key:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQHuBVct"

static void keys_as_text(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {GOOD, true},         {GOOD "\n", true},
        {GOOD "\r\n", true},  {GOOD "\n\n", false},
        {GOOD " ", false},    {GOOD "\r", false},
        {" " GOOD, false},    {"", false},
        {"\n", false},        {"sitr-public-key:", false},
        {GOOD "AAAA", false},
    };
    uint8_t key[SEALED_KEY_SIZE], ones[SEALED_KEY_SIZE];
    char text[] = GOOD;

    (void)state;
    memset(ones, 1, sizeof ones);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memset(key, 0, sizeof key);
        assert_int_equal(
            sealed_public_parse(rows[i].text, strlen(rows[i].text), key),
            rows[i].good);
        if (rows[i].good) assert_memory_equal(key, ones, sizeof key);
    }
    /* any slip of the pen */
    for (size_t i = 0; i < strlen(GOOD); i++)
        for (int c = 0; c < 256; c++) {
            text[i] = (char)c;
            assert_int_equal(sealed_public_parse(text, strlen(GOOD), key),
                             text[i] == GOOD[i]);
            text[i] = GOOD[i];
        }
    for (size_t n = 0; n < strlen(GOOD); n++)
        assert_false(sealed_public_parse(GOOD, n, key));
}

static void no_secret_key(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "sitr-secret-key:",
        /* the sum is not that of a secret key */
        "sitr-secret-key:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQHuBVct\n",
    };
    struct sealed_bytes secret;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file("key", texts[i], strlen(texts[i]), 0600);
        assert_false(sealed_key_load("key", &secret));
        assert_true(heard_only("not a secret key"));
        assert_null(secret.data);
    }
    unlink("key");
}

/* ---- Pass phrases -------------------------------------------------------- */

static void a_phrase_in_a_file(void **state)
{
    char huge[1003];
    memset(huge, 'x', sizeof huge - 1);
    huge[1000] = '\n';
    huge[1001] = '\n';
    huge[1002] = '\0';
    const struct {
        const char *text;
        size_t size;
        bool sealing;
        const char *phrase, *problem;
    } rows[] = {
        {"secret", 6, false, "secret", NULL},
        {"secret\n", 7, false, "secret", NULL},
        {"secret\r\nmore\n", 13, false, "secret", NULL},
        {" a b \n", 6, false, " a b ", NULL},
        {"secret\r", 7, false, "secret\r", NULL},
        {huge, 1002, false, "x", NULL},
        {"twelve chars", 12, true, "twelve chars", NULL},
        {"eleven char", 11, true, NULL, "at least 12"},
        /* twelve letters, and eleven, in two bytes each */
        {"\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8"
         "\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8",
         24, true, "\xd8\xa8", NULL},
        {"\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8"
         "\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8\xd8\xa8",
         22, true, NULL, "at least 12"},
        {"", 0, false, NULL, "empty"},
        {"\nsecret\n", 8, false, NULL, "empty"},
        {"\r\n", 2, false, NULL, "empty"},
        {"sec\0ret", 7, false, NULL, "not text"},
    };
    struct sealed_bytes phrase;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_file("phrase", rows[i].text, rows[i].size, 0600);
        assert_int_equal(
            sealed_ask_passphrase("phrase", rows[i].sealing, &phrase),
            !rows[i].problem);
        if (rows[i].problem) {
            assert_true(heard_only(rows[i].problem));
            assert_null(phrase.data);
        } else {
            assert_memory_equal(phrase.data, rows[i].phrase,
                                strlen(rows[i].phrase));
            if (strlen(rows[i].phrase) > 2)
                assert_int_equal(phrase.size, strlen(rows[i].phrase));
        }
        sealed_bytes_free(&phrase);
    }
    huge[1000] = 'x';
    write_file("phrase", huge, 1002, 0600);
    assert_false(sealed_ask_passphrase("phrase", false, &phrase));
    assert_true(heard_only("too long"));
    assert_int_equal(chmod("phrase", 0644), 0);
    assert_false(sealed_ask_passphrase("phrase", false, &phrase));
    assert_true(heard_only("other users"));
    unlink("phrase");
}

/* What a process that asks at a terminal ends with. */
enum outcome { GOT_IT = 10, GOT_OTHER, REFUSED, NOT_RESTORED };

static int ask_at_terminal(bool sealing, int report)
{
    struct termios before, after;
    struct sealed_bytes phrase;
    bool good;

    signal(SIGQUIT, SIG_DFL); /* a job in the background ignores it */
    stop_listen();
    tcgetattr(0, &before);
    good = sealed_ask_passphrase(NULL, sealing, &phrase);
    tcgetattr(0, &after);
    /* not to the terminal: Ctrl-C drops what is on its way there */
    if (write(report, heard, strlen(heard)) < 0) return NOT_RESTORED;
    if (before.c_lflag != after.c_lflag) return NOT_RESTORED;
    if (!good) return phrase.data ? NOT_RESTORED : REFUSED;
    return phrase.size == 12 && !memcmp(phrase.data, "our pictures", 12)
               ? GOT_IT
               : GOT_OTHER;
}

/* Types each answer when there was a question. All that the terminal showed is
 * in `shown`, the message in `said`. */
static int type(bool sealing, const char *const *answers, char *said,
                char *shown, size_t most)
{
    size_t n = 0, n_questions = 0;
    int master, status, report[2];
    ssize_t got;
    struct termios after;
    pid_t child;

    assert_int_equal(pipe(report), 0);
    fflush(NULL); /* what waits to be printed is not the child's */
    child = forkpty(&master, NULL, NULL, NULL);
    assert_true(child >= 0);
    if (!child) exit(ask_at_terminal(sealing, report[1]));
    close(report[1]);
    shown[0] = '\0';
    /* the end is EIO here */
    while (n < most - 1 && (got = read(master, shown + n, most - 1 - n)) > 0) {
        size_t asked = 0;

        n += (size_t)got;
        shown[n] = '\0';
        for (const char *at = shown; (at = strstr(at, ": ")); at++) asked++;
        for (; n_questions < asked && answers[n_questions]; n_questions++)
            assert_true(write(master, answers[n_questions],
                              strlen(answers[n_questions])) > 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    /* it is the master's too */
    assert_int_equal(tcgetattr(master, &after), 0);
    assert_true(after.c_lflag & ECHO);
    close(master);
    got = read(report[0], said, sizeof heard - 1);
    said[got < 0 ? 0 : got] = '\0';
    close(report[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void a_phrase_at_a_terminal(void **state)
{
    char huge[1100];
    memset(huge, 'x', sizeof huge);
    huge[1090] = '\n';
    huge[1091] = '\0';
    const struct {
        bool sealing;
        const char *answers[3];
        int outcome;
        const char *said;
    } rows[] = {
        {false, {"our pictures\n"}, GOT_IT, ""},
        {false, {"our pix\b\b\bpictures\n"}, GOT_OTHER, ""},
        {false, {"our pix\x7f\x7fictures\n"}, GOT_IT, ""},
        {true, {"our pictures\n", "our pictures\n"}, GOT_IT, ""},
        {true, {"our pictures\n", "our picture\n"}, REFUSED, "not the same"},
        {true, {"our pictures\n", "our picturez\n"}, REFUSED, "not the same"},
        {true, {"our pix\n"}, REFUSED, "at least 12"},
        {false, {"\n"}, REFUSED, "empty"},
        {false, {"\x04"}, REFUSED, "no pass phrase"},
        {false, {"our\x03"}, REFUSED, "no pass phrase"},
        {true, {"our pictures\n", "\x03"}, REFUSED, "no pass phrase"},
        {false, {huge}, REFUSED, "too long"},
        /* what would end it waits until the terminal is as it was */
        {false, {"our\x1c pictures\n"}, -SIGQUIT, ""},
    };
    const struct rlimit none = {0, 0};
    char shown[4096], said[sizeof heard];

    (void)state;
    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(
            type(rows[i].sealing, rows[i].answers, said, shown, sizeof shown),
            rows[i].outcome);
        if (!*rows[i].said != !*said || !strstr(said, rows[i].said) ||
            strstr(shown, "pi") || strstr(shown, "xx"))
            fail_msg("row %zu: %s, %s", i, said, shown);
    }
}

static void no_terminal(void **state)
{
    int status;
    pid_t child;

    (void)state;
    fflush(NULL);
    child = fork();
    if (!child) {
        struct sealed_bytes phrase;

        /* of a session of its own it has none */
        if (setsid() < 0 || sealed_ask_passphrase(NULL, false, &phrase))
            exit(1);
        exit(!heard_only("no terminal") || phrase.data);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

#define IN_FOLDER(f) \
 cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_file),
        IN_FOLDER(a_full_disk),
        IN_FOLDER(a_failing_disk),
        IN_FOLDER(an_old_file_system),
        IN_FOLDER(no_memory),
        IN_FOLDER(what_cannot_be_read),
        IN_FOLDER(a_key_pair),
        cmocka_unit_test(keys_as_text),
        IN_FOLDER(no_secret_key),
        IN_FOLDER(a_phrase_in_a_file),
        cmocka_unit_test(a_phrase_at_a_terminal),
        cmocka_unit_test(no_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
