/* SPDX-License-Identifier: Apache-2.0 */
#include "samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "codec/codec.h"

const char *sample_path(const char *name)
{
    static _Thread_local char path[4096];
    const char *data = getenv("SITR_TEST_DATA");

    snprintf(path, sizeof path, "%s/%s", data ? data : "tests/data", name);
    return path;
}

sitr_plane sample_plane(sitr_budget *budget, const char *name)
{
    uint8_t *data;
    size_t size;
    sitr_plane_builder builder;
    sitr_plane p;
    bool on_black;

    assert_int_equal(
        sitr_file_read(budget, sample_path(name), true, &data, &size), SITR_OK);
    sitr_plane_builder_init(&builder, budget);
    sitr_decoding d = {
        .budget = budget, .data = data, .size = size, .sink = &builder.sink};

    assert_int_equal(sitr_decode(&d), SITR_OK);
    sitr_plane_builder_finish(&builder, &p, &on_black);
    sitr_plane_builder_free(&builder);
    sitr_budget_free(budget, data);
    return p;
}
