/* SPDX-License-Identifier: Apache-2.0 */
/* Lists in JSON: which format it is, and its records one by one. */
#include "list_json.h"

#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "json_walk.h"
#include "list_reader.h"
#include "need.h"

#define LOOKED_AT 1000 /* values that may tell which format it is */

struct reader {
    struct json_walk walk;
    json_t *around;     /* what was said of the container the records lie in, */
    uint64_t around_of; /* of its place */
    size_t around_size;
};

/* ---- Which format -------------------------------------------------------- */

/* The part of a path that stands for the same in whatever events lie. */
static const char *in_event(const char *path)
{
    if (!strncmp(path, "/response", 9)) path += 9;
    if (!strncmp(path, "/#", 2)) path += 2;
    return path;
}

static bool is_frame(const char *path)
{
    const size_t n = *path == '/' ? strspn(path + 1, "0123456789") : 0;

    return n && !path[n + 1];
}

/* By where something is; of values also by what. */
static enum list_format format_at(const char *path, const char *text)
{
    if (!strcmp(path, "/hashRecords")) return LIST_STOPNCII;
    if (!strncmp(in_event(path), "/Event", 6)) return LIST_MISP;
    if (!strcmp(path, "/value/#/Media")) return LIST_VICS_2_0;
    if (!strcmp(path, "/value/#/MediaID") || !strcmp(path, "/value/#/MD5") ||
        !strcmp(path, "/value/#/SHA1"))
        return LIST_VICS_1_3;
    if (!strcmp(path, "/odata.metadata") && text && strstr(text, "ProjectVic"))
        return LIST_VICS_1_3;
    if (!strcmp(path, "/@odata.context") && text && strstr(text, "ProjectVic"))
        return LIST_VICS_2_0;
    if (!strcmp(path, "/#") && text && list_json_is_frame(text))
        return LIST_VPDQ_JSON;
    if (is_frame(path) && !text) return LIST_VPDQ_OBJECT;
    return LIST_NONE;
}

static bool enters_to_tell(void *user, const struct json_walk *walk)
{
    enum list_format *const format = user;
    char path[JSON_WALK_PATH];

    json_walk_path(walk, path);
    if (!*format) *format = format_at(path, NULL);
    return true; /* what is entered is not read to its end */
}

enum list_format list_json_tell(FILE *in)
{
    struct json_walk walk;
    enum list_format format = LIST_NONE;
    int c;

    do c = getc(in);
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t');
    if (c != '{' && c != '[') return LIST_NONE;
    ungetc(c, in);
    json_walk_begin(&walk, in);
    walk.enters = enters_to_tell;
    walk.user = &format;
    for (int i = 0; i < LOOKED_AT && !format; i++) {
        const enum json_walk_got got = json_walk_next(&walk);
        char path[JSON_WALK_PATH];

        if (got != JSON_WALK_VALUE && got != JSON_WALK_LONG) break;
        json_walk_path(&walk, path);
        if (!format && got == JSON_WALK_VALUE)
            format = format_at(path, walk.text);
    }
    json_walk_end(&walk);
    return format;
}

/* ---- Which records ------------------------------------------------------- */

/* What is entered, its records being what is directly in the last of them. */
static const char *const ways[LIST_FORMATS][5] = {
    [LIST_STOPNCII] = {"", "/hashRecords", NULL},
    [LIST_VICS_1_3] = {"", "/value", NULL},
    [LIST_VICS_2_0] = {"", "/value", "/value/#", "/value/#/Media", NULL},
    [LIST_MISP] = {"", "/Event", "/Event/Attribute", "/Event/Object", NULL},
    [LIST_VPDQ_JSON] = {"", NULL},
    [LIST_VPDQ_OBJECT] = {"", NULL},
};

/* Where the records of each are, and what is around them. */
static bool is_record(enum list_format format, const char *path)
{
    switch (format) {
    case LIST_STOPNCII:
        return !strcmp(path, "/hashRecords/#");
    case LIST_VICS_1_3:
        return !strcmp(path, "/value/#");
    case LIST_VICS_2_0:
        return !strcmp(path, "/value/#/Media/#");
    case LIST_MISP:
        return !strcmp(path, "/Event/Attribute/#") ||
               !strcmp(path, "/Event/Object/#");
    case LIST_VPDQ_JSON:
        return !strcmp(path, "/#");
    default:
        return is_frame(path);
    }
}

static const char *path_of(const struct list_file *file,
                           const struct json_walk *walk,
                           char path[JSON_WALK_PATH])
{
    json_walk_path(walk, path);
    return file->format == LIST_MISP ? in_event(path) : path;
}

static bool enters(void *user, const struct json_walk *walk)
{
    const struct list_file *const file = user;
    char buffer[JSON_WALK_PATH];
    const char *const path = path_of(file, walk, buffer);

    for (size_t i = 0; ways[file->format][i]; i++)
        if (!strcmp(path, ways[file->format][i])) return true;
    return false;
}

/* ---- What is around them ------------------------------------------------- */

/* What is written around records anew: the records, and how many there are. */
static const char *const not_around[] = {
    "TotalMediaFiles", "Media", "attribute_count", "Attribute", "Object"};

/* The member of an event or a case that the path is of; NULL. */
static const char *around_member(enum list_format format, const char *path)
{
    const char *const before = format == LIST_MISP ? "/Event/" : "/value/#/";
    const size_t n = strlen(before);

    if (format != LIST_MISP && format != LIST_VICS_2_0) return NULL;
    if (strncmp(path, before, n) || strchr(path + n, '/')) return NULL;
    path += n;
    /* names that need more than a look are of nobody's list */
    if (strlen(path) == JSON_WALK_KEY - 1) return NULL;
    for (const char *c = path; *c; c++)
        if (*c == '\\' || (unsigned char)*c < ' ') return NULL;
    for (size_t i = 0; i < sizeof not_around / sizeof *not_around; i++)
        if (!strcmp(path, not_around[i])) return NULL;
    return path;
}

/* The number of the event or case among those of the file: that of the array they
 * lie in, which is met before any within them. */
static uint64_t around_number(const struct json_walk *walk)
{
    for (size_t i = 0; i < walk->depth; i++) {
        if (walk->at[i].is_array) return walk->at[i].n;
        if (!strcmp(walk->at[i].key, "Event")) break;
    }
    return 0;
}

/* As much of it as a record may carry along; what is behind the records comes too
 * late. */
static void keep_around(struct list_file *file, const char *member)
{
    struct reader *const reader = file->state;
    json_t *const value = json_loads(
        reader->walk.text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);

    reader->around_size += strlen(member) + reader->walk.size + 6;
    if (value && reader->around_size <= LISTED_MORE_SIZE / 2)
        json_object_set(reader->around, member, value);
    json_decref(value);
}

static void renew_around(struct list_file *file)
{
    struct reader *const reader = file->state;
    const uint64_t number = around_number(&reader->walk);

    if (reader->around && number == reader->around_of) return;
    json_decref(reader->around);
    reader->around = need(json_object());
    reader->around_of = number;
    reader->around_size = 0;
}

/* ---- The reader ---------------------------------------------------------- */

static enum list_got take(struct list_file *file, const char *path,
                          struct listed *out)
{
    struct reader *const reader = file->state;
    json_t *const value =
        json_loadb(reader->walk.text, reader->walk.size,
                   JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    const char *why = value ? NULL : _("not JSON");
    bool skip = false;

    if (value) why = list_json_record(file->format, path, value, out, &skip);
    json_decref(value);
    if (why) return list_file_pass_over(file, why);
    if (skip) return LIST_SKIP;
    if (reader->around && json_object_size(reader->around))
        out->around = need(json_dumps(reader->around, LIST_JSON_DUMP));
    return LIST_RECORD;
}

static enum list_got next(struct list_file *file, struct listed *out)
{
    struct reader *const reader = file->state;
    const enum json_walk_got got = json_walk_next(&reader->walk);
    char buffer[JSON_WALK_PATH];
    const char *const path = path_of(file, &reader->walk, buffer);
    const char *member;

    if (got == JSON_WALK_END) return LIST_END;
    if (got == JSON_WALK_BROKEN)
        return list_file_give_up(file, feof(file->in) ? _("it ends too early")
                                                      : _("not JSON"));
    if (is_record(file->format, path)) {
        file->place++;
        renew_around(file);
        if (got == JSON_WALK_LONG)
            return list_file_pass_over(file, _("too long"));
        return take(file, path, out);
    }
    member = around_member(file->format, path);
    if (member && got == JSON_WALK_VALUE) {
        renew_around(file);
        keep_around(file, member);
    }
    return LIST_SKIP;
}

static void close_json(struct list_file *file)
{
    struct reader *const reader = file->state;

    json_walk_end(&reader->walk);
    json_decref(reader->around);
    free(reader);
}

void list_json_begin(struct list_file *file)
{
    struct reader *const reader = need(calloc(1, sizeof *reader));

    json_walk_begin(&reader->walk, file->in);
    reader->walk.enters = enters;
    reader->walk.user = file;
    file->state = reader;
    file->next = next;
    file->close = close_json;
}
