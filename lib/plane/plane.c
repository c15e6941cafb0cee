/* SPDX-License-Identifier: Apache-2.0 */
/* The plane itself: memory, and whether there is anything on it. */
#include "plane/plane.h"

#include <string.h>

sitr_status sitr_plane_new(sitr_budget *budget, uint32_t width, uint32_t height,
                           uint32_t shrink, sitr_plane *out)
{
    const uint32_t cols = (width - 1) / shrink + 1;
    const uint32_t rows = (height - 1) / shrink + 1;
    const size_t stride = ((size_t)cols + 63) & ~(size_t)63;
    size_t size;
    void *data;
    sitr_status status;

    *out = (sitr_plane){0};
    if (!sitr_mul(&size, stride, rows)) return SITR_ENOMEM;
    status = sitr_budget_alloc_unset(budget, size, &data);
    if (status) return status;
    for (uint8_t *p = data, *end = p + size; p < end && cols < stride;
         p += stride)
        memset(p + cols, 0, stride - cols);
    *out = (sitr_plane){.data = data,
                        .stride = stride,
                        .cols = cols,
                        .rows = rows,
                        .width = width,
                        .height = height,
                        .shrink = shrink};
    return SITR_OK;
}

void sitr_plane_free(sitr_budget *budget, sitr_plane *plane)
{
    sitr_budget_free(budget, plane->data);
    *plane = (sitr_plane){0};
}

bool sitr_plane_blank(const sitr_plane *plane)
{
    const uint32_t reach = 8;
    uint64_t count[256] = {0}, near = 0, best = 0;
    const uint64_t all = (uint64_t)plane->cols * plane->rows;

    for (uint32_t y = 0; y < plane->rows; y++)
        for (uint32_t x = 0; x < plane->cols; x++)
            count[plane->data[y * plane->stride + x]]++;
    /* the fullest window of 2 * reach + 1 shades */
    for (uint32_t v = 0; v < 256; v++) {
        near += count[v];
        if (v > 2 * reach) near -= count[v - 2 * reach - 1];
        if (near > best) best = near;
    }
    return all - best <= all / 1000;
}
