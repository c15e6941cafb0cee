/* SPDX-License-Identifier: Apache-2.0 */
/* sitr case withdraw: what was recorded of a person's pictures is erased. That it
 * was, when and by whom, stays; its label, which may be telling, does not. */
#include "case.h"

#include <stdlib.h>

#include "cases.h"
#include "confirm.h"
#include "i18n.h"
#include "need.h"
#include "say.h"
#include "text.h"

static int64_t count(struct case_file *file, int64_t id)
{
    sqlite3_stmt *const ask = case_file_prepare(
        file, "SELECT count(*) FROM pictures WHERE case_id = ?");
    int64_t n = -1;

    if (ask) sqlite3_bind_int64(ask, 1, id);
    if (case_file_row(file, ask) > 0) n = sqlite3_column_int64(ask, 0);
    sqlite3_finalize(ask);
    return n;
}

static bool is_confirmed(const struct settings *settings, const char *label,
                         int64_t n)
{
    char *text, *question;
    bool good;

    if (settings->yes) return true;
    text = text_escape(label);
    question =
        need_format(ngettext("This erases the case %s with %llu picture, for "
                             "good. Type its label to confirm: ",
                             "This erases the case %s with %llu pictures, for "
                             "good. Type its label to confirm: ",
                             (unsigned long)n),
                    text, (unsigned long long)n);
    good = confirm(question, label);
    free(question);
    free(text);
    return good;
}

static bool run_with_id(struct case_file *file, const char *sql, int64_t id,
                        int64_t now, const char *who)
{
    sqlite3_stmt *const statement = case_file_prepare(file, sql);
    bool good = statement;

    if (good) {
        sqlite3_bind_int64(statement, 1, id);
        if (sqlite3_bind_parameter_count(statement) > 1) {
            sqlite3_bind_int64(statement, 2, now);
            sqlite3_bind_text(statement, 3, who, -1, SQLITE_STATIC);
        }
        good = case_file_step(file, statement);
    }
    sqlite3_finalize(statement);
    return good;
}

/* What a copy looks like is what the picture looks like, and the SHA-256 of one may be
 * that of the picture. A file in which nothing else was found is forgotten, with its
 * name; of one in which another person's picture was found too, or what somebody
 * lists, what that finding rests on stays. The next scan reads both as if they were
 * new. While this is done, -1 marks those to forget. */
static const char *const forget_copies[] = {
    "UPDATE files SET pdq = NULL, regions = NULL, signed = -1"
    " WHERE id IN (SELECT f.file_id FROM findings f"
    " JOIN pictures p ON p.id = f.picture_id WHERE p.case_id = ?1)",
    "UPDATE files SET signed = 0 WHERE signed = -1"
    " AND (id IN (SELECT f.file_id FROM findings f"
    " JOIN pictures p ON p.id = f.picture_id WHERE p.case_id <> ?1)"
    " OR id IN (SELECT file_id FROM listed_findings))",
    "DELETE FROM pictures WHERE case_id = ?1", /* and their findings */
    "DELETE FROM sources WHERE ?1 AND file_id IN"
    " (SELECT id FROM files WHERE signed = -1)",
    "DELETE FROM returns WHERE ?1 AND file_id IN"
    " (SELECT id FROM files WHERE signed = -1)",
    "DELETE FROM files WHERE ?1 AND signed = -1",
};

static bool forget(struct case_file *file, int64_t id, int64_t now,
                   const char *who)
{
    bool good = true;

    for (size_t i = 0; i < sizeof forget_copies / sizeof *forget_copies; i++)
        good = good && run_with_id(file, forget_copies[i], id, now, who);
    return good;
}

/* One that was withdrawn before keeps its date: it is only erased again. */
static bool erase(const struct settings *settings, struct case_file *file,
                  int64_t id, int64_t n)
{
    const char *const who = cases_who(settings);
    const int64_t now = cases_now(file);

    return case_file_begin(file) && forget(file, id, now, who) &&
           run_with_id(file,
                       "UPDATE cases SET label = 'withdrawn-' || id,"
                       " withdrawn = ?2, withdrawn_by = ?3"
                       " WHERE id = ?1 AND withdrawn IS NULL",
                       id, now, who) &&
           cases_act(file, settings, "withdraw", id, n) &&
           case_file_commit(file);
}

static void say_done(const struct settings *settings, int64_t id, int64_t n)
{
    if (settings->quiet) return;
    say_line(ngettext("withdrawn and erased: %llu picture; the fact is kept as "
                      "withdrawn-%lld",
                      "withdrawn and erased: %llu pictures; the fact is kept "
                      "as withdrawn-%lld",
                      (unsigned long)n),
             (unsigned long long)n, (long long)id);
    say_line(_("A copy of the file elsewhere, a backup for example, still has "
               "it, and the disk may: only where the disk is encrypted is "
               "that out of reach."));
}

static enum exit_status withdraw(const struct settings *settings,
                                 struct case_file *file, int64_t id,
                                 const char *label)
{
    const int64_t n = count(file, id);

    if (n < 0) return EXIT_FATAL;
    if (settings->dry_run) {
        say_line(ngettext("%llu picture would be erased; nothing was written",
                          "%llu pictures would be erased; nothing was written",
                          (unsigned long)n),
                 (unsigned long long)n);
        return EXIT_MATCHED;
    }
    if (!is_confirmed(settings, label, n) || !erase(settings, file, id, n))
        return EXIT_FATAL;
    if (!case_file_erase(file)) {
        say_path(file->path,
                 _("withdrawn, and found no more; but it is not "
                   "off the disk yet: withdraw withdrawn-%lld "
                   "again"),
                 (long long)id);
        return EXIT_FATAL;
    }
    say_done(settings, id, n);
    return EXIT_MATCHED;
}

enum exit_status case_withdraw(const struct settings *settings,
                               struct case_file *file, struct reader *reader)
{
    const int64_t id = cases_find(file, settings, true);
    char *const label = id ? cases_label(file, id) : NULL;
    enum exit_status status = EXIT_FATAL;

    (void)reader;
    if (label) status = withdraw(settings, file, id, label);
    free(label);
    return status;
}
