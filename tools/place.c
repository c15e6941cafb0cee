/* SPDX-License-Identifier: Apache-2.0 */
/* Where one picture lies in the other, as people can find it: a box. */
#include "place.h"

#include <math.h>
#include <stdio.h>

#include "i18n.h"

/* The share of a side that may be missing where all is said to be there: quads
 * are good to a few pixels. */
#define SLACK 0.02

static double clamp(double v, double high)
{
    return v < 0 ? 0 : v > high ? high : v;
}

/* The box around four points, within a picture; false where it is as good as
 * the whole picture, or where there is nothing in it. */
static bool box_around(const double p[4][2], const sitr_signature_info *within,
                       struct box *out)
{
    const double w = within->width, h = within->height;
    double low[2] = {w, h}, high[2] = {0, 0};

    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 2; k++) {
            if (!isfinite(p[i][k])) return false;

            const double v = clamp(p[i][k], k ? h : w);

            if (v < low[k]) low[k] = v;
            if (v > high[k]) high[k] = v;
        }
    if (high[0] <= low[0] || high[1] <= low[1]) return false;
    *out = (struct box){(long)(low[0] + 0.5), (long)(low[1] + 0.5),
                        (long)(high[0] + 0.5), (long)(high[1] + 0.5)};
    return low[0] > SLACK * w || low[1] > SLACK * h ||
           high[0] < (1 - SLACK) * w || high[1] < (1 - SLACK) * h;
}

bool place_in_found(const sitr_match *match, const sitr_signature_info *found,
                    struct box *out)
{
    double p[4][2];

    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 2; k++) p[i][k] = (double)match->quad[i][k];
    return box_around(p, found, out);
}

bool place_in_protected(const sitr_match *match,
                        const sitr_signature_info *protected_image,
                        const sitr_signature_info *found, struct box *out)
{
    const double w = found->width, h = found->height;
    const double corner[4][2] = {{0, 0}, {w, 0}, {w, h}, {0, h}};
    const double x = (double)match->quad[0][0], y = (double)match->quad[0][1];
    /* the edges of the protected picture, as they lie in what was found */
    const double ax = (double)match->quad[1][0] - x;
    const double ay = (double)match->quad[1][1] - y;
    const double bx = (double)match->quad[3][0] - x;
    const double by = (double)match->quad[3][1] - y;
    const double area = ax * by - bx * ay;
    double p[4][2];

    if (!isnormal(area)) return false;
    /* the way back, for the corners of what was found */
    for (int i = 0; i < 4; i++) {
        const double dx = corner[i][0] - x, dy = corner[i][1] - y;

        p[i][0] = (dx * by - dy * bx) / area * protected_image->width;
        p[i][1] = (dy * ax - dx * ay) / area * protected_image->height;
    }
    return box_around(p, protected_image, out);
}

void place_format(const struct box *box, const sitr_signature_info *within,
                  char text[128])
{
    /* TRANSLATORS: two corners in pixels, and the size of the picture;
     * right-to-left languages isolate each pair with U+2066 and U+2069 */
    snprintf(text, 128, _("from (%ld, %ld) to (%ld, %ld) of %u x %u"),
             box->left, box->top, box->right, box->bottom,
             (unsigned)within->width, (unsigned)within->height);
}
