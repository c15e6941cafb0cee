/* SPDX-License-Identifier: Apache-2.0 */
/* From regions that agree to a verdict. */
#include "match/regions.h"

#include "match/calibration.h"
#include "match/covered.h"
#include "match/placement.h"

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

/* So many of what is distinctive tell of a picture; fewer are nearly nothing. */
#define SOME_AGREE 5

/* Whether of what could be seen `share` hundredths agree. */
static bool is_share(const sitr_agreement *of, uint32_t share)
{
    return of->n_pairs * 100 >= of->n_visible * share;
}

/* What stands on flat ground counts where what is distinctive agrees too: of two
 * screens of one interface the one does, the other does not. */
static bool is_borne_out(const sitr_agreement *distinctive)
{
    return distinctive->n_pairs >= 4 && is_share(distinctive, 45);
}

/* A picture of less was drawn, or is a page. */
static bool is_drawn(const sitr_signature *mine)
{
    return mine->regions.n_distinctive < 60;
}

/* Such a picture has little that is distinctive, and two of one sort have much in
 * common: it is seen again where most of it is there, and nothing differs. */
static bool is_whole(const sitr_alignment *a, const sitr_regions *mine)
{
    return a->single.n_pairs * 3 >= a->single.n_visible * 2 &&
           is_share(&a->distinctive, 30) && !sitr_place_has_hole(a, mine, 6, 4);
}

/* Of forms filled in twice (bench/hard.py) up to 0.68 agreed; where hardly
 * anything in them is distinctive up to 0.8, but as letters are alike: a pair of
 * them was worth 0.9 and less. */
static bool is_one_of_a_sort(const sitr_alignment *a, uint32_t share)
{
    return is_share(&a->single, share) &&
           (a->distinctive.n_pairs >= SOME_AGREE ||
            a->single.score >= a->single.n_pairs);
}

static bool is_all_there(const sitr_alignment *a, const sitr_regions *mine)
{
    return a->single.n_pairs >= 30 && is_one_of_a_sort(a, 75) &&
           is_whole(a, mine);
}

/* Of those forms none had a hash nearer than 8. */
#define SAME_BITS 6

static bool is_one(const sitr_alignment *a, const sitr_regions *mine,
                   uint32_t distance)
{
    return is_whole(a, mine) &&
           (distance <= SAME_BITS || is_one_of_a_sort(a, 70));
}

/* Two of one sort lie straight on each other: what was turned freely need not be
 * all there. */
static bool is_drawn_again(const sitr_alignment *a, const sitr_regions *mine,
                           double shown, bool straight)
{
    return straight ? is_whole(a, mine) && shown >= 0.5
                    : a->single.n_pairs >= 20 && is_share(&a->single, 40);
}

/* A copy shows a good part again of what could be seen. Of two cards of one
 * layout that had been through a messenger up to 0.2 of what is distinctive
 * agreed, and without a photo 0.65 of that or 0.62 of all, but not of both, at
 * scores up to 13. One in a thousand altered copies has no more to show, most of
 * them drawings. */
static bool is_shown_again(const sitr_alignment *a, bool drawn)
{
    return a->distinctive.score >= 15 ||
           (drawn ? is_share(&a->distinctive, 60) && is_share(&a->single, 60)
                  : is_share(&a->distinctive, 25));
}

/* Two walls of bricks agree somewhere, bent or turned freely: in at most 0.24 of
 * what is distinctive, at scores up to 4. Of 1,079 copies that lie so 5 were as
 * weak, and their hashes tell of them. */
static bool is_pattern(const sitr_alignment *a, bool straight)
{
    return !straight && a->distinctive.score < 5 &&
           !is_share(&a->distinctive, 25);
}

/* What tells of a picture, and how sure that is. */
static void judge(const sitr_alignment *a, const sitr_signature *mine,
                  double shown, bool straight, sitr_match *out)
{
    const bool drawn = is_drawn(mine);

    out->verdict = drawn || !is_borne_out(&a->distinctive)
                       ? sitr_strict_verdict(a->distinctive.score)
                       : sitr_region_verdict(a->distinctive.score);
    out->keypoints = a->distinctive.n_pairs;
    out->false_positive_rate = (float)sitr_region_rate(a->distinctive.score);
    if (is_pattern(a, straight)) out->verdict = SITR_NONE;
    if (out->verdict == SITR_COPY && !is_shown_again(a, drawn)) {
        out->verdict = SITR_REVIEW;
        out->false_positive_rate = (float)SITR_REVIEW_RATE;
    }
    if (out->verdict == SITR_COPY ||
        sitr_strict_verdict(a->single.score) == SITR_NONE ||
        !(is_borne_out(&a->distinctive) ||
          (drawn && is_drawn_again(a, &mine->regions, shown, straight))))
        return;
    out->verdict = drawn && is_all_there(a, &mine->regions)
                       ? sitr_strict_verdict(a->single.score)
                       : SITR_REVIEW;
    out->keypoints = a->single.n_pairs;
    out->false_positive_rate = out->verdict == SITR_COPY
                                   ? (float)sitr_region_rate(a->single.score)
                                   : (float)SITR_REVIEW_RATE;
}

/* Few that have something over them are so near by the hash of the whole: of
 * those with a line of writing 7 in 100, of those with a watermark none. */
#define UNTOUCHED_BITS 6

static bool may_be_covered(const sitr_match *m)
{
    return (m->kind == SITR_SAME_PICTURE || m->kind == SITR_TURNED) &&
           m->distance > UNTOUCHED_BITS;
}

static void make_match(const sitr_alignment *a, const sitr_signature *mine,
                       const sitr_signature *found, sitr_match *out)
{
    double quad[4][2], skew2;

    *out = (sitr_match){.turn = sitr_place_turn(a, &skew2)};
    sitr_place_quad(a, mine, found, quad);
    judge(a, mine, sitr_place_shown(quad, found), skew2 < SITR_STRAIGHT2, out);
    out->distance = distance_as(a, mine, found, out->turn);
    out->kind = sitr_place_kind(found, quad, out->turn, skew2, out->distance);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 2; k++) out->quad[i][k] = (float)quad[i][k];
}

/* Of either side, so many are enough for SOME_AGREE to be found. */
#define MANY_FOUND   60
#define MANY_VISIBLE 20
/* Where the hashes of two cards were as near as those of a copy, though no
 * nearer than this, a fifth must agree: of the cards 0.17 did, of copies with
 * nothing but lines over them some have no more. */
#define NEAR_COPY 24

/* Two screens of one interface have in common what stands on flat ground, and
 * hardly anything of what tells them from others: of chats 0.37 and more, and 0.06
 * and less. */
static bool is_interface(const sitr_alignment *a)
{
    const sitr_agreement *const d = &a->distinctive;
    const sitr_agreement flat = {
        .n_pairs = a->single.n_pairs - d->n_pairs,
        .n_visible = a->single.n_visible - d->n_visible,
    };

    return flat.n_pairs >= 10 && is_share(&flat, 30) && !is_share(d, 10);
}

static bool agrees(const sitr_alignment *a, uint32_t distance, bool as_copy)
{
    return a->distinctive.n_pairs >= SOME_AGREE && !is_interface(a) &&
           (!as_copy || distance <= NEAR_COPY || is_share(&a->distinctive, 20));
}

bool sitr_region_search_denies(sitr_region_search *search,
                               const sitr_signature *mine, const sitr_box *box,
                               sitr_turn turn, uint32_t distance, bool as_copy)
{
    sitr_alignment a;
    double to[6];

    if (!search->aligner || search->found->regions.n < MANY_FOUND) return false;
    sitr_place_whole(mine, search->found, box, turn, to);
    sitr_align_at(search->aligner, &search->found->ctx->kernels, &search->query,
                  &mine->regions,
                  turn & SITR_MIRROR ? SITR_MIRRORED : SITR_AS_IT_IS, to, &a);
    if (a.single.n_visible < MANY_VISIBLE) return false;
    return is_drawn(mine) ? !is_one(&a, &mine->regions, distance)
                          : !agrees(&a, distance, as_copy);
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
        sitr_match *const m = &out[n];
        bool is_new;

        make_match(&places[i], mine, search->found, m);
        is_new = m->verdict != SITR_NONE;
        if (!is_new && (double)m->false_positive_rate < search->weak_rate)
            search->weak_rate = (double)m->false_positive_rate;
        for (uint32_t k = 0; k < n && is_new; k++)
            is_new = !sitr_place_same(&out[k], &out[n]);
        if (!is_new) continue;
        if (may_be_covered(m) &&
            sitr_is_covered(&places[i], mine, &search->query))
            m->kind = SITR_EDITED;
        n++;
    }
    return n;
}
