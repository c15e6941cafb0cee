/* SPDX-License-Identifier: Apache-2.0 */
/* sitr case new: a case, in a file of its own or with others. */
#include "case.h"

#include <stdio.h>

#include "cases.h"
#include "i18n.h"
#include "label.h"
#include "output.h"
#include "say.h"

/* On standard output, for scripts. */
static bool print_label(const struct settings *settings, const char *label)
{
    struct output output = {.format = settings->format};
    bool good = true;

    if (output.format == OUTPUT_TEXT) {
        puts(label);
        return output_good();
    }
    output.header = output.format == OUTPUT_CSV;
    for (int lines = 1 + output.header; good && lines; lines--) {
        output_begin(&output);
        output_path(&output, "case", label);
        good = output_end(&output);
        output.header = false;
    }
    return good;
}

static void warn(const char *suggested)
{
    say(_("this label looks like the name, the address or the number of a "
          "person; a pseudonym tells nothing to whoever sees it: %s, for "
          "example"),
        suggested);
}

static bool make(const struct settings *settings, const char *label)
{
    const char *const path = settings->paths[1];
    struct case_file file = {.db = NULL};
    const bool good = (case_file_is(path) ? case_file_open(&file, path)
                                          : case_file_create(&file, path)) &&
                      case_file_begin(&file) &&
                      cases_open(&file, settings, label) &&
                      case_file_commit(&file);

    case_file_close(&file);
    return good;
}

enum exit_status case_new(const struct settings *settings)
{
    char suggested[LABEL_SUGGESTED];
    const char *const label = settings->label ? settings->label : suggested;

    label_suggest(suggested);
    if (settings->label && label_looks_real(label)) warn(suggested);
    if (!settings->dry_run && !make(settings, label)) return EXIT_FATAL;
    return print_label(settings, label) ? EXIT_MATCHED : EXIT_FATAL;
}
