/* SPDX-License-Identifier: Apache-2.0 */
/* An addon for addon.test.mjs: how many bytes the garbage collector was told of, which
 * process.memoryUsage() does not say. */
#define NAPI_VERSION 8
#include <node_api.h>

/* which node_api.h defines, and forgets to declare */
int32_t node_api_module_get_api_version_v1(void);

static napi_value told(napi_env env, napi_callback_info info)
{
    napi_value number = NULL;
    int64_t all = 0;

    (void)info;
    if (!napi_adjust_external_memory(env, 0, &all))
        napi_create_int64(env, all, &number);
    return number;
}

NAPI_MODULE_INIT()
{
    napi_value function;

    if (!napi_create_function(env, "told", NAPI_AUTO_LENGTH, told, NULL,
                              &function))
        napi_set_named_property(env, exports, "told", function);
    return exports;
}
