/* SPDX-License-Identifier: Apache-2.0 */
/* A job in parts. Paths go to parts by a hash, and not in turn: which file is
 * whose does not change because another one came or went meanwhile. */
#include "shard.h"

/* FNV-1a, whose low bits are those of the last bytes above all, and MurmurHash3's
 * finalizer to mix them. Changing this changes which files are whose. */
static uint64_t hash_of(const char *path)
{
    uint64_t h = 0xcbf29ce484222325;

    for (; *path; path++) h = (h ^ (unsigned char)*path) * 0x100000001b3;
    h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
    return h ^ h >> 33;
}

bool shard_has(const struct shard *shard, const char *path)
{
    return shard->count < 2 ||
           hash_of(path) % shard->count + 1 == shard->number;
}

bool shard_is_first(const struct shard *shard) { return shard->number < 2; }
