/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures as values and as bytes, hashes as text, matching. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "match/calibration.h"
#include "signature/signature.h"

static sitr_ctx *ctx;

static uint64_t rnd(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

/* A hash with half of its bits set, as PDQ's are. */
static sitr_hash random_hash(uint64_t seed)
{
    sitr_hash hash = {.algo = SITR_PDQ, .bits = 256, .quality = 100};
    uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

    for (int n = 0; n < 128;) {
        const uint32_t bit = rnd(&state) % 256;

        if (hash.word[bit / 64] >> bit % 64 & 1) continue;
        hash.word[bit / 64] |= UINT64_C(1) << bit % 64;
        n++;
    }
    return hash;
}

/* `n` bits changed, as many set as cleared. */
static sitr_hash changed(sitr_hash hash, uint32_t n)
{
    uint32_t set = 0, cleared = 0;

    for (uint32_t bit = 0; bit < 256 && set + cleared < n; bit++) {
        const int is = hash.word[bit / 64] >> bit % 64 & 1;

        if (is ? cleared > set : set >= cleared + 1) continue;
        hash.word[bit / 64] ^= UINT64_C(1) << bit % 64;
        *(is ? &cleared : &set) += 1;
    }
    return hash;
}

static sitr_signature *signature_of(sitr_hash hash)
{
    sitr_signature *s;

    assert_int_equal(sitr_sign_hash(ctx, &hash, &s), SITR_OK);
    return s;
}

static sitr_signature *query_of(sitr_hash hash, sitr_turn turn)
{
    sitr_signature *s = signature_of(random_hash(999));

    for (uint32_t t = 1; t < 8; t++) {
        sitr_hash other = random_hash(1000 + t);

        other.turn = (uint8_t)t;
        sitr_signature_add(s, &other);
    }
    hash.turn = (uint8_t)turn;
    s->hashes[turn] = hash;
    s->info.width = 640;
    s->info.height = 480;
    return s;
}

/* ---- Bytes ---------------------------------------------------------------- */

static void test_crc(void **state)
{
    (void)state;
    assert_int_equal(sitr_crc32c("123456789", 9), 0xe3069283);
}

static void test_round_trip(void **state)
{
    sitr_signature *s = query_of(random_hash(1), SITR_MIRROR), *back;
    uint8_t bytes[512], again[512];
    const size_t size = sitr_signature_encode(s, NULL, 0);

    (void)state;
    for (uint32_t a = SITR_PHASH; a <= SITR_AHASH; a++) {
        const sitr_hash hash = {.algo = (uint16_t)a,
                                .bits = 64,
                                .quality = 100,
                                .word = {UINT64_C(0x0123456789abcdef) * a}};
        sitr_signature_add(s, &hash);
    }
    assert_true(sitr_signature_encode(s, bytes, size) > size);
    const size_t whole = sitr_signature_encode(s, bytes, sizeof bytes);

    assert_int_equal(whole, 356);
    assert_int_equal(sitr_signature_decode(ctx, bytes, whole, &back), SITR_OK);
    assert_int_equal(sitr_signature_encode(back, again, sizeof again), whole);
    assert_memory_equal(bytes, again, whole);
    assert_memory_equal(&s->info, &back->info, sizeof s->info);
    sitr_signature_free(back);

    /* cut anywhere, or with any byte changed, it is refused */
    for (size_t n = 0; n < whole; n++) {
        assert_int_not_equal(sitr_signature_decode(ctx, bytes, n, &back),
                             SITR_OK);
        assert_null(back);
        bytes[n] ^= 0x10;
        assert_int_not_equal(sitr_signature_decode(ctx, bytes, whole, &back),
                             SITR_OK);
        bytes[n] ^= 0x10;
    }
    assert_int_not_equal(sitr_signature_decode(ctx, bytes, whole + 1, &back),
                         SITR_OK);
    sitr_signature_free(s);
}

/* With a right checksum, what the encoder could not have written is refused. */
static void test_not_canonical(void **state)
{
    static const struct {
        const char *name;
        size_t at;
        uint8_t value;
        sitr_status status;
    } cases[] = {
        {"newer version", 5, 5, SITR_EVERSION},
        {"version 3 without what is framed", 5, 3, SITR_ECORRUPT},
        {"version 2 without its regions", 5, 2, SITR_ECORRUPT},
        {"version 0", 5, 0, SITR_ECORRUPT},
        {"width without height", 8, 1, SITR_ECORRUPT},
        {"no frames", 16, 0, SITR_ECORRUPT},
        {"unknown flag", 20, 0x40, SITR_ECORRUPT},
        {"unknown format", 24, 9, SITR_ECORRUPT},
        {"quality 101", 25, 101, SITR_ECORRUPT},
        {"quality unlike the hash's", 25, 99, SITR_ECORRUPT},
        {"no hashes", 26, 0, SITR_ECORRUPT},
        {"more hashes than bytes", 26, 2, SITR_ECORRUPT},
        {"more hashes than there are kinds", 26, 255, SITR_ECORRUPT},
        {"reserved byte", 27, 1, SITR_ECORRUPT},
        {"algorithm 0", 28, 0, SITR_ECORRUPT},
        {"algorithm 5", 28, 5, SITR_ECORRUPT},
        {"shorter algorithm", 28, SITR_PHASH, SITR_ECORRUPT},
        {"turn 8", 29, 8, SITR_ECORRUPT},
        {"first hash turned", 29, 1, SITR_ECORRUPT},
        {"reserved byte of the hash", 31, 1, SITR_ECORRUPT},
    };
    sitr_signature *s = signature_of(random_hash(2)), *back;
    uint8_t good[128], bad[128];
    const size_t size = sitr_signature_encode(s, good, sizeof good);

    (void)state;
    assert_int_equal(size, 68);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memcpy(bad, good, size);
        bad[cases[i].at] = cases[i].value;
        sitr_put_le(bad + size - 4, sitr_crc32c(bad, size - 4), 4);
        if (sitr_signature_decode(ctx, bad, size, &back) != cases[i].status)
            fail_msg("%s", cases[i].name);
        assert_null(back);
    }
    sitr_signature_free(s);
}

/* ---- What is framed, as bytes ---------------------------------------------- */

#define FRAMED 276

/* In the middle of 640 x 480. */
static void add_framed(sitr_signature *s)
{
    s->framed.box = (sitr_box){20, 30, 600, 400};
    s->framed.quality = 77;
    for (uint32_t t = 0; t < SITR_N_TURNS; t++) {
        s->framed.pdq[t] = random_hash(2000 + t);
        s->framed.pdq[t].turn = (uint8_t)t;
        s->framed.pdq[t].quality = 77;
    }
}

static void check_framed(const sitr_framed *a, const sitr_framed *b)
{
    assert_memory_equal(&a->box, &b->box, sizeof a->box);
    assert_int_equal(a->quality, b->quality);
    for (int t = 0; t < SITR_N_TURNS; t++)
        assert_memory_equal(&a->pdq[t], &b->pdq[t], sizeof a->pdq[t]);
}

static void test_framed(void **state)
{
    static const struct {
        size_t at; /* from the first byte of it */
        uint32_t value;
    } wrong[] = {{0, 41},          {0, UINT32_MAX}, {4, 81},  {8, 0},
                 {8, 621},         {8, UINT32_MAX}, {12, 0},  {12, 451},
                 {12, 0x80000000}, {16, 49},        {16, 101}};
    sitr_signature *s = query_of(random_hash(3), SITR_UPRIGHT), *back;
    const size_t plain = sitr_signature_encode(s, NULL, 0);
    uint8_t bytes[1024], bad[1024];

    (void)state;
    add_framed(s);
    const size_t size = sitr_signature_encode(s, bytes, sizeof bytes);

    assert_int_equal(size, plain + FRAMED);
    assert_int_equal(bytes[5], 3);
    assert_int_equal(sitr_signature_decode(ctx, bytes, size, &back), SITR_OK);
    check_framed(&s->framed, &back->framed);
    sitr_signature_free(back);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        memcpy(bad, bytes, size);
        sitr_put_le(bad + size - 4 - FRAMED + wrong[i].at, wrong[i].value, 4);
        sitr_put_le(bad + size - 4, sitr_crc32c(bad, size - 4), 4);
        assert_int_equal(sitr_signature_decode(ctx, bad, size, &back),
                         SITR_ECORRUPT);
    }
    /* hashes of nothing */
    memcpy(bad, bytes, size);
    memset(bad + size - 4 - FRAMED + 20, 0, 32);
    sitr_put_le(bad + size - 4, sitr_crc32c(bad, size - 4), 4);
    assert_int_equal(sitr_signature_decode(ctx, bad, size, &back),
                     SITR_ECORRUPT);
    /* not of what is searched with */
    s->n_hashes = 7;
    const size_t less = sitr_signature_encode(s, bad, sizeof bad);

    assert_int_equal(sitr_signature_decode(ctx, bad, less, &back),
                     SITR_ECORRUPT);
    sitr_signature_free(s);
}

/* A frame is looked behind where the whole is far, and no further than to a
 * review. */
static void test_framed_match(void **state)
{
    sitr_signature *mine = signature_of(random_hash(2003));
    sitr_signature *found = query_of(random_hash(3), SITR_UPRIGHT);
    const sitr_match_opts strict = {.struct_size = sizeof strict,
                                    .at_least = SITR_COPY};
    const sitr_signature *const all[1] = {mine};
    sitr_match m, scanned;
    uint64_t n;

    (void)state;
    assert_int_equal(sitr_match_pair(mine, found, NULL, &m), SITR_OK);
    assert_int_equal(m.verdict, SITR_NONE);
    add_framed(found);
    assert_int_equal(sitr_match_pair(mine, found, NULL, &m), SITR_OK);
    assert_int_equal(m.verdict, SITR_REVIEW);
    assert_int_equal(m.kind, SITR_CONTAINED);
    assert_int_equal(m.turn, sitr_turn_inverse((sitr_turn)3));
    assert_int_equal(m.distance, 0);
    assert_true(m.false_positive_rate > 9e-7f && m.false_positive_rate < 2e-6f);
    for (int i = 0; i < 4; i++) {
        assert_true(m.quad[i][0] == 20 || m.quad[i][0] == 620);
        assert_true(m.quad[i][1] == 30 || m.quad[i][1] == 430);
    }
    assert_int_equal(sitr_match_scan(all, 1, found, NULL, &scanned, 1, &n),
                     SITR_OK);
    assert_int_equal(n, 1);
    assert_memory_equal(&scanned, &m, sizeof m);
    assert_int_equal(sitr_match_pair(mine, found, &strict, &m), SITR_OK);
    assert_int_equal(m.verdict, SITR_NONE);
    /* too plain, the protected one matches nothing */
    mine->info.flags |= SITR_INFO_TOO_PLAIN;
    assert_int_equal(sitr_match_pair(mine, found, NULL, &m), SITR_OK);
    assert_int_equal(m.verdict, SITR_NONE);
    sitr_signature_free(mine);
    sitr_signature_free(found);
}

/* ---- Regions as bytes ----------------------------------------------------- */

#define REGION 38

/* A signature of one hash and `n` regions of all sorts, some of them at the far
 * corner. */
static sitr_signature *with_regions(uint32_t n)
{
    const uint32_t n_single = n > 70 ? n - n / 8 : n;

    sitr_signature *s = signature_of(random_hash(77));
    uint64_t state = n + 1;

    s->info.width = 640;
    s->info.height = 480;
    s->info.format = SITR_FORMAT_PNG;
    s->info.keypoints = n;
    if (n_single < SITR_FEW_REGIONS) s->info.flags |= SITR_INFO_FEW_REGIONS;
    if (!n) return s;
    assert_int_equal(sitr_regions_new(ctx, n, &s->regions), SITR_OK);
    s->regions.n = n;
    s->regions.n_single = n_single;
    s->regions.n_distinctive = n_single / 2;
    for (uint32_t i = 0; i < n; i++) {
        s->regions.points[i] =
            (sitr_keypoint){.x = (uint16_t)(i ? rnd(&state) % 32769 : 32768),
                            .y = (uint16_t)(i ? rnd(&state) % 32769 : 32768),
                            .scale = (uint8_t)rnd(&state),
                            .angle = (uint8_t)rnd(&state)};
        for (int v = 0; v < 4; v++)
            s->regions.descriptors[i].word[v] = rnd(&state);
    }
    return s;
}

static void repair(uint8_t *bytes, size_t size)
{
    sitr_put_le(bytes + size - 4, sitr_crc32c(bytes, size - 4), 4);
}

static uint8_t *encoded(const sitr_signature *s, size_t *size)
{
    uint8_t *bytes;

    *size = sitr_signature_encode(s, NULL, 0);
    bytes = malloc(*size);
    assert_non_null(bytes);
    assert_int_equal(sitr_signature_encode(s, bytes, *size - 1), *size);
    assert_int_equal(sitr_signature_encode(s, bytes, *size), *size);
    return bytes;
}

/* Refused, or the very bytes come out again. */
static bool canonical(const uint8_t *bytes, size_t size)
{
    sitr_signature *s;
    uint8_t *again;
    size_t n;

    if (sitr_signature_decode(ctx, bytes, size, &s)) {
        assert_null(s);
        return false;
    }
    again = encoded(s, &n);
    assert_int_equal(n, size);
    assert_memory_equal(again, bytes, size);
    free(again);
    sitr_signature_free(s);
    return true;
}

static void test_regions_round_trip(void **state)
{
    static const uint32_t counts[] = {0, 1, 59, 60, 200, 1199, 1200};

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        sitr_signature *s = with_regions(counts[i]), *back;
        size_t size;
        uint8_t *bytes = encoded(s, &size);

        assert_int_equal(size, 28 + 36 + 6 + counts[i] * REGION + 4);
        assert_int_equal(bytes[5], 2);
        assert_int_equal(sitr_signature_decode(ctx, bytes, size, &back),
                         SITR_OK);
        assert_memory_equal(&s->info, &back->info, sizeof s->info);
        assert_int_equal(back->regions.n, counts[i]);
        assert_int_equal(back->regions.n_single, s->regions.n_single);
        assert_int_equal(back->regions.n_distinctive, s->regions.n_distinctive);
        for (uint32_t k = 0; k < counts[i]; k++) {
            assert_memory_equal(&back->regions.points[k], &s->regions.points[k],
                                sizeof *s->regions.points);
            assert_memory_equal(&back->regions.descriptors[k],
                                &s->regions.descriptors[k],
                                sizeof *s->regions.descriptors);
        }
        assert_true(canonical(bytes, size));
        sitr_signature_free(back);
        sitr_signature_free(s);
        free(bytes);
    }
}

/* The layout to the byte, from FORMAT.md. */
static void test_regions_layout(void **state)
{
    sitr_signature *s = with_regions(2);
    const sitr_keypoint at = {0x1234, 0x5678, 0x9a, 0xbc};
    const uint8_t expected[] = {2,    0,    2, 0, 1, 0, 0x34, 0x12, 0x78, 0x56,
                                0x9a, 0xbc, 8, 7, 6, 5, 4,    3,    2,    1};
    size_t size;
    uint8_t *bytes;

    (void)state;
    s->regions.points[0] = at;
    s->regions.descriptors[0].word[0] = UINT64_C(0x0102030405060708);
    s->regions.descriptors[0].word[3] = UINT64_C(0xf1f2f3f4f5f6f7f8);
    bytes = encoded(s, &size);
    assert_memory_equal(bytes + 64, expected, sizeof expected);
    assert_int_equal(bytes[64 + 12 + 24], 0xf8);
    assert_int_equal(bytes[64 + 12 + 31], 0xf1);
    sitr_signature_free(s);
    free(bytes);
}

/* Any byte another one, or the end missing, with a right checksum. */
static void test_regions_changed(void **state)
{
    uint32_t n_taken = 0;

    (void)state;
    for (uint32_t n = 0; n <= 61; n += n == 3 ? 57 : 1) {
        sitr_signature *s = with_regions(n);
        size_t size;
        uint8_t *bytes = encoded(s, &size);
        uint8_t *bad = malloc(size + REGION);

        assert_non_null(bad);
        for (size_t i = 0; i < size - 4; i++)
            for (int k = n > 3 ? 7 : 0; k < 9; k++) {
                memcpy(bad, bytes, size);
                bad[i] ^= (uint8_t)(k < 8 ? 1 << k : 0xff);
                assert_int_not_equal(
                    sitr_signature_decode(ctx, bad, size,
                                          &(sitr_signature *){NULL}),
                    SITR_OK); /* the checksum as it was */
                repair(bad, size);
                n_taken += canonical(bad, size);
            }
        for (size_t cut = 5; cut<size; cut += n> 3 ? 13 : 1) {
            memcpy(bad, bytes, cut);
            assert_false(canonical(bad, cut));
            sitr_put_le(bad + 6, cut, cut < 8 ? 0 : 2);
            repair(bad, cut);
            assert_false(canonical(bad, cut));
        }
        /* a region more than it says */
        memcpy(bad, bytes, size);
        memset(bad + size - 4, 0, REGION);
        sitr_put_le(bad + 6, size + REGION, 2);
        repair(bad, size + REGION);
        assert_false(canonical(bad, size + REGION));
        sitr_signature_free(s);
        free(bytes);
        free(bad);
    }
    assert_true(n_taken > 1000); /* what a region looks like is any bits */
}

/* The numbers at their limits and past them. */
static void test_regions_limits(void **state)
{
    static const struct {
        const char *name;
        uint32_t n; /* regions */
        size_t at;
        uint64_t value;
        size_t size;
        bool taken;
    } cases[] = {
        {"x at the right border", 60, 70, 32768, 2, true},
        {"x beyond it", 60, 70, 32769, 2, false},
        {"y at the bottom", 60, 72, 32768, 2, true},
        {"y beyond it", 60, 72, 65535, 2, false},
        {"x of the last beyond it", 60, 70 + 59 * REGION, 32769, 2, false},
        {"few, and says nothing", 59, 20, 0, 4, false},
        {"not few, and says so", 60, 20, 4, 4, false},
        {"no size", 60, 8, 0, 8, false},
        {"version 1", 60, 5, 1, 1, false},
        {"version 1 without regions", 0, 5, 1, 1, false},
        {"one less than there are", 61, 64, 60, 2, false},
        {"one more than there are", 61, 64, 62, 2, false},
        {"a number that overflows", 61, 64, 65535, 2, false},
        {"as many as can be", 1200, 64, 1200, 2, true},
        {"all single", 1200, 66, 1200, 2, true},
        {"more single than there are", 1200, 66, 1201, 2, false},
        {"few single, and says nothing", 60, 66, 59, 2, false},
        {"all distinctive", 61, 68, 61, 2, true},
        {"none distinctive", 61, 68, 0, 2, true},
        {"more distinctive than single", 1200, 68, 1051, 2, false},
        {"more hashes", 61, 26, 2, 1, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sitr_signature *s = with_regions(cases[i].n);
        size_t size;
        uint8_t *bytes = encoded(s, &size);

        sitr_put_le(bytes + cases[i].at, cases[i].value, cases[i].size);
        repair(bytes, size);
        if (canonical(bytes, size) != cases[i].taken)
            fail_msg("%s", cases[i].name);
        sitr_signature_free(s);
        free(bytes);
    }
    /* one more than there may be, and as many as two bytes of size allow */
    for (uint32_t n = SITR_MAX_QUERY_REGIONS + 1; n < 1722; n += 520) {
        const size_t size = 28 + 36 + 6 + n * REGION + 4;
        sitr_signature *s = with_regions(SITR_MAX_QUERY_REGIONS);
        size_t n_bytes;
        uint8_t *bytes = encoded(s, &n_bytes), *more = calloc(1, size);

        assert_non_null(more);
        memcpy(more, bytes, n_bytes - 4);
        sitr_put_le(more + 6, size, 2);
        sitr_put_le(more + 64, n, 2);
        repair(more, size);
        assert_false(canonical(more, size));
        sitr_signature_free(s);
        free(bytes);
        free(more);
    }
}

/* ---- Text ----------------------------------------------------------------- */

static void test_text(void **state)
{
    static const char *const bad[] = {
        "",
        "pdq",
        "pdq:",
        "pdq:f8",
        "sha:f8f8f0cee0f4a84f",
        "phash:f8f8f0cee0f4a84",
        "phash:f8f8f0cee0f4a84g",
        "phash:F8F8F0CEE0F4A84G",
        "phash:upright:f8f8f0cee0f4a84f",
        "phash: f8f8f0cee0f4a84",
        "dhash:f8f8f0cee0f4a84f0",
        ("pdq:mirror:mirror:f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33"
         "e6b39c4e9c9b22")};
    static const char bridge[] = "pdq:f8f8f0cee0f4a84f06370a22038f63f0b36e2ed59"
                                 "6621e1d33e6b39c4e9c9b22";
    char text[SITR_HASH_MAX_TEXT];
    sitr_hash hash, back;

    (void)state;
    assert_int_equal(sitr_hash_parse(bridge, strlen(bridge), &hash), SITR_OK);
    assert_true(hash.word[0] == UINT64_C(0x33e6b39c4e9c9b22));
    assert_true(hash.word[3] == UINT64_C(0xf8f8f0cee0f4a84f));
    sitr_hash_format(&hash, text);
    assert_string_equal(text, bridge);
    for (int t = 0; t < 8; t++) {
        hash.turn = (uint8_t)t;
        sitr_hash_format(&hash, text);
        assert_int_equal(sitr_hash_parse(text, strlen(text), &back), SITR_OK);
        assert_int_equal(back.turn, t);
        assert_int_equal(sitr_hash_distance(&hash, &back), 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (sitr_hash_parse(bad[i], strlen(bad[i]), &back) == SITR_OK)
            fail_msg("took \"%s\"", bad[i]);
        assert_int_equal(back.algo, 0);
    }
    for (int a = 1; a <= 4; a++)
        assert_int_equal(sitr_algo_named(sitr_algo_name((sitr_algo)a)), a);
    /* what is no hash has no text */
    for (uint16_t a = 0; a <= 5; a += 5) {
        hash.algo = a;
        sitr_hash_format(&hash, text);
        assert_string_equal(text, "");
    }
    assert_int_equal(sitr_algo_named("md5"), 0);
    assert_null(sitr_algo_name((sitr_algo)77));
}

static void test_distance(void **state)
{
    const sitr_hash a = random_hash(3), empty = {0};
    sitr_hash other = a;

    (void)state;
    for (uint32_t n = 0; n <= 160; n += 20) {
        const sitr_hash b = changed(a, n);

        assert_int_equal(sitr_hash_distance(&a, &b), n);
    }
    other.algo = SITR_PHASH;
    assert_int_equal(sitr_hash_distance(&a, &other), UINT32_MAX);
    assert_int_equal(sitr_hash_distance(&empty, &empty), UINT32_MAX);
    assert_int_equal(sitr_hash_distance(&a, NULL), UINT32_MAX);
}

/* ---- Matching ------------------------------------------------------------- */

static void test_verdicts(void **state)
{
    const uint32_t radius = sitr_review_radius(100);
    const struct {
        uint32_t distance;
        uint8_t quality;
        sitr_verdict verdict;
    } cases[] = {
        {0, 100, SITR_COPY},
        {31, 100, SITR_COPY},
        {31, 50, SITR_COPY},
        {0, 49, SITR_NONE}, /* never by hash alone */
        {32, 100, SITR_REVIEW},
        {radius, 100, SITR_REVIEW},
        {radius + 1, 100, SITR_NONE},
        {sitr_review_radius(60), 60, SITR_REVIEW},
        {sitr_review_radius(60) + 1, 60, SITR_NONE},
    };
    const sitr_hash a = random_hash(4);
    sitr_signature *mine = signature_of(a);

    (void)state;
    assert_true(sitr_review_radius(60) < radius);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sitr_hash b = changed(a, cases[i].distance);
        sitr_match m;

        b.quality = cases[i].quality;
        sitr_signature *theirs = signature_of(b);
        assert_int_equal(sitr_match_pair(mine, theirs, NULL, &m), SITR_OK);
        assert_int_equal(m.verdict, cases[i].verdict);
        assert_int_equal(m.distance, cases[i].distance);
        assert_int_equal(m.kind,
                         m.verdict ? SITR_SAME_PICTURE : SITR_KIND_NONE);
        sitr_signature_free(theirs);
    }
    sitr_signature_free(mine);
}

static void test_options(void **state)
{
    const sitr_hash a = random_hash(5);
    sitr_signature *mine = signature_of(a);
    sitr_signature *theirs = signature_of(changed(a, 40));
    sitr_match_opts opts = {.struct_size = sizeof opts};
    sitr_match m;

    (void)state;
    opts.at_least = SITR_COPY;
    assert_int_equal(sitr_match_pair(mine, theirs, &opts, &m), SITR_OK);
    assert_int_equal(m.verdict, SITR_NONE);
    opts.at_least = SITR_NONE;
    opts.max_distance = 39;
    assert_int_equal(sitr_match_pair(mine, theirs, &opts, &m), SITR_OK);
    assert_int_equal(m.verdict, SITR_NONE);
    opts.max_distance = 40;
    assert_int_equal(sitr_match_pair(mine, theirs, &opts, &m), SITR_OK);
    assert_int_equal(m.verdict, SITR_REVIEW);
    opts.at_least = (sitr_verdict)3;
    assert_int_equal(sitr_match_pair(mine, theirs, &opts, &m), SITR_EINVAL);
    opts.struct_size = 3;
    assert_int_equal(sitr_match_pair(mine, theirs, &opts, &m), SITR_EINVAL);
    sitr_signature_free(mine);
    sitr_signature_free(theirs);
}

/* What was found, turned by t, is the protected picture: so the protected one
 * was turned by the inverse, and its top left corner went there. */
static void test_turn(void **state)
{
    static const sitr_turn inverse[8] = {
        SITR_UPRIGHT, SITR_ROTATE_270, SITR_ROTATE_180, SITR_ROTATE_90,
        SITR_MIRROR,  SITR_MIRROR_90,  SITR_MIRROR_180, SITR_MIRROR_270};
    static const float top_left[8][2] = {{0, 0},   {640, 0}, {640, 480},
                                         {0, 480}, {640, 0}, {640, 480},
                                         {0, 480}, {0, 0}};
    const sitr_hash a = random_hash(6);
    sitr_signature *mine = signature_of(a);

    (void)state;
    for (int t = 0; t < 8; t++) {
        sitr_signature *found = query_of(changed(a, 10), (sitr_turn)t);
        sitr_match m;

        assert_int_equal(sitr_match_pair(mine, found, NULL, &m), SITR_OK);
        assert_int_equal(m.verdict, SITR_COPY);
        assert_int_equal(m.turn, inverse[t]);
        assert_int_equal(m.kind, t ? SITR_TURNED : SITR_SAME_PICTURE);
        assert_memory_equal(m.quad[0], top_left[inverse[t]], sizeof m.quad[0]);
        sitr_signature_free(found);
    }
    sitr_signature_free(mine);
}

/* A scan gives what the pairs give, in order, and the strongest of them. */
static void test_scan(void **state)
{
    enum { N = 700 };
    const sitr_hash a = random_hash(7);
    sitr_signature *mine[N], *found = query_of(a, SITR_ROTATE_90);
    sitr_match all[N], few[5];
    uint64_t n, n_few;
    uint32_t expected = 0;

    (void)state;
    for (uint32_t i = 0; i < N; i++)
        mine[i] = signature_of(i % 7 ? random_hash(100 + i)
                                     : changed(a, i * 37 % 120));
    assert_int_equal(sitr_match_scan((const sitr_signature *const *)mine, N,
                                     found, NULL, all, N, &n),
                     SITR_OK);
    for (uint32_t i = 0; i < N; i++) {
        sitr_match m;

        assert_int_equal(sitr_match_pair(mine[i], found, NULL, &m), SITR_OK);
        expected += m.verdict != SITR_NONE;
    }
    assert_int_equal(n, expected);
    assert_true(n > 20 && n < N);
    for (uint64_t i = 0; i < n; i++) {
        sitr_match m;

        assert_int_equal(sitr_match_pair(mine[all[i].id], found, NULL, &m),
                         SITR_OK);
        m.id = all[i].id;
        assert_memory_equal(&m, &all[i], sizeof m);
        if (i) assert_true(all[i - 1].distance <= all[i].distance);
    }
    assert_int_equal(sitr_match_scan((const sitr_signature *const *)mine, N,
                                     found, NULL, few, 5, &n_few),
                     SITR_OK);
    assert_int_equal(n_few, n);
    assert_memory_equal(few, all, sizeof few);
    assert_int_equal(sitr_match_scan(NULL, 0, found, NULL, NULL, 0, &n),
                     SITR_OK);
    assert_int_equal(n, 0);
    for (uint32_t i = 0; i < N; i++) sitr_signature_free(mine[i]);
    sitr_signature_free(found);
}

/* The rate rises with the distance, is a rate, and claims no more than the
 * verdicts promise. */
static void test_calibration(void **state)
{
    (void)state;
    for (uint32_t d = 1; d <= 256; d++)
        assert_true(sitr_false_positive_rate(d) >=
                    sitr_false_positive_rate(d - 1));
    assert_true(sitr_false_positive_rate(SITR_COPY_RADIUS) <= 1e-9);
    assert_true(sitr_false_positive_rate(sitr_review_radius(100)) <= 1e-6);
    assert_true(sitr_false_positive_rate(0) > 0);
    assert_true(sitr_false_positive_rate(256) == 1.0);
}

/* A bare hash without spatial content (nearly all bits alike) never matches. */
static void test_degenerate(void **state)
{
    sitr_hash flat = {.algo = SITR_PDQ, .bits = 256, .quality = 100};
    sitr_signature *a = signature_of(flat), *b;
    sitr_match m;

    (void)state;
    flat.word[0] = 0xff;
    b = signature_of(flat);
    assert_int_equal(sitr_match_pair(a, b, NULL, &m), SITR_OK);
    assert_int_equal(m.verdict, SITR_NONE);
    assert_int_equal(m.distance, 8);
    sitr_signature_free(a);
    sitr_signature_free(b);
}

static void test_arguments(void **state)
{
    sitr_hash hash = random_hash(8), odd;
    sitr_signature *s = (sitr_signature *)&hash;
    sitr_match m;
    uint64_t n;

    (void)state;
    assert_int_equal(sitr_sign_hash(ctx, NULL, &s), SITR_EINVAL);
    assert_null(s);
    odd = hash, odd.algo = 9;
    assert_int_equal(sitr_sign_hash(ctx, &odd, &s), SITR_EINVAL);
    odd = hash, odd.bits = 64;
    assert_int_equal(sitr_sign_hash(ctx, &odd, &s), SITR_EINVAL);
    odd = hash, odd.algo = SITR_PHASH, odd.bits = 64;
    assert_int_equal(sitr_sign_hash(ctx, &odd, &s), SITR_EINVAL);
    odd = hash, odd.quality = 101;
    assert_int_equal(sitr_sign_hash(ctx, &odd, &s), SITR_EINVAL);
    assert_int_equal(sitr_match_pair(NULL, NULL, NULL, &m), SITR_EINVAL);
    assert_int_equal(sitr_match_scan(NULL, 1, NULL, NULL, &m, 1, &n),
                     SITR_EINVAL);
    assert_int_equal(sitr_sign(ctx, NULL, 0, NULL, &s), SITR_EFORMAT);
    assert_int_equal(sitr_sign(ctx, NULL, 1, NULL, &s), SITR_EINVAL);
    assert_int_equal(sitr_sign(NULL, "x", 1, NULL, &s), SITR_EINVAL);
    assert_int_equal(sitr_sign_file(ctx, "/nowhere/at all", NULL, &s),
                     SITR_ENOENT);
    assert_int_equal(sitr_sign_file(ctx, "/dev/null", NULL, &s), SITR_EIO);
    assert_int_equal(sitr_sign_file(ctx, "/", NULL, &s), SITR_EIO);
    sitr_signature_free(NULL);
    sitr_ctx_free(NULL);
    for (int i = -40; i < 5; i++)
        assert_non_null(sitr_status_text((sitr_status)i));
}

static int set_up(void **state)
{
    (void)state;
    return sitr_ctx_new(NULL, &ctx);
}

static int tear_down(void **state)
{
    (void)state;
    sitr_ctx_free(ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_not_canonical),
        cmocka_unit_test(test_framed),
        cmocka_unit_test(test_framed_match),
        cmocka_unit_test(test_regions_round_trip),
        cmocka_unit_test(test_regions_layout),
        cmocka_unit_test(test_regions_changed),
        cmocka_unit_test(test_regions_limits),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_turn),
        cmocka_unit_test(test_scan),
        cmocka_unit_test(test_calibration),
        cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_arguments)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
