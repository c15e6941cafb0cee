/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes of a case's pictures in all turns. They come with a signature to
 * search with, which is too large to be kept: so a picture of a case, of which
 * there are few, is signed twice. */
#include "turns.h"

#include <string.h>

#include "need.h"

static bool get(const sitr_signature *signature, struct turns *out)
{
    for (int t = 0; t < TURNS_N; t++) {
        uint8_t *const bits = out->pdq + (size_t)t * TURNS_HASH;
        sitr_hash hash;

        if (!sitr_signature_hash(signature, SITR_PDQ, (sitr_turn)t, &hash))
            return false;
        for (size_t i = 0; i < TURNS_HASH; i++)
            bits[i] = (uint8_t)(hash.word[i / 8] >> i % 8 * 8);
    }
    return true;
}

void turns_read(const struct reader *reader, const struct picture *picture,
                struct turns *out)
{
    struct reader turner = *reader;
    struct picture again = {.input = picture->input};

    out->known = false;
    if (!picture->signature) return;
    turner.opts.flags = SITR_SIGN_QUERY;
    again.input.path = need(strdup(picture->input.path));
    picture_read(&turner, &again);
    out->known = again.signature && picture_same_file(picture, &again) &&
                 get(again.signature, out);
    picture_clear(&again);
}

bool turns_record(struct case_file *file, int64_t id, const struct turns *turns)
{
    sqlite3_stmt *put;
    bool good;

    if (!turns->known) return true;
    put = case_file_prepare(file, "INSERT INTO turns VALUES(?, ?)"
                                  " ON CONFLICT DO NOTHING");
    good = put;
    if (good) {
        sqlite3_bind_int64(put, 1, id);
        sqlite3_bind_blob(put, 2, turns->pdq, sizeof turns->pdq, SQLITE_STATIC);
        good = case_file_step(file, put);
    }
    sqlite3_finalize(put);
    return good;
}
