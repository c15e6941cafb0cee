/* SPDX-License-Identifier: Apache-2.0 */
/* Ids that are to be passed over. */
#include "index/id_list.h"

bool sitr_id_list_has(const sitr_id_list *list, uint64_t id)
{
    size_t from = 0, to = list->n;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;

        if (list->ids[middle] == id) return true;
        if (list->ids[middle] < id)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}
