/* SPDX-License-Identifier: Apache-2.0 */
/* Histograms of gradients, seen from the direction of the strongest. */
#include "region/describe.h"

#include <string.h>

#include "region/angle_tables.h"
#include "region/compare_tables.h"
#include "region/log2.h"

/* Around an extremum, for its direction: 15 x 15 samples over 9 sizes. */
#define NEAR      15
#define N_BINS    32
#define AS_STRONG 0.8f

#define BINS_PER_EIGHTH ((float)N_BINS / 8)
#define STEPS_PER_BIN   ((float)SITR_ANGLE_STEPS / N_BINS)

/* For its looks: 20 x 20 samples, a quarter of a cell apart, over the 4 x 4
 * cells and half a cell around them; a cell is 3 sizes wide. */
#define GRID       20
#define HALF_CELLS (GRID / 2)
#define CELLS      4
#define BINS       8

/* Fraction bits of positions. */
#define PLACE_BITS 16

/* ---- Gradients ------------------------------------------------------------ */

typedef struct window {
    const int16_t *data; /* the level nearest to the extremum's */
    ptrdiff_t stride;
    int32_t cols, rows;
    int32_t x, y; /* of the extremum, in 1 / 2^PLACE_BITS */
    int32_t size; /* its blur, likewise */
} window;

static window window_of(const sitr_scale_space *space,
                        const sitr_extremum *extremum)
{
    const sitr_octave *const o = &space->octave[extremum->octave];
    const uint32_t level = (uint32_t)(extremum->level + 0.5f);
    /* 1.6 * 2^(level / 3): 16 steps a level */
    const uint32_t step = (uint32_t)(extremum->level * 16 + 0.5f);
    const uint32_t power = (uint32_t)power_of[step % 48] << step / 48;
    const float unit = (float)(1 << PLACE_BITS);

    return (window){
        .data = o->level[level],
        .stride = o->stride,
        .cols = (int32_t)o->cols,
        .rows = (int32_t)o->rows,
        .x = (int32_t)(extremum->x * unit),
        .y = (int32_t)(extremum->y * unit),
        /* 1.6 is 1638.4 / 1024 */
        .size = (int32_t)((float)power * (1.6f / 1024) * unit),
    };
}

/* The gradient at the sample nearest to a place; none outside. */
static void gradient(const window *w, int32_t x, int32_t y, int16_t *dx,
                     int16_t *dy)
{
    const int32_t half = 1 << (PLACE_BITS - 1);
    const int32_t u = (x + half) >> PLACE_BITS, v = (y + half) >> PLACE_BITS;
    const int16_t *p;

    *dx = *dy = 0;
    if (u < 1 || v < 1 || u >= w->cols - 1 || v >= w->rows - 1) return;
    p = w->data + v * w->stride + u;
    *dx = (int16_t)(p[1] - p[-1]);
    *dy = (int16_t)(p[w->stride] - p[-w->stride]);
}

/* ---- Direction ------------------------------------------------------------ */

static void near_histogram(const sitr_kernels *k, const window *w,
                           float bins[N_BINS])
{
    const int32_t step = (int32_t)((int64_t)w->size * 9 / (NEAR - 1));
    const int32_t reach = NEAR / 2;
    int16_t dx[NEAR * NEAR], dy[NEAR * NEAR];
    float size[NEAR * NEAR], angle[NEAR * NEAR];

    for (int32_t i = 0; i < NEAR * NEAR; i++)
        gradient(w, w->x + (i % NEAR - reach) * step,
                 w->y + (i / NEAR - reach) * step, &dx[i], &dy[i]);
    k->polar(size, angle, dx, dy, NEAR * NEAR);
    for (uint32_t i = 0; i < N_BINS; i++) bins[i] = 0;
    for (int32_t i = 0; i < NEAR * NEAR; i++) {
        const int32_t u = i % NEAR - reach, v = i / NEAR - reach;
        const float weight =
            (float)(near_weight[u < 0 ? -u : u] * near_weight[v < 0 ? -v : v]);
        const float at = angle[i] * BINS_PER_EIGHTH;
        const uint32_t bin = (uint32_t)at;
        const float part = at - (float)bin, amount = size[i] * weight;

        bins[bin % N_BINS] += amount * (1 - part);
        bins[(bin + 1) % N_BINS] += amount * part;
    }
}

static void smooth(float bins[N_BINS])
{
    for (int round = 0; round < 2; round++) {
        float before[N_BINS];

        memcpy(before, bins, sizeof before);
        for (uint32_t i = 0; i < N_BINS; i++)
            bins[i] = (before[(i + N_BINS - 1) % N_BINS] + 2 * before[i] +
                       before[(i + 1) % N_BINS]) /
                      4;
    }
}

/* The top of the parabola through a peak and its neighbours, in steps. */
static uint8_t peak_angle(const float bins[N_BINS], uint32_t i)
{
    const float l = bins[(i + N_BINS - 1) % N_BINS], m = bins[i],
                r = bins[(i + 1) % N_BINS];
    const float bend = l - 2 * m + r;
    const float offset = bend < 0 ? (l - r) / (2 * bend) : 0;
    const float steps = ((float)i + offset) * STEPS_PER_BIN;

    return (uint8_t)(int32_t)(steps + SITR_ANGLE_STEPS + 0.5f);
}

uint32_t sitr_region_directions(const sitr_kernels *kernels,
                                const sitr_scale_space *space,
                                const sitr_extremum *extremum,
                                uint8_t angles[SITR_MAX_DIRECTIONS])
{
    const window w = window_of(space, extremum);
    float bins[N_BINS], most = 0, next = 0;
    uint32_t first = 0, second = N_BINS;

    near_histogram(kernels, &w, bins);
    smooth(bins);
    for (uint32_t i = 0; i < N_BINS; i++)
        if (bins[i] > most) {
            most = bins[i];
            first = i;
        }
    for (uint32_t i = 0; i < N_BINS; i++)
        if (i != first && bins[i] > next && bins[i] >= AS_STRONG * most &&
            bins[i] > bins[(i + N_BINS - 1) % N_BINS] &&
            bins[i] >= bins[(i + 1) % N_BINS]) {
            next = bins[i];
            second = i;
        }
    angles[0] = peak_angle(bins, first);
    if (second == N_BINS) return 1;
    angles[1] = peak_angle(bins, second);
    return 2;
}

/* ---- Looks ---------------------------------------------------------------- */

/* Histograms of half a cell each; a ninth bin takes what is between the last
 * direction and the first. */
typedef float half_cells[HALF_CELLS][HALF_CELLS][BINS + 1];

static void collect(const sitr_kernels *k, const window *w, uint8_t angle,
                    half_cells out)
{
    /* a quarter of a cell, along the direction */
    const int64_t step = (int64_t)w->size * 3 / 4;
    const int32_t cx = (int32_t)(step * cosine[angle] / 16384);
    const int32_t cy =
        (int32_t)(step * cosine[(angle + 192) % SITR_ANGLE_STEPS] / 16384);
    const float turn = (float)angle * (8.0f / SITR_ANGLE_STEPS);
    int16_t dx[GRID * GRID], dy[GRID * GRID];
    float size[GRID * GRID], direction[GRID * GRID];

    for (int32_t v = 0; v < GRID; v++)
        for (int32_t u = 0; u < GRID; u++) {
            /* from the middle, in eighths of a cell */
            const int32_t a = 2 * u - (GRID - 1), b = 2 * v - (GRID - 1);

            gradient(w, w->x + (a * cx - b * cy) / 2,
                     w->y + (a * cy + b * cx) / 2, &dx[v * GRID + u],
                     &dy[v * GRID + u]);
        }
    k->polar(size, direction, dx, dy, GRID * GRID);
    memset(out, 0, sizeof(half_cells));
    for (uint32_t i = 0; i < GRID * GRID; i++) {
        float at = direction[i] - turn;
        uint32_t bin;
        float *const bins = out[i / GRID / 2][i % GRID / 2];

        if (at < 0) at += BINS;
        bin = (uint32_t)at;
        if (bin >= BINS) bin = 0, at = 0; /* rounded up to a whole turn */
        bins[bin] += size[i] * ((float)(bin + 1) - at);
        bins[bin + 1] += size[i] * (at - (float)bin);
    }
}

/* Whole cells of half ones, those nearer the middle of a cell and of all
 * counting for more. */
static void gather(half_cells halves, float cells[CELLS * CELLS * BINS])
{
    static const float share[4] = {0.25f, 0.75f, 0.75f, 0.25f};
    float rows[HALF_CELLS][CELLS][BINS];

    for (uint32_t y = 0; y < HALF_CELLS; y++)
        for (uint32_t x = 0; x < HALF_CELLS; x++)
            halves[y][x][0] += halves[y][x][BINS];
    for (uint32_t y = 0; y < HALF_CELLS; y++)
        for (uint32_t c = 0; c < CELLS; c++)
            for (uint32_t b = 0; b < BINS; b++) {
                float sum = 0;

                for (uint32_t i = 0; i < 4; i++)
                    sum += halves[y][2 * c + i][b] *
                           (share[i] * half_cell_weight[2 * c + i]);
                rows[y][c][b] = sum;
            }
    for (uint32_t r = 0; r < CELLS; r++)
        for (uint32_t c = 0; c < CELLS; c++)
            for (uint32_t b = 0; b < BINS; b++) {
                float sum = 0;

                for (uint32_t i = 0; i < 4; i++)
                    sum += rows[2 * r + i][c][b] *
                           (share[i] * half_cell_weight[2 * r + i]);
                cells[(r * CELLS + c) * BINS + b] = sum;
            }
}

void sitr_region_describe(const sitr_kernels *kernels,
                          const sitr_scale_space *space,
                          const sitr_extremum *extremum, uint8_t angle,
                          sitr_descriptor *out)
{
    const window w = window_of(space, extremum);
    half_cells halves;
    float cells[CELLS * CELLS * BINS];

    collect(kernels, &w, angle, halves);
    gather(halves, cells);
    for (uint32_t v = 0; v < SITR_N_VARIANTS; v++) {
        uint64_t word = 0;

        for (uint32_t i = 0; i < 64; i++)
            word |=
                (uint64_t)(cells[compare[v][i][0]] > cells[compare[v][i][1]])
                << i;
        out->word[v] = word;
    }
}

/* ---- Place ---------------------------------------------------------------- */

/* To the nearest whole number, of 0 and more. */
static uint32_t rounded(float v) { return ((uint32_t)(v * 2) + 1) / 2; }

static uint16_t position(float samples, uint32_t lead, uint32_t shrink,
                         uint32_t longer)
{
    const float pixels = samples * (float)shrink - (float)lead;
    const float units = pixels * (float)SITR_REGION_UNIT / (float)longer;

    return units <= 0                         ? 0
           : units >= (float)SITR_REGION_UNIT ? SITR_REGION_UNIT
                                              : (uint16_t)rounded(units);
}

void sitr_region_place(const sitr_plane *plane, const sitr_scale_space *space,
                       const sitr_extremum *extremum, sitr_keypoint *out)
{
    const uint32_t longer =
        plane->width > plane->height ? plane->width : plane->height;
    const bool enlarged = space->cols > plane->cols;
    const uint32_t factor = space->factor;
    const float scale = (float)(1u << extremum->octave);
    const float x = extremum->x * scale, y = extremum->y * scale;
    /* of 1.6 * 2^(octave + level / 3) samples over the longer side / 4096 */
    const int32_t size =
        (int32_t)(12 * 1024 + 694 + 1024 * (int32_t)extremum->octave) +
        (int32_t)(extremum->level * (1024.0f / SITR_SCALES) + 0.5f) +
        (int32_t)sitr_log2(factor * plane->shrink) - (enlarged ? 1024 : 0) -
        (int32_t)sitr_log2(longer);
    const int32_t steps = (size * SITR_SCALE_STEPS + 512) >> 10;

    out->x = position(enlarged ? x / 2 + 0.5f : (x + 0.5f) * (float)factor,
                      plane->lead_x, plane->shrink, longer);
    out->y = position(enlarged ? y / 2 + 0.5f : (y + 0.5f) * (float)factor,
                      plane->lead_y, plane->shrink, longer);
    out->scale = (uint8_t)(steps < 0 ? 0 : steps > 255 ? 255 : steps);
}
