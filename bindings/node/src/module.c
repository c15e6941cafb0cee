/* SPDX-License-Identifier: Apache-2.0 */
/* What there is, by name; made anew for each environment that loads the addon. */
#include "addon.h"

static void forget_class(napi_env env, void *data, void *hint)
{
    (void)hint;
    napi_delete_reference(env, data);
}

/* The class of errors, which is JavaScript's: before anything else. */
static napi_value start(napi_env env, napi_callback_info info)
{
    napi_valuetype type;
    napi_value class;
    napi_ref ref;
    void *before = NULL;
    bool later;

    if (!addon_arguments(env, info, &class, 1, &later)) return NULL;
    if (napi_get_instance_data(env, &before) || before) return NULL;
    if (napi_typeof(env, class, &type) || type != napi_function ||
        napi_create_reference(env, class, 1, &ref))
        return addon_throw(env, SITR_EINVAL, "not a class");
    if (napi_set_instance_data(env, ref, forget_class, NULL))
        napi_delete_reference(env, ref);
    return NULL;
}

static napi_value names(napi_env env, const char *(*name)(uint32_t), uint32_t n)
{
    napi_value array, text;

    if (napi_create_array_with_length(env, n, &array)) return NULL;
    for (uint32_t i = 0; i < n; i++)
        if (napi_create_string_utf8(env, name(i), NAPI_AUTO_LENGTH, &text) ||
            napi_set_element(env, array, i, text))
            return NULL;
    return array;
}

static const char *kind(uint32_t i)
{
    return sitr_match_kind_name((sitr_match_kind)i);
}
static const char *verdict(uint32_t i)
{
    return sitr_verdict_name((sitr_verdict)i);
}

/* Each is there twice where it may take long: by its name it answers with a promise,
 * and with `Sync` behind it at once. */
static const struct {
    const char *name, *sync;
    napi_callback call;
} calls[] = {
    {"sign", "signSync", addon_sign},
    {"signFile", "signFileSync", addon_sign_file},
    {"signFound", "signFoundSync", addon_sign_found},
    {"signPixels", "signPixelsSync", addon_sign_pixels},
    {"decode", "decodeSync", addon_decode},
    {"matchPair", "matchPairSync", addon_match_pair},
    {"matchScan", "matchScanSync", addon_match_scan},
    {"finish", "finishSync", addon_builder_finish},
    {"load", "loadSync", addon_index_load},
    {"save", "saveSync", addon_index_save},
    {"check", "checkSync", addon_index_check},
    {"match", "matchSync", addon_index_match},
    {"search", "searchSync", addon_index_search},
    {NULL, "start", start},
    {NULL, "context", addon_context},
    {NULL, "probe", addon_probe},
    {NULL, "describe", addon_describe},
    {NULL, "hash", addon_hash},
    {NULL, "encode", addon_encode},
    {NULL, "free", addon_free},
    {NULL, "builder", addon_builder},
    {NULL, "add", addon_builder_add},
    {NULL, "addHashes", addon_builder_add_hashes},
    {NULL, "count", addon_index_count},
};

static bool set_call(napi_env env, napi_value exports, const char *name,
                     napi_callback call, const void *later)
{
    napi_value function;

    return !napi_create_function(env, name, NAPI_AUTO_LENGTH, call,
                                 (void *)(uintptr_t)later, &function) &&
           !napi_set_named_property(env, exports, name, function);
}

/* which node_api.h defines, and forgets to declare */
int32_t node_api_module_get_api_version_v1(void);

NAPI_MODULE_INIT()
{
    static const char yes;
    napi_value version, list;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if ((calls[i].name &&
             !set_call(env, exports, calls[i].name, calls[i].call, &yes)) ||
            !set_call(env, exports, calls[i].sync, calls[i].call, NULL))
            return NULL;
    if (napi_create_string_utf8(env, sitr_version(), NAPI_AUTO_LENGTH,
                                &version) ||
        napi_set_named_property(env, exports, "version", version) ||
        !(list = names(env, verdict, SITR_COPY + 1)) ||
        napi_set_named_property(env, exports, "verdicts", list) ||
        !(list = names(env, kind, SITR_EDITED + 1)) ||
        napi_set_named_property(env, exports, "kinds", list))
        return NULL;
    return exports;
}
