/* SPDX-License-Identifier: Apache-2.0 */
/* Results on standard output, as JSON lines or CSV: a record is a row of named
 * fields, written field by field. Never translated. */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum output_format { OUTPUT_TEXT = 0, OUTPUT_CSV, OUTPUT_JSON };

struct output {
    enum output_format format;
    bool header;     /* fields write their names: the first line of CSV */
    bool begun;      /* the record has a field */
    const char *key; /* of the next record, for --sort-key; NULL: none */
};

/** What lies between these two is a record: with a key, that and a tab stand
 * before it and a zero byte behind it, for it may have newlines in it. The second
 * returns output_good(). For text; fields have the next two. */
void output_begin_text(const struct output *output);
bool output_end_text(const struct output *output);

void output_begin(struct output *output);
/** output_good(). */
bool output_end(struct output *output);

/** NULL is null, an empty field in CSV. `word` is ours: plain ASCII. */
void output_word(struct output *output, const char *name, const char *word);
void output_number(struct output *output, const char *name, uint64_t value);
/** Three significant digits; null where it is no number. */
void output_real(struct output *output, const char *name, double value);
void output_bool(struct output *output, const char *name, bool value);
void output_null(struct output *output, const char *name);

/** [[x,y],...] in JSON, eight numbers in CSV; null where all are zero. */
void output_quad(struct output *output, const char *name, float quad[4][2]);

/** A name of a file. In CSV one that a spreadsheet would take for a formula
 * gets an apostrophe in front. */
void output_path(struct output *output, const char *name, const char *path);
/** The same exactly, base64, where output_path could not; in JSON the field is
 * left out where it could, or where `path` is NULL. */
void output_path_b64(struct output *output, const char *name, const char *path);

/** Any bytes, as base64. */
void output_base64(struct output *output, const char *name, const void *bytes,
                   size_t size);

/** A field that this sort of record lacks: nothing in JSON. */
void output_absent(struct output *output, const char *name);

/** What is printed goes to that descriptor, from here until -1 is given. False after
 * a message. */
bool output_divert(int fd);

/** Whether all that was printed so far could be written, or still may be. */
bool output_good(void);

/** Flushes it now and then, so that whoever reads sees what there is. */
void output_tick(void);

/** Flushes standard output: behind this, standard error has the floor. */
void output_flush(void);

/** Flushes for the last time; false, after a message, where anything that was
 * printed could not be written. */
bool output_close(void);

#endif
