/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_DEPLOY_H
#define LAMB_EMULATOR_CLI_DEPLOY_H

/*
 * deploy - makes what a template describes, by calling the operations of the service's
 * API one after the other. What is there already is updated.
 *
 * Owns:    the template, until it is done.
 * Never:   removes what the template no longer has.
 * Threads: loop thread only.
 */

#include "emulator/cli/emulator.h"
#include "emulator/cli/options.h"

/* The template of the current folder; NULL: there is none. */
const char *deploy_find_template(void);

struct deploy;

/*
 * PARAMETERS: NAME=VALUE, NULL-ended. DONE exactly once, ERR NULL when all is made,
 * -ECANCELED when the emulator stops before. RET is good until then, and NULL when DONE
 * was called already.
 */
int deploy_start(struct emulator *emulator, const char *path,
                 const char *const *parameters,
                 void (*done)(void *data, const struct lamb_err *err), void *data,
                 struct deploy **ret, struct lamb_err *err);
/* The loop has ended: what is being built is too. NULL is fine. */
void deploy_stop(struct deploy *deploy);

#endif
