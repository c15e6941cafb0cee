/* SPDX-License-Identifier: Apache-2.0 */
/* sitr index: lists of protected pictures that are kept. */
#include "args.h"

#include <string.h>

#include "i18n.h"
#include "index.h"
#include "picture.h"
#include "say.h"
#include "store_write.h"

void index_say(const struct settings *settings, const char *path, uint64_t n)
{
    if (!settings->quiet)
        say_path(path,
                 ngettext("%llu picture in the index",
                          "%llu pictures in the index", (unsigned long)n),
                 (unsigned long long)n);
}

uint64_t index_most(const struct settings *settings)
{
    return settings->max_segment ? settings->max_segment : (uint64_t)2 << 30;
}

static enum exit_status build(const struct settings *settings,
                              struct reader *reader)
{
    if (!writer_may_create(settings->paths[1])) return EXIT_FATAL;
    return index_build(settings, reader, NULL);
}

static enum exit_status add(const struct settings *settings,
                            struct reader *reader)
{
    struct store store;
    enum exit_status status;

    if (!store_open(&store, reader->ctx, settings->paths[1], true))
        return EXIT_FATAL;
    status = index_build(settings, reader, &store);
    store_close(&store);
    return status;
}

static enum exit_status without(const struct settings *settings,
                                struct reader *reader)
{
    struct store store;
    enum exit_status status;

    if (!store_open(&store, reader->ctx, settings->paths[1], true))
        return EXIT_FATAL;
    status = index_remove(settings, &store);
    store_close(&store);
    return status;
}

static enum exit_status merge(const struct settings *settings,
                              struct reader *reader)
{
    return index_merge(settings, reader->ctx);
}

static enum exit_status info(const struct settings *settings,
                             struct reader *reader)
{
    return index_info(settings, reader->ctx);
}

static const struct action {
    const char *name;
    size_t n_paths; /* at least, the action's name with them */
    bool reads;     /* pictures, which a list may name */
    enum exit_status (*run)(const struct settings *settings,
                            struct reader *reader);
} actions[] = {
    {"build", 3, true, build},     {"add", 3, true, add},
    {"remove", 3, false, without}, {"merge", 2, false, merge},
    {"info", 2, false, info},
};

static const struct action *action_named(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (!strcmp(actions[i].name, name)) return &actions[i];
    return NULL;
}

enum exit_status cmd_index(const struct settings *settings)
{
    const struct action *action;
    struct reader reader = {.want_sha256 = true};
    enum exit_status status;
    size_t n_paths = settings->n_paths;

    if (!n_paths) return args_wrong("index", _("no action"));
    action = action_named(settings->paths[0]);
    if (!action)
        return args_wrong_word("index", _("unknown action '%s'"),
                               settings->paths[0]);
    if (settings->files_from && !action->reads)
        return args_wrong("index", _("this action reads no list"));
    if (n_paths < 2) return args_wrong("index", _("no index named"));
    if (settings->files_from) n_paths++;
    if (n_paths < action->n_paths)
        return args_wrong("index", _("nothing named for the index"));
    if (!reader_open(&reader, settings, action->reads ? settings->n_jobs : 0))
        return EXIT_FATAL;
    reader.opts.flags = settings->no_regions ? 0 : SITR_SIGN_REGIONS;
    status = action->run(settings, &reader);
    reader_close(&reader);
    return status;
}
