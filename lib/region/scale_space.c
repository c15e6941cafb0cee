/* SPDX-License-Identifier: Apache-2.0 */
/* Gaussian blur, level by level. */
#include "region/scale_space.h"

#include <string.h>

/* An octave of less holds no extremum worth having. */
#define MIN_SIDE 12

/* A plane longer than this is halved until it is not: its cost is bounded. */
#define MAX_SIDE 1536

#define MAX_RADIUS 9

typedef struct filter {
    size_t radius;
    int16_t weights[MAX_RADIUS + 1]; /* middle first, in 1 / 2^15 */
} filter;

/* exp(-k^2 / 2 s^2) to three s, scaled to 2^15 in all. From make_tables.py. */
#include "region/blur_tables.h"

/* ---- Memory --------------------------------------------------------------- */

static size_t stride_of(uint32_t cols) { return ((size_t)cols + 31) & ~31u; }

static void plan(sitr_scale_space *space, uint32_t cols, uint32_t rows)
{
    space->cols = cols;
    space->rows = rows;
    while (cols >= MIN_SIDE && rows >= MIN_SIDE &&
           space->n_octaves < SITR_MAX_OCTAVES) {
        sitr_octave *const o = &space->octave[space->n_octaves++];

        o->cols = cols;
        o->rows = rows;
        o->stride = (ptrdiff_t)stride_of(cols);
        cols = (cols + 1) / 2;
        rows = (rows + 1) / 2;
    }
}

static sitr_status take_memory(sitr_budget *budget, sitr_scale_space *space)
{
    size_t size = 0;
    int16_t *at;
    sitr_status status;

    for (uint32_t i = 0; i < space->n_octaves; i++)
        size += (size_t)space->octave[i].stride * space->octave[i].rows;
    status = sitr_budget_alloc(budget, size * SITR_LEVELS * sizeof *at,
                               &space->memory);
    if (status) return status;
    at = space->memory;
    for (uint32_t i = 0; i < space->n_octaves; i++)
        for (size_t l = 0; l < SITR_LEVELS; l++) {
            space->octave[i].level[l] = at;
            at += (size_t)space->octave[i].stride * space->octave[i].rows;
        }
    return SITR_OK;
}

void sitr_scale_space_free(sitr_budget *budget, sitr_scale_space *space)
{
    sitr_budget_free(budget, space->memory);
    *space = (sitr_scale_space){0};
}

/* ---- The first level ------------------------------------------------------ */

/* Means of `factor` x `factor` samples; those at the far edge of fewer. */
static void fill_reduced(const sitr_plane *p, uint32_t factor,
                         const sitr_octave *to, int16_t *out)
{
    for (uint32_t y = 0; y < to->rows; y++)
        for (uint32_t x = 0; x < to->cols; x++) {
            uint32_t sum = 0, n = 0;

            for (uint32_t v = y * factor; v < (y + 1) * factor && v < p->rows;
                 v++)
                for (uint32_t u = x * factor;
                     u < (x + 1) * factor && u < p->cols; u++, n++)
                    sum += p->data[v * p->stride + u];
            out[y * to->stride + x] =
                (int16_t)(n ? ((sum << SITR_LEVEL_BITS) + n / 2) / n : 0);
        }
}

/* Sample i of the plane is at 2 i of what is enlarged, and between two of them
 * is their mean. */
static void fill_enlarged(const sitr_plane *p, const sitr_octave *to,
                          int16_t *out)
{
    for (uint32_t y = 0; y < to->rows; y++) {
        const uint8_t *const above = p->data + y / 2 * p->stride;
        const uint8_t *const below =
            p->data + ((y + 1) / 2 < p->rows ? (y + 1) / 2 : y / 2) * p->stride;

        for (uint32_t x = 0; x < to->cols; x++) {
            const uint32_t l = x / 2;
            const uint32_t r = (x + 1) / 2 < p->cols ? (x + 1) / 2 : l;
            const uint32_t sum =
                (uint32_t)above[l] + above[r] + below[l] + below[r];

            out[y * to->stride + x] = (int16_t)(sum << (SITR_LEVEL_BITS - 2));
        }
    }
}

static void halve(const sitr_octave *from, const int16_t *in,
                  const sitr_octave *to, int16_t *out)
{
    for (uint32_t y = 0; y < to->rows; y++) {
        const int16_t *const row = in + 2 * y * from->stride;

        for (uint32_t x = 0; x < to->cols; x++)
            out[y * to->stride + x] = row[2 * (size_t)x];
    }
}

/* ---- Blur ----------------------------------------------------------------- */

/* A row with its ends repeated on both sides. */
static void pad(int16_t *row, uint32_t cols, size_t radius)
{
    for (size_t i = 0; i < radius; i++) {
        row[i] = row[radius];
        row[radius + cols + i] = row[radius + cols - 1];
    }
}

/* `row` is room for cols + 2 * MAX_RADIUS values; out may not be in. */
static void blur(const sitr_kernels *k, const filter *f, const sitr_octave *o,
                 const int16_t *in, int16_t *out, int16_t *row)
{
    const int16_t *rows[2 * MAX_RADIUS + 1];

    for (uint32_t y = 0; y < o->rows; y++) {
        for (size_t i = 0; i <= 2 * f->radius; i++) {
            ptrdiff_t at = (ptrdiff_t)y + (ptrdiff_t)i - (ptrdiff_t)f->radius;

            if (at < 0) at = 0;
            if (at >= (ptrdiff_t)o->rows) at = (ptrdiff_t)o->rows - 1;
            rows[i] = in + at * o->stride;
        }
        k->blur_down(row + f->radius, rows, f->weights, f->radius, o->cols);
        pad(row, o->cols, f->radius);
        k->blur_across(out + y * o->stride, row, f->weights, f->radius,
                       o->cols);
    }
}

static void fill(const sitr_kernels *k, const sitr_plane *plane, bool enlarge,
                 uint32_t factor, sitr_scale_space *space, int16_t *row)
{
    sitr_octave *const first = &space->octave[0];

    /* the second level is free until the first is made */
    if (enlarge)
        fill_enlarged(plane, first, first->level[1]);
    else
        fill_reduced(plane, factor, first, first->level[1]);
    blur(k, enlarge ? &first_enlarged : &first_level, first, first->level[1],
         first->level[0], row);
    for (uint32_t i = 0; i < space->n_octaves; i++) {
        const sitr_octave *const o = &space->octave[i];

        if (i) halve(o - 1, (o - 1)->level[SITR_SCALES], o, o->level[0]);
        for (size_t l = 1; l < SITR_LEVELS; l++)
            blur(k, &next_level[l - 1], o, o->level[l - 1], o->level[l], row);
    }
}

sitr_status sitr_scale_space_new(sitr_budget *budget, const sitr_plane *plane,
                                 bool enlarge, sitr_scale_space *out)
{
    const uint32_t side = plane->cols > plane->rows ? plane->cols : plane->rows;
    uint32_t factor = 1;
    void *row;
    sitr_status status;

    *out = (sitr_scale_space){0};
    if (enlarge) {
        plan(out, 2 * plane->cols - 1, 2 * plane->rows - 1);
    } else {
        while ((side - 1) / factor + 1 > MAX_SIDE) factor *= 2;
        plan(out, (plane->cols - 1) / factor + 1,
             (plane->rows - 1) / factor + 1);
    }
    out->factor = factor;
    if (!out->n_octaves) return SITR_OK;
    status = sitr_budget_alloc(
        budget, (out->cols + 2 * MAX_RADIUS) * sizeof(int16_t), &row);
    if (status) return status;
    status = take_memory(budget, out);
    if (!status) fill(&budget->ctx->kernels, plane, enlarge, factor, out, row);
    sitr_budget_free(budget, row);
    if (status) *out = (sitr_scale_space){0};
    return status;
}
