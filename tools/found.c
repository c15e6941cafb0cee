/* SPDX-License-Identifier: Apache-2.0 */
/* A found file on its way through a run: read, looked at, told of. */
#include "found.h"

#include "i18n.h"
#include "say.h"

void found_match(struct found *found, const struct protected_set *set,
                 sitr_verdict at_least)
{
    const sitr_status status = protected_match(
        set, &found->picture, at_least, &found->findings, &found->n_self);

    if (status) found->picture.status = status_of_sitr(status);
}

void found_clear(struct found *found)
{
    findings_clear(&found->findings);
    picture_clear(&found->picture);
}

void found_count(struct found_count *count, const struct findings *findings)
{
    for (size_t i = 0; i < findings->n; i++)
        if (findings->items[i].evidence.match.verdict == SITR_COPY)
            count->n_copies++;
        else
            count->n_reviews++;
}

/* ---- The summary --------------------------------------------------------- */

/* The protected pictures of that plainness, by name. */
static void say_plain_ones(const struct protected_set *set,
                           enum plainness plainness)
{
    for (size_t i = 0; i < set->n; i++)
        if (picture_plainness(&set->pictures[i]) == plainness)
            say_path(set->pictures[i].input.path, "%s",
                     plainness_text(plainness));
}

void found_say_plain(const struct protected_set *set,
                     const struct tally *protected_tally)
{
    const uint64_t *const by = protected_tally->by_plainness;
    const uint64_t n = by[PLAIN_ALL];
    const uint64_t in_part = by[PLAIN_IN_PARTS] + by[PLAIN_IN_WHOLE];

    if (n)
        say_line(ngettext("%llu protected picture is too plain to be matched; "
                          "add a better copy:",
                          "%llu protected pictures are too plain to be "
                          "matched; add better copies:",
                          (unsigned long)n),
                 (unsigned long long)n);
    say_plain_ones(set, PLAIN_ALL);
    if (in_part)
        say_line(ngettext("%llu protected picture cannot be found in every "
                          "form:",
                          "%llu protected pictures cannot be found in every "
                          "form:",
                          (unsigned long)in_part),
                 (unsigned long long)in_part);
    say_plain_ones(set, PLAIN_IN_PARTS);
    say_plain_ones(set, PLAIN_IN_WHOLE);
}

void found_say_count(const struct found_count *count, enum depth depth)
{
    const size_t copies = count->n_copies, reviews = count->n_reviews;

    if (copies)
        say_line(ngettext("%zu copy", "%zu copies", (unsigned long)copies),
                 copies);
    if (reviews)
        say_line(ngettext("%zu match for a person to review",
                          "%zu matches for a person to review",
                          (unsigned long)reviews),
                 reviews);
    if (!copies && !reviews) say_line("%s", no_match_sentence(depth));
    if (count->n_self)
        say_line(ngettext("%llu protected file was met again at its own place, "
                          "and not compared with itself",
                          "%llu protected files were met again at their own "
                          "place, and not compared with themselves",
                          (unsigned long)count->n_self),
                 (unsigned long long)count->n_self);
}
