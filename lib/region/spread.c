/* SPDX-License-Identifier: Apache-2.0 */
/* Which extrema are kept: the strong ones, but all over the picture. */
#include <string.h>

#include "base/sort.h"
#include "region/extrema.h"

/* What is this much weaker gives way. */
#define GIVES_WAY 0.9f

typedef struct place {
    int32_t *x, *y;    /* in quarters of the first octave's samples */
    uint32_t *radius2; /* to the nearest that is much stronger, squared */
    uint32_t *order;
} place;

static int descending(const void *a, const void *b)
{
    const uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;

    return (p < q) - (p > q);
}

static uint32_t nearest(const place *p, uint32_t i, uint32_t n)
{
    uint32_t least = UINT32_MAX;

    for (uint32_t k = 0; k < n; k++) {
        const int32_t dx = p->x[k] - p->x[i], dy = p->y[k] - p->y[i];
        const uint32_t d = (uint32_t)(dx * dx) + (uint32_t)(dy * dy);

        least = d < least ? d : least;
    }
    return least;
}

static void choose(sitr_extrema *e, uint32_t max, const place *p)
{
    uint32_t n_stronger = 0, kept = 0, ties = max, radius2;

    for (uint32_t i = 0; i < e->n; i++) {
        const sitr_extremum *const at = &e->items[i];
        const float scale = (float)(4u << at->octave);

        p->x[i] = (int32_t)(at->x * scale);
        p->y[i] = (int32_t)(at->y * scale);
        while (e->items[n_stronger].strength * GIVES_WAY > at->strength)
            n_stronger++;
        p->radius2[i] = p->order[i] = nearest(p, i, n_stronger);
    }
    sitr_sort(p->order, e->n, sizeof *p->order, descending);
    radius2 = p->order[max - 1];
    /* of those as far apart as the last, the strongest */
    for (uint32_t i = 0; i < e->n; i++) ties -= p->radius2[i] > radius2;
    for (uint32_t i = 0; i < e->n; i++) {
        if (p->radius2[i] < radius2) continue;
        if (p->radius2[i] == radius2) {
            if (!ties) continue;
            ties--;
        }
        e->items[kept++] = e->items[i];
    }
    e->n = kept;
}

sitr_status sitr_extrema_spread(sitr_budget *budget, uint32_t max,
                                sitr_extrema *extrema)
{
    place p;
    void *memory;
    sitr_status status;

    if (!max) extrema->n = 0;
    if (extrema->n <= max) return SITR_OK;
    status =
        sitr_budget_alloc(budget, extrema->n * 4 * sizeof(uint32_t), &memory);
    if (status) return status;
    p.x = memory;
    p.y = p.x + extrema->n;
    p.radius2 = (uint32_t *)(p.y + extrema->n);
    p.order = p.radius2 + extrema->n;
    choose(extrema, max, &p);
    sitr_budget_free(budget, memory);
    return SITR_OK;
}

/* ---- Scales --------------------------------------------------------------- */

/* Of what is kept, the shares of the first octave, the second, and the rest. */
#define N_BANDS 3
static const uint32_t share[N_BANDS] = {50, 25, 25};

static uint32_t band_of(const sitr_extremum *extremum)
{
    return extremum->octave < N_BANDS ? extremum->octave : N_BANDS - 1;
}

/* How many of each band are kept: its share, and what others leave, the finer
 * first. */
static void divide(const sitr_extrema bands[N_BANDS], uint32_t max,
                   uint32_t most[N_BANDS])
{
    uint32_t left = max;

    for (uint32_t b = 0; b < N_BANDS; b++) {
        most[b] = max * share[b] / 100;
        if (most[b] > bands[b].n) most[b] = bands[b].n;
        left -= most[b];
    }
    for (uint32_t b = 0; b < N_BANDS; b++) {
        const uint32_t more =
            left < bands[b].n - most[b] ? left : bands[b].n - most[b];

        most[b] += more;
        left -= more;
    }
}

sitr_status sitr_extrema_balance(sitr_budget *budget, uint32_t max,
                                 sitr_extrema *extrema)
{
    sitr_extrema bands[N_BANDS] = {0};
    uint32_t most[N_BANDS], n = 0;
    void *memory;
    sitr_status status;

    if (extrema->n <= max) return SITR_OK;
    status =
        sitr_budget_alloc(budget, extrema->n * sizeof *extrema->items, &memory);
    if (status) return status;
    for (uint32_t b = 0; b < N_BANDS; b++) {
        bands[b].items = (sitr_extremum *)memory + n;
        for (uint32_t i = 0; i < extrema->n; i++)
            if (band_of(&extrema->items[i]) == b)
                bands[b].items[bands[b].n++] = extrema->items[i];
        n += bands[b].n;
    }
    divide(bands, max, most);
    extrema->n = 0;
    for (uint32_t b = 0; b < N_BANDS && !status; b++) {
        status = sitr_extrema_spread(budget, most[b], &bands[b]);
        memcpy(extrema->items + extrema->n, bands[b].items,
               bands[b].n * sizeof *bands[b].items);
        extrema->n += bands[b].n;
    }
    sitr_budget_free(budget, memory);
    return status;
}
