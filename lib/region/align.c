/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs that look alike, and the map that most of them agree on. */
#include "region/align.h"

#include <string.h>

#include "base/sort.h"
#include "region/angle_tables.h"
#include "region/log2.h"

/* Pairs that the runs bring up for one picture; more say no more. */
#define MAX_HINTS 2048

/* Hints of one variant that propose a map, and what must agree on one before it
 * is looked into: most pictures are no copies, and this is all they cost. */
#define MAX_HINT_PROPOSALS 32
#define MIN_HINTS          2
#define MIN_HINT_SUM       0.8

/* The nearest is taken where the next one elsewhere is this much farther. */
#define MARGIN 5u

/* Pairs each of which proposes a map. */
#define MAX_PROPOSALS 64

#define MIN_PAIRS 4

/* A pair of distance d counts for (FULL_BITS - d) / FULL_BITS. */
#define FULL_BITS 76.0

/* One of so many regions agrees by chance. */
#define BY_CHANCE 250

/* One that is like others counts so much less. */
#define UNCLEAR 0.3

typedef struct pair {
    double x, y, u, v; /* of mine, and of theirs as the variant has it */
    int scale, angle;  /* theirs less mine, in steps */
    uint16_t mine, theirs;
    uint16_t distance;
    bool clear; /* nothing else looks as much like it */
} pair;

/* Regions of the query that are looked over together. */
#define RUN    32
#define N_RUNS ((SITR_MAX_QUERY_REGIONS + RUN - 1) / RUN)

/* How far all of the query's regions are from one of mine, and the least of each
 * run: most runs hold nothing near, and are passed over. */
typedef struct row {
    uint16_t distance[SITR_MAX_QUERY_REGIONS];
    int16_t least[N_RUNS];
} row;

/* Rows that are kept while a variant is looked into; of pictures with more
 * regions, which are not signed to be kept, the others are made anew. */
#define MAX_ROWS SITR_MAX_STORED_REGIONS

/* The query's regions by place: cells at least as wide as a pair may be off. */
#define CELL    1024 /* tolerance2 is at most the square of 724 */
#define N_CELLS 33

_Static_assert(N_CELLS == SITR_REGION_UNIT / CELL + 1, "cells");

struct sitr_aligner {
    sitr_region_pair hints[MAX_HINTS];
    row rows[MAX_ROWS + 1]; /* and one for all others */
    bool has_row[MAX_ROWS];
    uint16_t first_in[N_CELLS * N_CELLS + 1]; /* of in_cell, by cell */
    uint16_t in_cell[SITR_MAX_QUERY_REGIONS];
    /* of the variant at hand: where the query's regions are, and which of them
     * belong to places that were found already */
    double u[SITR_MAX_QUERY_REGIONS], v[SITR_MAX_QUERY_REGIONS];
    bool taken[SITR_MAX_QUERY_REGIONS];
    bool used_theirs[SITR_MAX_QUERY_REGIONS];
    pair near[SITR_MAX_QUERY_REGIONS];
    uint32_t n_near;
    /* of those once more, side by side: angle and scale */
    uint16_t near_angle[SITR_MAX_QUERY_REGIONS];
    uint16_t near_scale[SITR_MAX_QUERY_REGIONS];
    uint8_t may_agree[SITR_MAX_QUERY_REGIONS + 7];
    bool agrees[SITR_MAX_QUERY_REGIONS];
    pair kept[SITR_MAX_QUERY_REGIONS];
    uint32_t n_kept;
    double power[511]; /* 2^((i - 255) / SITR_SCALE_STEPS) */
};

sitr_aligner *sitr_aligner_new(const sitr_ctx *ctx)
{
    const double step = 1.03526492384137750435; /* 2^(1 / 20) */
    sitr_aligner *const a = sitr_alloc(ctx, sizeof *a);

    if (!a) return NULL;
    a->power[255] = 1;
    for (uint32_t i = 256; i < 511; i++) {
        a->power[i] = a->power[i - 1] * step;
        a->power[510 - i] = 1 / a->power[i];
    }
    return a;
}

void sitr_aligner_free(const sitr_ctx *ctx, sitr_aligner *aligner)
{
    sitr_free(ctx, aligner);
}

static double squared(double v) { return v * v; }

/* ---- Pairs ---------------------------------------------------------------- */

static void place_theirs(sitr_aligner *a, const sitr_region_query *q,
                         uint32_t variant)
{
    for (uint32_t j = 0; j < q->regions->n; j++) {
        const double x = q->regions->points[j].x;

        a->u[j] = variant & SITR_MIRRORED ? (double)q->width - x : x;
        a->v[j] = q->regions->points[j].y;
    }
}

static int angle_in(uint8_t angle, uint32_t variant)
{
    if (variant & SITR_MIRRORED) angle = (uint8_t)(128 - angle);
    if (variant & SITR_INVERTED) angle = (uint8_t)(128 + angle);
    return angle;
}

static pair pair_of(const sitr_aligner *a, const sitr_region_query *q,
                    const sitr_regions *mine, uint32_t variant, uint32_t i,
                    uint32_t j, uint32_t distance)
{
    const sitr_keypoint *const m = &mine->points[i];
    const sitr_keypoint *const t = &q->regions->points[j];

    return (pair){
        .x = m->x,
        .y = m->y,
        .u = a->u[j],
        .v = a->v[j],
        .scale = (int)t->scale - (int)m->scale,
        .angle = (angle_in(t->angle, variant) - m->angle) & 255,
        .mine = (uint16_t)i,
        .theirs = (uint16_t)j,
        .distance = (uint16_t)distance,
    };
}

/* The least of up to RUN distances: signed, of which the oldest vectors can
 * take the least. */
static int16_t least_of(const uint16_t *distance, uint32_t n)
{
    int16_t least = INT16_MAX;

    for (uint32_t j = 0; j < n; j++)
        if ((int16_t)distance[j] < least) least = (int16_t)distance[j];
    return least;
}

static void measure(row *r, const sitr_kernels *k, const sitr_region_query *q,
                    const sitr_descriptor *mine, uint32_t variant)
{
    const uint32_t n = q->regions->n;
    sitr_descriptor seen;

    for (uint32_t v = 0; v < 4; v++) seen.word[v] = mine->word[v ^ variant];
    k->hamming256(r->distance, seen.word, q->regions->descriptors[0].word, n);
    for (uint32_t j = 0; j < n; j += RUN)
        r->least[j / RUN] =
            least_of(r->distance + j, n - j < RUN ? n - j : RUN);
}

/* What region `i` of mine is like, in the variant at hand. */
static const row *row_of(sitr_aligner *a, const sitr_kernels *k,
                         const sitr_region_query *q, const sitr_regions *mine,
                         uint32_t variant, uint32_t i)
{
    row *const r = &a->rows[i < MAX_ROWS ? i : MAX_ROWS];

    if (i < MAX_ROWS && a->has_row[i]) return r;
    measure(r, k, q, &mine->descriptors[i], variant);
    if (i < MAX_ROWS) a->has_row[i] = true;
    return r;
}

/* The first of the nearest. */
static uint32_t nearest(const row *r, uint32_t n)
{
    uint32_t best = 0;

    for (uint32_t run = 1; run * RUN < n; run++)
        if (r->least[run] < r->least[best]) best = run;
    for (uint32_t j = best * RUN;; j++)
        if (r->distance[j] == r->least[best]) return j;
}

/* Whether nothing farther away than that from x, y looks as much like mine as
 * the one at distance `best` does, by MARGIN: else it is one of many alike, as in
 * a pattern. */
static bool is_clear(const sitr_aligner *a, const row *r, uint32_t n,
                     uint32_t best, double x, double y, double away2)
{
    const int least = (int)best + (int)MARGIN;

    for (uint32_t run = 0; run * RUN < n; run++) {
        const uint32_t end = n - run * RUN < RUN ? n : (run + 1) * RUN;

        if (r->least[run] >= least) continue;
        for (uint32_t j = run * RUN; j < end; j++)
            if (r->distance[j] < least &&
                squared(a->u[j] - x) + squared(a->v[j] - y) > away2)
                return false;
    }
    return true;
}

/* The nearest of the query's regions to each of mine that does not repeat. */
static void find_near(sitr_aligner *a, const sitr_kernels *k,
                      const sitr_region_query *q, const sitr_regions *mine,
                      uint32_t variant)
{
    /* places so close are one */
    const double same = squared(SITR_REGION_UNIT / 128.0);
    const uint32_t n = q->regions->n;

    a->n_near = 0;
    for (uint32_t i = 0; i < mine->n_single; i++) {
        const row *const r = row_of(a, k, q, mine, variant, i);
        const uint32_t best = nearest(r, n), d = r->distance[best];

        if (d > SITR_NEAR_BITS) continue;
        a->near[a->n_near] = pair_of(a, q, mine, variant, i, best, d);
        a->near[a->n_near++].clear =
            is_clear(a, r, n, d, a->u[best], a->v[best], same);
    }
}

static int nearer(const void *x, const void *y)
{
    const pair *const a = x, *const b = y;

    if (a->clear != b->clear) return a->clear ? -1 : 1;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return (a->mine > b->mine) - (a->mine < b->mine);
}

/* ---- Maps ----------------------------------------------------------------- */

static double weight_of(const pair *p)
{
    return (FULL_BITS - p->distance) / FULL_BITS * (p->clear ? 1 : UNCLEAR);
}

/* The similarity that one pair proposes. */
static void propose(const sitr_aligner *a, const pair *p, double to[6])
{
    const double s = a->power[p->scale + 255] / 16384;
    const double c = s * cosine[p->angle],
                 d = s * cosine[(p->angle + 192) & 255];

    to[0] = c;
    to[1] = -d;
    to[2] = p->u - (c * p->x - d * p->y);
    to[3] = d;
    to[4] = c;
    to[5] = p->v - (d * p->x + c * p->y);
}

static void map(const double to[6], double x, double y, double *u, double *v)
{
    *u = to[0] * x + to[1] * y + to[2];
    *v = to[3] * x + to[4] * y + to[5];
}

/* What a map makes of the unit of area. */
static double area_of(const double to[6])
{
    return to[0] * to[4] - to[1] * to[3];
}

static double miss2(const double to[6], const pair *p)
{
    double u, v;

    map(to, p->x, p->y, &u, &v);
    return squared(u - p->u) + squared(v - p->v);
}

/* Before any vote on what is near. */
static void prepare_votes(sitr_aligner *a)
{
    for (uint32_t i = 0; i < a->n_near; i++) {
        a->near_angle[i] = (uint16_t)a->near[i].angle;
        a->near_scale[i] = (uint16_t)(a->near[i].scale + 256);
    }
}

/* Which of them are turned and sized as a proposal is, 1 or 0, with zeros behind
 * them: most end here, several in an instruction. */
static void find_alike(sitr_aligner *a, const pair *seed)
{
    const uint16_t angle = (uint16_t)(seed->angle - 24);
    const uint16_t scale = (uint16_t)(seed->scale + 256 - 12);
    const uint32_t n = a->n_near;

    for (uint32_t i = 0; i < n; i++) {
        const uint16_t turn = (uint16_t)(a->near_angle[i] - angle) & 255;
        const uint16_t larger = (uint16_t)(a->near_scale[i] - scale);

        a->may_agree[i] = (uint8_t)((turn <= 48) & (larger <= 24));
    }
    memset(a->may_agree + n, 0, 7);
}

/* Those that agree with a proposal, whose errors of scale and angle grow with
 * the distance from where it was made; returns what they add up to. */
static double vote(sitr_aligner *a, const double to[6], const pair *seed)
{
    const double scale = a->power[seed->scale + 255];
    double sum = 0;

    find_alike(a, seed);
    memset(a->agrees, 0, a->n_near * sizeof *a->agrees);
    for (uint32_t i = 0; i < a->n_near; i++) {
        const pair *const p = &a->near[i];
        uint64_t eight;

        memcpy(&eight, a->may_agree + i, sizeof eight);
        if (!eight) {
            i += 7;
            continue;
        }
        if (!a->may_agree[i] || a->taken[p->theirs]) continue;

        const double away = squared(p->u - seed->u) + squared(p->v - seed->v);
        const double limit = 0.03 * away + squared(0.012 * SITR_REGION_UNIT *
                                                   (scale < 1 ? scale : 1));

        a->agrees[i] = miss2(to, p) <= limit;
        if (a->agrees[i]) sum += weight_of(p);
    }
    return sum;
}

/* The most that any of the first `max` pairs that are not taken gets for its
 * proposal; `*seed` is which. */
static double best_proposal(sitr_aligner *a, uint32_t max, uint32_t *seed)
{
    double best = 0, to[6];

    prepare_votes(a);
    for (uint32_t i = 0, n = 0; i < a->n_near && n < max; i++) {
        double sum;

        if (a->taken[a->near[i].theirs]) continue;
        n++;
        propose(a, &a->near[i], to);
        sum = vote(a, to, &a->near[i]);
        if (sum <= best) continue;
        best = sum;
        *seed = i;
    }
    return best;
}

/* Least squares over the pairs that agree; false where they do not determine a
 * map. */
static bool fit(const pair *pairs, const bool *agrees, uint32_t n, double to[6])
{
    double w = 0, x = 0, y = 0, u = 0, v = 0;
    double xx = 0, xy = 0, yy = 0, xu = 0, yu = 0, xv = 0, yv = 0, det;

    for (uint32_t i = 0; i < n; i++)
        if (agrees[i]) {
            const double wi = weight_of(&pairs[i]);

            w += wi;
            x += wi * pairs[i].x;
            y += wi * pairs[i].y;
            u += wi * pairs[i].u;
            v += wi * pairs[i].v;
        }
    if (w <= 0) return false;
    x /= w, y /= w, u /= w, v /= w;
    for (uint32_t i = 0; i < n; i++)
        if (agrees[i]) {
            const double wi = weight_of(&pairs[i]);
            const double a = pairs[i].x - x, b = pairs[i].y - y;
            const double c = pairs[i].u - u, d = pairs[i].v - v;

            xx += wi * a * a;
            xy += wi * a * b;
            yy += wi * b * b;
            xu += wi * a * c;
            yu += wi * b * c;
            xv += wi * a * d;
            yv += wi * b * d;
        }
    det = xx * yy - xy * xy;
    /* in a line, or nearly: a similarity is all they tell */
    if (det <= 0.02 * squared(xx + yy)) {
        if (xx + yy <= 0) return false; /* all in one point */
        const double c = (xu + yv) / (xx + yy), d = (xv - yu) / (xx + yy);

        to[0] = to[4] = c;
        to[1] = -d;
        to[3] = d;
    } else {
        to[0] = (xu * yy - yu * xy) / det;
        to[1] = (yu * xx - xu * xy) / det;
        to[3] = (xv * yy - yv * xy) / det;
        to[4] = (yv * xx - xv * xy) / det;
    }
    to[2] = u - to[0] * x - to[1] * y;
    to[5] = v - to[3] * x - to[4] * y;
    return true;
}

/* What a picture may have gone through: no map turns it over, or flattens it. */
static bool is_possible(const double to[6])
{
    const double det = area_of(to);
    const double all =
        squared(to[0]) + squared(to[1]) + squared(to[3]) + squared(to[4]);

    /* the sum of the squares of both stretches over their product */
    return det > 1e-4 && det < 1e4 && all < 2.9 * det;
}

/* How far off a pair may be: in a picture that was bent a little. */
static double tolerance2(const double to[6])
{
    const double det = area_of(to);

    return squared(0.022 * SITR_REGION_UNIT) * (det < 1 ? det : 1) +
           squared(0.002 * SITR_REGION_UNIT);
}

/* ---- All that agrees ------------------------------------------------------ */

static uint32_t cell_along(double v)
{
    const double last = N_CELLS - 1;

    v /= CELL;
    return (uint32_t)(v < 0 ? 0 : v > last ? last : v);
}

static uint32_t cell_at(const sitr_aligner *a, uint32_t j)
{
    return cell_along(a->v[j]) * N_CELLS + cell_along(a->u[j]);
}

/* Files the query's regions by where they are. */
static void fill_cells(sitr_aligner *a, uint32_t n)
{
    memset(a->first_in, 0, sizeof a->first_in);
    for (uint32_t j = 0; j < n; j++) a->first_in[cell_at(a, j)]++;
    for (uint32_t c = 1; c <= N_CELLS * N_CELLS; c++)
        a->first_in[c] = (uint16_t)(a->first_in[c] + a->first_in[c - 1]);
    for (uint32_t j = n; j-- > 0;)
        a->in_cell[--a->first_in[cell_at(a, j)]] = (uint16_t)j;
}

/* The one most like region `i` of mine around x, y; UINT32_MAX where there is
 * none. The first of equals. */
static uint32_t best_around(sitr_aligner *a, const sitr_kernels *k,
                            const sitr_region_query *q,
                            const sitr_regions *mine, uint32_t variant,
                            uint32_t i, double x, double y, double limit)
{
    const uint32_t cx = cell_along(x), cy = cell_along(y);
    const uint32_t left = cx ? cx - 1 : 0,
                   right = cx + 2 < N_CELLS ? cx + 2 : N_CELLS;
    const uint32_t bottom = cy + 2 < N_CELLS ? cy + 2 : N_CELLS;
    uint32_t best = UINT32_MAX;
    const row *r = NULL;

    for (uint32_t c = cy ? cy - 1 : 0; c < bottom; c++)
        for (uint32_t e = a->first_in[c * N_CELLS + left];
             e < a->first_in[c * N_CELLS + right]; e++) {
            const uint32_t j = a->in_cell[e];

            if (a->taken[j] ||
                squared(a->u[j] - x) + squared(a->v[j] - y) > limit)
                continue;
            if (!r) r = row_of(a, k, q, mine, variant, i);
            if (r->distance[j] > SITR_NEAR_BITS + 4) continue;
            if (best == UINT32_MAX || r->distance[j] < r->distance[best] ||
                (j < best && r->distance[j] == r->distance[best]))
                best = j;
        }
    return best;
}

/* With the map known, each of my regions looks for itself where it should be:
 * also those that had looked more like something else. */
static void gather(sitr_aligner *a, const sitr_kernels *k,
                   const sitr_region_query *q, const sitr_regions *mine,
                   uint32_t variant, const double to[6])
{
    const double limit = tolerance2(to), det = area_of(to);

    a->n_kept = 0;
    for (uint32_t i = 0; i < mine->n; i++) {
        uint32_t best;
        double x, y;

        map(to, mine->points[i].x, mine->points[i].y, &x, &y);
        best = best_around(a, k, q, mine, variant, i, x, y, limit);
        if (best == UINT32_MAX) continue;

        const row *const r = row_of(a, k, q, mine, variant, i);
        const uint32_t d = r->distance[best];
        pair p = pair_of(a, q, mine, variant, i, best, d);
        const double size = a->power[p.scale + 255];

        /* of about the size that the map makes it */
        if (squared(size) > 4 * det || squared(size) * 4 < det) continue;
        p.clear = is_clear(a, r, q->regions->n, d, x, y, 4 * limit);
        a->kept[a->n_kept++] = p;
    }
    sitr_sort(a->kept, a->n_kept, sizeof *a->kept, nearer);
}

static void set_bit(uint32_t *bits, uint32_t i)
{
    bits[i / 32] |= UINT32_C(1) << i % 32;
}

static void add_pair(sitr_agreement *to, const pair *p)
{
    to->score += weight_of(p);
    to->n_pairs++;
}

/* Counts what is kept, each place on either side once, the best pair first. */
static void count(sitr_aligner *a, const sitr_region_query *q,
                  const sitr_regions *mine, double limit, sitr_alignment *out)
{
    const double apart = squared(SITR_REGION_UNIT / 100.0);
    uint32_t n = 0;

    memset(a->used_theirs, 0, q->regions->n * sizeof *a->used_theirs);
    out->distinctive = out->single = (sitr_agreement){0};
    memset(out->agreeing, 0, sizeof out->agreeing);
    memset(out->theirs_agreeing, 0, sizeof out->theirs_agreeing);
    for (uint32_t i = 0; i < a->n_kept; i++) {
        const pair p = a->kept[i];
        bool is_new = !a->used_theirs[p.theirs] && miss2(out->to, &p) <= limit;

        for (uint32_t k = 0; k < n && is_new; k++)
            is_new = squared(a->kept[k].x - p.x) + squared(a->kept[k].y - p.y) >
                     apart;
        if (!is_new) continue;
        a->used_theirs[p.theirs] = true;
        a->kept[n++] = p;
        set_bit(out->agreeing, p.mine);
        set_bit(out->theirs_agreeing, p.theirs);
        if (p.mine < mine->n_distinctive) add_pair(&out->distinctive, &p);
        if (p.mine < mine->n_single) add_pair(&out->single, &p);
    }
    a->n_kept = n;
}

/* How many of mine lie within theirs, at a size that is looked for there. */
static void count_visible(const sitr_aligner *a, const sitr_region_query *q,
                          const sitr_regions *mine, sitr_alignment *out)
{
    const double det = area_of(out->to);

    memset(out->visible, 0, sizeof out->visible);
    for (uint32_t i = 0; i < mine->n; i++) {
        const sitr_keypoint *const m = &mine->points[i];
        double x, y;

        map(out->to, m->x, m->y, &x, &y);
        if (x < 0 || y < 0 || x > (double)q->width || y > (double)q->height ||
            squared(a->power[m->scale + 255 - q->least_scale]) * det < 1)
            continue;
        out->distinctive.n_visible += i < mine->n_distinctive;
        out->single.n_visible += i < mine->n_single;
        set_bit(out->visible, i);
    }
}

/* Chance lets few of those agree that could: of a picture that is there, a good
 * part do. So what the pairs add up to counts for the more, the larger their
 * share is against that of chance; as it is where fifty times as many agree. */
static void weigh(sitr_agreement *out)
{
    const uint32_t n = out->n_pairs;
    const uint32_t all = out->n_visible > n ? out->n_visible : n;
    const int32_t share =
        (int32_t)sitr_log2(n * BY_CHANCE + 1) - (int32_t)sitr_log2(all + 1);

    out->score *= share > 0 ? (double)share / (1024 * 5.644) : 0;
}

/* All that a map is judged by. */
static void judge(sitr_aligner *a, const sitr_kernels *k,
                  const sitr_region_query *q, const sitr_regions *mine,
                  uint32_t variant, sitr_alignment *out)
{
    gather(a, k, q, mine, variant, out->to);
    count(a, q, mine, tolerance2(out->to), out);
    count_visible(a, q, mine, out);
    weigh(&out->distinctive);
    weigh(&out->single);
    out->variant = (sitr_variant)variant;
}

/* From a proposal that many agree with to the map that all of them make. */
static bool refine(sitr_aligner *a, const sitr_kernels *k,
                   const sitr_region_query *q, const sitr_regions *mine,
                   uint32_t variant, sitr_alignment *out)
{
    if (!fit(a->near, a->agrees, a->n_near, out->to)) return false;
    for (int round = 0; round < 2; round++) {
        bool all[SITR_MAX_QUERY_REGIONS];

        if (!is_possible(out->to)) return false;
        gather(a, k, q, mine, variant, out->to);
        if (a->n_kept < MIN_PAIRS) return false;
        memset(all, true, sizeof all);
        if (!fit(a->kept, all, a->n_kept, out->to)) return false;
    }
    if (!is_possible(out->to)) return false;
    judge(a, k, q, mine, variant, out);
    return out->single.n_pairs >= MIN_PAIRS;
}

/* ---- Places --------------------------------------------------------------- */

/* The best map of a variant that is not taken yet. */
static bool best_of_variant(sitr_aligner *a, const sitr_kernels *k,
                            const sitr_region_query *q,
                            const sitr_regions *mine, uint32_t variant,
                            sitr_alignment *out)
{
    uint32_t seed = 0;
    double to[6];

    if (best_proposal(a, MAX_PROPOSALS, &seed) <= 0) return false;
    propose(a, &a->near[seed], to);
    vote(a, to, &a->near[seed]);
    return refine(a, k, q, mine, variant, out);
}

/* What makes up a place that was found is part of no other. */
static void take(sitr_aligner *a)
{
    for (uint32_t i = 0; i < a->n_kept; i++) a->taken[a->kept[i].theirs] = true;
}

/* Back to the picture as it is. */
static void unmirror(const sitr_region_query *q, sitr_alignment *out)
{
    if (!(out->variant & SITR_MIRRORED)) return;
    out->to[0] = -out->to[0];
    out->to[1] = -out->to[1];
    out->to[2] = (double)q->width - out->to[2];
}

static uint32_t align_variant(sitr_aligner *a, const sitr_kernels *k,
                              const sitr_region_query *q,
                              const sitr_regions *mine, uint32_t variant,
                              sitr_alignment *out, uint32_t capacity)
{
    uint32_t n = 0;

    memset(a->has_row, 0, sizeof a->has_row);
    fill_cells(a, q->regions->n);
    find_near(a, k, q, mine, variant);
    sitr_sort(a->near, a->n_near, sizeof *a->near, nearer);
    while (n < capacity && best_of_variant(a, k, q, mine, variant, &out[n])) {
        take(a);
        unmirror(q, &out[n]);
        n++;
    }
    return n;
}

/* What the hints of a variant agree on. */
static double promise(sitr_aligner *a, const sitr_region_query *q,
                      const sitr_regions *mine, const sitr_region_pair *hints,
                      uint32_t n_hints, uint32_t variant)
{
    uint32_t seed;

    memset(a->taken, 0, q->regions->n * sizeof *a->taken);
    place_theirs(a, q, variant);
    a->n_near = 0;
    for (uint32_t i = 0; i < n_hints; i++) {
        const sitr_region_pair *const hint = &hints[i];

        if (hint->variant != variant) continue;
        if (a->n_near == sizeof a->near / sizeof *a->near) break;
        a->near[a->n_near] = pair_of(a, q, mine, variant, hint->mine,
                                     hint->theirs, hint->distance);
        a->near[a->n_near++].clear = true;
    }
    sitr_sort(a->near, a->n_near, sizeof *a->near, nearer);
    return best_proposal(a, MAX_HINT_PROPOSALS, &seed);
}

double sitr_align_promise(sitr_aligner *a, const sitr_region_query *query,
                          const sitr_regions *mine,
                          const sitr_region_pair *pairs, uint32_t n)
{
    uint32_t n_hints[SITR_N_VARIANTS] = {0};
    double best = 0;

    for (uint32_t i = 0; i < n; i++) n_hints[pairs[i].variant]++;
    for (uint32_t v = 0; v < SITR_N_VARIANTS; v++) {
        const double sum =
            n_hints[v] >= MIN_HINTS ? promise(a, query, mine, pairs, n, v) : 0;

        if (sum > best) best = sum;
    }
    return best;
}

static int stronger(const void *x, const void *y)
{
    const sitr_alignment *const a = *(const sitr_alignment *const *)x;
    const sitr_alignment *const b = *(const sitr_alignment *const *)y;

    if (a->distinctive.score != b->distinctive.score)
        return a->distinctive.score > b->distinctive.score ? -1 : 1;
    if (a->single.score != b->single.score)
        return a->single.score > b->single.score ? -1 : 1;
    return (a->variant > b->variant) - (a->variant < b->variant);
}

uint32_t sitr_align(sitr_aligner *a, const sitr_kernels *kernels,
                    const sitr_region_query *query, const sitr_regions *mine,
                    sitr_alignment *out, uint32_t capacity)
{
    sitr_alignment found[SITR_N_VARIANTS * SITR_MAX_PLACES];
    const sitr_alignment *order[SITR_N_VARIANTS * SITR_MAX_PLACES];
    uint32_t n_hints[SITR_N_VARIANTS] = {0}, n = 0;
    const uint32_t n_all =
        sitr_region_query_pairs(query, mine, a->hints, MAX_HINTS);

    for (uint32_t i = 0; i < n_all; i++) n_hints[a->hints[i].variant]++;
    for (uint32_t v = 0; v < SITR_N_VARIANTS; v++)
        if (n_hints[v] >= MIN_HINTS &&
            promise(a, query, mine, a->hints, n_all, v) >= MIN_HINT_SUM)
            n += align_variant(a, kernels, query, mine, v, &found[n],
                               SITR_MAX_PLACES);
    for (uint32_t i = 0; i < n; i++) order[i] = &found[i];
    sitr_sort(order, n, sizeof *order, stronger);
    if (n > capacity) n = capacity;
    for (uint32_t i = 0; i < n; i++) out[i] = *order[i];
    return n;
}

void sitr_align_at(sitr_aligner *a, const sitr_kernels *kernels,
                   const sitr_region_query *query, const sitr_regions *mine,
                   sitr_variant variant, const double to[6],
                   sitr_alignment *out)
{
    memset(a->taken, 0, query->regions->n * sizeof *a->taken);
    memset(a->has_row, 0, sizeof a->has_row);
    place_theirs(a, query, variant);
    fill_cells(a, query->regions->n);
    *out = (sitr_alignment){0};
    memcpy(out->to, to, sizeof out->to);
    judge(a, kernels, query, mine, variant, out);
    unmirror(query, out);
}
