/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_INIT_H
#define LAMB_EMULATOR_SANDBOX_INIT_H

/*
 * init - the sandbox init: PID 1 of a sandbox, or its subreaper where there are no
 * namespaces. Starts processes on command, reaps everything, reports each death, kills
 * all on command; when nobody commands it any more it kills all and ends.
 *
 * Owns:    the processes of its sandbox.
 * Never:   runs foreign code, enters the control group of the processes it starts.
 * Threads: a process of its own with one.
 */

#include "emulator/sandbox/plan.h"

/* The process that was just cloned becomes the init. */
_Noreturn void init_main(const struct plan *plan);

/* How often memory is measured where no control group can hold it. */
#define INIT_POLL_MS 20

#endif
