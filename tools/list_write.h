/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of hashes, written in the formats of the field, and in each in one way: what
 * was read out of a list comes out again. */
#ifndef TOOLS_LIST_WRITE_H
#define TOOLS_LIST_WRITE_H

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "list_format.h"

struct list_writer {
    FILE *out;
    enum list_format format;
    uint64_t n;   /* records that were written */
    char *around; /* what those that are being written lie in */
    /* of MISP, what lies in the event, and the events; of NCMEC images and
     * videos */
    json_t *parts[2];
    char event[160]; /* what is said of an event that is made here */
    struct {
        FILE *out;
        char *text;
        size_t size, n;
    } sections[2];
};

void list_write_begin(struct list_writer *writer, FILE *out,
                      enum list_format format);

/** Writes what the format can hold of a record that came in the format `from`,
 * LIST_NONE where it came in none. False where it can hold nothing of it. */
bool list_write(struct list_writer *writer, const struct listed *listed,
                enum list_format from);

void list_write_end(struct list_writer *writer);

/** The number of a frame, without one that of its line; and where in the video it
 * is, or NULL. */
#define LIST_FRAME_SIZE 24
void list_frame_name(const struct list_writer *writer,
                     const struct listed *listed, char name[LIST_FRAME_SIZE]);
const char *list_frame_time(const struct listed *listed);

/* A file each; the first is of formats that are text. */

bool list_write_text(struct list_writer *writer, const struct listed *listed,
                     enum list_format from);
void list_write_json_begin(struct list_writer *writer);
bool list_write_json(struct list_writer *writer, const struct listed *listed,
                     enum list_format from);
void list_write_json_end(struct list_writer *writer);
void list_write_xml_begin(struct list_writer *writer);
bool list_write_xml(struct list_writer *writer, const struct listed *listed,
                    enum list_format from);
void list_write_xml_end(struct list_writer *writer);

#endif
