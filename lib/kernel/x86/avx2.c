/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernels for AVX2; compiled alone with -mavx2.
 *
 * A remainder is not done byte by byte: the last whole vector, which overlaps
 * the one before, is worked out first and stored last, so that it sees its
 * input as it was even where the output lies over it. What is shorter than one
 * vector goes to plain C.
 */
#include "kernel/kernels.h"

#include <immintrin.h>
#include <string.h>

static __m256i load(const void *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

static void store(void *p, __m256i v) { _mm256_storeu_si256((__m256i *)p, v); }

/* The 16 bytes at `low` and the 16 at `high`. */
static __m256i load_two(const void *low, const void *high)
{
    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)low)),
        _mm_loadu_si128((const __m128i *)high), 1);
}

/* The same 16 bytes in both halves. */
static __m256i twice(__m128i v) { return _mm256_broadcastsi128_si256(v); }

/* Two neighbours of an int16_t array in each 32-bit lane. */
static __m256i broadcast_pair(const int16_t *pair)
{
    int32_t both;

    memcpy(&both, pair, sizeof(both));
    return _mm256_set1_epi32(both);
}

/* ---- luma ---- */

/* Luma of 8 pixels in 32-bit lanes. 38470 is over INT16_MAX, so that green is
 * weighed in two halves of 19235: once beside red, once beside blue. */
static __m256i luma8(__m256i pixels, __m256i pick_rg, __m256i pick_gb)
{
    const __m256i rg = _mm256_shuffle_epi8(pixels, pick_rg);
    const __m256i gb = _mm256_shuffle_epi8(pixels, pick_gb);
    const __m256i sum = _mm256_add_epi32(
        _mm256_madd_epi16(rg, _mm256_set1_epi32(19235 << 16 | 19595)),
        _mm256_madd_epi16(gb, _mm256_set1_epi32(7471 << 16 | 19235)));

    return _mm256_srli_epi32(_mm256_add_epi32(sum, _mm256_set1_epi32(32768)),
                             16);
}

/* The bytes of four times eight 32-bit lanes, in order. */
static __m256i pack32(__m256i a, __m256i b, __m256i c, __m256i d)
{
    const __m256i bytes =
        _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));

    return _mm256_permutevar8x32_epi32(
        bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/* Four pixels lie in 12 bytes of each half. The last half is loaded from 4
 * bytes further ahead, so as not to read beyond the 96 bytes. */
static __m256i luma_rgb32(const uint8_t *p)
{
    const __m128i rg =
        _mm_setr_epi8(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1);
    const __m128i gb =
        _mm_setr_epi8(1, -1, 2, -1, 4, -1, 5, -1, 7, -1, 8, -1, 10, -1, 11, -1);
    const __m128i rg_late = _mm_setr_epi8(4, -1, 5, -1, 7, -1, 8, -1, 10, -1,
                                          11, -1, 13, -1, 14, -1);
    const __m128i gb_late = _mm_setr_epi8(5, -1, 6, -1, 8, -1, 9, -1, 11, -1,
                                          12, -1, 14, -1, 15, -1);

    return pack32(luma8(load_two(p, p + 12), twice(rg), twice(gb)),
                  luma8(load_two(p + 24, p + 36), twice(rg), twice(gb)),
                  luma8(load_two(p + 48, p + 60), twice(rg), twice(gb)),
                  luma8(load_two(p + 72, p + 80), _mm256_set_m128i(rg_late, rg),
                        _mm256_set_m128i(gb_late, gb)));
}

static void luma_rgb_avx2(uint8_t *luma, const uint8_t *rgb, size_t n)
{
    if (n < 32) {
        sitr_luma_rgb_c(luma, rgb, n);
        return;
    }
    const __m256i last = luma_rgb32(rgb + 3 * (n - 32));

    for (size_t i = 0; i + 32 < n; i += 32)
        store(luma + i, luma_rgb32(rgb + 3 * i));
    store(luma + n - 32, last);
}

static __m256i luma_rgba32(const uint8_t *p)
{
    const __m256i rg = twice(_mm_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9,
                                           -1, 12, -1, 13, -1));
    const __m256i gb = twice(_mm_setr_epi8(1, -1, 2, -1, 5, -1, 6, -1, 9, -1,
                                           10, -1, 13, -1, 14, -1));

    return pack32(luma8(load(p), rg, gb), luma8(load(p + 32), rg, gb),
                  luma8(load(p + 64), rg, gb), luma8(load(p + 96), rg, gb));
}

static __m256i alpha32(const uint8_t *p)
{
    return pack32(_mm256_srli_epi32(load(p), 24),
                  _mm256_srli_epi32(load(p + 32), 24),
                  _mm256_srli_epi32(load(p + 64), 24),
                  _mm256_srli_epi32(load(p + 96), 24));
}

static void luma_rgba_avx2(uint8_t *luma, uint8_t *alpha, const uint8_t *rgba,
                           size_t n)
{
    if (n < 32) {
        sitr_luma_rgba_c(luma, alpha, rgba, n);
        return;
    }
    const __m256i last_luma = luma_rgba32(rgba + 4 * (n - 32));
    const __m256i last_alpha = alpha32(rgba + 4 * (n - 32));

    for (size_t i = 0; i + 32 < n; i += 32) {
        const __m256i l = luma_rgba32(rgba + 4 * i);
        const __m256i a = alpha32(rgba + 4 * i);

        store(luma + i, l);
        store(alpha + i, a);
    }
    store(luma + n - 32, last_luma);
    store(alpha + n - 32, last_alpha);
}

/* luma * alpha + background * (255 - alpha) = alpha * (luma - background) +
 * background * 255: `base` is the latter and 128. All modulo 2^16, which the
 * result fits. */
static __m256i composite16(__m256i luma, __m256i alpha, __m256i background,
                           __m256i base)
{
    const __m256i v = _mm256_add_epi16(
        _mm256_mullo_epi16(alpha, _mm256_sub_epi16(luma, background)), base);

    return _mm256_srli_epi16(_mm256_add_epi16(v, _mm256_srli_epi16(v, 8)), 8);
}

static __m256i composite32(const uint8_t *luma, const uint8_t *alpha,
                           uint8_t background)
{
    const __m256i zero = _mm256_setzero_si256();
    const __m256i ground = _mm256_set1_epi16(background);
    const __m256i base =
        _mm256_set1_epi16((int16_t)(uint16_t)(background * 255 + 128));
    const __m256i l = load(luma);
    const __m256i a = load(alpha);

    return _mm256_packus_epi16(
        composite16(_mm256_unpacklo_epi8(l, zero),
                    _mm256_unpacklo_epi8(a, zero), ground, base),
        composite16(_mm256_unpackhi_epi8(l, zero),
                    _mm256_unpackhi_epi8(a, zero), ground, base));
}

static void composite_avx2(uint8_t *out, const uint8_t *luma,
                           const uint8_t *alpha, uint8_t background, size_t n)
{
    if (n < 32) {
        sitr_composite_c(out, luma, alpha, background, n);
        return;
    }
    const __m256i last = composite32(luma + n - 32, alpha + n - 32, background);

    for (size_t i = 0; i + 32 < n; i += 32)
        store(out + i, composite32(luma + i, alpha + i, background));
    store(out + n - 32, last);
}

/* ---- block sums ---- */

/* 16 sums of 2 bytes. */
static __m256i sum2(const uint8_t *p)
{
    return _mm256_maddubs_epi16(load(p), _mm256_set1_epi8(1));
}

/* 16 sums of 4 bytes. */
static __m256i sum4(const uint8_t *p)
{
    return _mm256_permute4x64_epi64(_mm256_hadd_epi16(sum2(p), sum2(p + 32)),
                                    _MM_SHUFFLE(3, 1, 2, 0));
}

/* 16 sums of 8 bytes. */
static __m256i sum8(const uint8_t *p)
{
    const __m256i zero = _mm256_setzero_si256();
    const __m256i ab = _mm256_packus_epi32(_mm256_sad_epu8(load(p), zero),
                                           _mm256_sad_epu8(load(p + 32), zero));
    const __m256i cd = _mm256_packus_epi32(_mm256_sad_epu8(load(p + 64), zero),
                                           _mm256_sad_epu8(load(p + 96), zero));

    return _mm256_permutevar8x32_epi32(
        _mm256_packus_epi32(ab, cd), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/* sums[0 .. 16) and what 16 blocks of the row add to it. */
static __m256i area16(const uint16_t *sums, const uint8_t *row, uint32_t shrink)
{
    const __m256i more = shrink == 2   ? sum2(row)
                         : shrink == 4 ? sum4(row)
                                       : sum8(row);

    return _mm256_add_epi16(load(sums), more);
}

static void area_add_avx2(uint16_t *sums, const uint8_t *row, size_t n,
                          uint32_t shrink)
{
    if (n < 16) {
        sitr_area_add_c(sums, row, n, shrink);
        return;
    }
    const __m256i last = area16(sums + n - 16, row + (n - 16) * shrink, shrink);

    for (size_t i = 0; i + 16 < n; i += 16)
        store(sums + i, area16(sums + i, row + i * shrink, shrink));
    store(sums + n - 16, last);
}

/* ---- weighted sums ---- */

/* 32 columns. Two rows at a time are interleaved, so that one instruction
 * weighs both. */
static void weigh_rows32(int16_t *out, const uint8_t *first, size_t stride,
                         const int16_t *weights, size_t n_rows)
{
    const int shift = SITR_WEIGHT_BITS - SITR_BLEND_BITS;
    const __m256i zero = _mm256_setzero_si256();
    const __m256i half = _mm256_set1_epi32(1 << (shift - 1));
    __m256i s0 = half, s1 = half, s2 = half, s3 = half;

    for (size_t t = 0; t < n_rows; t += 2) {
        const uint8_t *row = first + t * stride;
        const int paired = t + 1 < n_rows;
        const __m256i a = load(row);
        const __m256i b = paired ? load(row + stride) : zero;
        const __m256i w = paired ? broadcast_pair(weights + t)
                                 : _mm256_set1_epi32(weights[t]);
        const __m256i low = _mm256_unpacklo_epi8(a, b);
        const __m256i high = _mm256_unpackhi_epi8(a, b);

        s0 = _mm256_add_epi32(
            s0, _mm256_madd_epi16(_mm256_unpacklo_epi8(low, zero), w));
        s1 = _mm256_add_epi32(
            s1, _mm256_madd_epi16(_mm256_unpackhi_epi8(low, zero), w));
        s2 = _mm256_add_epi32(
            s2, _mm256_madd_epi16(_mm256_unpacklo_epi8(high, zero), w));
        s3 = _mm256_add_epi32(
            s3, _mm256_madd_epi16(_mm256_unpackhi_epi8(high, zero), w));
    }
    s0 = _mm256_packs_epi32(_mm256_srai_epi32(s0, shift),
                            _mm256_srai_epi32(s1, shift));
    s2 = _mm256_packs_epi32(_mm256_srai_epi32(s2, shift),
                            _mm256_srai_epi32(s3, shift));
    store(out, _mm256_permute2x128_si256(s0, s2, 0x20));
    store(out + 16, _mm256_permute2x128_si256(s0, s2, 0x31));
}

static void weigh_rows_avx2(int16_t *out, const uint8_t *first, size_t stride,
                            const int16_t *weights, size_t n_rows, size_t width)
{
    if (width < 32) {
        sitr_weigh_rows_c(out, first, stride, weights, n_rows, width);
        return;
    }
    for (size_t x = 0; x + 32 < width; x += 32)
        weigh_rows32(out + x, first + x, stride, weights, n_rows);
    weigh_rows32(out + width - 32, first + width - 32, stride, weights, n_rows);
}

/* Four outputs, whose windows begin at in + first[0 .. 4). */
static __m128i weigh_cols4(const int16_t *in, const uint32_t *first,
                           const int16_t *weights, size_t n_taps)
{
    const int16_t *p0 = in + first[0], *p1 = in + first[1];
    const int16_t *p2 = in + first[2], *p3 = in + first[3];
    const int16_t *w0 = weights, *w1 = w0 + n_taps;
    const int16_t *w2 = w1 + n_taps, *w3 = w2 + n_taps;
    __m256i s0 = _mm256_setzero_si256(), s1 = s0, s2 = s0, s3 = s0;

    for (size_t t = 0; t < n_taps; t += SITR_TAPS_ALIGN) {
        s0 =
            _mm256_add_epi32(s0, _mm256_madd_epi16(load(p0 + t), load(w0 + t)));
        s1 =
            _mm256_add_epi32(s1, _mm256_madd_epi16(load(p1 + t), load(w1 + t)));
        s2 =
            _mm256_add_epi32(s2, _mm256_madd_epi16(load(p2 + t), load(w2 + t)));
        s3 =
            _mm256_add_epi32(s3, _mm256_madd_epi16(load(p3 + t), load(w3 + t)));
    }
    s0 =
        _mm256_hadd_epi32(_mm256_hadd_epi32(s0, s1), _mm256_hadd_epi32(s2, s3));
    return _mm_add_epi32(_mm256_castsi256_si128(s0),
                         _mm256_extracti128_si256(s0, 1));
}

static void weigh_cols_avx2(int32_t *out, const int16_t *in,
                            const uint32_t *first, const int16_t *weights,
                            size_t n_taps, size_t n_out)
{
    size_t j = 0;

    for (; j + 4 <= n_out; j += 4)
        _mm_storeu_si128(
            (__m128i *)(out + j),
            weigh_cols4(in, first + j, weights + j * n_taps, n_taps));
    sitr_weigh_cols_c(out + j, in, first + j, weights + j * n_taps, n_taps,
                      n_out - j);
}

/* ---- DCT ---- */

/* vpmuldq multiplies the even 32-bit lanes; this brings the odd ones there. */
static __m256i odd_lanes(__m256i v) { return _mm256_srli_epi64(v, 32); }

/* Eight columns of T, as dct.c has it. */
static void dct_columns(int32_t *t, const int32_t *in, const int32_t *basis)
{
    __m256i folded[2][32][2]; /* by i % 2, then j, then even and odd columns */

    for (size_t j = 0; j < 32; j++) {
        const __m256i a = load(in + j * 64);
        const __m256i b = load(in + (63 - j) * 64);

        folded[0][j][0] = _mm256_sub_epi32(a, b);
        folded[0][j][1] = odd_lanes(folded[0][j][0]);
        folded[1][j][0] = _mm256_add_epi32(a, b);
        folded[1][j][1] = odd_lanes(folded[1][j][0]);
    }
    /* rows i, i + 2, i + 4 and i + 6 at once: 0, 1, 8, 9 */
    for (size_t i = 0; i < 16; i = i % 2 ? i + 7 : i + 1) {
        __m256i even[4], odd[4];

        for (size_t r = 0; r < 4; r++)
            even[r] = odd[r] =
                _mm256_set1_epi64x(INT64_C(1) << SITR_BASIS_BITS);
        for (size_t j = 0; j < 32; j++) {
            const __m256i *f = folded[i % 2][j];

            for (size_t r = 0; r < 4; r++) {
                const __m256i d =
                    _mm256_set1_epi32(basis[(i + 2 * r) * 32 + j]);

                even[r] = _mm256_add_epi64(even[r], _mm256_mul_epi32(d, f[0]));
                odd[r] = _mm256_add_epi64(odd[r], _mm256_mul_epi32(d, f[1]));
            }
        }
        /* T fits 32 bits, so that it is all the same whether zeros or the sign
         * are shifted in above */
        for (size_t r = 0; r < 4; r++)
            store(t + (i + 2 * r) * 64,
                  _mm256_blend_epi32(
                      _mm256_srli_epi64(even[r], SITR_BASIS_BITS + 1),
                      _mm256_slli_epi64(odd[r], 32 - (SITR_BASIS_BITS + 1)),
                      0xaa));
    }
}

/* The sums of the lanes of each. */
static __m256i add_lanes(__m256i a, __m256i b, __m256i c, __m256i d)
{
    const __m256i ab = _mm256_add_epi64(_mm256_unpacklo_epi64(a, b),
                                        _mm256_unpackhi_epi64(a, b));
    const __m256i cd = _mm256_add_epi64(_mm256_unpacklo_epi64(c, d),
                                        _mm256_unpackhi_epi64(c, d));

    return _mm256_add_epi64(_mm256_permute2x128_si256(ab, cd, 0x20),
                            _mm256_permute2x128_si256(ab, cd, 0x31));
}

/* One row of 16 frequencies from one row of T. `basis_odd` is the basis with
 * the odd lanes brought to the even ones. */
static void dct_row(int64_t *out, const int32_t *t, const int32_t *basis,
                    __m256i basis_odd[16][4])
{
    const __m256i reverse = _mm256_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    __m256i folded[2][4];
    __m256i sums[16];

    for (size_t j = 0; j < 4; j++) {
        const __m256i a = load(t + 8 * j);
        const __m256i b =
            _mm256_permutevar8x32_epi32(load(t + 56 - 8 * j), reverse);

        folded[0][j] = _mm256_sub_epi32(a, b);
        folded[1][j] = _mm256_add_epi32(a, b);
    }
    for (size_t odd = 0; odd < 2; odd++) {
        for (size_t k = odd; k < 16; k += 2) {
            __m256i sum = _mm256_setzero_si256();

            for (size_t j = 0; j < 4; j++) {
                const __m256i f = folded[odd][j];

                sum = _mm256_add_epi64(
                    sum, _mm256_mul_epi32(load(basis + k * 32 + 8 * j), f));
                sum = _mm256_add_epi64(
                    sum, _mm256_mul_epi32(basis_odd[k][j], odd_lanes(f)));
            }
            sums[k] = sum;
        }
    }
    for (size_t k = 0; k < 16; k += 4)
        store(out + k,
              add_lanes(sums[k], sums[k + 1], sums[k + 2], sums[k + 3]));
}

static void dct64_low16_avx2(int64_t *out, const int32_t *in,
                             const int32_t *basis)
{
    int32_t t[16 * 64];
    __m256i basis_odd[16][4];

    for (size_t x = 0; x < 64; x += 8) dct_columns(t + x, in + x, basis);
    for (size_t k = 0; k < 16; k++)
        for (size_t j = 0; j < 4; j++)
            basis_odd[k][j] = odd_lanes(load(basis + k * 32 + 8 * j));
    for (size_t i = 0; i < 16; i++)
        dct_row(out + i * 16, t + i * 64, basis, basis_odd);
}

/* ---- Hamming ---- */

/* The number of set bits in each byte, by a table of 4 bits. */
static inline __m256i count_in_bytes(__m256i v)
{
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i bits =
        twice(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));

    return _mm256_add_epi8(
        _mm256_shuffle_epi8(bits, _mm256_and_si256(v, low)),
        _mm256_shuffle_epi8(bits,
                            _mm256_and_si256(_mm256_srli_epi16(v, 4), low)));
}

/* The bits in which a code differs from `query`, by 64-bit lanes. */
static inline __m256i differ(__m256i query, const uint64_t *code)
{
    return _mm256_sad_epu8(count_in_bytes(_mm256_xor_si256(query, load(code))),
                           _mm256_setzero_si256());
}

/* The distances of four codes, in the low half. */
static inline __m128i hamming4(__m256i query, const uint64_t *codes)
{
    /* each code's counts to 16 bits of their own, then add the lanes */
    const __m256i c01 = _mm256_or_si256(
        differ(query, codes), _mm256_slli_epi64(differ(query, codes + 4), 16));
    const __m256i c23 =
        _mm256_or_si256(_mm256_slli_epi64(differ(query, codes + 8), 32),
                        _mm256_slli_epi64(differ(query, codes + 12), 48));
    const __m256i all = _mm256_or_si256(c01, c23);
    const __m128i half = _mm_add_epi16(_mm256_castsi256_si128(all),
                                       _mm256_extracti128_si256(all, 1));

    return _mm_add_epi16(half, _mm_unpackhi_epi64(half, half));
}

static void hamming256_avx2(uint16_t *out, const uint64_t *query,
                            const uint64_t *codes, size_t n)
{
    const __m256i q = load(query);
    size_t i = 0;

    for (; i + 4 <= n; i += 4)
        _mm_storel_epi64((__m128i *)(out + i), hamming4(q, codes + 4 * i));
    sitr_hamming256_c(out + i, query, codes + 4 * i, n - i);
}

/* Appends the numbers of the lanes of 16 bits whose two bits of `mask` are set,
 * the first being `from`. */
static size_t append_lanes(uint32_t *out, uint32_t mask, size_t from)
{
    size_t n = 0;

    for (mask &= 0x55555555; mask; mask &= mask - 1)
        out[n++] = (uint32_t)from + (uint32_t)__builtin_ctz(mask) / 2;
    return n;
}

static size_t near256_avx2(uint32_t *out, const uint64_t *query,
                           const uint64_t *codes, uint32_t limit, size_t n)
{
    const __m256i q = load(query);
    const __m128i most = _mm_set1_epi16((int16_t)(limit < 256 ? limit : 256));
    size_t found = 0, i = 0;

    for (; i + 8 <= n; i += 8) {
        const char *const ahead = (const char *)(codes + 4 * i) + SITR_AHEAD;
        const __m128i bits = _mm_unpacklo_epi64(
            hamming4(q, codes + 4 * i), hamming4(q, codes + 4 * i + 16));

        for (int line = 0; line < 4; line++)
            _mm_prefetch(ahead + 64 * line, _MM_HINT_T0);
        const uint32_t far =
            (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi16(bits, most));

        if (far != 0xffff) found += append_lanes(out + found, far ^ 0xffff, i);
    }
    const size_t last =
        sitr_near256_c(out + found, query, codes + 4 * i, limit, n - i);

    for (size_t k = 0; k < last; k++) out[found++] += (uint32_t)i;
    return found;
}

static size_t near16_avx2(uint32_t *out, uint16_t tag, const uint16_t *tags,
                          uint32_t limit, size_t n)
{
    const __m256i t = _mm256_set1_epi16((int16_t)tag);
    const __m256i most = _mm256_set1_epi16((int16_t)(limit < 16 ? limit : 16));
    size_t found = 0;

    for (size_t i = 0; i < n; i += 16) {
        const __m256i counts =
            count_in_bytes(_mm256_xor_si256(t, load(tags + i)));
        const __m256i bits = _mm256_maddubs_epi16(counts, _mm256_set1_epi8(1));
        uint32_t near =
            ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi16(bits, most));

        if (n - i < 16) near &= (1u << 2 * (n - i)) - 1;
        if (near) found += append_lanes(out + found, near, i);
    }
    return found;
}

void sitr_kernels_avx2(sitr_kernels *table)
{
    table->name = "avx2";
    table->luma_rgb = luma_rgb_avx2;
    table->luma_rgba = luma_rgba_avx2;
    table->composite = composite_avx2;
    table->area_add = area_add_avx2;
    table->weigh_rows = weigh_rows_avx2;
    table->weigh_cols = weigh_cols_avx2;
    table->dct64_low16 = dct64_low16_avx2;
    table->hamming256 = hamming256_avx2;
    table->near256 = near256_avx2;
    table->near16 = near16_avx2;
}
