/* SPDX-License-Identifier: Apache-2.0 */
/* Findings: collected and put into an order. */
#include "findings.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"

void findings_add(struct findings *findings, const struct finding *finding)
{
    if (findings->n == findings->capacity) {
        findings->capacity = findings->capacity ? 2 * findings->capacity : 4;
        findings->items = need(realloc(
            findings->items, findings->capacity * sizeof *findings->items));
    }
    findings->items[findings->n++] = *finding;
}

void findings_move(struct findings *to, struct findings *from)
{
    for (size_t i = 0; i < from->n; i++) findings_add(to, &from->items[i]);
    from->n = 0;
}

static void clear(struct finding *finding)
{
    free(finding->found_path);
    free(finding->url);
    free(finding->captured);
    free(finding->captured_by);
}

void findings_clear(struct findings *findings)
{
    for (size_t i = 0; i < findings->n; i++)
        clear(&findings->items[i]);
    free(findings->items);
    memset(findings, 0, sizeof *findings);
}

float finding_rate(const struct finding *finding)
{
    return finding->evidence.same_file
               ? 0
               : finding->evidence.match.false_positive_rate;
}

uint32_t finding_distance(const struct finding *finding)
{
    return finding->evidence.same_file ? 0 : finding->evidence.match.distance;
}

/* Two places of one picture in another: from top to bottom, by the corner that
 * was its top left. */
static int compare_places(const struct finding *x, const struct finding *y)
{
    for (int i = 1; i >= 0; i--) {
        const float a = x->evidence.match.quad[0][i];
        const float b = y->evidence.match.quad[0][i];

        if (a < b || a > b) return a < b ? -1 : 1;
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct finding *const x = a, *const y = b;
    const sitr_verdict vx = x->evidence.match.verdict;
    const sitr_verdict vy = y->evidence.match.verdict;
    const uint64_t ix = x->evidence.match.id, iy = y->evidence.match.id;
    int order;

    if (vx != vy) return vx > vy ? -1 : 1;
    /* ahead of the distance, which says nothing of crops; where there are but
     * hashes, it is the same order */
    if (finding_rate(x) < finding_rate(y) || finding_rate(x) > finding_rate(y))
        return finding_rate(x) < finding_rate(y) ? -1 : 1;
    if (finding_distance(x) != finding_distance(y))
        return finding_distance(x) < finding_distance(y) ? -1 : 1;
    order = strcmp(x->found_path, y->found_path);
    if (!order) order = strcmp(x->protected_path, y->protected_path);
    if (!order) order = (ix > iy) - (ix < iy);
    return order ? order : compare_places(x, y);
}

void findings_sort(struct findings *findings)
{
    if (findings->n)
        qsort(findings->items, findings->n, sizeof *findings->items, compare);
}

void notices_add(struct notices *notices, const struct notice *notice)
{
    if (notices->n == notices->capacity) {
        notices->capacity = notices->capacity ? 2 * notices->capacity : 4;
        notices->items = need(realloc(
            notices->items, notices->capacity * sizeof *notices->items));
    }
    notices->items[notices->n++] = *notice;
}

void notices_clear(struct notices *notices)
{
    for (size_t i = 0; i < notices->n; i++) free(notices->items[i].path);
    free(notices->items);
    memset(notices, 0, sizeof *notices);
}
