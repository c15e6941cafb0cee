/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs and their options: one table of each, from which come parsing,
 * --help, the completions of three shells and the check of the manual page. */
#ifndef TOOLS_ARGS_H
#define TOOLS_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sitr.h>

#include "inputs.h"
#include "list_format.h"
#include "output.h"
#include "progress.h"

/** Ends the program; command.md has the contract. */
enum exit_status {
    EXIT_MATCHED = 0, /* or, for verbs that do not match, all done */
    EXIT_NO_MATCH = 1,
    EXIT_FATAL = 2,
    EXIT_SOME_FAILED = 3,
    EXIT_INTERRUPTED = 5
};

enum color_mode { COLOR_AUTO = 0, COLOR_ALWAYS, COLOR_NEVER };

#define SETTINGS_TO_MAX 16

/** What a command line asks for. */
struct settings {
    enum output_format format;
    enum color_mode color;
    enum progress_mode progress;
    bool quiet, verbose;
    bool help, version;
    unsigned n_jobs;
    bool null, sort_key;
    const char *files_from;
    struct shard shard; /* of what is found or hashed */
    sitr_limits limits;
    uint64_t max_address_space; /* bytes of a worker */
    uint32_t max_cpu_s;         /* for a picture */
    uint32_t algos; /* bit set of 1u << sitr_algo; 0 = not asked for */
    bool turns, as_stored;
    bool regions;         /* of sitr hash, which prints them where asked */
    bool no_regions;      /* of the verbs that match */
    bool no_merge;        /* of sitr index, as is what follows */
    uint64_t max_segment; /* bytes; 0: as many as is usual */
    sitr_verdict at_least;
    bool as_found;
    bool again, keep_regions; /* of sitr scan, as is what follows */
    const char *case_file, *sources;
    bool thumbnails;   /* of sitr report */
    uint32_t settle;   /* of sitr watch: seconds; 0: as many as is usual */
    const char *run;   /* the same: a command */
    const char *label; /* of a case; NULL: the only one there is */
    const char *by;    /* who is at work; NULL: the login */
    const char *confirm, *reject, *note; /* lists of numbers: of review */
    const char *purpose, *pass_file, *key_file; /* of export and import */
    const char *to[SETTINGS_TO_MAX];            /* public keys */
    size_t n_to;
    uint32_t days; /* that it may be opened; 0: as many as is usual */
    enum list_format from, as; /* of import and export; 0: not said */
    const char
        *out; /* a new file, or of report a folder; NULL: standard output */
    bool names, dry_run, yes, all; /* of sitr case */
    const char *lang;              /* of sitr report, as is what follows */
    const char *scope, *authorisation, *requested_by, *analyst;
    const char *timestamp_request;
    bool pdf, jsonld;
    bool files; /* of sitr verify, as is what follows */
    const char *timestamp, *ca;
    bool list_options;      /* hidden: a line each, for the tests */
    const char *completion; /* hidden: bash, zsh or fish */
    char **paths;
    size_t n_paths;
};

enum {
    VERB_HASH = 1u << 0,
    VERB_COMPARE = 1u << 1,
    VERB_MATCH = 1u << 2,
    VERB_VERSION = 1u << 3,
    VERB_HELP = 1u << 4,
    VERB_INDEX = 1u << 5,
    VERB_CASE = 1u << 6,
    VERB_SCAN = 1u << 7,
    VERB_WATCH = 1u << 8,
    VERB_IMPORT = 1u << 9,
    VERB_EXPORT = 1u << 10,
    VERB_REPORT = 1u << 11,
    VERB_VERIFY = 1u << 12
};

struct verb {
    unsigned bit; /* VERB_* */
    const char *name;
    const char *operands; /* "PATH..." */
    const char *summary;  /* for --help, untranslated like what follows */
    const char *details;  /* a paragraph, or NULL */
    const char *examples; /* lines "command\0what it does\0", then "" */
    enum exit_status (*run)(const struct settings *settings);
};

/** What stands behind `sitr index`; the shells complete it. */
#define INDEX_ACTIONS "build add remove merge info"
/** The same of `sitr case`. */
#define CASE_ACTIONS "new add list show review withdraw key export import"

/** Ends with a verb without name. */
extern const struct verb verbs[];

/** The verb of that name; NULL. */
const struct verb *verb_named(const char *name);

struct option_row {
    unsigned verbs; /* of VERB_* */
    char letter;    /* or 0 */
    const char *name;
    const char *value;   /* what stands behind `=` in --help; NULL: nothing */
    const char *choices; /* of a value, between spaces; NULL: any */
    const char *help;    /* NULL: hidden */
    /* false: it is no value. NULL: a bool, or where there is a value, a text that
     * is not empty, lies at `place` of the settings */
    bool (*set)(struct settings *settings, const char *value);
    size_t place;
};

/** Ends with a row without name. */
extern const struct option_row option_rows[];

/** Reads the arguments behind a verb; false, after one line of message, where
 * they are wrong. `argv[0]` is the verb's. */
bool args_parse(const struct verb *verb, int argc, char **argv,
                struct settings *out);

/** Says what is wrong with the command line, and where help is. */
enum exit_status args_wrong(const char *verb, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The same of one word, which is shown escaped: `format` has one %s. */
enum exit_status args_wrong_word(const char *verb, const char *format,
                                 const char *word);

/** What the settings say about where files come from, from the path of number
 * `first` on. */
struct inputs_source args_source(const struct settings *settings, size_t first);

enum exit_status cmd_hash(const struct settings *settings);
enum exit_status cmd_compare(const struct settings *settings);
enum exit_status cmd_match(const struct settings *settings);
enum exit_status cmd_index(const struct settings *settings);
enum exit_status cmd_case(const struct settings *settings);
enum exit_status cmd_scan(const struct settings *settings);
enum exit_status cmd_watch(const struct settings *settings);
enum exit_status cmd_import(const struct settings *settings);
enum exit_status cmd_export(const struct settings *settings);
enum exit_status cmd_report(const struct settings *settings);
enum exit_status cmd_verify(const struct settings *settings);
enum exit_status cmd_version(const struct settings *settings);
enum exit_status cmd_help(const struct settings *settings);

void help_print(void);
void help_print_verb(const struct verb *verb);

/** Prints the completion script of that shell; false where there is none. */
bool completion_print(const char *shell);

#endif
