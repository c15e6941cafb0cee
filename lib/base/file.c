/* SPDX-License-Identifier: Apache-2.0 */
/* Files: read whole under a limit, mapped, replaced. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

static sitr_status stat_regular(const sitr_ctx *ctx, int fd, struct stat *st)
{
    if (fstat(fd, st)) return status_of_errno(ctx, "stat");
    if (S_ISREG(st->st_mode)) return SITR_OK;
    sitr_log(ctx, SITR_LOG_ERROR, "not a regular file");
    return SITR_EIO;
}

static sitr_status read_fd(sitr_budget *budget, int fd, uint8_t **out,
                           size_t *size)
{
    const sitr_ctx *ctx = budget->ctx;
    struct stat st;
    void *data;
    sitr_status status = stat_regular(ctx, fd, &st);

    if (status) return status;
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

/* O_NONBLOCK, or opening a FIFO would wait for its writer. */
static int open_to_read(const char *path, bool follow)
{
    return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY |
                          (follow ? 0 : O_NOFOLLOW));
}

sitr_status sitr_file_read(sitr_budget *budget, const char *path, bool follow,
                           uint8_t **out, size_t *size)
{
    const int fd = open_to_read(path, follow);
    sitr_status status;

    *out = NULL;
    *size = 0;
    if (fd < 0)
        return status_of_errno(
            budget->ctx,
            !follow && errno == ELOOP ? "open without following" : "open");
    status = read_fd(budget, fd, out, size);
    close(fd);
    if (status) *size = 0;
    return status;
}

/* ---- Mapped --------------------------------------------------------------- */

static sitr_status map_fd(const sitr_ctx *ctx, int fd, sitr_mapping *out)
{
    struct stat st;
    void *data;
    const sitr_status status = stat_regular(ctx, fd, &st);

    if (status) return status;
    if (st.st_size <= 0) return SITR_ETRUNCATED;
    if ((uint64_t)st.st_size > SIZE_MAX / 2) {
        sitr_log(ctx, SITR_LOG_ERROR, "%lld bytes cannot be addressed",
                 (long long)st.st_size);
        return SITR_ELIMIT;
    }
    data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (data == MAP_FAILED) return status_of_errno(ctx, "mmap");
    *out = (sitr_mapping){.data = data, .size = (size_t)st.st_size};
    return SITR_OK;
}

sitr_status sitr_file_map(const sitr_ctx *ctx, const char *path,
                          sitr_mapping *out)
{
    const int fd = open_to_read(path, true);
    sitr_status status;

    *out = (sitr_mapping){0};
    if (fd < 0) return status_of_errno(ctx, "open");
    status = map_fd(ctx, fd, out);
    close(fd);
    return status;
}

void sitr_file_unmap(sitr_mapping *mapping)
{
    if (mapping->data) munmap(mapping->data, mapping->size);
    *mapping = (sitr_mapping){0};
}

/* ---- Replaced ------------------------------------------------------------- */

static sitr_status write_all(const sitr_ctx *ctx, int fd, const uint8_t *data,
                             size_t size)
{
    while (size) {
        /* more at once than this some systems do not take */
        const size_t most = size < 1 << 30 ? size : 1 << 30;
        const ssize_t n = write(fd, data, most);

        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return status_of_errno(ctx, "write");
        data += n;
        size -= (size_t)n;
    }
    return fsync(fd) ? status_of_errno(ctx, "fsync") : SITR_OK;
}

/* The new name is on the disk when its folder is. */
static sitr_status sync_folder(const sitr_ctx *ctx, char *path)
{
    char *const slash = strrchr(path, '/');
    int fd, failed;

    if (slash) slash[slash == path ? 1 : 0] = 0;
    fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return status_of_errno(ctx, "open");
    failed = fsync(fd);
    /* some file systems have no such thing */
    if (failed && errno == EINVAL) failed = 0;
    close(fd);
    return failed ? status_of_errno(ctx, "fsync") : SITR_OK;
}

sitr_status sitr_file_replace(const sitr_ctx *ctx, const char *path,
                              const void *data, size_t size)
{
    const size_t room = strlen(path) + sizeof ".XXXXXX";
    char *const beside = sitr_alloc(ctx, room);
    sitr_status status;
    int fd;

    if (!beside) return SITR_ENOMEM;
    snprintf(beside, room, "%s.XXXXXX", path);
    fd = mkstemp(beside);
    if (fd < 0) {
        status = status_of_errno(ctx, "mkstemp");
        sitr_free(ctx, beside);
        return status;
    }
    status = write_all(ctx, fd, data, size);
    if (close(fd) && !status) status = status_of_errno(ctx, "close");
    if (!status && rename(beside, path))
        status = status_of_errno(ctx, "rename");
    if (status)
        unlink(beside);
    else
        status = sync_folder(ctx, beside);
    sitr_free(ctx, beside);
    return status;
}
