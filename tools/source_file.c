/* SPDX-License-Identifier: Apache-2.0 */
#include "source_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "csv.h"
#include "i18n.h"
#include "need.h"
#include "say.h"
#include "text.h"

enum { PATH, URL, CAPTURED, BY, N_FACTS };

struct source_file {
    const char *path; /* as it was given */
    FILE *in;
    bool is_json;
    struct csv csv;
    int column[N_FACTS]; /* of CSV; -1: there is none */
    uint64_t line;       /* where the record began */
    uint64_t n_bad;
    json_t *object; /* of JSON, that the texts lie in */
};

/* What the tools of the field call them. */
static const char *const names[N_FACTS][5] = {
    {"path", "file", "filename", NULL, NULL},
    {"url", "source", "source_url", NULL, NULL},
    {"captured", "captured_at", "timestamp", "date", NULL},
    {"by", "captured_by", "collector", NULL, NULL},
};

static int fact_named(const char *name)
{
    for (int fact = 0; fact < N_FACTS; fact++)
        for (int i = 0; names[fact][i]; i++)
            if (!strcasecmp(names[fact][i], name)) return fact;
    return -1;
}

/* ---- What a record may say ----------------------------------------------- */

static bool are_digits(const char *text, const char *pattern)
{
    for (; *pattern; pattern++, text++)
        if (*pattern == '0' ? !isdigit((unsigned char)*text)
                            : *text != *pattern)
            return false;
    return true;
}

/* A day, and a time of it if at all: ISO 8601 as the field writes it. */
static bool is_time(const char *text)
{
    if (!are_digits(text, "0000-00-00")) return false;
    text += 10;
    if (!*text) return true;
    if ((*text != 'T' && *text != ' ') || !are_digits(text + 1, "00:00"))
        return false;
    text += 6;
    if (are_digits(text, ":00")) text += 3;
    if (*text == '.') text += 1 + strspn(text + 1, "0123456789");
    if (*text == 'Z') text++;
    if (*text == '+' || *text == '-') {
        if (!are_digits(text + 1, "00:00")) return false;
        text += 6;
    }
    return !*text;
}

/* Why a record is none; NULL where it is one. */
static const char *wrong(const struct source *source)
{
    if (!source->path || !*source->path) return _("no path");
    if (!source->url && !source->captured && !source->by)
        return _("nothing but a path");
    if (source->url &&
        (strlen(source->url) > SOURCE_URL_MAX || !text_is_utf8(source->url)))
        return _("no URL");
    if (source->captured && (strlen(source->captured) > SOURCE_TEXT_MAX ||
                             !is_time(source->captured)))
        return _("no time");
    if (source->by &&
        (strlen(source->by) > SOURCE_TEXT_MAX || !text_is_utf8(source->by)))
        return _("no name");
    return NULL;
}

static void pass_over(struct source_file *file, const char *why)
{
    file->n_bad++;
    say_path(file->path, _("line %llu: %s; passed over"),
             (unsigned long long)file->line, why);
}

/* ---- CSV ----------------------------------------------------------------- */

static const char *cell(const struct source_file *file, int fact)
{
    const int column = file->column[fact];
    const char *text;

    if (column < 0 || (size_t)column >= file->csv.n) return NULL;
    text = file->csv.cell[column];
    return *text ? text : NULL;
}

static bool read_header(struct source_file *file)
{
    for (int i = 0; i < N_FACTS; i++) file->column[i] = -1;
    if (csv_read(&file->csv, file->in) != CSV_RECORD) return false;
    for (size_t i = 0; i < file->csv.n; i++) {
        const int fact = fact_named(file->csv.cell[i]);

        if (fact >= 0 && file->column[fact] < 0) file->column[fact] = (int)i;
    }
    return file->column[PATH] >= 0;
}

static int next_csv(struct source_file *file, struct source *out)
{
    file->line = file->csv.line + 1;
    switch (csv_read(&file->csv, file->in)) {
    case CSV_END:
        return 0;
    case CSV_BAD:
        pass_over(file, _("not CSV, or too long"));
        return 2;
    case CSV_RECORD:
        break;
    }
    if (file->csv.n == 1 && !*file->csv.cell[0]) return 2; /* an empty line */
    *out = (struct source){cell(file, PATH), cell(file, URL),
                           cell(file, CAPTURED), cell(file, BY)};
    return 1;
}

/* ---- JSON ---------------------------------------------------------------- */

static const char *member(json_t *object, int fact)
{
    for (int i = 0; names[fact][i]; i++) {
        const char *const text =
            json_string_value(json_object_get(object, names[fact][i]));

        if (text && *text) return text;
    }
    return NULL;
}

static int next_json(struct source_file *file, struct source *out)
{
    json_decref(file->object);
    file->object = NULL;
    file->line = file->csv.line + 1;
    switch (csv_read_line(&file->csv, file->in)) {
    case CSV_END:
        return 0;
    case CSV_BAD:
        pass_over(file, _("not text, or too long"));
        return 2;
    case CSV_RECORD:
        break;
    }
    if (!file->csv.text[strspn(file->csv.text, " \t\r")]) return 2;
    file->object = json_loads(file->csv.text, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(file->object)) {
        pass_over(file, _("not a JSON object"));
        return 2;
    }
    *out = (struct source){
        member(file->object, PATH), member(file->object, URL),
        member(file->object, CAPTURED), member(file->object, BY)};
    return 1;
}

/* ---- Both ---------------------------------------------------------------- */

static FILE *open_regular(const char *path)
{
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    FILE *in = NULL;

    if (fd >= 0 && !fstat(fd, &st) && !S_ISREG(st.st_mode)) {
        say_path(path, _("not a regular file"));
        close(fd);
        return NULL;
    }
    if (fd >= 0) in = fdopen(fd, "r");
    if (in) return in;
    say_path(path, "%s", strerror(errno));
    if (fd >= 0) close(fd);
    return NULL;
}

/* The first byte that is no space tells which it is. */
static bool begins_object(FILE *in)
{
    int c;

    csv_skip_mark(in);
    do c = getc(in);
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t');
    return c == '{';
}

struct source_file *source_file_open(const char *path)
{
    FILE *const in = open_regular(path);
    struct source_file *file;

    if (!in) return NULL;
    file = need(calloc(1, sizeof *file));
    file->path = path;
    file->in = in;
    file->is_json = begins_object(in);
    rewind(in);
    csv_skip_mark(in);
    if (file->is_json || read_header(file)) return file;
    say_path(path, _("neither JSON objects, a line each, nor CSV with a column "
                     "'path'"));
    source_file_close(file);
    return NULL;
}

void source_file_close(struct source_file *file)
{
    if (!file) return;
    json_decref(file->object);
    fclose(file->in);
    free(file);
}

int source_file_next(struct source_file *file, struct source *out)
{
    int got;

    while ((got = file->is_json ? next_json(file, out) : next_csv(file, out)) >
           0) {
        const char *const why = got == 1 ? wrong(out) : NULL;

        if (got == 1 && !why) return 1;
        if (why) pass_over(file, why);
    }
    if (ferror(file->in)) {
        say_path(file->path, "%s", strerror(errno));
        return -1;
    }
    return 0;
}

uint64_t source_file_bad(const struct source_file *file) { return file->n_bad; }
