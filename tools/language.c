/* SPDX-License-Identifier: Apache-2.0 */
/* Languages, without locales of their names: few machines have those of all three
 * installed. GNU gettext looks for the translation by the variable LANGUAGE, in
 * any locale but "C"; C.UTF-8 is one that comes with the C library. */
/* for setenv */
#define _GNU_SOURCE
#include "language.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "i18n.h"
#include "need.h"
#include "say.h"

/* ---- Which --------------------------------------------------------------- */

static bool set_utf8_locale(void)
{
    static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8",
                                        "fr_FR.UTF-8", ""};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (setlocale(LC_ALL, names[i]) &&
            !strcmp(nl_langinfo(CODESET), "UTF-8"))
            return true;
    return false;
}

/* What stands at the head of the translations in use. */
static bool is_language(const char *code)
{
    static const char empty[] = "";
    const char *const head = gettext(empty);
    const char *const line = strstr(head, "Language: ");

    if (!strcmp(code, "en")) return !line || strstr(line, "en") == line + 10;
    return line && !strncmp(line + 10, code, strlen(code));
}

bool language_enter(struct language *language, const char *code)
{
    const char *const list = getenv("LANGUAGE");
    bool good;

    language->locale = need(strdup(setlocale(LC_ALL, NULL)));
    language->list = list ? need(strdup(list)) : NULL;
    good = !setenv("LANGUAGE", code, 1) && set_utf8_locale();
    /* numbers are for CSS and SVG too */
    setlocale(LC_NUMERIC, "C");
    if (good && is_language(code)) return true;
    language_leave(language);
    *language = (struct language){.locale = NULL};
    say(_("the language '%s' is not installed"), code);
    return false;
}

void language_leave(struct language *language)
{
    if (!language->locale) return;
    if (language->list)
        setenv("LANGUAGE", language->list, 1);
    else
        unsetenv("LANGUAGE");
    /* with it gettext notices */
    setlocale(LC_ALL, language->locale);
    free(language->list);
    free(language->locale);
    *language = (struct language){.locale = NULL};
}

/* ---- Times --------------------------------------------------------------- */

static const char *month(int number)
{
    static const char *const months[] = {
        N_("January"),   N_("February"), N_("March"),    N_("April"),
        N_("May"),       N_("June"),     N_("July"),     N_("August"),
        N_("September"), N_("October"),  N_("November"), N_("December"),
    };

    return _(months[number]);
}

void language_time(int64_t seconds, char text[LANGUAGE_TEXT])
{
    const time_t t = (time_t)seconds;
    struct tm p;
    char day[32];

    *text = '\0';
    if (!t || t != seconds || !gmtime_r(&t, &p) || p.tm_year > 8099) return;
    if (p.tm_mday == 1) /* TRANSLATORS: the first day of a month, in a date */
        snprintf(day, sizeof day, "%s", _("1"));
    else
        snprintf(day, sizeof day, "%d", p.tm_mday);
    /* TRANSLATORS: day, month, year, and the time of day */
    snprintf(text, LANGUAGE_TEXT, _("%1$s %2$s %3$d, %4$02d:%5$02d:%6$02d UTC"),
             day, month(p.tm_mon), p.tm_year + 1900, p.tm_hour, p.tm_min,
             p.tm_sec);
}

/* ---- Numbers ------------------------------------------------------------- */

void language_number(uint64_t number, char text[LANGUAGE_TEXT])
{
    /* TRANSLATORS: a thousand, as numbers are written: what stands between 1 and 0
     * is put between thousands */
    const char *const thousand = _("1,000");
    const char *const zeros = strstr(thousand, "000");
    char digits[24];
    char *to = text;
    const int n =
        snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);

    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0 && zeros && zeros - thousand < 9) {
            memcpy(to, thousand + 1, (size_t)(zeros - thousand) - 1);
            to += zeros - thousand - 1;
        }
        *to++ = digits[i];
    }
    *to = '\0';
}

void language_size(uint64_t size, char text[LANGUAGE_TEXT])
{
    char number[LANGUAGE_TEXT];

    language_number(size, number);
    snprintf(text, LANGUAGE_TEXT,
             ngettext("%s byte", "%s bytes", (unsigned long)size), number);
}
