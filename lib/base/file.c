/* SPDX-License-Identifier: Apache-2.0 */
/* Files, read whole under a limit. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static sitr_status status_of_errno(const sitr_ctx *ctx, const char *what)
{
    const int error = errno;

    sitr_log(ctx, SITR_LOG_ERROR, "%s: %s", what, strerror(error));
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

/* Fills `data`, and says how much there was: the file may have been cut since
 * its size was asked for. */
static sitr_status read_all(const sitr_ctx *ctx, int fd, uint8_t *data,
                            size_t *size)
{
    size_t n = 0;

    while (n < *size) {
        const ssize_t got = read(fd, data + n, *size - n);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return status_of_errno(ctx, "read");
        if (got == 0) break;
        n += (size_t)got;
    }
    *size = n;
    return SITR_OK;
}

static sitr_status read_fd(sitr_budget *budget, int fd, uint8_t **out,
                           size_t *size)
{
    const sitr_ctx *ctx = budget->ctx;
    struct stat st;
    void *data;
    sitr_status status;

    if (fstat(fd, &st)) return status_of_errno(ctx, "stat");
    if (!S_ISREG(st.st_mode)) {
        sitr_log(ctx, SITR_LOG_ERROR, "not a regular file");
        return SITR_EIO;
    }
    if ((uint64_t)st.st_size > ctx->limits.max_bytes ||
        (uint64_t)st.st_size > SIZE_MAX / 2) {
        sitr_log(ctx, SITR_LOG_ERROR, "%lld bytes are over max_bytes %llu",
                 (long long)st.st_size,
                 (unsigned long long)ctx->limits.max_bytes);
        return SITR_ELIMIT;
    }
    *size = (size_t)st.st_size;
    if (!*size) return SITR_OK;
    status = sitr_budget_alloc(budget, *size, &data);
    if (status) return status;
    status = read_all(ctx, fd, data, size);
    if (status) {
        sitr_budget_free(budget, data);
        return status;
    }
    *out = data;
    return SITR_OK;
}

sitr_status sitr_file_read(sitr_budget *budget, const char *path, uint8_t **out,
                           size_t *size)
{
    /* O_NONBLOCK, or opening a FIFO would wait for its writer */
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    sitr_status status;

    *out = NULL;
    *size = 0;
    if (fd < 0) return status_of_errno(budget->ctx, "open");
    status = read_fd(budget, fd, out, size);
    close(fd);
    if (status) *size = 0;
    return status;
}
