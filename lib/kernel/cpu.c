/* SPDX-License-Identifier: Apache-2.0 */
/* Which CPU this is, and which kernels suit it. */
#include "kernel/kernels.h"

/* libjpeg-turbo has a faster one for SSE2 and for NEON than plain C can be. */
#if defined(SITR_HAVE_X86) || defined(SITR_HAVE_NEON)
# define PLAIN_LIBJPEG false
#else
# define PLAIN_LIBJPEG true
#endif

#if defined(SITR_HAVE_X86)
uint64_t sitr_cpu_features(void)
{
    uint64_t features = 0;

    __builtin_cpu_init(); /* also asks the system whether it saves the state */
    if (__builtin_cpu_supports("avx2")) features |= SITR_FEATURE_AVX2;
    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vpopcntdq"))
        features |= SITR_FEATURE_AVX512;
    return features;
}
#elif defined(SITR_HAVE_NEON)
uint64_t sitr_cpu_features(void)
{
    return SITR_FEATURE_NEON; /* every AArch64 CPU has it */
}
#else
uint64_t sitr_cpu_features(void) { return 0; }
#endif

void sitr_kernels_choose(uint64_t features, sitr_kernels *out)
{
    *out = (sitr_kernels){
        .name = "portable",
        .luma_rgb = sitr_luma_rgb_c,
        .luma_rgba = sitr_luma_rgba_c,
        .luma_video = sitr_luma_video_c,
        .composite = sitr_composite_c,
        .area_add = sitr_area_add_c,
        .weigh_rows = sitr_weigh_rows_c,
        .weigh_cols = sitr_weigh_cols_c,
        .dct64_low16 = sitr_dct64_low16_c,
        .inverse_dct8 = sitr_inverse_dct8_c,
        .inverse_dct4 = sitr_inverse_dct4_c,
        .inverse_dct2 = sitr_inverse_dct2_c,
        .hamming256 = sitr_hamming256_c,
        .near256 = sitr_near256_c,
        .near16 = sitr_near16_c,
        .fast_inverse_dct = PLAIN_LIBJPEG,
    };
    sitr_scale_space_c(out);
#if defined(SITR_HAVE_X86)
    if (features & SITR_FEATURE_AVX2) {
        sitr_kernels_avx2(out);
        sitr_inverse_dct_avx2(out);
        sitr_scale_space_avx2(out);
    }
    if (features & SITR_FEATURE_AVX512) {
        sitr_kernels_avx512(out);
        sitr_scale_space_avx512(out);
    }
#elif defined(SITR_HAVE_NEON)
    if (features & SITR_FEATURE_NEON) sitr_kernels_neon(out);
#else
    (void)features;
#endif
}
