/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The false-positive rate of a PDQ distance, least over eight turns, as
 * bench/false_positives.py measured it on 9.1e7 pairs of unrelated photos and
 * crops of photos (none of them too plain). The logarithm falls in a straight
 * line from 96 bits to 76; the few pairs met below that, down to 64, are held
 * to a flatter one, as far as 1e-9, and no smaller rate is ever claimed.
 *
 * Pictures in a common frame, screenshots of one interface above all, come
 * closer than unrelated photos do: bench/README.md has how close.
 */
#include "match/calibration.h"

#include <stddef.h>

#define FIRST 56u
#define STEP  2u

/* At 56, 58, ... bits. */
static const double rate[] = {
    1e-9,   1.7e-9, 3e-9,   6e-9,   1.2e-8, 1.8e-8, 2.7e-8, 4.4e-8,
    8e-8,   1.3e-7, 2.3e-7, 4.3e-7, 8.1e-7, 1.5e-6, 3.6e-6, 7.6e-6,
    1.9e-5, 4.7e-5, 1.2e-4, 2.8e-4, 6.8e-4, 1.6e-3, 3.8e-3, 8.5e-3,
    1.8e-2, 3.7e-2, 7.2e-2, 1.3e-1, 2.2e-1, 3.5e-1, 5.0e-1, 6.6e-1,
    8.1e-1, 9.1e-1, 9.7e-1, 9.9e-1, 1.0};

double sitr_false_positive_rate(uint32_t distance)
{
    const size_t n = sizeof rate / sizeof *rate;

    if (distance <= FIRST) return rate[0];
    /* an odd distance has the rate of the even one above it */
    const size_t i = (distance - FIRST + STEP - 1) / STEP;

    return rate[i < n ? i : n - 1];
}

uint32_t sitr_review_radius(uint32_t quality)
{
    /* Pictures of quality 50 .. 79 are too few to measure 1e-6 on (2 % of
     * photos), so they are held to where none was ever met. */
    return quality >= 80 ? 76 : 60;
}

/* ---- Regions -------------------------------------------------------------- */

/* At scores of 1, 1.25, ...: what bench/region_rates.py measured on 4.9e5 pairs
 * of photos, one of them altered, and a little more: 1.2e-4, 3.7e-5, 1.4e-5,
 * 8e-6, 6e-6, 2e-6, and none from 2.5. Of 1e8 pairs of strangers that
 * bench-region-index makes, none reached 2.5 either; beyond, the rate is held to a
 * line that is flatter than the one before, and none under 1e-9 is ever claimed.
 */
static const double region_rate[] = {
    2.5e-4, 1e-4, 4e-5, 1.7e-5, 8e-6, 2.9e-6, 1e-6,   5e-7,
    2e-7,   9e-8, 4e-8, 2e-8,   9e-9, 4.5e-9, 2.2e-9, 1e-9};

double sitr_region_rate(double score)
{
    const size_t n = sizeof region_rate / sizeof *region_rate;

    if (!(score >= 1)) return 1;
    if (score >= 1 + (double)n / 4) return region_rate[n - 1];
    return region_rate[(size_t)((score - 1) * 4)];
}

/* One sky or one room photographed twice came as far as 9.5: no chance, and no
 * copy. */
#define COPY_SCORE   10
#define REVIEW_SCORE 2.5

sitr_verdict sitr_region_verdict(double score)
{
    return score >= COPY_SCORE     ? SITR_COPY
           : score >= REVIEW_SCORE ? SITR_REVIEW
                                   : SITR_NONE;
}

/* The rates above are of distinctive regions of photos. When all that are single
 * counted, a score three quarters higher was as rare. From 2.5 on 40 of 256 pages
 * of text came up that had been through a messenger, from here on 3. */
#define STRICT_REVIEW_SCORE 3.25

sitr_verdict sitr_strict_verdict(double score)
{
    return score >= STRICT_REVIEW_SCORE ? sitr_region_verdict(score)
                                        : SITR_NONE;
}
