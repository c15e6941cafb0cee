/* SPDX-License-Identifier: Apache-2.0 */
/* The scans of a case file. */
#include "scans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "need.h"

/* What makes a scan the same: where it looks, and whatever changes what is
 * recorded. Text, with a zero byte behind each word. */
static char *describe(const struct settings *settings, const char *verb,
                      const struct inputs_source *source, size_t *size)
{
    const sitr_limits *const l = &settings->limits;
    char *text = NULL;
    FILE *const out = need(open_memstream(&text, size));

    fprintf(out,
            "%s, again %d, regions %d, limits %llu %llu %llu %llu %u %u %u",
            verb, settings->again, settings->keep_regions,
            (unsigned long long)l->max_bytes, (unsigned long long)l->max_pixels,
            (unsigned long long)l->max_pixels_whole,
            (unsigned long long)l->max_memory, (unsigned)l->max_side,
            (unsigned)l->max_scans, (unsigned)l->max_warnings);
    for (size_t i = 0; i < source->n_paths; i++) {
        char *const real = realpath(source->paths[i], NULL);

        fprintf(out, "%c%s", 0, real ? real : source->paths[i]);
        free(real);
    }
    if (source->files_from) fprintf(out, "%clist %s", 0, source->files_from);
    if (fclose(out)) need(NULL);
    return text;
}

static int64_t find_unfinished(struct case_file *file, const char *what,
                               size_t size)
{
    sqlite3_stmt *const find = case_file_prepare(
        file, "SELECT max(id) FROM scans WHERE ended IS NULL AND what = ?");
    int64_t id = -1;

    if (find) sqlite3_bind_blob64(find, 1, what, size, SQLITE_STATIC);
    if (case_file_row(file, find) > 0) id = sqlite3_column_int64(find, 0);
    sqlite3_finalize(find);
    return id;
}

static int64_t add(struct case_file *file, const struct settings *settings,
                   const char *what, size_t size, int64_t now)
{
    sqlite3_stmt *const insert =
        case_file_prepare(file, "INSERT INTO scans(started, who, what, version)"
                                " VALUES(?, ?, ?, ?)");
    int64_t id = 0;

    if (insert) {
        sqlite3_bind_int64(insert, 1, now);
        sqlite3_bind_text(insert, 2, cases_who(settings), -1, SQLITE_STATIC);
        sqlite3_bind_blob64(insert, 3, what, size, SQLITE_STATIC);
        sqlite3_bind_text(insert, 4, TOOL_VERSION, -1, SQLITE_STATIC);
        if (case_file_step(file, insert))
            id = sqlite3_last_insert_rowid(file->db);
    }
    sqlite3_finalize(insert);
    return id;
}

int64_t scans_begin(struct case_file *file, const struct settings *settings,
                    const char *verb, const struct inputs_source *source,
                    int64_t now)
{
    size_t size;
    char *const what = describe(settings, verb, source, &size);
    int64_t id = find_unfinished(file, what, size);

    if (!id) id = add(file, settings, what, size, now);
    free(what);
    return id > 0 ? id : 0;
}

bool scans_end(struct case_file *file, int64_t id, int64_t now)
{
    sqlite3_stmt *const update =
        case_file_prepare(file, "UPDATE scans SET ended = ?2 WHERE id = ?1");
    bool good = update;

    if (good) {
        sqlite3_bind_int64(update, 1, id);
        sqlite3_bind_int64(update, 2, now);
        good = case_file_step(file, update);
    }
    sqlite3_finalize(update);
    return good;
}

int64_t scans_searched(struct case_file *file)
{
    sqlite3_stmt *const ask = case_file_prepare(
        file, "SELECT max(coalesce(max(picture_id), 0), 0) FROM searched");
    int64_t picture = -1;

    if (case_file_row(file, ask) > 0) picture = sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    return picture;
}

bool scans_set_searched(struct case_file *file, int64_t picture)
{
    sqlite3_stmt *const put =
        case_file_prepare(file, "INSERT OR REPLACE INTO searched VALUES(1, ?)");
    bool good = put;

    if (good) {
        sqlite3_bind_int64(put, 1, picture);
        good = case_file_step(file, put);
    }
    sqlite3_finalize(put);
    return good;
}
