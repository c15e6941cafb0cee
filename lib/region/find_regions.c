/* SPDX-License-Identifier: Apache-2.0 */
/* A plane's regions, from the scale space to descriptors. */
#include "region/describe.h"
#include "region/extrema.h"
#include "region/region.h"

/* A query shorter than this is enlarged: half of its regions are smaller than
 * the first octave sees. */
#define SMALL_SIDE 420

static void describe_all(const sitr_kernels *k, const sitr_plane *plane,
                         const sitr_scale_space *space, const sitr_extrema *e,
                         uint32_t max, uint32_t n_directions, sitr_regions *out)
{
    for (uint32_t i = 0; i < e->n; i++) {
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

static sitr_status find(sitr_budget *budget, const sitr_plane *plane,
                        const sitr_scale_space *space, uint32_t max,
                        bool as_query, sitr_regions *out)
{
    const uint32_t n_directions = as_query ? SITR_MAX_DIRECTIONS : 1;
    sitr_extrema e;
    sitr_status status = sitr_extrema_find(budget, space, &e);

    if (status) return status;
    status = as_query ? sitr_extrema_spread(budget, max - max / 7, &e)
                      : sitr_extrema_balance(budget, max, &e);
    if (!status && e.n) {
        const uint32_t room =
            e.n * n_directions < max ? e.n * n_directions : max;

        status = sitr_regions_new(budget->ctx, room, out);
        if (!status)
            describe_all(&budget->ctx->kernels, plane, space, &e, room,
                         n_directions, out);
    }
    sitr_budget_free(budget, e.items);
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
