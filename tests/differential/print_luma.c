/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the luma plane that the hashes are made of, upright: for each file a
 * line
 *
 *     STATUS DAMAGED ON_BLACK ORIENTATION WIDTH HEIGHT SHRINK LEAD_X LEAD_Y
 *
 * and, where the status is 0, a byte a block, row by row. Compared with other
 * decoders by compare.py.
 *
 * usage: print_luma FILE...
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "codec/codec.h"
#include "plane/plane.h"

static void print(int status, const sitr_decoding *d, bool on_black,
                  const sitr_plane *p)
{
    printf("%d %d %d %u %u %u %u %u %u\n", status, d->damaged, on_black,
           d->info.orientation, p->width, p->height, p->shrink, p->lead_x,
           p->lead_y);
    for (uint32_t y = 0; y < p->rows; y++)
        fwrite(p->data + y * p->stride, 1, p->cols, stdout);
}

static void run(const sitr_ctx *ctx, const char *path)
{
    sitr_plane plane = {0};
    sitr_plane_builder builder;
    sitr_budget budget;
    uint8_t *data;
    size_t size;
    bool on_black = false;

    sitr_budget_init(&budget, ctx);
    sitr_plane_builder_init(&builder, &budget);
    sitr_decoding d = {.budget = &budget, .sink = &builder.sink};
    sitr_status status = sitr_file_read(&budget, path, true, &data, &size);

    if (status) {
        fprintf(stderr, "%s: %s\n", path, sitr_status_text(status));
        exit(2);
    }
    d.data = data;
    d.size = size;
    status = sitr_decode(&d);
    if (!status) {
        sitr_plane_builder_finish(&builder, &plane, &on_black);
        status = sitr_plane_turn(&budget, &plane,
                                 sitr_turn_of_orientation(d.info.orientation));
    }
    print(status, &d, on_black, &plane);
    sitr_plane_free(&budget, &plane);
    sitr_plane_builder_free(&builder);
    sitr_budget_free(&budget, data);
}

int main(int argc, char **argv)
{
    sitr_ctx *ctx;

    if (sitr_ctx_new(NULL, &ctx)) return 2;
    for (int i = 1; i < argc; i++) run(ctx, argv[i]);
    sitr_ctx_free(ctx);
    return 0;
}
