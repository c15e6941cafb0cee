/* SPDX-License-Identifier: Apache-2.0 */
/* The inverse DCT of a block of JPEG, for x86-64-v3: a column, then a row, in
 * each of eight lanes. */
#include <immintrin.h>
#include <string.h>

#include "kernel/kernels.h"

typedef int32_t lane __attribute__((vector_size(32)));

#include "kernel/inverse_dct_steps.h"

/* The coefficients, which are set to 0. */
SITR_INLINE void take_rows(lane v[8], int16_t *block)
{
    for (int i = 0; i < 8; i++) {
        __m128i *const row = (__m128i *)(block + 8 * i);

        v[i] = (lane)_mm256_cvtepi16_epi32(_mm_loadu_si128(row));
        _mm_storeu_si128(row, _mm_setzero_si128());
    }
}

/* Rows become columns. */
SITR_INLINE void transpose(lane v[8])
{
    __m256i a[8], b[8];

    for (int i = 0; i < 8; i += 2) {
        a[i] = _mm256_unpacklo_epi32((__m256i)v[i], (__m256i)v[i + 1]);
        a[i + 1] = _mm256_unpackhi_epi32((__m256i)v[i], (__m256i)v[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        b[i] = _mm256_unpacklo_epi64(a[i], a[i + 2]);
        b[i + 1] = _mm256_unpackhi_epi64(a[i], a[i + 2]);
        b[i + 2] = _mm256_unpacklo_epi64(a[i + 1], a[i + 3]);
        b[i + 3] = _mm256_unpackhi_epi64(a[i + 1], a[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        v[i] = (lane)_mm256_permute2x128_si256(b[i], b[i + 4], 0x20);
        v[i + 4] = (lane)_mm256_permute2x128_si256(b[i], b[i + 4], 0x31);
    }
}

static inline __m256i round_off(lane v, int bits)
{
    return _mm256_srai_epi32((__m256i)(v + (1 << (bits - 1))), bits);
}

/* Rounds off the first n by so many bits; whether each is within the limit. */
static inline bool scale_down(lane v[8], int n, int bits)
{
    __m256i over = _mm256_setzero_si256();

    for (int i = 0; i < n; i++) {
        v[i] = (lane)round_off(v[i], bits);
        over = _mm256_or_si256(over, (__m256i)(v[i] + SITR_DCT_LIMIT));
    }
    return _mm256_testz_si256(over, _mm256_set1_epi32(-2 * SITR_DCT_LIMIT));
}

/* Samples of four columns in the order of columns: 4 bytes a row, rows 0 .. 3
 * in the lower half and 4 .. 7 in the upper. */
static inline __m256i to_samples(const lane v[4], int bits)
{
    const __m256i by_rows =
        _mm256_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
                         0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m256i middle = _mm256_set1_epi32(128);
    __m256i s[4];

    for (int i = 0; i < 4; i++)
        s[i] = _mm256_add_epi32(round_off(v[i], bits), middle);
    return _mm256_shuffle_epi8(
        _mm256_packus_epi16(_mm256_packs_epi32(s[0], s[1]),
                            _mm256_packs_epi32(s[2], s[3])),
        by_rows);
}

static bool inverse_dct8_avx2(uint8_t *out, size_t stride, int16_t *block)
{
    lane v[8];

    take_rows(v, block);
    inverse_dct8(v);
    if (!scale_down(v, 8, 11)) return false;
    transpose(v);
    inverse_dct8(v);
    const __m256i left = to_samples(v, 18), right = to_samples(v + 4, 18);
    const __m256i two[2] = {_mm256_unpacklo_epi32(left, right),
                            _mm256_unpackhi_epi32(left, right)};
    uint64_t rows[2][4];

    memcpy(rows, two, sizeof rows);
    for (int i = 0; i < 8; i++)
        memcpy(out + (size_t)i * stride, &rows[i / 2 % 2][i / 4 * 2 + i % 2],
               8);
    return true;
}

/* To n x n samples, 4 or 2; `steps` make of eight values n with `bits` more. */
SITR_INLINE bool shrink(uint8_t *out, size_t stride, int16_t *block,
                        void (*steps)(lane v[8]), int n, int bits)
{
    lane v[8];
    uint32_t rows[8];

    take_rows(v, block);
    steps(v);
    for (int i = n; i < 8; i++) v[i] = (lane){0};
    if (!scale_down(v, n, bits - 2)) return false;
    transpose(v);
    steps(v);
    for (int i = n; i < 4; i++) v[i] = (lane){0};
    const __m256i samples = to_samples(v, bits + 5);

    memcpy(rows, &samples, sizeof rows);
    for (int i = 0; i < n; i++)
        memcpy(out + (size_t)i * stride, &rows[i], (size_t)n);
    return true;
}

static bool inverse_dct4_avx2(uint8_t *out, size_t stride, int16_t *block)
{
    return shrink(out, stride, block, inverse_dct4, 4, 14);
}

static bool inverse_dct2_avx2(uint8_t *out, size_t stride, int16_t *block)
{
    return shrink(out, stride, block, inverse_dct2, 2, 15);
}

void sitr_inverse_dct_avx2(sitr_kernels *table)
{
    table->inverse_dct8 = inverse_dct8_avx2;
    table->inverse_dct4 = inverse_dct4_avx2;
    table->inverse_dct2 = inverse_dct2_avx2;
    table->fast_inverse_dct = true;
}
