/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernels for NEON, which every AArch64 CPU has. Luma, the composite and
 * the DCT are left to the compiler, which knows NEON too.
 *
 * What does not fill a vector goes to plain C.
 */
#include "kernel/kernels.h"

#include <arm_neon.h>

/* ---- Block sums ---- */

/* 8 sums of 2, 4 or 8 bytes. */
static uint16x8_t sum2(const uint8_t *p) { return vpaddlq_u8(vld1q_u8(p)); }

static uint16x8_t sum4(const uint8_t *p)
{
    return vpaddq_u16(sum2(p), sum2(p + 16));
}

static uint16x8_t sum8(const uint8_t *p)
{
    return vpaddq_u16(sum4(p), sum4(p + 32));
}

static void area_add_neon(uint16_t *sums, const uint8_t *row, size_t n,
                          uint32_t shrink)
{
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        const uint8_t *p = row + i * shrink;
        const uint16x8_t more = shrink == 2   ? sum2(p)
                                : shrink == 4 ? sum4(p)
                                              : sum8(p);

        vst1q_u16(sums + i, vaddq_u16(vld1q_u16(sums + i), more));
    }
    sitr_area_add_c(sums + i, row + i * shrink, n - i, shrink);
}

/* ---- Weighted sums ---- */

/* The last shift of weigh_rows rounds by itself. */
static int16x8_t blend(int32x4_t low, int32x4_t high)
{
    return vcombine_s16(vrshrn_n_s32(low, SITR_WEIGHT_BITS - SITR_BLEND_BITS),
                        vrshrn_n_s32(high, SITR_WEIGHT_BITS - SITR_BLEND_BITS));
}

/* 16 columns. */
static void weigh_rows16(int16_t *out, const uint8_t *first, size_t stride,
                         const int16_t *weights, size_t n_rows)
{
    int32x4_t s0 = vdupq_n_s32(0), s1 = s0, s2 = s0, s3 = s0;

    for (size_t t = 0; t < n_rows; t++) {
        const uint8x16_t row = vld1q_u8(first + t * stride);
        const int16x8_t low = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(row)));
        const int16x8_t high = vreinterpretq_s16_u16(vmovl_high_u8(row));

        s0 = vmlal_n_s16(s0, vget_low_s16(low), weights[t]);
        s1 = vmlal_high_n_s16(s1, low, weights[t]);
        s2 = vmlal_n_s16(s2, vget_low_s16(high), weights[t]);
        s3 = vmlal_high_n_s16(s3, high, weights[t]);
    }
    vst1q_s16(out, blend(s0, s1));
    vst1q_s16(out + 8, blend(s2, s3));
}

/* The last 16 columns overlap those before. */
static void weigh_rows_neon(int16_t *out, const uint8_t *first, size_t stride,
                            const int16_t *weights, size_t n_rows, size_t width)
{
    if (width < 16) {
        sitr_weigh_rows_c(out, first, stride, weights, n_rows, width);
        return;
    }
    for (size_t x = 0; x + 16 < width; x += 16)
        weigh_rows16(out + x, first + x, stride, weights, n_rows);
    weigh_rows16(out + width - 16, first + width - 16, stride, weights, n_rows);
}

static void weigh_cols_neon(int32_t *out, const int16_t *in,
                            const uint32_t *first, const int16_t *weights,
                            size_t n_taps, size_t n_out)
{
    for (size_t j = 0; j < n_out; j++) {
        const int16_t *w = weights + j * n_taps;
        const int16_t *p = in + first[j];
        int32x4_t even = vdupq_n_s32(0), odd = even;

        for (size_t t = 0; t < n_taps; t += 8) {
            const int16x8_t a = vld1q_s16(p + t);
            const int16x8_t b = vld1q_s16(w + t);

            even = vmlal_s16(even, vget_low_s16(a), vget_low_s16(b));
            odd = vmlal_high_s16(odd, a, b);
        }
        out[j] = vaddvq_s32(vaddq_s32(even, odd));
    }
}

/* ---- Hamming ---- */

/* The bits in which a code differs from the query, by 16-bit lanes: 256 of them
 * would not fit one byte. */
static uint16x8_t differ(const uint64_t *code, uint64x2_t q0, uint64x2_t q1)
{
    const uint8x16_t a = vreinterpretq_u8_u64(veorq_u64(vld1q_u64(code), q0));
    const uint8x16_t b =
        vreinterpretq_u8_u64(veorq_u64(vld1q_u64(code + 2), q1));

    return vpaddlq_u8(vaddq_u8(vcntq_u8(a), vcntq_u8(b)));
}

/* The distances of eight codes. */
static uint16x8_t hamming8(const uint64_t *c, uint64x2_t q0, uint64x2_t q1)
{
    const uint16x8_t c01 = vpaddq_u16(differ(c, q0, q1), differ(c + 4, q0, q1));
    const uint16x8_t c23 =
        vpaddq_u16(differ(c + 8, q0, q1), differ(c + 12, q0, q1));
    const uint16x8_t c45 =
        vpaddq_u16(differ(c + 16, q0, q1), differ(c + 20, q0, q1));
    const uint16x8_t c67 =
        vpaddq_u16(differ(c + 24, q0, q1), differ(c + 28, q0, q1));

    return vpaddq_u16(vpaddq_u16(c01, c23), vpaddq_u16(c45, c67));
}

static void hamming256_neon(uint16_t *out, const uint64_t *query,
                            const uint64_t *codes, size_t n)
{
    const uint64x2_t q0 = vld1q_u64(query), q1 = vld1q_u64(query + 2);
    size_t i = 0;

    for (; i + 8 <= n; i += 8)
        vst1q_u16(out + i, hamming8(codes + 4 * i, q0, q1));
    sitr_hamming256_c(out + i, query, codes + 4 * i, n - i);
}

/* Appends the numbers of the lanes that are all ones, the first being `from`. */
static size_t append_lanes(uint32_t *out, uint16x8_t lanes, size_t from)
{
    uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(vmovn_u16(lanes)), 0) &
                    UINT64_C(0x0101010101010101);
    size_t n = 0;

    for (; mask; mask &= mask - 1)
        out[n++] = (uint32_t)from + (uint32_t)__builtin_ctzll(mask) / 8;
    return n;
}

static size_t near256_neon(uint32_t *out, const uint64_t *query,
                           const uint64_t *codes, uint32_t limit, size_t n)
{
    const uint64x2_t q0 = vld1q_u64(query), q1 = vld1q_u64(query + 2);
    const uint16x8_t most = vdupq_n_u16((uint16_t)(limit < 256 ? limit : 256));
    size_t found = 0, i = 0;

    for (; i + 8 <= n; i += 8)
        found += append_lanes(
            out + found, vcleq_u16(hamming8(codes + 4 * i, q0, q1), most), i);
    const size_t last =
        sitr_near256_c(out + found, query, codes + 4 * i, limit, n - i);

    for (size_t k = 0; k < last; k++) out[found++] += (uint32_t)i;
    return found;
}

static size_t near16_neon(uint32_t *out, uint16_t tag, const uint16_t *tags,
                          uint32_t limit, size_t n)
{
    const uint16x8_t t = vdupq_n_u16(tag);
    const uint16x8_t most = vdupq_n_u16((uint16_t)(limit < 16 ? limit : 16));
    size_t found = 0, i = 0;

    for (; i + 8 <= n; i += 8) {
        const uint8x16_t x =
            vreinterpretq_u8_u16(veorq_u16(vld1q_u16(tags + i), t));

        found += append_lanes(out + found,
                              vcleq_u16(vpaddlq_u8(vcntq_u8(x)), most), i);
    }
    const size_t last = sitr_near16_c(out + found, tag, tags + i, limit, n - i);

    for (size_t k = 0; k < last; k++) out[found++] += (uint32_t)i;
    return found;
}

void sitr_kernels_neon(sitr_kernels *table)
{
    table->name = "neon";
    table->area_add = area_add_neon;
    table->weigh_rows = weigh_rows_neon;
    table->weigh_cols = weigh_cols_neon;
    table->hamming256 = hamming256_neon;
    table->near256 = near256_neon;
    table->near16 = near16_neon;
}
