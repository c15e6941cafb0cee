/* SPDX-License-Identifier: Apache-2.0 */
#include "pass.h"

enum jobs_end pass_run(struct pass *pass, const struct jobs *jobs)
{
    enum jobs_end end;

    pass->inputs = inputs_open(pass->source);
    pass->progress =
        progress_new(pass->mode, pass->phase, pass->label, pass->source);
    end = jobs_run(jobs);
    pass->tally->links = inputs_links(pass->inputs);
    progress_free(pass->progress, tally_files(pass->tally));
    inputs_close(pass->inputs);
    return end;
}

void pass_tick(const struct pass *pass)
{
    progress_show(pass->progress, tally_files(pass->tally));
}
