/* SPDX-License-Identifier: Apache-2.0 */
/* Where one picture lies in the other, as people can find it: a box. */
#ifndef TOOLS_PLACE_H
#define TOOLS_PLACE_H

#include <stdbool.h>

#include <sitr.h>

/** In pixels: from the top left corner to the bottom right one. */
struct box {
    long left, top, right, bottom;
};

/** Where in the found picture the protected one is seen. False where that is
 * all of it, or unknown. */
bool place_in_found(const sitr_match *match, const sitr_signature_info *found,
                    struct box *out);

/** What of the protected picture is seen in the found one. False where that is
 * all of it, or unknown. */
bool place_in_protected(const sitr_match *match,
                        const sitr_signature_info *protected_image,
                        const sitr_signature_info *found, struct box *out);

/** "from (10, 20) to (300, 400) of 1080 x 2340", in the language of the user. */
void place_format(const struct box *box, const sitr_signature_info *within,
                  char text[128]);

#endif
