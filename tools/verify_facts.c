/* SPDX-License-Identifier: Apache-2.0 */
/* What a report says, as far as it can be computed again: that each act follows from
 * the one before it, that the page is the one that went with it, and that what was
 * found is still what it was. */
#include "verify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "chain.h"
#include "need.h"
#include "report.h"

bool verify_hex(const json_t *object, const char *name, uint8_t out[32])
{
    const char *const text = json_string_value(json_object_get(object, name));
    size_t n = 0;

    return text && strlen(text) == 64 &&
           !sodium_hex2bin(out, 32, text, 64, NULL, &n, NULL) && n == 32;
}

/* ---- The acts ------------------------------------------------------------ */

static bool act_of(const json_t *object, struct act *out)
{
    const json_t *const at = json_object_get(object, "at");
    const json_t *const n = json_object_get(object, "n");

    *out = (struct act){
        .at = json_integer_value(at),
        .who = json_string_value(json_object_get(object, "who")),
        .what = json_string_value(json_object_get(object, "what")),
        .has_n = json_is_integer(n),
        .n = json_integer_value(n),
        .note = json_string_value(json_object_get(object, "note")),
        .version = json_string_value(json_object_get(object, "version")),
    };
    return json_is_integer(at) && out->who && out->what && out->version;
}

/* The word and the second of an act tell which it is better than its place. */
static void say_act(struct verify *verify, size_t i, const struct act *act,
                    enum verify_result result)
{
    char name[128];

    snprintf(name, sizeof name, "%zu %.40s %lld", i + 1,
             act->what ? act->what : "", (long long)act->at);
    verify_say(verify, "act", name, result);
}

static void check_acts(struct verify *verify, const json_t *report)
{
    const json_t *const acts = json_object_get(report, "acts");
    const char *const id = json_string_value(json_object_get(report, "report"));
    uint8_t stated[CHAIN_SIZE] = {0}, value[CHAIN_SIZE];
    char last[REPORT_ID] = "";
    const size_t before = verify->n_bad;

    for (size_t i = 0; i < json_array_size(acts); i++) {
        const json_t *const object = json_array_get(acts, i);
        struct act act;

        if (!act_of(object, &act)) {
            say_act(verify, i, &act, VERIFY_DAMAGED);
            continue;
        }
        /* from what the one before states: one that was changed is one that is told
         * of, and not all behind it */
        chain_next(stated, &act, value);
        if (!verify_hex(object, "chain", stated) ||
            memcmp(stated, value, sizeof value) != 0)
            say_act(verify, i, &act, VERIFY_DIFFERS);
    }
    sodium_bin2hex(last, sizeof last, stated, (REPORT_ID - 1) / 2);
    if (!json_array_size(acts) || !id || strcmp(id, last) != 0)
        verify_say(verify, "acts", "report", VERIFY_DIFFERS);
    if (verify->n_bad == before)
        verify_say(verify, "acts", "report", VERIFY_OK);
}

/* ---- The page ------------------------------------------------------------ */

static void check_html(struct verify *verify, const json_t *report,
                       const char *name)
{
    char *const path = verify_path(verify, name);
    uint8_t wanted[32], sha256[32];
    const int error = verify_hash(path, strlen(verify->root), sha256);
    enum verify_result result = verify_result_of(error);

    if (!verify_hex(report, "html_sha256", wanted))
        result = VERIFY_DAMAGED;
    else if (!error && memcmp(wanted, sha256, sizeof sha256) != 0)
        result = VERIFY_DIFFERS;
    errno = error;
    verify_say(verify, "html", name, result);
    free(path);
}

void verify_facts(struct verify *verify, const json_t *report,
                  const char *html_name)
{
    check_acts(verify, report);
    if (html_name) check_html(verify, report, html_name);
}

/* ---- What was found ------------------------------------------------------ */

/* To be freed; NULL where there is none. */
static char *path_of(const json_t *finding)
{
    const char *const path =
        json_string_value(json_object_get(finding, "found"));
    const char *const b64 =
        json_string_value(json_object_get(finding, "found_b64"));
    char *bytes;
    size_t n = 0;

    if (!b64) return path ? need(strdup(path)) : NULL;
    bytes = need(calloc(1, strlen(b64) + 1));
    if (!sodium_base642bin((uint8_t *)bytes, strlen(b64), b64, strlen(b64),
                           NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL))
        return bytes;
    free(bytes);
    return NULL;
}

void verify_found(struct verify *verify, const json_t *report)
{
    const json_t *const findings = json_object_get(report, "findings");

    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *const finding = json_array_get(findings, i);
        char *const path = path_of(finding);
        enum verify_result result = VERIFY_OK;
        uint8_t wanted[32], sha256[32];
        int error;

        if (!path || !verify_hex(finding, "found_sha256", wanted)) {
            verify_say(verify, "found", path ? path : "?", VERIFY_DAMAGED);
            free(path);
            continue;
        }
        /* it was recorded without links; "/" is none */
        error = verify_hash(path, *path == '/', sha256);
        if (error == ENOENT || error == ENOTDIR)
            result = VERIFY_GONE;
        else if (verify_result_of(error) == VERIFY_UNREADABLE)
            result = VERIFY_UNREADABLE;
        else if (error)
            result = VERIFY_NOT_CHECKED;
        else if (memcmp(wanted, sha256, sizeof sha256) != 0)
            result = VERIFY_DIFFERS;
        errno = error;
        verify_say(verify, "found", path, result);
        free(path);
    }
}
