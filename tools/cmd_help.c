/* SPDX-License-Identifier: Apache-2.0 */
/* Help: the tables of verbs and options, printed, examples first. */
#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "text.h"

#define VERB_WIDTH   10
#define OPTION_WIDTH 26

static void print_examples(const char *examples)
{
    while (*examples) {
        const char *const what = examples + strlen(examples) + 1;

        printf("  %s\n      %s\n", examples, _(what));
        examples = what + strlen(what) + 1;
    }
}

void help_print(void)
{
    puts(_("sitr finds copies of pictures by what they look like."));
    printf("\n%s\n", _("Examples:"));
    for (const struct verb *verb = verbs; verb->name; verb++)
        print_examples(verb->examples);
    printf("\n%s\n", _("Usage: sitr VERB [OPTION]... [PATH]..."));
    printf("\n%s\n", _("Verbs:"));
    for (const struct verb *verb = verbs; verb->name; verb++) {
        fputs("  ", stdout);
        text_put_padded(stdout, verb->name, VERB_WIDTH);
        puts(_(verb->summary));
    }
    printf("\n%s\n", _("'sitr VERB --help' tells more, and so does the manual "
                       "page sitr(1)."));
}

/* "  -j, --jobs=N          files to work on at once" */
static void print_option(const struct option_row *row)
{
    char left[128];

    snprintf(left, sizeof left, "  %c%c%c --%s%s%s", row->letter ? '-' : ' ',
             row->letter ? row->letter : ' ', row->letter ? ',' : ' ',
             row->name, row->value ? "=" : "", row->value ? _(row->value) : "");
    if (text_width(left) < OPTION_WIDTH)
        text_put_padded(stdout, left, OPTION_WIDTH);
    else
        printf("%s\n%*s", left, OPTION_WIDTH, "");
    puts(_(row->help));
}

void help_print_verb(const struct verb *verb)
{
    if (*verb->examples) {
        printf("%s\n", _("Examples:"));
        print_examples(verb->examples);
        putchar('\n');
    }
    printf(_("Usage: sitr %s [OPTION]... %s\n"), verb->name,
           *verb->operands ? _(verb->operands) : "");
    puts(verb->details ? _(verb->details) : _(verb->summary));
    printf("\n%s\n", _("Options:"));
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->verbs & verb->bit && row->help) print_option(row);
}

/* "match --at-least=VERDICT" and "hash -j", for the test of the manual page. */
static void list_options(void)
{
    for (const struct verb *verb = verbs; verb->name; verb++) {
        for (const struct option_row *row = option_rows; row->name; row++) {
            if (!(row->verbs & verb->bit) || !row->help) continue;
            printf("%s --%s%s%s\n", verb->name, row->name,
                   row->value ? "=" : "", row->value ? row->value : "");
            if (row->letter) printf("%s -%c\n", verb->name, row->letter);
        }
    }
}

enum exit_status cmd_help(const struct settings *settings)
{
    const struct verb *verb;

    if (settings->list_options) {
        list_options();
        return EXIT_MATCHED;
    }
    if (settings->completion) {
        completion_print(settings->completion);
        return EXIT_MATCHED;
    }
    if (!settings->n_paths) {
        help_print();
        return EXIT_MATCHED;
    }
    if (settings->n_paths > 1) return args_wrong("help", _("too many verbs"));
    verb = verb_named(settings->paths[0]);
    if (!verb) {
        char *const name = text_escape(settings->paths[0]);
        const enum exit_status status =
            args_wrong(NULL, _("unknown verb '%s'"), name);

        free(name);
        return status;
    }
    help_print_verb(verb);
    return EXIT_MATCHED;
}
