/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a list of where files come from: CSV or JSON lines, whichever they
 * look like. Every record that comes out has a path, and beside it only what a
 * record may say; there are no more of them than lines, and reading ends.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source_file.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t most)
{
    if (!text) return;
    if (!*text || strlen(text) > most || !text_is_utf8(text)) abort();
}

static void check(const struct source *source)
{
    if (!source->path || !*source->path) abort();
    if (!source->url && !source->captured && !source->by) abort();
    check_text(source->url, SOURCE_URL_MAX);
    check_text(source->captured, SOURCE_TEXT_MAX);
    check_text(source->by, SOURCE_TEXT_MAX);
    if (source->captured && (!isdigit((unsigned char)*source->captured) ||
                             strlen(source->captured) < 10))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int fd = memfd_create("sources", 0);
    struct source_file *file;
    struct source source;
    size_t n = 0, lines = 1;
    char path[64];

    if (fd < 0 || (size && write(fd, data, size) != (ssize_t)size)) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    for (size_t i = 0; i < size; i++) lines += data[i] == '\n';
    file = source_file_open(path);
    while (file && source_file_next(file, &source) > 0) {
        check(&source);
        if (++n > lines) abort();
    }
    if (file && n + source_file_bad(file) > lines) abort();
    source_file_close(file);
    close(fd);
    return 0;
}
