/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the files that a command line means: they are found, worked on and
 * counted, and how far that has come is shown. */
#ifndef TOOLS_PASS_H
#define TOOLS_PASS_H

#include "found.h"
#include "inputs.h"
#include "jobs.h"
#include "progress.h"
#include "tally.h"

struct pass {
    const struct inputs_source *source;
    enum progress_mode mode;
    const char *phase, *label; /* as progress_new takes them */
    struct tally *tally;       /* that `done` counts in: of this pass alone */
    const struct found_count *matched; /* what was found, by `done`; NULL: this
                                        * pass looks for nothing */
    /* while it runs: */
    struct inputs *inputs; /* for `next` */
    struct progress *progress;
};

/** Runs the map over the files of `source`. */
enum jobs_end pass_run(struct pass *pass, const struct jobs *jobs);

/** For the map's `tick`. */
void pass_tick(const struct pass *pass);

#endif
