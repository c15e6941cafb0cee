/* SPDX-License-Identifier: Apache-2.0 */
/* What scans found. */
#include "scan_findings.h"

#include <math.h>
#include <string.h>

#include "scan_files.h"
#include "scan_sources.h"

/* A victim may withdraw while a scan runs: then there is no such picture any
 * more, nothing is recorded of it, and what a copy looks like is not kept. */
#define PUT_SQL(findings, of, those)                                         \
 "INSERT INTO " findings "(file_id, sha256, " of ", nth, verdict, kind,"     \
 " same_file, turn, distance, keypoints, false_positive_rate, quad, width,"  \
 " height, at, how, scan_id)"                                                \
 " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15," \
 " ?16, ?17 FROM " those " WHERE id = ?3"                                    \
 " ON CONFLICT(file_id, sha256, " of ", nth) DO UPDATE SET"                  \
 " verdict = excluded.verdict, kind = excluded.kind,"                        \
 " same_file = excluded.same_file, turn = excluded.turn,"                    \
 " distance = excluded.distance, keypoints = excluded.keypoints,"            \
 " false_positive_rate = excluded.false_positive_rate,"                      \
 " quad = excluded.quad, width = excluded.width, height = excluded.height,"  \
 " how = excluded.how"

/* What a person said; and when the picture was told of first: elsewhere, and where
 * that was no mistake. */
#define REVIEWED_SQL                                           \
 " (SELECT 1 + (confirmed <> 0) FROM reviews r"                \
 "  WHERE r.picture_id = f.picture_id AND r.sha256 = f.sha256" \
 "  ORDER BY r.id DESC LIMIT 1),"
#define TOLD_BEFORE_SQL                                              \
 " (SELECT g.told FROM findings g WHERE g.picture_id = f.picture_id" \
 "  AND g.told < coalesce(f.told, 9223372036854775807)"              \
 "  AND coalesce((SELECT confirmed FROM reviews r"                   \
 "   WHERE r.picture_id = g.picture_id AND r.sha256 = g.sha256"      \
 "   ORDER BY r.id DESC LIMIT 1), 1) ORDER BY g.told LIMIT 1)"

/* Nobody is asked about what lists have: it is of no case. */
#define LISTED_BEFORE_SQL                      \
 " (SELECT min(g.told) FROM listed_findings g" \
 "  WHERE g.listed_id = f.listed_id"           \
 "  AND g.told < coalesce(f.told, 9223372036854775807))"

#define LOAD_SQL(findings, of, reviewed, before)                       \
 "SELECT f.file_id, f." of ", f.verdict, f.kind, f.same_file, f.turn," \
 " f.distance, f.keypoints, f.false_positive_rate, f.quad, f.width,"   \
 " f.height, f.at, f.scan_id, d.path, n.name, n.status,"               \
 " f.how = 'stored', f.id," reviewed " f.told," before ","             \
 " t.gone, t.back, t.told"                                             \
 " FROM " findings " f"                                                \
 " JOIN files n ON n.id = f.file_id AND (?1 OR n.sha256 = f.sha256)"   \
 " JOIN folders d ON d.id = n.folder_id"                               \
 " LEFT JOIN returns t ON t.id ="                                      \
 "  (SELECT max(id) FROM returns WHERE file_id = f.file_id)"           \
 "  AND t.sha256 = f.sha256"

/* The index of what was not told keeps this quick, however much was. */
#define UNTOLD_SQL                       \
 " WHERE f.told IS NULL OR f.file_id IN" \
 " (SELECT file_id FROM returns WHERE told IS NULL)"

/* Of pictures and of lists: all, and what was not told. */
static const char load_sql[] =
    LOAD_SQL("findings", "picture_id", REVIEWED_SQL, TOLD_BEFORE_SQL);
static const char load_untold_sql[] =
    LOAD_SQL("findings", "picture_id", REVIEWED_SQL, TOLD_BEFORE_SQL)
        UNTOLD_SQL;
static const char load_listed_sql[] =
    LOAD_SQL("listed_findings", "listed_id", " 0,", LISTED_BEFORE_SQL);
static const char load_listed_untold_sql[] =
    LOAD_SQL("listed_findings", "listed_id", " 0,", LISTED_BEFORE_SQL)
        UNTOLD_SQL;

enum {
    FILE_ID,
    PICTURE_ID,
    VERDICT,
    KIND,
    SAME_FILE,
    TURN,
    DISTANCE,
    KEYPOINTS,
    RATE,
    QUAD,
    WIDTH,
    HEIGHT,
    AT,
    SCAN_ID,
    FOLDER,
    NAME,
    STATUS,
    STORED,
    NUMBER,
    REVIEWED,
    TOLD,
    TOLD_BEFORE,
    GONE,
    BACK,
    BACK_TOLD
};

bool scan_findings_open(struct scan_findings *findings, struct case_file *file)
{
    findings->file = file;
    findings->put =
        case_file_prepare(file, PUT_SQL("findings", "picture_id", "pictures"));
    findings->put_listed = case_file_prepare(
        file, PUT_SQL("listed_findings", "listed_id", "listed"));
    findings->forget = case_file_prepare(
        file, "UPDATE files SET pdq = NULL, regions = NULL, signed = 0,"
              " sha256 = iif(EXISTS(SELECT 1 FROM findings f"
              " WHERE f.file_id = ?1 AND f.sha256 = files.sha256)"
              " OR EXISTS(SELECT 1 FROM listed_findings f"
              " WHERE f.file_id = ?1 AND f.sha256 = files.sha256), sha256,"
              " NULL) WHERE id = ?1");
    return findings->put && findings->put_listed && findings->forget;
}

void scan_findings_close(struct scan_findings *findings)
{
    sqlite3_finalize(findings->put);
    sqlite3_finalize(findings->put_listed);
    sqlite3_finalize(findings->forget);
    findings->put = findings->put_listed = findings->forget = NULL;
}

/* ---- Recording ----------------------------------------------------------- */

/* Little-endian, whatever the machine. */
static void put_quad(const float quad[4][2], uint8_t out[32])
{
    for (size_t i = 0; i < 8; i++) {
        uint32_t bits;

        memcpy(&bits, &quad[i / 2][i % 2], sizeof bits);
        for (size_t k = 0; k < 4; k++)
            out[4 * i + k] = (uint8_t)(bits >> 8 * k);
    }
}

static bool record(struct scan_findings *findings, int64_t file_id,
                   const struct picture *picture, const struct finding *finding,
                   int64_t nth, const char *how)
{
    const struct evidence *const evidence = &finding->evidence;
    const sitr_match *const match = &evidence->match;
    sqlite3_stmt *const s =
        finding->is_listed ? findings->put_listed : findings->put;
    uint8_t quad[32];

    put_quad(match->quad, quad);
    sqlite3_bind_int64(s, 1, file_id);
    sqlite3_bind_blob(s, 2, picture->sha256, sizeof picture->sha256,
                      SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, (int64_t)match->id);
    sqlite3_bind_int64(s, 4, nth);
    sqlite3_bind_int(s, 5, (int)match->verdict);
    sqlite3_bind_int(s, 6, (int)match->kind);
    sqlite3_bind_int(s, 7, evidence->same_file);
    sqlite3_bind_int(s, 8, (int)match->turn);
    if (match->distance != UINT32_MAX)
        sqlite3_bind_int64(s, 9, match->distance);
    sqlite3_bind_int64(s, 10, match->keypoints);
    sqlite3_bind_double(s, 11, (double)match->false_positive_rate);
    sqlite3_bind_blob(s, 12, quad, sizeof quad, SQLITE_STATIC);
    sqlite3_bind_int64(s, 13, picture->info.width);
    sqlite3_bind_int64(s, 14, picture->info.height);
    sqlite3_bind_int64(s, 15, findings->now);
    sqlite3_bind_text(s, 16, how, -1, SQLITE_STATIC);
    if (findings->scan) sqlite3_bind_int64(s, 17, findings->scan);
    return case_file_step(findings->file, s);
}

static bool forget(struct scan_findings *findings, int64_t file_id)
{
    sqlite3_bind_int64(findings->forget, 1, file_id);
    return case_file_step(findings->file, findings->forget);
}

bool scan_findings_record(struct scan_findings *findings, int64_t file_id,
                          const struct picture *picture,
                          const struct findings *found, const char *how)
{
    for (size_t i = 0; i < found->n; i++) {
        const struct finding *const finding = &found->items[i];
        int64_t nth = 0;

        for (size_t k = 0; k < i; k++)
            nth +=
                found->items[k].is_listed == finding->is_listed &&
                found->items[k].evidence.match.id == finding->evidence.match.id;
        if (!record(findings, file_id, picture, finding, nth, how))
            return false;
        if (!sqlite3_changes(findings->file->db) && !forget(findings, file_id))
            return false;
    }
    return true;
}

static bool mark(struct case_file *file, sqlite3_stmt *statement, int64_t id,
                 int64_t now)
{
    sqlite3_bind_int64(statement, 1, id);
    sqlite3_bind_int64(statement, 2, now);
    return case_file_step(file, statement);
}

/* Those of pictures, or of lists. */
static bool tell(struct case_file *file, const struct findings *findings,
                 bool is_listed, int64_t now)
{
    sqlite3_stmt *const told = case_file_prepare(
        file, is_listed ? "UPDATE listed_findings SET told = ?2"
                          " WHERE id = ?1 AND told IS NULL"
                        : "UPDATE findings SET told = ?2"
                          " WHERE id = ?1 AND told IS NULL");
    sqlite3_stmt *const back = case_file_prepare(
        file,
        is_listed
            ? "UPDATE returns SET told = ?2 WHERE told IS NULL AND file_id ="
              " (SELECT file_id FROM listed_findings WHERE id = ?1)"
            : "UPDATE returns SET told = ?2 WHERE told IS NULL AND file_id ="
              " (SELECT file_id FROM findings WHERE id = ?1)");
    bool good = told && back;

    for (size_t i = 0; good && i < findings->n; i++) {
        const struct finding *const finding = &findings->items[i];

        if (finding->is_listed != is_listed) continue;
        good = (finding->told || mark(file, told, finding->number, now)) &&
               (!finding->back || mark(file, back, finding->number, now));
    }
    sqlite3_finalize(told);
    sqlite3_finalize(back);
    return good;
}

bool scan_findings_tell(struct case_file *file, const struct findings *findings,
                        int64_t now)
{
    return tell(file, findings, false, now) && tell(file, findings, true, now);
}

/* ---- Reading ------------------------------------------------------------- */

/* A number of a column, if it is within a range. */
static bool number(sqlite3_stmt *row, int column, int64_t low, int64_t high,
                   int64_t *out)
{
    *out = sqlite3_column_int64(row, column);
    return *out >= low && *out <= high;
}

static bool get_quad(sqlite3_stmt *row, float quad[4][2])
{
    const uint8_t *const bytes = sqlite3_column_blob(row, QUAD);

    if (sqlite3_column_bytes(row, QUAD) != 32) return false;
    for (size_t i = 0; i < 8; i++) {
        uint32_t bits = 0;

        for (size_t k = 0; k < 4; k++)
            bits |= (uint32_t)bytes[4 * i + k] << 8 * k;
        memcpy(&quad[i / 2][i % 2], &bits, sizeof bits);
        if (!isfinite(quad[i / 2][i % 2])) return false;
    }
    return true;
}

static bool get_match(sqlite3_stmt *row, struct finding *out)
{
    sitr_match *const match = &out->evidence.match;
    const double rate = sqlite3_column_double(row, RATE);
    const bool has_distance = sqlite3_column_type(row, DISTANCE) != SQLITE_NULL;
    int64_t verdict, kind, same, turn, distance, keypoints, width, height;

    if (!number(row, VERDICT, SITR_REVIEW, SITR_COPY, &verdict) ||
        !number(row, KIND, SITR_KIND_NONE, SITR_EDITED, &kind) ||
        !number(row, SAME_FILE, 0, 1, &same) ||
        !number(row, TURN, SITR_UPRIGHT, SITR_MIRROR_270, &turn) ||
        !number(row, DISTANCE, 0, SITR_HASH_MAX_BITS, &distance) ||
        !number(row, KEYPOINTS, 0, UINT32_MAX, &keypoints) ||
        !number(row, WIDTH, 0, UINT32_MAX, &width) ||
        !number(row, HEIGHT, 0, UINT32_MAX, &height) || !(rate >= 0) ||
        rate > 1 || !get_quad(row, match->quad))
        return false;
    match->verdict = (sitr_verdict)verdict;
    match->kind = (sitr_match_kind)kind;
    match->turn = (sitr_turn)turn;
    match->distance = has_distance ? (uint32_t)distance : UINT32_MAX;
    match->keypoints = (uint32_t)keypoints;
    match->false_positive_rate = (float)rate;
    match->id = (uint64_t)sqlite3_column_int64(row, PICTURE_ID);
    out->evidence.same_file = same;
    out->found_info.width = (uint32_t)width;
    out->found_info.height = (uint32_t)height;
    return true;
}

/* Ids of a set that comes from a case file rise. */
static const struct picture *find_picture(const struct protected_set *set,
                                          int64_t id)
{
    size_t low = 0, high = set->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if ((int64_t)set->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->n && (int64_t)set->ids[low] == id ? &set->pictures[low]
                                                        : NULL;
}

/* False where the row holds what no scan would have written; also, after a message,
 * where SQLite failed. */
static bool add_row(struct case_file *file, sqlite3_stmt *row,
                    sqlite3_stmt *sources, const struct scan_query *query,
                    const char *path, bool is_listed, struct findings *out)
{
    struct finding finding = {
        .protected_path = path,
        .seen = sqlite3_column_int64(row, AT),
        .is_new =
            query->scan && sqlite3_column_int64(row, SCAN_ID) == query->scan,
        .is_stored = sqlite3_column_int(row, STORED),
        .number = sqlite3_column_int64(row, NUMBER),
        .reviewed = (enum reviewed)sqlite3_column_int(row, REVIEWED),
        .is_listed = is_listed,
        .told = sqlite3_column_int64(row, TOLD),
        .told_before = sqlite3_column_int64(row, TOLD_BEFORE),
        .gone = sqlite3_column_int64(row, GONE),
        .back = sqlite3_column_int64(row, BACK),
    };
    const bool is_back_untold =
        finding.back && sqlite3_column_type(row, BACK_TOLD) == SQLITE_NULL;
    int64_t status;
    bool good;

    if (!get_match(row, &finding) ||
        !number(row, STATUS, 0, STATUS_COUNT - 1, &status))
        return false;
    if (finding.evidence.match.verdict < query->at_least ||
        (finding.reviewed == REVIEWED_REJECTED && !query->rejected) ||
        (finding.reviewed != REVIEWED_NOT && query->unreviewed) ||
        (query->untold && finding.told && !is_back_untold))
        return true;
    finding.status = (enum status)status;
    finding.found_path = scan_files_path(row, FOLDER, NAME);
    if (!finding.found_path) return false;
    good = scan_sources_load(file, sources, sqlite3_column_int64(row, FILE_ID),
                             &finding);
    findings_add(out, &finding);
    return good;
}

/* What the picture or the record of that id is shown by; NULL where it is not one of
 * the set. */
static const char *path_of(const struct protected_set *set, bool is_listed,
                           int64_t id)
{
    const struct picture *picture;

    if (is_listed) return list_match_path(set->lists, (uint64_t)id);
    picture = find_picture(set, id);
    return picture ? picture->input.path : NULL;
}

static const char *sql_of(const struct scan_query *query, bool is_listed)
{
    if (is_listed)
        return query->untold ? load_listed_untold_sql : load_listed_sql;
    return query->untold ? load_untold_sql : load_sql;
}

static bool load(struct case_file *file, const struct scan_query *query,
                 const struct protected_set *set, bool is_listed,
                 struct findings *out)
{
    sqlite3_stmt *const rows =
        case_file_prepare(file, sql_of(query, is_listed));
    sqlite3_stmt *const sources = scan_sources_prepare(file);
    int got = -1;

    if (rows) sqlite3_bind_int(rows, 1, query->former);
    while (rows && sources && (got = case_file_row(file, rows)) > 0) {
        const int64_t id = sqlite3_column_int64(rows, PICTURE_ID);
        const char *const path = path_of(set, is_listed, id);

        if (!path || (query->wants &&
                      !query->wants(query->user,
                                    sqlite3_column_int64(rows, FILE_ID), id)))
            continue;
        if (!add_row(file, rows, sources, query, path, is_listed, out)) {
            case_file_refuse(file, SITR_ECORRUPT);
            got = -1;
            break;
        }
    }
    sqlite3_finalize(rows);
    sqlite3_finalize(sources);
    return got == 0;
}

bool scan_findings_load(struct case_file *file, const struct scan_query *query,
                        const struct protected_set *set, struct findings *out)
{
    return load(file, query, set, false, out) &&
           (!set->lists || load(file, query, set, true, out));
}
