/* SPDX-License-Identifier: Apache-2.0 */
/* sitr verify: whether a report is what was written, and what of it no longer
 * agrees. */
#include "args.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "bag.h"
#include "cases.h"
#include "i18n.h"
#include "need.h"
#include "open.h"
#include "say.h"
#include "text.h"
#include "timestamp.h"
#include "verify.h"

#define JSON_MAX  ((size_t)256 << 20)
#define REPLY_MAX ((size_t)1 << 20)
#define REPLY     "timestamp.tsr"

/* ---- What is said -------------------------------------------------------- */

static const struct {
    const char *word, *text;
    bool is_bad;
} results[] = {
    [VERIFY_OK] = {"ok", N_("agrees"), false},
    [VERIFY_GONE] = {"gone", N_("not there any more"), false},
    [VERIFY_NOT_CHECKED] = {"not-checked", N_("not checked"), false},
    [VERIFY_DIFFERS] = {"differs", N_("DIFFERS"), true},
    [VERIFY_MISSING] = {"missing", N_("MISSING"), true},
    [VERIFY_EXTRA] = {"extra", N_("IN NO MANIFEST"), true},
    [VERIFY_DAMAGED] = {"damaged", N_("DAMAGED"), true},
    [VERIFY_UNREADABLE] = {"unreadable", N_("CANNOT BE READ"), false},
};

static const char *check_text(const char *check)
{
    static const struct {
        const char *word, *text;
    } words[] = {
        {"file", N_("file")},        {"manifest", N_("manifest")},
        {"act", N_("act")},          {"acts", N_("custody log")},
        {"html", N_("page")},        {"case", N_("case file")},

        {"found", N_("found file")}, {"timestamp", N_("time-stamp")},
        {"report", N_("report")},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].word, check)) return _(words[i].text);
    return check;
}

static void put_fields(struct output *output, const char *check,
                       const char *name, const char *result)
{
    output_begin(output);
    output_word(output, "check", check);
    output_path(output, "name", name);
    output_word(output, "result", result);
    output_path_b64(output, "name_b64", name);
    output_end(output);
}

void verify_say(struct verify *verify, const char *check, const char *name,
                enum verify_result result)
{
    struct output *const output = &verify->output;
    const int error = errno;

    verify->n_bad += results[result].is_bad;
    verify->n_unreadable += result == VERIFY_UNREADABLE;
    if (result == VERIFY_UNREADABLE) {
        output_flush();
        say_path(name, _("cannot be read: %s"), strerror(error));
    }
    if (output->format == OUTPUT_TEXT) {
        char *const text = text_escape(name);

        text_put_padded(stdout, _(results[result].text), 20);
        text_put_padded(stdout, check_text(check), 12);
        puts(text);
        free(text);
        return;
    }
    put_fields(output, check, name, results[result].word);
}

/* ---- Files --------------------------------------------------------------- */

/* A regular file; -1 with errno. */
static int open_regular(const char *path, size_t n_followed, struct stat *st)
{
    const int fd = open_path(path, n_followed, O_RDONLY);

    if (fd < 0) return -1;
    if (!fstat(fd, st) && S_ISREG(st->st_mode)) return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

int verify_hash(const char *path, size_t n_followed, uint8_t sha256[32])
{
    crypto_hash_sha256_state state;
    uint8_t block[65536];
    struct stat st;
    ssize_t got;
    const int fd = open_regular(path, n_followed, &st);
    int error;

    if (fd < 0) return errno;
    crypto_hash_sha256_init(&state);
    while (got = open_read(fd, block, sizeof block), got > 0)
        crypto_hash_sha256_update(&state, block, (size_t)got);
    error = got < 0 ? errno : 0;
    crypto_hash_sha256_final(&state, sha256);
    close(fd);
    return error;
}

char *verify_load(const char *path, size_t n_followed, size_t most,
                  size_t *size)
{
    struct stat st;
    char *text = NULL;
    const int fd = open_regular(path, n_followed, &st);
    int error = 0;

    if (fd < 0) return NULL;
    if ((uint64_t)st.st_size > most) {
        error = EFBIG;
    } else {
        ssize_t got;

        text = need(calloc(1, (size_t)st.st_size + 1));
        got = open_read(fd, (uint8_t *)text, (size_t)st.st_size);
        if (got != st.st_size) error = got < 0 ? errno : EIO;
    }
    close(fd);
    *size = (size_t)st.st_size;
    if (!error) return text;
    free(text);
    errno = error;
    return NULL;
}

char *verify_path(const struct verify *verify, const char *name)
{
    return need_format("%s/%s", verify->root, name);
}

/* ---- The report ---------------------------------------------------------- */

/* jansson does not tell a text that is wrong from one for which there was no memory,
 * and the one would be taken for the other: so there is memory, or there is an end. */
static void *allocate(size_t n) { return need(malloc(n ? n : 1)); }

/* NULL with errno: EINVAL where it is no report. */
static json_t *load_report(const char *path, size_t n_followed)
{
    size_t size = 0;
    char *const text = verify_load(path, n_followed, JSON_MAX, &size);
    json_t *report;
    const char *format;

    if (!text) return NULL;
    json_set_alloc_funcs(allocate, free);
    report = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    format = json_string_value(json_object_get(report, "format"));
    if (format && !strcmp(format, "sitr-report")) return report;
    errno = EINVAL;
    json_decref(report);
    return NULL;
}

static bool check_case(struct verify *verify, const json_t *report)
{
    struct case_file file = {.db = NULL};
    const bool good = case_file_open(&file, verify->settings->case_file) &&
                      verify_case(verify, report, &file);

    case_file_close(&file);
    return good;
}

/* False where the case file could not be asked. */
static bool check_report(struct verify *verify, const json_t *report,
                         const char *html_name)
{
    verify_facts(verify, report, html_name);
    if (verify->settings->files) verify_found(verify, report);
    return !verify->settings->case_file || check_case(verify, report);
}

/* ---- The time-stamp ------------------------------------------------------ */

static void say_stamp(const struct verify *verify, enum timestamp_state state,
                      int64_t at)
{
    char text[CASES_TIME];

    cases_time(at, text);
    if (verify->settings->quiet) return;
    switch (state) {
    case TIMESTAMP_GOOD:
        say_line(_("time-stamp: of this report, %s"), text);
        break;
    case TIMESTAMP_UNSIGNED:
        say_line(_("time-stamp: of this report, %s; who signed it was not "
                   "checked: name the authority, with --ca"),
                 text);
        break;
    case TIMESTAMP_OTHER:
        say_line(_("time-stamp: of something else than this report"));
        break;
    case TIMESTAMP_REFUSED:
        say_line(_("time-stamp: the authority gave none"));
        break;
    case TIMESTAMP_UNTRUSTED:
        say_line(_("time-stamp: not signed by that authority, or changed"));
        break;
    case TIMESTAMP_NONE:
        say_line(_("time-stamp: no reply of an authority"));
        break;
    }
}

static enum verify_result result_of_stamp(enum timestamp_state state, int error)
{
    if (error) return verify_result_of(error);
    switch (state) {
    case TIMESTAMP_GOOD:
        return VERIFY_OK;
    case TIMESTAMP_UNSIGNED:
        return VERIFY_NOT_CHECKED;
    case TIMESTAMP_NONE:
        return VERIFY_DAMAGED;
    case TIMESTAMP_OTHER:
    case TIMESTAMP_REFUSED:
    case TIMESTAMP_UNTRUSTED:
        break;
    }
    return VERIFY_DIFFERS;
}

static void check_stamp(struct verify *verify)
{
    const struct settings *const settings = verify->settings;
    char *const inside = verify_path(verify, REPLY);
    char *const tags = verify_path(verify, BAG_TAG_MANIFEST);
    const char *const path = settings->timestamp ? settings->timestamp : inside;
    size_t size = 0;
    char *const reply = verify_load(path, strlen(path), REPLY_MAX, &size);
    int error = reply ? 0 : errno;
    enum timestamp_state state = TIMESTAMP_NONE;
    uint8_t sha256[32];
    int64_t at = 0;

    if (reply) error = verify_hash(tags, strlen(verify->root), sha256);
    if (!error)
        state = timestamp_check((const uint8_t *)reply, size, sha256,
                                settings->ca, &at);
    if (reply || error != ENOENT || settings->timestamp) {
        errno = error;
        verify_say(verify, "timestamp", path, result_of_stamp(state, error));
        output_flush();
        if (verify_result_of(error) != VERIFY_UNREADABLE)
            say_stamp(verify, state, at);
    }
    free(reply);
    free(inside);
    free(tags);
}

/* ---- The run ------------------------------------------------------------- */

static bool is_bag(const struct verify *verify)
{
    char *const bag = verify_path(verify, "bagit.txt");
    char *const data = verify_path(verify, "data/report.json");
    const bool is = !access(bag, F_OK) || !access(data, F_OK);

    free(bag);
    free(data);
    if (!is) say_path(verify->root, _("is no report"));
    return is;
}

static bool check_folder(struct verify *verify)
{
    char *const path = verify_path(verify, "data/report.json");
    json_t *report = NULL;
    bool good = is_bag(verify);

    if (good) {
        verify_bag(verify);
        report = load_report(path, strlen(verify->root));
        if (report)
            good = check_report(verify, report, "data/report.html");
        else
            verify_say(verify, "report", "data/report.json",
                       verify_result_of(errno));
        check_stamp(verify);
    }
    json_decref(report);
    free(path);
    return good;
}

static bool check_file_alone(struct verify *verify, const char *path)
{
    json_t *const report = load_report(path, strlen(path));
    bool good;

    if (!report) {
        if (verify_result_of(errno) == VERIFY_UNREADABLE)
            say_path(path, _("cannot be read: %s"), strerror(errno));
        else
            say_path(path, _("is no report"));
        return false;
    }
    if (verify->settings->timestamp) {
        json_decref(report);
        say_path(path, _("a time-stamp is of the whole folder: name that"));
        return false;
    }
    good = check_report(verify, report, NULL);
    json_decref(report);
    return good;
}

static void say_end(const struct verify *verify)
{
    if (verify->n_bad)
        say_line(ngettext("%zu part does not agree", "%zu parts do not agree",
                          (unsigned long)verify->n_bad),
                 verify->n_bad);
    if (verify->n_unreadable)
        say_line(ngettext("%zu part cannot be read", "%zu parts cannot be read",
                          (unsigned long)verify->n_unreadable),
                 verify->n_unreadable);
    if (!verify->n_bad && !verify->n_unreadable)
        say_line(_("all of it agrees"));
}

enum exit_status cmd_verify(const struct settings *settings)
{
    struct verify verify = {.settings = settings,
                            .output = {.format = settings->format}};
    const char *path;
    struct stat st;
    bool good;

    if (settings->n_paths != 1)
        return args_wrong("verify", settings->n_paths ? _("too many paths")
                                                      : _("no report named"));
    path = settings->paths[0];
    if (stat(path, &st)) {
        say_path(path, "%s", strerror(errno));
        return EXIT_FATAL;
    }
    if (settings->format == OUTPUT_CSV) {
        verify.output.header = true;
        put_fields(&verify.output, "", "", "");
        verify.output.header = false;
    }
    if (S_ISDIR(st.st_mode)) {
        verify.root = need(strdup(path));
        good = check_folder(&verify);
    } else {
        good = check_file_alone(&verify, path);
    }
    free(verify.root);
    output_flush();
    if (!good) return EXIT_FATAL;
    if (!settings->quiet) say_end(&verify);
    if (verify.n_bad) return EXIT_NO_MATCH;
    return verify.n_unreadable ? EXIT_FATAL : EXIT_MATCHED;
}
