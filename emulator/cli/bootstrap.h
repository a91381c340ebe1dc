/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_CLI_BOOTSTRAP_H
#define LAMB_EMULATOR_CLI_BOOTSTRAP_H

/*
 * bootstrap - where lamb's own runtime is, which loads shared objects.
 *
 * Owns:    nothing.
 * Never:   runs it.
 * Threads: any.
 */

#include <limits.h>

#include "sdk/base/err.h"

/* GIVEN is what the user says; NULL: look beside this executable, installed and in the
 * build tree. -ENOENT with a text: there is none. */
int bootstrap_find(const char *given, char ret[PATH_MAX], struct lamb_err *err);

#endif
