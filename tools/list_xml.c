/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of NCMEC in XML. Each image or video is made into JSON as JsonML has it,
 * ["name", {attributes}, children ...], looked at, and carried along. A document
 * type is refused: entities and what they can do come with it alone. */
#include <stdlib.h>
#include <string.h>

#include <expat.h>
#include <jansson.h>

#include "i18n.h"
#include "list_json.h"
#include "list_reader.h"
#include "need.h"

#define CHUNK     16384
#define MAX_DEPTH 32
#define MAX_NODES 2000      /* of a record */
#define MAX_TEXT  65536     /* bytes of its texts */
#define MAX_TOKEN (1 << 20) /* bytes that belong together: a tag, say */
#define BETWEEN   ' '       /* of a namespace and a name */
#define SPACE     " \t\r\n"

/* Where records begin. */
#define RECORD_DEPTH 3

struct reader {
    XML_Parser parser;
    json_t *done; /* records that were read, null where one was too large */
    size_t n_taken;
    json_t *open[MAX_DEPTH]; /* of the record that is being read */
    size_t depth, nodes, text;
    char pending[MAX_TEXT];
    size_t n_pending;
    bool too_large, ended, is_list;
    uint64_t fed;
    const char *problem;
};

static const char *local_name(const char *name)
{
    const char *const space = strrchr(name, BETWEEN);

    return space ? space + 1 : name;
}

/* ---- To JSON ------------------------------------------------------------- */

static json_t *new_node(const char *name, const char **attributes)
{
    json_t *const node = need(json_array());
    json_t *const pairs = need(json_object());

    json_array_append_new(node, need(json_string(local_name(name))));
    json_array_append_new(node, pairs);
    for (; *attributes; attributes += 2) {
        if (strchr(attributes[0], BETWEEN)) continue; /* of no use here */
        json_object_set_new(pairs, attributes[0],
                            need(json_string(attributes[1])));
    }
    return node;
}

/* What was read since the last tag, as a child of the node that is open; the space at
 * both ends is only there to be read well. */
static void end_text(struct reader *reader)
{
    const char *from = reader->pending;
    size_t n = reader->n_pending;

    reader->n_pending = 0;
    if (reader->depth < RECORD_DEPTH || reader->too_large) return;
    while (n && strchr(SPACE, *from)) from++, n--;
    while (n && strchr(SPACE, from[n - 1])) n--;
    if (n)
        json_array_append_new(reader->open[reader->depth - RECORD_DEPTH],
                              need(json_stringn(from, n)));
}

static void XMLCALL begin(void *user, const char *name, const char **attributes)
{
    struct reader *const reader = user;
    json_t *node;

    end_text(reader);
    if (++reader->depth > MAX_DEPTH) {
        reader->problem = _("nested too deeply");
        XML_StopParser(reader->parser, XML_FALSE);
        return;
    }
    if (reader->depth == 1)
        reader->is_list = !strcmp(local_name(name), "queryResult");
    if (reader->depth < RECORD_DEPTH) return;
    if (reader->depth == RECORD_DEPTH) {
        reader->nodes = reader->text = 0;
        reader->too_large = false;
    }
    if (reader->too_large || ++reader->nodes > MAX_NODES) {
        reader->too_large = true;
        return;
    }
    for (const char **a = attributes; *a; a++) reader->text += strlen(*a);
    if (reader->text > MAX_TEXT) {
        reader->too_large = true;
        return;
    }
    node = new_node(name, attributes);
    if (reader->depth == RECORD_DEPTH) json_decref(reader->open[0]);
    reader->open[reader->depth - RECORD_DEPTH] = node;
    if (reader->depth > RECORD_DEPTH)
        json_array_append_new(reader->open[reader->depth - RECORD_DEPTH - 1],
                              node);
}

static void XMLCALL text(void *user, const char *bytes, int n)
{
    struct reader *const reader = user;

    if (reader->depth < RECORD_DEPTH || reader->too_large) return;
    if ((size_t)n > MAX_TEXT - reader->text) {
        reader->too_large = true;
        return;
    }
    /* it comes in pieces */
    memcpy(reader->pending + reader->n_pending, bytes, (size_t)n);
    reader->n_pending += (size_t)n;
    reader->text += (size_t)n;
}

static void XMLCALL end(void *user, const char *name)
{
    struct reader *const reader = user;

    (void)name;
    end_text(reader);
    if (reader->depth == RECORD_DEPTH) {
        if (reader->too_large) {
            json_array_append_new(reader->done, need(json_null()));
        } else {
            json_array_append_new(reader->done, reader->open[0]);
            reader->open[0] = NULL;
        }
    }
    reader->depth--;
}

static void XMLCALL refuse(void *user, const char *name, const char *system,
                           const char *public, int internal)
{
    struct reader *const reader = user;

    (void)name, (void)system, (void)public, (void)internal;
    reader->problem = _("a document type, which is not taken from strangers");
    XML_StopParser(reader->parser, XML_FALSE);
}

/* ---- A record ------------------------------------------------------------ */

/* The text of a node that has nothing else; NULL. */
static const char *text_of(const json_t *node)
{
    return json_array_size(node) == 3
               ? json_string_value(json_array_get(node, 2))
               : NULL;
}

static const char *name_of(const json_t *node)
{
    const char *const name = json_string_value(json_array_get(node, 0));

    return name ? name : "";
}

static const json_t *child(const json_t *node, const char *name)
{
    for (size_t i = 2; i < json_array_size(node); i++) {
        const json_t *const at = json_array_get(node, i);

        if (json_is_array(at) && !strcmp(name_of(at), name)) return at;
    }
    return NULL;
}

static bool set(char **to, const char *text)
{
    return !text || listed_set(to, text, strlen(text));
}

static const char *attribute(const json_t *node, const char *name)
{
    return json_string_value(json_object_get(json_array_get(node, 1), name));
}

/* Takes those hashes out that are known here. */
static const char *take_hashes(const json_t *prints, struct listed *out)
{
    for (size_t i = 2; i < json_array_size(prints); i++) {
        json_t *const print = json_array_get(prints, i);
        const char *const digits = text_of(print);
        const enum listed_kind kind =
            listed_kind_named(name_of(print), strlen(name_of(print)));

        if (kind > LISTED_SHA1 || !digits) continue;
        if (!listed_add(out, kind, digits, strlen(digits)))
            return _("no hash where one should be");
        json_array_remove(print, 2);
    }
    return NULL;
}

static const char *take_facts(const json_t *node, struct listed *out)
{
    const json_t *const member = child(node, "member");
    const json_t *const id = child(node, "id");
    const char *const of = member ? attribute(member, "id") : NULL;

    if (!set(&out->source, of ? of : text_of(member)) ||
        !set(&out->external_id, id ? text_of(id) : attribute(node, "id")) ||
        !set(&out->category, text_of(child(node, "classification"))) ||
        !set(&out->stamp, text_of(child(node, "timestamp"))))
        return _("a text that is too long, or no UTF-8");
    return out->external_id ? NULL : _("no id");
}

static const char *take(json_t *node, struct listed *out, bool *skip)
{
    const char *const name = name_of(node);
    const char *why;

    out->withdrawn =
        !strcmp(name, "deletedImage") || !strcmp(name, "deletedVideo");
    *skip = !out->withdrawn && strcmp(name, "image") && strcmp(name, "video");
    if (*skip) return NULL;
    why = take_facts(node, out);
    if (!why) why = take_hashes(child(node, "fingerprints"), out);
    if (why || out->withdrawn) return why;
    if (!out->n_hashes) {
        *skip = true; /* others than are known here */
        return NULL;
    }
    return list_json_carry(node, &out->more);
}

/* ---- The reader ---------------------------------------------------------- */

static const char *problem_of(const struct reader *reader)
{
    switch (XML_GetErrorCode(reader->parser)) {
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_PARTIAL_CHAR:
        return _("it ends too early");
    case XML_ERROR_NO_MEMORY:
        return _("out of memory");
    default:
        return _("not XML");
    }
}

/* Reads on, to the end or to where it is no XML. */
static void feed(struct list_file *file)
{
    struct reader *const reader = file->state;
    void *const buffer = need(XML_GetBuffer(reader->parser, CHUNK));
    const size_t n = fread(buffer, 1, CHUNK, file->in);
    const bool last = n < CHUNK;
    XML_Index at;

    if (ferror(file->in)) { /* which is told of by whoever asks for more */
        reader->ended = true;
        return;
    }
    reader->fed += n;
    if (XML_ParseBuffer(reader->parser, (int)n, last) != XML_STATUS_OK &&
        !reader->problem)
        reader->problem = problem_of(reader);
    at = XML_GetCurrentByteIndex(reader->parser);
    if (!reader->problem && !last && at >= 0 &&
        reader->fed - (uint64_t)at > MAX_TOKEN)
        reader->problem = _("too long");
    if (!reader->problem && last && !reader->is_list)
        reader->problem = _("no list");
    reader->ended = last || reader->problem;
}

static enum list_got next(struct list_file *file, struct listed *out)
{
    struct reader *const reader = file->state;
    json_t *node;
    const char *why;
    bool skip = false;

    while (reader->n_taken == json_array_size(reader->done)) {
        json_array_clear(reader->done);
        reader->n_taken = 0;
        if (reader->ended && !reader->problem) return LIST_END;
        if (reader->ended) return list_file_give_up(file, reader->problem);
        feed(file);
    }
    node = json_array_get(reader->done, reader->n_taken++);
    file->place++;
    if (json_is_null(node)) return list_file_pass_over(file, _("too long"));
    why = take(node, out, &skip);
    if (why) return list_file_pass_over(file, why);
    return skip ? LIST_SKIP : LIST_RECORD;
}

static void close_xml(struct list_file *file)
{
    struct reader *const reader = file->state;

    XML_ParserFree(reader->parser);
    json_decref(reader->done);
    json_decref(reader->open[0]);
    free(reader);
}

void list_xml_begin(struct list_file *file)
{
    struct reader *const reader = need(calloc(1, sizeof *reader));

    reader->parser = need(XML_ParserCreateNS(NULL, BETWEEN));
    reader->done = need(json_array());
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, begin, end);
    XML_SetCharacterDataHandler(reader->parser, text);
    XML_SetStartDoctypeDeclHandler(reader->parser, refuse);
    file->state = reader;
    file->next = next;
    file->close = close_xml;
}

/* ---- Which it is --------------------------------------------------------- */

enum list_format list_xml_tell(FILE *in)
{
    char head[CHUNK + 1];
    const size_t n = fread(head, 1, CHUNK, in);
    const char *at = head;

    head[n] = '\0';
    at += strspn(at, " \t\r\n");
    return *at == '<' && strstr(at, "queryResult") ? LIST_NCMEC : LIST_NONE;
}
