/* SPDX-License-Identifier: Apache-2.0 */
/* sitr index info: what is in an index, and whether it is whole. */
#include "index.h"

#include <stdio.h>
#include <stdlib.h>

#include "i18n.h"
#include "output.h"
#include "say.h"
#include "text.h"

struct counts {
    const char *path;
    bool opened, damaged;
    uint64_t pictures, by_bytes, too_plain, few_regions, size;
    uint64_t segments, removed;
    bool regions;
};

static void count(struct counts *counts, const struct store *store)
{
    counts->regions = true;
    counts->size = store->size;
    counts->pictures = store->n;
    for (size_t i = 0; i < store->n; i++) {
        const struct picture *const picture = &store->pictures[i];

        counts->by_bytes += !store_has_signature(picture);
        counts->too_plain += !!(picture->info.flags & SITR_INFO_TOO_PLAIN);
        counts->few_regions += !!(picture->info.flags & SITR_INFO_FEW_REGIONS);
    }
    counts->segments = store->manifest.n;
    for (size_t i = 0; i < store->manifest.n; i++) {
        const sitr_status status = sitr_index_check(store->segments[i].index);

        counts->size += store->manifest.segments[i].size;
        counts->removed += store->manifest.segments[i].n_removed;
        if (store->segments[i].no_regions) counts->regions = false;
        if (!status) continue;
        counts->damaged = true;
        store_say_segment(store, i, store_problem(status));
    }
}

static void print_text(const struct counts *counts)
{
    const struct {
        const char *label;
        uint64_t n;
    } rows[] = {
        {_("pictures:"), counts->pictures},
        {_("by their bytes alone:"), counts->by_bytes},
        {_("too plain for a hash:"), counts->too_plain},
        {_("too plain for crops:"), counts->few_regions},
        {_("segments:"), counts->segments},
        {_("removed, not yet from the disk:"), counts->removed},
        {_("bytes:"), counts->size},
    };
    char *const path = text_escape(counts->path);
    int width = 0;

    if (!counts->opened) {
        free(path);
        return;
    }
    puts(path);
    free(path);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_width(rows[i].label) > width)
            width = text_width(rows[i].label);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fputs("  ", stdout);
        text_put_padded(stdout, rows[i].label, width + 2);
        printf("%llu\n", (unsigned long long)rows[i].n);
    }
    printf("  %s\n", counts->regions ? _("crops, screenshots and montages are "
                                         "found too")
                                     : _("signed with --no-regions"));
}

/* The status of an index, as machines know it: ok, damaged, or none. */
static const char *word(const struct counts *counts)
{
    if (!counts->opened) return "unusable";
    return counts->damaged ? "damaged" : "ok";
}

static void put_number(struct output *output, const struct counts *counts,
                       const char *name, uint64_t n)
{
    if (counts->opened)
        output_number(output, name, n);
    else
        output_null(output, name);
}

static bool print_record(struct output *output, const struct counts *counts)
{
    output_begin(output);
    output_path(output, "path", counts->path);
    output_word(output, "status", word(counts));
    put_number(output, counts, "pictures", counts->pictures);
    put_number(output, counts, "by_bytes", counts->by_bytes);
    put_number(output, counts, "too_plain", counts->too_plain);
    put_number(output, counts, "few_regions", counts->few_regions);
    put_number(output, counts, "size", counts->size);
    if (counts->opened)
        output_bool(output, "regions", counts->regions);
    else
        output_null(output, "regions");
    put_number(output, counts, "segments", counts->segments);
    put_number(output, counts, "removed", counts->removed);
    output_path_b64(output, "path_b64", counts->path);
    return output_end(output);
}

static bool print_header(struct output *output)
{
    const struct counts none = {.path = NULL};
    bool good;

    output->header = true;
    good = print_record(output, &none);
    output->header = false;
    return good;
}

enum exit_status index_info(const struct settings *settings,
                            const sitr_ctx *ctx)
{
    struct output output = {.format = settings->format};
    bool good = output.format != OUTPUT_CSV || print_header(&output);
    bool whole = true;

    for (size_t i = 1; good && i < settings->n_paths; i++) {
        struct counts counts = {.path = settings->paths[i]};
        struct store store;

        counts.opened = store_open(&store, ctx, counts.path, false);
        if (counts.opened) {
            count(&counts, &store);
            store_close(&store);
        }
        whole = whole && counts.opened && !counts.damaged;
        if (output.format == OUTPUT_TEXT)
            print_text(&counts);
        else
            good = print_record(&output, &counts);
    }
    if (!good) return EXIT_FATAL;
    return whole ? EXIT_MATCHED : EXIT_SOME_FAILED;
}
