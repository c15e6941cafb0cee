/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and columns of one shade, and what they leave. */
#include "plane/frame.h"

#include <string.h>

/* Shades that a line may be off by and be flat: what JPEG leaves of one shade. */
#define OFF 6

/* Samples a side, at the least, of what is looked at. */
#define MIN_SIDE 48

/* Samples from .. to, in one direction. */
typedef struct range {
    uint32_t from, to;
} range;

/* Whether all but a fiftieth of every `every`-th of n samples are of one shade.
 * Where so few are looked at that none may be off, two that no shade is near to
 * both end it: most lines of a photo are done with after three or four. */
static bool is_one_shade(const uint8_t *line, size_t step, uint32_t n,
                         uint32_t every)
{
    const uint32_t looked_at = (n + every - 1) / every;
    uint8_t least = 255, most = 0;
    uint32_t sum = 0, off = 0;

    for (uint32_t i = 0; i < n && looked_at < 50; i += every) {
        const uint8_t v = line[i * step];

        if (v < least) least = v;
        if (v > most) most = v;
        if (most - least > 2 * OFF) return false;
    }
    for (uint32_t i = 0; i < n; i += every) sum += line[i * step];
    for (uint32_t i = 0; i < n; i += every) {
        const uint32_t v = line[i * step] * looked_at;

        off += (v < sum ? sum - v : v - sum) > OFF * looked_at;
    }
    return off * 50 <= looked_at;
}

/* Few lines of a photo pass the first look, at a sixteenth of them. */
static bool is_flat(const uint8_t *line, size_t step, uint32_t n)
{
    return is_one_shade(line, step, n, 16) && is_one_shade(line, step, n, 1);
}

/* The longest run of lines that are not flat, of those in `lines`, each of them
 * looked at over `along`; the first of equals. */
static range longest_run(const sitr_plane *p, bool rows, range lines,
                         range along)
{
    const size_t step = rows ? 1 : p->stride, next = rows ? p->stride : 1;
    const uint8_t *const data = p->data + along.from * step;
    range best = {lines.from, lines.from}, run = best;

    for (uint32_t i = lines.from; i < lines.to; i++) {
        run.to = i + 1;
        if (is_flat(data + i * next, step, along.to - along.from))
            run.from = i + 1;
        if (run.to - run.from > best.to - best.from) best = run;
    }
    return best;
}

static uint32_t length(range r) { return r.to - r.from; }

/* Of samples to pixels, as far as the picture has them. */
static void to_pixels(range r, uint32_t shrink, uint32_t lead, uint32_t size,
                      uint32_t *at, uint32_t *n)
{
    const uint64_t from = (uint64_t)r.from * shrink;
    const uint64_t to = (uint64_t)r.to * shrink - lead;

    *at = (uint32_t)(from > lead ? from - lead : 0);
    *n = (uint32_t)(to < size ? to : size) - *at;
}

bool sitr_frame_find(const sitr_plane *p, sitr_box *out)
{
    range x = {0, p->cols}, y = {0, p->rows};
    const uint64_t all = (uint64_t)p->cols * p->rows;
    uint64_t within = all, before;

    do {
        before = within;
        y = longest_run(p, true, y, x);
        if (length(y) < MIN_SIDE) return false;
        x = longest_run(p, false, x, y);
        if (length(x) < MIN_SIDE) return false;
        within = (uint64_t)length(x) * length(y);
    } while (within < before);
    if (within * 100 > all * 95) return false;
    to_pixels(x, p->shrink, p->lead_x, p->width, &out->x, &out->width);
    to_pixels(y, p->shrink, p->lead_y, p->height, &out->y, &out->height);
    return true;
}

sitr_status sitr_frame_cut(sitr_budget *budget, const sitr_plane *p,
                           const sitr_box *box, sitr_plane *out)
{
    const uint32_t col = (box->x + p->lead_x) / p->shrink;
    const uint32_t row = (box->y + p->lead_y) / p->shrink;
    const uint32_t cols = (box->x + p->lead_x + box->width - 1) / p->shrink;
    const uint32_t rows = (box->y + p->lead_y + box->height - 1) / p->shrink;
    const sitr_status status =
        sitr_plane_new(budget, (cols - col + 1) * p->shrink,
                       (rows - row + 1) * p->shrink, p->shrink, out);

    if (status) return status;
    for (uint32_t y = 0; y < out->rows; y++)
        memcpy(out->data + y * out->stride,
               p->data + (row + y) * p->stride + col, out->cols);
    return SITR_OK;
}
