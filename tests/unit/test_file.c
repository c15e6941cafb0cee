/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of which the system says no, says it late, or says something else than
 * before: the status is the one that was promised, and no memory stays behind.
 *
 * Linked with --wrap for each of the calls below.
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
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static const char content[] = "all that is in the file";
#define CONTENT_SIZE (sizeof content - 1)

/* What goes wrong: errno, or 0. */
static int stat_error;
static bool lies; /* the size told is no true one */
static long long size_told;
static int read_error;  /* of every read but the first */
static int interrupted; /* so many reads are, before one goes well */
static size_t most;     /* bytes that a read gives; 0: all */
static size_t cut_at;   /* the file ends here by now; 0: it does not */
static size_t n_read;

/* fstat is this one where sizes have 64 bits */
int __real_fstat64(int fd, struct stat *st);
int __wrap_fstat64(int fd, struct stat *st);
int __wrap_fstat64(int fd, struct stat *st)
{
    const int result = __real_fstat64(fd, st);

    if (stat_error) {
        errno = stat_error;
        return -1;
    }
    if (lies) st->st_size = size_told;
    return result;
}

ssize_t __real_read(int fd, void *data, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size)
{
    ssize_t got;

    if (interrupted && interrupted--) {
        errno = EINTR;
        return -1;
    }
    if (read_error && n_read) {
        errno = read_error;
        return -1;
    }
    if (most && size > most) size = most;
    if (cut_at && size > cut_at - n_read) size = cut_at - n_read;
    got = __real_read(fd, data, size);
    if (got > 0) n_read += (size_t)got;
    return got;
}

static char path[] = "/tmp/sitr-file-XXXXXX";

static int make(void **state)
{
    const int fd = mkstemp(path);

    (void)state;
    if (fd < 0 || write(fd, content, CONTENT_SIZE) != (ssize_t)CONTENT_SIZE)
        return -1;
    return close(fd);
}

static int forget(void **state)
{
    (void)state;
    return unlink(path);
}

static int all_is_well(void **state)
{
    (void)state;
    stat_error = read_error = interrupted = 0;
    lies = false;
    most = cut_at = n_read = 0;
    return 0;
}

static char logged[256];

static void keep(void *cookie, sitr_log_level level, const char *message)
{
    (void)cookie;
    if (level == SITR_LOG_ERROR) snprintf(logged, sizeof logged, "%s", message);
}

/* Reads `name`, under a limit of bytes or 0 for the usual one, to the status
 * `wanted` and with `text` in the log; how much there was. */
static size_t check_read(const char *name, uint64_t max_bytes,
                         sitr_status wanted, const char *text)
{
    const sitr_logger logger = {.write = keep};
    const sitr_limits limits = {.struct_size = sizeof limits,
                                .max_bytes = max_bytes};
    const sitr_ctx_opts opts = {
        .struct_size = sizeof opts, .logger = &logger, .limits = &limits};
    sitr_ctx *ctx;
    sitr_budget budget;
    uint8_t *data;
    size_t size;

    n_read = 0;
    logged[0] = '\0';
    assert_int_equal(sitr_ctx_new(&opts, &ctx), SITR_OK);
    sitr_budget_init(&budget, ctx);
    const uint64_t before = budget.left;

    assert_int_equal(sitr_file_read(&budget, name, true, &data, &size), wanted);
    assert_string_equal(logged, text);
    if (wanted) {
        assert_null(data);
        assert_int_equal(size, 0);
    } else if (size) {
        assert_memory_equal(data, content, size);
    }
    sitr_budget_free(&budget, data);
    assert_true(budget.left == before); /* nothing is kept */
    sitr_ctx_free(ctx);
    return size;
}

static void read_in_pieces(void **state)
{
    (void)state;
    assert_int_equal(check_read(path, 0, SITR_OK, ""), CONTENT_SIZE);
    most = 5;
    assert_int_equal(check_read(path, 0, SITR_OK, ""), CONTENT_SIZE);
    interrupted = 3;
    assert_int_equal(check_read(path, 0, SITR_OK, ""), CONTENT_SIZE);
    assert_int_equal(interrupted, 0);
}

/* Between the call that asks for its size and the one that reads it. */
static void cut_meanwhile(void **state)
{
    (void)state;
    for (cut_at = 1; cut_at < CONTENT_SIZE; cut_at++)
        assert_int_equal(check_read(path, 0, SITR_OK, ""), cut_at);
    cut_at = 0;
    lies = true;
    size_told = 1000;
    assert_int_equal(check_read(path, 0, SITR_OK, ""), CONTENT_SIZE);
    size_told = 0;
    assert_int_equal(check_read(path, 0, SITR_OK, ""), 0);
}

static void errors_have_their_status(void **state)
{
    static const struct {
        int error;
        sitr_status status;
    } rows[] = {
        {ENOENT, SITR_ENOENT}, {ENOTDIR, SITR_ENOENT}, {EACCES, SITR_EACCES},
        {EPERM, SITR_EACCES},  {ENOMEM, SITR_ENOMEM},  {EIO, SITR_EIO},
        {ESTALE, SITR_EIO},
    };

    (void)state;
    most = 4; /* so that the error comes in the middle */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[128];

        snprintf(text, sizeof text, "stat: %s", strerror(rows[i].error));
        stat_error = rows[i].error;
        check_read(path, 0, rows[i].status, text);
        stat_error = 0;
        snprintf(text, sizeof text, "read: %s", strerror(rows[i].error));
        read_error = rows[i].error;
        check_read(path, 0, rows[i].status, text);
        read_error = 0;
    }
    check_read("/dev/null/x", 0, SITR_ENOENT, "open: Not a directory");
    check_read("/dev/null", 0, SITR_EIO, "not a regular file");
}

static void sizes_that_are_no_size(void **state)
{
    (void)state;
    check_read(path, CONTENT_SIZE - 1, SITR_ELIMIT,
               "23 bytes are over max_bytes 22");
    assert_int_equal(check_read(path, CONTENT_SIZE, SITR_OK, ""), CONTENT_SIZE);
    /* a file system may say anything */
    lies = true;
    size_told = INT64_MAX;
    check_read(path, UINT64_MAX, SITR_ELIMIT, "");
    size_told = -1;
    check_read(path, UINT64_MAX, SITR_ELIMIT,
               "-1 bytes are over max_bytes 18446744073709551615");
}

#define WELL_BEFORE(f) cmocka_unit_test_setup(f, all_is_well)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WELL_BEFORE(read_in_pieces),
        WELL_BEFORE(cut_meanwhile),
        WELL_BEFORE(errors_have_their_status),
        WELL_BEFORE(sizes_that_are_no_size),
    };

    return cmocka_run_group_tests(tests, make, forget);
}
