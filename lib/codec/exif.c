/* SPDX-License-Identifier: Apache-2.0 */
/* One tag of Exif, read with every offset distrusted. */
#include <string.h>

#include "base/bytes.h"
#include "codec/codec.h"

#define ORIENTATION 0x0112
#define TYPE_SHORT  3

/* An integer of `n` bytes in the order that the TIFF header chose. */
static uint32_t get(sitr_bytes *b, bool big, size_t n)
{
    return (uint32_t)(big ? sitr_bytes_be(b, n) : sitr_bytes_le(b, n));
}

uint32_t sitr_exif_orientation(const uint8_t *data, size_t size)
{
    static const uint8_t marker[6] = {'E', 'x', 'i', 'f', 0, 0};
    sitr_bytes b = {.data = data, .size = size};
    bool big;

    if (size >= sizeof marker && !memcmp(data, marker, sizeof marker)) {
        b.data += sizeof marker;
        b.size -= sizeof marker;
    }
    if (b.size < 8) return 1;
    if (!memcmp(b.data, "II*\0", 4))
        big = false;
    else if (!memcmp(b.data, "MM\0*", 4))
        big = true;
    else
        return 1;
    b.at = 4;
    const uint32_t offset = get(&b, big, 4);

    if (offset > b.size) return 1;
    b.at = offset;
    for (uint32_t n = get(&b, big, 2); n > 0 && sitr_bytes_left(&b) >= 12;
         n--) {
        const uint32_t tag = get(&b, big, 2), type = get(&b, big, 2);
        const uint32_t count = get(&b, big, 4), value = get(&b, big, 2);

        get(&b, big, 2);
        if (tag != ORIENTATION) continue;
        return type == TYPE_SHORT && count == 1 && value >= 1 && value <= 8
                   ? value
                   : 1;
    }
    return 1;
}
