/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_STORE_TREE_H
#define LAMB_EMULATOR_STORE_TREE_H

/*
 * tree - walk folders, and remove one with everything in it.
 *
 * Owns:    nothing.
 * Never:   follows a link or enters a mount: what a killed emulator left mounted in its
 *          folder may be the user's own files.
 * Threads: any.
 */

#include "sdk/base/err.h"

#include <dirent.h>

/*
 * Remove NAME, whatever it is, below DIR_FD (or AT_FDCWD); folders without write
 * permission included. What is not there is removed already. The first thing that
 * cannot be removed ends it; -EBUSY: a mount.
 */
int tree_remove(int dir_fd, const char *name, struct lamb_err *err);

/* The next entry but "." and ".."; NULL at the end, with errno 0, or on failure. */
const struct dirent *tree_next(DIR *folder);
/* A cleaner: LAMB_AUTO(tree_close) DIR *folder = NULL; */
void tree_close(DIR **folder);

#endif
