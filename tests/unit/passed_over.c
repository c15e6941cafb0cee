/* SPDX-License-Identifier: Apache-2.0 */
#include "passed_over.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>

typedef struct decoder {
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr errors;
    jmp_buf failed;
    outcome out;
} decoder;

static void on_error(j_common_ptr c)
{
    decoder *j = c->client_data;

    j->out.error = c->err->msg_code;
    longjmp(j->failed, 1);
}

static void on_message(j_common_ptr c, int level)
{
    decoder *j = c->client_data;

    if (level < 0) j->out.n_warnings++;
}

sitr_scans scans_to_come(const struct jpeg_decompress_struct *c, const bytes *b)
{
    const size_t at = (uintptr_t)c->src->next_input_byte - (uintptr_t)b->data;
    sitr_scans s = {.b = {.data = b->data, .size = b->size, .at = at},
                    .progressive = c->progressive_mode,
                    .max_scans = 10000,
                    .n_scans = 1,
                    .n_components = (uint32_t)c->num_components};

    for (int i = 0; i < c->num_components; i++) {
        s.component[i].id = (uint8_t)c->comp_info[i].component_id;
        s.component[i].need =
            i && c->out_color_space == JCS_GRAYSCALE ? SITR_NEED_NONE
            : c->comp_info[i].DCT_scaled_size == 1   ? SITR_NEED_DC
                                                     : SITR_NEED_ALL;
    }
    for (int i = 0; i < c->comps_in_scan; i++)
        s.component[c->cur_comp_info[i]->component_index].begun = true;
    return s;
}

/* The header and what is left after it, in memory of just that size. */
static void filter(decoder *j, const bytes *b)
{
    struct jpeg_decompress_struct *c = &j->c;
    sitr_scans s = scans_to_come(c, b);
    const uint8_t *run, *last = b->data;
    size_t size;

    /* the header was cut: it is in an EOI of libjpeg's own */
    if (s.b.at > b->size) return;
    while (sitr_scans_next(&s, &run, &size)) {
        if (!size || run < last) abort();
        if (size > (size_t)(b->data + b->size - run)) abort();
        last = run + size;
        bytes_append(&j->out.data, run, size);
    }
    if (sitr_scans_next(&s, &run, &size)) abort();
    j->out.n_passed = s.n_passed;
    c->src->next_input_byte = j->out.data.data;
    c->src->bytes_in_buffer = j->out.data.size;
}

static void run(decoder *j, const bytes *b, jpeg_how h)
{
    struct jpeg_decompress_struct *c = &j->c;
    JSAMPROW row;
    size_t stride;

    jpeg_mem_src(c, b->data, b->size);
    jpeg_read_header(c, TRUE);
    if (h.max_pixels &&
        (uint64_t)c->image_width * c->image_height > h.max_pixels)
        ERREXIT(c, JERR_IMAGE_TOO_BIG);
    if (!h.colour && c->jpeg_color_space == JCS_YCbCr)
        c->out_color_space = JCS_GRAYSCALE;
    c->scale_num = 1;
    c->scale_denom = h.shrink;
    c->dct_method = JDCT_ISLOW;
    c->do_block_smoothing = FALSE;
    c->buffered_image = TRUE;
    jpeg_start_decompress(c);
    if (h.filtered) filter(j, b);
    while (jpeg_consume_input(c) != JPEG_REACHED_EOI) {
    }
    jpeg_start_output(c, c->input_scan_number);
    stride = c->output_width * (size_t)c->output_components;
    j->out.pixels = bytes_new(NULL, stride * c->output_height);
    while (c->output_scanline < c->output_height) {
        row = j->out.pixels.data + stride * c->output_scanline;
        jpeg_read_scanlines(c, &row, 1);
    }
}

outcome passed_over_decode(const bytes *b, jpeg_how h)
{
    decoder j = {0};

    j.c.err = jpeg_std_error(&j.errors);
    j.errors.error_exit = on_error;
    j.errors.emit_message = on_message;
    j.c.client_data = &j;
    jpeg_create_decompress(&j.c);
    if (!setjmp(j.failed)) run(&j, b, h);
    jpeg_destroy_decompress(&j.c);
    if (j.out.error) bytes_free(&j.out.pixels);
    return j.out;
}

void outcome_free(outcome *o)
{
    bytes_free(&o->data);
    bytes_free(&o->pixels);
}
