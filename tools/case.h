/* SPDX-License-Identifier: Apache-2.0 */
/* What sitr case can do, an action each. */
#ifndef TOOLS_CASE_H
#define TOOLS_CASE_H

#include "args.h"
#include "case_file.h"
#include "picture.h"

/** Bytes of a case that is handed over, at most. */
#define CASE_SEALED_MAX ((size_t)256 << 20)

/** Opens a case, in a new file where there is none of that name. */
enum exit_status case_new(const struct settings *settings);

/** Makes a key pair: the secret key in a new file, the public one printed. */
enum exit_status case_key(const struct settings *settings);

/** The others have the file open. The first two paths are the action and it. */

/** Signs the pictures named from the third path on into the case. */
enum exit_status case_add(const struct settings *settings,
                          struct case_file *file, struct reader *reader);

/** Prints the cases there are. */
enum exit_status case_list(const struct settings *settings,
                           struct case_file *file, struct reader *reader);

/** Prints the pictures of a case. */
enum exit_status case_show(const struct settings *settings,
                           struct case_file *file, struct reader *reader);

/** Erases a case, but for the fact that it was withdrawn. */
enum exit_status case_withdraw(const struct settings *settings,
                               struct case_file *file, struct reader *reader);

/** Lets a person confirm or reject what scans found. */
enum exit_status case_review(const struct settings *settings,
                             struct case_file *file, struct reader *reader);

/** Seals a case into the file that the third path names. */
enum exit_status case_export(const struct settings *settings,
                             struct case_file *file, struct reader *reader);

/** Takes in the case that the third path has sealed. */
enum exit_status case_import(const struct settings *settings,
                             struct case_file *file, struct reader *reader);

#endif
