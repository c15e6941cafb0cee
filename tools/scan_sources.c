/* SPDX-License-Identifier: Apache-2.0 */
#include "scan_sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "need.h"
#include "source_file.h"

/* Of the bytes that the file has: what lies there later came from elsewhere. */
static const char put_sql[] =
    "INSERT INTO sources(file_id, sha256, url, captured, captured_by, added)"
    " SELECT id, sha256, ?2, ?3, ?4, ?5 FROM files f"
    " WHERE id = ?1 AND sha256 IS NOT NULL AND NOT EXISTS(SELECT 1"
    " FROM sources s WHERE s.file_id = f.id AND s.sha256 = f.sha256"
    " AND s.url IS ?2 AND s.captured IS ?3 AND s.captured_by IS ?4)";

static const char find_sql[] =
    "SELECT s.url, s.captured, s.captured_by, count(*) OVER ()"
    " FROM sources s JOIN files f ON f.id = s.file_id AND f.sha256 = s.sha256"
    " WHERE s.file_id = ?"
    " ORDER BY s.captured IS NULL, s.captured DESC, s.id DESC LIMIT 1";

/* ---- Taking in ----------------------------------------------------------- */

/* The folder that the list lies in, with its slash; "" is this one. */
static char *folder_of(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return need(strndup(path, slash ? (size_t)(slash - path) + 1 : 0));
}

/* The absolute path that the file would be recorded by; NULL where nothing is
 * there. */
static char *locate(const char *folder, const char *path)
{
    char *const whole = need(malloc(strlen(folder) + strlen(path) + 1));
    char *real;

    sprintf(whole, "%s%s", *path == '/' ? "" : folder, path);
    real = realpath(whole, NULL);
    free(whole);
    return real;
}

static bool put(struct scan_files *files, sqlite3_stmt *insert, int64_t id,
                const struct source *source)
{
    sqlite3_bind_int64(insert, 1, id);
    sqlite3_bind_text(insert, 2, source->url, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, source->captured, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 4, source->by, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 5, files->now);
    return case_file_step(files->file, insert);
}

static bool take(struct scan_files *files, sqlite3_stmt *insert,
                 const char *folder, const struct source *source,
                 struct scan_sources *out)
{
    char *const path = locate(folder, source->path);
    struct scan_file known;
    const int got = path ? scan_files_find(files, path, &known) : 0;
    bool good = got >= 0;

    free(path);
    if (got > 0) {
        good = put(files, insert, known.id, source);
        out->n_taken++;
    } else {
        out->n_strange++;
    }
    return good;
}

static bool take_all(struct scan_files *files, sqlite3_stmt *insert,
                     const char *path, struct scan_sources *out)
{
    struct source_file *const list = source_file_open(path);
    char *const folder = folder_of(path);
    struct source source;
    bool good = list;
    int got = 0;

    while (good && (got = source_file_next(list, &source)) > 0)
        good = take(files, insert, folder, &source, out);
    if (list) out->n_bad = source_file_bad(list);
    source_file_close(list);
    free(folder);
    return good && !got;
}

bool scan_sources_take(struct scan_files *files, const char *path,
                       struct scan_sources *out)
{
    sqlite3_stmt *const insert = case_file_prepare(files->file, put_sql);
    bool good;

    *out = (struct scan_sources){.n_taken = 0};
    good = insert && case_file_begin(files->file) &&
           take_all(files, insert, path, out) && case_file_commit(files->file);
    sqlite3_finalize(insert);
    return good;
}

/* ---- Giving out ---------------------------------------------------------- */

sqlite3_stmt *scan_sources_prepare(struct case_file *file)
{
    return case_file_prepare(file, find_sql);
}

static char *text_at(sqlite3_stmt *row, int column)
{
    const char *const text = (const char *)sqlite3_column_text(row, column);

    return text ? need(strdup(text)) : NULL;
}

bool scan_sources_load(struct case_file *file, sqlite3_stmt *find,
                       int64_t file_id, struct finding *finding)
{
    int got;

    sqlite3_bind_int64(find, 1, file_id);
    got = case_file_row(file, find);
    if (got > 0) {
        finding->url = text_at(find, 0);
        finding->captured = text_at(find, 1);
        finding->captured_by = text_at(find, 2);
        finding->n_sources = (uint64_t)sqlite3_column_int64(find, 3);
    }
    sqlite3_reset(find);
    return got >= 0;
}
