/* SPDX-License-Identifier: Apache-2.0 */
/* A segment, mapped. */
/* the functions of old, as in picture.c */
#define OPENSSL_API_COMPAT 0x10101000L
#include "segment.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "section.h"

#define PREFIX        "segment-"
#define INDEX_SIZE_AT 16

void segment_name(uint64_t number, char out[SEGMENT_NAME_SIZE])
{
    snprintf(out, SEGMENT_NAME_SIZE, PREFIX "%04" PRIu64, number);
}

bool segment_is_name(const char *name)
{
    const size_t n = sizeof PREFIX - 1;

    return !strncmp(name, PREFIX, n) && strlen(name + n) >= 4 &&
           !name[n + strspn(name + n, "0123456789")];
}

uint64_t segment_names_at(const uint8_t head[SEGMENT_INDEX_HEAD])
{
    const uint64_t size = section_get(head + INDEX_SIZE_AT, 8);

    if (memcmp(head, "SITRI", 5) || size < SEGMENT_INDEX_HEAD ||
        size > MANIFEST_MAX_ID)
        return 0;
    return (size + SECTION_ALIGN - 1) / SECTION_ALIGN * SECTION_ALIGN;
}

void segment_seal(const uint8_t head[SEGMENT_INDEX_HEAD], const uint8_t *names,
                  uint8_t seal[32])
{
    SHA256_CTX state;

    SHA256_Init(&state);
    SHA256_Update(&state, head, SEGMENT_INDEX_HEAD);
    SHA256_Update(&state, names, SECTION_HEAD);
    SHA256_Final(seal, &state);
}

static int map(struct segment *segment, int fd, uint64_t size)
{
    struct stat st;
    void *bytes;

    if (fstat(fd, &st)) return errno;
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != size) return EINVAL;
    if (size < SEGMENT_INDEX_HEAD + SECTION_HEAD) return EINVAL;
    if (size > SIZE_MAX / 2) return ENOMEM;
    bytes = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) return errno;
    segment->map = bytes;
    segment->size = (size_t)size;
    return 0;
}

int segment_map(struct segment *segment, int folder,
                const struct manifest_segment *listed)
{
    char name[SEGMENT_NAME_SIZE];
    int fd, error;

    segment_name(listed->number, name);
    fd = openat(folder, name,
                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return errno;
    error = map(segment, fd, listed->size);
    close(fd);
    return error;
}

sitr_status segment_open(struct segment *segment, const sitr_ctx *ctx,
                         const struct manifest_segment *listed)
{
    const uint64_t names = segment_names_at(segment->map);
    uint8_t seal[32];

    if (!names) return SITR_EINVAL;
    if (names > segment->size - SECTION_HEAD) return SITR_ETRUNCATED;
    segment->names = (size_t)names;
    segment_seal(segment->map, segment->map + names, seal);
    if (memcmp(seal, listed->seal, sizeof seal)) return SITR_EINVAL;
    return sitr_index_view(ctx, segment->map,
                           (size_t)section_get(segment->map + INDEX_SIZE_AT, 8),
                           &segment->index);
}

void segment_close(struct segment *segment)
{
    sitr_index_free(segment->index);
    if (segment->map) munmap(segment->map, segment->size);
    *segment = (struct segment){.map = NULL};
}
