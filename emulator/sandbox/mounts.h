/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LAMB_EMULATOR_SANDBOX_MOUNTS_H
#define LAMB_EMULATOR_SANDBOX_MOUNTS_H

/*
 * mounts - what one sandbox sees beside the template, as mounts without a place.
 *
 * Each is made where the host's folders can be named, and is a descriptor until the
 * sandbox init puts it into its own view, which has left the host behind by then.
 *
 * Owns:    the descriptors in a list of mounts, until they are closed.
 * Never:   mounts anything that the host or another sandbox sees.
 * Threads: the spawner's only.
 */

#include "sdk/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
    MOUNTS_FILE_SYSTEMS_MAX = 5, /* local folders below /mnt; the service allows one */
    MOUNTS_MAX = 4 + MOUNTS_FILE_SYSTEMS_MAX,
    MOUNTS_LAYERS_MAX = 12, /* the service allows five */
};

struct mounts {
    int fd[MOUNTS_MAX];
    const char *to[MOUNTS_MAX + 1]; /* where each belongs, borrowed; ends with NULL */
    size_t count;
};
#define MOUNTS_NONE ((struct mounts){ .count = 0 })
void mounts_close(struct mounts *mounts);

/* Take FD. */
void mounts_add(struct mounts *mounts, int fd, const char *to);
/* The folder (or file) FROM with what is mounted below it, read-only, at TO. */
int mounts_add_read_only(struct mounts *mounts, const char *from, const char *to,
                         struct lamb_err *err);
/* The folder FROM, to be written, at TO. */
int mounts_add_writable(struct mounts *mounts, const char *from, const char *to,
                        struct lamb_err *err);
/* A new tmpfs of MB megabytes that everybody may write. */
int mounts_add_tmpfs(struct mounts *mounts, unsigned mb, const char *to,
                     struct lamb_err *err);
/*
 * The layers DIRS (NULL-ended) merged at /opt, the first above the others, and
 * BOOTSTRAP ("": none) at /opt/bootstrap where no layer has one; PLACE is a folder with
 * an empty file "bootstrap" to put it on.
 */
int mounts_add_opt(struct mounts *mounts, char *const *dirs, const char *bootstrap,
                   const char *place, struct lamb_err *err);
/*
 * The folder FROM at TO, below /mnt. With IS_GIVEN what is its owner's is UID's in the
 * sandbox, where the file system knows how; else the folder's own modes decide.
 */
int mounts_add_file_system(struct mounts *mounts, const char *from, const char *to,
                           uid_t uid, bool is_given, struct lamb_err *err);

/* Does one of the folders have an own file "bootstrap"? The first, or NULL. */
const char *mounts_bootstrap_layer(const char *const *dirs);

#endif
