/* SPDX-License-Identifier: Apache-2.0 */
/* Completion scripts for bash, zsh and fish, printed from the tables when the
 * project is built. Their words are not translated: they are files. */
#include "args.h"

#include <stdio.h>
#include <string.h>

static bool is_shown(const struct option_row *row, const struct verb *verb)
{
    return row->verbs & verb->bit && row->help;
}

static bool wants_file(const struct option_row *row)
{
    return row->value && !strcmp(row->value, "FILE");
}

static bool takes_paths(const struct verb *verb)
{
    return verb->bit & (VERB_HASH | VERB_COMPARE | VERB_MATCH | VERB_INDEX |
                        VERB_CASE | VERB_SCAN | VERB_IMPORT | VERB_VERIFY);
}

static void print_verb_names(void)
{
    for (const struct verb *verb = verbs; verb->name; verb++)
        printf("%s%s", verb == verbs ? "" : " ", verb->name);
}

/* ---- bash ---------------------------------------------------------------- */

static void bash_values(void)
{
    for (const struct option_row *row = option_rows; row->name; row++) {
        if (!row->help || (!row->choices && !wants_file(row))) continue;
        printf("    --%s)\n", row->name);
        if (row->choices)
            printf("        COMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n",
                   row->choices);
        else
            puts("        compopt -o filenames\n"
                 "        COMPREPLY=($(compgen -f -- \"$cur\"))");
        puts("        return ;;");
    }
}

static void bash_options(void)
{
    for (const struct verb *verb = verbs; verb->name; verb++) {
        printf("    %s) words='", verb->name);
        for (const struct option_row *row = option_rows; row->name; row++)
            if (is_shown(row, verb))
                printf(" --%s%s", row->name, row->value ? "=" : "");
        puts("' ;;");
    }
}

static void print_bash(void)
{
    puts("# bash completion for sitr, made from its table of options\n"
         "_sitr()\n"
         "{\n"
         "    local cur=${COMP_WORDS[COMP_CWORD]} option= words=\n"
         "    local IFS=$' \\t\\n'\n"
         "    COMPREPLY=()\n"
         "    if ((COMP_CWORD == 1)); then");
    fputs("        COMPREPLY=($(compgen -W '", stdout);
    print_verb_names();
    puts(" --help --version' -- \"$cur\"))\n"
         "        return\n"
         "    fi\n"
         "    # bash makes three words of --option=value\n"
         "    if [[ $cur == = ]]; then\n"
         "        option=${COMP_WORDS[COMP_CWORD-1]} cur=\n"
         "    elif [[ ${COMP_WORDS[COMP_CWORD-1]} == = ]]; then\n"
         "        option=${COMP_WORDS[COMP_CWORD-2]}\n"
         "    fi\n"
         "    case $option in");
    bash_values();
    puts("    esac\n"
         "    case ${COMP_WORDS[1]} in");
    bash_options();
    puts("    esac\n"
         "    if [[ $cur == -* ]]; then\n"
         "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
         "    elif [[ ${COMP_WORDS[1]} == help ]]; then");
    fputs("        COMPREPLY=($(compgen -W '", stdout);
    print_verb_names();
    puts("' -- \"$cur\"))\n"
         "    elif [[ ${COMP_WORDS[1]} == index ]] && ((COMP_CWORD == 2)); "
         "then\n"
         "        COMPREPLY=($(compgen -W '" INDEX_ACTIONS "' -- \"$cur\"))\n"
         "    elif [[ ${COMP_WORDS[1]} == case ]] && ((COMP_CWORD == 2)); "
         "then\n"
         "        COMPREPLY=($(compgen -W '" CASE_ACTIONS "' -- \"$cur\"))\n"
         "    else\n"
         "        local IFS=$'\\n'\n"
         "        compopt -o filenames\n"
         "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
         "    fi\n"
         "}\n"
         "complete -F _sitr sitr");
}

/* ---- zsh ----------------------------------------------------------------- */

/* Within single quotes and a description in brackets. */
static void zsh_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'') fputs("'\\'", stdout);
        if (*text == '[' || *text == ']' || *text == ':') putchar('\\');
        putchar(*text);
    }
}

static void zsh_option(const struct option_row *row)
{
    fputs("            ", stdout);
    if (row->letter)
        printf("'(-%c --%s)'{-%c%s,--%s%s}", row->letter, row->name,
               row->letter, row->value ? "+" : "", row->name,
               row->value ? "=" : "");
    else
        printf("--%s%s", row->name, row->value ? "=" : "");
    fputs("'[", stdout);
    zsh_text(row->help);
    putchar(']');
    if (row->value) printf(":%s:", row->value);
    if (wants_file(row))
        fputs("_files", stdout);
    else if (row->choices)
        printf("(%s)", row->choices);
    puts("' \\");
}

static void print_zsh(void)
{
    puts("#compdef sitr\n"
         "# zsh completion for sitr, made from its table of options\n"
         "_sitr() {\n"
         "    local -a verbs\n"
         "    verbs=(");
    for (const struct verb *verb = verbs; verb->name; verb++) {
        printf("        '%s:", verb->name);
        zsh_text(verb->summary);
        puts("'");
    }
    puts("    )\n"
         "    if (( CURRENT == 2 )); then\n"
         "        _describe verb verbs\n"
         "        return\n"
         "    fi\n"
         "    shift words\n"
         "    (( CURRENT-- ))\n"
         "    case $words[1] in");
    for (const struct verb *verb = verbs; verb->name; verb++) {
        printf("    %s)\n        _arguments -s -S \\\n", verb->name);
        for (const struct option_row *row = option_rows; row->name; row++)
            if (is_shown(row, verb)) zsh_option(row);
        if (verb->bit == VERB_INDEX)
            puts("            '1:action:(" INDEX_ACTIONS ")' \\");
        if (verb->bit == VERB_CASE)
            puts("            '1:action:(" CASE_ACTIONS ")' \\");
        if (takes_paths(verb))
            puts("            '*:path:_files'");
        else if (verb->bit == VERB_HELP)
            puts("            '*:verb:{_describe verb verbs}'");
        else
            puts("            && return");
        puts("        ;;");
    }
    puts("    esac\n"
         "}\n"
         "if [[ $funcstack[1] == _sitr ]]; then\n"
         "    _sitr \"$@\"\n"
         "else\n"
         "    compdef _sitr sitr\n"
         "fi");
}

/* ---- fish ---------------------------------------------------------------- */

static void fish_text(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void fish_actions(const char *verb, const char *actions)
{
    printf("complete -c sitr -n '__fish_seen_subcommand_from %s; and not "
           "__fish_seen_subcommand_from %s' -f -a '%s'\n",
           verb, actions, actions);
}

static void print_fish(void)
{
    puts("# fish completion for sitr, made from its table of options");
    for (const struct verb *verb = verbs; verb->name; verb++) {
        printf("complete -c sitr -n __fish_use_subcommand -f -a %s -d ",
               verb->name);
        fish_text(verb->summary);
        putchar('\n');
        for (const struct option_row *row = option_rows; row->name; row++) {
            if (!is_shown(row, verb)) continue;
            printf("complete -c sitr -n '__fish_seen_subcommand_from %s' "
                   "-l %s -d ",
                   verb->name, row->name);
            fish_text(row->help);
            if (row->letter) printf(" -s %c", row->letter);
            if (wants_file(row))
                fputs(" -r -F", stdout);
            else if (row->choices)
                printf(" -x -a '%s'", row->choices);
            else if (row->value)
                fputs(" -x", stdout);
            putchar('\n');
        }
        if (!takes_paths(verb))
            printf("complete -c sitr -n '__fish_seen_subcommand_from %s' -f\n",
                   verb->name);
    }
    fish_actions("index", INDEX_ACTIONS);
    fish_actions("case", CASE_ACTIONS);
    fputs("complete -c sitr -n '__fish_seen_subcommand_from help' -f -a '",
          stdout);
    print_verb_names();
    puts("'");
}

bool completion_print(const char *shell)
{
    static const struct {
        const char *shell;
        void (*print)(void);
    } printers[] = {
        {"bash", print_bash},
        {"zsh", print_zsh},
        {"fish", print_fish},
    };

    for (size_t i = 0; i < sizeof printers / sizeof *printers; i++) {
        if (strcmp(printers[i].shell, shell)) continue;
        printers[i].print();
        return true;
    }
    return false;
}
