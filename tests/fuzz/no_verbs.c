/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs that the table of verbs names: parsing does not run them. */
#include "args.h"

enum exit_status cmd_hash(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_compare(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_match(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_index(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_case(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_scan(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_watch(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_report(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_import(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_verify(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_export(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_version(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}

enum exit_status cmd_help(const struct settings *settings)
{
    (void)settings;
    return EXIT_FATAL;
}
