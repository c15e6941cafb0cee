/* SPDX-License-Identifier: Apache-2.0 */
/* One file: read, hashed, forgotten. */
/* The functions of old, which OpenSSL 3 calls deprecated, need no memory; the new
 * ones crash where there is none (3.0.17: EVP_MD_fetch). */
#define OPENSSL_API_COMPAT 0x10101000L
/* for explicit_bzero */
#define _DEFAULT_SOURCE
#include "picture.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "i18n.h"
#include "open.h"
#include "parallel.h"
#include "say.h"
#include "text.h"

#define DIGEST_STEP 16384 /* bytes */

/* Where the logger puts what it is told: a context is shared by all threads,
 * and so is the cookie of its logger. */
static _Thread_local struct picture *in_work;
static _Thread_local sitr_log_level in_work_level;

static void keep_reason(void *cookie, sitr_log_level level, const char *message)
{
    (void)cookie;
    /* errors say more than warnings, the first more than the next */
    if (!in_work || (in_work->reason[0] && level >= in_work_level)) return;
    snprintf(in_work->reason, sizeof in_work->reason, "%s", message);
    in_work_level = level;
}

void picture_listen(struct picture *picture) { in_work = picture; }

void reader_close(struct reader *reader)
{
    sitr_sandbox_free(reader->sandbox);
    sitr_ctx_free(reader->ctx);
    reader->sandbox = NULL;
    reader->ctx = NULL;
}

static sitr_status open_sandbox(struct reader *reader,
                                const struct settings *settings,
                                unsigned n_workers)
{
    const uint32_t cpu_ms = settings->max_cpu_s * 1000;
    const sitr_sandbox_opts opts = {
        .struct_size = sizeof opts,
        .max_address_space = settings->max_address_space,
        .n_workers = n_workers,
        .max_cpu_ms = cpu_ms,
        /* longer by the clock only where the machine has other things to do */
        .max_wall_ms = 2 * cpu_ms,
    };

    return sitr_sandbox_new(reader->ctx, &opts, &reader->sandbox);
}

bool reader_open(struct reader *reader, const struct settings *settings,
                 unsigned n_workers)
{
    struct picture none = {.status = STATUS_OK}; /* to hear the reason */
    const sitr_logger logger = {.write = keep_reason};
    const sitr_hooks hooks = parallel_hooks(settings->n_jobs);
    const sitr_ctx_opts opts = {
        .struct_size = sizeof opts,
        .logger = &logger,
        .limits = &settings->limits,
        .hooks = &hooks,
    };
    sitr_status status = sitr_ctx_new(&opts, &reader->ctx);

    in_work = &none;
    if (!status && n_workers)
        status = open_sandbox(reader, settings, n_workers);
    in_work = NULL;
    if (status) {
        say(_("pictures cannot be decoded safely: %s"),
            *none.reason ? none.reason : sitr_status_text(status));
        reader_close(reader);
    }
    reader->opts.struct_size = sizeof reader->opts;
    reader->max_bytes = settings->limits.max_bytes;
    return !status;
}

static void fail(struct picture *picture, enum status status, int error,
                 const char *reason)
{
    picture->status = status;
    picture->error = error;
    snprintf(picture->reason, sizeof picture->reason, "%s", reason);
}

/* One pass for all: what one of them reads, the next finds in the cache. */
static void digest(const struct reader *reader, struct picture *picture,
                   const uint8_t *data, size_t size)
{
    struct {
        SHA256_CTX sha256;
        SHA_CTX sha1;
        MD5_CTX md5;
    } state;

    SHA256_Init(&state.sha256);
    SHA1_Init(&state.sha1);
    MD5_Init(&state.md5);
    for (size_t i = 0; i < size; i += DIGEST_STEP) {
        const size_t n = size - i < DIGEST_STEP ? size - i : DIGEST_STEP;

        SHA256_Update(&state.sha256, data + i, n);
        if (!reader->want_digests) continue;
        SHA1_Update(&state.sha1, data + i, n);
        MD5_Update(&state.md5, data + i, n);
    }
    SHA256_Final(picture->sha256, &state.sha256);
    picture->has_sha256 = true;
    if (reader->want_digests) {
        SHA1_Final(picture->sha1, &state.sha1);
        MD5_Final(picture->md5, &state.md5);
        picture->has_digests = true;
    }
    explicit_bzero(&state, sizeof state);
}

static void sign(const struct reader *reader, struct picture *picture,
                 const uint8_t *data, size_t size)
{
    sitr_status status;

    picture->size = size;
    if (reader->want_sha256) digest(reader, picture, data, size);
    in_work = picture;
    if (reader->want_blurred)
        status =
            sitr_sandbox_blur(reader->sandbox, data, size, &picture->blurred);
    else
        status = sitr_sandbox_sign(reader->sandbox, data, size, &reader->opts,
                                   &picture->signature);
    in_work = NULL;
    picture->status = status_of_sitr(status);
    if (status || reader->want_blurred) return;
    sitr_signature_describe(picture->signature, &picture->info);
    if (picture->info.flags & SITR_INFO_DAMAGED)
        picture->status = STATUS_DAMAGED;
}

/* The file behind `fd`, which is regular and of a size that is allowed. */
static void read_and_sign(const struct reader *reader, struct picture *picture,
                          int fd, size_t size)
{
    uint8_t *const data = malloc(size);

    if (!data) {
        fail(picture, STATUS_NO_MEMORY, 0, "");
        return;
    }
    /* less where the file was cut since its size was asked for */
    const ssize_t got = open_read(fd, data, size);

    if (got < 0)
        fail(picture, status_of_errno(errno), errno, "");
    else if (!got)
        fail(picture, STATUS_NOT_IMAGE, 0, N_("empty file"));
    else
        sign(reader, picture, data, (size_t)got);
    explicit_bzero(data, size);
    free(data);
}

/* A segment of an index is no picture that is too large. */
static bool is_of_index(int fd)
{
    uint8_t head[4];

    return open_read(fd, head, sizeof head) == sizeof head &&
           !memcmp(head, "SITR", sizeof head);
}

static void read_fd(const struct reader *reader, struct picture *picture,
                    int fd)
{
    struct stat st;

    if (fstat(fd, &st)) {
        fail(picture, status_of_errno(errno), errno, "");
        return;
    }
    picture->device = st.st_dev;
    picture->inode = st.st_ino;
    picture->stamp = file_stamp_of(&st);
    if (S_ISDIR(st.st_mode))
        fail(picture, STATUS_IO_ERROR, EISDIR, "");
    else if (!S_ISREG(st.st_mode))
        fail(picture, STATUS_IO_ERROR, 0, N_("not a regular file"));
    else if (!st.st_size)
        fail(picture, STATUS_NOT_IMAGE, 0, N_("empty file"));
    else if ((uint64_t)st.st_size <= reader->max_bytes &&
             (uint64_t)st.st_size <= SIZE_MAX / 2)
        read_and_sign(reader, picture, fd, (size_t)st.st_size);
    else if (is_of_index(fd))
        fail(picture, STATUS_NOT_IMAGE, 0, "");
    else
        fail(picture, STATUS_TOO_LARGE, 0, N_("more bytes than --max-bytes"));
}

struct file_stamp file_stamp_of(const struct stat *st)
{
    return (struct file_stamp){
        .device = st->st_dev,
        .inode = st->st_ino,
        .size = (uint64_t)st->st_size,
        .mtime_ns =
            st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec,
        .ctime_ns =
            st->st_ctim.tv_sec * INT64_C(1000000000) + st->st_ctim.tv_nsec,
    };
}

bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->device == b->device && a->inode == b->inode &&
           a->size == b->size && a->mtime_ns == b->mtime_ns &&
           a->ctime_ns == b->ctime_ns;
}

/* Whether somebody wrote to the file while it was read. */
static bool has_changed(const struct picture *picture, int fd)
{
    struct stat st;
    struct file_stamp now;

    if (fstat(fd, &st)) return true;
    now = file_stamp_of(&st);
    return !file_stamp_same(&now, &picture->stamp);
}

void picture_read(const struct reader *reader, struct picture *picture)
{
    const struct input *const input = &picture->input;
    int fd;

    if (input->error) {
        fail(picture, status_of_errno(input->error), input->error, "");
        return;
    }
    fd = open_path(input->path, input->n_followed, O_RDONLY);
    if (fd < 0) {
        /* so does a socket answer */
        if (errno == ENXIO)
            fail(picture, STATUS_IO_ERROR, 0, N_("not a regular file"));
        else
            fail(picture, status_of_errno(errno), errno, "");
        return;
    }
    read_fd(reader, picture, fd);
    if (reader->watch) picture->changed = has_changed(picture, fd);
    close(fd);
}

void picture_reset(struct picture *picture)
{
    struct input input = picture->input;

    picture->input.path = NULL;
    picture_clear(picture);
    picture->input = input;
}

void picture_clear(struct picture *picture)
{
    sitr_signature_free(picture->signature);
    free(picture->input.path);
    explicit_bzero(picture, sizeof *picture);
}

enum plainness picture_plainness(const struct picture *picture)
{
    const uint32_t flags = picture->info.flags;
    const bool few = flags & SITR_INFO_FEW_REGIONS;

    if (!(flags & SITR_INFO_TOO_PLAIN)) return few ? PLAIN_IN_PARTS : PLAIN_NOT;
    return few || !picture->info.keypoints ? PLAIN_ALL : PLAIN_IN_WHOLE;
}

bool picture_lacks_regions(const struct picture *picture)
{
    return picture->signature && !picture->info.keypoints &&
           !(picture->info.flags & SITR_INFO_FEW_REGIONS);
}

const char *plainness_text(enum plainness plainness)
{
    switch (plainness) {
    case PLAIN_IN_WHOLE:
        return _("too plain for its hash; its details still can be found");
    case PLAIN_IN_PARTS:
        return _("too plain for crops and montages to be found; the whole "
                 "picture still can be");
    case PLAIN_ALL:
        return _("too plain to be matched");
    case PLAIN_NOT:
    case PLAIN_COUNT:
        break;
    }
    return "";
}

bool picture_same_file(const struct picture *a, const struct picture *b)
{
    return a->has_sha256 && b->has_sha256 && a->status != STATUS_NOT_IMAGE &&
           b->status != STATUS_NOT_IMAGE &&
           !memcmp(a->sha256, b->sha256, sizeof a->sha256);
}

void picture_report(const struct picture *picture, bool verbose)
{
    const char *const text = status_text(picture->status);
    const char *const path = picture->input.path;

    if (picture->status == STATUS_OK) return;
    if (picture->status == STATUS_NOT_IMAGE && picture->input.walked &&
        !verbose)
        return;
    if (picture->error) {
        say_path(path, "%s (%s)", text, strerror(picture->error));
    } else if (picture->reason[0]) {
        char *const reason = text_escape(_(picture->reason));

        say_path(path, "%s (%s)", text, reason);
        free(reason);
    } else {
        say_path(path, "%s", text);
    }
}
