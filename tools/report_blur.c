/* SPDX-License-Identifier: Apache-2.0 */
/* What a report shows of found files, where somebody asked for it in so many words.
 * The files lie where a blackmailer may have put them: no link is followed, they are
 * decoded by a worker, and only those are shown that are still what was found. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"

static void blur(struct report_finding *finding, const struct reader *reader)
{
    /* the root of the file system is all that is followed */
    struct picture picture = {
        .input = {.path = need(strdup(finding->finding->found_path)),
                  .walked = true,
                  .n_followed = 1},
    };

    picture_read(reader, &picture);
    if (picture.has_sha256 &&
        !memcmp(picture.sha256, finding->sha256, sizeof picture.sha256))
        finding->blurred = picture.blurred;
    picture_clear(&picture);
}

void report_blur(struct report *report, const struct reader *reader)
{
    for (size_t i = 0; i < report->n_findings; i++)
        if (!report->findings[i].is_former) blur(&report->findings[i], reader);
}
