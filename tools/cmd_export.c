/* SPDX-License-Identifier: Apache-2.0 */
/* sitr export: what was imported, or the hashes of the pictures of a case, in a format
 * of the field. Whoever gets a hash learns something of the picture: it is recorded,
 * and what for. */
#include "args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "durable.h"
#include "i18n.h"
#include "list_store.h"
#include "list_write.h"
#include "need.h"
#include "output.h"
#include "picture.h"
#include "protected.h"
#include "say.h"

struct export_run {
    const struct settings *settings;
    struct case_file file;
    struct list_writer writer;
    uint64_t n_left; /* of which the format can hold nothing */
};

/* ---- What is written ----------------------------------------------------- */

static bool use_listed(void *user, const struct listed *listed,
                       enum list_format format, int64_t id)
{
    struct export_run *const run = user;

    (void)id;
    if (!list_write(&run->writer, listed, format)) run->n_left++;
    return true;
}

/* The digits of the upright hash, the highest bit first. */
static void add_pdq(struct listed *listed, const sitr_signature *signature)
{
    char text[SITR_HASH_MAX_TEXT];
    const char *digits;
    sitr_hash hash;

    if (!sitr_signature_hash(signature, SITR_PDQ, SITR_UPRIGHT, &hash)) return;
    sitr_hash_format(&hash, text);
    digits = strrchr(text, ':') + 1;
    listed_add(listed, LISTED_PDQ, digits, strlen(digits));
    listed->quality = hash.quality;
}

/* By the label of its case and its number, which whoever exports it can ask about. */
static void write_picture(struct export_run *run, struct listed *listed,
                          const struct picture *picture, const char *label,
                          uint64_t number)
{
    struct listed_hash *bytes;
    char name[LISTED_TEXT_SIZE];

    if (picture->signature) add_pdq(listed, picture->signature);
    bytes = &listed->hashes[listed->n_hashes++];
    bytes->kind = LISTED_SHA256;
    bytes->n = sizeof picture->sha256;
    memcpy(bytes->bytes, picture->sha256, bytes->n);
    snprintf(name, sizeof name, "%s#%llu", label, (unsigned long long)number);
    listed_set(&listed->name, name, strlen(name));
    listed_set(&listed->external_id, name, strlen(name));
    if (!list_write(&run->writer, listed, LIST_NONE)) run->n_left++;
}

static bool write_case(struct export_run *run, const sitr_ctx *ctx)
{
    const int64_t id = cases_find(&run->file, run->settings, false);
    char *const label = id ? cases_label(&run->file, id) : NULL;
    struct listed *const listed = need(calloc(1, sizeof *listed));
    struct protected_set set = {.n = 0};
    uint64_t *ids = NULL;
    const bool good = label && cases_protect(&run->file, ctx, id, &set, &ids);

    for (size_t i = 0; good && i < set.n; i++) {
        listed_clear(listed);
        write_picture(run, listed, &set.pictures[i], label, ids[i]);
    }
    protected_clear(&set);
    free(ids);
    listed_clear(listed);
    free(listed);
    free(label);
    return good;
}

static bool write_all(struct export_run *run, FILE *out)
{
    const struct settings *const settings = run->settings;
    struct reader reader = {.ctx = NULL};
    bool good = true;

    list_write_begin(&run->writer, out, settings->as);
    if (!settings->label) {
        good = list_store_read(&run->file, use_listed, run);
    } else {
        good = reader_open(&reader, settings, 0) && write_case(run, reader.ctx);
        reader_close(&reader);
    }
    list_write_end(&run->writer);
    return good;
}

/* ---- Where to ------------------------------------------------------------ */

/* That it is handed over is recorded before it is: a list that is out, and of which
 * nothing is known, would be the worse slip. */
static bool record(struct export_run *run)
{
    const struct settings *const settings = run->settings;
    const int64_t id =
        settings->label ? cases_find(&run->file, settings, false) : 0;

    return (id || !settings->label) && case_file_begin(&run->file) &&
           cases_act_noted(&run->file, settings, "export-list", id,
                           (int64_t)run->writer.n, settings->purpose) &&
           case_file_commit(&run->file);
}

static void say_exported(const struct export_run *run)
{
    const uint64_t n = run->writer.n;

    if (run->settings->quiet) return;
    output_flush();
    if (run->settings->dry_run)
        say_line(ngettext("%llu hash would be exported; nothing was written",
                          "%llu hashes would be exported; nothing was written",
                          (unsigned long)n),
                 (unsigned long long)n);
    else
        say_line(ngettext("%llu hash exported", "%llu hashes exported",
                          (unsigned long)n),
                 (unsigned long long)n);
    if (run->n_left)
        say_line(ngettext("%llu record has nothing that this format can hold",
                          "%llu records have nothing that this format can hold",
                          (unsigned long)run->n_left),
                 (unsigned long long)run->n_left);
}

static bool cannot_write(const char *path, int error)
{
    if (error == EEXIST)
        say_path(path, _("is there already; name a new one"));
    else
        say_path(path, _("cannot be written: %s"), strerror(error));
    return false;
}

/* Made whole before anything is known to be in it. */
static bool make(struct export_run *run, char **text, size_t *size)
{
    FILE *const out = need(open_memstream(text, size));
    const bool good = write_all(run, out);

    return !fclose(out) && good;
}

static bool hand_over(struct export_run *run, const char *text, size_t size)
{
    const char *const path = run->settings->out;
    int error;

    if (path && !access(path, F_OK)) return cannot_write(path, EEXIST);
    if (!record(run)) return false;
    if (!path) return fwrite(text, 1, size, stdout) == size && output_good();
    error = durable_create(path, (const uint8_t *)text, size);
    return !error || cannot_write(path, error);
}

enum exit_status cmd_export(const struct settings *settings)
{
    struct export_run run = {.settings = settings};
    char *text = NULL;
    size_t size = 0;
    bool good;

    if (!settings->case_file) return args_wrong("export", _("no --case=FILE"));
    if (!settings->as) return args_wrong("export", _("no --to=FORMAT"));
    if (!settings->purpose)
        return args_wrong("export", _("say what for, with --purpose"));
    if (settings->n_paths) return args_wrong("export", _("too many paths"));
    good = case_file_open(&run.file, settings->case_file) &&
           make(&run, &text, &size) &&
           (settings->dry_run || hand_over(&run, text, size));
    if (good) say_exported(&run);
    case_file_close(&run.file);
    free(text);
    return good ? EXIT_MATCHED : EXIT_FATAL;
}
