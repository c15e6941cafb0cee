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

/** Writes `store` again without the pictures recorded under the paths from the
 * third on. */
enum exit_status index_remove(const struct settings *settings,
                              const sitr_ctx *ctx, struct store *store);

/** Writes all of the indexes named from the third path on into one. */
enum exit_status index_merge(const struct settings *settings,
                             const sitr_ctx *ctx);

/** Prints what is in the indexes named from the second path on. */
enum exit_status index_info(const struct settings *settings,
                            const sitr_ctx *ctx);

/** The line that says what an index now has; not with -q. */
void index_say(const struct settings *settings, const char *path, uint64_t n);

#endif
