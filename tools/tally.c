/* SPDX-License-Identifier: Apache-2.0 */
/* What a run came across, counted. */
#include "tally.h"

#include <stdio.h>

#include "i18n.h"
#include "say.h"

void tally_add(struct tally *tally, const struct picture *picture)
{
    tally->by_status[picture->status]++;
    tally->by_plainness[picture_plainness(picture)]++;
    tally->too_plain += !!(picture->info.flags & SITR_INFO_TOO_PLAIN);
    tally->few_regions += !!(picture->info.flags & SITR_INFO_FEW_REGIONS);
}

uint64_t tally_files(const struct tally *tally)
{
    uint64_t n = 0;

    for (int i = 0; i < STATUS_COUNT; i++) n += tally->by_status[i];
    return n;
}

uint64_t tally_failures(const struct tally *tally)
{
    uint64_t n = 0;

    for (int i = 0; i < STATUS_COUNT; i++)
        if (status_is_failure((enum status)i)) n += tally->by_status[i];
    return n;
}

static unsigned long long number(uint64_t n) { return n; }

/* What these are, in a line of a summary. */
static const char *plain_ones(enum plainness plainness)
{
    switch (plainness) {
    case PLAIN_IN_WHOLE:
        return _("of the pictures read too plain for a hash, matched by "
                 "details alone");
    case PLAIN_IN_PARTS:
        return _("of the pictures read too plain for crops and montages");
    case PLAIN_ALL:
        return _("of the pictures read too plain to be matched");
    case PLAIN_NOT:
    case PLAIN_COUNT:
        break;
    }
    return "";
}

void tally_say(const struct tally *tally, const char *label)
{
    const uint64_t n = tally_files(tally);

    say_line(ngettext("%s: %llu file", "%s: %llu files", (unsigned long)n),
             label, number(n));
    for (int i = 0; i < STATUS_COUNT; i++)
        if (tally->by_status[i])
            say_line("%10llu  %s", number(tally->by_status[i]),
                     status_text((enum status)i));
    for (int i = PLAIN_NOT + 1; i < PLAIN_COUNT; i++)
        if (tally->by_plainness[i])
            say_line("%10llu  %s", number(tally->by_plainness[i]),
                     plain_ones((enum plainness)i));
    if (tally->links)
        say_line("%10llu  %s", number(tally->links),
                 _("symbolic links in folders, not followed"));
}

void tally_print_json(const struct tally *tally)
{
    fprintf(stderr, "\"files\":%llu", number(tally_files(tally)));
    for (int i = 0; i < STATUS_COUNT; i++)
        fprintf(stderr, ",\"%s\":%llu", status_word((enum status)i),
                number(tally->by_status[i]));
    fprintf(stderr, ",\"too_plain\":%llu,\"few_regions\":%llu,\"links\":%llu",
            number(tally->too_plain), number(tally->few_regions),
            number(tally->links));
}
