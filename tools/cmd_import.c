/* SPDX-License-Identifier: Apache-2.0 */
/* sitr import: lists of hashes, which the field hands around, into the case file. */
#include "args.h"

#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "i18n.h"
#include "list_file.h"
#include "list_store.h"
#include "say.h"
#include "stop.h"

struct tally_of_list {
    uint64_t n[LIST_STORE_ABSENT + 1];
    uint64_t n_bad, n_only_kept, n_elsewhere;
};

/* ---- What is told -------------------------------------------------------- */

static unsigned long long number(uint64_t n) { return n; }

static void say_list(const struct settings *settings, const char *path,
                     enum list_format format, const struct tally_of_list *tally)
{
    const uint64_t n = tally->n[LIST_STORE_ADDED] + tally->n[LIST_STORE_KNOWN];

    if (settings->quiet) return;
    say_path(path,
             settings->dry_run
                 ? ngettext("%llu record of %s would be taken in; nothing was "
                            "written",
                            "%llu records of %s would be taken in; nothing was "
                            "written",
                            (unsigned long)n)
                 : ngettext("%llu record of %s taken in",
                            "%llu records of %s taken in", (unsigned long)n),
             number(n), list_format_name(format));
    if (tally->n[LIST_STORE_KNOWN])
        say_line(ngettext("%llu of them was known already",
                          "%llu of them were known already",
                          (unsigned long)tally->n[LIST_STORE_KNOWN]),
                 number(tally->n[LIST_STORE_KNOWN]));
    if (tally->n_only_kept)
        say_line(
            ngettext("%llu of them has no hash that can be looked for, and "
                     "is only kept",
                     "%llu of them have no hash that can be looked for, "
                     "and are only kept",
                     (unsigned long)tally->n_only_kept),
            number(tally->n_only_kept));
    if (tally->n[LIST_STORE_PURGED])
        say_line(ngettext("%llu was withdrawn, and is erased",
                          "%llu were withdrawn, and are erased",
                          (unsigned long)tally->n[LIST_STORE_PURGED]),
                 number(tally->n[LIST_STORE_PURGED]));
    if (tally->n_elsewhere)
        say_line(ngettext("%llu of these has a hash that another list has too, "
                          "where it stays",
                          "%llu of these have a hash that another list has "
                          "too, where it stays",
                          (unsigned long)tally->n_elsewhere),
                 number(tally->n_elsewhere));
    if (tally->n[LIST_STORE_ABSENT])
        say_line(ngettext("%llu was withdrawn, and was not here",
                          "%llu were withdrawn, and were not here",
                          (unsigned long)tally->n[LIST_STORE_ABSENT]),
                 number(tally->n[LIST_STORE_ABSENT]));
    if (tally->n_bad)
        say_line(ngettext("%llu record was passed over",
                          "%llu records were passed over",
                          (unsigned long)tally->n_bad),
                 number(tally->n_bad));
}

/* ---- A list -------------------------------------------------------------- */

/* Whether it is only there to come out again. */
static bool is_only_kept(const struct listed *listed)
{
    for (size_t i = 0; i < listed->n_hashes; i++)
        if (listed->hashes[i].kind < LISTED_PHASH) return false;
    return true;
}

/* All of its records; false after a message, or where it was to stop. */
static bool take_records(struct list_file *list, struct list_store *store,
                         struct tally_of_list *tally)
{
    static struct listed listed; /* large */
    int got = 1;

    while (!stop_requested() && (got = list_file_next(list, &listed)) > 0) {
        const enum list_store_did did = list_store_take(store, &listed);

        tally->n[did]++;
        if (did == LIST_STORE_ADDED || did == LIST_STORE_KNOWN)
            tally->n_only_kept += is_only_kept(&listed);
        listed_clear(&listed);
        if (did == LIST_STORE_FAILED) return false;
    }
    tally->n_bad = list_file_bad(list);
    tally->n_elsewhere = store->n_elsewhere;
    return !got;
}

/* What came in and what went, each an act of its own. */
static bool record(const struct settings *settings, struct case_file *file,
                   enum list_format format, const struct tally_of_list *tally)
{
    const int64_t n =
        (int64_t)(tally->n[LIST_STORE_ADDED] + tally->n[LIST_STORE_KNOWN]);
    const int64_t purged = (int64_t)tally->n[LIST_STORE_PURGED];
    const char *const name = list_format_name(format);

    return cases_act_noted(file, settings, "import-list", 0, n, name) &&
           (!purged ||
            cases_act_noted(file, settings, "purge-list", 0, purged, name));
}

/* One list, all of it or nothing; what was withdrawn is off the disk then. */
static bool take_in(const struct settings *settings, struct case_file *file,
                    const char *path, uint64_t *n_bad)
{
    struct list_file *const list = list_file_open(path, settings->from);
    struct tally_of_list tally = {.n_bad = 0};
    struct list_store store;
    bool good = false;

    if (!list) return false;
    if (case_file_begin(file)) {
        good =
            list_store_begin(&store, file, settings, list_file_format(list)) &&
            take_records(list, &store, &tally) &&
            (!store.has_new || list_store_read_anew(&store)) &&
            record(settings, file, list_file_format(list), &tally);
        list_store_end(&store);
    }
    if (!good || settings->dry_run)
        case_file_roll_back(file);
    else
        good = case_file_commit(file) &&
               (!tally.n[LIST_STORE_PURGED] || case_file_erase(file));
    if (good) say_list(settings, path, list_file_format(list), &tally);
    *n_bad += tally.n_bad;
    list_file_close(list);
    return good;
}

/* ---- The run ------------------------------------------------------------- */

/* Each is looked at before anything is written. */
static bool are_lists(const struct settings *settings)
{
    for (size_t i = 0; i < settings->n_paths; i++) {
        struct list_file *const list =
            list_file_open(settings->paths[i], settings->from);

        if (!list) return false;
        list_file_close(list);
    }
    return true;
}

static enum exit_status take_all(const struct settings *settings,
                                 struct case_file *file)
{
    uint64_t n_bad = 0;

    for (size_t i = 0; i < settings->n_paths; i++)
        if (!take_in(settings, file, settings->paths[i], &n_bad))
            return stop_requested() ? EXIT_INTERRUPTED : EXIT_FATAL;
    return n_bad ? EXIT_SOME_FAILED : EXIT_MATCHED;
}

enum exit_status cmd_import(const struct settings *settings)
{
    struct case_file file = {.db = NULL};
    const char *const path = settings->case_file;
    enum exit_status status = EXIT_FATAL;
    bool there, made;

    if (!path) return args_wrong("import", _("no --case=FILE"));
    if (!settings->n_paths) return args_wrong("import", _("no list named"));
    if (!are_lists(settings)) return EXIT_FATAL;
    there = case_file_is(path);
    made = !there && case_file_create(&file, path);
    /* a scan that began before would record what it reads as searched for all */
    if ((made || (there && case_file_open(&file, path))) &&
        cases_lock(&file, settings))
        status = take_all(settings, &file);
    case_file_close(&file);
    /* left only where it is of use */
    if (made && (settings->dry_run || status == EXIT_FATAL)) unlink(path);
    return status;
}
