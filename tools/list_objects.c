/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of a JSON object a line, as `sitr hash --json` prints them. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "csv.h"
#include "i18n.h"
#include "list_reader.h"
#include "need.h"

/* The object of a line that was read; NULL where it is none. */
static json_t *object_of(const struct csv *csv)
{
    json_t *const value = json_loads(csv->text, JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(value)) return value;
    json_decref(value);
    return NULL;
}

enum list_format list_objects_tell(FILE *in)
{
    struct csv *const csv = need(calloc(1, sizeof *csv));
    json_t *const object =
        csv_read_line(csv, in) == CSV_RECORD ? object_of(csv) : NULL;
    const bool is =
        json_object_get(object, "path") && json_object_get(object, "status");

    json_decref(object);
    free(csv);
    return is ? LIST_PHOTO_HASHER : LIST_NONE;
}

static const char *take(const json_t *object, struct listed *out)
{
    const char *const hash = json_string_value(json_object_get(object, "pdq"));
    const char *const path = json_string_value(json_object_get(object, "path"));
    const json_t *const quality = json_object_get(object, "quality");
    const json_int_t value = json_integer_value(quality);

    if (!listed_add(out, LISTED_PDQ, hash, strlen(hash)))
        return _("no hash where one should be");
    if (!json_is_integer(quality) || value < 0 || value > 100)
        return _("no quality of 0 to 100");
    out->quality = (int)value;
    if (path && !listed_set(&out->name, path, strlen(path)))
        return _("a name that is too long, or no UTF-8");
    return NULL;
}

static enum list_got next(struct list_file *file, struct listed *out)
{
    struct csv *const csv = file->state;
    const enum list_got got =
        list_file_read(file, csv, csv_read_line, N_("not text, or too long"));
    json_t *object;
    const char *why = NULL;
    bool has_hash;

    if (got != LIST_RECORD) return got;
    if (!csv->text[strspn(csv->text, " \t\r")]) return LIST_SKIP;
    object = object_of(csv);
    if (!object) return list_file_pass_over(file, _("not a JSON object"));
    /* of what failed there is but the path and the status */
    has_hash = json_is_string(json_object_get(object, "pdq"));
    if (has_hash) why = take(object, out);
    json_decref(object);
    if (why) return list_file_pass_over(file, why);
    return has_hash ? LIST_RECORD : LIST_SKIP;
}

void list_objects_begin(struct list_file *file)
{
    list_file_begin_lines(file, next);
}
