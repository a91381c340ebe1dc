/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_IMAGE_H
#define LAMB_EMULATOR_SANDBOX_IMAGE_H

/*
 * image - file systems of an exact size for /tmp: ext4 in a file, on a loop device.
 *
 * A tmpfs would be charged to the function's memory; this is not. One model of a size
 * is formatted when the size is first asked for, then copied (a few sparse blocks), put
 * on a loop device and mounted without a place: whoever holds the descriptor can move
 * it into a mount namespace. The file has no name any more by then and the device
 * clears itself, so all of it vanishes with the last process that sees the mount. A few
 * are kept ready, because making one takes as long as making a sandbox.
 *
 * Owns:    models, and mounts that nobody has taken.
 * Never:   mounts anything that the host sees.
 * Threads: the spawner's only.
 */

#include "sdk/base/err.h"
#include "sdk/base/list.h"

#include <limits.h>
#include <stdbool.h>

struct images {
    const char *dir;           /* where files are made; borrowed */
    unsigned long long number; /* of files made so far */
    struct lamb_list models;
    struct lamb_list ready;
    unsigned wanted_mb; /* the size taken last; 0: none */
};

void images_init(struct images *images, const char *dir);
void images_fini(struct images *images);
/* A file system with MB megabytes to fill; gives *ret_mount, a detached mount. */
int image_take(struct images *images, unsigned mb, int *ret_mount,
               struct lamb_err *err);
/* Prepare one for later; false: there are enough. */
bool images_prepare(struct images *images);

#endif
