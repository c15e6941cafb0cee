/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What core.mjs calls: sitr.h with its structs laid out as arrays of 32 bits, which
 * JavaScript can read without knowing where a compiler put their fields. An
 * instance of the module is one context.
 */
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <emscripten/emscripten.h>
#include <sitr.h>

#define KEEP EMSCRIPTEN_KEEPALIVE

/* The image libraries would leave pixels behind in what they free; the memory of a
 * module is never given back while the page is open. */
void emscripten_builtin_free(void *block);

void free(void *block)
{
    if (!block) return;
    memset(block, 0, malloc_usable_size(block));
    __asm__ __volatile__("" : : "r"(block) : "memory"); /* or it would go */
    emscripten_builtin_free(block);
}

/* For -fstack-protector-strong, with which the library is compiled here too, and
 * for which Emscripten has nothing. A number of its own for each start would tell
 * an attacker as little: what runs here can do nothing but answer. */
uintptr_t __stack_chk_guard = 0x51747200;
_Noreturn void __stack_chk_fail(void);
_Noreturn void __stack_chk_fail(void) { __builtin_trap(); }

static sitr_ctx *ctx;
static char last_message[256];

static void keep_message(void *cookie, sitr_log_level level,
                         const char *message)
{
    (void)cookie;
    (void)level;
    snprintf(last_message, sizeof last_message, "%s", message);
}

/* `max_memory` has to leave room in the memory of the module, for which build.sh
 * sets a limit: where malloc returns NULL, libwebp 1.2.4 does not always notice. */
KEEP int web_start(uint32_t max_memory, uint32_t max_pixels)
{
    const sitr_limits limits = {.struct_size = sizeof limits,
                                .max_bytes = max_memory,
                                .max_pixels = max_pixels,
                                .max_memory = max_memory};
    const sitr_logger logger = {.write = keep_message};
    const sitr_ctx_opts opts = {
        .struct_size = sizeof opts, .logger = &logger, .limits = &limits};

    return sitr_ctx_new(&opts, &ctx);
}

/* The last thing that was logged, and forgets it. */
KEEP const char *web_message(void)
{
    static char told[sizeof last_message];

    memcpy(told, last_message, sizeof told);
    last_message[0] = 0;
    return told;
}

KEEP int web_probe(const void *data, size_t size, uint32_t out[5])
{
    sitr_image_info info;
    const sitr_status status = sitr_probe(ctx, data, size, &info);

    out[0] = info.width;
    out[1] = info.height;
    out[2] = info.format;
    out[3] = info.orientation;
    out[4] = info.frames;
    return status;
}

KEEP int web_sign(const void *data, size_t size, uint32_t algos, uint32_t flags,
                  sitr_signature **out)
{
    const sitr_sign_opts opts = {
        .struct_size = sizeof opts, .algos = algos, .flags = flags};

    return sitr_sign(ctx, data, size, &opts, out);
}

KEEP int web_sign_pixels(const uint8_t *data, uint32_t width, uint32_t height,
                         uint32_t layout, uint32_t algos, uint32_t flags,
                         sitr_signature **out)
{
    const sitr_sign_opts opts = {
        .struct_size = sizeof opts, .algos = algos, .flags = flags};
    const sitr_pixels pixels = {.data = data,
                                .stride = (size_t)width * layout,
                                .width = width,
                                .height = height,
                                .layout = (sitr_layout)layout};

    return sitr_sign_pixels(ctx, &pixels, &opts, out);
}

KEEP int web_decode(const void *data, size_t size, sitr_signature **out)
{
    return sitr_signature_decode(ctx, data, size, out);
}

KEEP size_t web_encode(const sitr_signature *signature, void *buf, size_t size)
{
    return sitr_signature_encode(signature, buf, size);
}

KEEP void web_forget(sitr_signature *signature)
{
    sitr_signature_free(signature);
}

KEEP void web_describe(const sitr_signature *signature, uint32_t out[7])
{
    sitr_signature_info info;

    sitr_signature_describe(signature, &info);
    out[0] = info.width;
    out[1] = info.height;
    out[2] = info.format;
    out[3] = info.frames;
    out[4] = info.quality;
    out[5] = info.flags;
    out[6] = info.keypoints;
}

/* As text; says its quality, -1 where there is none. */
KEEP int web_hash(const sitr_signature *signature, int algo, int turn,
                  char text[SITR_HASH_MAX_TEXT])
{
    sitr_hash hash;

    if (!sitr_signature_hash(signature, (sitr_algo)algo, (sitr_turn)turn,
                             &hash))
        return -1;
    sitr_hash_format(&hash, text);
    return hash.quality;
}

/* numbers: verdict, kind, turn, distance, keypoints; measures: the rate, and the
 * corners, x before y */
KEEP int web_match(const sitr_signature *protected_image,
                   const sitr_signature *found, uint32_t at_least,
                   uint32_t max_distance, uint32_t numbers[5],
                   float measures[9])
{
    const sitr_match_opts opts = {.struct_size = sizeof opts,
                                  .at_least = (sitr_verdict)at_least,
                                  .max_distance = max_distance};
    sitr_match match;
    const sitr_status status =
        sitr_match_pair(protected_image, found, &opts, &match);

    numbers[0] = match.verdict;
    numbers[1] = match.kind;
    numbers[2] = match.turn;
    numbers[3] = match.distance;
    numbers[4] = match.keypoints;
    measures[0] = match.false_positive_rate;
    memcpy(measures + 1, match.quad, sizeof match.quad);
    return status;
}

/* Which core.mjs reads as it lies: 22 words, of which the first two are the id. */
_Static_assert(sizeof(sitr_match) == 88, "22 words");
_Static_assert(offsetof(sitr_match, verdict) == 8, "the third");
_Static_assert(offsetof(sitr_match, false_positive_rate) == 28, "the eighth");
_Static_assert(offsetof(sitr_match, quad) == 32, "the ninth");

KEEP int web_scan(const sitr_signature *const *protected_images, size_t n,
                  const sitr_signature *found, uint32_t at_least,
                  uint32_t max_distance, sitr_match *matches, size_t capacity,
                  uint64_t *n_matches)
{
    const sitr_match_opts opts = {.struct_size = sizeof opts,
                                  .at_least = (sitr_verdict)at_least,
                                  .max_distance = max_distance};

    return sitr_match_scan(protected_images, n, found, &opts, matches, capacity,
                           n_matches);
}

/* ---- Indexes ---------------------------------------------------------------------- */

/* PDQ hashes as other programs have them, 32 bytes each, the highest bit first. Their
 * quality is 100, as of hashes that are read from text. */
_Static_assert(sizeof(sitr_hash) == 40, "which core.mjs makes room for");
KEEP void web_hashes(const uint8_t *bytes, size_t n, sitr_hash *out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (sitr_hash){.algo = SITR_PDQ, .bits = 256, .quality = 100};
        for (int word = 3; word >= 0; word--)
            for (int k = 0; k < 8; k++)
                out[i].word[word] = out[i].word[word] << 8 | *bytes++;
    }
}

/* One is put together at a time: nothing else is asked for meanwhile. */
static sitr_index_builder *builder;

KEEP int web_build(void) { return sitr_index_builder_new(ctx, &builder); }

KEEP int web_build_add(uint64_t id, const sitr_signature *signature)
{
    return sitr_index_builder_add(builder, id, signature);
}

KEEP int web_build_add_hashes(const uint64_t *ids, const sitr_hash *hashes,
                              size_t n)
{
    return sitr_index_builder_add_hashes(builder, ids, hashes, n);
}

KEEP int web_build_finish(sitr_index **out)
{
    sitr_index_builder *const all = builder;

    builder = NULL; /* it goes, whatever comes of it */
    return sitr_index_builder_finish(all, out);
}

KEEP void web_build_drop(void)
{
    sitr_index_builder_free(builder);
    builder = NULL;
}

KEEP int web_index_view(const void *data, size_t size, sitr_index **out)
{
    return sitr_index_view(ctx, data, size, out);
}

KEEP const void *web_index_bytes(const sitr_index *index, size_t *size)
{
    return sitr_index_bytes(index, size);
}

/* fewer than 2^31 */
KEEP uint32_t web_index_count(const sitr_index *index)
{
    return (uint32_t)sitr_index_count(index);
}

KEEP int web_index_check(const sitr_index *index)
{
    return sitr_index_check(index);
}

KEEP int web_index_match(const sitr_index *index, const sitr_signature *found,
                         uint32_t at_least, uint32_t max_distance,
                         const uint64_t *without, size_t n_without,
                         sitr_match *matches, size_t capacity,
                         uint64_t *n_matches)
{
    const sitr_match_opts opts = {.struct_size = sizeof opts,
                                  .at_least = (sitr_verdict)at_least,
                                  .max_distance = max_distance,
                                  .without = without,
                                  .n_without = n_without};

    return sitr_match_index(index, found, &opts, matches, capacity, n_matches);
}

/* Read as they lie: four words, of which the first two are the id. */
_Static_assert(sizeof(sitr_hit) == 16, "4 words");

KEEP int web_index_search(const sitr_index *index, const sitr_hash *queries,
                          size_t n, uint32_t radius, sitr_hit *hits,
                          size_t capacity, uint64_t *n_hits)
{
    return sitr_index_search(index, queries, n, radius, hits, capacity, n_hits);
}

KEEP void web_index_free(sitr_index *index) { sitr_index_free(index); }

/* ---- Words ------------------------------------------------------------------------ */

KEEP const char *web_version(void) { return sitr_version(); }

KEEP const char *web_status_text(int status)
{
    return sitr_status_text((sitr_status)status);
}

KEEP const char *web_kind_name(int kind)
{
    return sitr_match_kind_name((sitr_match_kind)kind);
}

KEEP const char *web_verdict_name(int verdict)
{
    return sitr_verdict_name((sitr_verdict)verdict);
}

KEEP const char *web_turn_name(int turn)
{
    return sitr_turn_name((sitr_turn)turn);
}
