/* SPDX-License-Identifier: Apache-2.0 */
#include "list_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv.h"
#include "i18n.h"
#include "list_reader.h"
#include "need.h"
#include "say.h"

#define MAX_SIZE ((off_t)16 << 30)
#define MAX_TOLD 1000 /* bad records of a list: who reads on after that? */

/* ---- What is wrong with it ----------------------------------------------- */

enum list_got list_file_pass_over(struct list_file *file, const char *why)
{
    if (file->n_bad++ < MAX_TOLD)
        say_path(file->path,
                 file->by_line ? _("line %llu: %s; passed over")
                               : _("record %llu: %s; passed over"),
                 (unsigned long long)file->place, why);
    else if (file->n_bad == MAX_TOLD + 1)
        say_path(file->path, _("and more like that, which are only counted"));
    return LIST_SKIP;
}

enum list_got list_file_give_up(struct list_file *file, const char *why)
{
    file->n_bad++;
    say_path(file->path,
             file->by_line
                 ? _("after line %llu: %s; what follows is not read")
                 : _("after record %llu: %s; what follows is not read"),
             (unsigned long long)file->place, why);
    return LIST_END;
}

/* ---- Lines and rows ------------------------------------------------------ */

enum list_got list_file_read(struct list_file *file, struct csv *csv,
                             enum csv_got (*read)(struct csv *csv, FILE *in),
                             const char *bad)
{
    file->place = csv->line + 1;
    switch (read(csv, file->in)) {
    case CSV_END:
        return LIST_END;
    case CSV_BAD:
        return list_file_pass_over(file, _(bad));
    case CSV_RECORD:
        break;
    }
    return LIST_RECORD;
}

void list_file_free_state(struct list_file *file) { free(file->state); }

void list_file_begin_lines(struct list_file *file,
                           enum list_got (*next)(struct list_file *file,
                                                 struct listed *out))
{
    file->state = need(calloc(1, sizeof(struct csv)));
    file->by_line = true;
    file->next = next;
    file->close = list_file_free_state;
}

/* ---- Which it is --------------------------------------------------------- */

static const struct {
    enum list_format (*tell)(FILE *in);
    void (*begin)(struct list_file *file);
    enum list_form form;
} readers[] = {
    {list_xml_tell, list_xml_begin, LIST_FORM_XML},
    {list_json_tell, list_json_begin, LIST_FORM_JSON},
    {list_objects_tell, list_objects_begin, LIST_FORM_OBJECTS},
    {list_table_tell, list_table_begin, LIST_FORM_TABLE},
    {list_lines_tell, list_lines_begin, LIST_FORM_LINES},
};

#define READERS (sizeof readers / sizeof *readers)

static size_t reader_of(enum list_format format)
{
    size_t i = 0;

    while (readers[i].form != list_format_form(format)) i++;
    return i;
}

/* Behind a byte order mark, if there is one. */
static void to_begin(FILE *in)
{
    rewind(in);
    csv_skip_mark(in);
}

/* The first reader that knows it, and what it is. */
static size_t tell(FILE *in, enum list_format *format)
{
    for (size_t i = 0; i < READERS; i++) {
        to_begin(in);
        *format = readers[i].tell(in);
        if (*format) return i;
    }
    return READERS;
}

/* NULL with errno, 0 where it is no regular file. */
static FILE *open_regular(const char *path, off_t *size)
{
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    FILE *in = NULL;

    if (fd < 0) return NULL;
    errno = 0;
    if (!fstat(fd, &st) && S_ISREG(st.st_mode)) in = fdopen(fd, "r");
    if (in)
        *size = st.st_size;
    else
        close(fd);
    return in;
}

bool list_file_is(const char *path)
{
    off_t size = 0;
    FILE *const in = open_regular(path, &size);
    enum list_format format = LIST_NONE;

    if (!in) return false;
    tell(in, &format);
    fclose(in);
    return format;
}

static const char no_list[] =
    N_("is no list of hashes in a format known here; --from names the format");

struct list_file *list_file_open(const char *path, enum list_format format)
{
    off_t size = 0;
    FILE *const in = open_regular(path, &size);
    struct list_file *file;
    size_t reader;

    if (!in) {
        say_path(path, "%s", errno ? strerror(errno) : _("not a regular file"));
        return NULL;
    }
    if (size > MAX_SIZE) {
        say_path(path, _("larger than a list may be"));
        fclose(in);
        return NULL;
    }
    file = need(calloc(1, sizeof *file));
    file->path = path;
    file->in = in;
    file->format = format;
    if (format)
        reader = reader_of(format);
    else
        reader = tell(in, &file->format);
    /* of this one there are lines, tables and objects */
    if (format == LIST_PHOTO_HASHER) {
        enum list_format found = LIST_NONE;
        const size_t other = tell(in, &found);

        if (found == format) reader = other;
    }
    if (reader == READERS) {
        say_path(path, "%s", _(no_list));
        fclose(in);
        free(file);
        return NULL;
    }
    to_begin(in);
    readers[reader].begin(file);
    return file;
}

void list_file_close(struct list_file *file)
{
    if (!file) return;
    file->close(file);
    fclose(file->in);
    free(file);
}

/* ---- Records ------------------------------------------------------------- */

int list_file_next(struct list_file *file, struct listed *out)
{
    enum list_got got;

    do {
        listed_clear(out);
        got = file->next(file, out);
    } while (got == LIST_SKIP);
    if (got == LIST_RECORD) {
        out->place = file->place;
        return 1;
    }
    listed_clear(out);
    if (!ferror(file->in)) return 0;
    say_path(file->path, "%s", strerror(errno));
    return -1;
}

enum list_format list_file_format(const struct list_file *file)
{
    return file->format;
}

uint64_t list_file_bad(const struct list_file *file) { return file->n_bad; }
