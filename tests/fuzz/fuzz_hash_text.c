/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the text of a hash: what parses is written as one text, which
 * parses to the same hash. */
#include <stdlib.h>
#include <string.h>

#include <sitr.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const sitr_hash empty;
    char text[SITR_HASH_MAX_TEXT], second[SITR_HASH_MAX_TEXT];
    char *exact = malloc(size ? size : 1); /* not zero-terminated */
    sitr_hash hash, again;

    if (!exact) abort();
    if (size) memcpy(exact, data, size);
    const sitr_status status = sitr_hash_parse(exact, size, &hash);

    free(exact);
    if (status) {
        if (memcmp(&hash, &empty, sizeof hash)) abort();
        return 0;
    }
    if (!hash.algo || hash.turn > 7 ||
        hash.bits != sitr_algo_bits((sitr_algo)hash.algo))
        abort();
    sitr_hash_format(&hash, text);
    if (!memchr(text, 0, sizeof text)) abort();
    if (sitr_hash_parse(text, strlen(text), &again)) abort();
    if (memcmp(&hash, &again, sizeof hash) || sitr_hash_distance(&hash, &again))
        abort();
    sitr_hash_format(&again, second);
    if (strcmp(text, second) != 0) abort();
    return 0;
}
