/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures drawn and signed, for what is found by regions. What fails stops the
 * test. */
#ifndef SITR_TEST_REGION_PICTURES_H
#define SITR_TEST_REGION_PICTURES_H

#include <sitr.h>

/** What all of a group is signed with: from set_up to tear_down. */
extern sitr_ctx *ctx;

int set_up(void **state);
int tear_down(void **state);

/** Gray pixels, in lines that follow each other; `data` is the caller's to free. */
typedef struct gray {
    uint32_t w, h;
    uint8_t *data;
} gray;

/** All black. */
gray gray_new(uint32_t w, uint32_t h);
/** One of tests/data, as the library sees it. */
gray read_gray(const char *name);
/** A form: its own words, and those of whoever filled it in; with a little noise. */
gray form(uint32_t words, uint32_t noise);

/** What is at u, v of `from` comes to x, y of `to`, by the inverse of a map. */
void draw(const gray *from, gray *to, const double back[6]);
void invert(const double to[6], double back[6]);

sitr_signature *sign_file(const char *name, uint32_t flags);
sitr_signature *sign_gray(const gray *g, uint32_t flags);

/** Of 24 bits. */
uint32_t next(uint32_t *seed);

#endif
