/* SPDX-License-Identifier: Apache-2.0 */
/* New pictures, looked for in what was scanned before they came. Of most files
 * nothing is kept but a hash, of one turn; so the hashes of all turns of the new
 * pictures are compared with it, where they are there. */
#include "scan_stored.h"

#include <stdlib.h>
#include <string.h>

#include "found.h"
#include "need.h"
#include "scan_files.h"
#include "scan_findings.h"
#include "scans.h"
#include "turns.h"

static const char stored_sql[] =
    "SELECT f.id, f.ino, f.status, f.sha256, f.pdq, f.regions, d.path, f.name,"
    " s.started FROM files f JOIN folders d ON d.id = f.folder_id"
    " JOIN scans s ON s.id = f.scan_id"
    " WHERE f.sha256 IS NOT NULL";

/* What was found in one file. */
struct hit {
    int64_t file_id, seen;
    struct found found;
};

struct search {
    struct case_file *file;
    const sitr_ctx *ctx;
    struct protected_set newer; /* part of the whole set */
    sitr_signature **turned;    /* hashes of turns of these */
    size_t *of;                 /* which of these, for each */
    sitr_turn *turns;           /* and how it was turned */
    size_t n_turned;
    sitr_match *matches; /* room for one of each of these */
    struct hit *hits;
    size_t n_hits;
};

/* ---- What is looked for -------------------------------------------------- */

static sitr_status sign_hash(const sitr_ctx *ctx, uint8_t quality,
                             const uint8_t bits[32], sitr_signature **out)
{
    sitr_hash hash = {.algo = SITR_PDQ, .bits = 256, .quality = quality};

    for (size_t i = 0; i < 32; i++)
        hash.word[i / 8] |= (uint64_t)bits[i] << i % 8 * 8;
    return sitr_sign_hash(ctx, &hash, out);
}

static void add_turns(struct search *search, size_t place, const uint8_t *bytes)
{
    const uint8_t quality = (uint8_t)search->newer.pictures[place].info.quality;

    for (int t = SITR_UPRIGHT + 1; t < TURNS_N; t++) {
        sitr_signature *signature;

        if (sign_hash(search->ctx, quality, bytes + (size_t)t * TURNS_HASH,
                      &signature))
            continue;
        search->turned[search->n_turned] = signature;
        search->of[search->n_turned] = place;
        search->turns[search->n_turned++] = (sitr_turn)t;
    }
}

static bool load_turns(struct search *search)
{
    sqlite3_stmt *const find = case_file_prepare(
        search->file, "SELECT pdq FROM turns WHERE picture_id = ?");
    const size_t n = search->newer.n * TURNS_N;
    int got = find ? 0 : -1;

    search->turned = need(calloc(n, sizeof *search->turned));
    search->of = need(calloc(n, sizeof *search->of));
    search->turns = need(calloc(n, sizeof *search->turns));
    search->matches = need(calloc(n, sizeof *search->matches));
    for (size_t i = 0; got >= 0 && i < search->newer.n; i++) {
        sqlite3_bind_int64(find, 1, (int64_t)search->newer.ids[i]);
        got = case_file_row(search->file, find);
        if (got > 0 && sqlite3_column_bytes(find, 0) == TURNS_N * TURNS_HASH)
            add_turns(search, i, sqlite3_column_blob(find, 0));
        sqlite3_reset(find);
    }
    sqlite3_finalize(find);
    return got >= 0;
}

/* ---- What it is looked for in -------------------------------------------- */

/* What was kept of a picture, if anything was. */
static sitr_status read_signature(const struct search *search,
                                  sqlite3_stmt *row, sitr_signature **out)
{
    const size_t n_regions = (size_t)sqlite3_column_bytes(row, 5);
    const uint8_t *const hash = sqlite3_column_blob(row, 4);
    const size_t n_hash = (size_t)sqlite3_column_bytes(row, 4);

    if (n_regions)
        return sitr_signature_decode(search->ctx, sqlite3_column_blob(row, 5),
                                     n_regions, out);
    if (!n_hash) return SITR_OK;
    if (n_hash != SCAN_HASH || hash[0] > 100) return SITR_ECORRUPT;
    return sign_hash(search->ctx, hash[0], hash + 1, out);
}

static sitr_status read_stored(const struct search *search, sqlite3_stmt *row,
                               struct picture *out)
{
    const int64_t number = sqlite3_column_int64(row, 2);
    sitr_status status;

    if (number < 0 || number >= STATUS_COUNT ||
        sqlite3_column_bytes(row, 3) != sizeof out->sha256)
        return SITR_ECORRUPT;
    *out = (struct picture){
        .status = (enum status)number,
        .inode = (ino_t)sqlite3_column_int64(row, 1),
        .has_sha256 = true,
        .input.path = scan_files_path(row, 6, 7),
    };
    memcpy(out->sha256, sqlite3_column_blob(row, 3), sizeof out->sha256);
    if (!out->input.path) return SITR_ECORRUPT;
    status = read_signature(search, row, &out->signature);
    if (out->signature) sitr_signature_describe(out->signature, &out->info);
    return status;
}

static bool is_found(const struct findings *findings, uint64_t id)
{
    for (size_t i = 0; i < findings->n; i++)
        if (findings->items[i].evidence.match.id == id) return true;
    return false;
}

static void add_turned(const struct search *search, struct found *found,
                       const sitr_match *match)
{
    const size_t place = search->of[match->id];
    struct finding finding = {
        .evidence.match = *match,
        .found_path = need(strdup(found->picture.input.path)),
        .protected_path = search->newer.pictures[place].input.path,
        .status = found->picture.status,
    };

    finding.evidence.match.id = search->newer.ids[place];
    finding.evidence.match.kind = SITR_TURNED;
    finding.evidence.match.turn = search->turns[match->id];
    findings_add(&found->findings, &finding);
}

/* Whether one is found mirrored or rotated that was not found as it is: the nearest
 * of its turns comes first. */
static void match_turned(const struct search *search, struct found *found)
{
    const sitr_match_opts opts = {.struct_size = sizeof opts};
    uint64_t n = 0;

    if (!found->picture.signature || !search->n_turned ||
        sitr_match_scan((const sitr_signature *const *)search->turned,
                        search->n_turned, found->picture.signature, &opts,
                        search->matches, search->n_turned, &n))
        return;
    for (size_t i = 0; i < n && i < search->n_turned; i++) {
        const size_t place = search->of[search->matches[i].id];

        if (!is_found(&found->findings, search->newer.ids[place]))
            add_turned(search, found, &search->matches[i]);
    }
}

static void search_one(struct search *search, int64_t file_id, int64_t seen,
                       struct found *found)
{
    found_match(found, &search->newer, SITR_REVIEW);
    match_turned(search, found);
    sitr_signature_free(found->picture.signature);
    found->picture.signature = NULL;
    if (!found->findings.n) {
        found_clear(found);
        return;
    }
    search->hits = need(
        realloc(search->hits, (search->n_hits + 1) * sizeof *search->hits));
    search->hits[search->n_hits++] = (struct hit){file_id, seen, *found};
}

static bool search_all(struct search *search)
{
    sqlite3_stmt *const rows = case_file_prepare(search->file, stored_sql);
    int got = -1;

    while (rows && (got = case_file_row(search->file, rows)) > 0) {
        struct found found = {.n_self = 0};

        const sitr_status status = read_stored(search, rows, &found.picture);

        if (status) {
            found_clear(&found);
            case_file_refuse(search->file, status);
            got = -1;
            break;
        }
        search_one(search, sqlite3_column_int64(rows, 0),
                   sqlite3_column_int64(rows, 8), &found);
    }
    sqlite3_finalize(rows);
    return got == 0;
}

/* ---- The search ---------------------------------------------------------- */

static bool record(struct search *search, int64_t scan, int64_t newest)
{
    struct scan_findings findings = {.scan = scan};
    bool good = scan_findings_open(&findings, search->file) &&
                case_file_begin(search->file);

    for (size_t i = 0; good && i < search->n_hits; i++) {
        struct hit *const hit = &search->hits[i];

        findings.now = hit->seen;
        good =
            scan_findings_record(&findings, hit->file_id, &hit->found.picture,
                                 &hit->found.findings, SCAN_BY_STORED);
    }
    good = good && scans_set_searched(search->file, newest) &&
           case_file_commit(search->file);
    scan_findings_close(&findings);
    return good;
}

static void clear(struct search *search)
{
    for (size_t i = 0; i < search->n_hits; i++)
        found_clear(&search->hits[i].found);
    for (size_t i = 0; i < search->n_turned; i++)
        sitr_signature_free(search->turned[i]);
    free(search->hits);
    free(search->turned);
    free(search->of);
    free(search->turns);
    free(search->matches);
    /* the pictures are another's */
    search->newer.pictures = NULL;
    search->newer.n = 0;
    protected_clear(&search->newer);
}

bool scan_stored_search(struct case_file *file, const sitr_ctx *ctx,
                        const struct protected_set *set, int64_t scan)
{
    const int64_t searched = scans_searched(file);
    const int64_t newest = set->n ? (int64_t)set->ids[set->n - 1] : 0;
    struct search search = {.file = file, .ctx = ctx};
    size_t first = 0;
    bool good;

    if (searched < 0) return false;
    if (newest <= searched) return true;
    while ((int64_t)set->ids[first] <= searched) first++;
    search.newer.pictures = set->pictures + first;
    search.newer.ids = set->ids + first;
    search.newer.n = set->n - first;
    protected_seal(&search.newer);
    good = load_turns(&search) && search_all(&search) &&
           record(&search, scan, newest);
    clear(&search);
    return good;
}
