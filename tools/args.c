/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines, read by getopt_long from the table of options. */
#include "args.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "i18n.h"
#include "say.h"
#include "text.h"

#define MAX_OPTIONS 64
#define FIRST_LONG  256 /* getopt's value of the first row: no letter */

struct getopt_table {
    struct option longs[MAX_OPTIONS];
    char shorts[2 * MAX_OPTIONS + 2];
};

static void fill_table(const struct verb *verb, struct getopt_table *table)
{
    size_t n = 0;
    char *to = table->shorts;

    memset(table, 0, sizeof *table);
    *to++ = ':'; /* tell a missing value from an unknown option */
    for (int i = 0; option_rows[i].name && n < MAX_OPTIONS - 1; i++) {
        const struct option_row *const row = &option_rows[i];
        const int has_value = row->value ? required_argument : no_argument;

        if (!(row->verbs & verb->bit)) continue;
        table->longs[n++] =
            (struct option){row->name, has_value, NULL, FIRST_LONG + i};
        if (!row->letter) continue;
        *to++ = row->letter;
        if (row->value) *to++ = ':';
    }
}

/* The row of what getopt_long returned; NULL. */
static const struct option_row *row_of(const struct verb *verb, int value)
{
    if (value >= FIRST_LONG) return &option_rows[value - FIRST_LONG];
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->verbs & verb->bit && row->letter && row->letter == value)
            return row;
    return NULL;
}

enum exit_status args_wrong(const char *verb, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (verb)
        say(_("%s; see sitr %s --help"), text, verb);
    else
        say(_("%s; see sitr --help"), text);
    return EXIT_FATAL;
}

enum exit_status args_wrong_word(const char *verb, const char *format,
                                 const char *word)
{
    char *const text = text_escape(word);

    args_wrong(verb, format, text);
    free(text);
    return EXIT_FATAL;
}

/* The argument getopt_long stumbled over. */
static void wrong_argument(const struct verb *verb, const char *format,
                           char **argv)
{
    const char letter[] = {'-', (char)optopt, '\0'};

    /* of a long option, or of `-xyz`, argv has more to say than optopt */
    if (optopt > 0 && optopt < FIRST_LONG)
        args_wrong_word(verb->name, format, letter);
    else
        args_wrong_word(verb->name, format, argv[optind - 1]);
}

static bool set(const struct option_row *row, struct settings *settings,
                const char *value)
{
    void *const place = (char *)settings + row->place;

    if (row->set) return row->set(settings, value);
    if (!row->value) {
        *(bool *)place = true;
        return true;
    }
    *(const char **)place = value;
    return *value;
}

static bool apply(const struct verb *verb, const struct option_row *row,
                  struct settings *settings)
{
    char *value;

    if (set(row, settings, optarg)) return true;
    value = text_escape(optarg); /* an option without one cannot be wrong */
    args_wrong(verb->name, _("'%s' is no value for --%s"), value, row->name);
    free(value);
    return false;
}

bool args_parse(const struct verb *verb, int argc, char **argv,
                struct settings *out)
{
    struct getopt_table table;
    int got;

    fill_table(verb, &table);
    opterr = 0;
    optind = 0; /* all anew: it may stand within a word of an earlier line */
    while (got = getopt_long(argc, argv, table.shorts, table.longs, NULL),
           got != -1) {
        const struct option_row *const row = row_of(verb, got);

        if (got == ':') {
            wrong_argument(verb, _("option %s needs a value"), argv);
            return false;
        }
        if (!row) {
            wrong_argument(verb, _("unknown option %s"), argv);
            return false;
        }
        if (!apply(verb, row, out)) return false;
    }
    out->paths = argv + optind;
    out->n_paths = (size_t)(argc - optind);
    return true;
}

struct inputs_source args_source(const struct settings *settings, size_t first)
{
    return (struct inputs_source){
        .paths = settings->paths + first,
        .n_paths = settings->n_paths - first,
        .files_from = settings->files_from,
        .null = settings->null,
        .shard = settings->shard,
    };
}
