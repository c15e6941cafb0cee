/* SPDX-License-Identifier: Apache-2.0 */
/* Colour to luma, and luma over a background. */
#include "kernel/kernels.h"

static uint8_t luma_of(const uint8_t *p)
{
    return (uint8_t)((19595u * p[0] + 38470u * p[1] + 7471u * p[2] + 32768u) >>
                     16);
}

void sitr_luma_rgb_c(uint8_t *luma, const uint8_t *rgb, size_t n)
{
    for (size_t i = 0; i < n; i++) luma[i] = luma_of(rgb + 3 * i);
}

void sitr_luma_rgba_c(uint8_t *luma, uint8_t *alpha, const uint8_t *rgba,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        luma[i] = luma_of(rgba + 4 * i);
        alpha[i] = rgba[4 * i + 3];
    }
}

/* In 16 bits, so that any vector unit does many at once as compilers have it:
 * t * 255 / 219 is t + t * 24 / 146, and x * 57457 >> 23 is x / 146 for each x
 * that there is. */
void sitr_luma_video_c(uint8_t *luma, const uint8_t *video, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint16_t t = (uint16_t)(video[i] < 16 ? 0 : video[i] - 16);
        const uint16_t x = (uint16_t)(t * 24 + 73);
        const uint16_t high = (uint16_t)(x * UINT32_C(57457) >> 16);
        const uint16_t v = (uint16_t)(t + (high >> 7));

        luma[i] = (uint8_t)(v > 255 ? 255 : v);
    }
}

void sitr_composite_c(uint8_t *out, const uint8_t *luma, const uint8_t *alpha,
                      uint8_t background, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t a = alpha[i];
        const uint32_t v = luma[i] * a + background * (255 - a) + 128;

        /* v / 255 rounded, exact for v - 128 in 0 .. 255 * 255 */
        out[i] = (uint8_t)((v + (v >> 8)) >> 8);
    }
}
