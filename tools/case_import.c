/* SPDX-License-Identifier: Apache-2.0 */
/* sitr case import: takes in what another centre sealed, once it is known to be
 * whole, not expired, and what a case file could hold. */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "case_copy.h"
#include "cases.h"
#include "i18n.h"
#include "label.h"
#include "output.h"
#include "say.h"
#include "sealed.h"
#include "text.h"

static bool open_sealed(const struct settings *settings,
                        struct sealed_opened *opened)
{
    const char *const path = settings->paths[2];
    struct sealed_bytes file = {.data = NULL}, secret = {.data = NULL};
    enum sealed_status status;
    enum sealed_kind kind;
    bool good =
        sealed_load(path, sealed_file_most(CASE_SEALED_MAX), false, &file);

    if (!good) return false;
    status = sealed_inspect(file.data, file.size, CASE_SEALED_MAX, &kind);
    if (!status && kind == SEALED_BY_KEY && !settings->key_file) {
        args_wrong("case", _("sealed for a key: name its file, with --key"));
        good = false;
    } else if (!status) {
        good = kind == SEALED_BY_KEY
                   ? sealed_key_load(settings->key_file, &secret)
                   : sealed_ask_passphrase(settings->pass_file, false, &secret);
        if (good)
            status = sealed_open(file.data, file.size, CASE_SEALED_MAX, kind,
                                 &secret, (int64_t)time(NULL), opened);
    }
    if (good && status) say_path(path, "%s", sealed_problem(status));
    sealed_bytes_free(&secret);
    sealed_bytes_free(&file);
    return good && !status;
}

/* What stands in it is a claim of whoever sealed it. */
static void say_facts(const struct settings *settings,
                      const struct sealed_opened *opened)
{
    const struct sealed_facts *const facts = &opened->facts;
    char *const purpose = text_escape(facts->purpose);
    char *const by = text_escape(facts->by);
    char made[CASES_TIME], until[CASES_TIME];

    cases_time(facts->created, made);
    cases_time(facts->expires, until);
    if (!settings->quiet) {
        say_line(_("sealed %s by %s, to be opened until %s"), made, by, until);
        say_line(_("purpose: %s"), purpose);
    }
    if (opened->is_early)
        say_path(settings->paths[2],
                 _("says it was sealed in the future: a clock is wrong, here "
                   "or there"));
    free(purpose);
    free(by);
}

/* The id of the one case in it; 0 after a message. */
static int64_t only_case(struct case_file *file)
{
    sqlite3_stmt *const find =
        case_file_prepare(file, "SELECT count(*), max(id) FROM cases");
    int64_t id = 0;

    if (case_file_row(file, find) > 0 && sqlite3_column_int64(find, 0) == 1)
        id = sqlite3_column_int64(find, 1);
    else if (find)
        case_file_refuse(file, SITR_ECORRUPT);
    sqlite3_finalize(find);
    return id;
}

static bool has_label(struct case_file *file, const char *label)
{
    sqlite3_stmt *const find =
        case_file_prepare(file, "SELECT 1 FROM cases WHERE label = ?");
    bool has;

    if (find) sqlite3_bind_text(find, 1, label, -1, SQLITE_STATIC);
    has = case_file_row(file, find) != 0;
    sqlite3_finalize(find);
    if (has)
        say_path(file->path, _("holds a case of that label already: name "
                               "another, with --label"));
    return has;
}

static bool take_in(const struct settings *settings, struct case_file *file,
                    const sitr_ctx *ctx, const struct sealed_opened *opened,
                    const char *label)
{
    struct case_file sealed = {.db = NULL};
    int64_t id = 0, copy = 0, n = 0;

    if (case_file_open_bytes(&sealed, settings->paths[2], opened->content.data,
                             opened->content.size))
        id = only_case(&sealed);
    if (id && case_file_begin(file) && !has_label(file, label))
        copy = case_copy(&sealed, id, ctx, true, file, label, &n);
    if (copy && settings->dry_run) {
        say_line(ngettext("%llu picture would be recorded; nothing was written",
                          "%llu pictures would be recorded; nothing was "
                          "written",
                          (unsigned long)n),
                 (unsigned long long)n);
        case_file_roll_back(file);
    } else if (copy) {
        if (!cases_act_noted(file, settings, "import", copy, n,
                             opened->facts.purpose) ||
            !case_file_commit(file))
            copy = 0;
    }
    case_file_close(&sealed);
    if (copy) puts(label);
    return copy && output_good();
}

/* The case file, made where it is not there, and left only where it is of use. */
static bool take_into(const struct settings *settings, const sitr_ctx *ctx,
                      const struct sealed_opened *opened, const char *label)
{
    const char *const path = settings->paths[1];
    const bool there = case_file_is(path);
    struct case_file file = {.db = NULL};
    bool good, made;

    made = !there && case_file_create(&file, path);
    good = (made || (there && case_file_open(&file, path))) &&
           take_in(settings, &file, ctx, opened, label);
    case_file_close(&file);
    if (made && (!good || settings->dry_run)) unlink(path);
    return good;
}

enum exit_status case_import(const struct settings *settings,
                             struct case_file *file, struct reader *reader)
{
    struct sealed_opened opened = {.is_early = false};
    const char *label;
    bool good = open_sealed(settings, &opened);

    (void)file;
    if (!good) return EXIT_FATAL;
    say_facts(settings, &opened);
    label = settings->label ? settings->label : opened.facts.label;
    if (label_is_valid(label)) {
        good = take_into(settings, reader->ctx, &opened, label);
    } else {
        say_path(settings->paths[2],
                 _("its label is none: name another, with --label"));
        good = false;
    }
    sealed_opened_clear(&opened);
    return good ? EXIT_MATCHED : EXIT_FATAL;
}
