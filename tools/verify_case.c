/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what a report says was done is still what the case file says. Who can write
 * that file can make another chain, but none that a report which is out is a part of. */
#include "verify.h"

#include "acts.h"

/* The last value that the report states; false where there is none. */
static bool last_value(const json_t *report, uint8_t out[CHAIN_SIZE])
{
    const json_t *const acts = json_object_get(report, "acts");
    const size_t n = json_array_size(acts);

    return n && verify_hex(json_array_get(acts, n - 1), "chain", out);
}

bool verify_case(struct verify *verify, const json_t *report,
                 struct case_file *file)
{
    uint8_t value[CHAIN_SIZE];
    const int have = last_value(report, value) ? acts_have(file, value) : 0;

    if (have < 0) return false;
    verify_say(verify, "case", file->path, have ? VERIFY_OK : VERIFY_DIFFERS);
    return true;
}
