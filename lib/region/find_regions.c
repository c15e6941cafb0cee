/* SPDX-License-Identifier: Apache-2.0 */
/* A plane's regions, from the scale space to descriptors. */
#include "region/describe.h"
#include "region/distinctive.h"
#include "region/region.h"

/* A query shorter than this is enlarged: half of its regions are smaller than
 * the first octave sees. */
#define SMALL_SIDE 420

static void describe_all(const sitr_kernels *k, const sitr_plane *plane,
                         const sitr_scale_space *space, const sitr_extrema *e,
                         uint32_t max, uint32_t n_directions, sitr_regions *out)
{
    for (uint32_t i = 0; i < e->n && out->n < max; i++) {
        uint8_t angles[SITR_MAX_DIRECTIONS];
        sitr_keypoint at;
        const uint32_t n =
            sitr_region_directions(k, space, &e->items[i], angles);

        sitr_region_place(plane, space, &e->items[i], &at);
        for (uint32_t d = 0; d < n && d < n_directions && out->n < max; d++) {
            at.angle = angles[d];
            sitr_region_describe(k, space, &e->items[i], angles[d],
                                 &out->descriptors[out->n]);
            out->points[out->n++] = at;
        }
    }
}

sitr_status sitr_regions_new(const sitr_ctx *ctx, uint32_t n, sitr_regions *out)
{
    *out = (sitr_regions){0};
    out->points = sitr_alloc(ctx, n * sizeof *out->points);
    out->descriptors = sitr_alloc(ctx, n * sizeof *out->descriptors);
    if (out->points && out->descriptors) return SITR_OK;
    sitr_regions_free(ctx, out);
    return SITR_ENOMEM;
}

void sitr_regions_free(const sitr_ctx *ctx, sitr_regions *regions)
{
    sitr_free(ctx, regions->points);
    sitr_free(ctx, regions->descriptors);
    *regions = (sitr_regions){0};
}

/* Of each sort the best, in proportion; of what is kept, two thirds at least are
 * telling ones if there are as many: the writing and the buttons of a screen
 * would leave them little room. */
static sitr_status choose(sitr_budget *budget, uint32_t max, bool as_query,
                          sitr_extrema *telling, sitr_extrema *others)
{
    /* a seventh of a query's places are there twice */
    const uint32_t room = as_query ? max - max / 7 : max;
    const uint32_t n = telling->n + others->n;
    const uint32_t least = as_query ? 0 : room * 2 / 3;
    uint32_t most = n <= room ? n : room * telling->n / n;
    sitr_status status;

    if (most < least) most = least;
    status = as_query ? sitr_extrema_spread(budget, most, telling)
                      : sitr_extrema_balance(budget, most, telling);
    if (status) return status;
    most = room - telling->n;
    return as_query ? sitr_extrema_spread(budget, most, others)
                    : sitr_extrema_balance(budget, most, others);
}

static sitr_status find(sitr_budget *budget, const sitr_plane *plane,
                        const sitr_scale_space *space, uint32_t max,
                        bool as_query, sitr_regions *out)
{
    const sitr_kernels *const k = &budget->ctx->kernels;
    sitr_extrema telling, others;
    sitr_status status = sitr_extrema_find(budget, space, &telling);

    if (status) return status;
    status = sitr_extrema_divide(budget, plane, space, &telling, &others);
    if (!status) status = choose(budget, max, as_query, &telling, &others);
    if (!status && telling.n + others.n) {
        const uint32_t n_directions = as_query ? SITR_MAX_DIRECTIONS : 1;
        const uint32_t all = (telling.n + others.n) * n_directions;
        const uint32_t room = all < max ? all : max;

        status = sitr_regions_new(budget->ctx, room, out);
        if (!status) {
            describe_all(k, plane, space, &telling, room, n_directions, out);
            out->n_distinctive = out->n;
            describe_all(k, plane, space, &others, room, n_directions, out);
            out->n_single = out->n;
            if (!as_query) sitr_regions_move_repeated(k, out);
        }
    }
    sitr_budget_free(budget, telling.items);
    sitr_budget_free(budget, others.items);
    return status;
}

sitr_status sitr_regions_find(sitr_budget *budget, const sitr_plane *plane,
                              uint32_t max, bool as_query, sitr_regions *out)
{
    const uint32_t side = plane->cols > plane->rows ? plane->cols : plane->rows;
    sitr_scale_space space;
    sitr_status status;

    *out = (sitr_regions){0};
    status = sitr_scale_space_new(budget, plane, as_query && side < SMALL_SIDE,
                                  &space);
    if (status || !space.n_octaves) return status;
    status = find(budget, plane, &space, max, as_query, out);
    sitr_scale_space_free(budget, &space);
    return status;
}
