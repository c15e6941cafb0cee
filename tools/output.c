/* SPDX-License-Identifier: Apache-2.0 */
/* Records as JSON lines or CSV. LC_NUMERIC is "C" all along: a point is a
 * point in every language. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "i18n.h"
#include "line.h"
#include "say.h"
#include "text.h"

/* errno of the first failure: stdio remembers that there was one, not which */
static int write_error;

void output_begin_text(const struct output *output)
{
    line_clear();
    if (output->key) printf("%s\t", output->key);
}

bool output_end_text(const struct output *output)
{
    if (output->key) putchar('\0');
    return output_good();
}

void output_begin(struct output *output)
{
    output_begin_text(output);
    output->begun = false;
    if (output->format == OUTPUT_JSON) putchar('{');
}

bool output_end(struct output *output)
{
    if (output->format == OUTPUT_JSON) putchar('}');
    putchar('\n');
    return output_end_text(output);
}

/* What stands before a value; false where there is to be none. */
static bool begin_field(struct output *output, const char *name)
{
    if (output->begun) putchar(',');
    output->begun = true;
    if (output->header) {
        fputs(name, stdout);
        return false;
    }
    if (output->format == OUTPUT_JSON) printf("\"%s\":", name);
    return true;
}

void output_null(struct output *output, const char *name)
{
    if (begin_field(output, name) && output->format == OUTPUT_JSON)
        fputs("null", stdout);
}

void output_absent(struct output *output, const char *name)
{
    if (output->format == OUTPUT_CSV) begin_field(output, name);
}

void output_word(struct output *output, const char *name, const char *word)
{
    if (!word)
        output_null(output, name);
    else if (!begin_field(output, name))
        return;
    else if (output->format == OUTPUT_JSON)
        printf("\"%s\"", word);
    else
        fputs(word, stdout);
}

void output_number(struct output *output, const char *name, uint64_t value)
{
    if (begin_field(output, name)) printf("%llu", (unsigned long long)value);
}

void output_real(struct output *output, const char *name, double value)
{
    if (!isfinite(value))
        output_null(output, name);
    else if (begin_field(output, name))
        printf("%.3g", value);
}

void output_bool(struct output *output, const char *name, bool value)
{
    if (begin_field(output, name)) fputs(value ? "true" : "false", stdout);
}

static bool quad_is_known(float quad[4][2])
{
    bool known = false;

    for (int i = 0; i < 4; i++) {
        if (!isfinite(quad[i][0]) || !isfinite(quad[i][1])) return false;
        if (quad[i][0] != 0 || quad[i][1] != 0) known = true;
    }
    return known;
}

/* What is printed with one digit: "-0.0" is 0. */
static double tenths(float v) { return v < 0 && v > -0.05F ? 0 : (double)v; }

void output_quad(struct output *output, const char *name, float quad[4][2])
{
    const bool json = output->format == OUTPUT_JSON;

    if (!quad_is_known(quad)) {
        output_null(output, name);
        return;
    }
    if (!begin_field(output, name)) return;
    if (json) putchar('[');
    for (int i = 0; i < 4; i++) {
        const double x = tenths(quad[i][0]), y = tenths(quad[i][1]);

        if (json)
            printf("%s[%.1f,%.1f]", i ? "," : "", x, y);
        else
            printf("%s%.1f %.1f", i ? " " : "", x, y);
    }
    if (json) putchar(']');
}

/* What spreadsheets take for a formula when a field begins so. */
static bool is_formula(const char *text)
{
    return *text && strchr("=+-@\t\r\n", *text);
}

static void put_csv(const char *text)
{
    const bool quoted = strpbrk(text, ",\"\r\n") || is_formula(text);

    if (quoted) putchar('"');
    if (is_formula(text)) putchar('\'');
    while (*text) {
        uint32_t c;
        const size_t n = text_decode(text, &c);

        if (c == '"' && n) putchar('"');
        if (n)
            fwrite(text, 1, n, stdout);
        else
            fputs("\xef\xbf\xbd", stdout);
        text += n ? n : 1;
    }
    if (quoted) putchar('"');
}

void output_path(struct output *output, const char *name, const char *path)
{
    if (!begin_field(output, name)) return;
    if (output->format == OUTPUT_JSON)
        text_put_json(stdout, path);
    else
        put_csv(path);
}

void output_path_b64(struct output *output, const char *name, const char *path)
{
    const bool csv = output->format == OUTPUT_CSV;
    const bool exact =
        !path || (text_is_utf8(path) && !(csv && is_formula(path)));

    if (exact) {
        output_absent(output, name);
        return;
    }
    output_base64(output, name, path, strlen(path));
}

void output_base64(struct output *output, const char *name, const void *bytes,
                   size_t size)
{
    const bool quoted = output->format == OUTPUT_JSON;

    if (!begin_field(output, name)) return;
    if (quoted) putchar('"');
    text_put_base64(stdout, bytes, size);
    if (quoted) putchar('"');
}

bool output_good(void)
{
    if (ferror(stdout) && !write_error) write_error = errno ? errno : EIO;
    return !write_error;
}

void output_tick(void)
{
    static long flushed; /* tenths of a second */
    struct timespec now;
    long tenths_now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    tenths_now = 10 * (long)now.tv_sec + now.tv_nsec / 100000000;
    if (tenths_now == flushed) return;
    flushed = tenths_now;
    output_flush();
}

void output_flush(void)
{
    fflush(stdout);
    output_good();
}

bool output_divert(int fd)
{
    static int original = -1;

    output_flush();
    if (original < 0) original = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    if (original >= 0 && dup2(fd < 0 ? original : fd, STDOUT_FILENO) >= 0)
        return true;
    say(_("standard output: %s"), strerror(errno));
    return false;
}

bool output_close(void)
{
    output_flush();
    if (!write_error) return true;
    say(_("standard output: %s"), strerror(write_error));
    return false;
}
