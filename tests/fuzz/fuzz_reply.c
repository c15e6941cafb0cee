/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what a worker answers, behind two bytes of the request. What is
 * believed is a status of a picture, with a signature that has just the hashes
 * that were asked for, or without. The head's lengths and the signature's CRC
 * are set right in a second try, or nothing would get past them.
 */
#include <stdlib.h>
#include <string.h>

#include <sitr.h>

#include "base/crc32c.h"
#include "sandbox/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NUMBER 7

static void check_hashes(const sitr_signature *s, const sandbox_request *r)
{
    for (int a = SITR_PDQ; a <= SITR_AHASH; a++)
        for (int t = SITR_UPRIGHT; t <= SITR_MIRROR_270; t++) {
            const int asked = a == SITR_PDQ || (r->algos & 1u << a);
            const int turned = t != SITR_UPRIGHT;
            sitr_hash hash;

            if (sitr_signature_hash(s, (sitr_algo)a, (sitr_turn)t, &hash) !=
                (asked &&
                 (!turned || (a == SITR_PDQ && (r->flags & SITR_SIGN_QUERY)))))
                abort();
        }
}

static void check(const sitr_ctx *ctx, const sandbox_request *request,
                  const void *message, size_t size)
{
    char log[SANDBOX_MAX_LOG + 1];
    sitr_log_level level;
    sitr_signature *s;
    sitr_status status;
    sitr_limits limits;

    sitr_ctx_limits(ctx, &limits);
    limits.max_side = 5000;
    if (!sandbox_reply_read(ctx, &limits, request, message, size, &status,
                            &level, log, &s)) {
        if (s) abort();
        return;
    }
    if (!status != !!s || status == SITR_EINVAL || status < SITR_ELIMIT)
        abort();
    if (!memchr(log, '\0', sizeof log) || !level != !*log) abort();
    for (const char *c = log; *c; c++)
        if (*c < ' ' || *c > '~') abort();
    if (!s) return;
    sitr_signature_info info;

    sitr_signature_describe(s, &info);
    if (info.width > 5000 || info.height > 5000 || !info.width) abort();
    check_hashes(s, request);
    sitr_signature_free(s);
}

/* Lengths that fit, the number that was asked for, and a CRC that is right. */
static void set_right(uint8_t *message, size_t size)
{
    sandbox_reply *const reply = (sandbox_reply *)(void *)message;
    const size_t rest = size - sizeof *reply;
    uint8_t *s;

    reply->number = NUMBER;
    reply->log_size %= SANDBOX_MAX_LOG + 1;
    if (reply->log_size > rest) reply->log_size = (uint32_t)rest;
    reply->signature_size = (uint32_t)(rest - reply->log_size);
    s = message + sizeof *reply + reply->log_size;
    if (reply->signature_size < 12 || reply->signature_size > 65535) return;
    s[6] = (uint8_t)reply->signature_size;
    s[7] = (uint8_t)(reply->signature_size >> 8);
    const uint32_t crc = sitr_crc32c(s, reply->signature_size - 4);

    for (int i = 0; i < 4; i++)
        s[reply->signature_size - 4 + (size_t)i] = (uint8_t)(crc >> 8 * i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sitr_ctx *ctx;
    sandbox_request request = {.number = NUMBER};
    uint8_t *message;

    if (!ctx && sitr_ctx_new(NULL, &ctx)) abort();
    if (size < 2) return 0;
    request.algos = data[0] & 30;
    request.flags = data[1] & (SITR_SIGN_QUERY | SITR_SIGN_AS_STORED);
    data += 2;
    size -= 2;
    message = malloc(size ? size : 1); /* aligned, and of this very size */
    if (!message) abort();
    if (size) memcpy(message, data, size);
    check(ctx, &request, message, size);
    if (size >= sizeof(sandbox_reply)) {
        set_right(message, size);
        check(ctx, &request, message, size);
    }
    free(message);
    return 0;
}
