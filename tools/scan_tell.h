/* SPDX-License-Identifier: Apache-2.0 */
/* What comes new into a case may have been seen before. */
#ifndef TOOLS_SCAN_TELL_H
#define TOOLS_SCAN_TELL_H

#include "args.h"
#include "case_file.h"

/** Looks for the pictures that no scan knew in what was scanned, and prints where
 * they were seen. While a scan runs, that is left to the next one. False after a
 * message. */
bool scan_tell(const struct settings *settings, struct case_file *file,
               const sitr_ctx *ctx);

#endif
