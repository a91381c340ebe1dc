/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_SOURCE_H
#define LAMB_EMULATOR_CLI_SOURCE_H

/*
 * source - what a user names on the command line becomes a function: FILE.so, ZIP, DIR,
 * or a command.
 *
 * Owns:    nothing beyond a source_load under way.
 * Never:   keeps a function; functions_put does.
 * Threads: loop thread only.
 */

#include "emulator/cli/emulator.h"
#include "emulator/cli/options.h"

/* What a run of the command line says about its functions. */
struct source_options {
    const char *name;      /* NULL: from the path */
    const char *handler;   /* NULL: "handler" */
    const char *bootstrap; /* NULL: beside this executable */
    unsigned memory_mb;
    unsigned timeout_s;
    unsigned tmp_mb;
    const char *runtime; /* NULL: the function's own bootstrap, or ours */
    enum log_format log_format;
    enum log_level application_log_level;
    enum log_level system_log_level;
    struct option_list variables;
    struct option_list layers;
};
/* The options that fill it, to be spliced into a verb's list; BASE is the offset. */
#define SOURCE_OPTIONS(base)                                                           \
    { .name = "name",                                                                  \
      .kind = OPTION_TEXT,                                                             \
      .value = "NAME",                                                                 \
      .offset = (base) + offsetof(struct source_options, name),                        \
      .text = "the function's name (default: from the file or folder)" },              \
        { .name = "handler",                                                           \
          .kind = OPTION_TEXT,                                                         \
          .value = "SYMBOL",                                                           \
          .variable = "LAMB_HANDLER",                                                  \
          .offset = (base) + offsetof(struct source_options, handler),                 \
          .text = "handler symbol, or FILE.SYMBOL (default: handler)" },               \
        { .name = "bootstrap",                                                         \
          .kind = OPTION_TEXT,                                                         \
          .value = "FILE",                                                             \
          .variable = "LAMB_BOOTSTRAP",                                                \
          .offset = (base) + offsetof(struct source_options, bootstrap),               \
          .text = "the runtime that loads shared objects" },                           \
        { .name = "memory",                                                            \
          .letter = 'm',                                                               \
          .kind = OPTION_NUMBER,                                                       \
          .value = "MB",                                                               \
          .variable = "LAMB_MEMORY",                                                   \
          .offset = (base) + offsetof(struct source_options, memory_mb),               \
          .min = 128,                                                                  \
          .max = 10240,                                                                \
          .text = "memory size (default 128)" },                                       \
        { .name = "timeout",                                                           \
          .letter = 't',                                                               \
          .kind = OPTION_NUMBER,                                                       \
          .value = "S",                                                                \
          .variable = "LAMB_TIMEOUT",                                                  \
          .offset = (base) + offsetof(struct source_options, timeout_s),               \
          .min = 1,                                                                    \
          .max = 900,                                                                  \
          .text = "time limit of an invocation in seconds (default 3)" },              \
        { .name = "tmp",                                                               \
          .kind = OPTION_NUMBER,                                                       \
          .value = "MB",                                                               \
          .variable = "LAMB_TMP",                                                      \
          .offset = (base) + offsetof(struct source_options, tmp_mb),                  \
          .min = 512,                                                                  \
          .max = 10240,                                                                \
          .text = "size of /tmp (default 512)" },                                      \
        { .name = "runtime",                                                           \
          .kind = OPTION_TEXT,                                                         \
          .value = "NAME",                                                             \
          .variable = "LAMB_RUNTIME",                                                  \
          .offset = (base) + offsetof(struct source_options, runtime),                 \
          .text =                                                                      \
              "managed runtime of the code, as python3.12: see --runtime-client" },    \
        { .name = "log-format",                                                        \
          .kind = OPTION_CHOICE,                                                       \
          .value = "FORMAT",                                                           \
          .variable = "LAMB_LOG_FORMAT",                                               \
          .offset = (base) + offsetof(struct source_options, log_format),              \
          .choice = source_format_choice,                                              \
          .text = " (default Text)" },                                                 \
        { .name = "application-log-level",                                             \
          .kind = OPTION_CHOICE,                                                       \
          .value = "LEVEL",                                                            \
          .variable = "LAMB_APPLICATION_LOG_LEVEL",                                    \
          .offset = (base) + offsetof(struct source_options, application_log_level),   \
          .choice = source_application_level_choice,                                   \
          .text = ", with --log-format json" },                                        \
        { .name = "system-log-level",                                                  \
          .kind = OPTION_CHOICE,                                                       \
          .value = "LEVEL",                                                            \
          .variable = "LAMB_SYSTEM_LOG_LEVEL",                                         \
          .offset = (base) + offsetof(struct source_options, system_log_level),        \
          .choice = source_system_level_choice,                                        \
          .text = ", with --log-format json" },                                        \
        { .name = "layer",                                                             \
          .kind = OPTION_TEXTS,                                                        \
          .value = "DIR|ZIP",                                                          \
          .offset = (base) + offsetof(struct source_options, layers),                  \
          .text = "a layer at /opt; up to 5, a later one over an earlier" },           \
    {                                                                                  \
        .name = "env", .letter = 'e', .kind = OPTION_TEXTS, .value = "K=V",            \
        .offset = (base) + offsetof(struct source_options, variables),                 \
        .text = "environment variable of the function; may be repeated"                \
    }

#define SOURCE_DEFAULTS                                                                \
    {                                                                                  \
        .memory_mb = 128, .timeout_s = 3, .tmp_mb = 512                                \
    }

/* Values of options. */
const char *source_format_choice(unsigned i);
const char *source_application_level_choice(unsigned i);
const char *source_system_level_choice(unsigned i);

/*
 * Load everything ARGS name (each path one function, or the command), then DONE with
 * ERR NULL, or with what was wrong first. OPTIONS and ARGS must live until then.
 */
int source_load(struct emulator *emulator, const struct source_options *options,
                const struct arguments *args,
                void (*done)(void *data, const struct lamb_err *err), void *data,
                struct lamb_err *err);

/* The name that a run with these arguments gives its first function (128 bytes). */
int source_name(const struct source_options *options, const struct arguments *args,
                char ret[128], struct lamb_err *err);

#endif
