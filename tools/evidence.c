/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence in words and in fields. */
#include "evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "i18n.h"
#include "text.h"

void evidence_same_file(struct evidence *evidence)
{
    evidence->same_file = true;
    evidence->match.verdict = SITR_COPY;
    evidence->match.turn = SITR_UPRIGHT;
}

const char *evidence_kind(const struct evidence *evidence)
{
    return evidence->same_file ? "same-file"
                               : sitr_match_kind_name(evidence->match.kind);
}

void evidence_put(struct output *output, const struct evidence *evidence)
{
    sitr_match match = evidence->match;

    output_word(output, "verdict", sitr_verdict_name(match.verdict));
    output_word(output, "kind", evidence_kind(evidence));
    output_word(output, "turn",
                match.verdict ? sitr_turn_name(match.turn) : NULL);
    if (match.distance == UINT32_MAX)
        output_null(output, "distance");
    else
        output_number(output, "distance", match.distance);
    output_number(output, "keypoints", match.keypoints);
    if (evidence->same_file || !match.verdict)
        output_null(output, "false_positive_rate");
    else
        output_real(output, "false_positive_rate",
                    (double)match.false_positive_rate);
    output_quad(output, "quad", match.quad);
}

void evidence_absent(struct output *output)
{
    static const char *const names[] = {
        "verdict",  "kind",      "turn",
        "distance", "keypoints", "false_positive_rate",
        "quad",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        output_absent(output, names[i]);
}

const char *verdict_text(sitr_verdict verdict)
{
    switch (verdict) {
    case SITR_COPY:
        return _("copy");
    case SITR_REVIEW:
        return _("review");
    case SITR_NONE:
        break;
    }
    return _("none");
}

const char *verdict_sentence(const struct evidence *evidence)
{
    if (evidence->same_file) return _("identical bytes");
    switch (evidence->match.verdict) {
    case SITR_COPY:
        return evidence->match.keypoints
                   ? _("made from the same picture, as far as hash and details "
                       "can tell")
                   : _("made from the same picture, as far as a hash can "
                       "tell");
    case SITR_REVIEW:
        return _("alike; a person should look at both");
    case SITR_NONE:
        break;
    }
    return _("no copy was recognised");
}

const char *no_match_sentence(enum depth depth)
{
    switch (depth) {
    case DEPTH_LISTS:
        return _("No copy was recognised. That is no proof that there is none: "
                 "by the hashes of a\nlist neither crops nor montages are "
                 "found.");
    case DEPTH_HASHES:
        return _("No copy was recognised. That is no proof that there is none: "
                 "with --no-regions\ncrops, screenshots and montages are not "
                 "looked for.");
    case DEPTH_FEW_REGIONS:
        return _("No copy was recognised. That is no proof that there is none: "
                 "crops, screenshots\nand montages are not found of or in "
                 "pictures that are too plain.");
    case DEPTH_REGIONS:
        break;
    }
    return _("No copy was recognised. That is no proof that there is none: "
             "small parts and\nheavily altered copies can be missed.");
}

const char *kind_text(const struct evidence *evidence)
{
    if (evidence->same_file) return _("same file");
    switch (evidence->match.kind) {
    case SITR_SAME_PICTURE:
        return _("same picture");
    case SITR_TURNED:
        return _("turned");
    case SITR_CROPPED:
        return _("cropped");
    case SITR_CONTAINED:
        return _("contained");
    case SITR_EDITED:
        return _("edited");
    case SITR_KIND_NONE:
        break;
    }
    return _("none");
}

const char *kind_sentence(const struct evidence *evidence)
{
    if (evidence->same_file) return _("the SHA-256 of both files is the same");
    switch (evidence->match.kind) {
    case SITR_SAME_PICTURE:
        return _("the whole picture, perhaps saved anew, scaled or filtered");
    case SITR_TURNED:
        return _("the whole picture, mirrored or rotated");
    case SITR_CROPPED:
        return _("a part of the picture");
    case SITR_CONTAINED:
        return _("the picture within another: a screenshot, frame or montage");
    case SITR_EDITED:
        return _("the picture with parts covered, or bent, or turned freely");
    case SITR_KIND_NONE:
        break;
    }
    return "";
}

const char *turn_sentence(sitr_turn turn)
{
    switch (turn) {
    case SITR_UPRIGHT:
        return _("upright");
    case SITR_ROTATE_90:
        return _("a quarter turn clockwise");
    case SITR_ROTATE_180:
        return _("upside down");
    case SITR_ROTATE_270:
        return _("a quarter turn anticlockwise");
    case SITR_MIRROR:
        return _("mirrored, left and right");
    case SITR_MIRROR_90:
        return _("mirrored, then a quarter turn clockwise");
    case SITR_MIRROR_180:
        return _("mirrored, top and bottom");
    case SITR_MIRROR_270:
        return _("mirrored, then a quarter turn anticlockwise");
    }
    return "";
}

/* printf's "1e-09" without the zero that nobody says */
static void drop_zero(char *text)
{
    char *const zero = strstr(text, "e-0");

    if (zero) memmove(zero + 2, zero + 3, strlen(zero + 3) + 1);
}

void rate_format(const struct evidence *evidence, char text[16])
{
    const double rate = (double)evidence->match.false_positive_rate;

    if (evidence->same_file || !evidence->match.verdict || !isfinite(rate)) {
        strcpy(text, "-");
        return;
    }
    snprintf(text, 16, "%.2g", rate);
    drop_zero(text);
}

bool color_wanted(enum color_mode mode)
{
    const char *const no_color = getenv("NO_COLOR");
    const char *const terminal = getenv("TERM");

    if (mode != COLOR_AUTO) return mode == COLOR_ALWAYS;
    return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
           !(terminal && !strcmp(terminal, "dumb"));
}

void verdict_print(sitr_verdict verdict, bool color, int width)
{
    const char *const text = verdict_text(verdict);
    const char *const begin = verdict == SITR_COPY     ? "\033[1;31m"
                              : verdict == SITR_REVIEW ? "\033[33m"
                                                       : "";

    if (color) fputs(begin, stdout);
    fputs(text, stdout);
    if (color && *begin) fputs("\033[0m", stdout);
    for (int i = text_width(text); i < width; i++) putchar(' ');
}
