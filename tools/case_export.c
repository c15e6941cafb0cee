/* SPDX-License-Identifier: Apache-2.0 */
/* sitr case key and export: a case goes to another centre in a file that only those
 * can open who are meant to, for a purpose and for a time. */
/* for explicit_bzero */
#define _DEFAULT_SOURCE
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case_copy.h"
#include "cases.h"
#include "i18n.h"
#include "output.h"
#include "say.h"
#include "sealed.h"
#include "store_write.h"

#define DAY_S 86400
#define DAYS  30

/* ---- key ----------------------------------------------------------------- */

enum exit_status case_key(const struct settings *settings)
{
    char line[SEALED_LINE_SIZE];

    if (!sealed_key_create(settings->paths[1], line)) return EXIT_FATAL;
    puts(line);
    return output_good() ? EXIT_MATCHED : EXIT_FATAL;
}

/* ---- export -------------------------------------------------------------- */

/* The case alone, in a database of its own. */
static uint8_t *pack(struct case_file *file, int64_t id, const char *label,
                     const sitr_ctx *ctx, bool names, size_t *size, int64_t *n)
{
    struct case_file alone = {.db = NULL};
    uint8_t *bytes = NULL;

    if (case_file_create_in_memory(&alone, file->path) &&
        case_file_begin(&alone) &&
        case_copy(file, id, ctx, names, &alone, label, n) &&
        case_file_commit(&alone)) {
        bytes = case_file_bytes(&alone, size);
        if (!bytes) case_file_refuse(file, SITR_ENOMEM);
    }
    case_file_close(&alone);
    return bytes;
}

static void fill_facts(struct sealed_facts *facts,
                       const struct settings *settings, const char *label,
                       int64_t now)
{
    const int64_t days = settings->days ? settings->days : DAYS;

    *facts =
        (struct sealed_facts){.created = now, .expires = now + days * DAY_S};
    snprintf(facts->purpose, sizeof facts->purpose, "%s", settings->purpose);
    snprintf(facts->by, sizeof facts->by, "%s", cases_who(settings));
    snprintf(facts->label, sizeof facts->label, "%s", label);
}

static bool parse_recipients(const struct settings *settings,
                             uint8_t keys[][SEALED_KEY_SIZE])
{
    for (size_t i = 0; i < settings->n_to; i++) {
        const char *const text = settings->to[i];

        if (sealed_public_parse(text, strlen(text), keys[i])) continue;
        args_wrong_word("case", _("'%s' is no public key"), text);
        return false;
    }
    return true;
}

/* That it is handed over is recorded first: a file that is out, and of which
 * nothing is known, would be the worse slip. */
static bool record(const struct settings *settings, struct case_file *file,
                   int64_t id, int64_t n)
{
    return case_file_begin(file) &&
           cases_act_noted(file, settings, "export", id, n,
                           settings->purpose) &&
           case_file_commit(file);
}

/* Seals what was packed, or with the reason said returns false. */
static bool seal(const struct settings *settings,
                 const struct sealed_facts *facts, const uint8_t *content,
                 size_t size, struct sealed_bytes *sealed)
{
    uint8_t recipients[SEALED_RECIPIENTS_MAX][SEALED_KEY_SIZE];
    struct sealed_bytes passphrase = {.data = NULL};
    struct sealed_lock lock = {
        .recipients = (const uint8_t(*)[SEALED_KEY_SIZE])recipients,
        .n_recipients = settings->n_to};
    enum sealed_status status = SEALED_EINVAL;
    bool good = parse_recipients(settings, recipients);

    if (good && !lock.n_recipients) {
        good = sealed_ask_passphrase(settings->pass_file, true, &passphrase);
        lock.passphrase = &passphrase;
    }
    if (good) {
        status = sealed_seal(facts, &lock, content, size, sealed);
        if (status) say_path(settings->paths[2], "%s", sealed_problem(status));
    }
    sealed_bytes_free(&passphrase);
    return good && !status;
}

static bool hand_over(const struct settings *settings, struct case_file *file,
                      int64_t id, int64_t n, const struct sealed_facts *facts,
                      const uint8_t *content, size_t size)
{
    struct sealed_bytes sealed = {.data = NULL};
    const bool good = writer_may_create(settings->paths[2]) &&
                      seal(settings, facts, content, size, &sealed) &&
                      record(settings, file, id, n) &&
                      sealed_save(settings->paths[2], &sealed);

    sealed_bytes_free(&sealed);
    return good;
}

static void say_exported(const struct settings *settings,
                         const struct sealed_facts *facts, int64_t n)
{
    char until[CASES_TIME];

    cases_time(facts->expires, until);
    if (!settings->quiet)
        say_path(settings->paths[2],
                 ngettext("%llu picture sealed; it opens until %s",
                          "%llu pictures sealed; it opens until %s",
                          (unsigned long)n),
                 (unsigned long long)n, until);
}

static enum exit_status export_it(const struct settings *settings,
                                  struct case_file *file, int64_t id,
                                  const char *label, const sitr_ctx *ctx)
{
    struct sealed_facts facts;
    int64_t n = 0;
    size_t size = 0;
    uint8_t *const content =
        pack(file, id, label, ctx, settings->names, &size, &n);
    bool good = size <= CASE_SEALED_MAX;

    if (!content) return EXIT_FATAL;
    fill_facts(&facts, settings, label, cases_now(file));
    if (!good) say_path(file->path, _("more than can be handed over at once"));
    if (good && !settings->dry_run)
        good = hand_over(settings, file, id, n, &facts, content, size);
    if (good && !settings->dry_run) say_exported(settings, &facts, n);
    if (good && settings->dry_run)
        say_line(ngettext("%llu picture would be sealed; nothing was written",
                          "%llu pictures would be sealed; nothing was written",
                          (unsigned long)n),
                 (unsigned long long)n);
    explicit_bzero(content, size);
    sqlite3_free(content);
    return good ? EXIT_MATCHED : EXIT_FATAL;
}

enum exit_status case_export(const struct settings *settings,
                             struct case_file *file, struct reader *reader)
{
    const int64_t id = cases_find(file, settings, false);
    char *const label = id ? cases_label(file, id) : NULL;
    enum exit_status status = EXIT_FATAL;

    if (label && !settings->purpose)
        status = args_wrong("case", _("say what for, with --purpose"));
    else if (label)
        status = export_it(settings, file, id, label, reader->ctx);
    free(label);
    return status;
}
