/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hot loops: pure functions over arrays, behind one table of pointers.
 *
 * The plain C version (luma.c, area.c, sample.c, dct.c, hamming.c,
 * inverse_dct.c, scale_space_plain.c) is the specification; x86/ and arm/ hold faster ones that
 * give the same bits. tests/simd/check_simd.c compares them over every subset of
 * CPU features. No kernel allocates, fails, or knows what an image is. Arrays do
 * not overlap except where it says so.
 */
#ifndef SITR_KERNELS_H
#define SITR_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fixed point of the PDQ sampling weights: each row of weights adds up to
 * SITR_WEIGHT_ONE. */
#define SITR_WEIGHT_BITS 14
#define SITR_WEIGHT_ONE  (1 << SITR_WEIGHT_BITS)
/* Fraction bits of what weigh_rows writes: 0 .. 255 << 7 fits an int16_t. */
#define SITR_BLEND_BITS 7
/* Fraction bits of what weigh_cols writes. */
#define SITR_SAMPLE_BITS (SITR_WEIGHT_BITS + SITR_BLEND_BITS)
/* weigh_cols reads its weights and inputs in runs of this many, near16 its tags. */
#define SITR_TAPS_ALIGN 16
/* Bytes that a scan may ask for ahead: what a CPU asks for by itself ends with the
 * page. Beyond the end it does no harm. */
#define SITR_AHEAD 2048
/* Fraction bits of the DCT basis. */
#define SITR_BASIS_BITS 24
/* Coefficients of JPEG, and what is between the passes of their inverse DCT, are
 * -SITR_DCT_LIMIT .. SITR_DCT_LIMIT - 1. */
#define SITR_DCT_LIMIT 16384

/* For what is to be part of its caller: steps in registers, over constants. */
#define SITR_INLINE static inline __attribute__((always_inline))

typedef struct sitr_kernels {
    const char *name; /* "portable", "avx2", "avx512", "neon" */

    /** Rec. 601 luma of `n` pixels of 3 bytes: (19595 R + 38470 G + 7471 B +
     * 32768) >> 16, the rounding of libjpeg and Pillow. */
    void (*luma_rgb)(uint8_t *luma, const uint8_t *rgb, size_t n);

    /** The same of `n` pixels of 4 bytes; the fourth goes to `alpha`. */
    void (*luma_rgba)(uint8_t *luma, uint8_t *alpha, const uint8_t *rgba,
                      size_t n);

    /** Luma as in video, 16 .. 235 (ITU-R BT.601), stretched to 0 .. 255:
     * (v - 16) * 255 / 219 rounded to nearest, what is beyond cut off. */
    void (*luma_video)(uint8_t *luma, const uint8_t *video, size_t n);

    /** Composites luma over a gray background: with v = luma * alpha +
     * background * (255 - alpha), v / 255 rounded to nearest. `out` may be
     * `luma`. */
    void (*composite)(uint8_t *out, const uint8_t *luma, const uint8_t *alpha,
                      uint8_t background, size_t n);

    /** sums[i] += the sum of row[i * shrink .. (i + 1) * shrink), for i < n;
     * `shrink` is 2, 4 or 8. Eight rows of eight 255s still fit. */
    void (*area_add)(uint16_t *sums, const uint8_t *row, size_t n,
                     uint32_t shrink);

    /** out[x] = (sum over t < n_rows of weights[t] * first[t * stride + x] +
     * half) >> (SITR_WEIGHT_BITS - SITR_BLEND_BITS), for x < width. The weights
     * are 0 .. SITR_WEIGHT_ONE and add up to SITR_WEIGHT_ONE. */
    void (*weigh_rows)(int16_t *out, const uint8_t *first, size_t stride,
                       const int16_t *weights, size_t n_rows, size_t width);

    /** out[j] = sum over t < n_taps of weights[j * n_taps + t] *
     * in[first[j] + t], for j < n_out. `n_taps` is a multiple of
     * SITR_TAPS_ALIGN; weights past the window are zero and `in` is readable,
     * its values of no matter, under them. */
    void (*weigh_cols)(int32_t *out, const int16_t *in, const uint32_t *first,
                       const int16_t *weights, size_t n_taps, size_t n_out);

    /** The 16 x 16 low frequencies of a 64 x 64 block: out = D in Dt, where
     * row i < 16 of D is basis[i * 32 + j] for j < 32 and mirrored beyond,
     * with the sign changed for even i (row 0 is frequency 1):
     * D[i][63 - j] = i % 2 ? D[i][j] : -D[i][j]. |in| <= 2^28, and the
     * magnitudes of a row of D add up to less than 8 << SITR_BASIS_BITS, so
     * that twice T fits an int32_t. The first pass is rounded:
     * T = (sum + 2^SITR_BASIS_BITS) >> (SITR_BASIS_BITS + 1). */
    void (*dct64_low16)(int64_t *out, const int32_t *in, const int32_t *basis);

    /** The samples of a block of JPEG, rows `stride` apart: 8 x 8 of them, or
     * shrunk, as libjpeg does that, 4 x 4 or 2 x 2. `block` has 64 coefficients
     * times their quantization, row by row, within SITR_DCT_LIMIT, and is set
     * to 0. False, and `out` of no matter, where one between the passes is not: which no encoder
     * makes of samples, and of which some of libjpeg's own versions differ. */
    bool (*inverse_dct8)(uint8_t *out, size_t stride, int16_t *block);
    bool (*inverse_dct4)(uint8_t *out, size_t stride, int16_t *block);
    bool (*inverse_dct2)(uint8_t *out, size_t stride, int16_t *block);
    /** Whether these three take no longer than libjpeg's own. */
    bool fast_inverse_dct;

    /** out[i] = the number of bits in which the 256-bit codes `query` and
     * codes[4 * i ..] differ, for i < n. */
    void (*hamming256)(uint16_t *out, const uint64_t *query,
                       const uint64_t *codes, size_t n);

    /** Those i < n, rising, for which the 256-bit codes `query` and codes[4 * i
     * ..] differ in at most `limit` bits, into `out`, which has room for n; how
     * many there are. */
    size_t (*near256)(uint32_t *out, const uint64_t *query,
                      const uint64_t *codes, uint32_t limit, size_t n);

    /** Those i < n, rising, for which `tag` and tags[i] differ in at most
     * `limit` bits, into `out`, which has room for n; how many there are. Tags
     * are readable, their values of no matter, up to a multiple of
     * SITR_TAPS_ALIGN. */
    size_t (*near16)(uint32_t *out, uint16_t tag, const uint16_t *tags,
                     uint32_t limit, size_t n);

    /** A symmetric filter down the columns: out[x] = r(rows[radius][x], w[0]) +
     * sum over 1 <= k <= radius of r(rows[radius - k][x] + rows[radius + k][x],
     * w[k]), with r(a, w) = (a * w + 2^14) >> 15, for x < n. Values are 0 ..
     * 2^14 - 1, w[0] + 2 * (the rest) is 2^15. `radius` is 1 .. 15. */
    void (*blur_down)(int16_t *out, const int16_t *const *rows,
                      const int16_t *weights, size_t radius, size_t n);
    /** The same along a row, for the `n` values that begin at in[radius]. */
    void (*blur_across)(int16_t *out, const int16_t *in, const int16_t *weights,
                        size_t radius, size_t n);
    /** out[x] = a[x] - b[x]. */
    void (*difference)(int16_t *out, const int16_t *a, const int16_t *b,
                       size_t n);
    /** out[x] = 1 where dog[1][x] is at least `threshold` and above its 26
     * neighbours in rows and levels, or at most -threshold and below them; else
     * 0. It may equal those that come after it, by level, then row: of two
     * alike, as in the middle of what is symmetric, the first is taken. Rows
     * are `stride` apart; reads one value and one row around. */
    void (*extrema)(int16_t *out, const int16_t *const dog[3], ptrdiff_t stride,
                    int16_t threshold, size_t n);
    /** Length of each vector, and its angle in eighths of a turn, 0 <= angle <
     * 8, from the x axis to the y axis; 0 for the zero vector. */
    void (*polar)(float *size, float *angle, const int16_t *dx,
                  const int16_t *dy, size_t n);
} sitr_kernels;

/* What a CPU can do; the values of SITR_CPU_* in sitr.h. */
#define SITR_FEATURE_AVX2   (UINT64_C(1) << 0)
#define SITR_FEATURE_AVX512 (UINT64_C(1) << 1)
#define SITR_FEATURE_NEON   (UINT64_C(1) << 2)

/** The features of the CPU this runs on (cpu.c). */
uint64_t sitr_cpu_features(void);

/** Fills `out` with the fastest kernels that need no more than `features`. */
void sitr_kernels_choose(uint64_t features, sitr_kernels *out);

/* Plain C, the specification. */
void sitr_luma_rgb_c(uint8_t *luma, const uint8_t *rgb, size_t n);
void sitr_luma_rgba_c(uint8_t *luma, uint8_t *alpha, const uint8_t *rgba,
                      size_t n);
void sitr_luma_video_c(uint8_t *luma, const uint8_t *video, size_t n);
void sitr_composite_c(uint8_t *out, const uint8_t *luma, const uint8_t *alpha,
                      uint8_t background, size_t n);
void sitr_area_add_c(uint16_t *sums, const uint8_t *row, size_t n,
                     uint32_t shrink);
void sitr_weigh_rows_c(int16_t *out, const uint8_t *first, size_t stride,
                       const int16_t *weights, size_t n_rows, size_t width);
void sitr_weigh_cols_c(int32_t *out, const int16_t *in, const uint32_t *first,
                       const int16_t *weights, size_t n_taps, size_t n_out);
void sitr_dct64_low16_c(int64_t *out, const int32_t *in, const int32_t *basis);
bool sitr_inverse_dct8_c(uint8_t *out, size_t stride, int16_t *block);
bool sitr_inverse_dct4_c(uint8_t *out, size_t stride, int16_t *block);
bool sitr_inverse_dct2_c(uint8_t *out, size_t stride, int16_t *block);
void sitr_hamming256_c(uint16_t *out, const uint64_t *query,
                       const uint64_t *codes, size_t n);
size_t sitr_near256_c(uint32_t *out, const uint64_t *query,
                      const uint64_t *codes, uint32_t limit, size_t n);
size_t sitr_near16_c(uint32_t *out, uint16_t tag, const uint16_t *tags,
                     uint32_t limit, size_t n);

/* Fill in the loops of the scale space; scale_space_loops.h. */
void sitr_scale_space_c(sitr_kernels *table);
void sitr_scale_space_avx2(sitr_kernels *table);
void sitr_scale_space_avx512(sitr_kernels *table);

/* Each fills in what its instruction set does better; x86/ and arm/. */
void sitr_kernels_avx2(sitr_kernels *table);
void sitr_inverse_dct_avx2(sitr_kernels *table);
void sitr_kernels_avx512(sitr_kernels *table);
void sitr_kernels_neon(sitr_kernels *table);

#endif
