/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes as the names in an index file, the checksum as it is or, where the first
 * byte says so, made to fit. What is accepted is within its ranges, and written
 * again it is read again as the same.
 */
/* the functions of old, as in picture.c */
#define OPENSSL_API_COMPAT 0x10101000L
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "need.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void store_record(struct store *store, const struct picture *picture,
                  uint64_t id)
{
    const size_t n = store->n + 1;

    store->pictures =
        need(realloc(store->pictures, n * sizeof *store->pictures));
    store->ids = need(realloc(store->ids, n * sizeof *store->ids));
    store->pictures[store->n] = *picture;
    store->ids[store->n++] = id;
}

static void clear(struct store *store)
{
    for (size_t i = 0; i < store->n; i++) free(store->pictures[i].input.path);
    free(store->pictures);
    free(store->ids);
}

static void fit_checksum(uint8_t *data, size_t size)
{
    uint64_t there = 0;
    SHA256_CTX state;

    if (size < 96) return;
    for (int i = 0; i < 8; i++) there |= (uint64_t)data[16 + i] << 8 * i;
    if (there < 96 || there > size) return;
    SHA256_Init(&state);
    SHA256_Update(&state, data, 64);
    SHA256_Update(&state, data + 96, (size_t)there - 96);
    SHA256_Final(data + 64, &state);
}

static void check(const struct store *store, const struct store_part *part,
                  size_t size, size_t most, uint64_t n_signatures)
{
    uint64_t n = 0;

    if (size > most || size % NAMES_ALIGN || part->n != store->n) abort();
    if (part->base + part->next > STORE_MAX_ID) abort();
    for (size_t i = 0; i < store->n; i++) {
        const struct picture *const picture = &store->pictures[i];

        if (store->ids[i] < part->base ||
            store->ids[i] >= part->base + part->next)
            abort();
        if (i && store->ids[i] <= store->ids[i - 1]) abort();
        if (!*picture->input.path || picture->status >= STATUS_COUNT) abort();
        n += store_has_signature(picture);
    }
    if (n != n_signatures) abort();
}

static void compare(const struct store *a, const struct store *b)
{
    if (a->n != b->n) abort();
    for (size_t i = 0; i < a->n; i++) {
        const struct picture *const x = &a->pictures[i], *const y =
                                                             &b->pictures[i];

        if (a->ids[i] != b->ids[i] || x->status != y->status ||
            x->inode != y->inode || x->info.flags != y->info.flags ||
            strcmp(x->input.path, y->input.path) ||
            (x->has_sha256 && memcmp(x->sha256, y->sha256, 32)))
            abort();
    }
}

/* What was read, written and read again. */
static void check_again(const struct store *store,
                        const struct store_part *part)
{
    struct store again = {.fd = -1};
    struct store_part same = {.index = NULL};
    size_t size, read;
    uint64_t n;
    uint8_t *const data =
        names_encode(part, store->pictures, store->ids, &size);

    if (names_decode(&again, &same, data, size, &read, &n) || read != size ||
        same.base != part->base || same.next != part->next ||
        same.no_regions != part->no_regions)
        abort();
    compare(store, &again);
    clear(&again);
    free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct store store = {.fd = -1};
    struct store_part part = {.index = NULL};
    uint64_t n_signatures;
    size_t read;
    uint8_t *copy;

    if (!size) return 0;
    copy = malloc(size);
    if (!copy) abort();
    memcpy(copy, data + 1, size - 1);
    if (data[0] & 1) fit_checksum(copy, size - 1);
    if (!names_decode(&store, &part, copy, size - 1, &read, &n_signatures)) {
        check(&store, &part, read, size - 1, n_signatures);
        check_again(&store, &part);
    }
    clear(&store);
    free(copy);
    return 0;
}
