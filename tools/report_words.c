/* SPDX-License-Identifier: Apache-2.0 */
/* The words are for a prosecutor, and will be read by the defence: they say no more
 * than is known, and leave the law to those who judge by it. */
#include "report_words.h"

#include <stdio.h>
#include <string.h>

#include "i18n.h"
#include "language.h"

/* Bits: of a part, the hash of the whole says nothing when it is farther. */
#define BY_CHANCE 90

static const sitr_match *match_of(const struct report_finding *finding)
{
    return &finding->finding->evidence.match;
}

static bool is_same_file(const struct report_finding *finding)
{
    return finding->finding->evidence.same_file;
}

const char *report_kind(const struct report_finding *finding)
{
    if (is_same_file(finding)) return _("The same file");
    switch (match_of(finding)->kind) {
    case SITR_SAME_PICTURE:
        return _("The same picture in another file");
    case SITR_TURNED:
        return _("The same picture, mirrored or rotated");
    case SITR_CROPPED:
        return _("A part of the picture");
    case SITR_CONTAINED:
        return _("The picture within another one");
    case SITR_EDITED:
        return _("The picture, altered");
    case SITR_KIND_NONE:
        break;
    }
    return _("A picture that looks alike");
}

const char *report_fact(const struct report_finding *finding)
{
    if (is_same_file(finding))
        return _("The SHA-256 of the found file is that of the file handed in: "
                 "both are the same, byte for byte.");
    switch (match_of(finding)->kind) {
    case SITR_SAME_PICTURE:
        return _("The files are not the same bytes. What they show is alike as "
                 "a whole: the picture may have been saved anew, scaled or "
                 "filtered.");
    case SITR_TURNED:
        return _("The files are not the same bytes. What they show is alike as "
                 "a whole, once the one is mirrored or rotated.");
    case SITR_CROPPED:
        return _(
            "The files are not the same bytes. What was found shows a part "
            "of the picture that was handed in.");
    case SITR_CONTAINED:
        return _("The files are not the same bytes. What was found shows the "
                 "picture that was handed in within a larger one: a "
                 "screenshot, a frame or a montage.");
    case SITR_EDITED:
        return _("The files are not the same bytes. What was found shows the "
                 "picture that was handed in with parts covered, or bent, or "
                 "turned freely.");
    case SITR_KIND_NONE:
        break;
    }
    return _("The files are not the same bytes. What they show is alike.");
}

void report_basis(const struct report_finding *finding, char text[REPORT_TEXT])
{
    const sitr_match *const match = match_of(finding);
    size_t n = 0;

    *text = '\0';
    if (is_same_file(finding)) return;
    if (match->keypoints)
        n = (size_t)snprintf(
            text, REPORT_TEXT,
            ngettext("%u detail lies in the same arrangement in both pictures.",
                     "%u details lie in the same arrangement in both pictures.",
                     match->keypoints),
            (unsigned)match->keypoints);
    if (match->distance == UINT32_MAX ||
        (match->keypoints && match->distance > BY_CHANCE) || n >= REPORT_TEXT)
        return;
    if (n) text[n++] = ' ';
    snprintf(text + n, REPORT_TEXT - n,
             ngettext("Their PDQ hashes differ in %u of 256 bits.",
                      "Their PDQ hashes differ in %u of 256 bits.",
                      match->distance),
             (unsigned)match->distance);
}

/* "1 in" how many: two digits, for no more is measured. */
static uint64_t one_in(double rate)
{
    /* a little more: a rate that was kept in 32 bits is not quite that number */
    const uint64_t n = (uint64_t)(1.000001 / (rate > 1e-15 ? rate : 1e-15));
    uint64_t unit = 1;

    while (n / unit >= 100) unit *= 10;
    return n / unit * unit;
}

void report_rate(const struct report_finding *finding, char text[REPORT_TEXT])
{
    char number[LANGUAGE_TEXT];

    *text = '\0';
    if (is_same_file(finding)) return;
    language_number(one_in((double)match_of(finding)->false_positive_rate),
                    number);
    snprintf(
        text, REPORT_TEXT,
        _("Of pairs of photos that have nothing to do with each other, one "
          "in %s comes this close by chance, as an estimate."),
        number);
}

const char *report_turn(const struct report_finding *finding)
{
    const sitr_turn turn = match_of(finding)->turn;

    return is_same_file(finding) || turn == SITR_UPRIGHT ? ""
                                                         : turn_sentence(turn);
}

const char *report_meaning(const struct report_finding *finding)
{
    const sitr_match_kind kind = match_of(finding)->kind;

    if (!is_same_file(finding) && kind == SITR_CONTAINED)
        return _("Where what was found is a montage, this may be relevant to "
                 "article 447-2 of the Moroccan Penal Code (distributing a "
                 "montage of a person's words or picture without consent); "
                 "where it is a mere screenshot or frame, to article 447-1.");
    if (!is_same_file(finding) && kind == SITR_EDITED)
        return _("Where the alteration makes of it a montage, this may be "
                 "relevant to article 447-2 of the Moroccan Penal Code "
                 "(distributing a montage of a person's words or picture "
                 "without consent), else to article 447-1.");
    return _("This may be relevant to article 447-1 of the Moroccan Penal Code "
             "(recording or distributing, without consent, the picture of a "
             "person who is in a private place).");
}

const char *report_act(const char *what)
{
    static const struct {
        const char *what, *text;
    } words[] = {
        {"new", N_("case opened")},
        {"add", N_("pictures recorded")},
        {"confirm", N_("finding confirmed")},
        {"reject", N_("finding rejected")},
        {"export", N_("case handed over")},
        {"export-list", N_("hashes handed over")},
        {"import", N_("case taken in")},
        {"report", N_("report made")},
        {"withdraw", N_("case withdrawn")},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].what, what)) return _(words[i].text);
    return NULL;
}
