/* SPDX-License-Identifier: Apache-2.0 */
/* The section of an index file that names its pictures; FORMAT.md has its
 * layout. Foreign bytes: nothing is believed before the checksum fits, and
 * nothing is used that is out of its range even so. */
/* the functions of old, as in picture.c */
#define OPENSSL_API_COMPAT 0x10101000L
#include "names.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "need.h"

#define HEAD    96 /* bytes */
#define SUM_AT  64
#define ENTRY   72 /* bytes, without the path */
#define VERSION 1

enum { NO_REGIONS = 1 };                 /* flags of the section */
enum { HAS_SIGNATURE = 1, HAS_SHA = 2 }; /* of an entry */

static void put(uint8_t *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *from, int bytes)
{
    uint64_t value = 0;

    for (int i = 0; i < bytes; i++) value |= (uint64_t)from[i] << 8 * i;
    return value;
}

static size_t align(size_t size, size_t to)
{
    return (size + to - 1) & ~(to - 1);
}

static void checksum(const uint8_t *data, size_t size,
                     uint8_t out[SHA256_DIGEST_LENGTH])
{
    SHA256_CTX state;

    SHA256_Init(&state);
    SHA256_Update(&state, data, SUM_AT);
    SHA256_Update(&state, data + HEAD, size - HEAD);
    SHA256_Final(out, &state);
}

bool store_has_signature(const struct picture *picture)
{
    return picture->status == STATUS_OK || picture->status == STATUS_DAMAGED;
}

/* ---- Written ------------------------------------------------------------- */

static size_t entry_size(size_t length) { return align(ENTRY + length, 8); }

static void put_entry(uint8_t *to, const struct picture *picture, uint64_t id)
{
    const size_t length = strlen(picture->input.path);

    put(to, id, 8);
    put(to + 8, picture->device, 8);
    put(to + 16, picture->inode, 8);
    if (picture->has_sha256) memcpy(to + 24, picture->sha256, 32);
    put(to + 56, picture->info.flags, 4);
    put(to + 60, picture->info.keypoints, 4);
    put(to + 64, (uint64_t)picture->status, 1);
    put(to + 65,
        (store_has_signature(picture) ? HAS_SIGNATURE : 0) |
            (picture->has_sha256 ? HAS_SHA : 0),
        1);
    put(to + 68, length, 4);
    memcpy(to + ENTRY, picture->input.path, length);
}

uint8_t *names_encode(const struct store_part *part,
                      const struct picture *pictures, const uint64_t *ids,
                      size_t *size)
{
    size_t total = HEAD;
    uint8_t *data, *to;

    for (size_t i = 0; i < part->n; i++)
        total += entry_size(strlen(pictures[part->first + i].input.path));
    *size = align(total, NAMES_ALIGN);
    data = need(calloc(1, *size));
    memcpy(data, "SITRN", 5);
    put(data + 5, VERSION, 1);
    put(data + 6, part->no_regions ? NO_REGIONS : 0, 2);
    put(data + 8, part->n, 4);
    put(data + 16, *size, 8);
    put(data + 24, part->base, 8);
    put(data + 32, part->next, 8);
    to = data + HEAD;
    for (size_t i = 0; i < part->n; i++) {
        const struct picture *const picture = &pictures[part->first + i];

        put_entry(to, picture, ids[part->first + i] - part->base);
        to += entry_size(strlen(picture->input.path));
    }
    checksum(data, *size, data + SUM_AT);
    return data;
}

/* ---- Read ---------------------------------------------------------------- */

static bool is_zero(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i]) return false;
    return true;
}

static sitr_status check_head(const uint8_t *data, size_t most, size_t *size)
{
    uint8_t sum[SHA256_DIGEST_LENGTH];
    uint64_t there;

    if (most < HEAD) return SITR_ETRUNCATED;
    if (memcmp(data, "SITRN", 5)) return SITR_ECORRUPT;
    if (data[5] > VERSION) return SITR_EVERSION;
    there = get(data + 16, 8);
    if (there > most) return SITR_ETRUNCATED;
    if (there < HEAD || there % NAMES_ALIGN) return SITR_ECORRUPT;
    *size = (size_t)there;
    checksum(data, *size, sum);
    return memcmp(sum, data + SUM_AT, sizeof sum) ? SITR_ECORRUPT : SITR_OK;
}

/* The numbers of the head that other things are measured by. */
static bool get_head(const struct store *store, struct store_part *part,
                     const uint8_t *data)
{
    const uint64_t flags = get(data + 6, 2);
    const struct store_part *const before =
        store->n_parts ? &store->parts[store->n_parts - 1] : NULL;

    part->no_regions = flags & NO_REGIONS;
    part->base = get(data + 24, 8);
    part->next = get(data + 32, 8);
    part->first = store->n;
    return data[5] == VERSION && flags <= NO_REGIONS &&
           part->base < STORE_MAX_ID &&
           part->next <= STORE_MAX_ID - part->base &&
           (!before || part->base >= before->base + before->next) &&
           is_zero(data + 12, 4) && is_zero(data + 40, SUM_AT - 40);
}

/* Whether the status, and what there is, are of a picture that is kept. */
static bool is_sound(const struct picture *picture, uint64_t what)
{
    if (picture->status >= STATUS_COUNT ||
        picture->status == STATUS_NOT_IMAGE || what > (HAS_SIGNATURE | HAS_SHA))
        return false;
    return what && !(what & HAS_SIGNATURE) == !store_has_signature(picture);
}

/* The entry at `from`, with `most` bytes behind it: its size, or 0. */
static size_t get_entry(struct store *store, const struct store_part *part,
                        const uint8_t *from, size_t most, uint64_t *id)
{
    struct picture picture = {.error = 0};
    uint64_t what, length;
    char *path;

    if (most < ENTRY) return 0;
    *id = get(from, 8);
    what = get(from + 65, 1);
    length = get(from + 68, 4);
    picture.device = (dev_t)get(from + 8, 8);
    picture.inode = (ino_t)get(from + 16, 8);
    picture.has_sha256 = what & HAS_SHA;
    memcpy(picture.sha256, from + 24, 32);
    picture.info.flags = (uint32_t)get(from + 56, 4);
    picture.info.keypoints = (uint32_t)get(from + 60, 4);
    picture.status = (enum status)get(from + 64, 1);
    if (!is_sound(&picture, what) || *id >= part->next || !length ||
        length > most - ENTRY || memchr(from + ENTRY, 0, (size_t)length))
        return 0;
    path = need(malloc((size_t)length + 1));
    memcpy(path, from + ENTRY, (size_t)length);
    path[length] = '\0';
    picture.input.path = path;
    /* as if met in a folder: nobody named it on this command line */
    picture.input.walked = true;
    store_record(store, &picture, part->base + *id);
    return entry_size((size_t)length);
}

sitr_status names_decode(struct store *store, struct store_part *part,
                         const uint8_t *data, size_t most, size_t *size,
                         uint64_t *n_signatures)
{
    const sitr_status status = check_head(data, most, size);
    uint64_t n, last = 0, signatures = 0;
    size_t at = HEAD;

    if (status) return status;
    if (!get_head(store, part, data)) return SITR_ECORRUPT;
    n = get(data + 8, 4);
    for (uint64_t i = 0; i < n; i++) {
        uint64_t id;
        const size_t entry = get_entry(store, part, data + at, *size - at, &id);

        if (!entry || entry > *size - at || (i && id <= last))
            return SITR_ECORRUPT;
        at += entry;
        last = id;
        signatures += store_has_signature(&store->pictures[store->n - 1]);
    }
    part->n = (size_t)n;
    *n_signatures = signatures;
    return SITR_OK;
}
