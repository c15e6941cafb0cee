/* SPDX-License-Identifier: Apache-2.0 */
/* sitr case: what a centre keeps of the pictures of its victims. */
#include "args.h"

#include <string.h>

#include "case.h"
#include "i18n.h"
#include "say.h"

static enum exit_status new_one(const struct settings *settings,
                                struct case_file *file, struct reader *reader)
{
    (void)file;
    (void)reader;
    return case_new(settings);
}

static enum exit_status key(const struct settings *settings,
                            struct case_file *file, struct reader *reader)
{
    (void)file;
    (void)reader;
    return case_key(settings);
}

static const struct action {
    const char *name;
    size_t
        n_paths; /* the action's name with them; of those that read, at least */
    bool opens;  /* the case file, which is there */
    bool reads;  /* pictures, which a list may name */
    enum exit_status (*run)(const struct settings *settings,
                            struct case_file *file, struct reader *reader);
} actions[] = {
    {"new", 2, false, false, new_one},
    {"add", 3, true, true, case_add},
    {"list", 2, true, false, case_list},
    {"show", 2, true, false, case_show},
    {"review", 2, true, false, case_review},
    {"withdraw", 2, true, false, case_withdraw},
    {"key", 2, false, false, key},
    {"export", 3, true, false, case_export},
    {"import", 3, false, false, case_import},
};

static const struct action *action_named(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (!strcmp(actions[i].name, name)) return &actions[i];
    return NULL;
}

static enum exit_status run_action(const struct action *action,
                                   const struct settings *settings)
{
    struct case_file file = {.db = NULL};
    struct reader reader = {.want_sha256 = true};
    enum exit_status status;

    if (!reader_open(&reader, settings, action->reads ? settings->n_jobs : 0))
        return EXIT_FATAL;
    reader.opts.flags = settings->no_regions ? 0 : SITR_SIGN_REGIONS;
    if (action->opens && !case_file_open(&file, settings->paths[1]))
        status = EXIT_FATAL;
    else
        status = action->run(settings, &file, &reader);
    case_file_close(&file);
    reader_close(&reader);
    return status;
}

enum exit_status cmd_case(const struct settings *settings)
{
    const struct action *action;
    const size_t n_paths = settings->n_paths + (settings->files_from != NULL);

    if (!settings->n_paths) return args_wrong("case", _("no action"));
    action = action_named(settings->paths[0]);
    if (!action)
        return args_wrong_word("case", _("unknown action '%s'"),
                               settings->paths[0]);
    if (settings->files_from && !action->reads)
        return args_wrong("case", _("this action reads no list"));
    if (settings->n_paths < 2)
        return args_wrong("case", _("no case file named"));
    if (n_paths < action->n_paths)
        return args_wrong("case", action->reads
                                      ? _("nothing named for the case")
                                      : _("no sealed file named"));
    if (!action->reads && n_paths > action->n_paths)
        return args_wrong("case", _("too many paths"));
    return run_action(action, settings);
}
