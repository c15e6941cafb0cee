/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any words as a command line, for every verb: parsed or refused, and what is
 * parsed is within the bounds that the options have.
 */
#include <stdlib.h>
#include <string.h>

#include "args.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_WORDS 32

static void check(const struct settings *s, int argc)
{
    if (s->n_jobs < 1 || s->n_jobs > 1024) abort();
    if (s->at_least != SITR_REVIEW && s->at_least != SITR_COPY) abort();
    if (s->algos & ~30u) abort();
    if (!s->limits.max_bytes || s->limits.max_bytes > SIZE_MAX / 2) abort();
    if (!s->max_cpu_s || s->max_cpu_s > 3600) abort();
    if (!s->max_address_space || s->max_address_space > SIZE_MAX / 2) abort();
    if (s->limits.max_scans > 1000000 || s->limits.max_warnings > 1000000)
        abort();
    if (s->shard.number > s->shard.count || s->shard.count > SHARD_MAX ||
        !s->shard.number != !s->shard.count)
        abort();
    if (s->n_paths >= (size_t)argc) abort();
    for (size_t i = 0; i < s->n_paths; i++)
        if (!s->paths[i]) abort();
}

/* Words are between zero bytes; the first byte says which verb. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *argv[MAX_WORDS + 2];
    char *text;
    size_t n_verbs = 0;
    int argc = 1;

    if (!size) return 0;
    while (verbs[n_verbs].name) n_verbs++;
    const struct verb *const verb = &verbs[data[0] % n_verbs];
    struct settings settings = {
        .n_jobs = 2,
        .at_least = SITR_REVIEW,
        .limits = {.struct_size = sizeof settings.limits, .max_bytes = 1 << 20},
        .max_address_space = 1 << 20,
        .max_cpu_s = 5};

    text = malloc(size + 1);
    if (!text) abort();
    memcpy(text, data + 1, size - 1);
    text[size - 1] = text[size] = '\0';
    argv[0] = (char *)(uintptr_t)verb->name;
    for (char *at = text; at < text + size && argc <= MAX_WORDS;
         at += strlen(at) + 1)
        argv[argc++] = at;
    argv[argc] = NULL;
    if (args_parse(verb, argc, argv, &settings)) check(&settings, argc);
    free(text);
    return 0;
}
