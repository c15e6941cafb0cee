/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of a record a line: of tx, pdq-photo-hasher, vPDQ and ImageHash, and of
 * digests alone. */
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "i18n.h"
#include "list_reader.h"
#include "need.h"

#define LOOKED_AT 20 /* lines that may tell which format it is */
#define TURNS     8

struct span {
    const char *at;
    size_t n;
};

/* A parser returns why a line is no record, or NULL. */
typedef const char *parser(struct span line, struct listed *out);

static const char *not_digits(void) { return _("no hash where one should be"); }

static struct span trimmed(struct span span)
{
    while (span.n && strchr(" \t\r", *span.at)) span.at++, span.n--;
    while (span.n && strchr(" \t\r", span.at[span.n - 1])) span.n--;
    return span;
}

/* What is before the next comma; `rest` begins behind it, NULL where there was
 * none. */
static struct span cut(struct span *rest)
{
    const char *const comma = rest->at ? memchr(rest->at, ',', rest->n) : NULL;
    struct span field = *rest;

    if (!comma) {
        *rest = (struct span){NULL, 0};
        return field.at ? trimmed(field) : field;
    }
    field.n = (size_t)(comma - field.at);
    rest->at += field.n + 1;
    rest->n -= field.n + 1;
    return trimmed(field);
}

static bool is_number(struct span span, int most, int *value)
{
    int number = 0;

    if (!span.n || span.n > 9) return false;
    for (size_t i = 0; i < span.n; i++) {
        if (span.at[i] < '0' || span.at[i] > '9') return false;
        number = 10 * number + span.at[i] - '0';
    }
    if (value) *value = number;
    return number <= most;
}

/* ---- tx and its like ----------------------------------------------------- */

static const char *parse_tx(struct span line, struct listed *out)
{
    const size_t n = strcspn(line.at, " \t");
    struct span type = {line.at, n < line.n ? n : line.n}, digits = line;
    enum listed_kind kind = LISTED_PDQ;

    if (type.n < line.n) {
        kind = listed_kind_of_signal(type.at, type.n);
        digits = trimmed((struct span){line.at + type.n, line.n - type.n});
        if (kind >= LISTED_PHASH)
            return _("a kind of hash that is not known here");
    }
    return listed_add(out, kind, digits.at, digits.n) ? NULL : not_digits();
}

static const char *parse_one(enum listed_kind kind, struct span line,
                             struct listed *out)
{
    return listed_add(out, kind, line.at, line.n) ? NULL : not_digits();
}

static const char *parse_md5(struct span line, struct listed *out)
{
    return parse_one(LISTED_MD5, line, out);
}

static const char *parse_sha1(struct span line, struct listed *out)
{
    return parse_one(LISTED_SHA1, line, out);
}

static const char *parse_sha256(struct span line, struct listed *out)
{
    return parse_one(LISTED_SHA256, line, out);
}

static const char *parse_imagehash(struct span line, struct listed *out)
{
    return parse_one(LISTED_PHASH, line, out);
}

/* ---- pdq-photo-hasher ---------------------------------------------------- */

static const char *set_name(struct span name, struct listed *out)
{
    return listed_set(&out->name, name.at, name.n)
               ? NULL
               : _("a name that is too long, or no UTF-8");
}

/* What is behind the hash, or behind the eight of the picture and its turns: fewer are
 * one, and a name that looks like another. */
static struct span hashes_of(struct span line, struct listed *out)
{
    struct span rest = line, behind_first = {NULL, 0};

    while (rest.at && out->n_hashes < TURNS) {
        struct span after = rest;
        const struct span field = cut(&after);
        const enum listed_kind kind =
            !out->n_hashes && field.n == 16 ? LISTED_PHASH : LISTED_PDQ;

        if (!listed_add(out, kind, field.at, field.n)) break;
        rest = after;
        if (out->n_hashes == 1) behind_first = rest;
        if (kind == LISTED_PHASH) break;
    }
    if (out->n_hashes == TURNS) return rest;
    if (out->n_hashes) out->n_hashes = 1;
    return behind_first;
}

/* "hash=..,norm=..,delta=..,quality=..,filename=.." */
static const char *parse_detailed(struct span line, struct listed *out)
{
    static const char quality[] = "quality=", name[] = "filename=";
    struct span rest = line, field = cut(&rest);

    if (!listed_add(out, LISTED_PDQ, field.at + 5, field.n - 5))
        return not_digits();
    while (rest.at) {
        if (rest.n >= sizeof name - 1 &&
            !strncmp(rest.at, name, sizeof name - 1))
            return set_name((struct span){rest.at + sizeof name - 1,
                                          rest.n - (sizeof name - 1)},
                            out);
        field = cut(&rest);
        if (field.n < sizeof quality || strncmp(field.at, quality, 8)) continue;
        if (!is_number((struct span){field.at + 8, field.n - 8}, 100,
                       &out->quality))
            return _("no quality of 0 to 100");
    }
    return NULL;
}

static const char *parse_hasher(struct span line, struct listed *out)
{
    struct span rest, after;

    if (line.n > 5 && !strncmp(line.at, "hash=", 5))
        return parse_detailed(line, out);
    rest = after = hashes_of(line, out);
    if (!out->n_hashes) return not_digits();
    /* without a name this is what tx prints */
    if (!rest.at) return _("no name behind the hash");
    if (is_number(cut(&after), 100, &out->quality) && after.at)
        rest = after;
    else
        out->quality = -1;
    return set_name(rest, out);
}

/* ---- vPDQ ---------------------------------------------------------------- */

static const char *take_frame(struct span frame, struct span quality,
                              struct span hash, struct span time,
                              struct listed *out)
{
    if (!is_number(frame, 999999999, NULL)) return _("no number of a frame");
    if (!is_number(quality, 100, &out->quality))
        return _("no quality of 0 to 100");
    if (!listed_add(out, LISTED_PDQ, hash.at, hash.n)) return not_digits();
    if (!listed_set(&out->stamp, time.at, time.n) ||
        (out->stamp && !listed_is_decimal(out->stamp)))
        return _("no time of a frame");
    listed_set(&out->name, frame.at, frame.n);
    return NULL;
}

/* Four fields at most, the last of which may be missing. */
static bool split_frame(struct span line, struct span field[4])
{
    size_t n = 0;

    while (line.at && n < 4) field[n++] = cut(&line);
    return !line.at && n >= 3;
}

static const char *parse_vpdq(struct span line, struct listed *out)
{
    struct span f[4] = {{NULL, 0}};

    if (!split_frame(line, f)) return _("no frame");
    return take_frame(f[0], f[1], f[2], f[3], out);
}

static const char *parse_vpdq_python(struct span line, struct listed *out)
{
    struct span f[4] = {{NULL, 0}};

    if (!split_frame(line, f)) return _("no frame");
    return take_frame(f[0], f[2], f[1], f[3], out);
}

/* ---- All ----------------------------------------------------------------- */

static const struct {
    parser *parse;
    enum list_format format;
    bool told; /* by what a line looks like */
} lines[] = {
    {parse_vpdq, LIST_VPDQ, true},
    {parse_vpdq_python, LIST_VPDQ_PYTHON, true},
    {parse_hasher, LIST_PHOTO_HASHER, true},
    {parse_tx, LIST_TX, true},
    {parse_imagehash, LIST_IMAGEHASH, true},
    {parse_md5, LIST_MD5, true},
    {parse_sha1, LIST_SHA1, true},
    /* its digits are as many as those of PDQ, of which there are more lists */
    {parse_sha256, LIST_SHA256, false},
};

#define LINES (sizeof lines / sizeof *lines)

static enum list_format format_of(struct span line)
{
    enum list_format format = LIST_NONE;

    for (size_t i = 0; i < LINES && !format; i++) {
        struct listed listed = {.quality = -1};

        if (lines[i].told && !lines[i].parse(line, &listed))
            format = lines[i].format;
        listed_clear(&listed);
    }
    return format;
}

static struct span text_of(const struct csv *csv)
{
    return trimmed((struct span){csv->text, strlen(csv->text)});
}

/* The first line that is a record of any of them tells. */
enum list_format list_lines_tell(FILE *in)
{
    struct csv *const csv = need(calloc(1, sizeof *csv));
    enum list_format format = LIST_NONE;
    enum csv_got got = CSV_RECORD;

    for (int i = 0; i < LOOKED_AT && !format && got != CSV_END; i++) {
        got = csv_read_line(csv, in);
        if (got == CSV_RECORD && text_of(csv).n)
            format = format_of(text_of(csv));
    }
    free(csv);
    return format;
}

static parser *parser_of(enum list_format format)
{
    size_t i = 0;

    while (i < LINES - 1 && lines[i].format != format) i++;
    return lines[i].parse;
}

static enum list_got next_line(struct list_file *file, struct listed *out)
{
    struct csv *const csv = file->state;
    const enum list_got got =
        list_file_read(file, csv, csv_read_line, N_("not text, or too long"));
    const char *why = NULL;

    if (got != LIST_RECORD) return got;
    if (!text_of(csv).n) return LIST_SKIP;
    why = parser_of(file->format)(text_of(csv), out);
    return why ? list_file_pass_over(file, why) : LIST_RECORD;
}

void list_lines_begin(struct list_file *file)
{
    list_file_begin_lines(file, next_line);
}
