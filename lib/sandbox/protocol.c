/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker says, believed only where nothing speaks against it. */
#include "sandbox/protocol.h"

#include <string.h>

#include <sitr-sandbox.h>

/* What sitr_sign can say of bytes that it did read. */
static bool known_status(int32_t status)
{
    switch (status) {
    case SITR_OK:
    case SITR_ENOMEM:
    case SITR_EFORMAT:
    case SITR_EUNSUPPORTED:
    case SITR_ETRUNCATED:
    case SITR_ECORRUPT:
    case SITR_ELIMIT:
        return true;
    default:
        return false;
    }
}

static bool is_printable(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] < 0x20 || text[i] > 0x7e) return false;
    return true;
}

/* The hashes that were asked for, and no others. */
static bool answers(const sitr_signature *s, const sandbox_request *request)
{
    const uint32_t algos = request->algos | 1u << SITR_PDQ;
    sitr_signature_info info;

    sitr_signature_describe(s, &info);
    if (!(request->flags & SITR_SIGN_REGIONS) &&
        (info.keypoints || info.flags & SITR_INFO_FEW_REGIONS))
        return false;
    for (int a = SITR_PDQ; a <= SITR_AHASH; a++)
        for (int t = SITR_UPRIGHT; t <= SITR_MIRROR_270; t++) {
            const bool turned = t != SITR_UPRIGHT;
            const bool wanted =
                (algos & 1u << a) &&
                (!turned ||
                 (a == SITR_PDQ && (request->flags & SITR_SIGN_QUERY)));
            sitr_hash hash;

            if (sitr_signature_hash(s, (sitr_algo)a, (sitr_turn)t, &hash) !=
                wanted)
                return false;
        }
    return true;
}

static bool within(const sitr_signature *s, const sitr_limits *limits)
{
    sitr_signature_info info;

    sitr_signature_describe(s, &info);
    return info.format != SITR_FORMAT_UNKNOWN && info.width && info.height &&
           info.width <= limits->max_side && info.height <= limits->max_side &&
           (uint64_t)info.width * info.height <= limits->max_pixels;
}

/* What a reply says but for what was asked for, which is `*rest`. */
static bool read_head(const sandbox_request *request, const void *message,
                      size_t size, sitr_status *status,
                      sitr_log_level *log_level, char log[SANDBOX_MAX_LOG + 1],
                      const void **rest)
{
    const sandbox_reply *const reply = message;
    const char *const text = (const char *)message + sizeof *reply;

    if (size < sizeof *reply || reply->number != request->number ||
        !known_status(reply->status) || reply->log_size > SANDBOX_MAX_LOG ||
        reply->signature_size > SANDBOX_MAX_SIGNATURE ||
        size != sizeof *reply + reply->log_size + reply->signature_size ||
        reply->log_level > SITR_LOG_DEBUG ||
        !reply->log_level != !reply->log_size ||
        !reply->signature_size != (reply->status != SITR_OK) ||
        !is_printable(text, reply->log_size))
        return false;
    *status = (sitr_status)reply->status;
    *log_level = (sitr_log_level)reply->log_level;
    memcpy(log, text, reply->log_size);
    log[reply->log_size] = '\0';
    *rest = text + reply->log_size;
    return true;
}

bool sandbox_reply_read(const sitr_ctx *ctx, const sitr_limits *limits,
                        const sandbox_request *request, const void *message,
                        size_t size, sitr_status *status,
                        sitr_log_level *log_level,
                        char log[SANDBOX_MAX_LOG + 1],
                        sitr_signature **signature)
{
    const sandbox_reply *const reply = message;
    const void *rest;

    *signature = NULL;
    if (!read_head(request, message, size, status, log_level, log, &rest))
        return false;
    if (*status) return true;

    *status =
        sitr_signature_decode(ctx, rest, reply->signature_size, signature);
    if (*status) return *status == SITR_ENOMEM;
    if (answers(*signature, request) && within(*signature, limits)) return true;
    sitr_signature_free(*signature);
    *signature = NULL;
    return false;
}

/* Squares of a picture, the longer side with all that there may be. */
static bool is_blurred(const sitr_blurred *b)
{
    const unsigned n = (unsigned)b->width * b->height;

    if (!b->width || !b->height || b->width > SITR_BLURRED_SIDE ||
        b->height > SITR_BLURRED_SIDE ||
        (b->width != SITR_BLURRED_SIDE && b->height != SITR_BLURRED_SIDE))
        return false;
    for (size_t i = n; i < sizeof b->luma; i++)
        if (b->luma[i]) return false;
    return true;
}

bool sandbox_blurred_read(const sandbox_request *request, const void *message,
                          size_t size, sitr_status *status,
                          sitr_log_level *log_level,
                          char log[SANDBOX_MAX_LOG + 1], sitr_blurred *blurred)
{
    const sandbox_reply *const reply = message;
    sitr_blurred given;
    const void *rest;

    *blurred = (sitr_blurred){0};
    if (!read_head(request, message, size, status, log_level, log, &rest))
        return false;
    if (*status) return true;
    if (reply->signature_size != sizeof given) return false;
    memcpy(&given, rest, sizeof given);
    if (!is_blurred(&given)) return false;
    *blurred = given;
    return true;
}

bool sandbox_hello_check(const sandbox_hello *hello, size_t size)
{
    const uint32_t known =
        SITR_SANDBOX_SECCOMP | SITR_SANDBOX_LANDLOCK | SITR_SANDBOX_SANITIZER;

    return size == sizeof *hello &&
           memchr(hello->version, '\0', sizeof hello->version) &&
           !(hello->flags & ~known) && hello->status <= 0;
}
