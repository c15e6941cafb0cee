/* SPDX-License-Identifier: Apache-2.0 */
/* Lists with a header: what tx calls a data set, and tables of hashes as sitr and
 * the web page of PDQ write them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "i18n.h"
#include "list_reader.h"
#include "need.h"

enum { TYPE, SIGNAL, COLLAB, CATEGORY, TAGS, NAME, QUALITY, COLUMNS };

static const char *const names[COLUMNS][5] = {
    [TYPE] = {"signal_type", NULL},
    [SIGNAL] = {"signal_str", "pdq", "hash", NULL},
    [COLLAB] = {"collab", NULL},
    [CATEGORY] = {"category", NULL},
    [TAGS] = {"tags", NULL},
    [NAME] = {"path", "filepath", "filename", "file", NULL},
    [QUALITY] = {"quality", NULL},
};

struct table {
    struct csv csv;
    int at[COLUMNS]; /* -1: there is none */
};

static int column_named(const char *name)
{
    for (int column = 0; column < COLUMNS; column++)
        for (int i = 0; names[column][i]; i++)
            if (!strcasecmp(names[column][i], name)) return column;
    return COLUMNS;
}

static enum list_format read_header(struct table *table, FILE *in)
{
    for (int i = 0; i < COLUMNS; i++) table->at[i] = -1;
    if (csv_read(&table->csv, in) != CSV_RECORD) return LIST_NONE;
    /* a line with a hash is no header, even where the file is called "hash" */
    if (strspn(table->csv.cell[0], "0123456789abcdefABCDEF") >= 16)
        return LIST_NONE;
    for (size_t i = 0; i < table->csv.n; i++) {
        const int column = column_named(table->csv.cell[i]);

        if (column < COLUMNS && table->at[column] < 0)
            table->at[column] = (int)i;
    }
    if (table->at[SIGNAL] < 0 || table->csv.n < 2) return LIST_NONE;
    return table->at[TYPE] >= 0 ? LIST_TX_CSV : LIST_PHOTO_HASHER;
}

enum list_format list_table_tell(FILE *in)
{
    struct table *const table = need(calloc(1, sizeof *table));
    const enum list_format format = read_header(table, in);

    free(table);
    return format;
}

static const char *cell(const struct table *table, int column)
{
    const int at = table->at[column];

    return at >= 0 && (size_t)at < table->csv.n ? table->csv.cell[at] : "";
}

static bool set(char **to, const struct table *table, int column)
{
    const char *const text = cell(table, column);

    return listed_set(to, text, strlen(text));
}

static const char *take_hash(const struct table *table, struct listed *out)
{
    const char *const type = cell(table, TYPE), *const digits =
                                                    cell(table, SIGNAL);
    const enum listed_kind kind =
        *type ? listed_kind_of_signal(type, strlen(type)) : LISTED_PDQ;

    if (kind >= LISTED_PHASH) return _("a kind of hash that is not known here");
    return listed_add(out, kind, digits, strlen(digits))
               ? NULL
               : _("no hash where one should be");
}

static const char *take_quality(const struct table *table, struct listed *out)
{
    const char *const text = cell(table, QUALITY);
    char *end;
    long quality;

    if (!*text) return NULL;
    quality = strtol(text, &end, 10);
    if (*end || *text < '0' || *text > '9' || quality > 100)
        return _("no quality of 0 to 100");
    out->quality = (int)quality;
    return NULL;
}

static const char *take(const struct table *table, struct listed *out)
{
    const char *why = take_hash(table, out);

    if (!why) why = take_quality(table, out);
    if (!why &&
        (!set(&out->source, table, COLLAB) ||
         !set(&out->category, table, CATEGORY) ||
         !set(&out->tags, table, TAGS) || !set(&out->name, table, NAME)))
        why = _("a text that is too long, or no UTF-8");
    return why;
}

static enum list_got next_row(struct list_file *file, struct listed *out)
{
    struct table *const table = file->state;
    const enum list_got got =
        list_file_read(file, &table->csv, csv_read, N_("not CSV, or too long"));
    const char *why;

    if (got != LIST_RECORD) return got;
    if (table->csv.n == 1 && !*table->csv.cell[0]) return LIST_SKIP;
    /* of pictures that failed, sitr prints the path and the status alone */
    if (table->at[TYPE] < 0 && !*cell(table, SIGNAL)) return LIST_SKIP;
    why = take(table, out);
    return why ? list_file_pass_over(file, why) : LIST_RECORD;
}

void list_table_begin(struct list_file *file)
{
    struct table *const table = need(calloc(1, sizeof *table));

    file->state = table;
    file->by_line = true;
    file->next = next_row;
    file->close = list_file_free_state;
    /* where it was named and is not one, every record will be told of */
    read_header(table, file->in);
}
