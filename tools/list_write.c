/* SPDX-License-Identifier: Apache-2.0 */
#include "list_write.h"

#include <stdlib.h>
#include <string.h>

void list_write_begin(struct list_writer *writer, FILE *out,
                      enum list_format format)
{
    const enum list_form form = list_format_form(format);

    *writer = (struct list_writer){.out = out, .format = format};
    if (format == LIST_TX_CSV)
        fputs("signal_type,signal_str,collab,category,tags\n", out);
    if (form == LIST_FORM_JSON) list_write_json_begin(writer);
    if (form == LIST_FORM_XML) list_write_xml_begin(writer);
}

/* A frame of a video, and nothing else, is what a list of frames has. */
static bool has_place(const struct list_writer *writer,
                      const struct listed *listed, enum list_format from)
{
    if (list_format_family(writer->format) == LIST_VPDQ &&
        list_format_family(from) != LIST_VPDQ)
        return false;
    for (size_t i = 0; i < listed->n_hashes; i++)
        if (list_format_holds(writer->format, listed->hashes[i].kind))
            return true;
    return false;
}

bool list_write(struct list_writer *writer, const struct listed *listed,
                enum list_format from)
{
    if (!has_place(writer, listed, from)) return false;
    switch (list_format_form(writer->format)) {
    case LIST_FORM_JSON:
        return list_write_json(writer, listed, from);
    case LIST_FORM_XML:
        return list_write_xml(writer, listed, from);
    default:
        return list_write_text(writer, listed, from);
    }
}

void list_write_end(struct list_writer *writer)
{
    const enum list_form form = list_format_form(writer->format);

    if (form == LIST_FORM_JSON) list_write_json_end(writer);
    if (form == LIST_FORM_XML) list_write_xml_end(writer);
    free(writer->around);
    writer->around = NULL;
}

/* ---- Text ---------------------------------------------------------------- */

static const char *or_nothing(const char *text) { return text ? text : ""; }

/* Quoted where it has to be. */
static void put_cell(FILE *out, const char *text)
{
    const bool quoted = text[strcspn(text, ",\"\r\n")];

    if (quoted) putc('"', out);
    for (; *text; text++) {
        if (*text == '"') putc('"', out);
        putc(*text, out);
    }
    if (quoted) putc('"', out);
}

/* On a line of its own. */
static void put_line(FILE *out, const char *text)
{
    size_t n = strlen(text);

    /* where a line ends, space is no part of it */
    while (n && strchr(" \t\r\n", text[n - 1])) n--;
    for (; n; n--, text++)
        putc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
}

static const char *signal_type(enum listed_kind kind)
{
    return kind == LISTED_MD5 ? "video_md5" : listed_kind_name(kind);
}

static void write_tx(struct list_writer *writer, const struct listed *listed,
                     const struct listed_hash *hash)
{
    char digits[LISTED_DIGITS];

    listed_digits(hash, digits);
    if (writer->format == LIST_TX) {
        fprintf(writer->out, "%s %s\n", signal_type(hash->kind), digits);
        return;
    }
    fprintf(writer->out, "%s,%s,", signal_type(hash->kind), digits);
    put_cell(writer->out, or_nothing(listed->source));
    putc(',', writer->out);
    put_cell(writer->out, or_nothing(listed->category));
    putc(',', writer->out);
    put_cell(writer->out, or_nothing(listed->tags));
    putc('\n', writer->out);
}

static void write_hasher(FILE *out, const struct listed *listed)
{
    char digits[LISTED_DIGITS];

    for (size_t i = 0; i < listed->n_hashes; i++) {
        if (!list_format_holds(LIST_PHOTO_HASHER, listed->hashes[i].kind))
            continue;
        listed_digits(&listed->hashes[i], digits);
        fprintf(out, "%s,", digits);
    }
    if (listed->quality >= 0) fprintf(out, "%d,", listed->quality);
    put_line(out, or_nothing(listed->name));
    putc('\n', out);
}

void list_frame_name(const struct list_writer *writer,
                     const struct listed *listed, char name[LIST_FRAME_SIZE])
{
    const char *const own = listed->name;

    if (own && *own && strlen(own) < LIST_FRAME_SIZE &&
        strspn(own, "0123456789") == strlen(own))
        strcpy(name, own);
    else
        snprintf(name, LIST_FRAME_SIZE, "%llu", (unsigned long long)writer->n);
}

const char *list_frame_time(const struct listed *listed)
{
    return listed->stamp && listed_is_decimal(listed->stamp) ? listed->stamp
                                                             : NULL;
}

static void write_frame(const struct list_writer *writer,
                        const struct listed *listed)
{
    char digits[LISTED_DIGITS], frame[LIST_FRAME_SIZE];
    const char *const time = or_nothing(list_frame_time(listed));

    listed_digits(&listed->hashes[0], digits);
    list_frame_name(writer, listed, frame);
    if (writer->format == LIST_VPDQ)
        fprintf(writer->out, "%s,%d,%s", frame, listed->quality, digits);
    else
        fprintf(writer->out, "%s,%s,%d", frame, digits, listed->quality);
    fprintf(writer->out, "%s%s\n", *time ? "," : "", time);
}

static bool write_digits(struct list_writer *writer,
                         const struct listed *listed, enum list_format from)
{
    const bool is_tx = list_format_family(writer->format) == LIST_TX;
    uint64_t n = 0;

    for (size_t i = 0; i < listed->n_hashes; i++) {
        const struct listed_hash *const hash = &listed->hashes[i];
        char digits[LISTED_DIGITS];

        if (!list_format_holds(writer->format, hash->kind)) continue;
        /* tx has no name for these; what was read all the same is written */
        if (is_tx && hash->kind > LISTED_MD5 &&
            list_format_family(from) != LIST_TX)
            continue;
        n++;
        if (is_tx) {
            write_tx(writer, listed, hash);
            continue;
        }
        listed_digits(hash, digits);
        fprintf(writer->out, "%s\n", digits);
    }
    writer->n += n;
    return n;
}

bool list_write_text(struct list_writer *writer, const struct listed *listed,
                     enum list_format from)
{
    switch (writer->format) {
    case LIST_PHOTO_HASHER:
        write_hasher(writer->out, listed);
        break;
    case LIST_VPDQ:
    case LIST_VPDQ_PYTHON:
        write_frame(writer, listed);
        break;
    default:
        return write_digits(writer, listed, from);
    }
    writer->n++;
    return true;
}
