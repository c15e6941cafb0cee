/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a caller can get wrong, and what the file system can: every call says so
 * by its status and leaves its outputs empty.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pictures.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A pointer that must become NULL. */
#define STALE ((void *)(uintptr_t)1)

static const sitr_hash no_hash;

/* ---- Contexts --------------------------------------------------------------- */

static void nothing(void *cookie, sitr_log_level level, const char *message)
{
    (void)cookie, (void)level, (void)message;
}

static void *no_memory(void *cookie, void *ptr, size_t old_size,
                       size_t new_size)
{
    (void)cookie, (void)ptr, (void)old_size, (void)new_size;
    return NULL;
}

static void contexts(void **state)
{
    const sitr_allocator no_resize = {.resize = NULL};
    const sitr_allocator poor = {.resize = no_memory};
    const sitr_logger no_write = {.write = NULL}, quiet = {.write = nothing};
    const sitr_limits short_limits = {.struct_size = 1};
    const sitr_limits wide = {.struct_size = sizeof wide,
                              .max_side = UINT32_MAX};
    const struct {
        sitr_ctx_opts opts;
        sitr_status status;
    } cases[] = {
        {{.struct_size = 1}, SITR_EINVAL},
        {{.allocator = &no_resize}, SITR_EINVAL},
        {{.logger = &no_write}, SITR_EINVAL},
        {{.limits = &short_limits}, SITR_EINVAL},
        {{.allocator = &poor}, SITR_ENOMEM},
        {{.logger = &quiet, .limits = &wide}, SITR_OK},
    };
    sitr_limits limits;

    (void)state;
    assert_int_equal(sitr_ctx_new(NULL, NULL), SITR_EINVAL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        sitr_ctx_opts opts = cases[i].opts;
        sitr_ctx *ctx = STALE;

        if (!opts.struct_size) opts.struct_size = sizeof opts;
        assert_int_equal(sitr_ctx_new(&opts, &ctx), cases[i].status);
        assert_true(!ctx == !!cases[i].status);
        sitr_ctx_limits(ctx, &limits);
        /* more would make sums inexact */
        assert_int_equal(limits.max_side, ctx ? 1000000 : 0);
        sitr_ctx_limits(ctx, NULL);
        sitr_ctx_log(ctx, SITR_LOG_ERROR, "heard by nobody");
        sitr_ctx_log(ctx, SITR_LOG_ERROR, NULL);
        sitr_ctx_free(ctx);
    }
    assert_string_equal(sitr_ctx_cpu(NULL), "");
    sitr_ctx_free(NULL);
}

/* Structs of another size: of an older caller the rest is zero; of a newer one
 * what we do not know must be. */
static void structs_that_grow(void **state)
{
    struct {
        sitr_sign_opts known;
        uint32_t more[4];
    } newer = {.known = {.struct_size = sizeof newer}};
    const sitr_sign_opts older = {
        .struct_size = offsetof(sitr_sign_opts, flags),
        .flags = 0xffffffff}; /* stands behind what it says it has */
    raster r = raster_new(40, 30, 1, 9);
    const sitr_pixels p = raster_pixels(&r);
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    sitr_signature *s;

    (void)state;
    assert_int_equal(sitr_sign_pixels(ctx, &p, &newer.known, &s), SITR_OK);
    sitr_signature_free(s);
    newer.more[3] = 1;
    assert_int_equal(sitr_sign_pixels(ctx, &p, &newer.known, &s), SITR_EINVAL);
    assert_null(s);
    assert_int_equal(sitr_sign_pixels(ctx, &p, &older, &s), SITR_OK);
    sitr_signature_free(s);
    sitr_ctx_free(ctx);
    raster_free(&r);
}

/* ---- Pictures --------------------------------------------------------------- */

static void pictures(void **state)
{
    const sitr_sign_opts wrong[] = {
        {.struct_size = 1},
        {.struct_size = sizeof wrong[0], .algos = 1},
        {.struct_size = sizeof wrong[0], .algos = 1u << 5},
        {.struct_size = sizeof wrong[0], .flags = 1u << 31},
        {.struct_size = sizeof wrong[0], .flags = 1u << 4},
    };
    raster r = raster_new(40, 30, 3, 9);
    bytes b = png_of(&r, NULL);
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    sitr_image_info info;
    sitr_signature *s = STALE;

    (void)state;
    assert_int_equal(sitr_probe(NULL, b.data, b.size, &info), SITR_EINVAL);
    assert_int_equal(sitr_probe(ctx, NULL, 1, &info), SITR_EINVAL);
    assert_int_equal(sitr_probe(ctx, b.data, b.size, NULL), SITR_EINVAL);
    assert_int_equal(sitr_probe(ctx, NULL, 0, &info), SITR_EFORMAT);
    assert_int_equal(sitr_sign(ctx, b.data, b.size, NULL, NULL), SITR_EINVAL);
    assert_int_equal(sitr_sign(NULL, b.data, b.size, NULL, &s), SITR_EINVAL);
    assert_null(s);
    s = STALE;
    assert_int_equal(sitr_sign(ctx, NULL, 1, NULL, &s), SITR_EINVAL);
    assert_null(s);
    assert_int_equal(sitr_sign(ctx, NULL, 0, NULL, &s), SITR_EFORMAT);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        s = STALE;
        assert_int_equal(sitr_sign(ctx, b.data, b.size, &wrong[i], &s),
                         SITR_EINVAL);
        assert_null(s);
    }
    sitr_ctx_free(ctx);
    bytes_free(&b);
    raster_free(&r);
}

static void pixels(void **state)
{
    static const uint8_t data[64];
    const sitr_pixels good = {data, 4, 4, 4, SITR_GRAY8};
    sitr_pixels bad[] = {good, good, good, good, good, good};
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    sitr_signature *s = STALE;
    sitr_hash hash;

    (void)state;
    bad[0].data = NULL;
    bad[1].width = 0;
    bad[2].height = 0;
    bad[3].layout = (sitr_layout)2;
    bad[4].stride = 3;
    bad[5].layout = SITR_RGB8; /* 4 bytes are no row of four RGB pixels */
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(sitr_sign_pixels(ctx, &bad[i], NULL, &s), SITR_EINVAL);
        assert_null(s);
        assert_int_equal(
            sitr_hash_pixels(ctx, &bad[i], SITR_PDQ, SITR_UPRIGHT, &hash),
            SITR_EINVAL);
        assert_memory_equal(&hash, &no_hash, sizeof hash);
    }
    assert_int_equal(sitr_sign_pixels(ctx, NULL, NULL, &s), SITR_EINVAL);
    assert_int_equal(sitr_sign_pixels(NULL, &good, NULL, &s), SITR_EINVAL);
    assert_int_equal(sitr_sign_pixels(ctx, &good, NULL, NULL), SITR_EINVAL);
    assert_int_equal(sitr_hash_pixels(ctx, &good, SITR_PDQ, SITR_UPRIGHT, NULL),
                     SITR_EINVAL);
    assert_int_equal(
        sitr_hash_pixels(NULL, &good, SITR_PDQ, SITR_UPRIGHT, &hash),
        SITR_EINVAL);
    assert_int_equal(
        sitr_hash_pixels(ctx, &good, (sitr_algo)0, SITR_UPRIGHT, &hash),
        SITR_EINVAL);
    assert_int_equal(
        sitr_hash_pixels(ctx, &good, (sitr_algo)5, SITR_UPRIGHT, &hash),
        SITR_EINVAL);
    assert_int_equal(
        sitr_hash_pixels(ctx, &good, SITR_PDQ, (sitr_turn)8, &hash),
        SITR_EINVAL);
    sitr_ctx_free(ctx);
}

/* ---- Files ------------------------------------------------------------------ */

static void file_is_by(const sitr_ctx *ctx, const char *path, uint32_t flags,
                       sitr_status status)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts, .flags = flags};
    sitr_signature *s = STALE;
    const sitr_status got = sitr_sign_file(ctx, path, &opts, &s);

    if (got != status)
        fail_msg("%s: %s, not %s", path, sitr_status_text(got),
                 sitr_status_text(status));
    assert_true(!s == !!status);
    sitr_signature_free(s);
}

static void file_is(const sitr_ctx *ctx, const char *path, sitr_status status)
{
    file_is_by(ctx, path, 0, status);
}

static void write_file(const char *path, const void *data, size_t size)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    fclose(f);
}

/* Not followed is the last place of a path alone, whatever it leads to. */
static void links(const sitr_ctx *ctx, const void *picture, size_t size)
{
    const sitr_sign_opts opts = {.struct_size = sizeof opts,
                                 .flags = SITR_SIGN_NO_FOLLOW};
    sitr_signature *s = STALE;

    assert_int_equal(mkdir("real", 0700), 0);
    write_file("real/good.png", picture, size);
    assert_int_equal(symlink("real", "other"), 0);
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    file_is(ctx, "dangling", SITR_ENOENT);
    file_is_by(ctx, "good.png", SITR_SIGN_NO_FOLLOW, SITR_OK);
    file_is_by(ctx, "other/good.png", SITR_SIGN_NO_FOLLOW, SITR_OK);
    file_is_by(ctx, "link.png", SITR_SIGN_NO_FOLLOW, SITR_EIO);
    file_is_by(ctx, "dangling", SITR_SIGN_NO_FOLLOW, SITR_EIO);
    file_is_by(ctx, "loop", SITR_SIGN_NO_FOLLOW, SITR_EIO);
    file_is_by(ctx, "fifo", SITR_SIGN_NO_FOLLOW, SITR_EIO);
    file_is_by(ctx, "good.png", 1u << 4, SITR_EINVAL);
    /* what has no path has no link */
    assert_int_equal(sitr_sign(ctx, picture, size, &opts, &s), SITR_OK);
    sitr_signature_free(s);
}

static void files(void **state)
{
    raster r = raster_new(40, 30, 3, 9);
    bytes b = png_of(&r, NULL);
    const sitr_limits limits = {.struct_size = sizeof limits,
                                .max_bytes = b.size};
    const sitr_limits poor = {.struct_size = sizeof poor, .max_memory = 10};
    sitr_ctx *ctx = ctx_with(NULL, &limits), *poor_ctx = ctx_with(NULL, &poor);
    char folder[] = "/tmp/sitr-test-XXXXXX", back[4096];
    sitr_signature *s;

    (void)state;
    assert_non_null(getcwd(back, sizeof back));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    write_file("good.png", b.data, b.size);
    bytes_append(&b, "x", 1);
    write_file("long.png", b.data, b.size);
    write_file("empty.png", "", 0);
    write_file("text.txt", "no picture", 10);
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(symlink("good.png", "link.png"), 0);
    assert_int_equal(symlink("loop", "loop"), 0);
    file_is(ctx, "good.png", SITR_OK);
    file_is(ctx, "link.png", SITR_OK);
    file_is(ctx, "long.png", SITR_ELIMIT);
    file_is(poor_ctx, "good.png", SITR_ELIMIT);
    file_is(ctx, "empty.png", SITR_EFORMAT);
    file_is(ctx, "text.txt", SITR_EFORMAT);
    file_is(ctx, "fifo", SITR_EIO);
    file_is(ctx, ".", SITR_EIO);
    file_is(ctx, "/dev/null", SITR_EIO);
    file_is(ctx, "loop", SITR_EIO);
    file_is(ctx, "nowhere", SITR_ENOENT);
    file_is(ctx, "good.png/within", SITR_ENOENT);
    file_is(ctx, "", SITR_ENOENT);
    links(ctx, b.data, b.size - 1);
    if (geteuid()) { /* root may read all */
        assert_int_equal(chmod("good.png", 0), 0);
        file_is(ctx, "good.png", SITR_EACCES);
    }
    assert_int_equal(sitr_sign_file(ctx, "good.png", NULL, NULL), SITR_EINVAL);
    assert_int_equal(sitr_sign_file(NULL, "good.png", NULL, &s), SITR_EINVAL);
    assert_int_equal(sitr_sign_file(ctx, NULL, NULL, &s), SITR_EINVAL);

    static const char *const names[] = {
        "good.png", "long.png", "empty.png", "text.txt",      "fifo",
        "link.png", "loop",     "dangling",  "real/good.png", "other"};
    for (size_t i = 0; i < COUNT(names); i++) unlink(names[i]);
    rmdir("real");
    assert_int_equal(chdir(back), 0);
    rmdir(folder);
    sitr_ctx_free(poor_ctx);
    sitr_ctx_free(ctx);
    bytes_free(&b);
    raster_free(&r);
}

/* ---- Hashes and signatures --------------------------------------------------- */

static void hashes(void **state)
{
    const sitr_hash good = {.algo = SITR_AHASH, .bits = 64, .quality = 80};
    sitr_hash bad[] = {good, good, good, good, good, good}, out;
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    char text[SITR_HASH_MAX_TEXT] = "x";
    sitr_signature *s = STALE;

    (void)state;
    bad[0].algo = 0;
    bad[1].algo = 5;
    bad[2].bits = 256;
    bad[3].quality = 101;
    bad[4].turn = SITR_MIRROR;
    bad[5].word[3] = 1; /* past its bits */
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(sitr_sign_hash(ctx, &bad[i], &s), SITR_EINVAL);
        assert_null(s);
    }
    assert_int_equal(sitr_sign_hash(ctx, NULL, &s), SITR_EINVAL);
    assert_int_equal(sitr_sign_hash(NULL, &good, &s), SITR_EINVAL);
    assert_int_equal(sitr_sign_hash(ctx, &good, NULL), SITR_EINVAL);
    assert_int_equal(sitr_hash_parse("ahash:0", 7, NULL), SITR_EINVAL);
    assert_int_equal(sitr_hash_parse(NULL, 0, &out), SITR_EINVAL);
    assert_memory_equal(&out, &no_hash, sizeof out);
    sitr_hash_format(&no_hash, text);
    assert_string_equal(text, "");
    assert_int_equal(sitr_hash_distance(&no_hash, &good), UINT32_MAX);
    assert_int_equal(sitr_hash_distance(&no_hash, &no_hash), UINT32_MAX);
    assert_null(sitr_algo_name((sitr_algo)0));
    assert_null(sitr_algo_name((sitr_algo)5));
    assert_int_equal(sitr_algo_named("md5"), 0);
    assert_int_equal(sitr_algo_bits((sitr_algo)9), 0);
    assert_string_equal(sitr_turn_name((sitr_turn)8), "unknown");
    assert_string_equal(sitr_turn_name((sitr_turn)-1), "unknown");
    sitr_ctx_free(ctx);
}

static void signatures(void **state)
{
    const sitr_hash hash = {.algo = SITR_AHASH, .bits = 64, .quality = 80};
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    sitr_signature_info info;
    sitr_signature *s, *again = STALE;
    uint8_t buf[256];
    size_t size;

    (void)state;
    assert_int_equal(sitr_sign_hash(ctx, &hash, &s), SITR_OK);
    size = sitr_signature_encode(s, buf, sizeof buf);
    assert_int_equal(sitr_signature_encode(s, NULL, 0), size);
    assert_int_equal(sitr_signature_encode(NULL, buf, sizeof buf), 0);
    assert_int_equal(sitr_signature_decode(ctx, buf, size, NULL), SITR_EINVAL);
    assert_int_equal(sitr_signature_decode(NULL, buf, size, &again),
                     SITR_EINVAL);
    assert_null(again);
    assert_int_equal(sitr_signature_decode(ctx, NULL, size, &again),
                     SITR_EINVAL);
    assert_int_equal(sitr_signature_decode(ctx, NULL, 0, &again), SITR_EFORMAT);
    assert_int_equal(sitr_signature_hash(NULL, SITR_AHASH, SITR_UPRIGHT, NULL),
                     0);
    assert_int_equal(sitr_signature_hash(s, SITR_AHASH, SITR_UPRIGHT, NULL), 1);
    sitr_signature_describe(NULL, &info);
    assert_int_equal(info.frames, 0);
    sitr_signature_describe(s, NULL);
    sitr_signature_free(s);
    sitr_signature_free(NULL);
    sitr_ctx_free(ctx);
}

static void matches(void **state)
{
    const sitr_hash hash = {.algo = SITR_PDQ,
                            .bits = 256,
                            .quality = 80,
                            .word = {0x123456789abcdef0, 0x0f0f3355aa55c3a5,
                                     0x5a5a96693cc3f00f, 0x00ff12ed34cb56a9}};
    uint64_t n = 7;
    const sitr_match_opts wrong[] = {
        {.struct_size = 1},
        {.struct_size = sizeof wrong[0], .at_least = (sitr_verdict)9},
        /* there are no ids here to pass over */
        {.struct_size = sizeof wrong[0], .without = &n, .n_without = 1},
    };
    sitr_ctx *ctx = ctx_with(NULL, NULL);
    sitr_signature *s;
    sitr_match m;

    (void)state;
    assert_int_equal(sitr_sign_hash(ctx, &hash, &s), SITR_OK);
    const sitr_signature *const list[] = {s, NULL};

    assert_int_equal(sitr_match_pair(s, s, NULL, NULL), SITR_EINVAL);
    assert_int_equal(sitr_match_pair(NULL, s, NULL, &m), SITR_EINVAL);
    assert_int_equal(m.verdict, SITR_NONE);
    assert_int_equal(sitr_match_pair(s, NULL, NULL, &m), SITR_EINVAL);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_int_equal(sitr_match_pair(s, s, &wrong[i], &m), SITR_EINVAL);
        assert_int_equal(sitr_match_scan(list, 1, s, &wrong[i], &m, 1, &n),
                         SITR_EINVAL);
        assert_int_equal(n, 0);
    }
    assert_int_equal(sitr_match_scan(list, 1, s, NULL, &m, 1, NULL),
                     SITR_EINVAL);
    assert_int_equal(sitr_match_scan(NULL, 1, s, NULL, &m, 1, &n), SITR_EINVAL);
    assert_int_equal(sitr_match_scan(list, 1, NULL, NULL, &m, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(sitr_match_scan(list, 2, s, NULL, &m, 1, &n), SITR_EINVAL);
    assert_int_equal(sitr_match_scan(list, 1, s, NULL, NULL, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(sitr_match_scan(NULL, 0, s, NULL, NULL, 0, &n), SITR_OK);
    assert_int_equal(n, 0);
    assert_string_equal(sitr_match_kind_name((sitr_match_kind)99), "none");
    assert_string_equal(sitr_verdict_name((sitr_verdict)99), "none");
    sitr_signature_free(s);
    sitr_ctx_free(ctx);
}

/* Every status has a sentence of its own, and what is none has one too. */
static void statuses(void **state)
{
    (void)state;
    for (int a = SITR_OK; a >= SITR_EDIED; a--)
        for (int b = a - 1; b >= SITR_EDIED; b--)
            if (a != -12 && b != -12) /* not used yet */
                assert_string_not_equal(sitr_status_text((sitr_status)a),
                                        sitr_status_text((sitr_status)b));
    assert_string_equal(sitr_status_text((sitr_status)1), "unknown status");
    assert_string_equal(sitr_status_text((sitr_status)-99), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contexts),   cmocka_unit_test(structs_that_grow),
        cmocka_unit_test(pictures),   cmocka_unit_test(pixels),
        cmocka_unit_test(files),      cmocka_unit_test(hashes),
        cmocka_unit_test(signatures), cmocka_unit_test(matches),
        cmocka_unit_test(statuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
