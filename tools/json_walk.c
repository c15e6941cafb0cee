/* SPDX-License-Identifier: Apache-2.0 */
/* for explicit_bzero */
#define _DEFAULT_SOURCE
#include "json_walk.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"

void json_walk_begin(struct json_walk *walk, FILE *in)
{
    memset(walk, 0, sizeof *walk);
    walk->in = in;
    walk->text = need(malloc(JSON_WALK_SIZE + 1));
}

void json_walk_end(struct json_walk *walk)
{
    if (walk->text) explicit_bzero(walk->text, JSON_WALK_SIZE);
    free(walk->text);
    walk->text = NULL;
}

void json_walk_path(const struct json_walk *walk, char path[JSON_WALK_PATH])
{
    char *to = path;

    for (size_t i = 0; i < walk->depth; i++) {
        *to++ = '/';
        to = stpcpy(to, walk->at[i].is_array ? "#" : walk->at[i].key);
    }
    *to = '\0';
}

static bool is_space(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int skip_space(FILE *in)
{
    int c;

    do c = getc(in);
    while (is_space(c));
    return c;
}

/* ---- Values that are taken ----------------------------------------------- */

static void put(struct json_walk *walk, int c)
{
    if (walk->size <= JSON_WALK_SIZE) walk->size++;
    if (walk->size <= JSON_WALK_SIZE) walk->text[walk->size - 1] = (char)c;
}

/* Behind the quote that opened it; false where the file ends before it closes. */
static bool take_string(struct json_walk *walk)
{
    for (;;) {
        int c = getc(walk->in);

        if (c == EOF) return false;
        put(walk, c);
        if (c == '"') return true;
        if (c != '\\') continue;
        c = getc(walk->in);
        if (c == EOF) return false;
        put(walk, c);
    }
}

/* A container, by counting brackets: whether they are the right ones is for the
 * parser of the text to say. */
static bool take_container(struct json_walk *walk)
{
    size_t open = 1;

    while (open) {
        const int c = getc(walk->in);

        if (c == EOF) return false;
        put(walk, c);
        if (c == '"' && !take_string(walk)) return false;
        if (c == '{' || c == '[') open++;
        if (c == '}' || c == ']') open--;
    }
    return true;
}

static bool take_scalar(struct json_walk *walk)
{
    int c;

    while (c = getc(walk->in),
           c != EOF && c != ',' && c != ']' && c != '}' && !is_space(c))
        put(walk, c);
    if (c != EOF) ungetc(c, walk->in);
    return c != EOF || !walk->depth;
}

/* The value that begins with `c`. */
static enum json_walk_got take(struct json_walk *walk, int c)
{
    bool whole;

    walk->size = 0;
    put(walk, c);
    if (c == '{' || c == '[')
        whole = take_container(walk);
    else
        whole = c == '"' ? take_string(walk) : take_scalar(walk);
    if (!whole) return JSON_WALK_BROKEN;
    if (walk->size > JSON_WALK_SIZE) return JSON_WALK_LONG;
    walk->text[walk->size] = '\0';
    return JSON_WALK_VALUE;
}

/* ---- Containers ---------------------------------------------------------- */

/* The member's name, and the colon behind it; `c` begins it. */
static bool read_key(struct json_walk *walk, int c)
{
    char *const key = walk->at[walk->depth - 1].key;
    size_t n = 0;

    if (c != '"') return false;
    while (c = getc(walk->in), c != '"') {
        if (c == EOF) return false;
        if (n < JSON_WALK_KEY - 1) key[n++] = (char)c;
        if (c != '\\') continue;
        c = getc(walk->in);
        if (c == EOF) return false;
        if (n < JSON_WALK_KEY - 1) key[n++] = (char)c;
    }
    key[n] = '\0';
    return skip_space(walk->in) == ':';
}

static bool enter(struct json_walk *walk, int c)
{
    if ((c != '{' && c != '[') || walk->depth == JSON_WALK_DEPTH ||
        !walk->enters(walk->user, walk))
        return false;
    memset(&walk->at[walk->depth], 0, sizeof walk->at[walk->depth]);
    walk->at[walk->depth++].is_array = c == '[';
    return true;
}

/* What stands where the next value may: its first character; 0 where a container
 * was left; EOF where it is no JSON. */
static int to_value(struct json_walk *walk)
{
    const bool is_array = walk->at[walk->depth - 1].is_array;
    int c = skip_space(walk->in);

    if (c == ',' && walk->at[walk->depth - 1].n) c = skip_space(walk->in);
    if (c == (is_array ? ']' : '}')) {
        walk->depth--;
        return 0;
    }
    if (c == EOF) return EOF;
    walk->at[walk->depth - 1].n++;
    if (is_array) return c;
    return read_key(walk, c) ? skip_space(walk->in) : EOF;
}

enum json_walk_got json_walk_next(struct json_walk *walk)
{
    for (;;) {
        int c;

        if (!walk->depth) {
            c = skip_space(walk->in);
            if (c == EOF) return walk->begun ? JSON_WALK_END : JSON_WALK_BROKEN;
            if (walk->begun) return JSON_WALK_BROKEN;
            walk->begun = true;
        } else {
            c = to_value(walk);
            if (!c) continue;
            if (c == EOF) return JSON_WALK_BROKEN;
        }
        if (!enter(walk, c)) return take(walk, c);
    }
}
