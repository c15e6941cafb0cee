/* SPDX-License-Identifier: Apache-2.0 */
#include "makings.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "bench.h"

/* Every so many photos one is kept for strangers. */
#define STRANGE 10

/* Shows what issue_525.jpg shows, and is a stranger to nothing made of that. */
#define TWIN "mei-1543.jpg"

/* ---- Chance --------------------------------------------------------------- */

typedef struct chance {
    uint64_t state;
} chance;

/* splitmix64 (Steele, Lea and Flood 2014) */
static uint64_t draw64(chance *c)
{
    uint64_t z = c->state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static double between(chance *c, double from, double to)
{
    return from + (to - from) * (double)(draw64(c) >> 11) / 9007199254740992.0;
}

/* ---- Photos --------------------------------------------------------------- */

typedef struct errors {
    struct jpeg_error_mgr base;
    jmp_buf failed;
} errors;

static void on_error(j_common_ptr c) { longjmp(((errors *)c->err)->failed, 1); }

static void on_message(j_common_ptr c) { (void)c; }

static gray gray_new(uint32_t w, uint32_t h)
{
    const gray g = {w, h, bench_alloc(NULL, (size_t)w * h)};

    memset(g.data, 0, (size_t)w * h);
    return g;
}

/* `data` NULL where it cannot be decoded. */
static gray decode(const uint8_t *data, size_t size)
{
    struct jpeg_decompress_struct c;
    gray volatile g = {0};
    errors e;

    c.err = jpeg_std_error(&e.base);
    e.base.error_exit = on_error;
    e.base.output_message = on_message;
    jpeg_create_decompress(&c);
    if (setjmp(e.failed)) {
        jpeg_destroy_decompress(&c);
        free(g.data);
        return (gray){0};
    }
    jpeg_mem_src(&c, data, size);
    jpeg_read_header(&c, TRUE);
    c.out_color_space = JCS_GRAYSCALE;
    for (c.scale_denom = 1;
         c.scale_denom < 8 && (c.image_width / c.scale_denom > 1400 ||
                               c.image_height / c.scale_denom > 1400);)
        c.scale_denom *= 2;
    jpeg_start_decompress(&c);
    const gray new = gray_new(c.output_width, c.output_height);

    g.w = new.w, g.h = new.h, g.data = new.data;
    while (c.output_scanline < c.output_height) {
        JSAMPROW row = g.data + (size_t)c.output_scanline * g.w;

        jpeg_read_scanlines(&c, &row, 1);
    }
    jpeg_finish_decompress(&c);
    jpeg_destroy_decompress(&c);
    return (gray){g.w, g.h, g.data};
}

/* There and back. */
static gray through_jpeg(const gray *g, int quality)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr e;
    unsigned char *out = NULL;
    unsigned long size = 0;

    c.err = jpeg_std_error(&e);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &out, &size);
    c.image_width = g->w;
    c.image_height = g->h;
    c.input_components = 1;
    c.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, quality, TRUE);
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        JSAMPROW row = g->data + (size_t)c.next_scanline * g->w;

        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    const gray back = decode(out, size);

    free(out);
    if (!back.data) bench_die("JPEG", "there, but not back");
    return back;
}

photos photos_read(const char *folder)
{
    photos p = {.twin = SIZE_MAX};
    size_t n;
    char **paths = bench_list_files(folder, &n);

    p.list = bench_alloc(NULL, n * sizeof *p.list);
    for (size_t i = 0; i < n; i++) {
        const char *const dot = strrchr(paths[i], '.');

        if (dot && !strcmp(dot, ".jpg")) {
            bench_file file = bench_read_file(paths[i]);
            const gray g = decode(file.data, file.size);

            if (g.data && strstr(paths[i], TWIN)) p.twin = p.n;
            if (g.data) p.list[p.n++] = g;
            free(file.data);
            free(file.path);
        }
        free(paths[i]);
    }
    free(paths);
    return p;
}

void photos_free(photos *p)
{
    for (size_t i = 0; i < p->n; i++) free(p->list[i].data);
    free(p->list);
    *p = (photos){0};
}

/* ---- Parts ---------------------------------------------------------------- */

/* Within 0 .. n - 1, what is beyond mirrored. */
static uint32_t reflect(int32_t i, uint32_t n)
{
    const int32_t period = 2 * (int32_t)n;

    i %= period;
    if (i < 0) i += period;
    return (uint32_t)(i < (int32_t)n ? i : period - 1 - i);
}

/* The pixel at u, v in 1/256, between the four around it. */
static double sample(const gray *g, int32_t u, int32_t v)
{
    const int32_t x = u >> 8, y = v >> 8, p = u & 255, q = v & 255;
    const bool inside =
        x >= 0 && y >= 0 && x + 1 < (int32_t)g->w && y + 1 < (int32_t)g->h;
    const uint32_t x0 = inside ? (uint32_t)x : reflect(x, g->w),
                   x1 = inside ? (uint32_t)x + 1 : reflect(x + 1, g->w);
    const uint8_t *const a =
        g->data + (size_t)(inside ? (uint32_t)y : reflect(y, g->h)) * g->w;
    const uint8_t *const b =
        g->data +
        (size_t)(inside ? (uint32_t)y + 1 : reflect(y + 1, g->h)) * g->w;

    return ((256 - q) * ((256 - p) * a[x0] + p * a[x1]) +
            q * ((256 - p) * b[x0] + p * b[x1])) /
           65536.0;
}

/* Adds `weight` of `from` to sums of w x h, by the map from them to it. */
static void add_part(const gray *from, float *sums, uint32_t w, uint32_t h,
                     const double back[6], double weight)
{
    for (uint32_t y = 0; y < h; y++)
        for (uint32_t x = 0; x < w; x++)
            sums[(size_t)y * w + x] +=
                (float)(weight *
                        sample(from,
                               (int32_t)(256 *
                                         (back[0] * x + back[1] * y + back[2])),
                               (int32_t)(256 * (back[3] * x + back[4] * y +
                                                back[5]))));
}

/* A part of a photo to fill w x h, turned and scaled by chance. */
static void choose_part(chance *c, const gray *from, uint32_t w, uint32_t h,
                        double back[6])
{
    const double angle = between(c, 0, 2 * M_PI);
    const double most = fmin(from->w / (double)w, from->h / (double)h);
    const double s = most * between(c, 0.45, 0.9);
    const double aspect = between(c, 0.85, 1.18);
    const double flip = draw64(c) & 1 ? -1 : 1;
    const double spare_x = (from->w - s * w) / 2,
                 spare_y = (from->h - s * h) / 2;

    back[0] = s * aspect * cos(angle) * flip;
    back[1] = -s / aspect * sin(angle);
    back[3] = s * aspect * sin(angle) * flip;
    back[4] = s / aspect * cos(angle);
    back[2] = from->w / 2.0 + between(c, -spare_x, spare_x) -
              (back[0] * w + back[1] * h) / 2;
    back[5] = from->h / 2.0 + between(c, -spare_y, spare_y) -
              (back[3] * w + back[4] * h) / 2;
}

static const gray *choose_photo(const photos *p, chance *c, bool strange)
{
    for (;;) {
        const uint64_t i = draw64(c) % p->n;

        if ((i % STRANGE == 0) == strange && !(strange && i == p->twin))
            return &p->list[i];
    }
}

static gray tones(const float *sums, uint32_t w, uint32_t h, double gamma)
{
    const gray g = gray_new(w, h);
    uint8_t tone[256];

    for (int i = 0; i < 256; i++)
        tone[i] = (uint8_t)(255 * pow(i / 255.0, gamma) + 0.5);
    for (size_t i = 0; i < (size_t)w * h; i++)
        g.data[i] = tone[sums[i] < 0 ? 0 : sums[i] > 255 ? 255 : (int)sums[i]];
    return g;
}

gray picture_make(const photos *p, uint64_t i, bool strange)
{
    chance c = {i * 2 + strange};
    const uint32_t w = (uint32_t)between(&c, 256, 448),
                   h = (uint32_t)between(&c, 256, 448);
    float *const sums = bench_alloc(NULL, (size_t)w * h * sizeof *sums);
    const double over = between(&c, 0.3, 0.5);
    double back[6];

    memset(sums, 0, (size_t)w * h * sizeof *sums);
    for (int part = 0; part < 2; part++) {
        const gray *const from = choose_photo(p, &c, strange);

        choose_part(&c, from, w, h, back);
        add_part(from, sums, w, h, back, part ? over : 1 - over);
    }
    const gray g = tones(sums, w, h, between(&c, 0.6, 1.6));

    free(sums);
    return g;
}

/* ---- Alterations ---------------------------------------------------------- */

/* `from` where the map puts it; what is around it stays. */
static void place(const gray *from, const gray *to, double x, double y,
                  double size)
{
    const uint32_t w = (uint32_t)(from->w * size),
                   h = (uint32_t)(from->h * size);
    const int n = size < 0.75 ? (int)(1 / size + 0.5) : 1;

    for (uint32_t j = 0; j < h; j++)
        for (uint32_t i = 0; i < w; i++) {
            const int64_t px = (int64_t)x + i, py = (int64_t)y + j;
            double sum = 0;

            if (px < 0 || py < 0 || px >= to->w || py >= to->h) continue;
            for (int a = 0; a < n; a++)
                for (int b = 0; b < n; b++)
                    sum += sample(
                        from,
                        (int32_t)(256 * ((i + (0.5 + b) / n) / size - 0.5)),
                        (int32_t)(256 * ((j + (0.5 + a) / n) / size - 0.5)));
            to->data[(size_t)py * to->w + (size_t)px] =
                (uint8_t)(sum / (n * n) + 0.5);
        }
}

static gray resized(const gray *g, double size)
{
    const gray out = gray_new((uint32_t)(g->w * size), (uint32_t)(g->h * size));

    place(g, &out, 0, 0, size);
    return out;
}

static gray copied(const gray *g) { return resized(g, 1); }

/* Without `lost` of its area. */
static gray cropped(const gray *g, double lost, bool corner)
{
    const double f = sqrt(1 - lost);
    const gray out = gray_new((uint32_t)(g->w * f), (uint32_t)(g->h * f));

    place(g, &out, corner ? 0 : -((g->w - out.w) / 2.0),
          corner ? 0 : -((g->h - out.h) / 2.0), 1);
    return out;
}

static gray mirrored(const gray *g)
{
    const gray out = gray_new(g->w, g->h);

    for (uint32_t y = 0; y < g->h; y++)
        for (uint32_t x = 0; x < g->w; x++)
            out.data[(size_t)y * g->w + x] =
                g->data[(size_t)y * g->w + (g->w - 1 - x)];
    return out;
}

static gray rotated(const gray *g, double degrees)
{
    const double a = degrees * M_PI / 180, c = cos(a), s = sin(a);
    const double x = g->w / 2.0, y = g->h / 2.0;
    const gray out = gray_new(g->w, g->h);

    for (uint32_t j = 0; j < g->h; j++)
        for (uint32_t i = 0; i < g->w; i++) {
            const double u = c * (i - x) - s * (j - y) + x,
                         v = s * (i - x) + c * (j - y) + y;

            if (u < 0 || v < 0 || u >= g->w - 1 || v >= g->h - 1) continue;
            out.data[(size_t)j * g->w + i] =
                (uint8_t)(sample(g, (int32_t)(256 * u), (int32_t)(256 * v)) +
                          0.5);
        }
    return out;
}

static void point(const gray *g, double gamma, bool invert, double noise,
                  chance *c)
{
    double tone[256];

    for (int i = 0; i < 256; i++) {
        tone[i] = 255 * pow(i / 255.0, gamma);
        if (invert) tone[i] = 255 - tone[i];
    }
    for (size_t i = 0; i < (size_t)g->w * g->h; i++) {
        double v = tone[g->data[i]];

        if (noise > 0)
            for (int k = 0; k < 3; k++) v += between(c, -noise, noise);
        g->data[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
}

static void fill(const gray *g, uint32_t x, uint32_t y, uint32_t w, uint32_t h,
                 uint8_t tone)
{
    for (uint32_t j = y; j < y + h && j < g->h; j++)
        for (uint32_t i = x; i < x + w && i < g->w; i++)
            g->data[(size_t)j * g->w + i] = tone;
}

/* Dots in lines, enough to look like writing. */
static void write_words(const gray *g, uint32_t x, uint32_t y, uint32_t n,
                        uint8_t ink, chance *c)
{
    for (uint32_t k = 0; k < n; k++, x += 9)
        for (uint32_t dot = 0; dot < 35; dot++)
            if (draw64(c) % 2)
                fill(g, x + dot % 5 * 2 / 2, y + dot / 5 * 2, 2, 2, ink);
}

/* On a phone's screen, with bars and writing above and below. */
static gray on_screen(const gray *g, chance *c)
{
    const gray out = gray_new(540, 1170);
    const double size = fmin(540.0 / g->w, 900.0 / g->h);

    memset(out.data, draw64(c) & 1 ? 20 : 245, (size_t)out.w * out.h);
    fill(&out, 0, 0, 540, 120, 90);
    write_words(&out, 30, 20, 5, 250, c);
    write_words(&out, 60, 70, 14, 250, c);
    for (uint32_t i = 0; i < 5; i++)
        fill(&out, 50 + 100 * i, 1090, 28, 28, 128);
    write_words(&out, 40, 1130, 40, 120, c);
    place(g, &out, (540 - g->w * size) / 2, 585 - g->h * size / 2, size);
    return out;
}

static gray letterboxed(const gray *g)
{
    const gray out = gray_new(g->w, g->h * 5 / 3);

    place(g, &out, 0, g->h / 3.0, 1);
    return out;
}

static gray inset(const photos *p, const gray *g, double size, chance *c)
{
    const gray other = picture_make(p, draw64(c), true);
    const gray out = resized(&other, 2);

    free(other.data);
    size *= fmin(out.w / (double)g->w, out.h / (double)g->h);
    place(g, &out, (out.w - g->w * size) * between(c, 0, 1),
          (out.h - g->h * size) * between(c, 0, 1), size);
    return out;
}

static gray blended(const photos *p, const gray *g, double share, chance *c)
{
    const gray other = picture_make(p, draw64(c), true);
    const gray out = copied(g);

    for (uint32_t y = 0; y < g->h; y++)
        for (uint32_t x = 0; x < g->w; x++) {
            uint8_t *const at = &out.data[(size_t)y * g->w + x];
            const uint8_t over =
                other.data[(size_t)reflect((int32_t)y, other.h) * other.w +
                           reflect((int32_t)x, other.w)];

            *at = (uint8_t)(*at * (1 - share) + over * share);
        }
    free(other.data);
    return out;
}

/* A disc over `share` of the area. */
static gray covered(const gray *g, double share)
{
    const double r2 = fmin(share * g->w * g->h / M_PI,
                           fmin(g->w, g->h) * fmin(g->w, g->h) / 4.0);
    const gray out = copied(g);

    for (uint32_t y = 0; y < g->h; y++)
        for (uint32_t x = 0; x < g->w; x++) {
            const double dx = x - g->w * 0.52, dy = y - g->h * 0.45;

            if (dx * dx + dy * dy < r2) out.data[(size_t)y * g->w + x] = 205;
        }
    return out;
}

static gray then_cropped(gray g, double lost)
{
    const gray out = cropped(&g, lost, false);

    free(g.data);
    return out;
}

static gray then_resized(gray g, double size)
{
    const gray out = resized(&g, size);

    free(g.data);
    return out;
}

static gray pointed(const gray *g, double gamma, bool invert, double noise,
                    chance *c)
{
    const gray out = copied(g);

    point(&out, gamma, invert, noise, c);
    return out;
}

typedef enum alteration {
    JPEG_50,
    JPEG_10,
    HALF,
    QUARTER,
    BLUR,
    NOISE,
    GAMMA,
    INVERTED,
    MIRRORED,
    ROTATED_5,
    ROTATED_20,
    TURNED,
    CROP_20,
    CROP_50,
    CROP_70,
    CROP_85,
    LETTERBOX,
    SCREEN,
    SCREEN_MIRRORED,
    INSET_40,
    INSET_25,
    OVERLAY_30,
    COVERED_20,
    CROP_MIRROR_JPEG,
    N_ALTERATIONS
} alteration;

static const char *const names[N_ALTERATIONS] = {"JPEG 50",
                                                 "JPEG 10",
                                                 "half size",
                                                 "quarter size",
                                                 "blur",
                                                 "noise",
                                                 "gamma 2",
                                                 "inverted",
                                                 "mirror",
                                                 "rotation 5",
                                                 "rotation 20",
                                                 "rotation 90",
                                                 "crop 20 %",
                                                 "crop 50 % corner",
                                                 "crop 70 %",
                                                 "crop 85 %",
                                                 "letterbox 40 %",
                                                 "screenshot",
                                                 "screenshot, mirror",
                                                 "inset at 40 %",
                                                 "inset at 25 %",
                                                 "overlay 30 %",
                                                 "disc over 20 %",
                                                 "crop 20 %, mirror, JPEG 40"};

const size_t n_alterations = N_ALTERATIONS;

const char *alteration_name(size_t k) { return names[k]; }

static gray alter(const photos *p, const gray *g, alteration k, chance *c)
{
    switch (k) {
    case JPEG_50:
        return through_jpeg(g, 50);
    case JPEG_10:
        return through_jpeg(g, 10);
    case HALF:
        return resized(g, 0.5);
    case QUARTER:
        return resized(g, 0.25);
    case BLUR:
        return then_resized(resized(g, 0.34), 3);
    case NOISE:
        return pointed(g, 1, false, 30, c);
    case GAMMA:
        return pointed(g, 2, false, 0, c);
    case INVERTED:
        return pointed(g, 1, true, 0, c);
    case MIRRORED:
        return mirrored(g);
    case ROTATED_5:
        return rotated(g, 5);
    case ROTATED_20:
        return rotated(g, 20);
    case TURNED:
        return rotated(g, 90);
    case CROP_20:
        return cropped(g, 0.2, false);
    case CROP_50:
        return cropped(g, 0.5, true);
    case CROP_70:
        return cropped(g, 0.7, false);
    case CROP_85:
        return cropped(g, 0.85, false);
    case LETTERBOX:
        return letterboxed(g);
    case SCREEN:
        return on_screen(g, c);
    case SCREEN_MIRRORED: {
        const gray m = mirrored(g), out = on_screen(&m, c);

        free(m.data);
        return out;
    }
    case INSET_40:
        return inset(p, g, 0.4, c);
    case INSET_25:
        return inset(p, g, 0.25, c);
    case OVERLAY_30:
        return blended(p, g, 0.3, c);
    case COVERED_20:
        return covered(g, 0.2);
    case CROP_MIRROR_JPEG: {
        const gray m = then_cropped(mirrored(g), 0.2),
                   out = through_jpeg(&m, 40);

        free(m.data);
        return out;
    }
    case N_ALTERATIONS:
        break;
    }
    return copied(g);
}

gray picture_alter(const photos *p, const gray *g, size_t k, uint64_t i)
{
    chance c = {~i};
    const gray altered = alter(p, g, (alteration)k, &c);
    const gray out = through_jpeg(&altered, 88);

    free(altered.data);
    return out;
}
