/* SPDX-License-Identifier: Apache-2.0 */
/* The section of a segment that names its pictures; FORMAT.md has its layout.
 * Foreign bytes: nothing is believed before the checksum fits, and nothing is
 * used that is out of its range even so. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"
#include "section.h"

#define ENTRY  72 /* bytes, without the path */
#define LETTER 'N'

enum { NO_REGIONS = 1 };                 /* flags of the section */
enum { HAS_SIGNATURE = 1, HAS_SHA = 2 }; /* of an entry */

bool store_has_signature(const struct picture *picture)
{
    return picture->status == STATUS_OK || picture->status == STATUS_DAMAGED;
}

/* ---- Written ------------------------------------------------------------- */

static size_t entry_size(size_t length)
{
    return section_align(ENTRY + length, 8);
}

static void put_entry(uint8_t *to, const struct picture *picture, uint64_t id)
{
    const size_t length = strlen(picture->input.path);

    section_put(to, id, 8);
    section_put(to + 8, picture->device, 8);
    section_put(to + 16, picture->inode, 8);
    if (picture->has_sha256) memcpy(to + 24, picture->sha256, 32);
    section_put(to + 56, picture->info.flags, 4);
    section_put(to + 60, picture->info.keypoints, 4);
    section_put(to + 64, (uint64_t)picture->status, 1);
    section_put(to + 65,
                (store_has_signature(picture) ? HAS_SIGNATURE : 0) |
                    (picture->has_sha256 ? HAS_SHA : 0),
                1);
    section_put(to + 68, length, 4);
    memcpy(to + ENTRY, picture->input.path, length);
}

uint8_t *names_encode(struct names *names, uint64_t base,
                      const struct picture *pictures, const uint64_t *ids)
{
    size_t total = SECTION_HEAD;
    uint8_t *data, *to;

    for (size_t i = 0; i < names->n; i++)
        total += entry_size(strlen(pictures[i].input.path));
    names->size = section_align(total, SECTION_ALIGN);
    names->n_signatures = 0;
    data = need(calloc(1, names->size));
    section_put(data + 6, names->no_regions ? NO_REGIONS : 0, 2);
    section_put(data + 8, names->n, 4);
    section_put(data + 24, names->next, 8);
    to = data + SECTION_HEAD;
    for (size_t i = 0; i < names->n; i++) {
        put_entry(to, &pictures[i], ids[i] - base);
        to += entry_size(strlen(pictures[i].input.path));
        names->n_signatures += store_has_signature(&pictures[i]);
    }
    section_finish(data, names->size, LETTER);
    return data;
}

/* ---- Read ---------------------------------------------------------------- */

static bool get_head(struct names *names, const uint8_t *data)
{
    const uint64_t flags = section_get(data + 6, 2);

    names->no_regions = flags & NO_REGIONS;
    names->n = (uint32_t)section_get(data + 8, 4);
    names->next = section_get(data + 24, 8);
    names->n_signatures = 0;
    return flags <= NO_REGIONS && names->next <= MANIFEST_MAX_ID &&
           section_is_zero(data + 12, 4) &&
           section_is_zero(data + 32, SECTION_SUM_AT - 32);
}

/* Whether the status, and what there is, are of a picture that is kept. */
static bool is_sound(const struct picture *picture, uint64_t what)
{
    if (picture->status >= STATUS_COUNT ||
        picture->status == STATUS_NOT_IMAGE || what > (HAS_SIGNATURE | HAS_SHA))
        return false;
    return what && !(what & HAS_SIGNATURE) == !store_has_signature(picture);
}

/* The entry at `from`, with `most` bytes behind it, but for its path: the bytes
 * of that, or 0. */
static size_t get_entry(const uint8_t *from, size_t most, uint64_t *id,
                        struct picture *picture)
{
    uint64_t what, length;

    if (most < ENTRY) return 0;
    *id = section_get(from, 8);
    what = section_get(from + 65, 1);
    length = section_get(from + 68, 4);
    picture->device = (dev_t)section_get(from + 8, 8);
    picture->inode = (ino_t)section_get(from + 16, 8);
    picture->has_sha256 = what & HAS_SHA;
    memcpy(picture->sha256, from + 24, 32);
    picture->info.flags = (uint32_t)section_get(from + 56, 4);
    picture->info.keypoints = (uint32_t)section_get(from + 60, 4);
    picture->status = (enum status)section_get(from + 64, 1);
    /* as if met in a folder: nobody named it on this command line */
    picture->input.walked = true;
    if (!is_sound(picture, what) || !length || length > most - ENTRY ||
        memchr(from + ENTRY, 0, (size_t)length))
        return 0;
    return (size_t)length;
}

static void record(struct store *store, struct picture *picture, uint64_t id,
                   const uint8_t *path, size_t length)
{
    picture->input.path = need(malloc(length + 1));
    memcpy(picture->input.path, path, length);
    picture->input.path[length] = '\0';
    store_record(store, picture, id);
}

static bool get_entries(struct store *store,
                        const struct manifest_segment *listed,
                        const uint8_t *data, struct names *names)
{
    size_t at = SECTION_HEAD, n_removed = 0;
    uint64_t last = 0;

    for (uint32_t i = 0; i < names->n; i++) {
        struct picture picture = {.error = 0};
        uint64_t id;
        const size_t length =
            get_entry(data + at, names->size - at, &id, &picture);

        if (!length || entry_size(length) > names->size - at ||
            id >= names->next || (i && id <= last))
            return false;
        if (n_removed < listed->n_removed && listed->removed[n_removed] == id)
            n_removed++;
        else
            record(store, &picture, listed->base + id, data + at + ENTRY,
                   length);
        names->n_signatures += store_has_signature(&picture);
        at += entry_size(length);
        last = id;
    }
    return n_removed == listed->n_removed;
}

sitr_status names_decode(struct store *store,
                         const struct manifest_segment *listed,
                         const uint8_t *data, size_t most, struct names *names)
{
    const sitr_status status = section_check(data, most, LETTER, &names->size);

    if (status) return status;
    return get_head(names, data) && get_entries(store, listed, data, names)
               ? SITR_OK
               : SITR_ECORRUPT;
}
