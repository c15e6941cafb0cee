/* SPDX-License-Identifier: Apache-2.0 */
/* sitr case review: a person looks at what scans found, and says of each whether it
 * is the picture. A program may find; that somebody saw it is what a court asks. */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "i18n.h"
#include "listing.h"
#include "output.h"
#include "say.h"
#include "scan_findings.h"
#include "text.h"

/* ---- The record ---------------------------------------------------------- */

/* The case that a finding belongs to; 0 where there is none of that number. */
static int64_t case_of(struct case_file *file, int64_t number)
{
    sqlite3_stmt *const find = case_file_prepare(
        file, "SELECT p.case_id FROM findings f"
              " JOIN pictures p ON p.id = f.picture_id WHERE f.id = ?");
    int64_t id = 0;

    if (find) sqlite3_bind_int64(find, 1, number);
    if (case_file_row(file, find) > 0) id = sqlite3_column_int64(find, 0);
    sqlite3_finalize(find);
    return id;
}

/* Of these bytes and that picture, wherever the bytes were found. */
static bool put(const struct settings *settings, struct case_file *file,
                int64_t number, bool confirmed, const char *note)
{
    sqlite3_stmt *const insert = case_file_prepare(
        file,
        "INSERT INTO reviews(sha256, picture_id, confirmed, at, who, note)"
        " SELECT sha256, picture_id, ?2, ?3, ?4, ?5 FROM findings"
        " WHERE id = ?1");
    bool good = insert;

    if (good) {
        sqlite3_bind_int64(insert, 1, number);
        sqlite3_bind_int(insert, 2, confirmed);
        sqlite3_bind_int64(insert, 3, cases_now(file));
        sqlite3_bind_text(insert, 4, settings->by, -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 5, note, -1, SQLITE_STATIC);
        good = case_file_step(file, insert);
    }
    sqlite3_finalize(insert);
    return good;
}

/* Within a transaction. */
static bool decide(const struct settings *settings, struct case_file *file,
                   int64_t number, bool confirmed, const char *note)
{
    const int64_t id = case_of(file, number);

    if (!id) {
        say_path(file->path, _("there is no finding %lld"), (long long)number);
        return false;
    }
    return put(settings, file, number, confirmed, note) &&
           cases_act_noted(file, settings, confirmed ? "confirm" : "reject", id,
                           1, note);
}

/* ---- By their numbers ---------------------------------------------------- */

static bool decide_list(const struct settings *settings, struct case_file *file,
                        const char *list, bool confirmed, uint64_t *n)
{
    bool good = true;

    while (good && list && *list) {
        char *end;
        const long long number = strtoll(list, &end, 10);

        good = decide(settings, file, number, confirmed, settings->note);
        list = end + (*end == ',');
        ++*n;
    }
    return good;
}

/* All of them, or none where there is one that is none. */
static enum exit_status decide_lists(const struct settings *settings,
                                     struct case_file *file)
{
    uint64_t n_confirmed = 0, n_rejected = 0;

    if (!case_file_begin(file) ||
        !decide_list(settings, file, settings->confirm, true, &n_confirmed) ||
        !decide_list(settings, file, settings->reject, false, &n_rejected))
        return EXIT_FATAL;
    if (!settings->dry_run && !case_file_commit(file)) return EXIT_FATAL;
    if (settings->dry_run) {
        case_file_roll_back(file);
        say_line(_("nothing was written"));
    } else if (!settings->quiet) {
        say_line(_("confirmed: %llu, rejected: %llu"),
                 (unsigned long long)n_confirmed,
                 (unsigned long long)n_rejected);
    }
    return EXIT_MATCHED;
}

/* ---- One by one ---------------------------------------------------------- */

/* A line that was typed; false at the end. */
static bool read_line(const char *question, char *line, size_t size)
{
    fputs(question, stdout);
    fflush(stdout);
    *line = '\0';
    if (!fgets(line, (int)size, stdin)) {
        putchar('\n');
        return false;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

/* What was answered; 'q' at the end of what is typed. */
static char ask(void)
{
    char line[64];

    while (read_line(_("c: confirm, r: reject, s: skip, q: quit: "), line,
                     sizeof line))
        if (*line && !line[1] && strchr("crsq", *line)) return *line;
    return 'q';
}

static bool ask_and_put(const struct settings *settings, struct case_file *file,
                        const struct finding *finding, bool *quit)
{
    const char answer = ask();
    char note[1000];

    *quit = answer == 'q';
    if (answer == 's' || *quit) return true;
    if (!read_line(_("why (may be left empty): "), note, sizeof note) ||
        !text_is_utf8(note))
        *note = '\0';
    return case_file_begin(file) &&
           decide(settings, file, finding->number, answer == 'c',
                  *note ? note : NULL) &&
           case_file_commit(file);
}

static bool is_person(const struct settings *settings)
{
    return settings->format == OUTPUT_TEXT && !settings->dry_run &&
           isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* Shows them, the strongest first, and asks where there is somebody to ask. */
static bool go_through(const struct settings *settings, struct case_file *file,
                       struct findings *findings)
{
    const bool asks = is_person(settings);
    struct listing listing;
    bool good = true, quit = false;

    findings_sort(findings);
    listing_init(&listing, settings);
    listing.has_seen = true;
    for (size_t i = 0; good && !quit && i < findings->n; i++) {
        good = listing_finding(&listing, &findings->items[i], NULL);
        if (good && asks)
            good = ask_and_put(settings, file, &findings->items[i], &quit);
    }
    return listing_end(&listing) && good;
}

static enum exit_status look(const struct settings *settings,
                             struct case_file *file, const sitr_ctx *ctx,
                             int64_t id)
{
    const struct scan_query query = {
        .at_least = settings->at_least,
        .rejected = settings->all,
        .unreviewed = !settings->all,
    };
    struct protected_set set = {.n = 0};
    struct findings findings = {.n = 0};
    uint64_t *ids = NULL;
    bool good = cases_protect(file, ctx, id, &set, &ids) &&
                scan_findings_load(file, &query, &set, &findings) &&
                go_through(settings, file, &findings);

    if (good && !findings.n && !settings->quiet)
        say_path(file->path, _("nothing to review"));
    findings_clear(&findings);
    protected_clear(&set);
    free(ids);
    return good ? EXIT_MATCHED : EXIT_FATAL;
}

enum exit_status case_review(const struct settings *settings,
                             struct case_file *file, struct reader *reader)
{
    const bool lists = settings->confirm || settings->reject;
    int64_t id = 0; /* all cases */

    if (!settings->by && (lists || is_person(settings)))
        return args_wrong("case", _("say who looks at it, with --by"));
    if (lists) return decide_lists(settings, file);
    if (settings->label) id = cases_find(file, settings, false);
    if (settings->label && !id) return EXIT_FATAL;
    return look(settings, file, reader->ctx, id);
}
