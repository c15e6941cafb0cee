/* SPDX-License-Identifier: Apache-2.0 */
/* Keys by whose bytes the records of all shards of a job come into the order that
 * those of the whole job have. Each is to be freed. `rank` grows from one record
 * to the next. */
#ifndef TOOLS_SORT_KEY_H
#define TOOLS_SORT_KEY_H

#include <stdint.h>

#include "findings.h"

/** Of a header: ahead of all. */
#define SORT_KEY_FIRST ""

/** Where records stand in the order of the files, by the place of theirs. */
char *sort_key_of_file(uint64_t place, uint64_t rank);

/** Where the strongest is first, as findings_sort has it. */
char *sort_key_of_finding(const struct finding *finding, uint64_t rank);
/** Behind all findings. */
char *sort_key_of_notice(const struct notice *notice, uint64_t rank);

#endif
