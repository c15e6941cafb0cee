/* SPDX-License-Identifier: Apache-2.0 */
/* Two pictures, or one against many: verdict, kind, turn and how sure. */
#include "match/match.h"

#include <string.h>

#include "base/opts.h"
#include "match/calibration.h"

sitr_status sitr_match_rules_read(const sitr_match_opts *given, bool is_index,
                                  sitr_match_rules *out)
{
    sitr_match_opts o;
    const sitr_status status = sitr_opts_read(&o, sizeof o, given);

    if (status) return status;
    if ((unsigned)o.at_least > SITR_COPY) return SITR_EINVAL;
    if (o.n_without && (!o.without || !is_index)) return SITR_EINVAL;
    out->at_least = o.at_least ? o.at_least : SITR_REVIEW;
    out->max_distance = o.max_distance ? o.max_distance : UINT32_MAX;
    out->without = (sitr_id_list){o.without, o.n_without};
    return SITR_OK;
}

static bool too_plain(const sitr_signature *s)
{
    return s->info.flags & SITR_INFO_TOO_PLAIN;
}

/* `quality`: the lesser of the two. */
static sitr_verdict verdict_of(uint32_t distance, uint32_t quality,
                               const sitr_match_rules *r)
{
    if (distance > r->max_distance) return SITR_NONE;
    if (distance <= SITR_COPY_RADIUS) return SITR_COPY;
    return distance <= sitr_review_radius(quality) ? SITR_REVIEW : SITR_NONE;
}

static uint32_t lesser(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* The whole of one is what the box of the other shows: its corners are the
 * corners, as the turn moved them. */
static void fill_quad(const sitr_box *box, sitr_turn turn, float quad[4][2])
{
    const float x = (float)box->x, y = (float)box->y;
    const float right = x + (float)box->width, bottom = y + (float)box->height;
    const float corner[4][2] = {
        {x, y}, {right, y}, {right, bottom}, {x, bottom}};
    const unsigned quarter = turn & 3;

    for (unsigned i = 0; i < 4; i++) {
        const unsigned to = (turn & 4 ? 5 - i : i) + quarter;

        memcpy(quad[i], corner[to % 4], sizeof quad[i]);
    }
}

/* The hash of a turn of what was found, or of what is framed in it; or NULL. */
static const sitr_hash *turned_hash(const sitr_signature *found, bool framed,
                                    int turn)
{
    if (framed)
        return found->framed.box.width ? &found->framed.pdq[turn] : NULL;
    return sitr_signature_find(found, SITR_PDQ, (sitr_turn)turn);
}

/* The nearest turn of what was found; the upright one where two are as near. */
static uint32_t nearest(const sitr_signature *mine, const sitr_signature *found,
                        bool framed, sitr_turn *turn)
{
    const sitr_hash *hash = sitr_signature_find(mine, SITR_PDQ, SITR_UPRIGHT);
    uint32_t best = UINT32_MAX;

    *turn = SITR_UPRIGHT;
    for (int t = 0; t < SITR_N_TURNS && hash; t++) {
        const sitr_hash *other = turned_hash(found, framed, t);
        const uint32_t d = sitr_hash_distance(hash, other);

        if (d >= best) continue;
        best = d;
        *turn = sitr_turn_inverse((sitr_turn)t);
    }
    return best;
}

static sitr_box whole_of(const sitr_signature *s)
{
    return (sitr_box){0, 0, s->info.width, s->info.height};
}

static void match_hashes(const sitr_signature *mine,
                         const sitr_signature *found, const sitr_match_rules *r,
                         sitr_match *out)
{
    const sitr_box whole = whole_of(found);
    const uint32_t quality = lesser(mine->info.quality, found->info.quality);
    sitr_turn turn;
    const uint32_t distance = nearest(mine, found, false, &turn);
    const sitr_verdict verdict = verdict_of(distance, quality, r);

    *out = (sitr_match){.distance = distance, .false_positive_rate = 1};
    if (distance != UINT32_MAX)
        out->false_positive_rate = (float)sitr_false_positive_rate(distance);
    if (verdict < r->at_least || too_plain(mine) || too_plain(found)) return;
    out->verdict = verdict;
    out->turn = turn;
    out->kind = turn == SITR_UPRIGHT ? SITR_SAME_PICTURE : SITR_TURNED;
    fill_quad(&whole, turn, out->quad);
}

/* Where nothing else tells of it: what was found, without a frame. That is a
 * second look at the same pair, and no regions bear it out, so it is a reason to
 * look and no more; and where they deny it, not even that. */
static void match_framed(sitr_region_search *search, const sitr_signature *mine,
                         const sitr_match_rules *r, sitr_match *out)
{
    const sitr_framed *const f = &search->found->framed;
    sitr_turn turn;
    uint32_t distance;

    if (!f->box.width || too_plain(mine) || r->at_least > SITR_REVIEW) return;
    distance = nearest(mine, search->found, true, &turn);
    if (!verdict_of(distance, lesser(mine->info.quality, f->quality), r) ||
        sitr_region_search_denies(search, mine, &f->box, turn, distance, false))
        return;
    *out = (sitr_match){
        .verdict = SITR_REVIEW,
        .kind = SITR_CONTAINED,
        .turn = turn,
        .distance = distance,
        .false_positive_rate = (float)SITR_REVIEW_RATE,
    };
    fill_quad(&f->box, turn, out->quad);
}

/* Whether `a` is the better match, or as good and of a picture that came first. */
static bool before(const sitr_match *a, const sitr_match *b)
{
    if (a->verdict != b->verdict) return a->verdict > b->verdict;
    if (a->false_positive_rate != b->false_positive_rate)
        return a->false_positive_rate < b->false_positive_rate;
    if (a->distance != b->distance) return a->distance < b->distance;
    return a->id < b->id;
}

/* Places come by what is distinctive in them, which is not all they are judged
 * by. Those as good as each other stay as they are. */
static void put_best_first(sitr_match *places, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        const sitr_match one = places[i];
        uint32_t to = i;

        for (; to && before(&one, &places[to - 1]); to--)
            places[to] = places[to - 1];
        places[to] = one;
    }
}

/* Regions of a picture that the hash knows as a copy say more of where it lies
 * than that it is the whole, if they are this many. */
#define SURE_OF_PLACE 20

/* What the hashes say and what the regions say, together: of the whole picture
 * the hash knows best how far it is, the regions where it lies. */
static void merge(const sitr_match *hash, sitr_match *regions)
{
    if (hash->verdict == SITR_COPY && regions->keypoints < SURE_OF_PLACE) {
        regions->kind = hash->kind;
        regions->turn = hash->turn;
        memcpy(regions->quad, hash->quad, sizeof regions->quad);
    }
    regions->distance = hash->distance;
    if (hash->verdict > regions->verdict) regions->verdict = hash->verdict;
    if (hash->verdict &&
        hash->false_positive_rate < regions->false_positive_rate)
        regions->false_positive_rate = hash->false_positive_rate;
}

/* Pictures of one layout, forms and screens of an interface above all, have hashes
 * that are near. Where their regions say that they are not one picture, the hash
 * alone is no more than a reason to look, if that is asked for. */
static void doubt(const sitr_match_rules *r, sitr_match *hash)
{
    const bool is_near = hash->verdict == SITR_COPY;

    if (is_near) hash->false_positive_rate = (float)SITR_REVIEW_RATE;
    if (is_near && r->at_least <= SITR_REVIEW)
        hash->verdict = SITR_REVIEW;
    else
        *hash = (sitr_match){
            .distance = hash->distance,
            .false_positive_rate = hash->false_positive_rate,
        };
}

uint32_t sitr_match_all(sitr_region_search *search, const sitr_signature *mine,
                        const sitr_match_rules *r, sitr_match *out)
{
    const sitr_box whole = whole_of(search->found);
    sitr_match hash;
    uint32_t n = sitr_region_search_run(search, mine, out), kept = 0;

    put_best_first(out, n);
    match_hashes(mine, search->found, r, &hash);
    if (hash.verdict && (!n || out[0].verdict < hash.verdict) &&
        sitr_region_search_denies(search, mine, &whole, hash.turn,
                                  hash.distance, hash.verdict == SITR_COPY))
        doubt(r, &hash);
    if (!n && !hash.verdict) match_framed(search, mine, r, &hash);
    if (n) {
        merge(&hash, &out[0]);
        for (uint32_t i = 1; i < n; i++) out[i].distance = hash.distance;
    } else {
        out[0] = hash;
        n = hash.verdict != SITR_NONE;
        /* too weak to be shown, but what there is */
        if ((double)out[0].false_positive_rate > search->weak_rate)
            out[0].false_positive_rate = (float)search->weak_rate;
    }
    for (uint32_t i = 0; i < n; i++)
        if (out[i].verdict >= r->at_least) out[kept++] = out[i];
    if (n && !kept) out[0] = hash; /* which is none, or it had been kept */
    return kept;
}

sitr_status sitr_match_pair(const sitr_signature *protected_image,
                            const sitr_signature *found,
                            const sitr_match_opts *opts, sitr_match *out)
{
    sitr_match matches[SITR_MAX_PLACES];
    sitr_region_search search;
    sitr_match_rules r;
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = (sitr_match){.distance = UINT32_MAX};
    if (!protected_image || !found) return SITR_EINVAL;
    status = sitr_match_rules_read(opts, false, &r);
    if (status) return status;
    status = sitr_region_search_new(found, &search);
    if (status) return status;
    sitr_match_all(&search, protected_image, &r, matches);
    *out = matches[0];
    sitr_region_search_free(&search);
    return SITR_OK;
}

/* ---- Scan ----------------------------------------------------------------- */

void sitr_match_keep(sitr_match_best *b, const sitr_match *m)
{
    size_t from = 0, to = b->n;

    b->total++;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;

        if (before(m, &b->matches[middle]))
            to = middle;
        else
            from = middle + 1;
    }
    if (from >= b->capacity) return;
    if (b->n < b->capacity) b->n++;
    memmove(&b->matches[from + 1], &b->matches[from],
            (b->n - 1 - from) * sizeof *m);
    b->matches[from] = *m;
}

uint32_t sitr_match_widest(const sitr_signature *found)
{
    return too_plain(found) && !found->framed.box.width
               ? 0
               : sitr_review_radius(100);
}

void sitr_match_least(const sitr_signature *found, const uint64_t *codes,
                      size_t n, uint16_t *least)
{
    uint16_t distance[SITR_MATCH_BLOCK];

    for (size_t i = 0; i < n; i++) least[i] = UINT16_MAX;
    for (int t = 0; t < 2 * SITR_N_TURNS; t++) {
        const sitr_hash *hash =
            turned_hash(found, t >= SITR_N_TURNS, t % SITR_N_TURNS);

        if (!hash) continue;
        found->ctx->kernels.hamming256(distance, hash->word, codes, n);
        for (size_t i = 0; i < n; i++)
            if (distance[i] < least[i]) least[i] = distance[i];
    }
}

/* Their codes side by side; false where one of them is NULL. */
static bool gather_codes(const sitr_signature *const *mine, size_t n,
                         uint64_t codes[SITR_MATCH_BLOCK][4])
{
    for (size_t i = 0; i < n; i++) {
        if (!mine[i]) return false;
        const sitr_hash *hash =
            sitr_signature_find(mine[i], SITR_PDQ, SITR_UPRIGHT);

        memset(codes[i], 0, sizeof codes[i]);
        if (hash) memcpy(codes[i], hash->word, sizeof codes[i]);
    }
    return true;
}

static sitr_status match_block(sitr_region_search *search,
                               const sitr_signature *const *mine, size_t from,
                               size_t n, const sitr_match_rules *r,
                               sitr_match_best *b)
{
    const uint32_t widest = sitr_match_widest(search->found);
    uint64_t codes[SITR_MATCH_BLOCK][4];
    uint16_t least[SITR_MATCH_BLOCK];

    if (!gather_codes(mine + from, n, codes)) return SITR_EINVAL;
    sitr_match_least(search->found, codes[0], n, least);
    for (size_t i = 0; i < n; i++) {
        const sitr_signature *const one = mine[from + i];
        sitr_match matches[SITR_MAX_PLACES];
        uint32_t n_matches;

        if (least[i] > widest && (!search->aligner || !one->regions.n))
            continue;
        n_matches = sitr_match_all(search, one, r, matches);
        for (uint32_t k = 0; k < n_matches; k++) {
            matches[k].id = from + i;
            sitr_match_keep(b, &matches[k]);
        }
    }
    return SITR_OK;
}

sitr_status sitr_match_scan(const sitr_signature *const *protected_images,
                            size_t n, const sitr_signature *found,
                            const sitr_match_opts *opts, sitr_match *matches,
                            size_t capacity, uint64_t *n_matches)
{
    sitr_match_best b = {.matches = matches, .capacity = capacity};
    sitr_region_search search;
    sitr_match_rules r;
    sitr_status status;

    if (!n_matches) return SITR_EINVAL;
    *n_matches = 0;
    if ((!protected_images && n) || !found || (!matches && capacity))
        return SITR_EINVAL;
    status = sitr_match_rules_read(opts, false, &r);
    if (status) return status;
    status = sitr_region_search_new(found, &search);
    for (size_t from = 0; from < n && !status; from += SITR_MATCH_BLOCK)
        status = match_block(
            &search, protected_images, from,
            n - from < SITR_MATCH_BLOCK ? n - from : SITR_MATCH_BLOCK, &r, &b);
    sitr_region_search_free(&search);
    if (!status) *n_matches = b.total;
    return status;
}

/* ---- Names ---------------------------------------------------------------- */

const char *sitr_match_kind_name(sitr_match_kind kind)
{
    switch (kind) {
    case SITR_SAME_PICTURE:
        return "same-picture";
    case SITR_TURNED:
        return "turned";
    case SITR_CROPPED:
        return "cropped";
    case SITR_CONTAINED:
        return "contained";
    case SITR_EDITED:
        return "edited";
    case SITR_KIND_NONE:
        break;
    }
    return "none";
}

const char *sitr_verdict_name(sitr_verdict verdict)
{
    switch (verdict) {
    case SITR_COPY:
        return "copy";
    case SITR_REVIEW:
        return "review";
    case SITR_NONE:
        break;
    }
    return "none";
}
