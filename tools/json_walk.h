/* SPDX-License-Identifier: Apache-2.0 */
/* A walk through JSON of any size: containers are entered or taken whole, so that
 * a list of a million records is one record at a time, and one that is broken costs
 * no other. What is taken is text, for a parser to judge. */
#ifndef TOOLS_JSON_WALK_H
#define TOOLS_JSON_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_WALK_DEPTH 8
#define JSON_WALK_KEY   64        /* bytes: a longer key is cut off */
#define JSON_WALK_SIZE  (1 << 20) /* of what is taken */

enum json_walk_got {
    JSON_WALK_END = 0,
    JSON_WALK_VALUE,
    JSON_WALK_LONG,  /* a value that is too long, and was read over */
    JSON_WALK_BROKEN /* it is no JSON, or ends within */
};

struct json_walk {
    FILE *in;
    size_t depth; /* of containers that were entered */
    struct {
        bool is_array;
        char key[JSON_WALK_KEY]; /* of the member that was met last */
        uint64_t n;              /* how many were, of elements too */
    } at[JSON_WALK_DEPTH];
    bool begun;
    char *text; /* JSON_WALK_SIZE bytes and a zero */
    size_t size;
    /* whether the container that begins is entered; its place is the path */
    bool (*enters)(void *user, const struct json_walk *walk);
    void *user;
};

void json_walk_begin(struct json_walk *walk, FILE *in);
void json_walk_end(struct json_walk *walk);

/** The next value that is not entered, its text in `text`. */
enum json_walk_got json_walk_next(struct json_walk *walk);

/** Where the walk is: "/value/#" is an element of the member "value". */
#define JSON_WALK_PATH (JSON_WALK_DEPTH * (JSON_WALK_KEY + 1) + 1)
void json_walk_path(const struct json_walk *walk, char path[JSON_WALK_PATH]);

#endif
