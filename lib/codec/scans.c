/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a picture is shrunk to 1/8 its plane is made of DC coefficients, and
 * where it is gray, of luma: of a progressive photo 5 to 15 % of the bytes, and
 * of the time less. The other scans are not needed to decode these, for a scan
 * of DC reads no other coefficient, and one of AC has one component.
 *
 * At 1/2 and 1/4 all scans of luma are kept. There libjpeg's inverse DCT leaves
 * out the rows and columns 4, or 2, 4 and 6, and no run of the zigzag of more
 * than two coefficients lies in these, so no encoder's scan does.
 *
 * Markers are found as libjpeg finds them, whatever state it is in: any 0xff
 * that is followed neither by 0 nor by 0xff. Which of them are followed by a
 * length does not hang on its state either. In doubt it is handed the rest as
 * it is, to say what is wrong.
 */
#include "codec/scans.h"

#include <string.h>

enum { RST0 = 0xd0, RST7 = 0xd7, SOI = 0xd8, EOI = 0xd9, SOS = 0xda };
enum { FIRST = 0xc0, DHT = 0xc4, DQT = 0xdb };
enum { FIRST_APP = 0xe0, LAST_APP = 0xef, COM = 0xfe };

/* memchr is worth its call over a scan's data, not from one segment to the next. */
static const uint8_t *find_ff(const uint8_t *p, size_t size)
{
    return *p == 0xff ? p : memchr(p, 0xff, size);
}

uint8_t sitr_next_marker(sitr_bytes *b)
{
    while (sitr_bytes_left(b)) {
        const uint8_t *p = find_ff(b->data + b->at, sitr_bytes_left(b));
        uint8_t byte;

        if (!p) break;
        b->at = (size_t)(p - b->data);
        do byte = sitr_bytes_u8(b);
        while (byte == 0xff); /* past the end it is 0 */
        if (byte) return byte;
    }
    b->at = b->size;
    return 0;
}

/* Of those without a length, these may stand in a scan: libjpeg reads on after
 * them, or else gives up. */
static bool may_be_inside(uint8_t marker)
{
    return (marker && marker < FIRST) || (marker >= RST0 && marker <= RST7);
}

static bool ends_it_all(uint8_t marker)
{
    return marker == SOI || marker == EOI ||
           (marker > LAST_APP && marker != COM);
}

/* What follows the marker and the length, NULL where that is not all there. */
static const uint8_t *take_segment(sitr_bytes *b, size_t *size)
{
    const size_t length = (size_t)sitr_bytes_be(b, 2);

    *size = length < 2 ? 0 : length - 2;
    return sitr_bytes_take(b, *size);
}

/* ---- One scan ------------------------------------------------------------- */

/* The one component of that id, or n_components. */
static uint32_t find_component(const sitr_scans *s, uint8_t id)
{
    uint32_t found = s->n_components;

    for (uint32_t i = 0; i < s->n_components; i++) {
        if (s->component[i].id != id) continue;
        if (found < s->n_components) return s->n_components;
        found = i;
    }
    return found;
}

static bool parse_header(const sitr_scans *s, const uint8_t *p, size_t size,
                         sitr_scan_header *h)
{
    uint32_t seen = 0;

    h->n_components = size ? p[0] : 0;
    if (h->n_components < 1 || h->n_components > SITR_MAX_COMPONENTS ||
        size != 4 + 2 * h->n_components)
        return false;
    for (uint32_t i = 0; i < h->n_components; i++) {
        h->component[i] = find_component(s, p[1 + 2 * i]);
        if (h->component[i] == s->n_components) return false;
        if (seen & 1u << h->component[i]) return false;
        seen |= 1u << h->component[i];
    }
    p += 1 + 2 * h->n_components;
    h->first = p[0];
    h->last = p[1];
    h->high = p[2] >> 4;
    h->low = p[2] & 15;
    return true;
}

/* Whether libjpeg takes it for a scan of a progressive picture. */
static bool is_valid(const sitr_scan_header *h)
{
    if (h->low > 13 || (h->high && h->low != h->high - 1)) return false;
    if (!h->first) return h->last == 0;
    return h->first <= h->last && h->last <= 63 && h->n_components == 1;
}

static bool needs(const sitr_scans *s, const sitr_scan_header *h, uint32_t i)
{
    switch (s->component[i].need) {
    case SITR_NEED_DC:
        /* the first one settles the quantization table, whatever it holds */
        return !s->progressive || !h->first || !s->component[i].begun;
    case SITR_NEED_NONE:
        /* DC that may be refined in one scan with luma's: refining what is not
         * there brings a warning */
        return s->progressive && !h->first && (h->high || h->low);
    case SITR_NEED_ALL:
        break;
    }
    return true;
}

static bool is_needed(const sitr_scans *s, const sitr_scan_header *h)
{
    bool needed = false;

    for (uint32_t i = 0; i < h->n_components; i++)
        needed |= needs(s, h, h->component[i]);
    return needed;
}

static bool may_pass(sitr_scans *s, const uint8_t *p, size_t size)
{
    sitr_scan_header h;

    if (!parse_header(s, p, size, &h)) return false;
    if (s->progressive && !is_valid(&h)) return false;
    const bool needed = is_needed(s, &h);

    for (uint32_t i = 0; needed && i < h.n_components; i++)
        s->component[h.component[i]].begun = true;
    return !needed;
}

/* ---- All of them ---------------------------------------------------------- */

/* From one scan to the marker after its data. */
static void pass_over(sitr_scans *s)
{
    uint8_t marker;
    size_t size;

    sitr_next_marker(&s->b);
    take_segment(&s->b, &size);
    do marker = sitr_next_marker(&s->b);
    while (may_be_inside(marker));
    if (marker) s->b.at -= 2;
    s->n_passed++;
}

/* To the next scan that may be passed over, or to the end. */
static bool find_scan(sitr_scans *s)
{
    sitr_bytes *b = &s->b;

    for (uint8_t marker; (marker = sitr_next_marker(b)) != 0;) {
        const size_t at = b->at - 2;
        const uint8_t *p;
        size_t size;

        if (may_be_inside(marker)) continue;
        if (ends_it_all(marker) || !(p = take_segment(b, &size))) break;
        if (marker != SOS) continue;
        if (s->n_scans >= s->max_scans) break;
        s->n_scans++;
        if (!may_pass(s, p, size)) continue;
        b->at = at;
        return true;
    }
    b->at = b->size;
    return false;
}

bool sitr_scans_next(sitr_scans *s, const uint8_t **run, size_t *size)
{
    size_t start;

    if (!sitr_bytes_left(&s->b)) return false;
    do {
        if (s->at_scan) pass_over(s);
        start = s->b.at;
        s->at_scan = find_scan(s);
    } while (s->at_scan && s->b.at == start);
    *run = s->b.data + start;
    *size = s->b.at - start;
    return *size > 0;
}

/* Segments that change nothing for DC whose first scan was read: its tables of
 * Huffman codes are no more needed, its quantization was settled. */
static bool may_come_between(uint8_t marker)
{
    return marker == DHT || marker == DQT || marker == COM ||
           (marker >= FIRST_APP && marker <= LAST_APP);
}

sitr_scan_found sitr_scans_find(sitr_scans *s, sitr_scan_header *out)
{
    for (uint8_t marker; (marker = sitr_next_marker(&s->b)) != EOI;) {
        const uint8_t *p;
        size_t size;

        if (may_be_inside(marker)) continue;
        if (marker != SOS && !may_come_between(marker)) return SITR_SCAN_WRONG;
        p = take_segment(&s->b, &size);
        if (!p) return SITR_SCAN_WRONG;
        if (marker != SOS) continue;
        if (s->n_scans++ >= s->max_scans || !parse_header(s, p, size, out) ||
            !is_valid(out))
            return SITR_SCAN_WRONG;
        if (is_needed(s, out)) return SITR_SCAN_FOUND;
    }
    return SITR_SCAN_END;
}
