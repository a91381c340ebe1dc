/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_FREEZER_H
#define LAMB_EMULATOR_SANDBOX_FREEZER_H

/*
 * freezer - everything in a sandbox stands still, or goes on. By the freezer of its v2
 * group where there is one; else by SIGSTOP and SIGCONT, which a process can notice in
 * its children and which a walk sends to one after the other.
 *
 * Owns:    nothing.
 * Never:   stops the sandbox init, which calls it.
 * Threads: the init's only.
 */

#include <stdbool.h>

/* IS_FULL: we are PID 1 of a pid namespace. GROUP: its cgroup.freeze; -EBADF: none. */
void freezer_freeze(bool is_full, int group);
void freezer_thaw(bool is_full, int group); /* harmless when nothing is frozen */

#endif
