/* SPDX-License-Identifier: Apache-2.0 */
/* Which sitr this is, for reports that must be reproducible. */
#include "args.h"

#include <stdio.h>

#include "i18n.h"
#include "say.h"

enum exit_status cmd_version(const struct settings *settings)
{
    sitr_ctx *ctx;
    sitr_status status;

    if (settings->n_paths)
        return args_wrong("version", _("version takes no paths"));
    status = sitr_ctx_new(NULL, &ctx);
    if (status) {
        say("%s", sitr_status_text(status));
        return EXIT_FATAL;
    }
    printf("sitr %s\n", TOOL_VERSION);
    printf("libsitr %s\n", sitr_version());
    printf("kernels %s\n", sitr_ctx_cpu(ctx));
    printf("built with libjpeg %s, libpng %s, libwebp %s\n", JPEG_VERSION,
           PNG_VERSION, WEBP_VERSION);
    puts("license Apache-2.0");
    sitr_ctx_free(ctx);
    return EXIT_MATCHED;
}
