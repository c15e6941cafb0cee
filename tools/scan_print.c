/* SPDX-License-Identifier: Apache-2.0 */
/* What a scan tells. All of standard output comes from the case file, in an order
 * of its own. */
#include "scan_print.h"

#include <stdio.h>
#include <stdlib.h>

#include "i18n.h"
#include "list_load.h"
#include "listing.h"
#include "say.h"
#include "scan_files.h"

/* ---- Records ------------------------------------------------------------- */

static const char failed_sql[] =
    "SELECT f.id, f.status, d.path, f.name"
    " FROM files f JOIN folders d ON d.id = f.folder_id"
    " WHERE f.status > 0 AND (f.status <> ?1 OR ?2)"
    " ORDER BY d.path, f.name";

static bool print_failed(struct listing *listing, struct case_file *file,
                         const struct scan_query *query)
{
    sqlite3_stmt *const rows = case_file_prepare(file, failed_sql);
    bool good = rows;
    int got = -1;

    if (rows) {
        sqlite3_bind_int(rows, 1, STATUS_NOT_IMAGE);
        sqlite3_bind_int(rows, 2, listing->settings->verbose);
    }
    while (good && (got = case_file_row(file, rows)) > 0) {
        const int64_t status = sqlite3_column_int64(rows, 1);
        struct notice notice = {.place = 0};

        if (!query->wants(query->user, sqlite3_column_int64(rows, 0), 0))
            continue;
        notice.path = scan_files_path(rows, 2, 3);
        notice.status = (enum status)status;
        good = notice.path && status < STATUS_COUNT &&
               listing_notice(listing, &notice, NULL);
        free(notice.path);
    }
    sqlite3_finalize(rows);
    return good && !got;
}

/* Pictures that cannot be found in every form: as match tells of them. */
static bool print_plain(struct listing *listing,
                        const struct protected_set *shown)
{
    bool good = true;

    for (size_t i = 0; good && i < shown->n; i++) {
        const struct picture *const picture = &shown->pictures[i];
        const struct notice notice = {
            .path = picture->input.path,
            .status = picture->status,
            .is_protected = true,
            .too_plain = picture->info.flags & SITR_INFO_TOO_PLAIN,
            .few_regions = picture->info.flags & SITR_INFO_FEW_REGIONS,
        };

        if (picture_plainness(picture))
            good = listing_notice(listing, &notice, NULL);
    }
    return good;
}

static bool print_findings(struct scan_report *report, struct listing *listing)
{
    struct findings *const findings = &report->findings;
    bool good = true;

    findings_sort(findings);
    found_count(&report->count, findings);
    for (size_t i = 0; good && i < findings->n; i++) {
        report->n_new += findings->items[i].is_new;
        good = listing_finding(listing, &findings->items[i], NULL);
    }
    return good;
}

bool scan_print(struct scan_report *report, struct case_file *file,
                const struct scan_query *query,
                const struct protected_set *shown)
{
    struct listing listing;
    bool good;

    scan_print_clear(report);
    listing_init(&listing, report->settings);
    listing.has_seen = true;
    for (size_t i = 0; i < shown->n; i++)
        tally_add(&report->protected, &shown->pictures[i]);
    report->only_lists = !shown->n;
    report->n_listed = shown->lists ? shown->lists->n : 0;
    good = scan_findings_load(file, query, shown, &report->findings) &&
           print_findings(report, &listing) && print_plain(&listing, shown) &&
           print_failed(&listing, file, query) && listing_end(&listing);
    output_flush();
    if (good && report->settings->progress != PROGRESS_JSON &&
        !report->settings->quiet) {
        tally_say(&report->protected, _("protected"));
        if (shown->lists) list_load_say(shown->lists);
        tally_say(&report->found, _("found"));
        found_say_plain(shown, &report->protected);
    }
    return good && output_good();
}

void scan_print_clear(struct scan_report *report)
{
    findings_clear(&report->findings);
}

/* ---- The summary --------------------------------------------------------- */

static void say_files(const struct scan_report *report)
{
    const uint64_t same = report->n_unchanged, lost = (uint64_t)report->n_lost;

    if (same)
        say_line(ngettext("%llu file is as it was, and was not read again",
                          "%llu files are as they were, and were not read "
                          "again",
                          (unsigned long)same),
                 (unsigned long long)same);
    if (lost)
        say_line(ngettext("%llu file is there no more",
                          "%llu files are there no more", (unsigned long)lost),
                 (unsigned long long)lost);
    if (report->n_by_hash)
        say_line(ngettext("%llu file was searched for newer pictures by its "
                          "hash alone, which finds no crops, screenshots and "
                          "montages; --again reads it again",
                          "%llu files were searched for newer pictures by "
                          "their hashes alone, which finds no crops, "
                          "screenshots and montages; --again reads them again",
                          (unsigned long)report->n_by_hash),
                 (unsigned long long)report->n_by_hash);
}

static void say_sources(const struct scan_report *report)
{
    const struct scan_sources *const sources = &report->sources;

    if (!report->settings->sources) return;
    say_line(ngettext("%llu source taken in", "%llu sources taken in",
                      (unsigned long)sources->n_taken),
             (unsigned long long)sources->n_taken);
    if (sources->n_strange)
        say_line(ngettext("%llu names no file that was scanned",
                          "%llu name no file that was scanned",
                          (unsigned long)sources->n_strange),
                 (unsigned long long)sources->n_strange);
    if (sources->n_bad)
        say_line(ngettext("%llu line passed over", "%llu lines passed over",
                          (unsigned long)sources->n_bad),
                 (unsigned long long)sources->n_bad);
}

static void print_json(const struct scan_report *report)
{
    fputs("{\"phase\":\"summary\",\"protected\":{", stderr);
    tally_print_json(&report->protected);
    fputs("},\"found\":{", stderr);
    tally_print_json(&report->found);
    fprintf(stderr,
            "},\"listed\":%zu,\"copy\":%zu,\"review\":%zu,\"new\":%llu,"
            "\"read\":%llu,"
            "\"unchanged\":%llu,\"by_hash\":%llu,\"gone\":%lld,"
            "\"sources\":%llu,\"seconds\":%.1f}\n",
            report->n_listed, report->count.n_copies, report->count.n_reviews,
            (unsigned long long)report->n_new,
            (unsigned long long)report->n_read,
            (unsigned long long)report->n_unchanged,
            (unsigned long long)report->n_by_hash, (long long)report->n_lost,
            (unsigned long long)report->sources.n_taken,
            progress_clock() - report->started);
}

static enum depth depth_of(const struct scan_report *report)
{
    if (report->only_lists) return DEPTH_LISTS;
    if (report->n_by_hash) return DEPTH_HASHES;
    return report->protected.few_regions || report->found.few_regions
               ? DEPTH_FEW_REGIONS
               : DEPTH_REGIONS;
}

static bool has_matched(const struct scan_report *report)
{
    return report->count.n_copies || report->count.n_reviews;
}

enum exit_status scan_print_end(const struct scan_report *report, bool stopped)
{
    const struct settings *const settings = report->settings;

    if (settings->progress == PROGRESS_JSON) print_json(report);
    if (!settings->quiet) {
        say_files(report);
        say_sources(report);
        found_say_count(&report->count, depth_of(report));
        if (has_matched(report) && !report->n_new)
            say_line(_("none of them is new"));
        else if (has_matched(report))
            say_line(ngettext("%llu of them is new", "%llu of them are new",
                              (unsigned long)report->n_new),
                     (unsigned long long)report->n_new);
        say_line(_("time: %.1f s"), progress_clock() - report->started);
    }
    if (stopped) {
        say_path(settings->case_file,
                 _("interrupted; what was recorded stays, and the same command "
                   "goes on"));
        return EXIT_INTERRUPTED;
    }
    if (has_matched(report)) return EXIT_MATCHED;
    return tally_failures(&report->found) ? EXIT_SOME_FAILED : EXIT_NO_MATCH;
}

enum exit_status scan_print_dry(const struct scan_report *report, bool stopped)
{
    say_line(ngettext("%llu file would be read", "%llu files would be read",
                      (unsigned long)report->n_read),
             (unsigned long long)report->n_read);
    say_line(ngettext("%llu file is as it was; nothing was written",
                      "%llu files are as they were; nothing was written",
                      (unsigned long)report->n_unchanged),
             (unsigned long long)report->n_unchanged);
    return stopped ? EXIT_INTERRUPTED : EXIT_MATCHED;
}
