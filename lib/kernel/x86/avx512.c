/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernels for AVX-512 F, BW, VL and VPOPCNTDQ; compiled alone with those
 * flags. Those that take about half the time of avx2.c's; it keeps the rest.
 */
#include "kernel/kernels.h"

#include <immintrin.h>
#include <string.h>

static __m512i load(const void *p) { return _mm512_loadu_si512(p); }

/* ---- weighted sums ---- */

/* 64 columns, as avx2.c does 32, or the first few of them. */
static inline void weigh_rows64(int16_t *out, const uint8_t *first,
                                size_t stride, const int16_t *weights,
                                size_t n_rows, __mmask64 columns)
{
    const int shift = SITR_WEIGHT_BITS - SITR_BLEND_BITS;
    const __m512i zero = _mm512_setzero_si512();
    const __m512i half = _mm512_set1_epi32(1 << (shift - 1));
    __m512i s0 = half, s1 = half, s2 = half, s3 = half;

    for (size_t t = 0; t < n_rows; t += 2) {
        const uint8_t *row = first + t * stride;
        const __m512i a = _mm512_maskz_loadu_epi8(columns, row);
        __m512i b = zero;
        int32_t pair = weights[t];

        if (t + 1 < n_rows) {
            b = _mm512_maskz_loadu_epi8(columns, row + stride);
            memcpy(&pair, weights + t, sizeof(pair));
        }
        const __m512i w = _mm512_set1_epi32(pair);
        const __m512i low = _mm512_unpacklo_epi8(a, b);
        const __m512i high = _mm512_unpackhi_epi8(a, b);

        s0 = _mm512_add_epi32(
            s0, _mm512_madd_epi16(_mm512_unpacklo_epi8(low, zero), w));
        s1 = _mm512_add_epi32(
            s1, _mm512_madd_epi16(_mm512_unpackhi_epi8(low, zero), w));
        s2 = _mm512_add_epi32(
            s2, _mm512_madd_epi16(_mm512_unpacklo_epi8(high, zero), w));
        s3 = _mm512_add_epi32(
            s3, _mm512_madd_epi16(_mm512_unpackhi_epi8(high, zero), w));
    }
    /* columns 0 .. 7 of each 16, then 8 .. 15 */
    const __m512i left = _mm512_packs_epi32(_mm512_srai_epi32(s0, shift),
                                            _mm512_srai_epi32(s1, shift));
    const __m512i right = _mm512_packs_epi32(_mm512_srai_epi32(s2, shift),
                                             _mm512_srai_epi32(s3, shift));

    _mm512_mask_storeu_epi16(
        out, (__mmask32)columns,
        _mm512_permutex2var_epi64(
            left, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), right));
    _mm512_mask_storeu_epi16(
        out + 32, (__mmask32)(columns >> 32),
        _mm512_permutex2var_epi64(
            left, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), right));
}

static void weigh_rows_avx512(int16_t *out, const uint8_t *first, size_t stride,
                              const int16_t *weights, size_t n_rows,
                              size_t width)
{
    const size_t whole = width / 64 * 64;

    for (size_t x = 0; x < whole; x += 64)
        weigh_rows64(out + x, first + x, stride, weights, n_rows, ~UINT64_C(0));
    if (width > whole)
        weigh_rows64(out + whole, first + whole, stride, weights, n_rows,
                     (UINT64_C(1) << (width - whole)) - 1);
}

/* ---- DCT ---- */

/* vpmuldq multiplies the even 32-bit lanes; this brings the odd ones there. */
static __m512i odd_lanes(__m512i v) { return _mm512_srli_epi64(v, 32); }

/* Sixteen columns of T, as avx2.c does eight. */
static void dct_columns(int32_t *t, const int32_t *in, const int32_t *basis)
{
    __m512i folded[2][32][2]; /* by i % 2, then j, then even and odd columns */

    for (size_t j = 0; j < 32; j++) {
        const __m512i a = load(in + j * 64);
        const __m512i b = load(in + (63 - j) * 64);

        folded[0][j][0] = _mm512_sub_epi32(a, b);
        folded[0][j][1] = odd_lanes(folded[0][j][0]);
        folded[1][j][0] = _mm512_add_epi32(a, b);
        folded[1][j][1] = odd_lanes(folded[1][j][0]);
    }
    /* rows i, i + 2, i + 4 and i + 6 at once: 0, 1, 8, 9 */
    for (size_t i = 0; i < 16; i = i % 2 ? i + 7 : i + 1) {
        __m512i even[4], odd[4];

        for (size_t r = 0; r < 4; r++)
            even[r] = odd[r] = _mm512_set1_epi64(INT64_C(1) << SITR_BASIS_BITS);
        for (size_t j = 0; j < 32; j++) {
            const __m512i *f = folded[i % 2][j];

            for (size_t r = 0; r < 4; r++) {
                const __m512i d =
                    _mm512_set1_epi32(basis[(i + 2 * r) * 32 + j]);

                even[r] = _mm512_add_epi64(even[r], _mm512_mul_epi32(d, f[0]));
                odd[r] = _mm512_add_epi64(odd[r], _mm512_mul_epi32(d, f[1]));
            }
        }
        for (size_t r = 0; r < 4; r++)
            _mm512_storeu_si512(
                t + (i + 2 * r) * 64,
                _mm512_mask_blend_epi32(
                    0xaaaa, _mm512_srli_epi64(even[r], SITR_BASIS_BITS + 1),
                    _mm512_slli_epi64(odd[r], 32 - (SITR_BASIS_BITS + 1))));
    }
}

/* The sums of the lanes of each. */
static __m256i add_lanes(__m512i a, __m512i b, __m512i c, __m512i d)
{
    const __m512i ab = _mm512_add_epi64(_mm512_unpacklo_epi64(a, b),
                                        _mm512_unpackhi_epi64(a, b));
    const __m512i cd = _mm512_add_epi64(_mm512_unpacklo_epi64(c, d),
                                        _mm512_unpackhi_epi64(c, d));
    const __m512i sum = _mm512_add_epi64(
        _mm512_permutex2var_epi64(
            ab, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), cd),
        _mm512_permutex2var_epi64(
            ab, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), cd));

    return _mm256_add_epi64(_mm512_castsi512_si256(sum),
                            _mm512_extracti64x4_epi64(sum, 1));
}

/* One row of 16 frequencies from one row of T. `basis_odd` is the basis with
 * the odd lanes brought to the even ones. */
static void dct_row(int64_t *out, const int32_t *t, const int32_t *basis,
                    __m512i basis_odd[16][2])
{
    const __m512i reverse =
        _mm512_setr_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __m512i folded[2][2];
    __m512i sums[16];

    for (size_t j = 0; j < 2; j++) {
        const __m512i a = load(t + 16 * j);
        const __m512i b =
            _mm512_permutexvar_epi32(reverse, load(t + 48 - 16 * j));

        folded[0][j] = _mm512_sub_epi32(a, b);
        folded[1][j] = _mm512_add_epi32(a, b);
    }
    for (size_t k = 0; k < 16; k++) {
        const __m512i f = folded[k % 2][0];
        const __m512i g = folded[k % 2][1];
        const int32_t *d = basis + k * 32;
        const __m512i even = _mm512_add_epi64(
            _mm512_mul_epi32(load(d), f), _mm512_mul_epi32(load(d + 16), g));
        const __m512i odd =
            _mm512_add_epi64(_mm512_mul_epi32(basis_odd[k][0], odd_lanes(f)),
                             _mm512_mul_epi32(basis_odd[k][1], odd_lanes(g)));

        sums[k] = _mm512_add_epi64(even, odd);
    }
    for (size_t k = 0; k < 16; k += 4)
        _mm256_storeu_si256(
            (__m256i *)(out + k),
            add_lanes(sums[k], sums[k + 1], sums[k + 2], sums[k + 3]));
}

static void dct64_low16_avx512(int64_t *out, const int32_t *in,
                               const int32_t *basis)
{
    int32_t t[16 * 64];
    __m512i basis_odd[16][2];

    for (size_t x = 0; x < 64; x += 16) dct_columns(t + x, in + x, basis);
    for (size_t k = 0; k < 16; k++)
        for (size_t j = 0; j < 2; j++)
            basis_odd[k][j] = odd_lanes(load(basis + k * 32 + 16 * j));
    for (size_t i = 0; i < 16; i++)
        dct_row(out + i * 16, t + i * 64, basis, basis_odd);
}

/* ---- Hamming ---- */

/* The bits in which two codes differ from the query, by 64-bit words. */
static __m512i differ2(const uint64_t *codes, __m512i query)
{
    return _mm512_popcnt_epi64(_mm512_xor_si512(load(codes), query));
}

/* The distances of eight codes. */
static __m128i hamming8(const uint64_t *codes, __m512i query)
{
    const __m512i c01 = differ2(codes, query);
    const __m512i c23 = differ2(codes + 8, query);
    const __m512i c45 = differ2(codes + 16, query);
    const __m512i c67 = differ2(codes + 24, query);
    /* halves of the sums, by 128-bit lanes: 0 2, 0 2, 1 3, 1 3 */
    const __m512i c0123 = _mm512_add_epi64(_mm512_unpacklo_epi64(c01, c23),
                                           _mm512_unpackhi_epi64(c01, c23));
    const __m512i c4567 = _mm512_add_epi64(_mm512_unpacklo_epi64(c45, c67),
                                           _mm512_unpackhi_epi64(c45, c67));
    const __m512i sums =
        _mm512_add_epi64(_mm512_shuffle_i64x2(c0123, c4567, 0x88),
                         _mm512_shuffle_i64x2(c0123, c4567, 0xdd));
    const __m128i in_order =
        _mm_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15);

    return _mm_shuffle_epi8(_mm512_cvtepi64_epi16(sums), in_order);
}

static void hamming256_avx512(uint16_t *out, const uint64_t *query,
                              const uint64_t *codes, size_t n)
{
    const __m512i q =
        _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)query));
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((__m128i *)(out + i), hamming8(codes + 4 * i, q));
    sitr_hamming256_c(out + i, query, codes + 4 * i, n - i);
}

static size_t near256_avx512(uint32_t *out, const uint64_t *query,
                             const uint64_t *codes, uint32_t limit, size_t n)
{
    const __m512i q =
        _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)query));
    const __m128i most = _mm_set1_epi16((int16_t)(limit < 256 ? limit : 256));
    size_t found = 0, i = 0;

    for (; i + 8 <= n; i += 8) {
        const char *const ahead = (const char *)(codes + 4 * i) + SITR_AHEAD;

        for (int line = 0; line < 4; line++)
            _mm_prefetch(ahead + 64 * line, _MM_HINT_T0);
        const __m128i bits = hamming8(codes + 4 * i, q);

        for (uint32_t near = _mm_cmple_epi16_mask(bits, most); near;
             near &= near - 1)
            out[found++] = (uint32_t)i + (uint32_t)__builtin_ctz(near);
    }
    const size_t last =
        sitr_near256_c(out + found, query, codes + 4 * i, limit, n - i);

    for (size_t k = 0; k < last; k++) out[found++] += (uint32_t)i;
    return found;
}

void sitr_kernels_avx512(sitr_kernels *table)
{
    table->name = "avx512";
    table->weigh_rows = weigh_rows_avx512;
    table->dct64_low16 = dct64_low16_avx512;
    table->hamming256 = hamming256_avx512;
    table->near256 = near256_avx512;
}
