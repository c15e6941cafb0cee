/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a list of paths: what comes out are its names, each as it stands
 * there, in order, with empty ones left out; or it ends at one that cannot be
 * one. The first byte says how names end. Nothing of the kind is ever opened:
 * every name is put below a folder that does not exist.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "inputs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char prefix[] = "/nowhere/at all/";
#define PREFIX (sizeof prefix - 1)

/* The list with the prefix before every name; its size. */
static size_t prepare(const uint8_t *data, size_t size, char end, char *out)
{
    size_t n = 0;
    int begins = 1;

    for (size_t i = 0; i < size; i++) {
        if (begins && (char)data[i] != end) {
            memcpy(out + n, prefix, PREFIX);
            n += PREFIX;
        }
        out[n++] = (char)data[i];
        begins = (char)data[i] == end;
    }
    return n;
}

/* The next name of the text itself, or NULL. */
static const char *expect(const char **at, const char *stop, char end,
                          size_t *length)
{
    const char *name;

    while (*at < stop && **at == end) ++*at;
    if (*at == stop) return NULL;
    name = *at;
    while (*at < stop && **at != end) ++*at;
    *length = (size_t)(*at - name);
    return name;
}

static void check(struct inputs *inputs, const char *list, size_t size,
                  char end)
{
    const char *at = list, *const stop = list + size;
    struct input input = {.path = NULL};
    int got;

    while ((got = inputs_next(inputs, &input)) > 0) {
        size_t length = 0;
        const char *const name = expect(&at, stop, end, &length);

        if (!name || strlen(input.path) != length ||
            memcmp(input.path, name, length) != 0)
            abort();
        if (!input.error || input.walked) abort();
        free(input.path);
    }
    size_t length = 0;
    const char *const name = expect(&at, stop, end, &length);

    if (got == 0 && name) abort();
    /* given up: a zero byte in it, or longer than any name may be */
    if (got < 0 && (!name || (!memchr(name, 0, length) && length < 65535)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    char *list;
    size_t n;

    if (!size) return 0;
    const int null = data[0] & 1;
    const char end = null ? '\0' : '\n';

    list = malloc(1 + size * (PREFIX + 1));
    if (!list) abort();
    n = prepare(data + 1, size - 1, end, list);
    const int fd = memfd_create("list", 0);

    if (fd < 0 || write(fd, list, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET))
        abort();
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    const struct inputs_source source = {.files_from = path, .null = null};
    struct inputs *const inputs = inputs_open(&source);

    check(inputs, list, n, end);
    inputs_close(inputs);
    close(fd);
    free(list);
    return 0;
}
