/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_RUNTIME_OUTSIDE_H
#define LAMB_RUNTIME_OUTSIDE_H

/*
 * outside - started where no Runtime API is: become `lamb start` with ourselves as the
 * function, or say what to do.
 *
 * lamb is looked for beside the program, where an installation has it (../../bin of
 * libexec/lamb/bootstrap), and in PATH.
 *
 * Never:   starts lamb when lamb has started it (LAMB_SELF_SERVED).
 * Threads: the main one, before any other.
 */

#include <stdbool.h>

/* LOADS_OBJECTS: the handler is in a shared object of the task's folder. Returns only
 * in failure, after a sentence on standard error. */
void lamb_outside_run(bool loads_objects);

#endif
