/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two sides of the sandbox say to each other: messages over a socket
 * that keeps their bounds, each in memory as it is, for both sides are of one
 * version on one machine. The picture itself lies in memory they share.
 *
 *     parent                         worker
 *       config ──────────────────────▶  warms up, locks itself down
 *       ◀────────────────────── hello
 *       request ─────────────────────▶  signs                 (again and again)
 *       ◀────────────────────── reply
 *
 * The parent believes nothing: a worker may have been taken over by a picture.
 */
#ifndef SITR_SANDBOX_PROTOCOL_H
#define SITR_SANDBOX_PROTOCOL_H

#include <stdbool.h>

#include <sitr.h>

/* descriptors of a worker */
#define SANDBOX_SOCKET 3
#define SANDBOX_INPUT  4

#define SANDBOX_MAX_LOG       159
#define SANDBOX_MAX_SIGNATURE 65535 /* its size is written in 16 bits */

typedef struct sandbox_config {
    char version[64];    /* sitr_version() of who asks */
    sitr_limits limits;  /* for each picture */
    uint64_t input_size; /* bytes of shared memory */
    uint64_t max_address_space;
    uint32_t max_cpu_s; /* until the parent raises it */
    uint32_t reserved;
} sandbox_config;

typedef struct sandbox_hello {
    char version[64]; /* sitr_version() of the worker */
    int32_t status;   /* why it does not go on, or SITR_OK */
    uint32_t flags;   /* of SITR_SANDBOX_* */
    uint32_t landlock_abi;
    uint32_t reserved;
} sandbox_hello;

typedef struct sandbox_request {
    uint64_t number; /* never twice the same to one worker */
    uint64_t size;   /* bytes of the picture, from the start of the memory */
    uint32_t algos;  /* of sitr_sign_opts */
    uint32_t flags;
    uint32_t blur; /* 1: to be blurred, and not signed; else 0 */
    uint32_t reserved;
} sandbox_request;

/** The head of a reply; behind it stand `log_size` bytes of text and
 * `signature_size` bytes of a signature, or of a sitr_blurred where that was asked
 * for, and nothing else. */
typedef struct sandbox_reply {
    uint64_t number;    /* of the request */
    int32_t status;     /* sitr_status */
    uint32_t log_level; /* sitr_log_level; 0 without text */
    uint32_t log_size;
    uint32_t signature_size;
} sandbox_reply;

#define SANDBOX_MAX_REPLY \
 (sizeof(sandbox_reply) + SANDBOX_MAX_LOG + SANDBOX_MAX_SIGNATURE)

/** Whether `size` bytes at `message`, aligned for any type, are a reply that a
 * worker in good order gives to `request`: known status, text of printable
 * ASCII, and a signature where the status is SITR_OK alone, canonical, of the
 * algorithms and turns that were asked for, of a picture within `limits`.
 *
 * `ctx` gives memory for `*signature`, which stays NULL without one. `*status`
 * is the picture's, or SITR_ENOMEM; text that belongs to it is sent to the log
 * by the caller from `*log`, zero-terminated. False: distrust the worker. */
bool sandbox_reply_read(const sitr_ctx *ctx, const sitr_limits *limits,
                        const sandbox_request *request, const void *message,
                        size_t size, sitr_status *status,
                        sitr_log_level *log_level,
                        char log[SANDBOX_MAX_LOG + 1],
                        sitr_signature **signature);

/** The same of the reply to a request to blur. */
bool sandbox_blurred_read(const sandbox_request *request, const void *message,
                          size_t size, sitr_status *status,
                          sitr_log_level *log_level,
                          char log[SANDBOX_MAX_LOG + 1], sitr_blurred *blurred);

/** Whether it is a greeting; its status may still be an error. */
bool sandbox_hello_check(const sandbox_hello *hello, size_t size);

#endif
