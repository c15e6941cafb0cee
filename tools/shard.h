/* SPDX-License-Identifier: Apache-2.0 */
/* A job in parts, for several machines or processes: which files are whose. */
#ifndef TOOLS_SHARD_H
#define TOOLS_SHARD_H

#include <stdbool.h>
#include <stdint.h>

#define SHARD_MAX 65536

/** Part `number`, 1 .. `count`, of `count`; all zero: the whole. */
struct shard {
    uint32_t number, count;
};

/** Whether a file of this path is in the part. Of the parts of one count it is
 * in exactly one, for its bytes alone decide: the same on every machine. */
bool shard_has(const struct shard *shard, const char *path);

/** Whether it is the part to tell of what would else be told by each. */
bool shard_is_first(const struct shard *shard);

#endif
