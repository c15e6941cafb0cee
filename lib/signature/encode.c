/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures as canonical bytes; FORMAT.md beside this file has the layout. */
#include <string.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "signature/signature.h"

/* without regions and with; two more is the same with what is framed */
#define VERSION      1
#define WITH_REGIONS 2
#define FRAMED       2
#define LAST_VERSION 4

#define HEAD_SIZE 28
#define CRC_SIZE  4

static const uint8_t magic[4] = {'S', 'I', 'T', 'R'};

#define REGION_SIZE 38
#define FRAMED_SIZE (20 + SITR_N_TURNS * 32)

/* Flags that both know. */
static const uint32_t known_flags =
    SITR_INFO_DAMAGED | SITR_INFO_TOO_PLAIN | SITR_INFO_ON_BLACK;

/* It fits the two bytes of its size. */
_Static_assert(HEAD_SIZE + SITR_MAX_HASHES * 36 + FRAMED_SIZE + 6 +
                       SITR_MAX_QUERY_REGIONS * REGION_SIZE + CRC_SIZE <=
                   UINT16_MAX,
               "the size of a signature");

static bool has_regions(const sitr_signature *s)
{
    return s->regions.n || s->info.flags & SITR_INFO_FEW_REGIONS;
}

static size_t hash_size(const sitr_hash *hash) { return 4 + hash->bits / 8u; }

static size_t encoded_size(const sitr_signature *s)
{
    size_t size = HEAD_SIZE + CRC_SIZE;

    for (uint32_t i = 0; i < s->n_hashes; i++) size += hash_size(&s->hashes[i]);
    if (s->framed.box.width) size += FRAMED_SIZE;
    if (has_regions(s)) size += 6 + (size_t)s->regions.n * REGION_SIZE;
    return size;
}

static void put_head(const sitr_signature *s, size_t size, uint8_t *p)
{
    memcpy(p, magic, sizeof magic);
    p[4] = 'S';
    p[5] = (uint8_t)((has_regions(s) ? WITH_REGIONS : VERSION) +
                     (s->framed.box.width ? FRAMED : 0));
    sitr_put_le(p + 6, size, 2);
    sitr_put_le(p + 8, s->info.width, 4);
    sitr_put_le(p + 12, s->info.height, 4);
    sitr_put_le(p + 16, s->info.frames, 4);
    sitr_put_le(p + 20, s->info.flags, 4);
    p[24] = (uint8_t)s->info.format;
    p[25] = (uint8_t)s->info.quality;
    p[26] = (uint8_t)s->n_hashes;
    p[27] = 0;
}

static uint8_t *put_hash(const sitr_hash *hash, uint8_t *p)
{
    p[0] = (uint8_t)hash->algo;
    p[1] = hash->turn;
    p[2] = hash->quality;
    p[3] = 0;
    for (size_t i = 0; i < hash->bits / 64u; i++)
        sitr_put_le(p + 4 + 8 * i, hash->word[i], 8);
    return p + hash_size(hash);
}

static uint8_t *put_framed(const sitr_framed *f, uint8_t *p)
{
    sitr_put_le(p, f->box.x, 4);
    sitr_put_le(p + 4, f->box.y, 4);
    sitr_put_le(p + 8, f->box.width, 4);
    sitr_put_le(p + 12, f->box.height, 4);
    sitr_put_le(p + 16, f->quality, 4);
    p += 20;
    for (int t = 0; t < SITR_N_TURNS; t++)
        for (int i = 0; i < 4; i++, p += 8)
            sitr_put_le(p, f->pdq[t].word[i], 8);
    return p;
}

static uint8_t *put_regions(const sitr_regions *r, uint8_t *p)
{
    sitr_put_le(p, r->n, 2);
    sitr_put_le(p + 2, r->n_single, 2);
    sitr_put_le(p + 4, r->n_distinctive, 2);
    p += 6;
    for (uint32_t i = 0; i < r->n; i++, p += REGION_SIZE) {
        sitr_put_le(p, r->points[i].x, 2);
        sitr_put_le(p + 2, r->points[i].y, 2);
        p[4] = r->points[i].scale;
        p[5] = r->points[i].angle;
        for (size_t v = 0; v < 4; v++)
            sitr_put_le(p + 6 + 8 * v, r->descriptors[i].word[v], 8);
    }
    return p;
}

size_t sitr_signature_encode(const sitr_signature *signature, void *buf,
                             size_t size)
{
    uint8_t *p = buf;

    if (!signature) return 0;
    const size_t needed = encoded_size(signature);

    if (!buf || size < needed) return needed;
    put_head(signature, needed, p);
    p += HEAD_SIZE;
    for (uint32_t i = 0; i < signature->n_hashes; i++)
        p = put_hash(&signature->hashes[i], p);
    if (signature->framed.box.width) p = put_framed(&signature->framed, p);
    if (has_regions(signature)) p = put_regions(&signature->regions, p);
    sitr_put_le(p, sitr_crc32c(buf, needed - CRC_SIZE), CRC_SIZE);
    return needed;
}

static bool get_head(sitr_bytes *b, sitr_signature *s, bool with_regions,
                     uint32_t *n_hashes)
{
    const uint32_t known =
        known_flags | (with_regions ? SITR_INFO_FEW_REGIONS : 0);

    b->at = 8;
    s->info.width = (uint32_t)sitr_bytes_le(b, 4);
    s->info.height = (uint32_t)sitr_bytes_le(b, 4);
    s->info.frames = (uint32_t)sitr_bytes_le(b, 4);
    s->info.flags = (uint32_t)sitr_bytes_le(b, 4);
    s->info.format = (sitr_format)sitr_bytes_u8(b);
    s->info.quality = sitr_bytes_u8(b);
    *n_hashes = sitr_bytes_u8(b);
    return sitr_bytes_u8(b) == 0 && !(s->info.flags & ~known) &&
           s->info.format <= SITR_FORMAT_WEBP && s->info.quality <= 100 &&
           s->info.frames >= 1 && *n_hashes >= 1 &&
           *n_hashes <= SITR_MAX_HASHES && !s->info.width == !s->info.height;
}

/* After the one before: algorithms rise, and turns within PDQ. */
static bool in_order(const sitr_signature *s, const sitr_hash *hash)
{
    const sitr_hash *last = s->n_hashes ? &s->hashes[s->n_hashes - 1] : NULL;

    if (hash->turn != SITR_UPRIGHT && hash->algo != SITR_PDQ) return false;
    if (!last || last->algo < hash->algo) return hash->turn == SITR_UPRIGHT;
    return last->algo == hash->algo && last->turn < hash->turn;
}

static bool get_hash(sitr_bytes *b, sitr_signature *s)
{
    sitr_hash hash = {0};

    /* one after another: an initialiser list has no order */
    hash.algo = sitr_bytes_u8(b);
    hash.turn = sitr_bytes_u8(b);
    hash.quality = sitr_bytes_u8(b);
    if (sitr_bytes_u8(b) || !hash.algo || hash.algo > SITR_N_ALGOS ||
        hash.turn >= SITR_N_TURNS || hash.quality != s->info.quality ||
        !in_order(s, &hash))
        return false;
    hash.bits = (uint16_t)sitr_algo_bits((sitr_algo)hash.algo);
    for (size_t i = 0; i < hash.bits / 64u; i++)
        hash.word[i] = sitr_bytes_le(b, 8);
    sitr_signature_add(s, &hash);
    return !b->overrun;
}

static bool is_within(const sitr_box *box, const sitr_signature_info *info)
{
    return box->width && box->height && box->width <= info->width &&
           box->height <= info->height && box->x <= info->width - box->width &&
           box->y <= info->height - box->height;
}

/* Only what is searched with has it, and so all turns. */
static bool get_framed(sitr_bytes *b, sitr_signature *s)
{
    sitr_framed *const f = &s->framed;

    f->box.x = (uint32_t)sitr_bytes_le(b, 4);
    f->box.y = (uint32_t)sitr_bytes_le(b, 4);
    f->box.width = (uint32_t)sitr_bytes_le(b, 4);
    f->box.height = (uint32_t)sitr_bytes_le(b, 4);
    f->quality = (uint32_t)sitr_bytes_le(b, 4);
    for (int t = 0; t < SITR_N_TURNS; t++) {
        f->pdq[t].algo = SITR_PDQ;
        f->pdq[t].turn = (uint8_t)t;
        f->pdq[t].quality = (uint8_t)f->quality;
        f->pdq[t].bits = (uint16_t)sitr_algo_bits(SITR_PDQ);
        for (int i = 0; i < 4; i++) f->pdq[t].word[i] = sitr_bytes_le(b, 8);
    }
    return !b->overrun && f->quality >= SITR_MIN_QUALITY && f->quality <= 100 &&
           is_within(&f->box, &s->info) && !sitr_hash_degenerate(&f->pdq[0]) &&
           sitr_signature_find(s, SITR_PDQ, SITR_N_TURNS - 1);
}

static sitr_status get_regions(sitr_bytes *b, sitr_signature *s)
{
    sitr_regions *const r = &s->regions;
    const uint32_t n = (uint32_t)sitr_bytes_le(b, 2);
    const uint32_t n_single = (uint32_t)sitr_bytes_le(b, 2);
    const uint32_t n_distinctive = (uint32_t)sitr_bytes_le(b, 2);
    const bool few = s->info.flags & SITR_INFO_FEW_REGIONS;
    sitr_status status;

    if (b->overrun || n > SITR_MAX_QUERY_REGIONS || n_single > n ||
        n_distinctive > n_single || !s->info.width ||
        few != (n_single < SITR_FEW_REGIONS) ||
        b->size - b->at != n * REGION_SIZE)
        return SITR_ECORRUPT;
    if (!n) return SITR_OK;
    status = sitr_regions_new(s->ctx, n, r);
    if (status) return status;
    r->n_single = n_single;
    r->n_distinctive = n_distinctive;
    for (; r->n < n; r->n++) {
        sitr_keypoint *const at = &r->points[r->n];

        at->x = (uint16_t)sitr_bytes_le(b, 2);
        at->y = (uint16_t)sitr_bytes_le(b, 2);
        at->scale = sitr_bytes_u8(b);
        at->angle = sitr_bytes_u8(b);
        for (size_t v = 0; v < 4; v++)
            r->descriptors[r->n].word[v] = sitr_bytes_le(b, 8);
        if (at->x > SITR_REGION_UNIT || at->y > SITR_REGION_UNIT)
            return SITR_ECORRUPT;
    }
    s->info.keypoints = n;
    return SITR_OK;
}

static sitr_status read_body(sitr_bytes *b, sitr_signature *s, uint8_t version)
{
    const bool framed = version > FRAMED;
    const bool with_regions = version - (framed ? FRAMED : 0) == WITH_REGIONS;
    uint32_t n_hashes;
    sitr_status status = SITR_OK;

    if (!get_head(b, s, with_regions, &n_hashes)) return SITR_ECORRUPT;
    for (uint32_t i = 0; i < n_hashes; i++)
        if (!get_hash(b, s)) return SITR_ECORRUPT;
    if (framed && !get_framed(b, s)) return SITR_ECORRUPT;
    if (with_regions) status = get_regions(b, s);
    if (status) return status;
    return b->at == b->size ? SITR_OK : SITR_ECORRUPT;
}

sitr_status sitr_signature_decode(const sitr_ctx *ctx, const void *buf,
                                  size_t size, sitr_signature **out)
{
    const uint8_t *p = buf;
    sitr_status status;

    if (!out) return SITR_EINVAL;
    *out = NULL;
    if (!ctx || (!buf && size)) return SITR_EINVAL;
    if (size < 6 || memcmp(p, magic, sizeof magic) != 0 || p[4] != 'S')
        return SITR_EFORMAT;
    if (p[5] > LAST_VERSION) return SITR_EVERSION;
    if (p[5] < VERSION) return SITR_ECORRUPT;
    if (size < HEAD_SIZE + CRC_SIZE || size != (p[6] | (size_t)p[7] << 8))
        return size < HEAD_SIZE ? SITR_ETRUNCATED : SITR_ECORRUPT;
    sitr_bytes b = {.data = p, .size = size, .at = size - CRC_SIZE};

    if (sitr_bytes_le(&b, CRC_SIZE) != sitr_crc32c(p, size - CRC_SIZE))
        return SITR_ECORRUPT;
    b = (sitr_bytes){.data = p, .size = size - CRC_SIZE};
    status = sitr_signature_new(ctx, out);
    if (status) return status;
    status = read_body(&b, *out, p[5]);
    if (status) {
        sitr_signature_free(*out);
        *out = NULL;
    }
    return status;
}
