/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pictures of tests/data.
 */
#ifndef SITR_TEST_SAMPLES_H
#define SITR_TEST_SAMPLES_H

#include "plane/plane.h"

/** Where a picture is; valid until the next call of the thread. */
const char *sample_path(const char *name);

/** A picture as the library sees it; the budget's. Stops the test where it
 * cannot be read. */
sitr_plane sample_plane(sitr_budget *budget, const char *name);

#endif
