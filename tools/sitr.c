/* SPDX-License-Identifier: Apache-2.0 */
/* The sitr command: sets the process up, finds the verb, runs it, and makes
 * sure that what it printed was written. */
#include "args.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __linux__
# include <sys/prctl.h>
#endif

#include "i18n.h"
#include "stop.h"

/* What is in memory are victims' pictures: no core file, no debugger. */
static void keep_memory_private(void)
{
    const struct rlimit none = {0, 0};

    setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* A stream that was closed by whoever started us must not become the first
 * file we open. Opened the wrong way round, so that using it is an error. */
static void fill_closed_streams(void)
{
    for (int fd = 0; fd < 3; fd++) {
        const int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags) != fd) _exit(2);
    }
}

static void set_language(void)
{
    const char *const folder = getenv("SITR_LOCALEDIR");

    setlocale(LC_ALL, "");
    /* what is printed for machines has a point, not a comma */
    setlocale(LC_NUMERIC, "C");
    bindtextdomain("sitr", folder ? folder : LOCALEDIR);
    textdomain("sitr");
}

static unsigned n_processors(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > 1024 ? 1024 : (unsigned)n;
}

static enum exit_status run_verb(const struct verb *verb, int argc, char **argv)
{
    struct settings settings = {
        .n_jobs = n_processors(),
        .at_least = SITR_REVIEW,
        .limits = {.struct_size = sizeof settings.limits,
                   .max_bytes = (uint64_t)256 << 20},
        .max_address_space = (uint64_t)768 << 20,
        .max_cpu_s = 5,
    };

    if (!args_parse(verb, argc, argv, &settings)) return EXIT_FATAL;
    if (settings.version) {
        settings.n_paths = 0;
        return cmd_version(&settings);
    }
    if (settings.help) {
        help_print_verb(verb);
        return EXIT_MATCHED;
    }
    return verb->run(&settings);
}

/* The verb that `word` means; `-h` and `-V` mean one too. */
static const struct verb *verb_meant(const char *word)
{
    if (!strcmp(word, "-h") || !strcmp(word, "--help"))
        return verb_named("help");
    if (!strcmp(word, "-V") || !strcmp(word, "--version"))
        return verb_named("version");
    return verb_named(word);
}

static enum exit_status dispatch(int argc, char **argv)
{
    const struct verb *verb;

    if (argc < 2) return args_wrong(NULL, _("no verb"));
    verb = verb_meant(argv[1]);
    if (verb) return run_verb(verb, argc - 1, argv + 1);
    return args_wrong_word(
        NULL, *argv[1] == '-' ? _("unknown option %s") : _("unknown verb '%s'"),
        argv[1]);
}

int main(int argc, char **argv)
{
    enum exit_status status;

    keep_memory_private();
    fill_closed_streams();
    set_language();
    stop_listen();
    status = dispatch(argc, argv);
    if (!output_close()) return EXIT_FATAL;
    return (int)status;
}
