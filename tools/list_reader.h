/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of the formats, a file each, have in common. */
#ifndef TOOLS_LIST_READER_H
#define TOOLS_LIST_READER_H

#include <stdio.h>

#include "csv.h"
#include "list_file.h"

/** What reading on has brought. */
enum list_got {
    LIST_END = 0,
    LIST_RECORD,
    LIST_SKIP, /* nothing, or what was told of: read on */
};

struct list_file {
    const char *path;
    FILE *in;
    enum list_format format;
    uint64_t place; /* of the record that was read last */
    uint64_t n_bad;
    bool by_line; /* the place is a line, else the number of a record */
    enum list_got (*next)(struct list_file *file, struct listed *out);
    void (*close)(struct list_file *file);
    void *state; /* of the reader */
};

/** Tells of a record that is none, and why. LIST_SKIP. */
enum list_got list_file_pass_over(struct list_file *file, const char *why);

/** Tells that the rest cannot be read. LIST_END. */
enum list_got list_file_give_up(struct list_file *file, const char *why);

/** Reads the next line or row into `csv`, by csv_read_line or csv_read: LIST_RECORD,
 * LIST_END, or LIST_SKIP where it cannot be one, which is told of as `bad`, in the
 * language of the user. */
enum list_got list_file_read(struct list_file *file, struct csv *csv,
                             enum csv_got (*read)(struct csv *csv, FILE *in),
                             const char *bad);

/** Begins to read lines, each by `next`; its state is a struct csv. */
void list_file_begin_lines(struct list_file *file,
                           enum list_got (*next)(struct list_file *file,
                                                 struct listed *out));

/** Frees a state that owns nothing. */
void list_file_free_state(struct list_file *file);

/* Each of these says which of its formats the file is in, from its beginning on,
 * LIST_NONE where it is in none; and begins to read one. */

enum list_format list_lines_tell(FILE *in);
void list_lines_begin(struct list_file *file);

enum list_format list_table_tell(FILE *in);
void list_table_begin(struct list_file *file);

enum list_format list_objects_tell(FILE *in);
void list_objects_begin(struct list_file *file);

enum list_format list_json_tell(FILE *in);
void list_json_begin(struct list_file *file);

enum list_format list_xml_tell(FILE *in);
void list_xml_begin(struct list_file *file);

#endif
