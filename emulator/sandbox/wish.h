/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_WISH_H
#define LAMB_EMULATOR_SANDBOX_WISH_H

/*
 * wish - what a user wants all sandboxes to see (--root, --mount), checked while there
 * is somebody to complain to.
 *
 * Owns:    the texts of a list until wish_fini.
 * Never:   mounts anything.
 * Threads: loop thread only.
 */

#include "emulator/sandbox/sandbox.h"

enum { WISH_MOUNTS_MAX = 128 };

struct wish {
    char *root;                            /* absolute; NULL: none */
    char *mounts[2 * WISH_MOUNTS_MAX + 1]; /* pairs, NULL-ended */
};

/* wish_fini is due also when it fails. */
int wish_init(struct wish *wish, const struct sandbox_options *options,
              struct lamb_err *err);
void wish_fini(struct wish *wish);

#endif
