/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in, block means out: a plane in O(width) memory beyond itself. */
#include "plane/plane.h"

#include <string.h>

static sitr_plane *plane_of(sitr_plane_builder *b, size_t i)
{
    return i ? &b->on_black : &b->on_white;
}

static sitr_status begin(sitr_row_sink *sink, const sitr_rows_info *info)
{
    sitr_plane_builder *b = (sitr_plane_builder *)sink;
    const uint32_t shrink = sitr_shrink_for(info->width, info->height);
    sitr_status status = SITR_OK;

    b->shrink = shrink / info->shrink;
    b->width = (info->width - 1) / info->shrink + 1;
    b->height = (info->height - 1) / info->shrink + 1;
    for (size_t i = 0; i < (info->alpha ? 2u : 1u) && !status; i++) {
        void *sums = NULL, *shade = NULL;

        status = sitr_plane_new(b->budget, info->width, info->height, shrink,
                                plane_of(b, i));
        if (!status && b->shrink > 1)
            status = sitr_budget_alloc(
                b->budget, plane_of(b, i)->stride * sizeof(uint16_t), &sums);
        b->sums[i] = sums;
        if (!status && info->alpha)
            status = sitr_budget_alloc(b->budget, b->width, &shade);
        b->shade[i] = shade;
    }
    return status;
}

/* The means of a row of blocks, from sums over `n_rows` rows each; the last
 * block may be narrower, the last row of blocks lower. */
static void finish_blocks(const sitr_plane_builder *b, sitr_plane *plane,
                          uint16_t *sums, uint32_t by, uint32_t n_rows)
{
    const uint32_t full = b->width / b->shrink;
    uint8_t *out = plane->data + by * plane->stride;
    const uint32_t area = b->shrink * n_rows;

    for (uint32_t i = 0; i < full; i++)
        out[i] = (uint8_t)((sums[i] + area / 2) / area);
    if (full < plane->cols) {
        const uint32_t rest = (b->width - full * b->shrink) * n_rows;

        out[full] = (uint8_t)((sums[full] + rest / 2) / rest);
    }
    memset(sums, 0, plane->cols * sizeof *sums);
}

static void add_row(const sitr_plane_builder *b, size_t i, sitr_plane *plane,
                    const uint8_t *row)
{
    const uint32_t y = b->n_rows, s = b->shrink;
    uint16_t *sums = b->sums[i];

    if (s == 1) {
        uint8_t *out = plane->data + y * plane->stride;

        if (row != out) memcpy(out, row, b->width);
        return;
    }
    const uint32_t full = b->width / s;
    b->budget->ctx->kernels.area_add(sums, row, full, s);
    for (uint32_t x = full * s; x < b->width; x++)
        sums[full] = (uint16_t)(sums[full] + row[x]);
    if (y % s == s - 1 || y == b->height - 1)
        finish_blocks(b, plane, sums, y / s, y % s + 1);
}

static void take_row(sitr_row_sink *sink, const uint8_t *luma,
                     const uint8_t *alpha)
{
    sitr_plane_builder *b = (sitr_plane_builder *)sink;
    const sitr_kernels *k = &b->budget->ctx->kernels;

    if (b->n_rows >= b->height) return;
    for (size_t i = 0; i < 2 && plane_of(b, i)->data; i++) {
        const uint8_t *row = luma;

        if (alpha) {
            k->composite(b->shade[i], luma, alpha, i ? 0 : 255, b->width);
            row = b->shade[i];
        }
        add_row(b, i, plane_of(b, i), row);
    }
    b->n_rows++;
}

/* A row that becomes one of the plane as it is. */
static uint8_t *place(sitr_row_sink *sink, uint32_t ahead)
{
    const sitr_plane_builder *b = (const sitr_plane_builder *)sink;
    const sitr_plane *plane = &b->on_white;

    if (b->shrink > 1 || b->on_black.data) return NULL;
    if (ahead >= b->height - b->n_rows) return NULL;
    return plane->data + (b->n_rows + ahead) * plane->stride;
}

void sitr_plane_builder_init(sitr_plane_builder *builder, sitr_budget *budget)
{
    *builder = (sitr_plane_builder){
        .sink = {.begin = begin, .row = take_row, .place = place},
        .budget = budget};
}

/* What never arrived is gray in both planes. Where a row of blocks was begun,
 * it is the mean of the rows it has. */
static void fill_missing(sitr_plane_builder *b)
{
    for (size_t i = 0; i < 2 && plane_of(b, i)->data; i++) {
        sitr_plane *plane = plane_of(b, i);
        uint32_t y = b->n_rows / b->shrink;

        if (b->n_rows >= b->height) continue;
        if (b->n_rows % b->shrink)
            finish_blocks(b, plane, b->sums[i], y++, b->n_rows % b->shrink);
        for (; y < plane->rows; y++)
            memset(plane->data + y * plane->stride, SITR_MISSING_LUMA,
                   plane->cols);
    }
}

void sitr_plane_builder_finish(sitr_plane_builder *builder, sitr_plane *out,
                               bool *on_black)
{
    fill_missing(builder);
    *on_black = builder->on_black.data &&
                sitr_plane_blank(&builder->on_white) &&
                !sitr_plane_blank(&builder->on_black);
    sitr_plane *chosen = *on_black ? &builder->on_black : &builder->on_white;

    *out = *chosen;
    *chosen = (sitr_plane){0};
}

void sitr_plane_builder_free(sitr_plane_builder *builder)
{
    for (size_t i = 0; i < 2; i++) {
        sitr_plane_free(builder->budget, plane_of(builder, i));
        sitr_budget_free(builder->budget, builder->sums[i]);
        sitr_budget_free(builder->budget, builder->shade[i]);
    }
}
