/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest as bytes; FORMAT.md has its layout. Foreign ones: every number is
 * held to its range before it is used, and what is allocated to what is there. */
#include "manifest.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"
#include "section.h"

#define ENTRY  80 /* bytes of a segment */
#define LETTER 'M'
#define ID     8 /* bytes of one that was removed */

/* ---- Written ------------------------------------------------------------- */

static size_t size_of(const struct manifest *manifest)
{
    size_t ids = 0;

    for (size_t i = 0; i < manifest->n; i++)
        ids += manifest->segments[i].n_removed;
    return section_align(SECTION_HEAD + manifest->n * ENTRY + ids * ID,
                         SECTION_ALIGN);
}

static void put_segment(uint8_t *to, const struct manifest_segment *segment)
{
    section_put(to, segment->number, 8);
    section_put(to + 8, segment->size, 8);
    section_put(to + 16, segment->base, 8);
    section_put(to + 24, segment->next, 8);
    section_put(to + 32, segment->n, 4);
    section_put(to + 36, segment->n_removed, 4);
    memcpy(to + 48, segment->seal, sizeof segment->seal);
}

uint8_t *manifest_encode(const struct manifest *manifest, size_t *size)
{
    uint8_t *data, *to;

    *size = size_of(manifest);
    if (*size > MANIFEST_MAX_SIZE) return NULL;
    data = need(calloc(1, *size));
    section_put(data + 8, manifest->n, 4);
    section_put(data + 24, manifest->generation, 8);
    section_put(data + 32, manifest->next_id, 8);
    section_put(data + 40, manifest->next_number, 8);
    to = data + SECTION_HEAD;
    for (size_t i = 0; i < manifest->n; i++, to += ENTRY)
        put_segment(to, &manifest->segments[i]);
    for (size_t i = 0; i < manifest->n; i++)
        for (size_t k = 0; k < manifest->segments[i].n_removed; k++, to += ID)
            section_put(to, manifest->segments[i].removed[k], ID);
    section_finish(data, *size, LETTER);
    return data;
}

/* ---- Read ---------------------------------------------------------------- */

static void get_segment(const uint8_t *from, struct manifest_segment *segment)
{
    *segment = (struct manifest_segment){
        .number = section_get(from, 8),
        .size = section_get(from + 8, 8),
        .base = section_get(from + 16, 8),
        .next = section_get(from + 24, 8),
        .n = (uint32_t)section_get(from + 32, 4),
        .n_removed = (uint32_t)section_get(from + 36, 4),
    };
    memcpy(segment->seal, from + 48, sizeof segment->seal);
}

static bool is_new_number(const struct manifest *manifest, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (manifest->segments[k].number == manifest->segments[i].number)
            return false;
    return true;
}

/* Whether the numbers of segment `i` are within their ranges, beside those of
 * the ones before. */
static bool is_sound(const struct manifest *manifest, size_t i)
{
    const struct manifest_segment *const s = &manifest->segments[i];
    const struct manifest_segment *const before = i ? s - 1 : NULL;

    return s->number < manifest->next_number && is_new_number(manifest, i) &&
           s->size <= MANIFEST_MAX_ID && s->n && s->n <= s->next &&
           s->n_removed <= s->n && s->base <= manifest->next_id &&
           s->next <= manifest->next_id - s->base &&
           (!before || s->base >= before->base + before->next);
}

static bool get_removed(const uint8_t *from, struct manifest_segment *segment)
{
    const size_t n = segment->n_removed;

    segment->removed = need(calloc(n + 1, sizeof *segment->removed));
    for (size_t i = 0; i < n; i++) {
        const uint64_t id = section_get(from + i * ID, ID);

        if (id >= segment->next || (i && id <= segment->removed[i - 1]))
            return false;
        segment->removed[i] = id;
    }
    return true;
}

static bool get_segments(struct manifest *manifest, const uint8_t *data,
                         size_t size)
{
    const uint8_t *from = data + SECTION_HEAD;
    uint64_t ids = 0;
    size_t end = SECTION_HEAD + manifest->n * ENTRY;

    if (end > size) return false;
    manifest->segments =
        need(calloc(manifest->n + 1, sizeof *manifest->segments));
    for (size_t i = 0; i < manifest->n; i++, from += ENTRY) {
        get_segment(from, &manifest->segments[i]);
        ids += manifest->segments[i].n_removed;
        if (!is_sound(manifest, i) || !section_is_zero(from + 40, 8))
            return false;
    }
    if (ids > (size - end) / ID) return false;
    end += (size_t)ids * ID;
    if (section_align(end, SECTION_ALIGN) != size ||
        !section_is_zero(data + end, size - end))
        return false;
    for (size_t i = 0; i < manifest->n; i++) {
        if (!get_removed(from, &manifest->segments[i])) return false;
        from += manifest->segments[i].n_removed * (size_t)ID;
    }
    return true;
}

sitr_status manifest_decode(struct manifest *manifest, const uint8_t *data,
                            size_t size)
{
    sitr_status status;
    size_t there;

    *manifest = (struct manifest){0};
    if (size < 5 || memcmp(data, "SITRM", 5)) return SITR_EFORMAT;
    status = section_check(data, size, LETTER, &there);
    if (status) return status;
    manifest->n = (size_t)section_get(data + 8, 4);
    manifest->generation = section_get(data + 24, 8);
    manifest->next_id = section_get(data + 32, 8);
    manifest->next_number = section_get(data + 40, 8);
    if (there == size && manifest->n <= MANIFEST_MAX_SEGMENTS &&
        manifest->generation && manifest->next_id <= MANIFEST_MAX_ID &&
        manifest->next_number <= MANIFEST_MAX_ID &&
        section_is_zero(data + 6, 2) && section_is_zero(data + 12, 4) &&
        section_is_zero(data + 48, SECTION_SUM_AT - 48) &&
        get_segments(manifest, data, size))
        return SITR_OK;
    if (!manifest->segments) manifest->n = 0;
    manifest_clear(manifest);
    return SITR_ECORRUPT;
}

/* ---- Changed ------------------------------------------------------------- */

void manifest_copy(struct manifest *to, const struct manifest *from)
{
    *to = *from;
    to->segments = need(calloc(from->n + 1, sizeof *to->segments));
    for (size_t i = 0; i < from->n; i++) {
        const struct manifest_segment *const s = &from->segments[i];
        const size_t size = s->n_removed * sizeof *s->removed;

        to->segments[i] = *s;
        to->segments[i].removed = need(malloc(size + 1));
        if (size) memcpy(to->segments[i].removed, s->removed, size);
    }
}

void manifest_replace(struct manifest *manifest, size_t at, size_t n,
                      const struct manifest_segment *by)
{
    const size_t more = by ? 1 : 0, behind = manifest->n - at - n;
    struct manifest_segment *segments;

    for (size_t i = at; i < at + n; i++) free(manifest->segments[i].removed);
    segments = need(realloc(manifest->segments,
                            (manifest->n + 1) * sizeof *manifest->segments));
    memmove(segments + at + more, segments + at + n, behind * sizeof *segments);
    if (by) segments[at] = *by;
    manifest->segments = segments;
    manifest->n = at + more + behind;
}

void manifest_clear(struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->n; i++)
        free(manifest->segments[i].removed);
    free(manifest->segments);
    *manifest = (struct manifest){0};
}
