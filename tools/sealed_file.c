/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed files, keys and pass phrases on the disk. */
#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "durable.h"
#include "i18n.h"
#include "open.h"
#include "say.h"

bool sealed_save(const char *path, const struct sealed_bytes *file)
{
    const int error = durable_create(path, file->data, file->size);

    if (error == EEXIST)
        say_path(path, _("is there already; name a new one"));
    else if (error)
        say_path(path, _("cannot be written: %s"), strerror(error));
    return !error;
}

static bool cannot_read(const char *path, int error)
{
    say_path(path, _("cannot be read: %s"), strerror(error));
    return false;
}

/* Whether what is behind `fd` may be read at all. */
static bool may_read(const char *path, int fd, size_t most, bool is_private,
                     size_t *size)
{
    struct stat st;
    const char *problem = NULL;

    if (fstat(fd, &st)) return cannot_read(path, errno);
    if (!S_ISREG(st.st_mode))
        problem = _("not a regular file");
    else if (is_private && st.st_mode & (S_IRWXG | S_IRWXO))
        problem = _("other users may read or change this file; make it yours "
                    "alone first (chmod 600)");
    else if ((uintmax_t)st.st_size > most)
        problem = sealed_problem(SEALED_ELIMIT);
    if (problem) say_path(path, "%s", problem);
    *size = (size_t)st.st_size;
    return !problem;
}

bool sealed_load(const char *path, size_t most, bool is_private,
                 struct sealed_bytes *file)
{
    const int fd = open_path(path, strlen(path), O_RDONLY);
    size_t size = 0;
    ssize_t got;

    *file = (struct sealed_bytes){.data = NULL};
    if (fd < 0) return cannot_read(path, errno);
    if (!may_read(path, fd, most, is_private, &size)) {
        close(fd);
        return false;
    }
    errno = ENOMEM;
    got = sealed_bytes_new(file, size) ? open_read(fd, file->data, size) : -1;
    if (got < 0) {
        cannot_read(path, errno);
        sealed_bytes_free(file);
    } else {
        /* less where it was cut meanwhile: its reader will know */
        file->size = (size_t)got;
    }
    close(fd);
    return got >= 0;
}
