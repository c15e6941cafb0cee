/* SPDX-License-Identifier: Apache-2.0 */
/* What sitr index can do, an action each. */
#ifndef TOOLS_INDEX_H
#define TOOLS_INDEX_H

#include "args.h"
#include "store.h"

/** The actions that read pictures; with an index to add to, or NULL. The first
 * two paths are the action and its index. */
enum exit_status index_build(const struct settings *settings,
                             struct reader *reader, struct store *old);

/** Removes the pictures recorded under the paths from the third on. */
enum exit_status index_remove(const struct settings *settings,
                              struct store *store);

/** Writes all of the indexes named from the third path on into a new one; where
 * none is, makes as few segments as can be of the one there is. */
enum exit_status index_merge(const struct settings *settings,
                             const sitr_ctx *ctx);

/** Prints what is in the indexes named from the second path on. */
enum exit_status index_info(const struct settings *settings,
                            const sitr_ctx *ctx);

/** After a change that is on the disk: merges what is worth it. False after a
 * message. `store` was opened to be changed, and need not be what is there. */
bool index_settle(const struct settings *settings, struct store *store);

/** Bytes that a segment is to have at most. Making it takes one and a half times
 * as much memory. */
uint64_t index_most(const struct settings *settings);

/** The line that says what an index now has; not with -q. */
void index_say(const struct settings *settings, const char *path, uint64_t n);

#endif
