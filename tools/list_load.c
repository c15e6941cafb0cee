/* SPDX-License-Identifier: Apache-2.0 */
#include "list_load.h"

#include <stdlib.h>

#include "i18n.h"
#include "list_file.h"
#include "list_store.h"
#include "need.h"
#include "say.h"
#include "stop.h"

static bool add(struct list_match *match, const struct listed *listed,
                const char *name, uint64_t number, uint64_t id)
{
    char *const path = need_format("%s#%llu", name, (unsigned long long)number);
    const bool good = list_match_add(match, listed, path, id);

    free(path);
    return good;
}

bool list_load(struct list_match *match, const char *path, uint64_t *n_bad)
{
    struct list_file *const file = list_file_open(path, LIST_NONE);
    struct listed *listed;
    bool good = true;
    int got = 0;

    if (!file) return false;
    listed = need(calloc(1, sizeof *listed));
    while (good && !stop_requested() &&
           (got = list_file_next(file, listed)) > 0) {
        good = listed->withdrawn ||
               add(match, listed, path, listed->place, match->n);
        listed_clear(listed);
    }
    free(listed);
    *n_bad += list_file_bad(file);
    list_file_close(file);
    return good && got >= 0;
}

static bool use(void *user, const struct listed *listed,
                enum list_format format, int64_t id)
{
    return add(user, listed, list_format_name(format), (uint64_t)id,
               (uint64_t)id);
}

bool list_load_case(struct list_match *match, struct case_file *file)
{
    return list_store_read(file, use, match);
}

void list_load_say(const struct list_match *match)
{
    const uint64_t n = match->n, rest = match->n_read - match->n;

    say_line(ngettext("listed: %llu record to look for",
                      "listed: %llu records to look for", (unsigned long)n),
             (unsigned long long)n);
    if (rest)
        say_line(
            ngettext("%llu record cannot be looked for: of a picture that is "
                     "too plain, of a kind that is not computed here, or "
                     "known to be harmless",
                     "%llu records cannot be looked for: of pictures that "
                     "are too plain, of kinds that are not computed here, "
                     "or known to be harmless",
                     (unsigned long)rest),
            (unsigned long long)rest);
}
