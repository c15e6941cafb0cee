/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JPEG's luma, and of the rest no more than its length: of several
 * coefficients at a time, by the bits that begin them. So are luma's AC
 * coefficients where it is shrunk to 1/8, of which a progressive picture's whole
 * scans are passed over. libjpeg finds each by itself and, of a progressive
 * picture, keeps all. What that is worth is in bench/README.md.
 *
 * Whatever is not as it should be ends the reading, for libjpeg to begin anew:
 * what it would warn of, or make up, is never decided here.
 */
#include "codec/jpeg_luma.h"

#include <string.h>

#include "codec/jpeg_block.h"

#define RST0 0xd0
/* Blocks from which on more bits are looked at, to pass over more at a time. */
#define MANY_BLOCKS (1u << 15)

typedef enum scan_kind { BASELINE, DC_FIRST, DC_REFINED } scan_kind;

/* A block of an MCU. */
typedef struct block {
    sitr_block_codes codes;
    bool luma;
    size_t at; /* from where the MCU begins: samples, or coefficients */
} block;

struct sitr_jpeg_luma {
    const struct jpeg_decompress_struct *c;
    const sitr_kernels *kernels;
    sitr_scans scans; /* those to come */
    sitr_huffman dc[NUM_HUFF_TBLS], ac[NUM_HUFF_TBLS];
    sitr_huffman_skip skip[NUM_HUFF_TBLS];
    sitr_huffman_values values; /* of luma */
    bool has_dc[NUM_HUFF_TBLS], has_ac[NUM_HUFF_TBLS], has_skip[NUM_HUFF_TBLS];
    int32_t quant[DCTSIZE2]; /* of luma, in the order of the zigzag */
    uint32_t size;           /* of a block's samples, 1, 2, 4 or 8 a side */

    /* the scan at hand */
    scan_kind kind;
    uint32_t low; /* the bit that it ends with */
    block block[D_MAX_BLOCKS_IN_MCU];
    uint32_t n_blocks;
    uint32_t n_mcus;  /* in a row */
    uint32_t n_rows;  /* of MCUs */
    uint32_t columns; /* of luma blocks, in an MCU */
    uint32_t rows;

    /* where it is read */
    sitr_bits bits;
    uint32_t to_restart; /* MCUs, where there are restarts */
    uint32_t n_restarts;
    int32_t last;                   /* luma's DC of the block before */
    int16_t coefficients[DCTSIZE2]; /* 0 from one block to the next */

    size_t stride;    /* in blocks, of whole MCUs */
    int16_t *dc_all;  /* of a progressive picture */
    uint8_t *samples; /* of a row of MCUs */
};

/* ---- One block ------------------------------------------------------------ */

/* The sample that a DC coefficient alone makes, times its quantization: all of
 * the block's. False where it is too far beyond black and white, as elsewhere. */
SITR_INLINE bool flat_sample(int32_t v, uint8_t *out)
{
    const int32_t limit = SITR_DCT_LIMIT / 4;

    if (v < -limit || v + 4 >= limit) return false;
    const int32_t sample = ((v + 4 + limit) >> 3) - limit / 8;

    *out = (uint8_t)(sample < -128 ? 0 : sample > 127 ? 255 : sample + 128);
    return true;
}

/* The block's coefficients to samples. */
static bool transform(sitr_jpeg_luma *r, uint8_t *out)
{
    const size_t stride = r->stride * r->size;

    switch (r->size) {
    case 8:
        return r->kernels->inverse_dct8(out, stride, r->coefficients);
    case 4:
        return r->kernels->inverse_dct4(out, stride, r->coefficients);
    default:
        return r->kernels->inverse_dct2(out, stride, r->coefficients);
    }
}

/* The block of a DC coefficient alone. */
static bool fill_block(const sitr_jpeg_luma *r, int32_t dc, uint8_t *out)
{
    uint64_t row;
    uint8_t sample;

    if (!flat_sample(dc, &sample)) return false;
    row = sample * UINT64_C(0x0101010101010101);
    for (uint32_t y = 0; y < r->size; y++, out += r->stride * r->size) {
        if (r->size == 8)
            memcpy(out, &row, 8);
        else if (r->size == 4)
            memcpy(out, &row, 4);
        else
            memcpy(out, &row, 2);
    }
    return true;
}

/* Luma's DC coefficient; false where it is none. */
SITR_INLINE bool read_dc(sitr_jpeg_luma *r, sitr_bits *b, const block *p)
{
    const int32_t difference = sitr_block_difference(b, p->codes.dc);

    if (difference == SITR_NO_DIFFERENCE) return false;
    r->last += difference;
    return r->last == (int16_t)r->last;
}

/* A block of luma to its samples. */
SITR_INLINE bool read_samples(sitr_jpeg_luma *r, sitr_bits *b, const block *p,
                              uint8_t *out)
{
    uint32_t n;

    if (!read_dc(r, b, p)) return false;
    const int32_t dc = r->last * r->quant[0];

    if (r->size == 1)
        return flat_sample(dc, out) && sitr_block_skip(b, &p->codes);
    n = sitr_block_read(b, &p->codes, r->quant, r->coefficients);
    if (n == 1) return fill_block(r, dc, out);
    if (!n || dc < -SITR_DCT_LIMIT || dc >= SITR_DCT_LIMIT) return false;
    r->coefficients[0] = (int16_t)dc;
    return transform(r, out);
}

SITR_INLINE bool pass_block(sitr_bits *b, const block *p)
{
    return sitr_block_difference(b, p->codes.dc) != SITR_NO_DIFFERENCE &&
           sitr_block_skip(b, &p->codes);
}

/* A block of a scan of DC alone; where it is luma's, `out` is its coefficient. */
SITR_INLINE bool read_progressive(sitr_jpeg_luma *r, sitr_bits *b,
                                  const block *p, int16_t *out)
{
    if (r->kind == DC_REFINED) {
        sitr_bits_refill(b);
        if (p->luma)
            *out = (int16_t)(*out | (int32_t)sitr_bits_peek(b, 1) << r->low);
        sitr_bits_skip(b, 1);
        return true;
    }
    if (!p->luma)
        return sitr_block_difference(b, p->codes.dc) != SITR_NO_DIFFERENCE;
    if (!read_dc(r, b, p)) return false;
    const int32_t value = r->last * (1 << r->low);

    *out = (int16_t)value;
    return value >= INT16_MIN && value <= INT16_MAX;
}

/* ---- One scan ------------------------------------------------------------- */

/* Whether all of the data before a marker was used, and that is it; to there. */
static bool at_marker(sitr_bits *b)
{
    sitr_bits_refill(b);
    return !sitr_bits_overrun(b) && b->n - b->n_made_up < 8 &&
           b->end - b->p >= 2 && b->p[0] == 0xff && b->p[1] != 0xff;
}

static void begin_interval(sitr_jpeg_luma *r, const uint8_t *p)
{
    r->bits = (sitr_bits){.p = p, .end = r->scans.b.data + r->scans.b.size};
    r->to_restart = r->c->restart_interval;
    r->last = 0;
}

/* Past the restart marker that is due. */
static bool pass_restart(sitr_jpeg_luma *r)
{
    if (!at_marker(&r->bits) || r->bits.p[1] != RST0 + r->n_restarts % 8)
        return false;
    r->n_restarts++;
    begin_interval(r, r->bits.p + 2);
    return true;
}

/* Before each MCU. */
SITR_INLINE bool begin_mcu(sitr_jpeg_luma *r, sitr_bits *b)
{
    if (!r->c->restart_interval || r->to_restart--) return true;
    r->bits = sitr_bits_copy(b);
    if (!pass_restart(r)) return false;
    *b = sitr_bits_copy(&r->bits);
    r->to_restart--;
    return true;
}

/* A row of MCUs to samples. */
static bool read_row(sitr_jpeg_luma *r)
{
    uint8_t *out = r->samples;
    sitr_bits b = sitr_bits_copy(&r->bits);

    for (uint32_t m = 0; m < r->n_mcus; m++, out += r->columns * r->size) {
        if (!begin_mcu(r, &b)) return false;
        for (uint32_t i = 0; i < r->n_blocks; i++) {
            const block *p = &r->block[i];

            if (!(p->luma ? read_samples(r, &b, p, out + p->at)
                          : pass_block(&b, p)))
                return false;
        }
    }
    r->bits = sitr_bits_copy(&b);
    return !sitr_bits_overrun(&b);
}

/* A row of MCUs of DC, to where luma's are kept. */
static bool read_dc_row(sitr_jpeg_luma *r, int16_t *out)
{
    sitr_bits b = sitr_bits_copy(&r->bits);

    for (uint32_t m = 0; m < r->n_mcus; m++, out += r->columns) {
        if (!begin_mcu(r, &b)) return false;
        for (uint32_t i = 0; i < r->n_blocks; i++) {
            const block *p = &r->block[i];

            if (!read_progressive(r, &b, p, out + p->at)) return false;
        }
    }
    r->bits = sitr_bits_copy(&b);
    return !sitr_bits_overrun(&b);
}

static bool has_luma(const sitr_scan_header *s)
{
    bool has = false;

    for (uint32_t i = 0; i < s->n_components; i++) has |= !s->component[i];
    return has;
}

static bool use_table(sitr_huffman *h, bool *has, const JHUFF_TBL *table)
{
    if (!*has)
        *has = table && sitr_huffman_build(h, table->bits, table->huffval);
    return *has;
}

/* Codes of DC of which one is of no size are refused by libjpeg, used or not. */
static bool is_for_dc(const JHUFF_TBL *table)
{
    uint32_t n = 0;

    for (int i = 1; i <= 16; i++) n += table->bits[i];
    for (uint32_t i = 0; i < n; i++)
        if (table->huffval[i] > 15) return false;
    return true;
}

static void use_skip(sitr_jpeg_luma *r, uint32_t ac)
{
    const uint64_t n_blocks =
        (uint64_t)r->n_rows * r->n_mcus * r->columns * r->rows;

    if (!r->has_skip[ac])
        sitr_huffman_build_skip(&r->skip[ac], &r->ac[ac],
                                n_blocks < MANY_BLOCKS ? SITR_SKIP_BITS_SMALL
                                                       : SITR_SKIP_BITS_MOST);
    r->has_skip[ac] = true;
}

/* The codes of a component, which are those of the first scan. */
static bool use_codes(sitr_jpeg_luma *r, uint32_t component,
                      sitr_block_codes *out)
{
    const jpeg_component_info *comp = &r->c->comp_info[component];
    const uint32_t dc = (uint32_t)comp->dc_tbl_no;
    const uint32_t ac = (uint32_t)comp->ac_tbl_no;

    if (r->kind == DC_REFINED) return true;
    if (dc >= NUM_HUFF_TBLS ||
        !use_table(&r->dc[dc], &r->has_dc[dc], r->c->dc_huff_tbl_ptrs[dc]) ||
        !is_for_dc(r->c->dc_huff_tbl_ptrs[dc]))
        return false;
    out->dc = &r->dc[dc];
    if (r->kind == DC_FIRST) return true;
    if (ac >= NUM_HUFF_TBLS ||
        !use_table(&r->ac[ac], &r->has_ac[ac], r->c->ac_huff_tbl_ptrs[ac]))
        return false;
    out->ac = &r->ac[ac];
    if (component || r->size == 1) {
        use_skip(r, ac);
        out->skip = &r->skip[ac];
    } else {
        sitr_huffman_build_values(&r->values, &r->ac[ac]);
        out->values = &r->values;
    }
    return true;
}

/* The blocks of a component in an MCU. */
static bool add_blocks(sitr_jpeg_luma *r, uint32_t component, uint32_t wide,
                       uint32_t high)
{
    /* of DC, coefficients are kept, of the others samples are made */
    const uint32_t size = r->kind == BASELINE ? r->size : 1;
    block b = {.luma = !component};

    if (r->n_blocks + wide * high > D_MAX_BLOCKS_IN_MCU) return false;
    if (!use_codes(r, component, &b.codes)) return false;
    for (uint32_t i = 0; i < wide * high; i++) {
        b.at = component ? 0
                         : i / wide * r->stride * size * size + i % wide * size;
        r->block[r->n_blocks++] = b;
    }
    return true;
}

/* A scan of one component goes through its blocks, else through MCUs of h x v
 * blocks of each (A.2). */
static bool begin_scan(sitr_jpeg_luma *r, const sitr_scan_header *s,
                       scan_kind kind)
{
    const struct jpeg_decompress_struct *c = r->c;
    const jpeg_component_info *luma = &c->comp_info[0];
    const bool alone = s->n_components == 1;

    r->kind = kind;
    r->low = s->low;
    r->n_blocks = 0;
    r->n_restarts = 0;
    r->columns = alone ? 1 : (uint32_t)luma->h_samp_factor;
    r->rows = alone ? 1 : (uint32_t)luma->v_samp_factor;
    r->n_mcus = (luma->width_in_blocks + r->columns - 1) / r->columns;
    r->n_rows = (luma->height_in_blocks + r->rows - 1) / r->rows;
    begin_interval(r, r->scans.b.data + r->scans.b.at);
    for (uint32_t i = 0; i < s->n_components; i++) {
        const jpeg_component_info *comp = &c->comp_info[s->component[i]];

        if (!add_blocks(r, s->component[i],
                        alone ? 1 : (uint32_t)comp->h_samp_factor,
                        alone ? 1 : (uint32_t)comp->v_samp_factor))
            return false;
    }
    return true;
}

/* ---- All of them ---------------------------------------------------------- */

/* The last of them only where a marker follows: whether what follows without one
 * is a file cut short is libjpeg's to say, which hangs on how far it looks. */
static uint32_t baseline_rows(sitr_jpeg_luma *r, sitr_row_sink *sink)
{
    const uint32_t height = r->c->output_height;
    const uint32_t n_in_row = r->rows * r->size;
    uint32_t n = 0;

    while (n < height && read_row(r)) {
        if (n + n_in_row >= height && !at_marker(&r->bits)) break;
        for (uint32_t i = 0; i < n_in_row && n < height; i++, n++)
            sink->row(sink, r->samples + i * r->stride * r->size, NULL);
    }
    return n;
}

/* The first scan, and those that refine it, each by the next bit (G.1.2.1). */
static bool read_scans(sitr_jpeg_luma *r)
{
    sitr_scans *s = &r->scans;
    sitr_scan_header h;
    sitr_scan_found found = SITR_SCAN_FOUND;

    while (found == SITR_SCAN_FOUND) {
        for (uint32_t y = 0; y < r->n_rows; y++)
            if (!read_dc_row(r, r->dc_all + y * r->rows * r->stride))
                return false;
        if (!at_marker(&r->bits)) return false;
        s->b.at = (size_t)(r->bits.p - s->b.data);
        do found = sitr_scans_find(s, &h);
        while (found == SITR_SCAN_FOUND && !has_luma(&h));
        if (found == SITR_SCAN_FOUND &&
            (h.high != r->low || !h.high || !begin_scan(r, &h, DC_REFINED)))
            return false;
    }
    return found == SITR_SCAN_END;
}

static bool to_samples(sitr_jpeg_luma *r, const int16_t *dc)
{
    bool ok = true;

    for (uint32_t x = 0; x < r->c->output_width; x++)
        ok &= flat_sample(dc[x] * r->quant[0], &r->samples[x]);
    return ok;
}

static uint32_t progressive_rows(sitr_jpeg_luma *r, sitr_row_sink *sink)
{
    const uint32_t height = r->c->output_height;

    if (!read_scans(r)) return 0;
    /* before any is handed over: libjpeg is to begin with the first or none */
    for (uint32_t y = 0; y < height; y++)
        if (!to_samples(r, r->dc_all + y * r->stride)) return 0;
    for (uint32_t y = 0; y < height; y++) {
        to_samples(r, r->dc_all + y * r->stride);
        sink->row(sink, r->samples, NULL);
    }
    return height;
}

uint32_t sitr_jpeg_luma_rows(sitr_jpeg_luma *r, sitr_row_sink *sink)
{
    return r->kind == BASELINE ? baseline_rows(r, sink)
                               : progressive_rows(r, sink);
}

/* ---- What is read --------------------------------------------------------- */

static const JQUANT_TBL *quantization_of(const struct jpeg_decompress_struct *c,
                                         int component)
{
    const int number = c->comp_info[component].quant_tbl_no;

    if (number < 0 || number >= NUM_QUANT_TBLS) return NULL;
    return c->quant_tbl_ptrs[number];
}

/* Whether luma comes out alone, and as its blocks are, and sooner. */
static bool is_for_us(const sitr_kernels *kernels,
                      const struct jpeg_decompress_struct *c)
{
    const jpeg_component_info *luma = &c->comp_info[0];

    if (luma->DCT_scaled_size > 1 && !kernels->fast_inverse_dct) return false;
    if (c->out_color_space != JCS_GRAYSCALE || c->arith_code ||
        c->num_components > SITR_MAX_COMPONENTS)
        return false;
    return luma->h_samp_factor == c->max_h_samp_factor &&
           luma->v_samp_factor == c->max_v_samp_factor;
}

/* Of luma. Of 16 bits libjpeg takes the upper half for negative numbers. */
static bool take_quantization(sitr_jpeg_luma *r)
{
    static const uint8_t zigzag[DCTSIZE2] = {SITR_ZIGZAG};
    const JQUANT_TBL *table = quantization_of(r->c, 0);

    for (int i = 0; table && i < DCTSIZE2; i++) {
        r->quant[i] = table->quantval[zigzag[i]];
        if (r->quant[i] > INT16_MAX) return false;
    }
    return table != NULL;
}

/* The first scan, as libjpeg found it. It wants quantization of all that is in
 * there. */
static bool take_first_scan(sitr_jpeg_luma *r)
{
    const struct jpeg_decompress_struct *c = r->c;
    sitr_scan_header h = {.n_components = (uint32_t)c->comps_in_scan,
                          .low = (uint8_t)c->Al};

    for (uint32_t i = 0; i < h.n_components; i++) {
        h.component[i] = (uint32_t)c->cur_comp_info[i]->component_index;
        if (!quantization_of(c, (int)h.component[i])) return false;
    }
    if (c->Ss || c->Ah || !has_luma(&h)) return false;
    if (c->progressive_mode)
        return r->size == 1 && !c->Se && c->Al <= 13 &&
               begin_scan(r, &h, DC_FIRST);
    return c->Se == DCTSIZE2 - 1 && !c->Al &&
           c->comps_in_scan == c->num_components && begin_scan(r, &h, BASELINE);
}

/* For the rows of an MCU, or all DC of a progressive picture. */
static sitr_status take_room(sitr_budget *budget, sitr_jpeg_luma *r)
{
    const jpeg_component_info *luma = &r->c->comp_info[0];
    const uint32_t h = (uint32_t)luma->h_samp_factor;
    const uint32_t v = (uint32_t)luma->v_samp_factor;
    const uint32_t high = (luma->height_in_blocks + v - 1) / v * v;
    void *memory;
    size_t size;
    sitr_status status;

    r->stride = (luma->width_in_blocks + h - 1) / h * (size_t)h;
    status =
        sitr_budget_alloc(budget, r->stride * v * r->size * r->size, &memory);
    if (status) return status;
    r->samples = memory;
    if (!r->c->progressive_mode) return SITR_OK;
    if (!sitr_mul(&size, r->stride * sizeof *r->dc_all, high))
        return SITR_ENOMEM;
    status = sitr_budget_alloc(budget, size, &memory);
    if (status) return status;
    r->dc_all = memory;
    return SITR_OK;
}

sitr_status sitr_jpeg_luma_new(sitr_budget *budget,
                               const struct jpeg_decompress_struct *c,
                               const sitr_scans *scans, sitr_jpeg_luma **out)
{
    void *memory;
    sitr_jpeg_luma *r;
    sitr_status status;

    *out = NULL;
    if (!is_for_us(&budget->ctx->kernels, c)) return SITR_OK;
    status = sitr_budget_alloc_unset(budget, sizeof *r, &memory);
    if (status) return status;
    r = memory;
    r->c = c;
    r->kernels = &budget->ctx->kernels;
    r->scans = *scans;
    r->size = (uint32_t)c->comp_info[0].DCT_scaled_size;
    r->samples = NULL;
    r->dc_all = NULL;
    memset(r->coefficients, 0, sizeof r->coefficients);
    memset(r->has_dc, 0, sizeof r->has_dc);
    memset(r->has_ac, 0, sizeof r->has_ac);
    memset(r->has_skip, 0, sizeof r->has_skip);
    status = take_room(budget, r);
    if (status || !take_quantization(r) || !take_first_scan(r)) {
        sitr_jpeg_luma_free(budget, r);
        return status;
    }
    *out = r;
    return SITR_OK;
}

void sitr_jpeg_luma_free(sitr_budget *budget, sitr_jpeg_luma *r)
{
    if (!r) return;
    sitr_budget_free(budget, r->dc_all);
    sitr_budget_free(budget, r->samples);
    sitr_budget_free(budget, r);
}
