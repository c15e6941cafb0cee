/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker might answer that a picture has taken over: its CRC is right,
 * but the picture it tells of is none, or larger than was allowed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "sandbox/protocol.h"

#define NUMBER     7
#define MAX_SIDE   1000
#define MAX_PIXELS 500000

/* The least signature there is: a head, an upright PDQ hash, a CRC. */
#define SIGNATURE_SIZE (28 + 4 + 32 + 4)

static const struct row {
    const char *what;
    uint32_t width, height;
    sitr_format format;
    bool believed;
} rows[] = {
    {"a picture", 640, 480, SITR_FORMAT_JPEG, true},
    {"as wide as may be", 1000, 500, SITR_FORMAT_PNG, true},
    {"as tall as may be", 500, 1000, SITR_FORMAT_WEBP, true},
    {"no format", 640, 480, SITR_FORMAT_UNKNOWN, false},
    {"another format", 640, 480, SITR_FORMAT_WEBP + 1, false},
    {"neither side", 0, 0, SITR_FORMAT_JPEG, false},
    {"no width", 0, 480, SITR_FORMAT_JPEG, false},
    {"no height", 640, 0, SITR_FORMAT_JPEG, false},
    {"too wide", 1001, 1, SITR_FORMAT_JPEG, false},
    {"too tall", 1, 1001, SITR_FORMAT_JPEG, false},
    {"too many pixels", 1000, 501, SITR_FORMAT_JPEG, false},
};

static void put_signature(uint8_t s[SIGNATURE_SIZE], const struct row *row)
{
    memcpy(s, "SITRS\1", 6);
    sitr_put_le(s + 6, SIGNATURE_SIZE, 2);
    sitr_put_le(s + 8, row->width, 4);
    sitr_put_le(s + 12, row->height, 4);
    sitr_put_le(s + 16, 1, 4); /* frames */
    s[24] = (uint8_t)row->format;
    s[25] = 100; /* quality */
    s[26] = 1;   /* hashes */
    s[28] = SITR_PDQ;
    s[30] = 100;
    sitr_put_le(s + SIGNATURE_SIZE - 4, sitr_crc32c(s, SIGNATURE_SIZE - 4), 4);
}

static void pictures_that_are_none(void **state)
{
    const sandbox_request request = {.number = NUMBER};
    const sandbox_reply head = {.number = NUMBER,
                                .signature_size = SIGNATURE_SIZE};
    sitr_limits limits = {.struct_size = sizeof limits};
    sitr_ctx *ctx;

    (void)state;
    assert_int_equal(sitr_ctx_new(NULL, &ctx), SITR_OK);
    sitr_ctx_limits(ctx, &limits);
    limits.max_side = MAX_SIDE;
    limits.max_pixels = MAX_PIXELS;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        _Alignas(sandbox_reply)
            uint8_t message[sizeof head + SIGNATURE_SIZE] = {0};
        char log[SANDBOX_MAX_LOG + 1];
        sitr_log_level level;
        sitr_status status;
        sitr_signature *s;

        memcpy(message, &head, sizeof head);
        put_signature(message + sizeof head, &rows[i]);
        if (sandbox_reply_read(ctx, &limits, &request, message, sizeof message,
                               &status, &level, log, &s) != rows[i].believed)
            fail_msg("%s", rows[i].what);
        assert_int_equal(!!s, rows[i].believed);
        if (s) assert_int_equal(status, SITR_OK);
        sitr_signature_free(s);
    }
    sitr_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_that_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
