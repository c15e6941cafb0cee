/* SPDX-License-Identifier: Apache-2.0 */
#include "list_store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>
#include <sodium.h>

#include "cases.h"
#include "need.h"
#include "section.h"

#define IDENTITY 32

/* ---- What a record is known by ------------------------------------------- */

static void add(crypto_hash_sha256_state *state, const void *bytes, size_t n)
{
    uint8_t size[8];

    /* with its length, so that no two series of texts are one */
    section_put(size, n, sizeof size);
    crypto_hash_sha256_update(state, size, sizeof size);
    crypto_hash_sha256_update(state, bytes, n);
}

static void add_text(crypto_hash_sha256_state *state, const char *text)
{
    add(state, text ? text : "", text ? strlen(text) : 0);
}

/* The same record of the same list is the same to the format: by its own id, or else
 * by its hashes and the name it goes by. */
static void identify(enum list_format format, const struct listed *listed,
                     uint8_t identity[IDENTITY])
{
    const enum list_format family = list_format_family(format);
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    add_text(&state, list_format_name(family));
    add_text(&state, listed->source);
    add_text(&state, listed->external_id);
    if (!listed->external_id) {
        for (size_t i = 0; i < listed->n_hashes; i++) {
            add_text(&state, listed_kind_name(listed->hashes[i].kind));
            add(&state, listed->hashes[i].bytes, listed->hashes[i].n);
        }
        add_text(&state, listed->name);
        if (family == LIST_VPDQ) add_text(&state, listed->stamp);
    }
    crypto_hash_sha256_final(&state, identity);
}

/* ---- In ------------------------------------------------------------------ */

static int64_t insert_list(struct case_file *file,
                           const struct settings *settings,
                           enum list_format format)
{
    sqlite3_stmt *const insert = case_file_prepare(
        file, "INSERT INTO lists(format, imported, imported_by, version)"
              " VALUES(?, ?, ?, ?)");
    int64_t id = 0;

    if (insert) {
        sqlite3_bind_text(insert, 1, list_format_name(format), -1,
                          SQLITE_STATIC);
        sqlite3_bind_int64(insert, 2, (int64_t)time(NULL));
        sqlite3_bind_text(insert, 3, cases_who(settings), -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 4, TOOL_VERSION, -1, SQLITE_STATIC);
        if (case_file_step(file, insert))
            id = sqlite3_last_insert_rowid(file->db);
    }
    sqlite3_finalize(insert);
    return id;
}

bool list_store_begin(struct list_store *store, struct case_file *file,
                      const struct settings *settings, enum list_format format)
{
    *store = (struct list_store){.file = file, .format = format};
    store->list = insert_list(file, settings, format);
    store->find =
        case_file_prepare(file, "SELECT id FROM listed WHERE identity = ?");
    store->insert = case_file_prepare(
        file, "INSERT INTO listed(list_id, format, place, external_id, source,"
              " category, tags, name, stamp, quality, more, around, identity)"
              " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    store->change = case_file_prepare(
        file, "UPDATE listed SET list_id = ?, format = ?, place = ?,"
              " external_id = ?, source = ?, category = ?, tags = ?, name = ?,"
              " stamp = ?, quality = ?, more = ?, around = ?"
              " WHERE identity = ?");
    store->forget = case_file_prepare(
        file, "DELETE FROM listed_hashes WHERE listed_id = ?");
    store->has = case_file_prepare(file, "SELECT 1 FROM listed_hashes WHERE"
                                         " listed_id = ? AND kind = ? AND"
                                         " hash = ?");
    store->put = case_file_prepare(
        file, "INSERT INTO listed_hashes(listed_id, nth, kind, hash)"
              " VALUES(?, ?, ?, ?)");
    store->purge = case_file_prepare(file, "DELETE FROM listed WHERE id = ?");
    /* what a copy looks like is what the picture looks like, and its SHA-256 may
     * be that of the picture: kept where another finding rests on it */
    store->forget_copies = case_file_prepare(
        file, "UPDATE files SET pdq = NULL, regions = NULL, signed = 0,"
              " sha256 = iif(EXISTS(SELECT 1 FROM findings f"
              " WHERE f.file_id = files.id AND f.sha256 = files.sha256)"
              " OR EXISTS(SELECT 1 FROM listed_findings f"
              " WHERE f.file_id = files.id AND f.sha256 = files.sha256"
              " AND f.listed_id <> ?1), sha256, NULL)"
              " WHERE id IN (SELECT file_id FROM listed_findings"
              " WHERE listed_id = ?1)");
    store->elsewhere = case_file_prepare(
        file, "SELECT EXISTS(SELECT 1 FROM listed_hashes a"
              " JOIN listed_hashes b ON b.hash = a.hash AND b.kind = a.kind"
              " WHERE a.listed_id = ?1 AND b.listed_id <> ?1)");
    return store->elsewhere && store->list && store->find && store->insert &&
           store->change && store->has && store->forget && store->put &&
           store->purge && store->forget_copies;
}

void list_store_end(struct list_store *store)
{
    sqlite3_finalize(store->find);
    sqlite3_finalize(store->insert);
    sqlite3_finalize(store->change);
    sqlite3_finalize(store->forget);
    sqlite3_finalize(store->put);
    sqlite3_finalize(store->has);
    sqlite3_finalize(store->purge);
    sqlite3_finalize(store->forget_copies);
    sqlite3_finalize(store->elsewhere);
}

static void bind_text(sqlite3_stmt *to, int at, const char *text)
{
    if (text) sqlite3_bind_text(to, at, text, -1, SQLITE_STATIC);
}

static bool put_facts(struct list_store *store, sqlite3_stmt *to,
                      const struct listed *listed,
                      const uint8_t identity[IDENTITY])
{
    sqlite3_bind_int64(to, 1, store->list);
    bind_text(to, 2, list_format_name(store->format));
    sqlite3_bind_int64(to, 3, (int64_t)listed->place);
    bind_text(to, 4, listed->external_id);
    bind_text(to, 5, listed->source);
    bind_text(to, 6, listed->category);
    bind_text(to, 7, listed->tags);
    bind_text(to, 8, listed->name);
    bind_text(to, 9, listed->stamp);
    if (listed->quality >= 0) sqlite3_bind_int(to, 10, listed->quality);
    bind_text(to, 11, listed->more);
    bind_text(to, 12, listed->around);
    sqlite3_bind_blob(to, 13, identity, IDENTITY, SQLITE_STATIC);
    return case_file_step(store->file, to);
}

static bool put_hashes(struct list_store *store, const struct listed *listed,
                       int64_t id)
{
    bool good = true;

    for (size_t i = 0; good && i < listed->n_hashes; i++) {
        const struct listed_hash *const hash = &listed->hashes[i];

        sqlite3_bind_int64(store->put, 1, id);
        sqlite3_bind_int(store->put, 2, (int)i);
        bind_text(store->put, 3, listed_kind_name(hash->kind));
        sqlite3_bind_blob(store->put, 4, hash->bytes, (int)hash->n,
                          SQLITE_STATIC);
        good = case_file_step(store->file, store->put);
    }
    return good;
}

/* Whether all of its hashes were there before; -1 after a message. */
static int has_all(struct list_store *store, const struct listed *listed,
                   int64_t id)
{
    int got = 1;

    for (size_t i = 0; got > 0 && i < listed->n_hashes; i++) {
        const struct listed_hash *const hash = &listed->hashes[i];

        sqlite3_bind_int64(store->has, 1, id);
        bind_text(store->has, 2, listed_kind_name(hash->kind));
        sqlite3_bind_blob(store->has, 3, hash->bytes, (int)hash->n,
                          SQLITE_STATIC);
        got = case_file_row(store->file, store->has);
        sqlite3_reset(store->has);
    }
    return got;
}

static bool run_with(struct list_store *store, sqlite3_stmt *statement,
                     int64_t id)
{
    sqlite3_bind_int64(statement, 1, id);
    return case_file_step(store->file, statement);
}

/* The number of what goes by that identity; 0 where there is none, -1 after a
 * message. */
static int64_t find(struct list_store *store, const uint8_t identity[IDENTITY])
{
    int64_t id = 0;
    int got;

    sqlite3_bind_blob(store->find, 1, identity, IDENTITY, SQLITE_STATIC);
    got = case_file_row(store->file, store->find);
    if (got > 0) id = sqlite3_column_int64(store->find, 0);
    sqlite3_reset(store->find);
    return got < 0 ? -1 : id;
}

static bool purge(struct list_store *store, int64_t id)
{
    int got;

    sqlite3_bind_int64(store->elsewhere, 1, id);
    got = case_file_row(store->file, store->elsewhere);
    if (got > 0)
        store->n_elsewhere += (uint64_t)sqlite3_column_int(store->elsewhere, 0);
    sqlite3_reset(store->elsewhere);
    return got > 0 && run_with(store, store->forget_copies, id) &&
           run_with(store, store->purge, id);
}

enum list_store_did list_store_take(struct list_store *store,
                                    const struct listed *listed)
{
    uint8_t identity[IDENTITY];
    int64_t id;

    identify(store->format, listed, identity);
    id = find(store, identity);
    if (id < 0) return LIST_STORE_FAILED;
    if (listed->withdrawn) {
        if (!id) return LIST_STORE_ABSENT;
        return purge(store, id) ? LIST_STORE_PURGED : LIST_STORE_FAILED;
    }
    if (id) {
        const int all = has_all(store, listed, id);

        if (all < 0) return LIST_STORE_FAILED;
        store->has_new |= !all;
    } else {
        store->has_new = true;
    }
    if (!put_facts(store, id ? store->change : store->insert, listed, identity))
        return LIST_STORE_FAILED;
    if (id) {
        return run_with(store, store->forget, id) &&
                       put_hashes(store, listed, id)
                   ? LIST_STORE_KNOWN
                   : LIST_STORE_FAILED;
    }
    return put_hashes(store, listed, sqlite3_last_insert_rowid(store->file->db))
               ? LIST_STORE_ADDED
               : LIST_STORE_FAILED;
}

bool list_store_read_anew(struct list_store *store)
{
    return case_file_run(store->file, "UPDATE files SET signed = 0");
}

/* ---- Out ----------------------------------------------------------------- */

enum { ID, FORMAT, FIRST_TEXT, QUALITY = FIRST_TEXT + 8, PLACE, KIND, HASH };

static bool take_text(sqlite3_stmt *row, int column, char **to)
{
    const char *const text = (const char *)sqlite3_column_text(row, column);

    return !text || listed_set(to, text, strlen(text));
}

/* JSON that may be longer than a text, and is an object, or of NCMEC an array. */
static bool take_json(sqlite3_stmt *row, int column, bool is_object, char **to)
{
    const char *const text = (const char *)sqlite3_column_text(row, column);
    json_t *value;
    bool good;

    if (!text) return true;
    value = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    good = is_object ? json_is_object(value) && json_object_size(value)
                     : json_is_object(value) || json_is_array(value);
    json_decref(value);
    if (good) *to = need(strdup(text));
    return good;
}

/* What a record says; false where no list can have said it. */
static bool take_facts(sqlite3_stmt *row, struct listed *out,
                       enum list_format *format)
{
    const char *const name = (const char *)sqlite3_column_text(row, FORMAT);
    char **const texts[] = {&out->external_id, &out->source, &out->category,
                            &out->tags,        &out->name,   &out->stamp};

    *format = name ? list_format_named(name) : LIST_NONE;
    for (int i = 0; i < 6; i++)
        if (!take_text(row, FIRST_TEXT + i, texts[i])) return false;
    out->quality = -1;
    if (sqlite3_column_type(row, QUALITY) != SQLITE_NULL)
        out->quality = sqlite3_column_int(row, QUALITY);
    out->place = (uint64_t)sqlite3_column_int64(row, PLACE);
    return *format && out->quality >= -1 && out->quality <= 100 &&
           take_json(row, FIRST_TEXT + 6, false, &out->more) &&
           take_json(row, FIRST_TEXT + 7, true, &out->around);
}

static bool take_hash(sqlite3_stmt *row, struct listed *out)
{
    const char *const name = (const char *)sqlite3_column_text(row, KIND);
    const void *const bytes = sqlite3_column_blob(row, HASH);
    const size_t n = (size_t)sqlite3_column_bytes(row, HASH);
    struct listed_hash *const hash = &out->hashes[out->n_hashes];
    char *text = NULL;
    bool good;

    if (!name || !n || n > LISTED_HASH_SIZE || out->n_hashes == LISTED_HASHES)
        return false;
    hash->kind = listed_kind_named(name, strlen(name));
    if (hash->kind == LISTED_KINDS) return false;
    good = hash->kind == LISTED_OTHER ? listed_set(&text, bytes, n)
                                      : n == listed_kind_size(hash->kind);
    free(text);
    memcpy(hash->bytes, bytes, n);
    hash->n = n;
    out->n_hashes++;
    return good;
}

bool list_store_read(struct case_file *file,
                     bool (*use)(void *user, const struct listed *listed,
                                 enum list_format format, int64_t id),
                     void *user)
{
    sqlite3_stmt *const rows = case_file_prepare(
        file, "SELECT l.id, l.format, external_id, source, category, tags,"
              " name, stamp, more, around, quality, place, h.kind, h.hash"
              " FROM listed l JOIN listed_hashes h ON h.listed_id = l.id"
              " ORDER BY l.id, h.nth");
    struct listed *const listed = need(calloc(1, sizeof *listed));
    enum list_format format = LIST_NONE;
    int64_t id = 0;
    bool good = rows;
    int got = 0;

    while (good && (got = case_file_row(file, rows)) > 0) {
        const int64_t next = sqlite3_column_int64(rows, ID);

        if (next != id) {
            if (id) good = use(user, listed, format, id);
            listed_clear(listed);
            id = next;
            good = good && (take_facts(rows, listed, &format) ||
                            case_file_refuse(file, SITR_ECORRUPT));
        }
        good = good && (take_hash(rows, listed) ||
                        case_file_refuse(file, SITR_ECORRUPT));
    }
    if (good && !got && id) good = use(user, listed, format, id);
    listed_clear(listed);
    free(listed);
    sqlite3_finalize(rows);
    return good && !got;
}

int64_t list_store_count(struct case_file *file)
{
    sqlite3_stmt *const ask =
        case_file_prepare(file, "SELECT count(*) FROM listed");
    int64_t n = -1;

    if (case_file_row(file, ask) > 0) n = sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    return n;
}
