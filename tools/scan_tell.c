/* SPDX-License-Identifier: Apache-2.0 */
/* What comes new into a case may have been seen before. */
#include "scan_tell.h"

#include <stdlib.h>
#include <time.h>

#include "cases.h"
#include "i18n.h"
#include "listing.h"
#include "protected.h"
#include "say.h"
#include "scan_findings.h"
#include "scan_stored.h"
#include "scans.h"

/* 1, 0 where nothing was ever scanned, -1 after a message. */
static int has_files(struct case_file *file)
{
    sqlite3_stmt *const ask =
        case_file_prepare(file, "SELECT 1 FROM files LIMIT 1");
    const int got = case_file_row(file, ask);

    sqlite3_finalize(ask);
    return got;
}

static bool is_newer(void *user, int64_t file_id, int64_t picture_id)
{
    const int64_t *const searched = user;

    (void)file_id;
    return picture_id > *searched;
}

static bool print(const struct settings *settings, struct case_file *file,
                  const struct protected_set *set, int64_t searched)
{
    const struct scan_query query = {.wants = is_newer, .user = &searched};
    struct findings findings = {.n = 0};
    struct listing listing;
    bool good = scan_findings_load(file, &query, set, &findings);

    listing_init(&listing, settings);
    listing.has_seen = true;
    findings_sort(&findings);
    for (size_t i = 0; good && i < findings.n; i++)
        good = listing_finding(&listing, &findings.items[i], NULL);
    output_flush();
    good = good && output_good() && case_file_begin(file) &&
           scan_findings_tell(file, &findings, (int64_t)time(NULL)) &&
           case_file_commit(file);
    if (findings.n && !settings->quiet)
        say_line(ngettext("%zu finding in what was scanned before",
                          "%zu findings in what was scanned before",
                          (unsigned long)findings.n),
                 findings.n);
    findings_clear(&findings);
    return good;
}

static bool search(const struct settings *settings, struct case_file *file,
                   const sitr_ctx *ctx)
{
    const int64_t searched = scans_searched(file);
    struct protected_set set = {.n = 0};
    uint64_t *ids = NULL;
    bool good = searched >= 0 && cases_protect(file, ctx, 0, &set, &ids);

    protected_seal(&set);
    good = good && scan_stored_search(file, ctx, &set, 0) &&
           print(settings, file, &set, searched);
    protected_clear(&set);
    free(ids);
    return good;
}

bool scan_tell(const struct settings *settings, struct case_file *file,
               const sitr_ctx *ctx)
{
    const int there = has_files(file);
    int locked;

    if (there <= 0) return !there;
    locked = case_file_lock(file);
    if (locked < 0) return false;
    if (locked) return search(settings, file, ctx);
    say_path(file->path, _("a scan or watch is running: the watch, or the next "
                           "scan, looks for the new pictures in what was "
                           "scanned before"));
    return true;
}
