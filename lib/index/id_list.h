/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids that are to be passed over.
 */
#ifndef SITR_ID_LIST_H
#define SITR_ID_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sitr_id_list {
    const uint64_t *ids; /* rising */
    size_t n;
} sitr_id_list;

bool sitr_id_list_has(const sitr_id_list *list, uint64_t id);

#endif
