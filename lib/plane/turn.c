/* SPDX-License-Identifier: Apache-2.0 */
/* The eight symmetries of the square, done to planes. */
#include "plane/plane.h"

/* Where the sample at row y, column x of the turned plane comes from: the
 * source is walked from `origin` by `per_x` and `per_y` bytes. */
typedef struct walk {
    ptrdiff_t origin, per_x, per_y;
} walk;

static walk walk_of(const sitr_plane *p, sitr_turn turn)
{
    const ptrdiff_t s = (ptrdiff_t)p->stride;
    const ptrdiff_t right = (ptrdiff_t)p->cols - 1;
    const ptrdiff_t bottom = ((ptrdiff_t)p->rows - 1) * s;

    switch (turn) {
    case SITR_UPRIGHT:
        return (walk){0, 1, s};
    case SITR_ROTATE_90:
        return (walk){bottom, -s, 1};
    case SITR_ROTATE_180:
        return (walk){bottom + right, -1, -s};
    case SITR_ROTATE_270:
        return (walk){right, s, -1};
    case SITR_MIRROR:
        return (walk){right, -1, s};
    case SITR_MIRROR_90:
        return (walk){bottom + right, -s, -1};
    case SITR_MIRROR_180:
        return (walk){bottom, 1, -s};
    case SITR_MIRROR_270:
        return (walk){0, s, 1};
    }
    return (walk){0, 1, s};
}

/* The lead of an axis walked from its other end. */
static uint32_t far_lead(uint32_t blocks, uint32_t shrink, uint32_t side,
                         uint32_t lead)
{
    return blocks * shrink - side - lead;
}

sitr_status sitr_plane_turn(sitr_budget *budget, sitr_plane *plane,
                            sitr_turn turn)
{
    const sitr_plane p = *plane;
    const walk w = walk_of(&p, turn);
    const bool swap = sitr_turn_transposes(turn);
    const uint32_t far_x = far_lead(p.cols, p.shrink, p.width, p.lead_x);
    const uint32_t far_y = far_lead(p.rows, p.shrink, p.height, p.lead_y);
    sitr_plane t;
    sitr_status status;

    if (turn == SITR_UPRIGHT) return SITR_OK;
    status = sitr_plane_new(budget, swap ? p.height : p.width,
                            swap ? p.width : p.height, p.shrink, &t);
    if (status) return status;
    for (uint32_t y = 0; y < t.rows; y++) {
        const uint8_t *from = p.data + w.origin + (ptrdiff_t)y * w.per_y;
        uint8_t *to = t.data + y * t.stride;

        for (uint32_t x = 0; x < t.cols; x++) to[x] = from[x * w.per_x];
    }
    if (swap) {
        t.lead_x = w.per_x > 0 ? p.lead_y : far_y;
        t.lead_y = w.per_y > 0 ? p.lead_x : far_x;
    } else {
        t.lead_x = w.per_x > 0 ? p.lead_x : far_x;
        t.lead_y = w.per_y > 0 ? p.lead_y : far_y;
    }
    sitr_plane_free(budget, plane);
    *plane = t;
    return SITR_OK;
}

sitr_turn sitr_turn_of_orientation(uint32_t orientation)
{
    /* Exif 2.32, tag 0x0112: where row 0 and column 0 of what is stored are to
     * be seen. Orientation 5 is a transposition, 7 the other one. */
    static const sitr_turn upright_by[9] = {
        SITR_UPRIGHT,    SITR_UPRIGHT,    SITR_MIRROR,
        SITR_ROTATE_180, SITR_MIRROR_180, SITR_MIRROR_270,
        SITR_ROTATE_90,  SITR_MIRROR_90,  SITR_ROTATE_270};

    return orientation <= 8 ? upright_by[orientation] : SITR_UPRIGHT;
}

sitr_turn sitr_turn_inverse(sitr_turn turn)
{
    if (turn == SITR_ROTATE_90) return SITR_ROTATE_270;
    if (turn == SITR_ROTATE_270) return SITR_ROTATE_90;
    return turn; /* the others are their own */
}
