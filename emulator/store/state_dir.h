/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_STATE_DIR_H
#define LAMB_EMULATOR_STORE_STATE_DIR_H

/*
 * state_dir - the folder that one emulator keeps everything in, and its lock.
 *
 * The folder is 0711: nobody else may list or write it, but an unprivileged function
 * may pass through it to its own code (DIR/code/..., see code.h). For that reason
 * everything else in it is 0600 or 0700 (state.db, lock, endpoint, control socket). An
 * existing folder keeps its mode, and is refused when others may write in it.
 *
 * DIR/lock is held with flock, so the kernel frees it when the emulator dies. A forked
 * child would inherit it: open the folder after the spawner was forked.
 *
 * Owns:    the folder, DIR/lock.
 * Never:   knows what else is in the folder.
 * Threads: loop thread.
 */

#include "sdk/base/err.h"

struct state_dir;

/*
 * Make the folder (its parent must be there) and lock it. -EBUSY: another emulator has
 * it, the text names its process.
 */
int state_dir_open(const char *path, struct state_dir **ret, struct lamb_err *err);

/*
 * A fresh folder lamb-ephemeral-XXXXXX in $TMPDIR, else /tmp, removed with everything
 * in it by state_dir_close. First those left behind by killed emulators are removed.
 */
int state_dir_open_ephemeral(struct state_dir **ret, struct lamb_err *err);

/* Absolute, without links; borrowed until the close. */
const char *state_dir_path(const struct state_dir *dir);

/* Unlocks; removes an ephemeral folder. Everything below it is closed before. */
void state_dir_close(struct state_dir *dir);

#endif
