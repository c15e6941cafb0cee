/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loops of the scale space, once in plain C. Each instruction set compiles
 * this file with its own flags (scale_space_plain.c, x86/scale_space_*.c), and
 * leaves it to the compiler to use its vectors: integers, and single floats of
 * which no sum depends on the order (build with -ffp-contract=off), so the bits
 * are the same everywhere.
 */
#ifndef SITR_SCALE_SPACE_LOOPS_H
#define SITR_SCALE_SPACE_LOOPS_H

#include <float.h>

#include "kernel/kernels.h"

/* what a float is computed in must be a float: no x87 */
_Static_assert(FLT_EVAL_METHOD == 0, "floats of excess precision");

/* a * w / 2^15, rounded. */
SITR_INLINE int16_t scaled(int16_t a, int16_t w)
{
    /* in the form that compilers know as one instruction */
    return (int16_t)((((int32_t)a * w >> 14) + 1) >> 1);
}

/* Values that a loop of known length does at once. */
#define RUN 32

SITR_INLINE void blur_run(int16_t *restrict out, const int16_t *const *rows,
                          size_t from, const int16_t *weights,
                          const size_t radius, const size_t n)
{
    const int16_t *const middle = rows[radius] + from;

    for (size_t x = 0; x < n; x++) {
        int16_t sum = scaled(middle[x], weights[0]);

        for (size_t k = 1; k <= radius; k++) {
            const int16_t pair = (int16_t)(rows[radius - k][from + x] +
                                           rows[radius + k][from + x]);

            sum = (int16_t)(sum + scaled(pair, weights[k]));
        }
        out[x] = sum;
    }
}

SITR_INLINE void blur_down_by(int16_t *restrict out, const int16_t *const *rows,
                              const int16_t *weights, const size_t radius,
                              size_t n)
{
    /* whole runs: the last may begin in the one before, for what it does again
     * it does alike. One value at a time, the ends of rows took four times as
     * long as all the rest. */
    size_t x = 0;

    while (x < n) {
        const size_t run = n < RUN ? n : RUN;

        if (x + run > n) x = n - run;
        if (run == RUN)
            blur_run(out + x, rows, x, weights, radius, RUN);
        else
            blur_run(out + x, rows, x, weights, radius, run);
        x += run;
    }
}

SITR_INLINE void blur_across_by(int16_t *restrict out, const int16_t *in,
                                const int16_t *weights, const size_t radius,
                                size_t n)
{
    for (size_t x = 0; x < n; x++) {
        int16_t sum = scaled(in[x + radius], weights[0]);

        for (size_t k = 1; k <= radius; k++) {
            const int16_t pair =
                (int16_t)(in[x + radius - k] + in[x + radius + k]);

            sum = (int16_t)(sum + scaled(pair, weights[k]));
        }
        out[x] = sum;
    }
}

/* A loop of known length is unrolled, and the one around it made of vectors. */
#define FOR_EACH_RADIUS(call) \
 switch (radius) {            \
 case 4:                      \
  call(4);                    \
  break;                      \
 case 5:                      \
  call(5);                    \
  break;                      \
 case 6:                      \
  call(6);                    \
  break;                      \
 case 7:                      \
  call(7);                    \
  break;                      \
 case 9:                      \
  call(9);                    \
  break;                      \
 default:                     \
  call(radius);               \
  break;                      \
 }

SITR_INLINE void blur_down_loop(int16_t *out, const int16_t *const *rows,
                                const int16_t *weights, size_t radius,
                                size_t n){
#define DOWN(r) blur_down_by(out, rows, weights, r, n)
    FOR_EACH_RADIUS(DOWN)
#undef DOWN
}

SITR_INLINE
    void blur_across_loop(int16_t *out, const int16_t *in,
                          const int16_t *weights, size_t radius, size_t n){
#define ACROSS(r) blur_across_by(out, in, weights, r, n)
        FOR_EACH_RADIUS(ACROSS)
#undef ACROSS
    }

SITR_INLINE
    void difference_loop(int16_t *restrict out, const int16_t *restrict a,
                         const int16_t *restrict b, size_t n)
{
    for (size_t x = 0; x < n; x++) out[x] = (int16_t)(a[x] - b[x]);
}

SITR_INLINE int16_t larger(int16_t a, int16_t b) { return a > b ? a : b; }
SITR_INLINE int16_t smaller(int16_t a, int16_t b) { return a < b ? a : b; }

SITR_INLINE void extrema_loop(int16_t *restrict out,
                              const int16_t *const dog[3], ptrdiff_t stride,
                              int16_t threshold, size_t n)
{
    /* each from one value to the left on */
    const int16_t *const fine = dog[0] - 1, *const same = dog[1] - 1,
                         *const coarse = dog[2] - 1;

    for (size_t x = 0; x < n; x++) {
        const int16_t v = same[x + 1];
        /* of those before it, and of those after */
        int16_t high = same[x], low = high;
        int16_t high2 = same[x + 2], low2 = high2;

#define SEE(h, l, value)      \
 do {                         \
  const int16_t seen = value; \
  (h) = larger(h, seen);      \
  (l) = smaller(l, seen);     \
 } while (0)
#define SEE_ROW(h, l, row) \
 do {                      \
  SEE(h, l, (row)[x]);     \
  SEE(h, l, (row)[x + 1]); \
  SEE(h, l, (row)[x + 2]); \
 } while (0)
        SEE_ROW(high, low, fine - stride);
        SEE_ROW(high, low, fine);
        SEE_ROW(high, low, fine + stride);
        SEE_ROW(high, low, same - stride);
        SEE_ROW(high2, low2, same + stride);
        SEE_ROW(high2, low2, coarse - stride);
        SEE_ROW(high2, low2, coarse);
        SEE_ROW(high2, low2, coarse + stride);
#undef SEE_ROW
#undef SEE
        out[x] = (int16_t)(((v >= threshold) & (v > high) & (v >= high2)) |
                           ((v <= -threshold) & (v < low) & (v <= low2)));
    }
}

SITR_INLINE void polar_loop(float *restrict size, float *restrict angle,
                            const int16_t *restrict dx,
                            const int16_t *restrict dy, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float x = dx[i], y = dy[i];
        const float ax = x < 0 ? -x : x, ay = y < 0 ? -y : y;
        const float most = ax > ay ? ax : ay, least = ax > ay ? ay : ax;
        /* never 0 / 0 */
        const float t = least / (most + 1e-30f);
        const float tt = t * t;
        /* atan(t) in eighths of a turn; error under 1.1e-4 of one */
        float a =
            t * (1.27223848f +
                 tt * (-0.40893218f + tt * (0.18622865f + tt * -0.04963854f)));

        a = ay > ax ? 2 - a : a;
        a = x < 0 ? 4 - a : a;
        a = y < 0 ? 8 - a : a;
        angle[i] = a >= 8 ? a - 8 : a;
        size[i] = __builtin_sqrtf(x * x + y * y);
    }
}

/* The functions of one instruction set, by a suffix of its own. */
#define SITR_SCALE_SPACE(SUFFIX)                                             \
 static void blur_down_##SUFFIX(int16_t *out, const int16_t *const *rows,    \
                                const int16_t *weights, size_t radius,       \
                                size_t n)                                    \
 {                                                                           \
  blur_down_loop(out, rows, weights, radius, n);                             \
 }                                                                           \
 static void blur_across_##SUFFIX(int16_t *out, const int16_t *in,           \
                                  const int16_t *weights, size_t radius,     \
                                  size_t n)                                  \
 {                                                                           \
  blur_across_loop(out, in, weights, radius, n);                             \
 }                                                                           \
 static void difference_##SUFFIX(int16_t *out, const int16_t *a,             \
                                 const int16_t *b, size_t n)                 \
 {                                                                           \
  difference_loop(out, a, b, n);                                             \
 }                                                                           \
 static void extrema_##SUFFIX(int16_t *out, const int16_t *const dog[3],     \
                              ptrdiff_t stride, int16_t threshold, size_t n) \
 {                                                                           \
  extrema_loop(out, dog, stride, threshold, n);                              \
 }                                                                           \
 static void polar_##SUFFIX(float *size, float *angle, const int16_t *dx,    \
                            const int16_t *dy, size_t n)                     \
 {                                                                           \
  polar_loop(size, angle, dx, dy, n);                                        \
 }                                                                           \
 void sitr_scale_space_##SUFFIX(sitr_kernels *table)                         \
 {                                                                           \
  table->blur_down = blur_down_##SUFFIX;                                     \
  table->blur_across = blur_across_##SUFFIX;                                 \
  table->difference = difference_##SUFFIX;                                   \
  table->extrema = extrema_##SUFFIX;                                         \
  table->polar = polar_##SUFFIX;                                             \
 }

#endif
