/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_VIEW_PRIVATE_H
#define LAMB_EMULATOR_SANDBOX_VIEW_PRIVATE_H

/*
 * view_private - what view_template.c (what all sandboxes see) and view.c (how one
 * sandbox enters it) share.
 *
 * Threads: the spawner's and the sandbox init's.
 */

#include "emulator/sandbox/view.h"

/* The host's path of BELOW in the view; RET takes PATH_MAX bytes. */
int view_path_of(char *ret, const struct view *view, const char *below);
#endif
