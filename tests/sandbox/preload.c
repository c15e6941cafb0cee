/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A libjpeg that pictures of certain widths make spin or crash: preloaded into
 * the command's workers, it shows what the command makes of such pictures.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#define SPINS   333
#define CRASHES 334

int jpeg_read_header(j_decompress_ptr cinfo, boolean require_image)
{
    static int (*real)(j_decompress_ptr, boolean);

    if (!real) *(void **)(void *)&real = dlsym(RTLD_NEXT, "jpeg_read_header");
    const int read = real(cinfo, require_image);

    if (cinfo->image_width == SPINS)
        for (;;) __asm__ volatile("");
    if (cinfo->image_width == CRASHES) __builtin_trap();
    return read;
}
