/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_VIEW_PRIVATE_H
#define LAMB_EMULATOR_SANDBOX_VIEW_PRIVATE_H

/*
 * view_private - what view_template.c (what all sandboxes see) and view.c (what is one
 * sandbox's own) share.
 *
 * Threads: the spawner's and the sandbox init's.
 */

#include "emulator/sandbox/view.h"

#include "sdk/base/buf.h"

/* PATH with everything mounted below it; ATTRIBUTES hold for all of that. */
int view_bind_with(const char *from, const char *to, uint64_t attributes);
int view_bind_read_only(const char *from, const char *to);
/* The host's path of BELOW in the view; RET takes PATH_MAX bytes. */
int view_path_of(char *ret, const struct view *view, const char *below);
/* Append DIR to the options of an overlay behind KEY ("lowerdir=", ":"), escaped. */
void view_append_dir(struct lamb_buf *options, const char *key, const char *dir);

#endif
