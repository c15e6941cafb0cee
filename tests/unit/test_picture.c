/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command's way with one file, while what it asks fails, is interrupted, or
 * has changed since it was asked for; and which of the words that the library
 * says of a picture are kept. The sandbox is one of this test.
 *
 * Linked with --wrap for the calls below.
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

#include "args.h"
#include "picture.h"
#include "say.h"

static const char content[] = "what would be a picture";
#define CONTENT_SIZE (sizeof content - 1)

/* ---- What is said ------------------------------------------------------------ */

static char said[512];

void say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(said, sizeof said, format, args);
    va_end(args);
}

void say_path(const char *path, const char *format, ...)
{
    const int n = snprintf(said, sizeof said, "%s: ", path);
    va_list args;

    va_start(args, format);
    vsnprintf(said + n, sizeof said - (size_t)n, format, args);
    va_end(args);
}

/* ---- What goes wrong --------------------------------------------------------- */

static int read_error; /* errno, once */
static size_t cut_at;  /* the file ends here by now, where it is cut */
static bool is_cut;
static long long size_told; /* 0: the true one */
static bool no_context;
static const char *no_sandbox; /* the word for it, "" for none */

static void all_is_well(void)
{
    said[0] = '\0';
    read_error = 0;
    cut_at = 0;
    is_cut = no_context = false;
    size_told = 0;
    no_sandbox = NULL;
}

/* fstat is this one where sizes have 64 bits */
int __real_fstat64(int fd, struct stat *st);
int __wrap_fstat64(int fd, struct stat *st);
int __wrap_fstat64(int fd, struct stat *st)
{
    const int result = __real_fstat64(fd, st);

    if (size_told) st->st_size = size_told;
    return result;
}

ssize_t __real_read(int fd, void *data, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size);
ssize_t __wrap_read(int fd, void *data, size_t size)
{
    ssize_t got;

    if (read_error) {
        errno = read_error;
        read_error = 0;
        return -1;
    }
    if (is_cut && size > cut_at) size = cut_at;
    got = __real_read(fd, data, size);
    if (is_cut) cut_at -= (size_t)got;
    return got;
}

sitr_status __real_sitr_ctx_new(const sitr_ctx_opts *opts, sitr_ctx **out);
sitr_status __wrap_sitr_ctx_new(const sitr_ctx_opts *opts, sitr_ctx **out);
sitr_status __wrap_sitr_ctx_new(const sitr_ctx_opts *opts, sitr_ctx **out)
{
    *out = NULL;
    return no_context ? SITR_ENOMEM : __real_sitr_ctx_new(opts, out);
}

/* ---- A sandbox that looks at nothing ------------------------------------------ */

static const sitr_ctx *context;
static size_t size_signed;
static struct word {
    sitr_log_level level;
    const char *text;
} words[3]; /* of the next picture */

sitr_status sitr_sandbox_new(const sitr_ctx *ctx, const sitr_sandbox_opts *opts,
                             sitr_sandbox **out)
{
    (void)opts;
    *out = NULL;
    context = ctx;
    if (!no_sandbox) return SITR_OK;
    if (*no_sandbox) sitr_ctx_log(ctx, SITR_LOG_ERROR, no_sandbox);
    return SITR_EUNSUPPORTED;
}

void sitr_sandbox_free(sitr_sandbox *sandbox) { (void)sandbox; }

sitr_status sitr_sandbox_sign(sitr_sandbox *sandbox, const void *data,
                              size_t size, const sitr_sign_opts *opts,
                              sitr_signature **out)
{
    (void)sandbox, (void)opts;
    *out = NULL;
    assert_memory_equal(data, content, size);
    size_signed = size;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        sitr_ctx_log(context, words[i].level, words[i].text);
    return SITR_ECORRUPT;
}

sitr_status sitr_sandbox_blur(sitr_sandbox *sandbox, const void *data,
                              size_t size, sitr_blurred *out)
{
    (void)sandbox, (void)data, (void)size, (void)out;
    fail_msg("nobody asked for it");
    return SITR_ECORRUPT;
}

/* ---- Tests ------------------------------------------------------------------- */

static char path[] = "/tmp/sitr-picture-XXXXXX";

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

static const struct settings settings = {
    .limits = {.struct_size = sizeof(sitr_limits), .max_bytes = UINT64_MAX},
};

static void no_reader(void **state)
{
    struct reader reader = {0};

    (void)state;
    all_is_well();
    no_context = true;
    assert_false(reader_open(&reader, &settings, 1));
    assert_string_equal(said,
                        "pictures cannot be decoded safely: out of memory");
    assert_null(reader.ctx);
    no_context = false;
    no_sandbox = "";
    assert_false(reader_open(&reader, &settings, 1));
    assert_non_null(strstr(said, sitr_status_text(SITR_EUNSUPPORTED)));
    assert_null(reader.ctx);
    no_sandbox = "the kernel is too old";
    assert_false(reader_open(&reader, &settings, 1));
    assert_string_equal(
        said, "pictures cannot be decoded safely: the kernel is too old");
    assert_null(reader.ctx);
}

/* Reads the file of this test; what is said of it is in `said`. */
static enum status read_it(void)
{
    struct reader reader = {0};
    struct picture picture = {0};
    enum status status;

    size_signed = 0;
    assert_true(reader_open(&reader, &settings, 1));
    sitr_ctx_log(reader.ctx, SITR_LOG_ERROR, "said between two pictures");
    picture.input.path = strdup(path);
    picture_read(&reader, &picture);
    status = picture.status;
    picture_report(&picture, false);
    picture_clear(&picture);
    reader_close(&reader);
    return status;
}

/* What was said, without the path before it. */
static const char *reason(void) { return said + strlen(path) + 2; }

static void files_that_change(void **state)
{
    (void)state;
    all_is_well();
    assert_int_equal(read_it(), STATUS_CORRUPT);
    assert_int_equal(size_signed, CONTENT_SIZE);

    is_cut = true;
    cut_at = 10;
    assert_int_equal(read_it(), STATUS_CORRUPT);
    assert_int_equal(size_signed, 10);

    cut_at = 0; /* to nothing */
    assert_int_equal(read_it(), STATUS_NOT_IMAGE);
    assert_string_equal(reason(), "not a picture (empty file)");
    assert_int_equal(size_signed, 0);

    all_is_well();
    size_told = -1;
    assert_int_equal(read_it(), STATUS_TOO_LARGE);
    assert_string_equal(reason(),
                        "over the limits set (more bytes than --max-bytes)");
}

static void reads_that_fail(void **state)
{
    (void)state;
    all_is_well();
    read_error = EINTR;
    assert_int_equal(read_it(), STATUS_CORRUPT);
    assert_int_equal(size_signed, CONTENT_SIZE);
    read_error = EIO;
    assert_int_equal(read_it(), STATUS_IO_ERROR);
    assert_string_equal(reason(), "cannot be read (Input/output error)");
    assert_int_equal(size_signed, 0);
}

static void words_that_are_kept(void **state)
{
    static const struct {
        struct word words[3];
        const char *kept;
    } rows[] = {
        {{{SITR_LOG_WARNING, "a"}, {SITR_LOG_ERROR, "b"}, {0}}, "b"},
        {{{SITR_LOG_WARNING, "a"}, {SITR_LOG_WARNING, "b"}, {0}}, "a"},
        {{{SITR_LOG_ERROR, "a"}, {SITR_LOG_ERROR, "b"}, {0}}, "a"},
        {{{SITR_LOG_ERROR, "a"}, {SITR_LOG_WARNING, "b"}, {0}}, "a"},
        {{{SITR_LOG_WARNING, "\033[1m"}, {0}, {0}}, "\\x1b[1m"},
    };

    (void)state;
    all_is_well();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[64];

        memcpy(words, rows[i].words, sizeof words);
        snprintf(expected, sizeof expected, "too damaged to read (%s)",
                 rows[i].kept);
        assert_int_equal(read_it(), STATUS_CORRUPT);
        assert_string_equal(reason(), expected);
    }
    memset(words, 0, sizeof words);
    assert_int_equal(read_it(), STATUS_CORRUPT);
    assert_string_equal(reason(), "too damaged to read");
}

static void the_same_bytes(void **state)
{
    static const struct {
        enum status a, b;
        bool has_a, has_b;
        uint8_t last;
        bool same;
    } rows[] = {
        {STATUS_OK, STATUS_OK, true, true, 0, true},
        {STATUS_CORRUPT, STATUS_TIMEOUT, true, true, 0, true},
        {STATUS_OK, STATUS_OK, true, true, 1, false},
        {STATUS_OK, STATUS_OK, false, true, 0, false},
        {STATUS_OK, STATUS_OK, true, false, 0, false},
        {STATUS_NOT_IMAGE, STATUS_NOT_IMAGE, true, true, 0, false},
        /* of the same bytes only if a worker died of one of them */
        {STATUS_NOT_IMAGE, STATUS_DECODER_DIED, true, true, 0, false},
        {STATUS_DECODER_DIED, STATUS_NOT_IMAGE, true, true, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct picture a = {.status = rows[i].a,
                                  .has_sha256 = rows[i].has_a};
        const struct picture b = {.status = rows[i].b,
                                  .has_sha256 = rows[i].has_b,
                                  .sha256[31] = rows[i].last};

        if (picture_same_file(&a, &b) != rows[i].same) fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_reader),
        cmocka_unit_test(files_that_change),
        cmocka_unit_test(reads_that_fail),
        cmocka_unit_test(words_that_are_kept),
        cmocka_unit_test(the_same_bytes),
    };

    return cmocka_run_group_tests(tests, make, forget);
}
