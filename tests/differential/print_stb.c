/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second decoder that shares no code with libjpeg and libpng: for each file
 * a line
 *
 *     CHANNELS BITS WIDTH HEIGHT
 *
 * and its samples, those of 16 bits in the order of this machine; or "0 0 0 0"
 * and nothing where it cannot. Of a YCbCr JPEG the Y alone, which no conversion
 * to RGB has clipped; `rgb:` before the path asks for colour.
 *
 * usage: print_stb [rgb:]FILE...
 */
#include <stdio.h>
#include <string.h>

#include <stb_image.h>

static void run(const char *path, int colour)
{
    int w = 0, h = 0, n = 0, bits = 8;
    FILE *file = fopen(path, "rb");
    const int first = file ? getc(file) : EOF;
    void *pixels = NULL;

    if (file) rewind(file);
    if (first == 0xff) {
        if (!stbi_info_from_file(file, &w, &h, &n)) n = 0;
        if (n == 3 && !colour) n = 1;
        if (n) pixels = stbi_load_from_file(file, &w, &h, &(int){0}, n);
    } else if (file && stbi_is_16_bit_from_file(file)) {
        pixels = stbi_load_from_file_16(file, &w, &h, &n, 0);
        bits = 16;
    } else if (file) {
        pixels = stbi_load_from_file(file, &w, &h, &n, 0);
    }
    if (!pixels) n = bits = w = h = 0;
    printf("%d %d %d %d\n", n, bits, w, h);
    if (pixels)
        fwrite(pixels, (size_t)n * (size_t)(bits / 8), (size_t)w * (size_t)h,
               stdout);
    stbi_image_free(pixels);
    if (file) fclose(file);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const int colour = !strncmp(argv[i], "rgb:", 4);

        run(argv[i] + (colour ? 4 : 0), colour);
    }
    return 0;
}
