/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scan statistic (Kulldorff, "A spatial scan statistic", 1997). What was done to
 * all of a picture loses regions all over it; what lies on a part of it loses
 * them there, and writing brings its own. So windows of several sizes and shapes
 * are laid over each region that is missed, and the one counts in which the
 * fewest agree for so many: by the likelihood ratio of its share and that of the
 * picture, once over the regions of the picture that should be seen and once
 * over those found within it.
 */
#include "match/covered.h"

#include "base/sort.h"
#include "region/log2.h"

/* What a likelihood ratio must reach, log2 in 1 / 1024: of regions that are
 * missed, and of regions that are strange. */
#define MISSED  (20.2 * 1024)
#define STRANGE (15.2 * 1024)

#define ONE 4096u /* a chance of 1 */

/* With less, there is nothing to tell a part from the whole by. */
#define MIN_SPOTS 12

/* Regions, which of them agree, and how likely each of them would anywhere. */
typedef struct spots {
    uint32_t n;
    float x[SITR_MAX_QUERY_REGIONS], y[SITR_MAX_QUERY_REGIONS];
    uint8_t scale[SITR_MAX_QUERY_REGIONS];
    uint32_t agrees[SITR_MAX_QUERY_REGIONS]; /* 0 or 1 */
    uint32_t chance[SITR_MAX_QUERY_REGIONS]; /* of ONE */
} spots;

static void add(spots *s, double x, double y, uint8_t scale, bool agrees)
{
    s->x[s->n] = (float)(x / SITR_REGION_UNIT);
    s->y[s->n] = (float)(y / SITR_REGION_UNIT);
    s->scale[s->n] = scale;
    s->agrees[s->n++] = agrees;
}

/* Those of mine that could be seen. */
static void take_mine(const sitr_alignment *a, const sitr_regions *mine,
                      spots *s)
{
    s->n = 0;
    for (uint32_t i = 0; i < mine->n; i++)
        if (sitr_has_bit(a->visible, i))
            add(s, mine->points[i].x, mine->points[i].y, mine->points[i].scale,
                sitr_has_bit(a->agreeing, i));
}

/* Those of theirs that lie within mine, as mine has them. */
static void take_theirs(const sitr_alignment *a, const sitr_signature *mine,
                        const sitr_regions *theirs, spots *s)
{
    const double det = a->to[0] * a->to[4] - a->to[1] * a->to[3];
    const uint32_t w = mine->info.width, h = mine->info.height;
    const double unit = (double)SITR_REGION_UNIT / (w > h ? w : h);

    s->n = 0;
    for (uint32_t j = 0; j < theirs->n; j++) {
        const double u = theirs->points[j].x - a->to[2];
        const double v = theirs->points[j].y - a->to[5];
        const double x = (a->to[4] * u - a->to[1] * v) / det;
        const double y = (a->to[0] * v - a->to[3] * u) / det;

        if (x >= 0 && y >= 0 && x <= w * unit && y <= h * unit)
            add(s, x, y, theirs->points[j].scale,
                sitr_has_bit(a->theirs_agreeing, j));
    }
}

/* ---- What is to be expected ----------------------------------------------- */

typedef struct by_scale {
    uint16_t at;
    uint8_t scale;
} by_scale;

static int finer(const void *x, const void *y)
{
    const by_scale *const a = x, *const b = y;

    if (a->scale != b->scale) return a->scale < b->scale ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

/* The share that agrees, four more of `prior` counted in. */
static uint32_t share_of(uint32_t agreeing, uint32_t n, uint32_t prior)
{
    return (agreeing * ONE + 4 * prior) / (n + 4);
}

/* What is to be expected of n that are alike. */
static void expect_of(spots *s, const by_scale *part, uint32_t n,
                      uint32_t prior)
{
    uint32_t agreeing = 0, chance;

    for (uint32_t i = 0; i < n; i++) agreeing += s->agrees[part[i].at];
    chance = share_of(agreeing, n, prior);
    if (chance < ONE * 3 / 100) chance = ONE * 3 / 100;
    if (chance > ONE * 97 / 100) chance = ONE * 97 / 100;
    for (uint32_t i = 0; i < n; i++) s->chance[part[i].at] = chance;
}

/* What is weak goes first, and what is fine: so the share of those is taken that
 * are alike in both, a third of them by strength (the order in which regions are
 * kept) and a quarter of that by scale. */
static void expect(spots *s)
{
    enum { THIRDS = 3, QUARTERS = 4, FEW = 16 };
    by_scale part[SITR_MAX_QUERY_REGIONS];
    uint32_t all = 0;

    for (uint32_t i = 0; i < s->n; i++) all += s->agrees[i];
    for (uint32_t third = 0; third < THIRDS; third++) {
        const uint32_t first = s->n * third / THIRDS;
        const uint32_t n = s->n * (third + 1) / THIRDS - first;
        const uint32_t n_parts =
            n >= QUARTERS * FEW ? QUARTERS : (n / FEW ? n / FEW : 1);
        uint32_t agreeing = 0, prior;

        for (uint32_t i = 0; i < n; i++) {
            part[i].at = (uint16_t)(first + i);
            part[i].scale = s->scale[first + i];
            agreeing += s->agrees[first + i];
        }
        prior = share_of(agreeing, n, share_of(all, s->n, 0));
        sitr_sort(part, n, sizeof *part, finer);
        for (uint32_t i = 0; i < n_parts; i++) {
            const uint32_t from = n * i / n_parts;

            expect_of(s, part + from, n * (i + 1) / n_parts - from, prior);
        }
    }
}

/* ---- The scan ------------------------------------------------------------- */

/* An ellipse: xx dx^2 + xy dx dy + yy dy^2 <= 1. */
typedef struct window {
    float xx, xy, yy;
} window;

#define N_DIRECTIONS 8
#define N_DISCS      6
#define N_LONG       3
#define N_WINDOWS    (N_DISCS + N_LONG * N_DIRECTIONS)

static void make_windows(window *to)
{
    /* of the longer side: radii, and halves of a length and a width; the last
     * length is REACH, all else within INNER */
    static const double disc[N_DISCS] = {.04, .06, .09, .13, .18, .25};
    static const double length[N_LONG] = {.12, .2, .4};
    static const double width[N_LONG] = {.03, .04, .04};
    /* sines of quarters of a quarter turn, 0 to three quarters of one turn */
    static const double sine[N_DIRECTIONS + 4] = {
        0, 0.3826834323650898,  0.7071067811865476,  0.9238795325112867,
        1, 0.9238795325112867,  0.7071067811865476,  0.3826834323650898,
        0, -0.3826834323650898, -0.7071067811865476, -0.9238795325112867};

    for (uint32_t i = 0; i < N_DISCS; i++, to++) {
        to->xx = to->yy = (float)(1 / (disc[i] * disc[i]));
        to->xy = 0;
    }
    for (uint32_t i = 0; i < N_LONG; i++)
        for (uint32_t k = 0; k < N_DIRECTIONS; k++, to++) {
            const double c = sine[k + 4], s = sine[k];
            const double a = 1 / (length[i] * length[i]);
            const double b = 1 / (width[i] * width[i]);

            to->xx = (float)(c * c * a + s * s * b);
            to->xy = (float)(2 * c * s * (a - b));
            to->yy = (float)(s * s * a + c * c * b);
        }
}

/* k of n agree where e / ONE were expected: the log2 of how much likelier that
 * is by their own share, where that is the lesser one. */
static uint32_t surprise(uint32_t n, uint32_t k, uint32_t e)
{
    const uint32_t all = n * ONE;
    int64_t sum = 0;

    if (k * ONE >= e) return 0;
    if (k) sum += (int64_t)k * ((int64_t)sitr_log2(k * ONE) - sitr_log2(e));
    sum += (int64_t)(n - k) *
           ((int64_t)sitr_log2(all - k * ONE) - sitr_log2(all - e));
    return sum < 0 ? 0 : (uint32_t)sum;
}

/* The spots around a place: first those that the shorter windows reach, then
 * what is left of those in reach of the long ones. */
typedef struct around {
    uint32_t n_inner, n;
    float dx[SITR_MAX_QUERY_REGIONS], dy[SITR_MAX_QUERY_REGIONS];
    uint32_t agrees[SITR_MAX_QUERY_REGIONS], chance[SITR_MAX_QUERY_REGIONS];
} around;

#define INNER 0.25f
#define REACH 0.4f

static void gather(const spots *s, float x, float y, around *to)
{
    to->n = to->n_inner = 0;
    for (int outer = 0; outer < 2; outer++) {
        for (uint32_t i = 0; i < s->n; i++) {
            const float dx = s->x[i] - x, dy = s->y[i] - y;
            const float r2 = dx * dx + dy * dy;

            if (r2 > REACH * REACH || (r2 > INNER * INNER) != outer) continue;
            to->dx[to->n] = dx;
            to->dy[to->n] = dy;
            to->agrees[to->n] = s->agrees[i];
            to->chance[to->n++] = s->chance[i];
        }
        if (!outer) to->n_inner = to->n;
    }
}

/* `all`: how many spots the picture has; half of it is no part of it. */
static uint32_t surprise_in(const around *s, const window *in, uint32_t n_near,
                            uint32_t all)
{
    uint32_t n = 0, k = 0, e = 0;

    for (uint32_t i = 0; i < n_near; i++) {
        const float dx = s->dx[i], dy = s->dy[i];
        const float r2 = in->xx * dx * dx + in->xy * dx * dy + in->yy * dy * dy;
        const uint32_t within = r2 <= 1 ? UINT32_MAX : 0; /* a mask */

        n += within & 1;
        k += within & s->agrees[i];
        e += within & s->chance[i];
    }
    return n * 2 < all ? surprise(n, k, e) : 0;
}

/* What is covered has regions that are missed, so it is looked for around those
 * of `centres` that do not agree. */
static bool stands_out(const spots *s, const spots *centres,
                       const window *windows, double least)
{
    around near;

    if (s->n < MIN_SPOTS) return false;
    for (uint32_t i = 0; i < centres->n; i++) {
        if (centres->agrees[i]) continue;
        gather(s, centres->x[i], centres->y[i], &near);
        for (uint32_t w = 0; w < N_WINDOWS; w++) {
            const uint32_t n =
                w < N_WINDOWS - N_DIRECTIONS ? near.n_inner : near.n;

            if (surprise_in(&near, &windows[w], n, s->n) >= least) return true;
        }
    }
    return false;
}

bool sitr_is_covered(const sitr_alignment *a, const sitr_signature *mine,
                     const sitr_region_query *found)
{
    window windows[N_WINDOWS];
    spots seen, met;

    take_mine(a, &mine->regions, &seen);
    take_theirs(a, mine, found->regions, &met);
    expect(&seen);
    expect(&met);
    make_windows(windows);
    return stands_out(&seen, &seen, windows, MISSED) ||
           stands_out(&met, &seen, windows, STRANGE);
}
