/* SPDX-License-Identifier: Apache-2.0 */
/* From the map of one picture into the other to what a person is told. */
#include "match/regions.h"

#include "match/calibration.h"

sitr_status sitr_region_search_new(const sitr_signature *found,
                                   sitr_region_search *out)
{
    sitr_status status;

    *out = (sitr_region_search){.found = found};
    if (!found->regions.n) return SITR_OK;
    status =
        sitr_region_query_new(found->ctx, &found->regions, found->info.width,
                              found->info.height, &out->query);
    if (status) return status;
    out->aligner = sitr_aligner_new(found->ctx);
    if (out->aligner) return SITR_OK;
    sitr_region_query_free(found->ctx, &out->query);
    return SITR_ENOMEM;
}

void sitr_region_search_free(sitr_region_search *search)
{
    const sitr_ctx *const ctx = search->found->ctx;

    if (!search->aligner) return;
    sitr_region_query_free(ctx, &search->query);
    sitr_aligner_free(ctx, search->aligner);
    search->aligner = NULL;
}

/* ---- Where ---------------------------------------------------------------- */

static uint32_t longer(const sitr_signature *s)
{
    return s->info.width > s->info.height ? s->info.width : s->info.height;
}

static void quad_of(const sitr_alignment *a, const sitr_signature *mine,
                    const sitr_signature *found, double quad[4][2])
{
    const double in = (double)SITR_REGION_UNIT / longer(mine);
    const double out = (double)longer(found) / SITR_REGION_UNIT;
    const double w = mine->info.width * in, h = mine->info.height * in;
    const double corner[4][2] = {{0, 0}, {w, 0}, {w, h}, {0, h}};

    for (int i = 0; i < 4; i++) {
        const double x = corner[i][0], y = corner[i][1];

        quad[i][0] = (a->to[0] * x + a->to[1] * y + a->to[2]) * out;
        quad[i][1] = (a->to[3] * x + a->to[4] * y + a->to[5]) * out;
    }
}

/* Twice the area of a polygon. */
static double area2(const double (*p)[2], int n)
{
    double sum = 0;

    for (int i = 0; i < n; i++) {
        const double *const a = p[i], *const b = p[(i + 1) % n];

        sum += a[0] * b[1] - a[1] * b[0];
    }
    return sum < 0 ? -sum : sum;
}

/* Cuts a convex polygon of at most 8 corners along x = at or y = at, keeping
 * the side of greater or lesser values; returns how many corners are left. */
static int cut(double (*p)[2], int n, int axis, double at, bool greater)
{
    double out[9][2];
    int m = 0;

    for (int i = 0; i < n; i++) {
        const double *const a = p[i], *const b = p[(i + 1) % n];
        const bool in_a = greater ? a[axis] >= at : a[axis] <= at;
        const bool in_b = greater ? b[axis] >= at : b[axis] <= at;

        if (in_a && m < 9) {
            out[m][0] = a[0];
            out[m++][1] = a[1];
        }
        if (in_a != in_b && m < 9) {
            const double t = (at - a[axis]) / (b[axis] - a[axis]);

            out[m][0] = a[0] + t * (b[0] - a[0]);
            out[m++][1] = a[1] + t * (b[1] - a[1]);
        }
    }
    for (int i = 0; i < m; i++) p[i][0] = out[i][0], p[i][1] = out[i][1];
    return m;
}

/* Twice the area of the quad that lies within w x h. */
static double inside2(const double quad[4][2], double w, double h)
{
    double p[9][2];
    int n = 4;

    for (int i = 0; i < 4; i++) p[i][0] = quad[i][0], p[i][1] = quad[i][1];
    n = cut(p, n, 0, 0, true);
    n = cut(p, n, 0, w, false);
    n = cut(p, n, 1, 0, true);
    n = cut(p, n, 1, h, false);
    return n < 3 ? 0 : area2((const double(*)[2])p, n);
}

/* ---- Kind and turn -------------------------------------------------------- */

static double squared(double v) { return v * v; }

/* The turn nearest to what the map does, and how far it is from that alone: the
 * square of the sine of what else it turns or shears. */
static sitr_turn turn_of(const sitr_alignment *a, double *skew2)
{
    const bool mirrored = a->variant & SITR_MIRRORED;
    /* the map after a mirror, which turns it back */
    const double c0 = mirrored ? -a->to[0] : a->to[0];
    const double c3 = mirrored ? -a->to[3] : a->to[3];
    const double c1 = a->to[1], c4 = a->to[4];
    /* where the x and the y axis go: quarters of a turn, clockwise as seen */
    const double cx = c0 + c4, sx = c3 - c1;
    int quarter;

    if (cx >= 0 && cx >= (sx < 0 ? -sx : sx))
        quarter = 0;
    else if (sx >= 0 && sx >= (cx < 0 ? -cx : cx))
        quarter = 1;
    else if (cx < 0 && -cx >= (sx < 0 ? -sx : sx))
        quarter = 2;
    else
        quarter = 3;
    const double along =
        quarter & 1 ? squared(c3) + squared(c1) : squared(c0) + squared(c4);
    const double across =
        quarter & 1 ? squared(c0) + squared(c4) : squared(c3) + squared(c1);

    *skew2 = across / along;
    return (sitr_turn)(quarter + (mirrored ? SITR_MIRROR : 0));
}

/* Where the agreement has a hole: some part of the picture that could be seen
 * shows nothing of it, while the rest does. */
static bool is_covered(const sitr_alignment *a)
{
    const uint32_t side = SITR_PLACE_GRID;

    for (uint32_t y = 0; y + 1 < side; y++)
        for (uint32_t x = 0; x + 1 < side; x++) {
            const uint32_t c = y * side + x;
            const uint32_t visible = (uint32_t)a->visible[c] +
                                     a->visible[c + 1] + a->visible[c + side] +
                                     a->visible[c + side + 1];
            const uint32_t agreeing =
                (uint32_t)a->agreeing[c] + a->agreeing[c + 1] +
                a->agreeing[c + side] + a->agreeing[c + side + 1];

            /* by chance alone less than once in some thousand such places */
            if (visible >= 11 &&
                agreeing * a->n_visible * 8 < visible * a->n_pairs)
                return true;
        }
    return false;
}

/* Within half a degree a picture is straight; and within a degree a map
 * of few pairs may be meant to be. */
#define STRAIGHT 0.01
#define ROUGHLY  0.015

/* Shares of areas; beyond these it is more than a border or a trim. */
#define SURROUNDED 0.95
#define TRIMMED    0.96
/* What is not straight and fills this much of what was found, and shows this
 * much of itself, lost its corners to the turn and nothing else. */
#define BENT       0.7
#define BENT_SHOWN 0.75

/* Bits that the whole picture may change by and still be called the same. */
#define SAME_BITS 37

static sitr_match_kind kind_of(const sitr_signature *found,
                               const sitr_alignment *a, const double quad[4][2],
                               sitr_turn turn, bool straight, uint32_t distance)
{
    const double w = found->info.width, h = found->info.height;
    const double all = area2(quad, 4), shown = inside2(quad, w, h);

    if (!straight && shown > 2 * w * h * BENT)
        return shown > all * BENT_SHOWN ? SITR_EDITED : SITR_CROPPED;
    if (shown < 2 * w * h * SURROUNDED) return SITR_CONTAINED;
    if (shown < all * TRIMMED) return SITR_CROPPED;
    if (!straight || is_covered(a) ||
        (distance != UINT32_MAX && distance > SAME_BITS))
        return SITR_EDITED;
    return turn == SITR_UPRIGHT ? SITR_SAME_PICTURE : SITR_TURNED;
}

/* ---- Verdict -------------------------------------------------------------- */

/* How far the hashes of the whole pictures are when the one is turned, and
 * inverted, as the map says; UINT32_MAX where there are none. */
static uint32_t distance_as(const sitr_alignment *a, const sitr_signature *mine,
                            const sitr_signature *found, sitr_turn turn)
{
    const uint32_t d = sitr_hash_distance(
        sitr_signature_find(mine, SITR_PDQ, SITR_UPRIGHT),
        sitr_signature_find(found, SITR_PDQ, sitr_turn_inverse(turn)));

    return d != UINT32_MAX && a->variant & SITR_INVERTED ? 256 - d : d;
}

/* Two screens of one interface agree in its bars and buttons, each on the place
 * of the other, and are no copies. They give themselves away: then the whole
 * pictures, which lie straight on each other, differ, and most of what could be
 * seen does not agree. */
static sitr_verdict verdict_of(const sitr_alignment *a, bool whole,
                               uint32_t distance)
{
    sitr_verdict verdict = sitr_region_verdict(a->score);

    /* of a copy a good part agrees, unless the hash knows it anyway */
    if (verdict > SITR_REVIEW && distance > 88 &&
        a->n_pairs * 5 < a->n_visible * 2)
        verdict = SITR_REVIEW;
    if (!whole || distance == UINT32_MAX || distance <= 40) return verdict;
    if (distance > 92 && a->n_pairs * 10 < a->n_visible * 3) return SITR_NONE;
    if (distance > 90 || a->n_pairs * 20 < a->n_visible * 11 || is_covered(a))
        return verdict > SITR_REVIEW ? SITR_REVIEW : verdict;
    return verdict;
}

/* What was held back is not claimed to be surer than its verdict. */
static double rate_of(const sitr_alignment *a, sitr_verdict verdict)
{
    const double rate = sitr_region_rate(a->score);

    return verdict < SITR_COPY && rate < SITR_REVIEW_RATE ? SITR_REVIEW_RATE
                                                          : rate;
}

static bool make_match(const sitr_alignment *a, const sitr_signature *mine,
                       const sitr_signature *found, sitr_match *out)
{
    double quad[4][2], skew2;
    uint32_t distance;
    bool whole;

    if (sitr_region_verdict(a->score) == SITR_NONE) return false;
    *out = (sitr_match){
        .turn = turn_of(a, &skew2),
        .distance = UINT32_MAX,
        .keypoints = a->n_pairs,
    };
    distance = distance_as(a, mine, found, out->turn);
    quad_of(a, mine, found, quad);
    out->kind =
        kind_of(found, a, quad, out->turn, skew2 < squared(STRAIGHT), distance);
    whole = skew2 < squared(ROUGHLY) && out->kind != SITR_CROPPED &&
            out->kind != SITR_CONTAINED;
    out->verdict = verdict_of(a, whole, distance);
    if (out->verdict == SITR_NONE) return false;
    out->false_positive_rate = (float)rate_of(a, out->verdict);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 2; k++) out->quad[i][k] = (float)quad[i][k];
    return true;
}

/* Whether the middle of one lies in the other: the same place, seen twice. */
static bool same_place(const sitr_match *a, const sitr_match *b)
{
    float ax = 0, ay = 0, bx = 0, by = 0, size = 0;

    for (int i = 0; i < 4; i++) {
        ax += a->quad[i][0] / 4, ay += a->quad[i][1] / 4;
        bx += b->quad[i][0] / 4, by += b->quad[i][1] / 4;
    }
    for (int i = 0; i < 4; i++) {
        const float dx = a->quad[i][0] - ax, dy = a->quad[i][1] - ay;

        size += (dx * dx + dy * dy) / 4;
    }
    return (ax - bx) * (ax - bx) + (ay - by) * (ay - by) < size / 4;
}

uint32_t sitr_region_search_run(sitr_region_search *search,
                                const sitr_signature *mine, sitr_match *out)
{
    sitr_alignment places[SITR_MAX_PLACES];
    uint32_t n_places, n = 0;

    search->weak_rate = 1;
    if (!search->aligner || !mine->regions.n) return 0;
    n_places =
        sitr_align(search->aligner, &search->found->ctx->kernels,
                   &search->query, &mine->regions, places, SITR_MAX_PLACES);
    for (uint32_t i = 0; i < n_places; i++) {
        bool is_new = make_match(&places[i], mine, search->found, &out[n]);
        const double rate = rate_of(&places[i], SITR_NONE);

        if (!is_new && rate < search->weak_rate) search->weak_rate = rate;
        for (uint32_t k = 0; k < n && is_new; k++)
            is_new = !same_place(&out[k], &out[n]);
        n += is_new;
    }
    return n;
}
