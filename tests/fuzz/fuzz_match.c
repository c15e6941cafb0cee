/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes made of any bytes, near each other and not, some of them of another
 * algorithm; what was found in one turn or in all eight. Some have regions: those
 * of one picture, moved, in part and with bits flipped. A scan finds what pair by
 * pair is found, best first, and the distances are those of a plain loop.
 * Made with memory that fails as the input says, a signature is whole or not
 * there.
 */
#include <stdlib.h>
#include <string.h>

#include <sitr.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "fuzz_alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX 300 /* more than one block of a scan, which is 256 */

/* Of an encoded signature: lib/signature/FORMAT.md. */
#define HEAD 28
#define HASH 36
#define CRC  4
/* Of one region, and how many there are at most. */
#define REGION  38
#define REGIONS 100

typedef struct input {
    const uint8_t *data;
    size_t left;
} input;

static uint8_t next(input *in)
{
    if (!in->left) return 0;
    in->left--;
    return *in->data++;
}

static void flip(input *in, unsigned n_bits, uint64_t word[4])
{
    for (unsigned i = 0; i < n_bits; i++) {
        const uint8_t bit = next(in);

        word[bit / 64] ^= UINT64_C(1) << bit % 64;
    }
}

/* The same with the other seven turns behind the first, as SITR_SIGN_QUERY has
 * them, by way of the encoded form: no public call makes one of hashes. */
static sitr_signature *turned(const sitr_ctx *ctx, input *in,
                              sitr_signature *upright)
{
    uint8_t b[HEAD + 8 * HASH + CRC];
    sitr_hash hash;

    if (sitr_signature_encode(upright, b, sizeof b) != HEAD + HASH + CRC)
        abort();
    sitr_signature_hash(upright, SITR_PDQ, SITR_UPRIGHT, &hash);
    sitr_signature_free(upright);
    for (int t = 1; t < 8; t++) {
        uint8_t *const p = b + HEAD + t * HASH;

        flip(in, next(in) % 96u, hash.word);
        memcpy(p, p - HASH, 4);
        p[1] = (uint8_t)t;
        for (int i = 0; i < 4; i++) sitr_put_le(p + 4 + 8 * i, hash.word[i], 8);
    }
    b[26] = 8;
    sitr_put_le(b + 6, sizeof b, 2);
    sitr_put_le(b + sizeof b - CRC, sitr_crc32c(b, sizeof b - CRC), CRC);
    if (sitr_signature_decode(ctx, b, sizeof b, &upright)) abort();
    return upright;
}

/* One of the regions that all pictures have, changed by the bytes: moved,
 * enlarged, mirrored or inverted. Any byte may be anything. */
static void put_region(uint8_t *p, uint32_t i, const uint8_t how[8],
                       uint8_t flips)
{
    uint32_t state = i * 2654435761u + 99;
    uint8_t raw[REGION];

    for (int k = 0; k < REGION; k++) {
        state = state * 1664525 + 1013904223;
        raw[k] = (uint8_t)(state >> 24);
    }
    const uint32_t x = (raw[0] | raw[1] << 8) % 32769u,
                   y = (raw[2] | raw[3] << 8) % 32769u;
    const uint32_t by = 64 + how[0] % 128u; /* 64: as large as it was */

    sitr_put_le(p, (x * by / 64 + how[1] * 64u) % 32769, 2);
    sitr_put_le(p + 2, (y * by / 64 + how[2] * 64u) % 32769, 2);
    p[4] = (uint8_t)(raw[4] % 128 + how[3] % 64);
    p[5] = (uint8_t)(raw[5] + how[4]);
    for (int k = 0; k < 32; k++) p[6 + k] = raw[6 + (k ^ (how[5] & 3) * 8)];
    p[6 + flips % 32] ^= flips;
}

/* The same with regions. */
static sitr_signature *with_regions(const sitr_ctx *ctx, input *in,
                                    sitr_signature *plain)
{
    static uint8_t b[HEAD + 8 * HASH + 6 + REGIONS * REGION + CRC];
    const size_t at = sitr_signature_encode(plain, b, sizeof b) - CRC;
    const uint32_t n = next(in) % (REGIONS + 1u), from = next(in) % 64u;
    const size_t size = at + 6 + n * REGION + CRC;
    uint32_t n_single, n_distinctive;
    uint8_t how[8];

    for (int i = 0; i < 8; i++) how[i] = next(in);
    if (how[6] & 1) memset(how, 0, 5); /* where it was */
    sitr_signature_free(plain);
    n_single = n - (how[6] & 4 ? next(in) % (n + 1) : 0);
    n_distinctive = n_single - (how[6] & 8 ? next(in) % (n_single + 1) : 0);
    sitr_put_le(b + at, n, 2);
    sitr_put_le(b + at + 2, n_single, 2);
    sitr_put_le(b + at + 4, n_distinctive, 2);
    for (uint32_t i = 0; i < n; i++)
        put_region(b + at + 6 + i * REGION, from + i, how,
                   how[6] & 2 ? next(in) : 0);
    b[5] = 2;
    sitr_put_le(b + 6, size, 2);
    sitr_put_le(b + 8, 1 + how[7], 4);
    sitr_put_le(b + 12, 200, 4);
    if (n_single < 60) b[20] |= SITR_INFO_FEW_REGIONS;
    sitr_put_le(b + size - CRC, sitr_crc32c(b, size - CRC), CRC);
    if (sitr_signature_decode(ctx, b, size, &plain)) abort();
    return plain;
}

/* The base with some bits flipped, or bytes of its own. */
static sitr_signature *make(const sitr_ctx *ctx, input *in,
                            const uint64_t base[4])
{
    sitr_hash hash = {.algo = SITR_PDQ, .bits = 256};
    const uint8_t how = next(in);
    sitr_signature *s;

    hash.quality = (uint8_t)(next(in) % 101);
    memcpy(hash.word, base, sizeof hash.word);
    flip(in, how % 96u, hash.word);
    if (how >= 216 && how < 224)
        hash = (sitr_hash){.algo = SITR_PHASH, .bits = 64, .quality = 100};
    if (how >= 224) {
        uint8_t own[sizeof hash.word];

        for (size_t i = 0; i < sizeof own; i++) own[i] = next(in);
        memcpy(hash.word, own, sizeof own);
    }
    if (sitr_sign_hash(ctx, &hash, &s)) abort();
    return s;
}

static uint32_t plain_distance(const sitr_signature *a, const sitr_signature *b)
{
    uint32_t best = UINT32_MAX;
    sitr_hash x, y;

    if (!sitr_signature_hash(a, SITR_PDQ, SITR_UPRIGHT, &x)) return best;
    for (int t = 0; t < 8; t++) {
        uint32_t n = 0;

        if (!sitr_signature_hash(b, SITR_PDQ, (sitr_turn)t, &y)) continue;
        for (int i = 0; i < 256; i++)
            n += (x.word[i / 64] >> i % 64 & 1) !=
                 (y.word[i / 64] >> i % 64 & 1);
        if (n < best) best = n;
    }
    return best;
}

static int stronger(const sitr_match *a, const sitr_match *b)
{
    if (a->verdict != b->verdict) return a->verdict > b->verdict;
    if (a->false_positive_rate != b->false_positive_rate)
        return a->false_positive_rate < b->false_positive_rate;
    if (a->distance != b->distance) return a->distance < b->distance;
    return a->id < b->id;
}

static void check(const sitr_signature *const *mine, size_t n,
                  const sitr_signature *found, const sitr_match_opts *opts,
                  size_t capacity)
{
    static sitr_match got[MAX], one;
    uint64_t total, expected = 0;

    if (sitr_match_scan(mine, n, found, opts, got, capacity, &total)) abort();
    const size_t kept = total < capacity ? (size_t)total : capacity;

    /* several places of one picture may be as strong as each other */
    for (size_t i = 1; i < kept; i++)
        if (stronger(&got[i], &got[i - 1])) abort();
    for (size_t k = 0; k < n; k++) {
        size_t at = 0, n_places = 0;

        if (sitr_match_pair(mine[k], found, opts, &one)) abort();
        if (one.distance != plain_distance(mine[k], found)) abort();
        for (size_t i = 0; i < kept; i++) n_places += got[i].id == k;
        if (n_places > 8 || (n_places && !one.verdict)) abort();
        if (one.verdict == SITR_NONE) continue;
        expected++;
        one.id = k;
        while (at < kept && got[at].id != k) at++;
        if (at < kept ? memcmp(&got[at], &one, sizeof one) != 0
                      : kept < capacity || stronger(&one, &got[kept - 1]))
            abort();
    }
    if (total < expected || total > 8 * expected) abort();
}

static void check_poor(const uint8_t *data, size_t size,
                       const sitr_signature *expected)
{
    fuzz_alloc alloc;
    const sitr_ctx_opts opts = {.struct_size = sizeof opts,
                                .allocator = &alloc.allocator};
    sitr_hash hash, again;
    sitr_ctx *ctx;
    sitr_signature *s;

    fuzz_alloc_init(&alloc, data, size);
    if (sitr_ctx_new(&opts, &ctx)) {
        if (ctx || !alloc.failed || alloc.alive) abort();
        return;
    }
    alloc.failed = false;
    const sitr_algo algo =
        sitr_signature_hash(expected, SITR_PDQ, SITR_UPRIGHT, &hash)
            ? SITR_PDQ
            : SITR_PHASH;

    if (!sitr_signature_hash(expected, algo, SITR_UPRIGHT, &hash)) abort();
    const sitr_status status = sitr_sign_hash(ctx, &hash, &s);

    if (status != (alloc.failed ? SITR_ENOMEM : SITR_OK) || !status != !!s)
        abort();
    if (s && (!sitr_signature_hash(s, algo, SITR_UPRIGHT, &again) ||
              memcmp(&hash, &again, sizeof hash)))
        abort();
    sitr_signature_free(s);
    sitr_ctx_free(ctx);
    if (alloc.alive) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sitr_ctx *ctx;
    const sitr_signature *mine[MAX];
    sitr_signature *made[MAX + 1];
    input in = {data, size};
    uint64_t base[4] = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9,
                        0x94d049bb133111eb, 0x2545f4914f6cdd1d};

    if (!ctx && sitr_ctx_new(NULL, &ctx)) abort();
    if (size < 8) return 0;
    const size_t n = next(&in) * (size_t)MAX / 255;
    const size_t capacity = 1 + next(&in) * (MAX - 1u) / 255;
    /* what was found has all turns where the input says so */
    const int query = data[2] & 128;
    const sitr_match_opts opts = {.struct_size = sizeof opts,
                                  .at_least = (sitr_verdict)(next(&in) % 3),
                                  .max_distance = next(&in) % 100};

    for (int i = 0; i < 4; i++) base[i] ^= next(&in);
    for (size_t i = 0; i <= n; i++) made[i] = make(ctx, &in, base);
    for (size_t i = 0; i < n; i++) mine[i] = made[i];
    sitr_hash hash;

    /* the last eight, as if of pictures, where the input says so */
    const size_t plain = n < 8 ? 0 : n - 8;

    for (size_t i = plain; i < n && data[2] & 64; i++)
        mine[i] = made[i] = with_regions(ctx, &in, made[i]);
    if (query && sitr_signature_hash(made[n], SITR_PDQ, SITR_UPRIGHT, &hash))
        made[n] = turned(ctx, &in, made[n]);
    if (data[2] & 32) made[n] = with_regions(ctx, &in, made[n]);
    check(mine, n, made[n], &opts, capacity);
    check_poor(data, size, made[n]);
    for (size_t i = 0; i <= n; i++) sitr_signature_free(made[i]);
    return 0;
}
