/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes of a case's pictures in all turns: what was scanned before, of which
 * one hash is kept, is searched with them for mirrored copies. */
#ifndef TOOLS_TURNS_H
#define TOOLS_TURNS_H

#include "case_file.h"
#include "picture.h"

#define TURNS_N    8
#define TURNS_HASH 32 /* bytes of one, bit 0 of word 0 first */

struct turns {
    bool known;
    uint8_t pdq[TURNS_N * TURNS_HASH];
};

/** Reads the file that `picture` was read from once more; not known where it is
 * another by now, or was not signed. From any thread. */
void turns_read(const struct reader *reader, const struct picture *picture,
                struct turns *out);

/** Records them of the picture of that id, if they are known, within a
 * transaction. False after a message. */
bool turns_record(struct case_file *file, int64_t id,
                  const struct turns *turns);

#endif
