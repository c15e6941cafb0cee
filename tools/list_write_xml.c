/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of NCMEC: images and videos as they were read, out of what JsonML has of
 * them, with their hashes in them again. */
#include <stdlib.h>
#include <string.h>

#include "list_write.h"
#include "need.h"
#include "text.h"

enum { IMAGES, VIDEOS };

static const char *const names[] = {"images", "videos"};

/* A character that XML has no place for, not even escaped, is a question mark. */
static void put_text(FILE *out, const char *text)
{
    while (*text) {
        uint32_t character;
        const size_t n = text_decode(text, &character);

        if (!n || (character < 32 && !strchr("\t\n\r", (int)character)) ||
            character == 0xfffe || character == 0xffff)
            putc('?', out);
        else if (strchr("<>&\"'\t\n\r", *text))
            fprintf(out, "&#%d;", *text);
        else
            fwrite(text, 1, n, out);
        text += n ? n : 1;
    }
}

static bool is_name(const char *name)
{
    return name && strcspn(name, "<>&\"'/=\t\n\r ") == strlen(name) && *name;
}

struct filling {
    const struct listed *listed;
    const json_t *prints; /* the node they were taken out of */
    size_t next;
    FILE *out;
};

/* Nodes that hold a hash, and it was taken out of them. */
static void put_node(struct filling *filling, const json_t *node,
                     const json_t *parent)
{
    FILE *const out = filling->out;
    const char *const name = json_string_value(json_array_get(node, 0));
    const struct listed *const listed = filling->listed;
    const char *key;
    json_t *value;

    if (!is_name(name)) return;
    fprintf(out, "<%s", name);
    json_object_foreach(json_array_get(node, 1), key, value)
    {
        if (!is_name(key) || !json_is_string(value)) continue;
        fprintf(out, " %s=\"", key);
        put_text(out, json_string_value(value));
        putc('"', out);
    }
    putc('>', out);
    if (json_array_size(node) == 2 && parent && parent == filling->prints &&
        filling->next < listed->n_hashes &&
        !strcmp(name, listed_kind_name(listed->hashes[filling->next].kind))) {
        char digits[LISTED_DIGITS];

        listed_digits(&listed->hashes[filling->next++], digits);
        fputs(digits, out);
    }
    for (size_t i = 2; i < json_array_size(node); i++) {
        const json_t *const child = json_array_get(node, i);

        if (json_is_string(child))
            put_text(out, json_string_value(child));
        else
            put_node(filling, child, node);
    }
    fprintf(out, "</%s>", name);
}

static const json_t *prints_of(const json_t *node)
{
    for (size_t i = 2; i < json_array_size(node); i++) {
        const json_t *const child = json_array_get(node, i);
        const char *const name = json_string_value(json_array_get(child, 0));

        if (name && !strcmp(name, "fingerprints")) return child;
    }
    return NULL;
}

/* Of a record that came in another format. */
static void put_image(FILE *out, const struct listed *listed, uint64_t number)
{
    fputs("<image><id>", out);
    if (listed->external_id)
        put_text(out, listed->external_id);
    else
        fprintf(out, "%llu", (unsigned long long)number);
    fputs("</id><fingerprints>", out);
    for (size_t i = 0; i < listed->n_hashes; i++) {
        const enum listed_kind kind = listed->hashes[i].kind;
        char digits[LISTED_DIGITS];

        if (!list_format_holds(LIST_NCMEC, kind)) continue;
        listed_digits(&listed->hashes[i], digits);
        fprintf(out, "<%s>%s</%s>", listed_kind_name(kind), digits,
                listed_kind_name(kind));
    }
    fputs("</fingerprints></image>", out);
}

void list_write_xml_begin(struct list_writer *writer)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<queryResult "
          "xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">\n",
          writer->out);
    for (int i = IMAGES; i <= VIDEOS; i++)
        writer->sections[i].out = need(open_memstream(
            &writer->sections[i].text, &writer->sections[i].size));
}

bool list_write_xml(struct list_writer *writer, const struct listed *listed,
                    enum list_format from)
{
    json_t *const node = from == LIST_NCMEC && listed->more
                             ? json_loads(listed->more, 0, NULL)
                             : NULL;
    const char *const name = json_string_value(json_array_get(node, 0));
    const int at = name && !strcmp(name, "video") ? VIDEOS : IMAGES;
    struct filling filling = {
        .listed = listed,
        .prints = prints_of(node),
        .out = writer->sections[at].out,
    };

    writer->n++;
    writer->sections[at].n++;
    if (node)
        put_node(&filling, node, NULL);
    else
        put_image(filling.out, listed, writer->n);
    putc('\n', filling.out);
    json_decref(node);
    return true;
}

void list_write_xml_end(struct list_writer *writer)
{
    for (int i = IMAGES; i <= VIDEOS; i++) {
        if (fclose(writer->sections[i].out)) need(NULL);
        if (writer->sections[i].n)
            fprintf(writer->out, "<%s count=\"%zu\">\n%s</%s>\n", names[i],
                    writer->sections[i].n, writer->sections[i].text, names[i]);
        free(writer->sections[i].text);
    }
    fputs("</queryResult>\n", writer->out);
}
