/* SPDX-License-Identifier: Apache-2.0 */
/* New pictures, looked for in what was scanned before they came: without the
 * files, by what was kept of them. */
#ifndef TOOLS_SCAN_STORED_H
#define TOOLS_SCAN_STORED_H

#include "args.h"
#include "case_file.h"
#include "protected.h"

/** Looks for the pictures of `set`, which is sealed, that earlier scans did not know,
 * and records what is found as of the scan of that id; 0: of none. It was seen when
 * the file was read. The case file is locked. False after a message. */
bool scan_stored_search(struct case_file *file, const sitr_ctx *ctx,
                        const struct protected_set *set, int64_t scan);

#endif
