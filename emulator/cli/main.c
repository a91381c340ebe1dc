/* SPDX-License-Identifier: Apache-2.0 */

/* main - the table of verbs, and the two that need nothing else: help and version. */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "emulator/cli/options.h"
#include "emulator/cli/verbs.h"
#include "sdk/base/enum.h"
#include "sdk/base/nearest.h"

static const struct verb *const verbs[] = {
    &verb_start,  &verb_invoke,    &verb_event, &verb_recycle, &verb_reset,
    &verb_doctor, &verb_symbolize, &verb_help,  &verb_version
};

static const struct verb *
find(const char *name)
{
    for (size_t i = 0; i < LAMB_COUNT(verbs); i++)
        if (strcmp(verbs[i]->name, name) == 0)
            return verbs[i];
    return NULL;
}

static void
print_overview(void)
{
    (void)printf("lamb %s - write Lambda functions in C and run them here\n\n"
                 "usage: lamb VERB [ARGUMENT ...]\n\n",
                 LAMB_VERSION);
    for (size_t i = 0; i < LAMB_COUNT(verbs); i++)
        (void)printf("  %-10s %s\n", verbs[i]->name, verbs[i]->summary);
    (void)printf(
        "\n`lamb help VERB` says more. Exit status: 0 ok, 1 the function failed,\n"
        "2 usage, 3 timeout, 4 out of memory, 5 throttled, 6 init failed,\n"
        "7 the emulator could not start or be reached, 130 interrupted.\n");
}

static enum exit_code
refuse_verb(const char *name)
{
    const char *names[LAMB_COUNT(verbs)];
    const char *near;

    for (size_t i = 0; i < LAMB_COUNT(verbs); i++)
        names[i] = verbs[i]->name;
    near = lamb_nearest(name, names, LAMB_COUNT(names), sizeof(names[0]));
    (void)fprintf(stderr, "lamb: there is no verb '%s'", name);
    if (near)
        (void)fprintf(stderr, ": did you mean '%s'?\n", near);
    else
        (void)fprintf(stderr, ": `lamb help` lists them\n");
    return EXIT_USAGE;
}

static void
help_help(void)
{
    (void)printf("usage: lamb help [VERB]\n\nSay what a verb does and which options it "
                 "has.\n");
}

static enum exit_code
run_help(const char *const *argv)
{
    const struct verb *verb;

    if (!argv[0]) {
        print_overview();
        return EXIT_OK;
    }
    verb = find(argv[0]);
    if (!verb)
        return refuse_verb(argv[0]);
    verb->help();
    return EXIT_OK;
}

const struct verb verb_help = {
    .name = "help",
    .summary = "say what a verb does",
    .help = help_help,
    .run = run_help,
};

static void
help_version(void)
{
    (void)printf("usage: lamb version\n\nPrint the version.\n");
}

static enum exit_code
run_version(const char *const *argv)
{
    if (argv[0]) {
        (void)fprintf(stderr, "lamb: version takes no argument\n");
        return EXIT_USAGE;
    }
    (void)printf("lamb %s\n", LAMB_VERSION);
    return EXIT_OK;
}

const struct verb verb_version = {
    .name = "version",
    .summary = "print the version",
    .help = help_version,
    .run = run_version,
};

static bool
asks_for_help(const char *const *argv)
{
    for (; *argv && strcmp(*argv, "--") != 0; argv++)
        if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0)
            return true;
    return false;
}

static enum exit_code
run(int argc, const char *const *argv)
{
    const struct verb *verb;

    if (argc < 2) {
        print_overview();
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return run_help(argv + 2);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return run_version(argv + 2);
    verb = find(argv[1]);
    if (!verb)
        return refuse_verb(argv[1]);
    if (asks_for_help(argv + 2)) {
        verb->help();
        return EXIT_OK;
    }
    return verb->run(argv + 2);
}

int
main(int argc, char **argv)
{
    enum exit_code code = run(argc, (const char *const *)argv);

    if (fflush(stdout) && code == EXIT_OK) {
        (void)fprintf(stderr, "lamb: cannot write to standard output\n");
        return EXIT_UNAVAILABLE;
    }
    return (int)code;
}
