/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a case was searched for in. What is read from the case file may
 * be anything, and is taken for nothing more than it can be. */
#include "scan_files.h"

#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "need.h"

/* A scan holds a bit for each. */
#define MAX_ID (INT64_C(1) << 31)

static const char find_sql[] =
    "SELECT id, dev, ino, size, mtime_ns, ctime_ns, signed, status, searched,"
    " scan_id, pdq IS NOT NULL AND regions IS NULL,"
    " gone IS NOT NULL FROM files WHERE folder_id = ? AND name = ?";

/* Where nothing could be read this time, what was read before stays. */
static const char put_sql[] =
    "INSERT INTO files(folder_id, name, dev, ino, size, mtime_ns, ctime_ns,"
    " signed, status, sha256, pdq, regions, searched, scan_id, first_seen)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
    " ON CONFLICT(folder_id, name) DO UPDATE SET dev = excluded.dev,"
    " ino = excluded.ino, size = excluded.size, mtime_ns = excluded.mtime_ns,"
    " ctime_ns = excluded.ctime_ns, signed = excluded.signed,"
    " status = excluded.status, scan_id = excluded.scan_id,"
    " sha256 = coalesce(excluded.sha256, sha256),"
    " pdq = iif(excluded.sha256 IS NULL, pdq, excluded.pdq),"
    " regions = iif(excluded.sha256 IS NULL, regions, excluded.regions),"
    " searched = iif(excluded.sha256 IS NULL, searched, excluded.searched),"
    " gone = NULL"
    " RETURNING id";

bool scan_files_open(struct scan_files *files, struct case_file *file)
{
    files->file = file;
    files->find = case_file_prepare(file, find_sql);
    files->find_folder =
        case_file_prepare(file, "SELECT id FROM folders WHERE path = ?");
    files->add_folder = case_file_prepare(
        file, "INSERT INTO folders(path) VALUES(?) RETURNING id");
    files->put = case_file_prepare(file, put_sql);
    files->lose =
        case_file_prepare(file, "UPDATE files SET gone = ?2 WHERE id = ?1"
                                " AND gone IS NULL");
    files->came_back = case_file_prepare(
        file, "INSERT INTO returns(file_id, sha256, gone, back)"
              " SELECT id, sha256, gone, ?2 FROM files n WHERE id = ?1"
              " AND gone IS NOT NULL AND EXISTS(SELECT 1 FROM findings f"
              " WHERE f.file_id = n.id AND f.sha256 = n.sha256)");
    files->restore = case_file_prepare(
        file, "UPDATE files SET gone = NULL, back = ?2 WHERE id = ?1"
              " AND gone IS NOT NULL");
    return files->find && files->find_folder && files->add_folder &&
           files->put && files->lose && files->came_back && files->restore;
}

void scan_files_close(struct scan_files *files)
{
    sqlite3_finalize(files->find);
    sqlite3_finalize(files->find_folder);
    sqlite3_finalize(files->add_folder);
    sqlite3_finalize(files->put);
    sqlite3_finalize(files->lose);
    sqlite3_finalize(files->came_back);
    sqlite3_finalize(files->restore);
    free(files->folder);
    free(files->visited);
    *files = (struct scan_files){.file = NULL};
}

/* ---- Those that were met ------------------------------------------------- */

void scan_files_visit(struct scan_files *files, int64_t id)
{
    const size_t byte = (size_t)id / 8;

    if (byte >= files->n_visited) {
        const size_t n = 2 * byte + 4096;

        files->visited = need(realloc(files->visited, n));
        memset(files->visited + files->n_visited, 0, n - files->n_visited);
        files->n_visited = n;
    }
    files->visited[byte] |= (uint8_t)(1u << id % 8);
}

bool scan_files_visited(const struct scan_files *files, int64_t id)
{
    if (id < 0 || (uint64_t)id / 8 >= files->n_visited) return false;
    return files->visited[id / 8] >> id % 8 & 1;
}

void scan_files_unvisit(struct scan_files *files)
{
    if (files->n_visited) memset(files->visited, 0, files->n_visited);
}

/* ---- Where they lie ------------------------------------------------------ */

/* Its folder and its name: "/" and "a" of "/a". */
static const char *split(const char *path, size_t *n_folder)
{
    const char *const slash = strrchr(path, '/');

    if (!slash) {
        *n_folder = 0;
        return path;
    }
    *n_folder = slash == path ? 1 : (size_t)(slash - path);
    return slash + 1;
}

/* One number of a statement with one blob in it; 1, 0, -1. */
static int ask(struct scan_files *files, sqlite3_stmt *statement,
               const char *bytes, size_t n, int64_t *out)
{
    int got;

    sqlite3_bind_blob64(statement, 1, bytes, n, SQLITE_STATIC);
    got = case_file_row(files->file, statement);
    if (got > 0) *out = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return got;
}

/* Files come folder by folder: the last one is remembered. */
static bool set_folder(struct scan_files *files, const char *path, size_t n,
                       bool add)
{
    const bool same = files->folder && strlen(files->folder) == n &&
                      !memcmp(files->folder, path, n);
    int got;

    if (same && (files->folder_id || !add)) return true;
    if (!same) {
        free(files->folder);
        files->folder = need(strndup(path, n));
        files->folder_id = 0;
    }
    got = ask(files, files->find_folder, path, n, &files->folder_id);
    if (!got && add)
        got = ask(files, files->add_folder, path, n, &files->folder_id);
    return got >= 0;
}

char *scan_files_path(sqlite3_stmt *row, int folder, int name)
{
    const char *const in = sqlite3_column_blob(row, folder);
    const size_t n_in = (size_t)sqlite3_column_bytes(row, folder);
    const char *const at = sqlite3_column_blob(row, name);
    const size_t n_at = (size_t)sqlite3_column_bytes(row, name);
    const size_t slash = n_in && in[n_in - 1] != '/';
    char *path;

    if (!n_at || memchr(at, 0, n_at) || (n_in && memchr(in, 0, n_in)))
        return NULL;
    path = need(malloc(n_in + slash + n_at + 1));
    if (n_in) memcpy(path, in, n_in);
    if (slash) path[n_in] = '/';
    memcpy(path + n_in + slash, at, n_at);
    path[n_in + slash + n_at] = '\0';
    return path;
}

/* ---- What is recorded ---------------------------------------------------- */

static bool read_row(sqlite3_stmt *row, struct scan_file *out)
{
    const int64_t status = sqlite3_column_int64(row, 7);

    *out = (struct scan_file){
        .id = sqlite3_column_int64(row, 0),
        .stamp =
            {
                .device = (uint64_t)sqlite3_column_int64(row, 1),
                .inode = (uint64_t)sqlite3_column_int64(row, 2),
                .size = (uint64_t)sqlite3_column_int64(row, 3),
                .mtime_ns = sqlite3_column_int64(row, 4),
                .ctime_ns = sqlite3_column_int64(row, 5),
            },
        .signed_as = sqlite3_column_int64(row, 6),
        .searched = sqlite3_column_int64(row, 8),
        .scan = sqlite3_column_int64(row, 9),
        .by_hash = sqlite3_column_int(row, 10),
        .is_gone = sqlite3_column_int(row, 11),
    };
    if (out->id < 0 || out->id >= MAX_ID || status < 0 ||
        status >= STATUS_COUNT)
        return false;
    out->status = (enum status)status;
    return true;
}

int scan_files_find(struct scan_files *files, const char *path,
                    struct scan_file *out)
{
    size_t n_folder;
    const char *const name = split(path, &n_folder);
    int got;

    if (!set_folder(files, path, n_folder, false)) return -1;
    if (!files->folder_id) return 0;
    sqlite3_bind_int64(files->find, 1, files->folder_id);
    sqlite3_bind_blob64(files->find, 2, name, strlen(name), SQLITE_STATIC);
    got = case_file_row(files->file, files->find);
    if (got > 0 && !read_row(files->find, out)) {
        case_file_refuse(files->file, SITR_ECORRUPT);
        got = -1;
    }
    sqlite3_reset(files->find);
    return got;
}

/* ---- Recording ----------------------------------------------------------- */

/* What is a picture today may be one that can be read tomorrow, with more time,
 * more memory or other limits. */
static bool is_final(enum status status) { return status <= STATUS_CORRUPT; }

static void bind_stamp(sqlite3_stmt *s, const struct picture *picture)
{
    const struct file_stamp *const stamp = &picture->stamp;

    sqlite3_bind_int64(s, 3, (int64_t)stamp->device);
    sqlite3_bind_int64(s, 4, (int64_t)stamp->inode);
    sqlite3_bind_int64(s, 5, (int64_t)stamp->size);
    sqlite3_bind_int64(s, 6, stamp->mtime_ns);
    sqlite3_bind_int64(s, 7, stamp->ctime_ns);
    sqlite3_bind_int(s, 8, is_final(picture->status) ? SCAN_SIGNED : 0);
    sqlite3_bind_int(s, 9, (int)picture->status);
}

void scan_kept_hash(struct scan_kept *kept, const sitr_signature *signature)
{
    sitr_hash hash;

    kept->has_hash = signature && sitr_signature_hash(signature, SITR_PDQ,
                                                      SITR_UPRIGHT, &hash);
    if (!kept->has_hash) return;
    kept->hash[0] = hash.quality;
    for (size_t i = 1; i < SCAN_HASH; i++)
        kept->hash[i] = (uint8_t)(hash.word[(i - 1) / 8] >> (i - 1) % 8 * 8);
}

bool scan_files_record(struct scan_files *files, const char *path,
                       const struct picture *picture,
                       const struct scan_kept *kept, int64_t *id)
{
    sqlite3_stmt *const s = files->put;
    size_t n_folder;
    const char *const name = split(path, &n_folder);
    int got;

    if (!set_folder(files, path, n_folder, true)) return false;
    sqlite3_bind_int64(s, 1, files->folder_id);
    sqlite3_bind_blob64(s, 2, name, strlen(name), SQLITE_STATIC);
    bind_stamp(s, picture);
    if (picture->has_sha256)
        sqlite3_bind_blob(s, 10, picture->sha256, sizeof picture->sha256,
                          SQLITE_STATIC);
    if (kept->has_hash)
        sqlite3_bind_blob(s, 11, kept->hash, sizeof kept->hash, SQLITE_STATIC);
    cases_bind_signature(s, 12, kept->regions);
    sqlite3_bind_int64(s, 13, files->newest);
    sqlite3_bind_int64(s, 14, files->scan);
    sqlite3_bind_int64(s, 15, files->now);
    got = case_file_row(files->file, s);
    if (got > 0) *id = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    if (got <= 0) return false;
    if (*id < 0 || *id >= MAX_ID)
        return case_file_refuse(files->file, SITR_ECORRUPT);
    scan_files_visit(files, *id);
    return true;
}

static bool change(struct scan_files *files, sqlite3_stmt *statement,
                   int64_t id, int64_t value)
{
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, value);
    return case_file_step(files->file, statement);
}

bool scan_files_return(struct scan_files *files, int64_t id)
{
    return change(files, files->came_back, id, files->now) &&
           change(files, files->restore, id, files->now);
}

bool scan_files_lose(struct scan_files *files, int64_t id)
{
    return change(files, files->lose, id, files->now);
}

/* ---- What is gone -------------------------------------------------------- */

static bool lose_folder(struct scan_files *files, sqlite3_stmt *in,
                        int64_t folder, int64_t *n_lost)
{
    int got;
    bool good = true;

    sqlite3_bind_int64(in, 1, folder);
    while (good && (got = case_file_row(files->file, in)) != 0) {
        const int64_t id = sqlite3_column_int64(in, 0);

        if (got < 0) return false;
        if (scan_files_visited(files, id)) continue;
        good = scan_files_lose(files, id);
        ++*n_lost;
    }
    sqlite3_reset(in);
    return good;
}

/* The bytes of a path, and one behind them. */
static void bind_with(sqlite3_stmt *statement, int at, const char *path,
                      char behind)
{
    const size_t n = strlen(path);
    char *const bytes = need(malloc(n + 1));

    memcpy(bytes, path, n + 1);
    bytes[n] = behind; /* in the place of the zero: it is a blob */
    sqlite3_bind_blob64(statement, at, bytes, n + 1, free);
}

static bool lose_below(struct scan_files *files, const char *path,
                       int64_t *n_lost)
{
    /* behind "/" comes "0": what lies below a folder has its paths in between */
    static const char behind_slash = '/' + 1;
    sqlite3_stmt *const lose = case_file_prepare(
        files->file,
        "UPDATE files SET gone = ?4 WHERE gone IS NULL AND folder_id IN"
        " (SELECT id FROM folders WHERE path = ?1"
        "  OR (path >= ?2 AND path < ?3))");
    bool good = lose;

    if (good) {
        sqlite3_bind_blob64(lose, 1, path, strlen(path), SQLITE_STATIC);
        bind_with(lose, 2, path, '/');
        bind_with(lose, 3, path, behind_slash);
        sqlite3_bind_int64(lose, 4, files->now);
        good = case_file_step(files->file, lose);
        *n_lost += sqlite3_changes(files->file->db);
    }
    sqlite3_finalize(lose);
    return good;
}

bool scan_files_lose_path(struct scan_files *files, const char *path,
                          int64_t *n_lost)
{
    struct scan_file known;
    const int got = scan_files_find(files, path, &known);

    if (got < 0 || !lose_below(files, path, n_lost)) return false;
    if (!got || known.is_gone) return true;
    ++*n_lost;
    return scan_files_lose(files, known.id);
}

bool scan_files_lose_rest(struct scan_files *files,
                          const struct scan_paths *paths, int64_t *n_lost)
{
    sqlite3_stmt *const folders =
        case_file_prepare(files->file, "SELECT id, path FROM folders");
    sqlite3_stmt *const in = case_file_prepare(
        files->file,
        "SELECT id FROM files WHERE folder_id = ? AND gone IS NULL");
    bool good = folders && in;
    int got = 0;

    while (good && (got = case_file_row(files->file, folders)) > 0) {
        const char *const bytes = sqlite3_column_blob(folders, 1);
        char *const path = need(strndup(
            bytes ? bytes : "", (size_t)sqlite3_column_bytes(folders, 1)));

        if (scan_path_covered(paths, path))
            good = lose_folder(files, in, sqlite3_column_int64(folders, 0),
                               n_lost);
        free(path);
    }
    sqlite3_finalize(folders);
    sqlite3_finalize(in);
    return good && !got;
}
