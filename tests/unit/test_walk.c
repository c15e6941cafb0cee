/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks with room for a few names at a time give what a walk with room for all
 * of them gives, and that is what scandir(3) gives in byte order; names that
 * come and go meanwhile; and links in the way of a path.
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

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "open.h"
#include "walk.h"

/* What an old kernel does not know, an old file system does not tell, and a
 * broken one does; linked with --wrap. */
static int no_openat2; /* errno to fail with */
static bool no_types;
static int breaks_after; /* so many names of a folder can be read, no more */
static const char *vanishes; /* gone as soon as it was read */
static bool no_dir;          /* no memory for a folder's descriptor */

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
    va_list args;
    long a[4];

    va_start(args, number);
    for (int i = 0; i < 4; i++) a[i] = va_arg(args, long);
    va_end(args);
    if (no_openat2 && number == SYS_openat2) {
        errno = no_openat2;
        return -1;
    }
    return __real_syscall(number, a[0], a[1], a[2], a[3]);
}

static int n_names_read; /* of the folder opened last */

struct dirent *__real_readdir64(DIR *dir);
struct dirent *__wrap_readdir64(DIR *dir);
struct dirent *__wrap_readdir64(DIR *dir)
{
    struct dirent *const e = __real_readdir64(dir);

    if (!e) return NULL;
    if (breaks_after && e->d_name[0] != '.' && n_names_read++ == breaks_after) {
        errno = EIO;
        return NULL;
    }
    if (no_types) e->d_type = DT_UNKNOWN;
    if (vanishes && !strcmp(e->d_name, vanishes))
        unlinkat(dirfd(dir), vanishes, 0);
    return e;
}

DIR *__real_fdopendir(int fd);
DIR *__wrap_fdopendir(int fd);
DIR *__wrap_fdopendir(int fd)
{
    n_names_read = 0;
    if (!no_dir) return __real_fdopendir(fd);
    errno = ENOMEM;
    return NULL;
}

static char root[] = "/tmp/sitr-walk-XXXXXX";
static char back[4096];

static int enter_folder(void **state)
{
    (void)state;
    strcpy(root, "/tmp/sitr-walk-XXXXXX");
    return !getcwd(back, sizeof back) || !mkdtemp(root) || chdir(root);
}

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *where)
{
    (void)st, (void)kind, (void)where;
    return remove(path);
}

static int leave_folder(void **state)
{
    (void)state;
    return chdir(back) || nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_file(const char *path)
{
    const int fd = open(path, O_CREAT | O_WRONLY, 0600);

    if (fd < 0) fail_msg("%s: %s", path, strerror(errno));
    close(fd);
}

static void make_files(const char *folder, int n)
{
    assert_int_equal(mkdir(folder, 0700), 0);
    for (int i = 0; i < n; i++) {
        char name[64];

        snprintf(name, sizeof name, "%s/%02d", folder, i);
        make_file(name);
    }
}

/* Any byte but / and 0, 1 .. 255 of them. */
static void random_name(char name[256], uint32_t *seed)
{
    size_t n;

    *seed = *seed * 1664525 + 1013904223;
    n = *seed >> 24 ? (*seed >> 8) % 12 + 2 : 255;
    for (size_t i = 0; i < n; i++) {
        *seed = *seed * 1664525 + 1013904223;
        name[i] = (char)(*seed >> 16);
        if (!name[i] || name[i] == '/' || name[i] == '.') name[i] = 'x';
    }
    name[n] = '\0';
}

static void fill(const char *folder, int n_files, int depth, uint32_t *seed)
{
    char path[8192], name[256];

    assert_int_equal(mkdir(folder, 0700), 0);
    for (int i = 0; i < n_files; i++) {
        random_name(name, seed);
        assert_in_range(snprintf(path, sizeof path, "%s/%s", folder, name), 1,
                        sizeof path - 1);
        if (i % 16 == 3) {
            if (symlink("nowhere", path) && errno != EEXIST) fail();
        } else {
            make_file(path);
        }
    }
    for (int i = 0; depth && i < 3; i++) {
        assert_in_range(
            snprintf(path, sizeof path, "%s/%c-folder", folder, "0m\xff"[i]), 1,
            sizeof path - 1);
        fill(path, n_files / 4, depth - 1, seed);
    }
}

/* ---- The twin ---------------------------------------------------------------- */

typedef struct list {
    char **items;
    size_t n;
    uint64_t links;
} list;

static void list_add(list *l, const char *path)
{
    l->items = realloc(l->items, (l->n + 1) * sizeof *l->items);
    l->items[l->n++] = strdup(path);
}

static void list_free(list *l)
{
    for (size_t i = 0; i < l->n; i++) free(l->items[i]);
    free(l->items);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void plain_walk(const char *folder, list *l)
{
    struct dirent **names;
    const int n = scandir(folder, &names, NULL, by_bytes);

    assert_true(n >= 0);
    for (int i = 0; i < n; i++) {
        char path[8192];
        struct stat st;

        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (!strcmp(names[i]->d_name, ".") || !strcmp(names[i]->d_name, ".."))
            ;
        else if (lstat(path, &st))
            fail();
        else if (S_ISLNK(st.st_mode))
            l->links++;
        else if (S_ISDIR(st.st_mode))
            plain_walk(path, l);
        else
            list_add(l, path);
        free(names[i]);
    }
    free(names);
}

/* Of a folder that was named: links in its own path are followed. */
static struct walk *walk_of(const char *folder, size_t budget)
{
    return walk_new(folder, strlen(folder), budget);
}

static void check_walk(const char *folder, size_t budget, const list *expected)
{
    struct walk *const walk = walk_of(folder, budget);
    const char *path;
    size_t n = 0;
    int error;

    while (walk_next(walk, &path, &error)) {
        assert_int_equal(error, 0);
        assert_true(n < expected->n);
        assert_string_equal(path, expected->items[n++]);
    }
    assert_int_equal(n, expected->n);
    assert_int_equal(walk_links(walk), expected->links);
    walk_free(walk);
}

/* ---- Tests ------------------------------------------------------------------- */

static void any_budget(void **state)
{
    static const size_t budgets[] = {0, 1, 100, 1000, 5000, 20000, 1 << 20};
    uint32_t seed = 5;
    list expected = {NULL, 0, 0};

    (void)state;
    fill("tree", 300, 2, &seed);
    plain_walk("tree", &expected);
    assert_true(expected.n > 500);
    assert_true(expected.links > 20);
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        no_types = i % 2;
        no_openat2 = i % 3 ? ENOSYS : 0;
        check_walk("tree", budgets[i], &expected);
    }
    no_types = false;
    no_openat2 = 0;
    /* a slash at the end is not doubled */
    struct walk *const walk = walk_of("tree/", 0);
    const char *path;
    int error;

    assert_true(walk_next(walk, &path, &error));
    assert_string_equal(path, expected.items[0]);
    walk_free(walk); /* in the middle of it */
    list_free(&expected);
}

/* Between two batches names come and go: each is given once or not at all, and
 * those that stay are all given, in order. */
static void names_that_come_and_go(void **state)
{
    struct walk *walk;
    const char *path;
    char last[300] = "";
    int error, n = 0, n_stayed = 0;

    (void)state;
    assert_int_equal(mkdir("busy", 0700), 0);
    for (int i = 0; i < 200; i++) {
        char name[64];

        snprintf(name, sizeof name, "busy/%03d", i);
        make_file(name);
    }
    walk = walk_of("busy", 600);
    while (walk_next(walk, &path, &error)) {
        char name[64];
        const int number = atoi(path + 5);

        assert_int_equal(error, 0);
        assert_true(strcmp(last, path) < 0);
        snprintf(last, sizeof last, "%s", path);
        if (number % 2 == 0 && !strchr(path, '-')) n_stayed++;
        /* odd ones go, others come before and behind */
        snprintf(name, sizeof name, "busy/%03d", (number + 31) | 1);
        unlink(name);
        snprintf(name, sizeof name, "busy/%03d-", number / 2);
        make_file(name);
        if (n++ > 1000) fail();
    }
    assert_int_equal(n_stayed, 100);
    walk_free(walk);
}

/* A folder that is gone when its next batch is due is told of, once. */
static void a_folder_that_goes(void **state)
{
    struct walk *walk;
    const char *path;
    int error, n_errors = 0, n = 0;

    (void)state;
    assert_int_equal(mkdir("outer", 0700), 0);
    make_file("outer/z");
    make_files("outer/gone", 50);
    walk = walk_of("outer", 300);
    while (walk_next(walk, &path, &error)) {
        if (error) {
            assert_int_equal(error, ENOENT);
            assert_string_equal(path, "outer/gone");
            n_errors++;
        }
        if (!n++) assert_int_equal(rename("outer/gone", "elsewhere"), 0);
    }
    assert_int_equal(n_errors, 1);
    assert_string_equal(path, "outer/z"); /* the walk went on */
    walk_free(walk);
}

/* A folder that cannot be read to its end is told of once, however often it is
 * read; what could be read of it is given. */
static void a_folder_that_breaks(void **state)
{
    struct walk *walk;
    const char *path;
    int error, n_errors = 0, n = 0;

    (void)state;
    make_files("broken", 50);
    walk = walk_of("broken", 300);
    breaks_after = 40;
    while (walk_next(walk, &path, &error)) {
        if (error) assert_int_equal(error, EIO);
        if (error) assert_string_equal(path, "broken");
        n_errors += error != 0;
        n += !error;
    }
    walk_free(walk);
    breaks_after = 0;
    assert_int_equal(n_errors, 1);
    assert_int_equal(n, 40);
}

/* Without a type in its entry a file is asked for it, and may be gone: opening
 * it will tell. */
static void a_file_that_vanishes(void **state)
{
    struct walk *const walk = walk_of("thin", 0);
    const char *path;
    int error;

    (void)state;
    make_files("thin", 2);
    no_types = true;
    vanishes = "01";
    assert_true(walk_next(walk, &path, &error));
    assert_string_equal(path, "thin/00");
    assert_true(walk_next(walk, &path, &error));
    assert_string_equal(path, "thin/01");
    assert_int_equal(error, 0);
    assert_int_equal(access(path, F_OK), -1);
    assert_false(walk_next(walk, &path, &error));
    no_types = false;
    vanishes = NULL;
    walk_free(walk);
}

static int n_descriptors(void)
{
    const int fd = open("/dev/null", O_RDONLY);

    close(fd);
    return fd;
}

static void no_memory_for_a_folder(void **state)
{
    struct walk *const walk = walk_of("full", 0);
    const int before = n_descriptors();
    const char *path;
    int error;

    (void)state;
    make_files("full", 2);
    no_dir = true;
    assert_true(walk_next(walk, &path, &error));
    no_dir = false;
    assert_string_equal(path, "full");
    assert_int_equal(error, ENOMEM);
    assert_false(walk_next(walk, &path, &error));
    walk_free(walk);
    assert_int_equal(n_descriptors(), before); /* none is left open */
}

/* The deeper a folder, the fewer names of it are kept, but some. */
static void deep_folders(void **state)
{
    struct walk *walk;
    const char *path;
    int error, n = 0;

    (void)state;
    for (int i = 0; i < 80; i++) {
        assert_int_equal(mkdir("d", 0700), 0);
        assert_int_equal(chdir("d"), 0);
        make_file("f");
        make_file("a");
    }
    assert_int_equal(chdir(root), 0);
    walk = walk_of("d", 1 << 20);
    while (walk_next(walk, &path, &error)) {
        assert_int_equal(error, 0);
        n++;
    }
    assert_int_equal(n, 160);
    walk_free(walk);
}

static void no_folder(void **state)
{
    static const char *const paths[] = {"nowhere", "file", "", "loop"};
    static const int errors[] = {ENOENT, ENOTDIR, ENOENT, ELOOP};

    (void)state;
    make_file("file");
    assert_int_equal(symlink("loop", "loop"), 0);
    for (size_t i = 0; i < 4; i++) {
        struct walk *const walk = walk_of(paths[i], 0);
        const char *path;
        int error;

        assert_true(walk_next(walk, &path, &error));
        assert_int_equal(error, errors[i]);
        assert_string_equal(path, paths[i]);
        assert_false(walk_next(walk, &path, &error));
        walk_free(walk);
    }
    walk_free(NULL);
}

static int opens(const char *path, size_t n_followed)
{
    const int fd = open_path(path, n_followed, O_RDONLY);

    if (fd < 0) return errno;
    close(fd);
    return 0;
}

/* Followed where the path was named, and nowhere behind. */
static void check_links(void)
{
    assert_int_equal(opens("link/sub/f", 10), 0);
    assert_int_equal(opens("link/sub/f", 4), 0);
    assert_int_equal(opens("link/sub/f", 0), no_openat2 ? ENOTDIR : ELOOP);
    assert_int_equal(opens("real/link/f", 11), 0);
    assert_int_equal(opens("real/link/f", 4), no_openat2 ? ENOTDIR : ELOOP);
    assert_int_equal(opens("real/sub/link", 13), 0);
    assert_int_equal(opens("real/sub/link", 8), ELOOP);
    assert_int_equal(opens("real//sub///f", 4), 0);
    assert_int_equal(opens("real/sub/", 4), 0);
    assert_int_equal(opens("./real/sub/../sub/f", 6), 0);
    assert_int_equal(opens("/", 1), 0);
    assert_int_equal(opens("", 0), ENOENT);
    assert_int_equal(opens("real/nowhere/f", 4), ENOENT);
    assert_int_equal(opens("real/sub/f/g", 4), ENOTDIR);
}

static void links_in_the_way(void **state)
{
    static const int kernels[] = {0, ENOSYS, EPERM};

    (void)state;
    assert_int_equal(mkdir("real", 0700), 0);
    assert_int_equal(mkdir("real/sub", 0700), 0);
    make_file("real/sub/f");
    assert_int_equal(symlink("real", "link"), 0);
    assert_int_equal(symlink("sub", "real/link"), 0);
    assert_int_equal(symlink("f", "real/sub/link"), 0);
    for (size_t i = 0; i < 3; i++) {
        no_openat2 = kernels[i];
        check_links();
    }
    no_openat2 = 0;
}

/* A path of 30 names of 250 bytes, and one whose single name is too long. */
static void long_paths(void **state)
{
    char name[251], *path = calloc(1, 20000);
    char *const huge = malloc(8001);
    size_t n = 4;

    (void)state;
    memset(name, 'n', 250);
    name[250] = '\0';
    strcpy(path, "deep");
    assert_int_equal(mkdir("deep", 0700), 0);
    assert_int_equal(chdir("deep"), 0);
    for (int i = 0; i < 30; i++) {
        assert_int_equal(mkdir(name, 0700), 0);
        assert_int_equal(chdir(name), 0);
        n += (size_t)sprintf(path + n, "/%s", name);
    }
    make_file("f");
    assert_int_equal(chdir(root), 0);
    strcpy(path + n, "/f");
    assert_int_equal(opens(path, 4), 0);
    assert_int_equal(opens(path, n + 2), 0);
    assert_int_equal(opens(path, 4 + 20 * 251), 0);
    strcpy(path + n, "/g");
    assert_int_equal(opens(path, 4), ENOENT);

    struct walk *const walk = walk_of("deep", 0);
    const char *found;
    int error;

    strcpy(path + n, "/f");
    assert_true(walk_next(walk, &found, &error));
    assert_int_equal(error, 0);
    assert_string_equal(found, path);
    assert_false(walk_next(walk, &found, &error));
    walk_free(walk);

    memset(huge, 'x', 8000);
    huge[8000] = '\0';
    assert_int_equal(opens(huge, 0), ENAMETOOLONG);
    assert_int_equal(opens(huge, 8000), ENAMETOOLONG);
    free(huge);
    /* nftw cannot reach that far */
    assert_int_equal(system("rm -rf deep"), 0);
    free(path);
}

#define IN_FOLDER(f) \
 cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(any_budget),           IN_FOLDER(names_that_come_and_go),
        IN_FOLDER(a_folder_that_goes),   IN_FOLDER(a_folder_that_breaks),
        IN_FOLDER(a_file_that_vanishes), IN_FOLDER(no_memory_for_a_folder),
        IN_FOLDER(deep_folders),         IN_FOLDER(no_folder),
        IN_FOLDER(links_in_the_way),     IN_FOLDER(long_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
