/* SPDX-License-Identifier: Apache-2.0 */
/* What regions must show for a verdict. bench/ measures how often that is right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "region_pictures.h"
#include "signature/signature.h"

/* One picture, as it is kept and as it is searched with. */
typedef struct pair {
    sitr_signature *mine, *found;
} pair;

static pair pair_of_file(void)
{
    static const char name[] = "protected/IMG_0015.jpg";

    return (pair){sign_file(name, SITR_SIGN_REGIONS),
                  sign_file(name, SITR_SIGN_REGIONS | SITR_SIGN_QUERY)};
}

static void pair_free(const pair *p)
{
    sitr_signature_free(p->mine);
    sitr_signature_free(p->found);
}

/* What a region looks like, in that many bits otherwise than it did; at 128 like
 * nothing there. */
static void blur_region(sitr_signature *s, uint32_t i, uint32_t n_bits)
{
    static uint32_t seed = 5;
    bool is_flipped[256] = {false};

    for (uint32_t k = 0; k < n_bits; k++) {
        uint32_t bit = next(&seed) % 256;

        while (is_flipped[bit]) bit = (bit + 1) % 256;
        is_flipped[bit] = true;
        s->regions.descriptors[i].word[bit / 64] ^= UINT64_C(1) << bit % 64;
    }
}

/* The hash of what is kept that far from that of what is found. */
static void move_hash(const pair *p, uint32_t n_bits)
{
    sitr_hash *const mine = &p->mine->hashes[0];

    *mine = p->found->hashes[0];
    for (uint32_t k = 0; k < n_bits; k++)
        mine->word[k % 4] ^= UINT64_C(1) << (k / 4 * 7 + k) % 64;
    assert_int_equal(sitr_hash_distance(&p->found->hashes[0], mine), n_bits);
}

static sitr_match match_of(const pair *p)
{
    sitr_match m;

    assert_int_equal(sitr_match_pair(p->mine, p->found, NULL, &m), SITR_OK);
    return m;
}

/* Of two screens of one layout a small part agrees, and all of it at its place: a
 * reason to look. A copy shows more. */
static void test_little_shown(void **state)
{
    const pair p = pair_of_file();
    const uint32_t n = p.mine->regions.n_distinctive;
    bool was_little = false, is_enough = false;

    (void)state;
    assert_true(n > 150);
    move_hash(&p, 128);
    /* one after the other, of all over the picture, looks like nothing there */
    for (uint32_t left = p.mine->regions.n; left-- > 12;) {
        sitr_match m;

        blur_region(p.mine, left * 97 % p.mine->regions.n, 128);
        m = match_of(&p);
        if (m.verdict == SITR_COPY && m.keypoints * 4 >= n) is_enough = true;
        if (m.keypoints < 16 || m.keypoints > 18) continue;
        print_message("%u of %u: %s, %g\n", m.keypoints, n,
                      sitr_verdict_name(m.verdict),
                      (double)m.false_positive_rate);
        was_little = true;
        assert_int_equal(m.verdict, SITR_REVIEW);
    }
    assert_true(is_enough);
    assert_true(was_little);
    /* so few, and the hash of a copy, if no very near one */
    move_hash(&p, 28);
    assert_int_equal(match_of(&p).verdict, SITR_REVIEW);
    move_hash(&p, 24);
    assert_int_equal(match_of(&p).verdict, SITR_COPY);
    pair_free(&p);
}

/* What was turned freely must show more than what lies straight: of a pattern some
 * agrees anywhere. */
static void test_turned_freely(void **state)
{
    static const double to[2][6] = {{1, 0, 200, 0, 1, 200},
                                    {0.87, -0.5, 300, 0.5, 0.87, 20}};
    const gray picture = read_gray("protected/IMG_0015.jpg");
    uint32_t least[2] = {UINT32_MAX, UINT32_MAX};

    (void)state;
    for (int i = 0; i < 2; i++) {
        sitr_signature *const mine = sign_gray(&picture, SITR_SIGN_REGIONS);
        gray g = gray_new(900, 900);
        sitr_signature *found;
        double back[6];

        invert(to[i], back);
        draw(&picture, &g, back);
        found = sign_gray(&g, SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
        for (uint32_t left = mine->regions.n; left--;) {
            const sitr_match m = match_of(&(pair){mine, found});

            if (m.keypoints && m.keypoints < least[i]) least[i] = m.keypoints;
            blur_region(mine, left * 97 % mine->regions.n, 128);
        }
        sitr_signature_free(mine);
        sitr_signature_free(found);
        free(g.data);
    }
    print_message("straight %u, turned freely %u\n", least[0], least[1]);
    assert_in_range(least[0], 4, 8);
    assert_in_range(least[1], 10, 20);
    free(picture.data);
}

/* Of a drawing most of the little that is distinctive, and most of all. */
static void test_drawing_in_part(void **state)
{
    const pair p = pair_of_file();

    (void)state;
    p.mine->regions.n_distinctive = 50;
    move_hash(&p, 128);
    assert_int_equal(match_of(&p).verdict, SITR_COPY);
    for (uint32_t i = 0; i < 39; i++) blur_region(p.mine, i, 128);
    assert_int_equal(match_of(&p).verdict, SITR_REVIEW);
    pair_free(&p);
}

/* Another picture in the same interface: what stands on flat ground is there
 * again, what is distinctive is not, and the hashes are near. A copy with most of
 * it covered has neither. */
static void test_interface_alone(void **state)
{
    const pair p = pair_of_file();

    (void)state;
    assert_true(p.mine->regions.n_single > 180);
    p.mine->regions.n_distinctive = 100;
    for (uint32_t i = 0; i < 100; i++)
        blur_region(p.mine, i, i < 92 ? 128 : 40);
    move_hash(&p, 20);
    assert_int_equal(match_of(&p).verdict, SITR_REVIEW);
    move_hash(&p, 60);
    assert_int_equal(match_of(&p).verdict, SITR_NONE);
    for (uint32_t i = 100; i < p.mine->regions.n; i++)
        blur_region(p.mine, i, 128);
    assert_int_equal(match_of(&p).verdict, SITR_REVIEW);
    move_hash(&p, 20);
    assert_int_equal(match_of(&p).verdict, SITR_COPY);
    pair_free(&p);
}

/* Where nothing is distinctive all of a form may be there again, and be other
 * letters: each then looks like those that were there, and no more. */
static void test_letters_alike(void **state)
{
    const gray g = form(100, 7);
    const pair p = {sign_gray(&g, SITR_SIGN_REGIONS),
                    sign_gray(&g, SITR_SIGN_REGIONS | SITR_SIGN_QUERY)};

    (void)state;
    p.mine->regions.n_distinctive = 0;
    move_hash(&p, 12);
    assert_int_equal(match_of(&p).verdict, SITR_COPY);
    for (uint32_t i = 0; i < p.mine->regions.n; i++) blur_region(p.mine, i, 34);
    assert_int_equal(match_of(&p).verdict, SITR_REVIEW);
    pair_free(&p);
    free(g.data);
}

/* What is weaker than asked for is no match, and says no more than how far the
 * hashes are: it had a false positive rate of 0, as if it were the surest. */
static void test_too_weak(void **state)
{
    const sitr_match_opts strict = {.struct_size = sizeof strict,
                                    .at_least = SITR_COPY};
    sitr_signature *found = sign_file("protected/IMG_0015.jpg",
                                      SITR_SIGN_REGIONS | SITR_SIGN_QUERY);
    bool met = false;

    (void)state;
    for (uint32_t n = 4; n <= 60 && !met; n++) {
        sitr_signature *mine =
            sign_file("protected/IMG_0015.jpg", SITR_SIGN_REGIONS);
        sitr_match weak, none;

        /* of another picture, but for these */
        for (int i = 0; i < 4; i++)
            mine->hashes[0].word[i] ^= UINT64_C(0xcccccccccccccccc);
        mine->regions.n = n;
        mine->regions.n_single = mine->regions.n_distinctive = n;
        assert_int_equal(sitr_match_pair(mine, found, NULL, &weak), SITR_OK);
        if (weak.verdict == SITR_REVIEW) {
            met = true;
            assert_int_equal(sitr_match_pair(mine, found, &strict, &none),
                             SITR_OK);
            assert_int_equal(none.verdict, SITR_NONE);
            assert_int_equal(none.kind, SITR_KIND_NONE);
            assert_int_equal(none.keypoints, 0);
            assert_int_equal(none.distance, weak.distance);
            assert_true(none.false_positive_rate > weak.false_positive_rate);
        }
        sitr_signature_free(mine);
    }
    print_message("a weak match was %s\n", met ? "seen" : "not seen");
    sitr_signature_free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_little_shown),
                                       cmocka_unit_test(test_turned_freely),
                                       cmocka_unit_test(test_drawing_in_part),
                                       cmocka_unit_test(test_interface_alone),
                                       cmocka_unit_test(test_letters_alike),
                                       cmocka_unit_test(test_too_weak)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
