/* SPDX-License-Identifier: Apache-2.0 */
/* What a map makes of a picture's corners, and what that tells of it. */
#include "match/placement.h"

#include <string.h>

static double squared(double v) { return v * v; }

static uint32_t longer(const sitr_signature *s)
{
    return s->info.width > s->info.height ? s->info.width : s->info.height;
}

void sitr_place_quad(const sitr_alignment *a, const sitr_signature *mine,
                     const sitr_signature *found, double quad[4][2])
{
    const double in = (double)SITR_REGION_UNIT / longer(mine);
    const double out = (double)longer(found) / SITR_REGION_UNIT;
    const double w = mine->info.width * in, h = mine->info.height * in;
    const double corner[4][2] = {{0, 0}, {w, 0}, {w, h}, {0, h}};

    for (int i = 0; i < 4; i++) {
        const double x = corner[i][0], y = corner[i][1];

        quad[i][0] = (a->to[0] * x + a->to[1] * y + a->to[2]) * out;
        quad[i][1] = (a->to[3] * x + a->to[4] * y + a->to[5]) * out;
    }
}

/* Twice the area of a polygon. */
static double area2(const double (*p)[2], int n)
{
    double sum = 0;

    for (int i = 0; i < n; i++) {
        const double *const a = p[i], *const b = p[(i + 1) % n];

        sum += a[0] * b[1] - a[1] * b[0];
    }
    return sum < 0 ? -sum : sum;
}

/* Cuts a convex polygon of at most 8 corners along x = at or y = at, keeping
 * the side of greater or lesser values; returns how many corners are left. */
static int cut(double (*p)[2], int n, int axis, double at, bool greater)
{
    double out[9][2];
    int m = 0;

    for (int i = 0; i < n; i++) {
        const double *const a = p[i], *const b = p[(i + 1) % n];
        const bool in_a = greater ? a[axis] >= at : a[axis] <= at;
        const bool in_b = greater ? b[axis] >= at : b[axis] <= at;

        if (in_a && m < 9) {
            out[m][0] = a[0];
            out[m++][1] = a[1];
        }
        if (in_a != in_b && m < 9) {
            const double t = (at - a[axis]) / (b[axis] - a[axis]);

            out[m][0] = a[0] + t * (b[0] - a[0]);
            out[m++][1] = a[1] + t * (b[1] - a[1]);
        }
    }
    for (int i = 0; i < m; i++) p[i][0] = out[i][0], p[i][1] = out[i][1];
    return m;
}

/* Twice the area of the quad that lies within w x h. */
static double inside2(const double quad[4][2], double w, double h)
{
    double p[9][2];
    int n = 4;

    for (int i = 0; i < 4; i++) p[i][0] = quad[i][0], p[i][1] = quad[i][1];
    n = cut(p, n, 0, 0, true);
    n = cut(p, n, 0, w, false);
    n = cut(p, n, 1, 0, true);
    n = cut(p, n, 1, h, false);
    return n < 3 ? 0 : area2((const double(*)[2])p, n);
}

double sitr_place_shown(const double quad[4][2], const sitr_signature *found)
{
    return inside2(quad, found->info.width, found->info.height) /
           area2(quad, 4);
}

/* ---- Kind and turn -------------------------------------------------------- */

sitr_turn sitr_place_turn(const sitr_alignment *a, double *skew2)
{
    const bool mirrored = a->variant & SITR_MIRRORED;
    /* the map after a mirror, which turns it back */
    const double c0 = mirrored ? -a->to[0] : a->to[0];
    const double c3 = mirrored ? -a->to[3] : a->to[3];
    const double c1 = a->to[1], c4 = a->to[4];
    /* where the x and the y axis go: quarters of a turn, clockwise as seen */
    const double cx = c0 + c4, sx = c3 - c1;
    int quarter;

    if (cx >= 0 && cx >= (sx < 0 ? -sx : sx))
        quarter = 0;
    else if (sx >= 0 && sx >= (cx < 0 ? -cx : cx))
        quarter = 1;
    else if (cx < 0 && -cx >= (sx < 0 ? -sx : sx))
        quarter = 2;
    else
        quarter = 3;
    const double along =
        quarter & 1 ? squared(c3) + squared(c1) : squared(c0) + squared(c4);
    const double across =
        quarter & 1 ? squared(c0) + squared(c4) : squared(c3) + squared(c1);

    *skew2 = across / along;
    return (sitr_turn)(quarter + (mirrored ? SITR_MIRROR : 0));
}

/* Cells of a grid over a picture, along a side. */
#define GRID 8

/* How many of the regions that have their bit lie in each cell; returns how many
 * in all. */
static uint32_t fill_grid(const sitr_regions *regions, const uint32_t *bits,
                          uint32_t cells[GRID * GRID])
{
    const uint32_t side = SITR_REGION_UNIT / GRID + 1;
    uint32_t n = 0;

    memset(cells, 0, GRID * GRID * sizeof *cells);
    for (uint32_t i = 0; i < regions->n; i++) {
        const sitr_keypoint *const p = &regions->points[i];

        if (!sitr_has_bit(bits, i)) continue;
        cells[p->y / side * GRID + p->x / side]++;
        n++;
    }
    return n;
}

/* The sum over two by two cells. */
static uint32_t four_of(const uint32_t *cells, uint32_t c)
{
    return cells[c] + cells[c + 1] + cells[c + GRID] + cells[c + GRID + 1];
}

bool sitr_place_has_hole(const sitr_alignment *a, const sitr_regions *mine,
                         uint32_t least, uint32_t times)
{
    uint32_t visible[GRID * GRID], agreeing[GRID * GRID];
    const uint32_t all_visible = fill_grid(mine, a->visible, visible);
    const uint32_t all_agreeing = fill_grid(mine, a->agreeing, agreeing);

    for (uint32_t y = 0; y + 1 < GRID; y++)
        for (uint32_t x = 0; x + 1 < GRID; x++) {
            const uint32_t c = y * GRID + x, n = four_of(visible, c);

            if (n >= least &&
                four_of(agreeing, c) * all_visible * times < n * all_agreeing)
                return true;
        }
    return false;
}

/* Shares of areas; beyond these it is more than a border or a trim. */
#define SURROUNDED 0.95
#define TRIMMED    0.96
/* What is not straight and fills this much of what was found, and shows this
 * much of itself, lost its corners to the turn and nothing else. */
#define BENT       0.7
#define BENT_SHOWN 0.75

/* Bits that the whole picture may change by and still be called the same. */
#define SAME_BITS 37

sitr_match_kind sitr_place_kind(const sitr_signature *found,
                                const double quad[4][2], sitr_turn turn,
                                double skew2, uint32_t distance)
{
    const bool straight = skew2 < SITR_STRAIGHT2;
    const double w = found->info.width, h = found->info.height;
    const double all = area2(quad, 4), shown = inside2(quad, w, h);

    if (!straight && shown > 2 * w * h * BENT)
        return shown > all * BENT_SHOWN ? SITR_EDITED : SITR_CROPPED;
    if (shown < 2 * w * h * SURROUNDED) return SITR_CONTAINED;
    if (shown < all * TRIMMED) return SITR_CROPPED;
    if (!straight || (distance != UINT32_MAX && distance > SAME_BITS))
        return SITR_EDITED;
    return turn == SITR_UPRIGHT ? SITR_SAME_PICTURE : SITR_TURNED;
}

/* ---- Places --------------------------------------------------------------- */

bool sitr_place_same(const sitr_match *a, const sitr_match *b)
{
    float ax = 0, ay = 0, bx = 0, by = 0, size = 0;

    for (int i = 0; i < 4; i++) {
        ax += a->quad[i][0] / 4, ay += a->quad[i][1] / 4;
        bx += b->quad[i][0] / 4, by += b->quad[i][1] / 4;
    }
    for (int i = 0; i < 4; i++) {
        const float dx = a->quad[i][0] - ax, dy = a->quad[i][1] - ay;

        size += (dx * dx + dy * dy) / 4;
    }
    return (ax - bx) * (ax - bx) + (ay - by) * (ay - by) < size / 4;
}

void sitr_place_whole(const sitr_signature *mine, const sitr_signature *found,
                      const sitr_box *box, sitr_turn turn, double to[6])
{
    const double unit = (double)SITR_REGION_UNIT / longer(mine);
    const double out = (double)SITR_REGION_UNIT / longer(found);
    const double x = 1 / (mine->info.width * unit);
    const double y = 1 / (mine->info.height * unit);
    const double w = box->width * out, h = box->height * out;
    const uint32_t left =
        turn & SITR_MIRROR ? found->info.width - box->x - box->width : box->x;
    const double map[4][6] = {
        {w * x, 0, 0, 0, h * y, 0},
        {0, -w * y, w, h * x, 0, 0},
        {-w * x, 0, w, 0, -h * y, h},
        {0, w * y, 0, -h * x, 0, h},
    };

    memcpy(to, map[turn & SITR_MIRROR ? (4 - (turn & 3)) & 3 : turn & 3],
           sizeof map[0]);
    to[2] += left * out;
    to[5] += box->y * out;
}
