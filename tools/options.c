/* SPDX-License-Identifier: Apache-2.0 */
/* The options of all verbs. */
#include "args.h"

#include <string.h>

#include "i18n.h"
#include "label.h"
#include "language.h"
#include "text.h"

#define MAX_JOBS 1024

/* Decimal digits, which `text` is moved over. */
static bool parse_digits(const char **text, uint64_t *out)
{
    uint64_t value = 0;

    if (**text < '0' || **text > '9') return false;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        const uint64_t digit = (uint64_t)(**text - '0');

        if (value > (UINT64_MAX - digit) / 10) return false;
        value = 10 * value + digit;
    }
    *out = value;
    return true;
}

/* A number alone, or with K, M or G behind it: 2^10, 2^20, 2^30. */
static bool parse_size(const char *text, uint64_t max, uint64_t *out)
{
    uint64_t value;
    unsigned shift = 0;

    if (!parse_digits(&text, &value)) return false;
    switch (*text) {
    case 'K':
        shift = 10;
        break;
    case 'M':
        shift = 20;
        break;
    case 'G':
        shift = 30;
        break;
    }
    if (shift) text++;
    if (*text || !value || value > max >> shift) return false;
    *out = value << shift;
    return true;
}

/* A plain count of 1 .. `max`. */
static bool parse_count(const char *value, uint32_t max, uint32_t *out)
{
    uint64_t n;

    if (strpbrk(value, "KMG") || !parse_size(value, max, &n)) return false;
    *out = (uint32_t)n;
    return true;
}

/* The place of `value` among choices between spaces; -1. */
static int choice(const char *choices, const char *value, size_t length)
{
    for (int i = 0; *choices; i++) {
        const size_t n = strcspn(choices, " ");

        if (n == length && !strncmp(choices, value, n)) return i;
        choices += n + (choices[n] == ' ');
    }
    return -1;
}

#define ALGO_CHOICES      "pdq phash dhash ahash"
#define VERDICT_CHOICES   "review copy"
#define PROGRESS_CHOICES  "auto json never"
#define THUMBNAIL_CHOICES "blurred"
#define COLOR_CHOICES     "auto always never"
#define SHELL_CHOICES     "bash zsh fish"

static bool set_algo(struct settings *settings, const char *value)
{
    static const sitr_algo algos[] = {SITR_PDQ, SITR_PHASH, SITR_DHASH,
                                      SITR_AHASH};

    for (;;) {
        const size_t n = strcspn(value, ",");
        const int i = choice(ALGO_CHOICES, value, n);

        if (i < 0) return false;
        settings->algos |= 1u << algos[i];
        if (!value[n]) return true;
        value += n + 1;
    }
}

static bool set_max_segment(struct settings *settings, const char *value)
{
    return parse_size(value, (uint64_t)1 << 40, &settings->max_segment);
}

static bool set_at_least(struct settings *settings, const char *value)
{
    static const sitr_verdict verdicts[] = {SITR_REVIEW, SITR_COPY};
    const int i = choice(VERDICT_CHOICES, value, strlen(value));

    if (i >= 0) settings->at_least = verdicts[i];
    return i >= 0;
}

static bool set_label(struct settings *settings, const char *value)
{
    settings->label = value;
    return label_is_valid(value);
}

static bool set_by(struct settings *settings, const char *value)
{
    settings->by = value;
    return label_is_valid(value);
}

/* Numbers with commas between them; what they are of is looked up later. */
static bool is_list(const char *value)
{
    for (;;) {
        uint64_t number;

        if (!parse_digits(&value, &number) || !number || number > INT64_MAX)
            return false;
        if (!*value) return true;
        if (*value++ != ',') return false;
    }
}

static bool set_confirm(struct settings *settings, const char *value)
{
    settings->confirm = value;
    return is_list(value);
}

static bool set_reject(struct settings *settings, const char *value)
{
    settings->reject = value;
    return is_list(value);
}

/* Words of a person, for the record. */
static bool set_text(const char **place, const char *value)
{
    *place = value;
    return *value && strlen(value) <= 1000 && text_is_utf8(value);
}

static bool set_note(struct settings *settings, const char *value)
{
    return set_text(&settings->note, value);
}

static bool set_scope(struct settings *settings, const char *value)
{
    return set_text(&settings->scope, value);
}

static bool set_authorisation(struct settings *settings, const char *value)
{
    return set_text(&settings->authorisation, value);
}

static bool set_requested_by(struct settings *settings, const char *value)
{
    return set_text(&settings->requested_by, value);
}

static bool set_analyst(struct settings *settings, const char *value)
{
    return set_text(&settings->analyst, value);
}

static bool set_lang(struct settings *settings, const char *value)
{
    settings->lang = value;
    return choice(LANGUAGE_CHOICES, value, strlen(value)) >= 0;
}

static bool set_purpose(struct settings *settings, const char *value)
{
    return set_text(&settings->purpose, value);
}

static bool set_days(struct settings *settings, const char *value)
{
    return parse_count(value, 36500, &settings->days);
}

static bool set_settle(struct settings *settings, const char *value)
{
    return parse_count(value, 3600, &settings->settle);
}

static bool set_to(struct settings *settings, const char *value)
{
    if (settings->n_to == SETTINGS_TO_MAX) return false;
    settings->to[settings->n_to++] = value;
    return *value;
}

static bool set_from(struct settings *settings, const char *value)
{
    settings->from = list_format_named(value);
    return settings->from;
}

static bool set_as(struct settings *settings, const char *value)
{
    settings->as = list_format_named(value);
    return settings->as;
}

static bool set_csv(struct settings *settings, const char *value)
{
    (void)value;
    settings->format = OUTPUT_CSV;
    return true;
}

static bool set_json(struct settings *settings, const char *value)
{
    (void)value;
    settings->format = OUTPUT_JSON;
    return true;
}

static bool set_jobs(struct settings *settings, const char *value)
{
    return parse_count(value, MAX_JOBS, &settings->n_jobs);
}

static bool set_shard(struct settings *settings, const char *value)
{
    uint64_t number, count;

    if (!parse_digits(&value, &number) || *value++ != '/' ||
        !parse_digits(&value, &count) || *value)
        return false;
    if (!number || number > count || count > SHARD_MAX) return false;
    settings->shard = (struct shard){(uint32_t)number, (uint32_t)count};
    return true;
}

static bool set_max_bytes(struct settings *settings, const char *value)
{
    return parse_size(value, SIZE_MAX / 2, &settings->limits.max_bytes);
}

static bool set_max_pixels(struct settings *settings, const char *value)
{
    return parse_size(value, UINT64_MAX - 1, &settings->limits.max_pixels);
}

static bool set_max_pixels_whole(struct settings *settings, const char *value)
{
    return parse_size(value, UINT64_MAX - 1,
                      &settings->limits.max_pixels_whole);
}

static bool set_max_side(struct settings *settings, const char *value)
{
    uint64_t n;

    if (!parse_size(value, UINT32_MAX, &n)) return false;
    settings->limits.max_side = (uint32_t)n;
    return true;
}

static bool set_max_memory(struct settings *settings, const char *value)
{
    return parse_size(value, UINT64_MAX - 1, &settings->limits.max_memory);
}

static bool set_max_scans(struct settings *settings, const char *value)
{
    return parse_count(value, 1000000, &settings->limits.max_scans);
}

static bool set_max_warnings(struct settings *settings, const char *value)
{
    return parse_count(value, 1000000, &settings->limits.max_warnings);
}

static bool set_max_address_space(struct settings *settings, const char *value)
{
    return parse_size(value, SIZE_MAX / 2, &settings->max_address_space);
}

static bool set_max_cpu(struct settings *settings, const char *value)
{
    return parse_count(value, 3600, &settings->max_cpu_s);
}

static bool set_progress(struct settings *settings, const char *value)
{
    static const enum progress_mode modes[] = {PROGRESS_AUTO, PROGRESS_JSON,
                                               PROGRESS_NEVER};
    const int i = choice(PROGRESS_CHOICES, value, strlen(value));

    if (i >= 0) settings->progress = modes[i];
    return i >= 0;
}

static bool set_thumbnails(struct settings *settings, const char *value)
{
    settings->thumbnails = !strcmp(value, THUMBNAIL_CHOICES);
    return settings->thumbnails;
}

static bool set_color(struct settings *settings, const char *value)
{
    static const enum color_mode modes[] = {COLOR_AUTO, COLOR_ALWAYS,
                                            COLOR_NEVER};
    const int i = choice(COLOR_CHOICES, value, strlen(value));

    if (i >= 0) settings->color = modes[i];
    return i >= 0;
}

static bool set_completion(struct settings *settings, const char *value)
{
    settings->completion = value;
    return choice(SHELL_CHOICES, value, strlen(value)) >= 0;
}

#define PART (VERB_HASH | VERB_MATCH)           /* can be done in parts */
#define KEEP (VERB_INDEX | VERB_CASE)           /* record pictures */
#define MANY (PART | KEEP | VERB_SCAN)          /* take many files */
#define SEEK (VERB_SCAN | VERB_WATCH)           /* search for a case */
#define SIGN (MANY | VERB_COMPARE | VERB_WATCH) /* read pictures */
#define LIST (VERB_IMPORT | VERB_EXPORT)        /* of the field */
#define PAIR (VERB_MATCH | VERB_COMPARE)
#define SHOW (VERB_HASH | PAIR | VERB_SCAN) /* print for people, in colour */
#define TELL (VERB_REPORT | VERB_VERIFY)    /* evidence */
#define ALL  (SIGN | LIST | TELL | VERB_VERSION | VERB_HELP)

/* Nothing to look at in the value: a flag, or a text that is not empty. */
#define AT(field) NULL, offsetof(struct settings, field)

const struct option_row option_rows[] = {
    {VERB_HASH, 0, "algo", N_("LIST"), ALGO_CHOICES,
     N_("hashes to print: pdq,phash,dhash,ahash"), set_algo},
    {VERB_HASH, 0, "regions", NULL, NULL,
     N_("keypoints and signature too, in --json and --csv"), AT(regions)},
    {VERB_HASH, 0, "turns", NULL, NULL,
     N_("the PDQ hashes of all eight turns: mirrored, rotated"), AT(turns)},
    {VERB_HASH, 0, "as-stored", NULL, NULL,
     N_("ignore the orientation that Exif tells"), AT(as_stored)},
    {PAIR | KEEP, 0, "no-regions", NULL, NULL,
     N_("hashes alone: no crops, screenshots and montages"), AT(no_regions)},
    {VERB_INDEX, 0, "no-merge", NULL, NULL,
     N_("after add and remove, leave segments as they are"), AT(no_merge)},
    {VERB_INDEX, 0, "max-segment", N_("SIZE"), NULL,
     N_("most bytes of a segment to make; default 2G"), set_max_segment},
    {SEEK | LIST | TELL, 0, "case", N_("FILE"), NULL,
     N_("the case file: what to look for, and the record"), AT(case_file)},
    {VERB_REPORT, 0, "lang", N_("LANGUAGE"), LANGUAGE_CHOICES,
     N_("the language of the page: ar, fr or en"), set_lang},
    {VERB_REPORT, 0, "out", N_("FOLDER"), NULL,
     N_("the new folder to write the report into"), AT(out)},
    {VERB_REPORT, 0, "requested-by", N_("TEXT"), NULL,
     N_("who asked for the report; else a line to fill in"), set_requested_by},
    {VERB_REPORT, 0, "authorisation", N_("TEXT"), NULL,
     N_("by what authority; else a line to fill in"), set_authorisation},
    {VERB_REPORT, 0, "scope", N_("TEXT"), NULL,
     N_("what was to be looked for, and where; the same"), set_scope},
    {VERB_REPORT, 0, "analyst", N_("NAME"), NULL,
     N_("who answers for the report; the same"), set_analyst},
    {VERB_REPORT, 0, "thumbnails", N_("HOW"), THUMBNAIL_CHOICES,
     N_("show found pictures, blurred; asks first"), set_thumbnails},
    {VERB_REPORT, 0, "pdf", NULL, NULL,
     N_("a PDF too, made by weasyprint or Chromium"), AT(pdf)},
    {VERB_REPORT, 0, "jsonld", NULL, NULL,
     N_("the words of CASE and UCO too, for other tools"), AT(jsonld)},
    {VERB_REPORT, 0, "timestamp-request", N_("FILE"), NULL,
     N_("a query for a time-stamp of it (RFC 3161), too"),
     AT(timestamp_request)},
    {VERB_VERIFY, 0, "files", NULL, NULL,
     N_("check the found files too, as far as they are there"), AT(files)},
    {VERB_VERIFY, 0, "timestamp", N_("FILE"), NULL,
     N_("the reply to that query; default: timestamp.tsr in it"),
     AT(timestamp)},
    {VERB_VERIFY, 0, "ca", N_("FILE"), NULL,
     N_("PEM certificates of whoever may have signed it"), AT(ca)},
    {SEEK, 0, "sources", N_("FILE"), NULL,
     N_("where the files come from: CSV or JSON lines"), AT(sources)},
    {VERB_SCAN, 0, "again", NULL, NULL,
     N_("read again what has not changed, too"), AT(again)},
    {SEEK, 0, "keep-regions", NULL, NULL,
     N_("keep what crops and montages are found by, 8 KB each"),
     AT(keep_regions)},
    {VERB_WATCH, 0, "run", N_("COMMAND"), NULL,
     N_("run it, with new findings on its standard input"), AT(run)},
    {VERB_WATCH, 0, "settle", N_("SECONDS"), NULL,
     N_("how long a file is left alone before it is read; default 2"),
     set_settle},
    {VERB_CASE | VERB_MATCH | SEEK | VERB_EXPORT | VERB_REPORT, 0, "label",
     N_("LABEL"), NULL,
     N_("the case of that label; default: the only one there is"), set_label},
    {VERB_CASE | SEEK | LIST | VERB_REPORT, 0, "by", N_("NAME"), NULL,
     N_("who does this, for the record; default: the login"), set_by},
    {VERB_CASE | VERB_REPORT, 0, "names", NULL, NULL,
     N_("with the paths of pictures too, which may be telling"), AT(names)},
    {VERB_CASE | SEEK | LIST | VERB_REPORT, 0, "dry-run", NULL, NULL,
     N_("say what would be done, and write nothing"), AT(dry_run)},
    {VERB_CASE | VERB_REPORT, 0, "yes", NULL, NULL,
     N_("do not ask for confirmation"), AT(yes)},
    {VERB_CASE, 0, "confirm", N_("LIST"), NULL,
     N_("findings that are what they seem, by their numbers"), set_confirm},
    {VERB_CASE, 0, "reject", N_("LIST"), NULL,
     N_("findings that are not, and are shown no more"), set_reject},
    {VERB_CASE, 0, "note", N_("TEXT"), NULL, N_("why, for the record"),
     set_note},
    {VERB_CASE, 0, "all", NULL, NULL, N_("findings that were looked at, too"),
     AT(all)},
    {VERB_CASE | VERB_EXPORT, 0, "purpose", N_("TEXT"), NULL,
     N_("what it is exported for, for the record"), set_purpose},
    {VERB_CASE, 0, "days", "N", NULL,
     N_("how long it can be imported; default 30"), set_days},
    {VERB_CASE, 0, "to", N_("KEY"), NULL,
     N_("seal for this public key, not a pass phrase"), set_to},
    {VERB_IMPORT, 0, "from", N_("FORMAT"), LIST_FORMAT_CHOICES,
     N_("what the lists are; default: told by what is in them"), set_from},
    {VERB_EXPORT, 0, "to", N_("FORMAT"), LIST_FORMAT_CHOICES,
     N_("the format to write"), set_as},
    {VERB_EXPORT, 0, "out", N_("FILE"), NULL,
     N_("a new file to write; default: standard output"), AT(out)},
    {VERB_CASE, 0, "pass-file", N_("FILE"), NULL,
     N_("read the pass phrase there, and do not ask for it"), AT(pass_file)},
    {VERB_CASE, 0, "key", N_("FILE"), NULL,
     N_("the secret key that opens what is imported"), AT(key_file)},
    {VERB_MATCH | SEEK | VERB_REPORT, 0, "at-least", N_("LEVEL"),
     VERDICT_CHOICES, N_("weakest to show: review (the default) or copy"),
     set_at_least},
    {VERB_MATCH, 0, "as-found", NULL, NULL,
     N_("print matches at once, in the order of the files"), AT(as_found)},
    {(SIGN & ~VERB_WATCH) | VERB_VERIFY, 0, "csv", NULL, NULL,
     N_("print comma-separated values, a header first"), set_csv},
    {SIGN | TELL, 0, "json", NULL, NULL, N_("print a JSON object a line"),
     set_json},
    {MANY | VERB_WATCH, 'j', "jobs", "N", NULL,
     N_("files worked on at once; default: all processors"), set_jobs},
    {MANY, 0, "files-from", N_("FILE"), NULL,
     N_("read more paths, a line each; - is standard input"), AT(files_from)},
    {MANY, '0', "null", NULL, NULL,
     N_("lists have zero bytes in place of newlines"), AT(null)},
    {PART, 0, "shard", N_("I/N"), NULL,
     N_("only part I of N of the files, chosen by their paths"), set_shard},
    {PART, 0, "sort-key", NULL, NULL,
     N_("a key before each record, to sort those of all parts"), AT(sort_key)},
    {SIGN, 0, "max-bytes", N_("SIZE"), NULL,
     N_("largest file to read; default 256M"), set_max_bytes},
    {SIGN, 0, "max-pixels", N_("SIZE"), NULL,
     N_("most pixels of a picture; default 256M"), set_max_pixels},
    {SIGN, 0, "max-pixels-whole", N_("SIZE"), NULL,
     N_("the same where all must be held at once; default 64M"),
     set_max_pixels_whole},
    {SIGN, 0, "max-side", N_("SIZE"), NULL,
     N_("longest side of a picture in pixels; default 65535"), set_max_side},
    {SIGN, 0, "max-memory", N_("SIZE"), NULL,
     N_("most memory for one picture; default 464M"), set_max_memory},
    {SIGN, 0, "max-scans", "N", NULL,
     N_("most scans of a JPEG to read; default 100"), set_max_scans},
    {SIGN, 0, "max-warnings", "N", NULL,
     N_("warnings of a decoder before it stops; default 100"),
     set_max_warnings},
    {SIGN, 0, "max-cpu", N_("SECONDS"), NULL,
     N_("most CPU time for one picture; default 5"), set_max_cpu},
    {SIGN, 0, "max-address-space", N_("SIZE"), NULL,
     N_("address space of a decoding process; default 768M"),
     set_max_address_space},
    {MANY | VERB_WATCH, 0, "progress", N_("WHEN"), PROGRESS_CHOICES,
     N_("show progress: auto (on a terminal), json or never"), set_progress},
    {SHOW, 0, "color", N_("WHEN"), COLOR_CHOICES,
     N_("colour: auto (on a terminal), always or never"), set_color},
    {SIGN | LIST | TELL, 'q', "quiet", NULL, NULL,
     N_("no progress, notes or summary; failures remain"), AT(quiet)},
    {SIGN, 'v', "verbose", NULL, NULL,
     N_("also name each file that is not a picture"), AT(verbose)},
    {ALL, 'h', "help", NULL, NULL, N_("print this help"), AT(help)},
    {ALL, 'V', "version", NULL, NULL, N_("print the version"), AT(version)},
    {VERB_HELP, 0, "completion", "SHELL", SHELL_CHOICES, NULL, set_completion},
    {VERB_HELP, 0, "options", NULL, NULL, NULL, AT(list_options)},
    {0, 0, NULL, NULL, NULL, NULL, NULL},
};
