/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes as the manifest of an index, the checksum as it is or, where the first
 * byte says so, made to fit. What is accepted is within its ranges, and written
 * again the same bytes; segments can be taken out of it and put in.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fit_section.h"
#include "manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_segment(const struct manifest_segment *s)
{
    if (!s->n || s->n > s->next || s->n_removed > s->n || !s->removed) abort();
    for (uint32_t i = 0; i < s->n_removed; i++)
        if (s->removed[i] >= s->next ||
            (i && s->removed[i] <= s->removed[i - 1]))
            abort();
}

static void check(const struct manifest *m)
{
    uint64_t end = 0;

    if (m->n > MANIFEST_MAX_SEGMENTS || m->next_id > MANIFEST_MAX_ID) abort();
    for (size_t i = 0; i < m->n; i++) {
        const struct manifest_segment *const s = &m->segments[i];

        if (s->base < end || s->number >= m->next_number) abort();
        for (size_t k = 0; k < i; k++)
            if (m->segments[k].number == s->number) abort();
        end = s->base + s->next;
        check_segment(s);
    }
    if (end > m->next_id) abort();
}

static void check_again(const struct manifest *m, const uint8_t *data,
                        size_t size)
{
    size_t written;
    uint8_t *const again = manifest_encode(m, &written);

    if (!again || written != size || memcmp(again, data, size)) abort();
    free(again);
}

/* Without its last half, and then without anything. */
static void change(const struct manifest *m)
{
    const struct manifest_segment one = {.number = 7, .n = 1, .next = 1};
    const size_t half = m->n / 2;
    struct manifest copy;

    manifest_copy(&copy, m);
    manifest_replace(&copy, half, m->n - half, &one);
    if (copy.n != half + 1 || copy.segments[half].number != 7) abort();
    manifest_replace(&copy, 0, half, NULL);
    if (copy.n != 1 || copy.segments[0].number != 7) abort();
    manifest_clear(&copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct manifest manifest;
    uint8_t *copy;

    if (!size) return 0;
    copy = section_of(data, size);
    if (!manifest_decode(&manifest, copy, size - 1)) {
        check(&manifest);
        check_again(&manifest, copy, size - 1);
        change(&manifest);
    } else if (manifest.n || manifest.segments) {
        abort();
    }
    manifest_clear(&manifest);
    free(copy);
    return 0;
}
