/* SPDX-License-Identifier: Apache-2.0 */
#include "pass.h"

static struct progress_state state_of(const struct pass *pass)
{
    struct progress_state state = {
        .done = tally_files(pass->tally),
        .failed = tally_failures(pass->tally),
        .is_matching = pass->matched,
    };

    if (pass->matched)
        state.matched = pass->matched->n_copies + pass->matched->n_reviews;
    return state;
}

enum jobs_end pass_run(struct pass *pass, const struct jobs *jobs)
{
    struct progress_state state;
    enum jobs_end end;

    pass->inputs = inputs_open(pass->source);
    pass->progress =
        progress_new(pass->mode, pass->phase, pass->label, pass->source);
    end = jobs_run(jobs);
    pass->tally->links = inputs_links(pass->inputs);
    state = state_of(pass);
    progress_free(pass->progress, &state);
    inputs_close(pass->inputs);
    return end;
}

void pass_tick(const struct pass *pass)
{
    const struct progress_state state = state_of(pass);

    progress_show(pass->progress, &state);
}
