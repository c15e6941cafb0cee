/* SPDX-License-Identifier: Apache-2.0 */
/* Squares that do not end where samples do take a part of these, in integers, so
 * that it is the same on every machine. */
#include "plane/blur.h"

#include <assert.h>

/* In units in which a sample is `out` wide and a square `in`: those of `sample`
 * that lie in `square`. */
static uint64_t common(uint64_t square, uint64_t sample, uint64_t in,
                       uint64_t out)
{
    const uint64_t begin =
        square * in > sample * out ? square * in : sample * out;
    const uint64_t end_square = (square + 1) * in;
    const uint64_t end_sample = (sample + 1) * out;
    const uint64_t end = end_square < end_sample ? end_square : end_sample;

    return end > begin ? end - begin : 0;
}

/* At most 2^16 by 2^16 samples of 255: the sums fit. */
static uint8_t mean(const sitr_plane *plane, uint32_t x, uint32_t y,
                    uint32_t width, uint32_t height)
{
    const uint64_t cols = plane->cols, rows = plane->rows;
    const uint64_t area = cols * rows;
    uint64_t sum = 0;

    assert(area); /* there is no picture without pixels */
    for (uint64_t j = y * rows / height;
         j < rows && j * height < (y + 1) * rows; j++) {
        const uint8_t *const row = plane->data + j * plane->stride;
        uint64_t of_row = 0;

        for (uint64_t i = x * cols / width;
             i < cols && i * width < (x + 1) * cols; i++)
            of_row += row[i] * common(x, i, cols, width);
        sum += of_row * common(y, j, rows, height);
    }
    return (uint8_t)((sum + area / 2) / area);
}

/* Of the shorter side, as many squares as keep the proportions. */
static uint32_t squares(uint32_t side, uint32_t longer)
{
    const uint64_t n =
        ((uint64_t)side * SITR_BLURRED_SIDE + longer / 2) / longer;

    return n ? (uint32_t)n : 1;
}

void sitr_plane_blur(const sitr_plane *plane, sitr_blurred *out)
{
    const uint32_t longer =
        plane->width > plane->height ? plane->width : plane->height;
    const uint32_t width = squares(plane->width, longer);
    const uint32_t height = squares(plane->height, longer);

    *out = (sitr_blurred){.width = (uint8_t)width, .height = (uint8_t)height};
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++)
            out->luma[y * width + x] = mean(plane, x, y, width, height);
}
