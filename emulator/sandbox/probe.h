/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_PROBE_H
#define LAMB_EMULATOR_SANDBOX_PROBE_H

/*
 * probe - which isolation level works here, found out by trying it: a throwaway sandbox
 * in which a process goes through all steps but exec.
 *
 * Owns:    the throwaway sandbox, gone when it returns.
 * Threads: the spawner's only.
 */

#include "emulator/sandbox/cell.h"

/*
 * Prepare CELLS for ASKED, or for the best level that works when that is
 * SANDBOX_LEVEL_N. *ret_missing says why no better level is in force (code 0: it is
 * the best). Negative with ERR when the level cannot be had.
 */
int probe_level(struct cells *cells, enum sandbox_level asked,
                struct lamb_err *ret_missing, struct lamb_err *err);

#endif
