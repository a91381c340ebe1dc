/* SPDX-License-Identifier: Apache-2.0 */

/* start - `lamb start`: serve functions until told to stop. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/cli/bootstrap.h"
#include "emulator/cli/deploy.h"
#include "emulator/cli/session.h"
#include "emulator/cli/source.h"
#include "emulator/cli/verbs.h"
#include "sdk/base/enum.h"

struct start {
    struct session_options session;
    struct source_options source;
    const char *host;
    struct option_list hosts;
    struct option_list buckets;      /* NAME=DIR */
    struct option_list file_systems; /* ARN=DIR */
    bool freeze_report;
    unsigned seed;
    const char *template; /* NULL: that of the current folder, if there is one */
    struct option_list parameters;
    const char *ready_file;
    bool exit_with_parent;
};

static const struct option options[] = {
    { .name = "port",
      .letter = 'p',
      .kind = OPTION_NUMBER,
      .value = "PORT",
      .variable = "LAMB_PORT",
      .offset = offsetof(struct start, session.port),
      .max = 65535,
      .text = "port to serve on; 0 picks a free one (default 9000)" },
    { .name = "host",
      .kind = OPTION_TEXT,
      .value = "ADDRESS",
      .variable = "LAMB_HOST",
      .offset = offsetof(struct start, host),
      .text = "address to serve on, 0.0.0.0 for all (default: this machine only)" },
    { .name = "allow-host",
      .kind = OPTION_TEXTS,
      .value = "NAME",
      .offset = offsetof(struct start, hosts),
      .text = "a name that leads here beside localhost; may be repeated" },
    SOURCE_OPTIONS(offsetof(struct start, source)),
    SESSION_OPTIONS(offsetof(struct start, session)),
    { .name = "ephemeral",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct start, session.ephemeral),
      .text = "keep nothing: a fresh state folder that vanishes at the end" },
    { .name = "account-concurrency",
      .kind = OPTION_NUMBER,
      .value = "N",
      .variable = "LAMB_ACCOUNT_CONCURRENCY",
      .offset = offsetof(struct start, session.account_concurrency),
      .min = 1,
      .max = 100000,
      .text = "invocations at once before one is throttled (default 1000)" },
    { .name = "bucket",
      .kind = OPTION_TEXTS,
      .value = "NAME=DIR",
      .offset = offsetof(struct start, buckets),
      .text = "a folder that code is taken from as S3 bucket NAME; may be repeated" },
    { .name = "file-system",
      .kind = OPTION_TEXTS,
      .value = "ARN=DIR",
      .offset = offsetof(struct start, file_systems),
      .text = "the folder that stands for a file system of FileSystemConfigs; may be "
              "repeated" },
    { .name = "seed",
      .kind = OPTION_NUMBER,
      .value = "N",
      .variable = "LAMB_SEED",
      .offset = offsetof(struct start, seed),
      .min = 1,
      .max = UINT32_MAX,
      .text = "make the choices of weighted aliases the same in each run" },
    { .name = "quotas",
      .kind = OPTION_TEXT,
      .value = "PROFILE",
      .variable = "LAMB_QUOTAS",
      .offset = offsetof(struct start, session.quotas),
      .text = "limits of the account: current, new-account, or a JSON file" },
    { .name = "recycle",
      .kind = OPTION_TEXT,
      .value = "N|random:SEED",
      .variable = "LAMB_RECYCLE",
      .offset = offsetof(struct start, session.recycle),
      .text = "end each environment after N invocations, or 1 to 8 at random" },
    { .name = "idle-limit",
      .kind = OPTION_NUMBER,
      .value = "SECONDS",
      .variable = "LAMB_IDLE_LIMIT",
      .offset = offsetof(struct start, session.idle_limit),
      .max = 31536000,
      .text = "end environments that are idle for so long; 0: never (default 600)" },
    { .name = "template",
      .kind = OPTION_TEXT,
      .value = "FILE",
      .variable = "LAMB_TEMPLATE",
      .offset = offsetof(struct start, template),
      .text = "the SAM template (default: template.yaml, .yml or .json, when nothing "
              "else is named)" },
    { .name = "parameter-overrides",
      .kind = OPTION_TEXTS,
      .value = "K=V",
      .offset = offsetof(struct start, parameters),
      .text = "the value of a template's parameter; may be repeated" },
    { .name = "freeze",
      .kind = OPTION_TEXT,
      .value = "off|GRACE",
      .variable = "LAMB_FREEZE",
      .offset = offsetof(struct start, session.freeze),
      .text = "freeze environments that are idle for GRACE, or never (default 1ms)" },
    { .name = "freeze-report",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct start, freeze_report),
      .text = "log the threads and sockets of each environment that is frozen" },
    { .name = "ready-file",
      .kind = OPTION_TEXT,
      .value = "FILE",
      .offset = offsetof(struct start, ready_file),
      .text = "write the URL there once it serves" },
    { .name = "exit-with-parent",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct start, exit_with_parent),
      .text = "stop when the process that started it ends" },
};

static void
help(void)
{
    (void)printf(
        "usage: lamb start [OPTION ...] [FILE.so | ZIP | DIR ...]\n"
        "       lamb start [OPTION ...] -- COMMAND [ARGUMENT ...]\n\n"
        "Serve functions here as the Lambda service does. A shared object is\n"
        "loaded by lamb's bootstrap; a zip or folder holds a bootstrap of its own; a\n"
        "command is any other runtime. With nothing named, the template of this\n"
        "folder says what there is, and what the state folder keeps is served.\n\n");
    options_print(options, LAMB_COUNT(options));
}

static void
print_function(void *data, struct function_record *record)
{
    (void)data;
    if (strcmp(record->key.version, "$LATEST") != 0)
        return;
    (void)fprintf(stderr, "  %-16s %u MB  %u s\n", record->key.name,
                  record->config.memory_mb, record->timeout_s);
}

static void
print_start(const struct start *start, struct emulator *emulator)
{
    const struct sandbox_abilities *a = emulator_abilities(emulator);
    bool is_open = start->host && strcmp(start->host, "127.0.0.1") != 0 &&
                   strcmp(start->host, "::1") != 0;

    functions_each(emulator_functions(emulator), print_function, NULL);
    (void)fprintf(stderr, "  isolation %s, memory limit by %s\n",
                  sandbox_level_text(a->level), a->memory);
    if (a->missing)
        (void)fprintf(stderr, "  no better isolation: %s\n", a->missing);
    if (is_open && !start->session.access_key)
        (void)fprintf(stderr,
                      "  whoever reaches %s can run and change functions; --access-key "
                      "asks for signatures\n",
                      start->host);
    (void)fprintf(stderr, "Ready. %s\n", emulator_url(emulator));
}

struct state {
    const struct start *start;
    struct emulator *emulator;
    struct deploy *deploy; /* under way; NULL: none */
    enum exit_code code;
    bool has_names; /* something to serve stands on the command line */
};

static void
fail(struct state *state, enum exit_code code, const struct lamb_err *err)
{
    (void)fprintf(stderr, "lamb: %s\n", err->text);
    state->code = code;
    emulator_stop(state->emulator);
}

/* The functions are there: serve. */
static void
on_deployed(void *data, const struct lamb_err *why)
{
    struct state *state = data;
    struct lamb_err err = { 0 };

    if (why && emulator_is_stopping(state->emulator))
        return; /* asked to, before it was ready */
    if (why)
        fail(state, EXIT_USAGE, why);
    else if (emulator_announce(state->emulator, state->start->ready_file, &err))
        fail(state, EXIT_UNAVAILABLE, &err);
    else
        print_start(state->start, state->emulator);
}

/* What the command line names is there; a template says what else there is to be. */
static void
on_loaded(void *data, const struct lamb_err *why)
{
    struct state *state = data;
    const char *template = state->start->template;
    struct lamb_err err = { 0 };

    if (!template && !state->has_names)
        template = deploy_find_template();
    if (!why && !template && state->start->parameters.count) {
        (void)lamb_refuse(&err, -EINVAL,
                          "--parameter-overrides is of a template, and there is none "
                          "here: name it with --template FILE");
        fail(state, EXIT_USAGE, &err);
    } else if (why || !template)
        on_deployed(state, why);
    else if (deploy_start(state->emulator, template, state->start->parameters.items,
                          on_deployed, state, &state->deploy, &err))
        fail(state, EXIT_USAGE, &err);
}

/* Without one that was asked for, functions that are shared objects have none. */
static int
find_bootstrap(const char *given, char path[PATH_MAX], struct emulator_options *ret,
               struct lamb_err *err)
{
    struct lamb_err none = { 0 };
    int r = bootstrap_find(given, path, given ? err : &none);

    ret->bootstrap = r ? NULL : path;
    return given ? r : 0;
}

static enum exit_code
serve(const struct start *start, const struct arguments *args)
{
    struct state state = { .start = start, .has_names = args->count || args->command };
    struct emulator_options emulator;
    char bootstrap[PATH_MAX];
    struct lamb_err err = { 0 };
    enum emulator_end end;

    if (session_emulator_options(&start->session, true, &emulator, &err) ||
        find_bootstrap(start->source.bootstrap, bootstrap, &emulator, &err)) {
        (void)fprintf(stderr, "lamb: %s\n", err.text);
        return EXIT_USAGE;
    }
    emulator.address = start->host;
    emulator.hosts = start->hosts.items;
    emulator.buckets = start->buckets.items;
    emulator.file_systems = start->file_systems.items;
    emulator.has_freeze_report = start->freeze_report;
    emulator.seed = start->seed;
    if (emulator_new(&emulator, &state.emulator, &err)) {
        (void)fprintf(stderr, "lamb: %s\n", err.text);
        return EXIT_UNAVAILABLE;
    }
    if ((start->exit_with_parent && emulator_exit_with_parent(state.emulator, &err)) ||
        emulator_listen(state.emulator, &err))
        fail(&state, EXIT_UNAVAILABLE, &err);
    else if (source_load(state.emulator, &start->source, args, on_loaded, &state, &err))
        fail(&state, EXIT_UNAVAILABLE, &err);
    end = emulator_run(state.emulator);
    deploy_stop(state.deploy);
    emulator_free(state.emulator);
    if (state.code != EXIT_OK || end == EMULATOR_STOPPED)
        return state.code;
    return end == EMULATOR_INTERRUPTED ? EXIT_INTERRUPTED : EXIT_UNAVAILABLE;
}

static bool
are_pairs(const struct option_list *list, const char *wanted)
{
    for (size_t i = 0; i < list->count; i++)
        if (!strchr(list->items[i], '=')) {
            (void)fprintf(stderr, "lamb: %s, not '%s'\n", wanted, list->items[i]);
            return false;
        }
    return true;
}

/* A flag of a function that has no function to be of would be passed over. */
static bool
are_flags_of_a_function(const struct arguments *args)
{
    const size_t first = offsetof(struct start, source);
    const size_t behind = first + sizeof(struct source_options);

    for (size_t i = 0; i < LAMB_COUNT(options); i++)
        if (args->given[i] && options[i].offset >= first &&
            options[i].offset < behind &&
            options[i].offset != offsetof(struct start, source.bootstrap)) {
            (void)fprintf(
                stderr,
                "lamb: --%s is of the code that is named on the command line, "
                "and none is: functions of a template, and those that are "
                "stored, have their own settings\n",
                options[i].name);
            return false;
        }
    return true;
}

static enum exit_code
run(const char *const *argv)
{
    struct start start = { .session = SESSION_DEFAULTS, .source = SOURCE_DEFAULTS };
    struct arguments args;
    struct lamb_err err = { 0 };

    start.session.port = 9000;
    if (options_parse(options, LAMB_COUNT(options), argv, &start, &args, &err)) {
        (void)fprintf(stderr, "lamb: %s\n", err.text);
        return EXIT_USAGE;
    }
    if (args.command && (!args.command[0] || args.count)) {
        (void)fprintf(stderr,
                      "lamb: name what to run: lamb start FILE.so | ZIP | DIR, or "
                      "lamb start -- COMMAND\n");
        return EXIT_USAGE;
    }
    if (!are_pairs(&start.buckets, "--bucket takes NAME=DIR") ||
        !are_pairs(&start.file_systems, "--file-system takes ARN=DIR"))
        return EXIT_USAGE;
    if (!args.count && !args.command && !are_flags_of_a_function(&args))
        return EXIT_USAGE;
    if (start.source.name && args.count > 1) {
        (void)fprintf(stderr, "lamb: --name names one function, and %zu are given\n",
                      args.count);
        return EXIT_USAGE;
    }
    return serve(&start, &args);
}

const struct verb verb_start = {
    .name = "start",
    .summary = "serve functions here as the Lambda service does",
    .help = help,
    .run = run,
};
