/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a list of hashes, in the format that the first byte says or in that
 * which it looks like. Every record that comes out has hashes of their sizes, or was
 * withdrawn, and texts that are texts; what is written of them is read again, and
 * written the same to the byte.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "list_file.h"
#include "list_write.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t most)
{
    if (text && (!*text || strlen(text) >= most || !text_is_utf8(text)))
        abort();
}

static void check(const struct listed *listed)
{
    if (!listed->n_hashes && !listed->withdrawn) abort();
    if (listed->n_hashes > LISTED_HASHES) abort();
    for (size_t i = 0; i < listed->n_hashes; i++) {
        const struct listed_hash *const hash = &listed->hashes[i];
        const size_t wanted = listed_kind_size(hash->kind);

        if (!hash->n || hash->n > LISTED_HASH_SIZE) abort();
        if (wanted && hash->n != wanted) abort();
    }
    if (listed->quality < -1 || listed->quality > 100) abort();
    check_text(listed->external_id, LISTED_TEXT_SIZE);
    check_text(listed->source, LISTED_TEXT_SIZE);
    check_text(listed->category, LISTED_TEXT_SIZE);
    check_text(listed->tags, LISTED_TEXT_SIZE);
    check_text(listed->name, LISTED_TEXT_SIZE);
    check_text(listed->stamp, LISTED_TEXT_SIZE);
    check_text(listed->more, LISTED_MORE_SIZE);
    check_text(listed->around, LISTED_MORE_SIZE);
}

/* Reads the bytes, and writes what they hold; the format they were in comes in
 * `*format`, and how many records were written is returned. */
static uint64_t copy(const void *bytes, size_t n, enum list_format *format,
                     char **text, size_t *size)
{
    const int fd = memfd_create("list", 0);
    FILE *const out = open_memstream(text, size);
    struct listed *const listed = calloc(1, sizeof *listed);
    struct list_writer writer;
    struct list_file *file;
    uint64_t written = 0;
    char path[64];

    if (fd < 0 || !out || !listed) abort();
    if (n && write(fd, bytes, n) != (ssize_t)n) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    file = list_file_open(path, *format);
    if (file) {
        *format = list_file_format(file);
        list_write_begin(&writer, out, *format);
        while (list_file_next(file, listed) > 0) {
            check(listed);
            if (!listed->withdrawn && !list_write(&writer, listed, *format))
                abort();
            listed_clear(listed);
        }
        list_write_end(&writer);
        written = writer.n;
        list_file_close(file);
    }
    fclose(out);
    free(listed);
    close(fd);
    return written;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum list_format format;
    char *first = NULL, *second = NULL;
    size_t n_first = 0, n_second = 0;
    uint64_t n;

    if (!size) return 0;
    format = (enum list_format)(*data % LIST_FORMATS);
    n = copy(data + 1, size - 1, &format, &first, &n_first);
    if (n && copy(first, n_first, &format, &second, &n_second) != n) abort();
    if (n && (n_first != n_second || memcmp(first, second, n_first))) abort();
    free(first);
    free(second);
    return 0;
}
