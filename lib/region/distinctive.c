/* SPDX-License-Identifier: Apache-2.0 */
/* Regions on flat ground, and regions that repeat. */
#include "region/distinctive.h"

#include <assert.h>

#include "region/flatness.h"

/* One place seen twice is nearer than this. */
#define APART (SITR_REGION_UNIT / 128)
/* Descriptors that are as near look alike. */
#define ALIKE_BITS 48
/* One that looks like it is allowed: a pair of eyes, of shoes. */
#define MAX_ALIKE 1

sitr_status sitr_extrema_divide(sitr_budget *budget, const sitr_plane *plane,
                                const sitr_scale_space *space,
                                sitr_extrema *telling, sitr_extrema *others)
{
    const uint32_t n = telling->n;
    sitr_flatness flatness;
    void *items = NULL;
    sitr_status status;

    *others = (sitr_extrema){0};
    if (!n) return SITR_OK;
    status = sitr_flatness_new(budget, plane, space, &flatness);
    if (status) return status;
    status = sitr_budget_alloc(budget, n * sizeof *others->items, &items);
    if (!status) {
        *others = (sitr_extrema){.capacity = n, .items = items};
        telling->n = 0;
        for (uint32_t i = 0; i < n; i++) {
            const sitr_extremum e = telling->items[i];

            if (sitr_flatness_at(&flatness, &e))
                others->items[others->n++] = e;
            else
                telling->items[telling->n++] = e;
        }
    }
    sitr_flatness_free(budget, &flatness);
    return status;
}

static bool is_repeated(const sitr_kernels *kernels, const sitr_regions *r,
                        uint32_t i)
{
    uint16_t distance[SITR_MAX_QUERY_REGIONS];
    uint32_t n = 0;

    kernels->hamming256(distance, r->descriptors[i].word,
                        r->descriptors[0].word, r->n);
    for (uint32_t j = 0; j < r->n; j++) {
        const int32_t dx = (int32_t)r->points[j].x - (int32_t)r->points[i].x;
        const int32_t dy = (int32_t)r->points[j].y - (int32_t)r->points[i].y;

        n += distance[j] <= ALIKE_BITS &&
             (uint32_t)(dx * dx) + (uint32_t)(dy * dy) >
                 (uint32_t)(APART * APART);
    }
    return n > MAX_ALIKE;
}

void sitr_regions_move_repeated(const sitr_kernels *kernels,
                                sitr_regions *regions)
{
    sitr_keypoint points[SITR_MAX_QUERY_REGIONS];
    sitr_descriptor descriptors[SITR_MAX_QUERY_REGIONS];
    bool repeated[SITR_MAX_QUERY_REGIONS];
    const uint32_t n = regions->n, n_telling = regions->n_distinctive;
    uint32_t kept = 0, moved = 0;

    assert(n <= SITR_MAX_QUERY_REGIONS);
    for (uint32_t i = 0; i < n; i++)
        repeated[i] = is_repeated(kernels, regions, i);
    for (uint32_t i = 0; i < n; i++) {
        if (repeated[i]) {
            points[moved] = regions->points[i];
            descriptors[moved++] = regions->descriptors[i];
            regions->n_distinctive -= i < n_telling;
        } else {
            regions->points[kept] = regions->points[i];
            regions->descriptors[kept++] = regions->descriptors[i];
        }
    }
    regions->n_single = kept;
    for (uint32_t i = 0; i < moved; i++) {
        regions->points[kept + i] = points[i];
        regions->descriptors[kept + i] = descriptors[i];
    }
}
