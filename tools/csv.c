/* SPDX-License-Identifier: Apache-2.0 */
#include "csv.h"

#include <stdbool.h>

struct writer {
    struct csv *csv;
    size_t size;
    bool bad;
};

static void put(struct writer *w, int c)
{
    if (!c || w->size == CSV_SIZE - 1)
        w->bad = true;
    else
        w->csv->text[w->size++] = (char)c;
}

/* A cell begins where the text now ends. */
static void begin_cell(struct writer *w)
{
    if (w->csv->n == CSV_CELLS)
        w->bad = true;
    else
        w->csv->cell[w->csv->n++] = w->csv->text + w->size;
}

static void end_cell(struct writer *w)
{
    if (w->size < CSV_SIZE - 1)
        w->csv->text[w->size++] = '\0';
    else
        w->bad = true;
    w->csv->text[CSV_SIZE - 1] = '\0';
}

void csv_skip_mark(FILE *in)
{
    static const int mark[] = {0xef, 0xbb, 0xbf};

    for (int i = 0; i < 3; i++)
        if (getc(in) != mark[i]) {
            rewind(in);
            return;
        }
}

/* What is behind the quote that opened a cell; the character after the one that
 * closed it. */
static int quoted(struct writer *w, FILE *in)
{
    for (;;) {
        int c = getc(in);

        if (c == EOF) {
            w->bad = true;
            return EOF;
        }
        if (c == '"') {
            c = getc(in);
            if (c != '"') return c;
        }
        if (c == '\n') w->csv->line++;
        put(w, c);
    }
}

/* One cell; the character that ended it: a comma, a newline or the end. */
static int read_cell(struct writer *w, FILE *in)
{
    int c = getc(in);

    begin_cell(w);
    if (c == '"') c = quoted(w, in);
    while (c != ',' && c != '\n' && c != EOF) {
        if (c == '\r') {
            c = getc(in);
            if (c == '\n' || c == EOF) break;
            put(w, '\r');
            continue;
        }
        put(w, c);
        c = getc(in);
    }
    end_cell(w);
    return c;
}

enum csv_got csv_read(struct csv *csv, FILE *in)
{
    struct writer w = {.csv = csv};
    int c = getc(in);

    csv->n = 0;
    if (c == EOF) return CSV_END;
    ungetc(c, in);
    do c = read_cell(&w, in);
    while (c == ',');
    if (c == '\n') csv->line++;
    return w.bad ? CSV_BAD : CSV_RECORD;
}

enum csv_got csv_read_line(struct csv *csv, FILE *in)
{
    struct writer w = {.csv = csv};
    int c = getc(in);

    csv->n = 0;
    if (c == EOF) return CSV_END;
    for (; c != '\n' && c != EOF; c = getc(in)) put(&w, c);
    if (c == '\n') csv->line++;
    end_cell(&w);
    return w.bad ? CSV_BAD : CSV_RECORD;
}
