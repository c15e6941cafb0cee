/* SPDX-License-Identifier: Apache-2.0 */
/* for getentropy */
#define _DEFAULT_SOURCE
#include "label.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

#define MANY_DIGITS 7 /* a telephone number */

bool label_is_valid(const char *label)
{
    const size_t n = strlen(label);
    char *shown;
    bool same;

    if (!n || n > LABEL_MAX || isspace((unsigned char)*label) ||
        isspace((unsigned char)label[n - 1]))
        return false;
    shown = text_escape(label);
    same = !strcmp(shown, label);
    free(shown);
    return same;
}

/* All beyond ASCII counts as letters, which for Arabic and French is right but
 * for digits and punctuation, and errs on the side of a warning. */
static bool is_letter(unsigned char byte)
{
    return byte >= 0x80 || isalpha(byte);
}

bool label_looks_real(const char *label)
{
    size_t digits = 0, letters = 0, words = 0, in_word = 0;

    for (const char *p = label; *p; p++) {
        const unsigned char byte = (unsigned char)*p;

        if (byte == '@') return true;
        digits += byte < 0x80 && isdigit(byte);
        letters += is_letter(byte);
        in_word = is_letter(byte) ? in_word + 1 : 0;
        words += in_word == 2;
    }
    return digits >= MANY_DIGITS || words > 1 || (letters > 1 && !digits);
}

void label_suggest(char label[LABEL_SUGGESTED])
{
    /* no vowels, and so no words; no digits that look like letters */
    static const char letters[] = "bcdfghjkmnpqrstvwxz2456789";
    const time_t now = time(NULL);
    struct tm day = {.tm_year = 100};
    uint32_t random;
    size_t n;

    /* four of 26 need be new, not secret */
    if (getentropy(&random, sizeof random))
        random = (uint32_t)now * 2654435761u + (uint32_t)getpid();
    localtime_r(&now, &day);
    n = strftime(label, LABEL_SUGGESTED, "%Y-", &day);
    if (n > LABEL_SUGGESTED - 5) n = 0; /* a year of many digits */
    for (int i = 0; i < 4; i++, random /= sizeof letters - 1)
        label[n++] = letters[random % (sizeof letters - 1)];
    label[n] = '\0';
}
