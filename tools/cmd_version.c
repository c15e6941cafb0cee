/* SPDX-License-Identifier: Apache-2.0 */
/* Which sitr this is, for reports that must be reproducible. */
#include "args.h"

#include <stdio.h>

#include "i18n.h"
#include "picture.h"
#include "say.h"

/* What holds the decoders, on this machine, as it was just seen to hold. */
static void print_sandbox(sitr_sandbox *sandbox)
{
    sitr_sandbox_info info;

    sitr_sandbox_describe(sandbox, &info);
    printf("sandbox %s, ",
           info.flags & SITR_SANDBOX_SECCOMP ? "seccomp" : "no seccomp");
    if (info.flags & SITR_SANDBOX_LANDLOCK)
        printf("Landlock ABI %u, ", (unsigned)info.landlock_abi);
    else
        printf("no Landlock in this kernel, ");
    if (info.flags & SITR_SANDBOX_SANITIZER)
        printf("weakened for a sanitizer: no limit of address space, more "
               "system calls");
    else
        printf("%llu MiB of address space",
               (unsigned long long)info.max_address_space >> 20);
    printf(", %u s of CPU time a picture\n", (unsigned)info.max_cpu_ms / 1000);
}

enum exit_status cmd_version(const struct settings *settings)
{
    struct reader reader = {.want_sha256 = false};

    if (settings->n_paths)
        return args_wrong("version", _("version takes no paths"));
    if (!reader_open(&reader, settings, 1)) return EXIT_FATAL;
    printf("sitr %s\n", TOOL_VERSION);
    printf("libsitr %s\n", sitr_version());
    printf("kernels %s\n", sitr_ctx_cpu(reader.ctx));
    print_sandbox(reader.sandbox);
    printf("built with libjpeg %s, libpng %s, libwebp %s\n", JPEG_VERSION,
           PNG_VERSION, WEBP_VERSION);
    puts("license Apache-2.0");
    reader_close(&reader);
    return EXIT_MATCHED;
}
