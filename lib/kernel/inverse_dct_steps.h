/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inverse DCT of eight coefficients (type III), to eight samples or fewer:
 * after Loeffler, Ligtenberg and Moschytz 1989, in the fixed point that libjpeg
 * calls "islow" (jidctint.c, jidctred.c), so that the samples are the same to
 * the bit. Where a block becomes four or two, libjpeg leaves out some of the
 * coefficients, and so does this.
 *
 * Who includes it defines `lane` before: int32_t or a vector of them. Inputs are
 * at most SITR_DCT_LIMIT, and no sum is over 2^31 then.
 */
#ifndef SITR_INVERSE_DCT_STEPS_H
#define SITR_INVERSE_DCT_STEPS_H

#define C13(x) ((int32_t)((x)*8192 + 0.5)) /* in 13 bits */

/* v[0 .. 7] to eight samples in 13 bits. */
static inline void inverse_dct8(lane v[8])
{
    const lane z1 = (v[2] + v[6]) * C13(0.541196100);
    const lane e2 = z1 - v[6] * C13(1.847759065);
    const lane e3 = z1 + v[2] * C13(0.765366865);
    const lane e0 = (v[0] + v[4]) * 8192, e1 = (v[0] - v[4]) * 8192;
    const lane even[4] = {e0 + e3, e1 + e2, e1 - e2, e0 - e3};
    const lane z5 = (v[7] + v[3] + v[5] + v[1]) * C13(1.175875602);
    const lane z71 = (v[7] + v[1]) * C13(0.899976223);
    const lane z53 = (v[5] + v[3]) * C13(2.562915447);
    const lane z73 = z5 - (v[7] + v[3]) * C13(1.961570560);
    const lane z51 = z5 - (v[5] + v[1]) * C13(0.390180644);
    const lane odd[4] = {v[1] * C13(1.501321110) - z71 + z51,
                         v[3] * C13(3.072711026) - z53 + z73,
                         v[5] * C13(2.053119869) - z53 + z51,
                         v[7] * C13(0.298631336) - z71 + z73};

    for (int i = 0; i < 4; i++) {
        v[i] = even[i] + odd[i];
        v[7 - i] = even[i] - odd[i];
    }
}

/* v[0 .. 7], but for v[4], to four samples in 14 bits. */
static inline void inverse_dct4(lane v[8])
{
    const lane z = v[0] * 16384;
    const lane e = v[2] * C13(1.847759065) - v[6] * C13(0.765366865);
    const lane o0 = v[3] * C13(0.899976223) + v[1] * C13(2.562915447) -
                    v[7] * C13(0.509795579) - v[5] * C13(0.601344887);
    const lane o1 = v[5] * C13(1.451774981) + v[1] * C13(1.061594337) -
                    v[7] * C13(0.211164243) - v[3] * C13(2.172734803);

    v[0] = z + e + o0;
    v[1] = z - e + o1;
    v[2] = z - e - o1;
    v[3] = z + e - o0;
}

/* v[0] and those of odd number, to two samples in 15 bits. */
static inline void inverse_dct2(lane v[8])
{
    const lane z = v[0] * 32768;
    const lane o = v[5] * C13(0.850430095) + v[1] * C13(3.624509785) -
                   v[7] * C13(0.720959822) - v[3] * C13(1.272758580);

    v[0] = z + o;
    v[1] = z - o;
}

#undef C13

#endif
