/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is made, changed, moved and removed in folders and below is named once it was
 * left alone, and nothing else is; what could not be watched or was too much is said
 * to be lost.
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
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "landing.h"
#include "progress.h"

/* Linked with --wrap: a clock that is set by hand, and what a system may refuse. */
static double clock_now = 1000;
static int refuse;    /* errno for folders that come from now on */
static bool overflow; /* the next read tells of it */
static int
    made_up; /* files that it tells of, one a read, each with a name of its
                       * own, in the folder that was watched first */

double __wrap_progress_clock(void);
double __wrap_progress_clock(void) { return clock_now; }

int __real_inotify_add_watch(int fd, const char *path, uint32_t mask);
int __wrap_inotify_add_watch(int fd, const char *path, uint32_t mask);
int __wrap_inotify_add_watch(int fd, const char *path, uint32_t mask)
{
    if (!refuse) return __real_inotify_add_watch(fd, path, mask);
    errno = refuse;
    return -1;
}

ssize_t __real_read(int fd, void *data, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size)
{
    const struct inotify_event event = {.wd = -1, .mask = IN_Q_OVERFLOW};

    if (made_up) {
        struct inotify_event *const made = data;

        made->wd = 1;
        made->mask = IN_CREATE;
        made->cookie = 0;
        made->len = 16;
        snprintf(made->name, made->len, "made up %d", made_up--);
        return (ssize_t)(sizeof *made + made->len);
    }
    if (!overflow) return __real_read(fd, data, size);
    overflow = false;
    memcpy(data, &event, sizeof event);
    return sizeof event;
}

static char root[64];

static int set_up(void **state)
{
    (void)state;
    strcpy(root, "/tmp/sitr-landing-XXXXXX");
    refuse = 0;
    return !mkdtemp(root) || chdir(root);
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return chdir("/") || system(command);
}

static void put(const char *path, const char *text)
{
    FILE *const f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* What is named by now, with spaces between, without the root. */
static const char *named(struct landing *landing)
{
    static char text[65536];
    struct landed *landed;
    size_t n;

    landing_wait(landing, 0);
    n = landing_take(landing, &landed);
    *text = '\0';
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(landed[i].n_root, strlen(root));
        assert_memory_equal(landed[i].path, root, strlen(root));
        if (i) strcat(text, " ");
        strcat(text, landed[i].path + strlen(root) + 1);
        free(landed[i].path);
    }
    free(landed);
    return text;
}

/* After what happened so far was left alone. */
static const char *settled(struct landing *landing)
{
    landing_wait(landing, 0);
    clock_now += 2.5;
    return named(landing);
}

static struct landing *begin(void)
{
    struct landing *const landing = landing_new(2);

    assert_non_null(landing);
    assert_int_equal(landing_watch(landing, root), 0);
    return landing;
}

static void files(void **state)
{
    struct landing *landing;

    (void)state;
    put("old", "a");
    landing = begin();
    assert_string_equal(settled(landing), "");
    put("a new one", "a");
    put("\xd8\xb5\xd9\x88\xd8\xb1\xd8\xa9", "b"); /* an Arabic name */
    assert_string_equal(named(landing), "");      /* too early */
    clock_now += 1;
    put("a new one", "aa"); /* and begins anew */
    landing_wait(landing, 0);
    clock_now += 1.5;
    assert_string_equal(named(landing), "\xd8\xb5\xd9\x88\xd8\xb1\xd8\xa9");
    clock_now += 1;
    assert_string_equal(named(landing), "a new one");
    assert_string_equal(settled(landing), "");
    assert_int_equal(rename("old", "moved"), 0);
    assert_string_equal(settled(landing), "moved old");
    assert_int_equal(unlink("moved"), 0);
    assert_string_equal(settled(landing), "moved");
    assert_int_equal(link("a new one", "linked"), 0);
    assert_string_equal(settled(landing), "linked");
    assert_int_equal(chmod("linked", 0600), 0);
    assert_string_equal(settled(landing), "linked");
    close(open("linked", O_RDONLY)); /* reading is nothing */
    assert_string_equal(settled(landing), "");
    assert_false(landing_lost(landing));
    landing_free(landing);
}

/* What never rests is named after a minute, and again when it has come to rest. */
static void restless(void **state)
{
    struct landing *const landing = begin();
    int n = 0;

    (void)state;
    for (int i = 0; i < 70; i++) {
        put("log", "more");
        landing_wait(landing, 0);
        clock_now += 1;
        n += *named(landing) != '\0';
    }
    assert_int_equal(n, 1);
    assert_string_equal(settled(landing), "log");
    landing_free(landing);
}

static void folders(void **state)
{
    struct landing *const landing = begin();
    char away[80], in_away[96];

    (void)state;
    snprintf(away, sizeof away, "%s-away", root);
    snprintf(in_away, sizeof in_away, "%s/7", away);
    /* made with what is in them, before they are watched */
    assert_int_equal(mkdir("a", 0700), 0);
    assert_int_equal(mkdir("a/b", 0700), 0);
    put("a/b/1", "1");
    put("a.txt", "between a and what is in it");
    assert_string_equal(settled(landing), "a a.txt");
    assert_int_equal(landing_folders(landing), 3);
    put("a/b/2", "2");
    assert_string_equal(settled(landing), "a/b/2");
    /* moved, with all that is in it, and watched there */
    assert_int_equal(rename("a/b", "b"), 0);
    assert_string_equal(settled(landing), "a/b b");
    put("b/3", "3");
    assert_string_equal(settled(landing), "b/3");
    assert_int_equal(rename("b", "c"), 0);
    put("c/4", "4");
    landing_wait(landing, 0);
    put("c/5", "5");
    assert_string_equal(settled(landing), "b c");
    put("c/6", "6");
    assert_string_equal(settled(landing), "c/6");
    /* out of it, and back */
    assert_int_equal(rename("c", away), 0);
    assert_string_equal(settled(landing), "c");
    assert_int_equal(landing_folders(landing), 2);
    put(in_away, "7");
    assert_string_equal(settled(landing), "");
    assert_int_equal(rename(away, "a/c"), 0);
    assert_string_equal(settled(landing), "a/c");
    put("a/c/8", "8");
    assert_string_equal(settled(landing), "a/c/8");
    /* all of it goes */
    assert_int_equal(system("rm -r a"), 0);
    assert_string_equal(settled(landing), "a");
    assert_int_equal(landing_folders(landing), 1);
    assert_false(landing_lost(landing));
    landing_free(landing);
}

/* Links are nobody's folders. */
static void links(void **state)
{
    struct landing *landing;
    char away[] = "/tmp/sitr-landing-XXXXXX";
    char path[128];

    (void)state;
    assert_non_null(mkdtemp(away));
    assert_int_equal(symlink(away, "link"), 0);
    landing = begin();
    assert_int_equal(symlink(away, "another"), 0);
    assert_string_equal(settled(landing), "another");
    snprintf(path, sizeof path, "%s/file", away);
    put(path, "x");
    assert_string_equal(settled(landing), "");
    unlink(path);
    rmdir(away);
    landing_free(landing);
}

static void what_is_lost(void **state)
{
    struct landing *const landing = begin();
    char command[128];

    (void)state;
    overflow = true;
    landing_wait(landing, 0);
    assert_true(landing_lost(landing));
    assert_false(landing_lost(landing)); /* said once */
    /* no room for another watch: what is in that folder is not seen */
    refuse = ENOSPC;
    assert_int_equal(mkdir("unseen", 0700), 0);
    assert_string_equal(settled(landing), "unseen");
    assert_true(landing_lost(landing));
    assert_int_equal(landing_watch(landing, root), ENOSPC);
    refuse = 0;
    assert_int_equal(landing_watch(landing, root), 0);
    put("unseen/1", "1");
    assert_string_equal(settled(landing), "unseen/1");
    /* the folder itself, in which nobody may be, for it to be gone */
    assert_int_equal(chdir("/"), 0);
    snprintf(command, sizeof command, "rm -r '%s'", root);
    assert_int_equal(system(command), 0);
    landing_wait(landing, 0);
    assert_true(landing_lost(landing));
    assert_int_equal(landing_watch(landing, root), ENOENT);
    assert_int_equal(mkdir(root, 0700), 0);
    assert_int_equal(landing_watch(landing, root), 0);
    assert_int_equal(chdir(root), 0);
    settled(landing);
    put("again", "1");
    assert_string_equal(settled(landing), "again");
    landing_free(landing);
}

/* More than it keeps: all is to be looked through, and it goes on. */
static void too_much(void **state)
{
    struct landing *const landing = begin();
    struct landed *landed;
    size_t n;

    (void)state;
    made_up = 100002;
    landing_wait(landing, 0);
    assert_int_equal(made_up, 0);
    assert_true(landing_lost(landing));
    clock_now += 3;
    n = landing_take(landing, &landed);
    assert_int_equal(n, 1);
    for (size_t i = 0; i < n; i++) free(landed[i].path);
    free(landed);
    put("and on", "1");
    assert_string_equal(settled(landing), "and on");
    landing_free(landing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(restless, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(links, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_much, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
