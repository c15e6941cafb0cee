/* SPDX-License-Identifier: Apache-2.0 */
#include "progressive.h"

#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

static const char *path;

static void on_error(j_common_ptr cinfo)
{
    char text[JMSG_LENGTH_MAX];

    cinfo->err->format_message(cinfo, text);
    bench_die(path, text);
}

void bench_make_progressive(bench_file *file)
{
    struct jpeg_decompress_struct from;
    struct jpeg_compress_struct to;
    struct jpeg_error_mgr errors;
    unsigned char *data = NULL;
    unsigned long size = 0;

    path = file->path;
    from.err = to.err = jpeg_std_error(&errors);
    errors.error_exit = on_error;
    jpeg_create_decompress(&from);
    jpeg_create_compress(&to);
    jpeg_mem_src(&from, file->data, file->size);
    jpeg_mem_dest(&to, &data, &size);
    jpeg_read_header(&from, TRUE);

    jvirt_barray_ptr *coefficients = jpeg_read_coefficients(&from);

    jpeg_copy_critical_parameters(&from, &to);
    jpeg_simple_progression(&to);
    jpeg_write_coefficients(&to, coefficients);
    jpeg_finish_compress(&to);
    jpeg_finish_decompress(&from);
    jpeg_destroy_compress(&to);
    jpeg_destroy_decompress(&from);
    free(file->data);
    file->data = data;
    file->size = size;
}
