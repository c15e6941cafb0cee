/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a folder that is not ours: others may put a link where a picture was. */
#include "addon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static sitr_status failed(const sitr_ctx *ctx)
{
    const int error = errno;

    sitr_ctx_log(ctx, SITR_LOG_ERROR,
                 error == ELOOP ? "a link, not followed" : strerror(error));
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return SITR_ENOENT;
    case EACCES:
    case EPERM:
        return SITR_EACCES;
    case ENOMEM:
        return SITR_ENOMEM;
    default:
        return SITR_EIO;
    }
}

/* `*size` in: room, out: what there was, since the file may have been cut. */
static sitr_status fill(const sitr_ctx *ctx, int fd, uint8_t *data,
                        size_t *size)
{
    size_t n = 0;

    while (n < *size) {
        const ssize_t got = read(fd, data + n, *size - n);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(ctx);
        if (got == 0) break;
        n += (size_t)got;
    }
    *size = n;
    return SITR_OK;
}

static sitr_status read_open(const sitr_ctx *ctx, int fd, uint8_t **data,
                             size_t *size)
{
    struct stat st;
    sitr_limits limits;
    sitr_status status;

    if (fstat(fd, &st)) return failed(ctx);
    if (!S_ISREG(st.st_mode)) {
        sitr_ctx_log(ctx, SITR_LOG_ERROR, "not a regular file");
        return SITR_EIO;
    }
    sitr_ctx_limits(ctx, &limits);
    if ((uint64_t)st.st_size > limits.max_bytes ||
        (uint64_t)st.st_size > limits.max_memory) {
        sitr_ctx_log(ctx, SITR_LOG_ERROR, "more bytes than the limits allow");
        return SITR_ELIMIT;
    }
    *size = (size_t)st.st_size;
    *data = malloc(*size + 1);
    if (!*data) return SITR_ENOMEM;
    status = fill(ctx, fd, *data, size);
    if (!status) return SITR_OK;
    addon_wipe(*data, *size);
    free(*data);
    *data = NULL;
    return status;
}

sitr_status addon_read_file(const sitr_ctx *ctx, const char *path,
                            uint8_t **data, size_t *size)
{
    /* O_NONBLOCK, or opening a FIFO would wait for its writer */
    const int fd =
        open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
    sitr_status status;

    *data = NULL;
    *size = 0;
    if (fd < 0) return failed(ctx);
    status = read_open(ctx, fd, data, size);
    close(fd);
    return status;
}
