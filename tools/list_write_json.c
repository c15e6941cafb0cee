/* SPDX-License-Identifier: Apache-2.0 */
/* Lists in JSON: records as they were read, with their hashes in them again, or made
 * of what other formats say. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "list_json.h"
#include "list_misp.h"
#include "list_write.h"
#include "need.h"

static const char vics_1_3[] =
    "{\"odata.metadata\":"
    "\"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media\","
    "\"value\":[";
static const char vics_2_0[] =
    "{\"@odata.context\":\"http://github.com/ICMEC/ProjectVic/DataModels/"
    "2.0.xml/US/$metadata#Cases\",\"value\":[";

enum { ATTRIBUTES, OBJECTS };

static void put_json(FILE *out, const json_t *value)
{
    char *const text =
        need(json_dumps(value, JSON_ENCODE_ANY | LIST_JSON_DUMP));

    fputs(text, out);
    free(text);
}

static void set(json_t *object, const char *name, const char *value)
{
    if (value) json_object_set_new(object, name, need(json_string(value)));
}

static void set_digits(json_t *object, const char *name,
                       const struct listed_hash *hash)
{
    char digits[LISTED_DIGITS];

    if (!hash) return;
    listed_digits(hash, digits);
    set(object, name, digits);
}

/* What was carried along, or an empty object. */
static json_t *carried(const struct listed *listed, enum list_format from,
                       enum list_format to)
{
    json_t *const value =
        listed->more && list_format_family(from) == list_format_family(to)
            ? json_loads(listed->more, 0, NULL)
            : NULL;

    if (json_is_object(value)) return value;
    json_decref(value);
    return need(json_object());
}

static void begin_record(struct list_writer *writer)
{
    fputs(writer->n++ ? ",\n" : "\n", writer->out);
}

/* ---- StopNCII ------------------------------------------------------------ */

static void write_ncii(struct list_writer *writer, const struct listed *listed,
                       const struct listed_hash *hash, enum list_format from)
{
    json_t *const record = carried(listed, from, LIST_STOPNCII);

    if (!json_object_size(record)) {
        set(record, "hashStatus", "Active");
        set(record, "signalType",
            hash->kind == LISTED_PDQ ? "ImagePDQ" : "VideoMD5");
        json_object_set_new(record, "caseNumbers", need(json_object()));
        json_object_set_new(record, "CSPFeedbacks", need(json_array()));
    }
    set_digits(record, "hashValue", hash);
    begin_record(writer);
    put_json(writer->out, record);
    json_decref(record);
}

/* ---- Project VIC --------------------------------------------------------- */

static void end_case(struct list_writer *writer, uint64_t n)
{
    if (writer->around)
        fprintf(writer->out, "\n],\"TotalMediaFiles\":%llu}",
                (unsigned long long)n);
}

/* The case that what comes next lies in, if it is another than before. */
static void begin_case(struct list_writer *writer, const struct listed *listed,
                       enum list_format from)
{
    const char *const around = listed->around && from == LIST_VICS_2_0
                                   ? listed->around
                                   : "{\"SourceApplicationName\":\"sitr\"}";

    if (writer->around && !strcmp(writer->around, around)) return;
    end_case(writer, writer->sections[0].n);
    fputs(writer->around ? ",\n" : "\n", writer->out);
    /* without its last brace, and never empty */
    fwrite(around, 1, strlen(around) - 1, writer->out);
    fputs(",\"Media\":[", writer->out);
    free(writer->around);
    writer->around = need(strdup(around));
    writer->sections[0].n = 0;
}

static void write_vics(struct list_writer *writer, const struct listed *listed,
                       enum list_format from)
{
    json_t *const media = carried(listed, from, LIST_VICS_1_3);

    if (!json_object_size(media)) {
        json_object_set_new(media, "MediaID",
                            need(json_integer((json_int_t)writer->n + 1)));
        json_object_set_new(media, "Category", need(json_integer(0)));
    }
    set_digits(media, "MD5", listed_find(listed, LISTED_MD5));
    set_digits(media, "SHA1", listed_find(listed, LISTED_SHA1));
    if (writer->format == LIST_VICS_2_0) {
        begin_case(writer, listed, from);
        fputs(writer->sections[0].n++ ? ",\n" : "\n", writer->out);
        writer->n++;
    } else {
        begin_record(writer);
    }
    put_json(writer->out, media);
    json_decref(media);
}

/* ---- MISP ---------------------------------------------------------------- */

/* Puts the next hash where one was taken out. */
static void fill(json_t *attribute, const struct listed *listed, size_t *next)
{
    bool is_named;
    const enum listed_kind kind = list_misp_kind(attribute, &is_named);
    const json_t *const there = json_object_get(attribute, "value");
    const char *const value = json_string_value(there);
    char text[LISTED_TEXT_SIZE + LISTED_DIGITS] = "", digits[LISTED_DIGITS];

    if (kind == LISTED_KINDS || *next == listed->n_hashes ||
        listed->hashes[*next].kind != kind ||
        (is_named ? !value : there != NULL))
        return;
    if (value) {
        if (strlen(value) >= LISTED_TEXT_SIZE - 1) return;
        strcat(strcpy(text, value), "|");
    }
    listed_digits(&listed->hashes[(*next)++], digits);
    strcat(text, digits);
    set(attribute, "value", text);
}

/* A file, by the hashes that MISP knows and by that which it does not. */
static void make_object(json_t *object, const struct listed *listed)
{
    json_t *const attributes = need(json_array());

    set(object, "name", "file");
    set(object, "meta-category", "file");
    set(object, "comment", listed->name);
    for (size_t i = 0; i < listed->n_hashes; i++) {
        const struct listed_hash *const hash = &listed->hashes[i];
        const char *const name = listed_kind_name(hash->kind);
        json_t *attribute;

        if (!list_format_holds(LIST_MISP, hash->kind)) continue;
        attribute = need(json_object());
        set(attribute, "object_relation", name);
        set(attribute, "type",
            hash->kind >= LISTED_MD5 && hash->kind <= LISTED_SHA256 ? name
                                                                    : "text");
        set(attribute, "category",
            hash->kind >= LISTED_MD5 && hash->kind <= LISTED_SHA256
                ? "Payload delivery"
                : "Other");
        set_digits(attribute, "value", hash);
        json_array_append_new(attributes, attribute);
    }
    json_object_set_new(object, "Attribute", attributes);
}

static void put_part(FILE *out, const char *name, json_t *part)
{
    size_t i;
    json_t *value;

    fprintf(out, ",\"%s\":[", name);
    json_array_foreach(part, i, value)
    {
        fputs(i ? ",\n" : "\n", out);
        put_json(out, value);
    }
    fputs("]", out);
    json_array_clear(part);
}

static void end_event(struct list_writer *writer)
{
    FILE *const out = writer->sections[0].out;

    if (!writer->around) return;
    fputs(writer->sections[0].n++ ? ",\n" : "", out);
    fputs("{\"Event\":", out);
    fwrite(writer->around, 1, strlen(writer->around) - 1, out);
    put_part(out, "Attribute", writer->parts[ATTRIBUTES]);
    put_part(out, "Object", writer->parts[OBJECTS]);
    fputs("}}", out);
}

/* What MISP's schema asks for; it is not for others until somebody says so there. */
static void begin_events(struct list_writer *writer)
{
    const time_t now = time(NULL);
    struct tm parts;
    char date[16] = "1970-01-01";

    if (gmtime_r(&now, &parts)) strftime(date, sizeof date, "%Y-%m-%d", &parts);
    snprintf(writer->event, sizeof writer->event,
             "{\"analysis\":\"0\",\"date\":\"%s\",\"distribution\":\"0\","
             "\"info\":\"sitr\",\"published\":false,"
             "\"threat_level_id\":\"4\"}",
             date);
    writer->parts[ATTRIBUTES] = need(json_array());
    writer->parts[OBJECTS] = need(json_array());
    writer->sections[0].out = need(
        open_memstream(&writer->sections[0].text, &writer->sections[0].size));
}

/* One event alone, or what a search for several answers. */
static void end_events(struct list_writer *writer)
{
    bool alone;

    end_event(writer);
    alone = writer->sections[0].n == 1;
    json_decref(writer->parts[ATTRIBUTES]);
    json_decref(writer->parts[OBJECTS]);
    if (fclose(writer->sections[0].out)) need(NULL);
    if (alone)
        fprintf(writer->out, "%s\n", writer->sections[0].text);
    else
        fprintf(writer->out, "{\"response\":[\n%s\n]}\n",
                writer->sections[0].text);
    free(writer->sections[0].text);
}

static void write_misp(struct list_writer *writer, const struct listed *listed,
                       enum list_format from)
{
    json_t *const record = carried(listed, from, LIST_MISP);
    const char *const around =
        listed->around && from == LIST_MISP ? listed->around : writer->event;
    json_t *const within = json_object_get(record, "Attribute");
    size_t i, next = 0;
    json_t *attribute;

    if (writer->around && strcmp(writer->around, around)) end_event(writer);
    if (!writer->around || strcmp(writer->around, around)) {
        free(writer->around);
        writer->around = need(strdup(around));
    }
    if (!json_object_size(record))
        make_object(record, listed);
    else if (!within)
        fill(record, listed, &next);
    json_array_foreach(within, i, attribute) { fill(attribute, listed, &next); }
    json_array_append_new(
        writer->parts[json_object_get(record, "Attribute") ? OBJECTS
                                                           : ATTRIBUTES],
        record);
    writer->n++;
}

/* ---- vPDQ ---------------------------------------------------------------- */

static void write_frame(struct list_writer *writer, const struct listed *listed)
{
    const char *const time = list_frame_time(listed);
    char digits[LISTED_DIGITS], frame[LIST_FRAME_SIZE];
    json_t *value;

    listed_digits(&listed->hashes[0], digits);
    if (writer->format == LIST_VPDQ_JSON) {
        char text[LISTED_DIGITS + LISTED_TEXT_SIZE + 24];

        snprintf(text, sizeof text, "%s,%d%s%s", digits, listed->quality,
                 time ? "," : "", time ? time : "");
        value = need(json_string(text));
        begin_record(writer);
    } else {
        value = need(json_object());
        list_frame_name(writer, listed, frame);
        json_object_set_new(value, "quality",
                            need(json_integer(listed->quality)));
        set(value, "hash", digits);
        set(value, "timestamp", time);
        begin_record(writer);
        fprintf(writer->out, "\"%s\":", frame);
    }
    put_json(writer->out, value);
    json_decref(value);
}

/* ---- All ----------------------------------------------------------------- */

void list_write_json_begin(struct list_writer *writer)
{
    static const char *const begins[LIST_FORMATS] = {
        [LIST_STOPNCII] = "{\"hashRecords\":[",
        [LIST_VICS_1_3] = vics_1_3,
        [LIST_VICS_2_0] = vics_2_0,
        [LIST_VPDQ_JSON] = "[",
        [LIST_VPDQ_OBJECT] = "{",
    };

    if (writer->format == LIST_MISP)
        begin_events(writer);
    else
        fputs(begins[writer->format], writer->out);
}

bool list_write_json(struct list_writer *writer, const struct listed *listed,
                     enum list_format from)
{
    switch (writer->format) {
    case LIST_STOPNCII:
        for (size_t i = 0; i < listed->n_hashes; i++)
            if (list_format_holds(LIST_STOPNCII, listed->hashes[i].kind))
                write_ncii(writer, listed, &listed->hashes[i], from);
        break;
    case LIST_MISP:
        write_misp(writer, listed, from);
        break;
    case LIST_VPDQ_JSON:
    case LIST_VPDQ_OBJECT:
        write_frame(writer, listed);
        break;
    default:
        write_vics(writer, listed, from);
    }
    return true;
}

void list_write_json_end(struct list_writer *writer)
{
    switch (writer->format) {
    case LIST_STOPNCII:
        fprintf(writer->out, "\n],\"count\":%llu}\n",
                (unsigned long long)writer->n);
        break;
    case LIST_MISP:
        end_events(writer);
        break;
    case LIST_VPDQ_JSON:
        fputs("\n]\n", writer->out);
        break;
    case LIST_VPDQ_OBJECT:
        fputs("\n}\n", writer->out);
        break;
    case LIST_VICS_2_0:
        end_case(writer, writer->sections[0].n);
        /* fall through */
    default:
        fputs("\n]}\n", writer->out);
    }
}
