/* SPDX-License-Identifier: Apache-2.0 */
/* Finding extrema, to a fraction of a sample. */
#include "region/extrema.h"

#include <string.h>

#include "base/sort.h"

/* Of a difference, in gray levels: below it is noise. */
#define MIN_STRENGTH 0.8

/* No extremum is looked for nearer to the border. */
#define BORDER 4

/* Greatest ratio of the curvatures across and along. */
#define MAX_EDGE 10

/* Rounds of fitting before an extremum that keeps moving is given up. */
#define MAX_MOVES 5

typedef struct finder {
    const sitr_kernels *kernels;
    sitr_extrema *out;
    uint32_t n_octave;
    const sitr_octave *octave;
    int16_t *dog[SITR_LEVELS - 1];
    int16_t *flags;
} finder;

/* ---- The list ------------------------------------------------------------- */

/* Strongest first; all that could be equal decides, so that the order does not
 * hang on the sorting. */
static int compare(const void *a, const void *b)
{
    const sitr_extremum *const p = a, *const q = b;

    if (p->strength != q->strength) return p->strength > q->strength ? -1 : 1;
    if (p->octave != q->octave) return p->octave > q->octave ? -1 : 1;
    if (p->level != q->level) return p->level > q->level ? -1 : 1;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    return (p->x > q->x) - (p->x < q->x);
}

static void sort(sitr_extrema *e)
{
    sitr_sort(e->items, e->n, sizeof *e->items, compare);
}

/* Room is for twice what is kept; when it is full the weaker half goes. */
static void add(sitr_extrema *e, const sitr_extremum *extremum)
{
    if (e->n == e->capacity) {
        sort(e);
        e->n = SITR_MAX_EXTREMA;
    }
    e->items[e->n++] = *extremum;
}

/* ---- Fitting -------------------------------------------------------------- */

/* Solves the symmetric system h o = -g by Cramer's rule; false where it is
 * singular. */
static bool solve(const double g[3], const double h[6], double o[3])
{
    const double xx = h[0], yy = h[1], ss = h[2], xy = h[3], xs = h[4],
                 ys = h[5];
    const double a = yy * ss - ys * ys, b = xs * ys - xy * ss,
                 c = xy * ys - xs * yy;
    const double det = xx * a + xy * b + xs * c;

    if (det == 0) return false;
    o[0] = -(g[0] * a + g[1] * b + g[2] * c) / det;
    o[1] =
        -(g[0] * b + g[1] * (xx * ss - xs * xs) + g[2] * (xy * xs - xx * ys)) /
        det;
    o[2] =
        -(g[0] * c + g[1] * (xy * xs - xx * ys) + g[2] * (xx * yy - xy * xy)) /
        det;
    return true;
}

/* Gradient and second derivatives at a sample. */
static void derive(const finder *f, ptrdiff_t at, uint32_t level, double g[3],
                   double h[6])
{
    const ptrdiff_t s = f->octave->stride;
    const int16_t *const d = f->dog[level] + at,
                         *const u = f->dog[level + 1] + at,
                         *const l = f->dog[level - 1] + at;

    g[0] = (d[1] - d[-1]) / 2.0;
    g[1] = (d[s] - d[-s]) / 2.0;
    g[2] = (u[0] - l[0]) / 2.0;
    h[0] = d[1] - 2 * d[0] + d[-1];
    h[1] = d[s] - 2 * d[0] + d[-s];
    h[2] = u[0] - 2 * d[0] + l[0];
    h[3] = (d[s + 1] - d[s - 1] - d[1 - s] + d[-s - 1]) / 4.0;
    h[4] = (u[1] - u[-1] - l[1] + l[-1]) / 4.0;
    h[5] = (u[s] - u[-s] - l[s] + l[-s]) / 4.0;
}

static bool on_edge(const double h[6])
{
    const double trace = h[0] + h[1], det = h[0] * h[1] - h[3] * h[3];

    return det <= 0 ||
           trace * trace * MAX_EDGE >= (MAX_EDGE + 1) * (MAX_EDGE + 1) * det;
}

static double magnitude(double v) { return v < 0 ? -v : v; }

/* The sample that the offset o leads to; 0 where it stays. Not from just past
 * the middle on: the parabolas of two neighbours differ, and each would send what
 * lies between them to the other for ever (VLFeat waits as long). */
static int step_of(double o) { return o > 0.6 ? 1 : o < -0.6 ? -1 : 0; }

static bool inside(const sitr_octave *o, uint32_t x, uint32_t y, uint32_t level)
{
    return x >= BORDER && y >= BORDER && x < o->cols - BORDER &&
           y < o->rows - BORDER && level >= 1 && level <= SITR_SCALES;
}

static void fit(finder *f, uint32_t x, uint32_t y, uint32_t level)
{
    const sitr_octave *const oct = f->octave;
    double g[3], h[6], o[3];

    for (int moves = 0;; moves++) {
        const ptrdiff_t at = (ptrdiff_t)y * oct->stride + (ptrdiff_t)x;

        derive(f, at, level, g, h);
        if (moves > MAX_MOVES || !solve(g, h, o)) return;
        if (!step_of(o[0]) && !step_of(o[1]) && !step_of(o[2])) {
            const double strength =
                magnitude(f->dog[level][at] +
                          (g[0] * o[0] + g[1] * o[1] + g[2] * o[2]) / 2);
            const sitr_extremum e = {.x = (float)(x + o[0]),
                                     .y = (float)(y + o[1]),
                                     .level = (float)(level + o[2]),
                                     .strength = (float)strength,
                                     .octave = f->n_octave};

            if (strength >= MIN_STRENGTH * (1 << SITR_LEVEL_BITS) &&
                !on_edge(h))
                add(f->out, &e);
            return;
        }
        x += (uint32_t)step_of(o[0]);
        y += (uint32_t)step_of(o[1]);
        level += (uint32_t)step_of(o[2]);
        if (!inside(oct, x, y, level)) return;
    }
}

/* ---- Search --------------------------------------------------------------- */

static void search_row(finder *f, uint32_t y, uint32_t level)
{
    const sitr_octave *const o = f->octave;
    const ptrdiff_t at = (ptrdiff_t)y * o->stride + BORDER;
    const int16_t *const dog[3] = {f->dog[level - 1] + at, f->dog[level] + at,
                                   f->dog[level + 1] + at};
    const uint32_t n = o->cols - 2 * BORDER;
    const int16_t threshold =
        (int16_t)(MIN_STRENGTH * 0.8 * (1 << SITR_LEVEL_BITS));

    f->kernels->extrema(f->flags, dog, o->stride, threshold, n);
    for (uint32_t x = 0; x < n; x += 4) {
        uint64_t four; /* flags, nearly always none; there is room past n */

        memcpy(&four, f->flags + x, sizeof four);
        if (!four) continue;
        for (uint32_t i = x; i < x + 4 && i < n; i++)
            if (f->flags[i]) fit(f, i + BORDER, y, level);
    }
}

static void search(finder *f, const sitr_scale_space *space)
{
    for (f->n_octave = 0; f->n_octave < space->n_octaves; f->n_octave++) {
        const sitr_octave *const o = &space->octave[f->n_octave];

        f->octave = o;
        for (uint32_t l = 0; l < SITR_LEVELS - 1; l++)
            f->kernels->difference(f->dog[l], o->level[l + 1], o->level[l],
                                   (size_t)o->stride * o->rows);
        for (uint32_t l = 1; l <= SITR_SCALES; l++)
            for (uint32_t y = BORDER; y < o->rows - BORDER; y++)
                search_row(f, y, l);
    }
}

sitr_status sitr_extrema_find(sitr_budget *budget,
                              const sitr_scale_space *space, sitr_extrema *out)
{
    const size_t size = space->n_octaves ? (size_t)space->octave[0].stride *
                                               space->octave[0].rows
                                         : 0;
    finder f = {.kernels = &budget->ctx->kernels, .out = out};
    void *dog = NULL, *flags = NULL, *items = NULL;
    sitr_status status;

    *out = (sitr_extrema){.capacity = 2 * SITR_MAX_EXTREMA};
    status =
        sitr_budget_alloc(budget, out->capacity * sizeof *out->items, &items);
    if (!status)
        status = sitr_budget_alloc(
            budget, (size * (SITR_LEVELS - 1) + 1) * sizeof(int16_t), &dog);
    if (!status)
        status = sitr_budget_alloc(budget, (space->cols + 4) * sizeof(int16_t),
                                   &flags);
    out->items = items;
    if (!status) {
        for (size_t l = 0; l < SITR_LEVELS - 1; l++)
            f.dog[l] = (int16_t *)dog + l * size;
        f.flags = flags;
        search(&f, space);
        sort(out);
        if (out->n > SITR_MAX_EXTREMA) out->n = SITR_MAX_EXTREMA;
    }
    sitr_budget_free(budget, flags);
    sitr_budget_free(budget, dog);
    if (!status) return SITR_OK;
    sitr_budget_free(budget, items);
    *out = (sitr_extrema){0};
    return status;
}
