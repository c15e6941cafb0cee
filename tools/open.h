/* SPDX-License-Identifier: Apache-2.0 */
/* Opening what a path names, however long it is, and not what somebody hostile
 * makes of it meanwhile; and reading it. */
#ifndef TOOLS_OPEN_H
#define TOOLS_OPEN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** As open(2) does, with O_CLOEXEC, and but for O_PATH with O_NONBLOCK and
 * O_NOCTTY, so that it waits for nobody. Symbolic links are followed within the
 * first `n_followed` bytes of the path, which end where a name does, and nowhere
 * behind them, not even as the last part: there they fail with ELOOP. A path
 * may be longer than PATH_MAX: then it is opened piece by piece. A descriptor,
 * or -1 with errno. */
int open_path(const char *path, size_t n_followed, int flags);

/** Reads `size` bytes, or as many as there are before the end: how many, or -1
 * with errno. */
ssize_t open_read(int fd, uint8_t *data, size_t size);

#endif
