/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a distance means: measured on unrelated pictures, so that a finding can
 * say how often chance alone comes as close. bench/README.md has the making.
 */
#ifndef SITR_CALIBRATION_H
#define SITR_CALIBRATION_H

#include <stdint.h>

#include <sitr.h>

/** Share of unrelated pairs whose PDQ hashes come within `distance` bits in one
 * of the eight turns: measured, beyond that extrapolated. */
double sitr_false_positive_rate(uint32_t distance);

/** Within this, and not too plain: a copy. Meta's customary radius. */
#define SITR_COPY_RADIUS 31u

/** Within this: worth a person's look. Narrower where the poorer of the two
 * pictures has little to see (quality 50 .. 100). */
uint32_t sitr_review_radius(uint32_t quality);

/** Share of unrelated pairs whose regions agree on a place with at least this
 * score. */
double sitr_region_rate(double score);

/* The rate that SITR_REVIEW stands for. */
#define SITR_REVIEW_RATE 1e-6

/** What such a score says: of the distinctive regions of a photo that agree for a
 * good part; and of others, which are held to more. */
sitr_verdict sitr_region_verdict(double score);
sitr_verdict sitr_strict_verdict(double score);

#endif
