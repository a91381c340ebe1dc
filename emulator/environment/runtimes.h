/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_ENVIRONMENT_RUNTIMES_H
#define LAMB_EMULATOR_ENVIRONMENT_RUNTIMES_H

/*
 * runtimes - which installed program runs functions of a managed runtime: for `Runtime:
 * python3.12` a runtime interface client, by configuration.
 *
 * A line is NAME=COMMAND. NAME may end in a star (python3.*); the longest name that
 * fits wins. COMMAND is split at white space; the function's handler becomes its last
 * argument, as with the entry point and command of an image.
 *
 * Owns:    the table and its texts.
 * Never:   looks whether a command is there: the environment that runs it does.
 * Threads: loop thread only.
 */

#include "sdk/base/err.h"
#include "sdk/base/list.h"
#include "sdk/base/span.h"

struct runtimes {
    struct lamb_list list;
};

void runtimes_init(struct runtimes *runtimes);
void runtimes_fini(struct runtimes *runtimes);

/* "NAME=COMMAND"; a name that is there already gets the new command. */
int runtimes_add(struct runtimes *runtimes, struct lamb_span line,
                 struct lamb_err *err);
/* One a line; empty lines and those that begin with # are skipped. No file: nothing. */
int runtimes_load(struct runtimes *runtimes, const char *path, struct lamb_err *err);

/* Does the service run the function's own bootstrap for this one? NULL: it does. */
bool runtime_is_custom(const char *runtime);

/*
 * The command that runs HANDLER on RUNTIME, NULL-ended; gives the list (free), which
 * borrows HANDLER and texts of the table. -ENOENT: none is configured, ERR says how to.
 */
int runtimes_command(const struct runtimes *runtimes, const char *runtime,
                     const char *handler, const char ***ret, struct lamb_err *err);

#endif
