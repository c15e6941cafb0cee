/* SPDX-License-Identifier: Apache-2.0 */
/* The facts that are sealed with the content: a block of one size, so that its
 * size tells nothing. What is read was sealed, but by somebody else. */
#include "sealed_format.h"

#include <string.h>

#include "section.h"
#include "text.h"

#define CREATED_AT 0
#define EXPIRES_AT 8
#define SIZES_AT   16 /* of the texts, 2 bytes each */
#define TEXTS_AT   24

/* `most` with a final zero. */
static bool is_good(const char *text, size_t least, size_t most)
{
    const size_t size = strnlen(text, most + 1);

    return size >= least && size <= most && text_is_utf8(text);
}

bool sealed_facts_are_good(const struct sealed_facts *facts)
{
    return facts->created >= 0 && facts->expires > facts->created &&
           facts->expires <= SEALED_TIME_MAX &&
           is_good(facts->purpose, 1, SEALED_PURPOSE_MAX) &&
           is_good(facts->by, 0, SEALED_BY_MAX) &&
           is_good(facts->label, 0, SEALED_LABEL_MAX);
}

void sealed_facts_encode(const struct sealed_facts *facts,
                         uint8_t block[SEALED_FACTS])
{
    const char *const texts[] = {facts->purpose, facts->by, facts->label};
    uint8_t *to = block + TEXTS_AT;

    memset(block, 0, SEALED_FACTS);
    section_put(block + CREATED_AT, (uint64_t)facts->created, 8);
    section_put(block + EXPIRES_AT, (uint64_t)facts->expires, 8);
    for (size_t i = 0; i < 3; i++) {
        const size_t size = strlen(texts[i]);

        section_put(block + SIZES_AT + 2 * i, size, 2);
        memcpy(to, texts[i], size);
        to += size;
    }
}

/* What is within the limits is within the block. */
static bool take_texts(struct sealed_facts *facts, const uint8_t *block)
{
    char *const texts[] = {facts->purpose, facts->by, facts->label};
    static const size_t most[] = {SEALED_PURPOSE_MAX, SEALED_BY_MAX,
                                  SEALED_LABEL_MAX};
    const uint8_t *from = block + TEXTS_AT;

    for (size_t i = 0; i < 3; i++) {
        const size_t size = section_get(block + SIZES_AT + 2 * i, 2);

        if (size > most[i]) return false;
        memcpy(texts[i], from, size);
        from += size;
    }
    return true;
}

bool sealed_facts_decode(struct sealed_facts *facts,
                         const uint8_t block[SEALED_FACTS])
{
    uint8_t again[SEALED_FACTS];
    bool good;

    memset(facts, 0, sizeof *facts);
    facts->created = (int64_t)section_get(block + CREATED_AT, 8);
    facts->expires = (int64_t)section_get(block + EXPIRES_AT, 8);
    good = take_texts(facts, block) && sealed_facts_are_good(facts);
    if (good) {
        /* also that what must be zero is, and no zero within a text */
        sealed_facts_encode(facts, again);
        good = !sodium_memcmp(again, block, sizeof again);
        sodium_memzero(again, sizeof again);
    }
    if (!good) sodium_memzero(facts, sizeof *facts);
    return good;
}
