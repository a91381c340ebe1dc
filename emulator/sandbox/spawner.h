/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_SPAWNER_H
#define LAMB_EMULATOR_SANDBOX_SPAWNER_H

/*
 * spawner - the small process that makes sandboxes and is the parent of every sandbox
 * init. It dies when the emulator's socket closes, and everything with it.
 *
 * Owns:    all sandboxes (cell.h).
 * Never:   holds a descriptor of the emulator's but the socket; runs foreign code.
 * Threads: a process of its own with one.
 */

#include <sys/types.h>

/* The process that was just forked from EMULATOR becomes the spawner. */
_Noreturn void spawner_main(int sock, const char *state_dir, pid_t emulator);

#endif
