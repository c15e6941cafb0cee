/* SPDX-License-Identifier: Apache-2.0 */
/* What a record of each format in JSON says. What is not understood of it is carried
 * along, so that it comes out again. */
#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "list_json.h"
#include "list_misp.h"
#include "need.h"

static const char *no_hash(void) { return _("no hash where one should be"); }

static const char *bad_text(void)
{
    return _("a text that is too long, or no UTF-8");
}

/* A text or a number, as text; true also where there is none. */
static bool set(char **to, const json_t *value)
{
    const char *const text = json_string_value(value);
    char *number;
    bool good;

    if (text) return listed_set(to, text, strlen(text));
    if (!json_is_number(value)) return true;
    number = need(json_dumps(value, JSON_ENCODE_ANY | LIST_JSON_DUMP));
    good = listed_set(to, number, strlen(number));
    free(number);
    return good;
}

/* Texts with spaces between them, each once. */
static bool add_tag(char tags[LISTED_TEXT_SIZE], const char *tag)
{
    const size_t n = strlen(tags), more = strlen(tag);
    const char *at = tags;

    if (!more) return true;
    while ((at = strstr(at, tag)) != NULL) {
        if ((at == tags || at[-1] == ' ') && (at[more] == ' ' || !at[more]))
            return true;
        at++;
    }
    if (n + more + 2 > LISTED_TEXT_SIZE) return false;
    if (n) strcat(tags, " ");
    strcat(tags, tag);
    return true;
}

const char *list_json_carry(json_t *value, char **more)
{
    char *const text = json_dumps(value, JSON_ENCODE_ANY | LIST_JSON_DUMP);

    if (!text) return _("not JSON");
    if (strlen(text) < LISTED_MORE_SIZE) {
        *more = text;
        return NULL;
    }
    free(text);
    return _("too long");
}

/* ---- StopNCII ------------------------------------------------------------ */

static bool ncii_tags(const json_t *value, struct listed *out)
{
    char tags[LISTED_TEXT_SIZE] = "";
    const json_t *const feedbacks = json_object_get(value, "CSPFeedbacks");
    size_t i, k;
    json_t *feedback, *tag;

    json_array_foreach((json_t *)(uintptr_t)feedbacks, i, feedback)
    {
        json_array_foreach(json_object_get(feedback, "tags"), k, tag)
        {
            if (json_is_string(tag) && !add_tag(tags, json_string_value(tag)))
                return false;
        }
    }
    return listed_set(&out->tags, tags, strlen(tags));
}

static bool ncii_hash(const json_t *value, struct listed *out)
{
    const char *const hash =
        json_string_value(json_object_get(value, "hashValue"));
    const char *const type =
        json_string_value(json_object_get(value, "signalType"));
    const size_t n = hash ? strlen(hash) : 0;

    if (!hash) return false;
    if (!type || !strcmp(type, "ImagePDQ"))
        return listed_add(out, LISTED_PDQ, hash, n);
    if (!strcmp(type, "VideoMD5")) return listed_add(out, LISTED_MD5, hash, n);
    return listed_add_text(out, hash, n);
}

static const char *take_ncii(json_t *value, struct listed *out)
{
    const char *const status =
        json_string_value(json_object_get(value, "hashStatus"));

    if (!ncii_hash(value, out)) return no_hash();
    if (!set(&out->category, json_object_get(value, "hashStatus")) ||
        !set(&out->stamp, json_object_get(value, "lastModtimestamp")) ||
        !ncii_tags(value, out))
        return bad_text();
    out->withdrawn =
        status && (!strcmp(status, "Withdrawn") || !strcmp(status, "Deleted"));
    json_object_del(value, "hashValue");
    return list_json_carry(value, &out->more);
}

/* ---- Project VIC --------------------------------------------------------- */

static bool vics_hash(json_t *value, const char *name, enum listed_kind kind,
                      struct listed *out)
{
    const char *const digits = json_string_value(json_object_get(value, name));
    const bool good =
        !digits || !*digits || listed_add(out, kind, digits, strlen(digits));

    json_object_del(value, name);
    return good;
}

static const char *take_vics(json_t *value, struct listed *out)
{
    if (!vics_hash(value, "MD5", LISTED_MD5, out) ||
        !vics_hash(value, "SHA1", LISTED_SHA1, out) || !out->n_hashes)
        return no_hash();
    if (!set(&out->category, json_object_get(value, "Category")) ||
        !set(&out->tags, json_object_get(value, "Tags")) ||
        !set(&out->stamp, json_object_get(value, "DateUpdated")))
        return bad_text();
    return list_json_carry(value, &out->more);
}

/* ---- MISP ---------------------------------------------------------------- */

static bool starts(const char *text, const char *with)
{
    return text && !strncmp(text, with, strlen(with));
}

enum listed_kind list_misp_kind(const json_t *attribute, bool *is_named)
{
    static const char name[] = "filename|";
    const char *type = json_string_value(json_object_get(attribute, "type"));
    const char *relation =
        json_string_value(json_object_get(attribute, "object_relation"));
    enum listed_kind kind;

    *is_named = starts(type, name);
    if (!type) return LISTED_KINDS;
    if (*is_named) type += sizeof name - 1;
    kind = listed_kind_named(type, strlen(type));
    if (kind >= LISTED_MD5 && kind <= LISTED_SHA256) return kind;
    if (strcmp(type, "text") && strcmp(type, "other")) return LISTED_KINDS;
    /* of an attribute that is in no object, its comment has to say it */
    if (!relation)
        relation = json_string_value(json_object_get(attribute, "comment"));
    if (starts(relation, "pdq")) return LISTED_PDQ;
    return starts(relation, "phash") ? LISTED_PHASH : LISTED_KINDS;
}

/* Takes the hash out of an attribute, if it is one; a name stays in it. */
static const char *misp_hash(json_t *attribute, struct listed *out)
{
    bool is_named;
    const enum listed_kind kind = list_misp_kind(attribute, &is_named);
    const char *const value =
        json_string_value(json_object_get(attribute, "value"));
    const char *const bar = value && is_named ? strrchr(value, '|') : NULL;
    const char *const digits = bar ? bar + 1 : value;

    if (kind == LISTED_KINDS) return NULL;
    /* so that no hash is put there when it is written */
    if (!digits) json_object_set_new(attribute, "value", json_null());
    if (!digits || (is_named && !bar)) return NULL;
    if (!listed_add(out, kind, digits, strlen(digits)))
        /* perceptual hashes come in writings of many sorts */
        return kind == LISTED_PHASH ? NULL : no_hash();
    if (bar)
        json_object_set_new(attribute, "value",
                            need(json_stringn(value, (size_t)(bar - value))));
    else
        json_object_del(attribute, "value");
    return NULL;
}

static bool misp_tags(const json_t *value, struct listed *out)
{
    char tags[LISTED_TEXT_SIZE] = "";
    size_t i;
    json_t *tag;

    json_array_foreach(json_object_get(value, "Tag"), i, tag)
    {
        const char *const name =
            json_string_value(json_object_get(tag, "name"));

        if (name && !add_tag(tags, name)) return false;
    }
    return listed_set(&out->tags, tags, strlen(tags));
}

static const char *misp_hashes(json_t *attributes, struct listed *out)
{
    size_t i;
    json_t *attribute;

    json_array_foreach(attributes, i, attribute)
    {
        const char *const why = misp_hash(attribute, out);

        if (why) return why;
    }
    return NULL;
}

static const char *take_misp(const char *path, json_t *value,
                             struct listed *out, bool *skip)
{
    const char *const why =
        starts(path, "/Event/Object")
            ? misp_hashes(json_object_get(value, "Attribute"), out)
            : misp_hash(value, out);

    if (why) return why;
    *skip = !out->n_hashes;
    if (*skip) return NULL;
    if (!set(&out->external_id, json_object_get(value, "uuid")) ||
        !set(&out->category, json_object_get(value, "category")) ||
        !set(&out->stamp, json_object_get(value, "timestamp")) ||
        !misp_tags(value, out))
        return bad_text();
    out->withdrawn = json_is_true(json_object_get(value, "deleted"));
    return list_json_carry(value, &out->more);
}

/* ---- vPDQ ---------------------------------------------------------------- */

static const char *set_quality(const json_t *value, struct listed *out)
{
    const char *const text = json_string_value(value);
    char *end = NULL;
    const json_int_t quality = text ? strtol(text, &end, 10)
                               : json_is_integer(value)
                                   ? json_integer_value(value)
                                   : -1;

    if (quality < 0 || quality > 100 || (text && (!*text || *end)))
        return _("no quality of 0 to 100");
    out->quality = (int)quality;
    return NULL;
}

static const char *no_time(const struct listed *out)
{
    return !out->stamp || listed_is_decimal(out->stamp)
               ? NULL
               : _("no time of a frame");
}

bool list_json_is_frame(const char *text)
{
    return *text == '"' && strspn(text + 1, "0123456789abcdefABCDEF") == 64 &&
           text[65] == ',';
}

/* "hash,quality,timestamp" */
static const char *take_frame_text(const json_t *value, struct listed *out)
{
    const char *const text = json_string_value(value);
    const size_t n = text ? strcspn(text, ",") : 0;
    const char *const quality = text && text[n] ? text + n + 1 : "";
    const size_t m = strcspn(quality, ",");
    json_t *number;
    const char *why;

    if (!text || !listed_add(out, LISTED_PDQ, text, n)) return no_hash();
    number = need(json_stringn(quality, m));
    why = set_quality(number, out);
    json_decref(number);
    if (why) return why;
    if (quality[m] &&
        !listed_set(&out->stamp, quality + m + 1, strlen(quality + m + 1)))
        return bad_text();
    return no_time(out);
}

static const char *take_frame(const char *path, const json_t *value,
                              struct listed *out)
{
    const char *const hash = json_string_value(json_object_get(value, "hash"));
    const char *why;

    if (!hash || !listed_add(out, LISTED_PDQ, hash, strlen(hash)))
        return no_hash();
    why = set_quality(json_object_get(value, "quality"), out);
    if (why) return why;
    if (!set(&out->stamp, json_object_get(value, "timestamp")) ||
        !listed_set(&out->name, path + 1, strlen(path + 1)))
        return bad_text();
    return no_time(out);
}

/* ---- All ----------------------------------------------------------------- */

const char *list_json_record(enum list_format format, const char *path,
                             json_t *value, struct listed *out, bool *skip)
{
    if (format == LIST_VPDQ_JSON) return take_frame_text(value, out);
    if (!json_is_object(value)) return _("not a JSON object");
    switch (format) {
    case LIST_STOPNCII:
        return take_ncii(value, out);
    case LIST_MISP:
        return take_misp(path, value, out, skip);
    case LIST_VPDQ_OBJECT:
        return take_frame(path, value, out);
    default:
        return take_vics(value, out);
    }
}
