/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes of Python ImageHash from rows as they come. Pillow shrinks the
 * picture along its rows first, then along its columns, with 8 bits in between.
 * As the weights are symmetric, a picture turned around or upside down is
 * shrunk as it stands and the grid is turned. One that the turn lays on its
 * side is shrunk along its columns first, for those become the rows.
 *
 * Memory grows with width + height: for each grid the weights (6 inputs' worth
 * of 2 or 4 bytes for either side) and the lines that are shrunk along one side
 * (2 bytes a sample); for columns first also SITR_TILE_LINES rows and 4 bytes
 * for each sum. */
#include <assert.h>
#include <string.h>

#include "hash/hash.h"
#include "hash/imagehash.h"
#include "hash/lanczos.h"

#define N_GRIDS   3
#define MAX_CELLS (SITR_PHASH_SIDE * SITR_PHASH_SIDE)

/* What each hash sees, upright. */
static const struct {
    sitr_algo algo;
    uint32_t width, height;
    uint64_t (*bits)(const uint8_t *cells);
} hashes[N_GRIDS] = {
    {SITR_PHASH, 32, 32, sitr_phash_bits},
    {SITR_DHASH, 9, 8, sitr_dhash_bits},
    {SITR_AHASH, 8, 8, sitr_ahash_bits},
};

/* The picture on its way to one hash; `wide` shrinks what are rows once it is
 * turned, `high` the columns. */
typedef struct grid {
    sitr_lanczos wide; /* n_out 0 where the hash is not asked for */
    sitr_lanczos high;
    int16_t *lines; /* wide.n_out lines of line_span, for `high` */
    size_t line_span;
    int32_t *sums; /* for columns first: wide.n_out for each sample of a row */
} grid;

struct sitr_imagehash {
    sitr_row_sink sink;
    sitr_budget *budget;
    uint32_t algos;
    sitr_turn turn;
    uint8_t background;
    uint32_t width, height; /* of the picture; 0 before it begins */
    uint32_t n_rows;        /* that arrived */
    uint8_t *rows;          /* the last row, or the last SITR_TILE_LINES */
    int16_t *row;           /* the last, widened; NULL for columns first */
    grid grids[N_GRIDS];
};

static bool columns_first(const sitr_imagehash *hasher)
{
    return sitr_turn_transposes(hasher->turn);
}

static const sitr_kernels *kernels_of(const sitr_imagehash *hasher)
{
    return &hasher->budget->ctx->kernels;
}

/* sitr_budget_alloc of n x size. */
static sitr_status alloc_array(sitr_budget *budget, size_t n, size_t size,
                               void **out)
{
    *out = NULL;
    if (!sitr_mul(&size, size, n)) return SITR_ENOMEM;
    return sitr_budget_alloc(budget, size, out);
}

static sitr_status begin_grid(sitr_imagehash *hasher, size_t k)
{
    grid *g = &hasher->grids[k];
    const bool turned = columns_first(hasher);
    const uint32_t wide_in = turned ? hasher->height : hasher->width;
    const uint32_t high_in = turned ? hasher->width : hasher->height;
    void *block;
    sitr_status status;

    status =
        sitr_lanczos_new(hasher->budget, wide_in, hashes[k].width, &g->wide);
    if (status) return status;
    status =
        sitr_lanczos_new(hasher->budget, high_in, hashes[k].height, &g->high);
    if (status) return status;

    g->line_span = sitr_lanczos_span(high_in);
    status = alloc_array(hasher->budget, g->line_span,
                         hashes[k].width * sizeof *g->lines, &block);
    if (status) return status;
    g->lines = block;
    if (!turned) return SITR_OK;

    status = alloc_array(hasher->budget, high_in,
                         hashes[k].width * sizeof *g->sums, &block);
    g->sums = block;
    return status;
}

/* As it was before it began. */
static void clear(sitr_imagehash *hasher)
{
    for (size_t k = 0; k < N_GRIDS; k++) {
        grid *g = &hasher->grids[k];

        sitr_lanczos_free(hasher->budget, &g->wide);
        sitr_lanczos_free(hasher->budget, &g->high);
        sitr_budget_free(hasher->budget, g->lines);
        sitr_budget_free(hasher->budget, g->sums);
        *g = (grid){.lines = NULL};
    }
    sitr_budget_free(hasher->budget, hasher->rows);
    sitr_budget_free(hasher->budget, hasher->row);
    hasher->rows = NULL;
    hasher->row = NULL;
    hasher->width = hasher->height = 0;
}

static sitr_status begin_rows(sitr_imagehash *hasher)
{
    const size_t n_rows = columns_first(hasher) ? SITR_TILE_LINES : 1;
    void *block;
    sitr_status status =
        alloc_array(hasher->budget, hasher->width, n_rows, &block);

    if (status) return status;
    hasher->rows = block;
    if (columns_first(hasher)) return SITR_OK;

    status = alloc_array(hasher->budget, sitr_lanczos_span(hasher->width),
                         sizeof *hasher->row, &block);
    hasher->row = block;
    return status;
}

static sitr_status begin(sitr_row_sink *sink, const sitr_rows_info *info)
{
    sitr_imagehash *hasher = (sitr_imagehash *)sink;
    sitr_status status;

    assert(info->shrink == 1 && hasher->height == 0);
    if (info->width > SITR_LANCZOS_MAX_IN || info->height > SITR_LANCZOS_MAX_IN)
        return SITR_ELIMIT;
    hasher->width = info->width;
    hasher->height = info->height;
    status = begin_rows(hasher);
    for (size_t k = 0; k < N_GRIDS && !status; k++) {
        if (hasher->algos & 1u << hashes[k].algo)
            status = begin_grid(hasher, k);
    }
    if (status) clear(hasher);
    return status;
}

/* Where the luma of the next row goes. */
static uint8_t *next_row(const sitr_imagehash *hasher)
{
    const size_t place =
        columns_first(hasher) ? hasher->n_rows % SITR_TILE_LINES : 0;

    return hasher->rows + place * hasher->width;
}

/* Rows first: shrinks the row that arrived. */
static void shrink_row(sitr_imagehash *hasher)
{
    uint8_t cells[SITR_LANCZOS_MAX_OUT];

    for (uint32_t x = 0; x < hasher->width; x++)
        hasher->row[x] = hasher->rows[x];
    for (size_t k = 0; k < N_GRIDS; k++) {
        grid *g = &hasher->grids[k];

        if (!g->wide.n_out) continue;
        sitr_lanczos_line(kernels_of(hasher), &g->wide, cells, hasher->row);
        for (uint32_t i = 0; i < g->wide.n_out; i++)
            g->lines[i * g->line_span + hasher->n_rows] = cells[i];
    }
}

/* Columns first: adds the rows gathered since row `at`. */
static void add_rows(sitr_imagehash *hasher, uint32_t at)
{
    int16_t tile[SITR_TILE_WIDTH * SITR_TILE_LINES];

    for (uint32_t x = 0; x < hasher->width; x += SITR_TILE_WIDTH) {
        const uint32_t left = hasher->width - x;
        const uint32_t width = left < SITR_TILE_WIDTH ? left : SITR_TILE_WIDTH;

        for (uint32_t t = 0; t < SITR_TILE_LINES; t++) {
            const uint8_t *row = hasher->rows + (size_t)t * hasher->width + x;

            for (uint32_t i = 0; i < width; i++)
                tile[i * SITR_TILE_LINES + t] = row[i];
        }
        for (size_t k = 0; k < N_GRIDS; k++) {
            const grid *g = &hasher->grids[k];

            if (!g->wide.n_out) continue;
            sitr_lanczos_add_tile(kernels_of(hasher), &g->wide, at, tile, width,
                                  g->sums + (size_t)x * g->wide.n_out);
        }
    }
}

/* The row is in its place. */
static void take_row(sitr_imagehash *hasher)
{
    if (!columns_first(hasher)) shrink_row(hasher);
    hasher->n_rows++;
    if (!columns_first(hasher)) return;
    if (hasher->n_rows % SITR_TILE_LINES == 0)
        add_rows(hasher, hasher->n_rows - SITR_TILE_LINES);
    else if (hasher->n_rows == hasher->height)
        add_rows(hasher, hasher->n_rows - hasher->n_rows % SITR_TILE_LINES);
}

static void receive(sitr_row_sink *sink, const uint8_t *luma,
                    const uint8_t *alpha)
{
    sitr_imagehash *hasher = (sitr_imagehash *)sink;

    if (hasher->n_rows >= hasher->height) return;
    if (alpha)
        kernels_of(hasher)->composite(next_row(hasher), luma, alpha,
                                      hasher->background, hasher->width);
    else
        memcpy(next_row(hasher), luma, hasher->width);
    take_row(hasher);
}

/* The sums of all rows to what rows first would have left there. */
static void round_sums(const grid *g)
{
    for (uint32_t x = 0; x < g->high.n_in; x++) {
        for (uint32_t i = 0; i < g->wide.n_out; i++)
            g->lines[i * g->line_span + x] =
                sitr_lanczos_round(g->sums[(size_t)x * g->wide.n_out + i]);
    }
}

/* Shrinks along the other side and turns the cells. */
static void fill_cells(const sitr_imagehash *hasher, const grid *g,
                       uint8_t *cells)
{
    /* after the exchange of sides: 1 left and right, 2 top and bottom */
    static const uint8_t flips[SITR_N_TURNS] = {0, 1, 3, 2, 1, 3, 2, 0};
    const uint32_t flip = flips[hasher->turn];
    const uint32_t width = g->wide.n_out, height = g->high.n_out;
    uint8_t column[SITR_LANCZOS_MAX_OUT];

    for (uint32_t x = 0; x < width; x++) {
        const uint32_t to_x = flip & 1 ? width - 1 - x : x;

        sitr_lanczos_line(kernels_of(hasher), &g->high, column,
                          g->lines + x * g->line_span);
        for (uint32_t y = 0; y < height; y++)
            cells[(flip & 2 ? height - 1 - y : y) * width + to_x] = column[y];
    }
}

void sitr_imagehash_finish(sitr_imagehash *hasher,
                           sitr_hash out[SITR_N_ALGOS + 1])
{
    uint8_t cells[MAX_CELLS];

    while (hasher->n_rows < hasher->height) {
        memset(next_row(hasher), SITR_MISSING_LUMA, hasher->width);
        take_row(hasher);
    }
    for (size_t k = 0; k < N_GRIDS; k++) {
        const grid *g = &hasher->grids[k];

        if (!g->wide.n_out) continue;
        if (columns_first(hasher)) round_sums(g);
        fill_cells(hasher, g, cells);
        out[hashes[k].algo] = (sitr_hash){
            .algo = (uint16_t)hashes[k].algo,
            .bits = 64,
            .turn = (uint8_t)hasher->turn,
            .word = {hashes[k].bits(cells)},
        };
    }
}

sitr_status sitr_imagehash_new(sitr_budget *budget, uint32_t algos,
                               sitr_turn turn, uint8_t background,
                               sitr_imagehash **out, sitr_row_sink **sink)
{
    sitr_imagehash *hasher;
    void *block;
    const sitr_status status =
        sitr_budget_alloc(budget, sizeof *hasher, &block);

    *out = NULL;
    *sink = NULL;
    if (status) return status;
    hasher = block;
    *hasher = (sitr_imagehash){
        .sink = {.full_size = true,
                 .from_colour = true,
                 .begin = begin,
                 .row = receive},
        .budget = budget,
        .algos = algos,
        .turn = turn,
        .background = background,
    };
    *out = hasher;
    *sink = &hasher->sink;
    return SITR_OK;
}

void sitr_imagehash_free(sitr_imagehash *hasher)
{
    if (!hasher) return;
    clear(hasher);
    sitr_budget_free(hasher->budget, hasher);
}
